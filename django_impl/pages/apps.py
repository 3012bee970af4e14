from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "django_impl.pages"
