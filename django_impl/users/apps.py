from django.apps import AppConfig


class UsersConfig(AppConfig):
    name = "django_impl.users"
