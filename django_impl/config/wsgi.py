"""The WSGI application, for gunicorn."""

import os
from typing import Any

import django
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponseBase

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "django_impl.config.settings")
django.setup(set_prefix=False)

from django_impl.common.postgresql import deadlines  # noqa: E402 - it needs the settings
from django_impl.common.requests import ShopWSGIRequest  # noqa: E402 - it needs the settings

MOST_DISCARDED = 8 * 1024 * 1024
CHUNK = 64 * 1024


class Handler(WSGIHandler):
    """Django's handler with the shop's request."""

    request_class = ShopWSGIRequest

    def __call__(self, environ: dict[str, Any], start_response: Any) -> HttpResponseBase:
        """Answer, then discard what is left of the body: gunicorn would close a connection with so much unread."""
        answer = super().__call__(environ, start_response)
        if environ.get("CONTENT_LENGTH"):
            for _ in range(MOST_DISCARDED // CHUNK):
                if not environ["wsgi.input"].read(CHUNK):
                    break
        return answer


application = Handler()
deadlines.enforce()
