from django.apps import AppConfig


class ProductsConfig(AppConfig):
    name = "django_impl.products"
