from django.apps import AppConfig


class CategoriesConfig(AppConfig):
    name = "django_impl.categories"
