"""The ASGI application, for servers such as uvicorn."""

import os

import django
from django.core.handlers.asgi import ASGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "django_impl.config.settings.asgi")
django.setup(set_prefix=False)

from django_impl.common.caching.listener import listener  # noqa: E402 - after django.setup()
from django_impl.common.database.postgresql import deadlines  # noqa: E402 - after django.setup()
from django_impl.common.http.requests import ShopASGIRequest  # noqa: E402 - after django.setup()
from django_impl.config.tracing import trace_server  # noqa: E402 - after django.setup()


class Handler(ASGIHandler):
    """Django's handler with the request class of the shop."""

    request_class = ShopASGIRequest


trace_server()
application = Handler()
deadlines.enforce()
listener.start()
