"""The WSGI application, for gunicorn."""

import os

import django
from django.core.handlers.wsgi import WSGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "django_impl.config.settings")
django.setup(set_prefix=False)

from django_impl.common.database.postgresql import deadlines  # noqa: E402 - it needs the settings
from django_impl.common.http.requests import ShopWSGIRequest  # noqa: E402 - it needs the settings


class Handler(WSGIHandler):
    """Django's handler with the shop's request."""

    request_class = ShopWSGIRequest


application = Handler()
deadlines.enforce()
