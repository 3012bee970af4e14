"""The ASGI application: the same shop for servers such as uvicorn."""

import os

import django
from django.core.handlers.asgi import ASGIHandler
from django.db import connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "django_impl.config.settings")
django.setup(set_prefix=False)

from django_impl.common.database.postgresql import deadlines  # noqa: E402 - it needs the settings
from django_impl.common.http.requests import ShopASGIRequest  # noqa: E402 - it needs the settings

# Under ASGI a thread serves one request, so a connection that outlives its request would never be found again.
for database in connections.settings.values():
    database["CONN_MAX_AGE"] = 0


class Handler(ASGIHandler):
    """Django's handler with the shop's request."""

    request_class = ShopASGIRequest


application = Handler()
deadlines.enforce()
