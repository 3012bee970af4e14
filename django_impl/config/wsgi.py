"""The WSGI application, for gunicorn."""

import os

import django
from django.core.handlers.wsgi import WSGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "django_impl.config.settings")
django.setup(set_prefix=False)

from django_impl.common.caching.listener import listener  # noqa: E402 - after django.setup()
from django_impl.common.database.postgresql import deadlines  # noqa: E402 - after django.setup()
from django_impl.common.http.requests import ShopWSGIRequest  # noqa: E402 - after django.setup()
from django_impl.config.tracing import trace_server  # noqa: E402 - after django.setup()


class Handler(WSGIHandler):
    """Django's handler with the request class of the shop. A normal project calls `get_wsgi_application()`."""

    request_class = ShopWSGIRequest


trace_server()
application = Handler()
deadlines.enforce()
listener.start()
