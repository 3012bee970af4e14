"""A project without the setting TASKS, so that Django's default backend performs the tasks."""

import os

SECRET_KEY = "for a test alone"
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = ["tests.lost_tasks.django_tasks"]
ROOT_URLCONF = "tests.lost_tasks.django_tasks.urls"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["SHOP_DATABASE"]}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DEFAULT_FROM_EMAIL = "shop@shop.example"
MAILERS = {
    "default": {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {"host": "127.0.0.1", "port": int(os.environ["SMTP_PORT"])},
    }
}
