"""The ASGI application, for servers such as uvicorn."""

import os

import django
from django.core.handlers.asgi import ASGIHandler
from django.db import connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "django_impl.config.settings")
django.setup(set_prefix=False)

from django_impl.common.database.postgresql import deadlines  # noqa: E402 - after django.setup()
from django_impl.common.http.requests import ShopASGIRequest  # noqa: E402 - after django.setup()

# Django's documentation: persistent connections are to be disabled under ASGI. A thread serves one request there.
for database in connections.settings.values():
    database["CONN_MAX_AGE"] = 0


class Handler(ASGIHandler):
    """Django's handler with the request class of the shop."""

    request_class = ShopASGIRequest


application = Handler()
deadlines.enforce()
