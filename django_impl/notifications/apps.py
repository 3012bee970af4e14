from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "django_impl.notifications"
