from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "django_impl.reports"
