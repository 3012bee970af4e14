"""Django's request, less what a hostile header could make of it."""

from typing import Any

from django.core.exceptions import BadRequest
from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest

from django_impl.common.http.parsers import content_type
from django_impl.contract import BODIES


class ContentTypeMixin(HttpRequest):
    """A request whose Content-Type can neither break it nor say how its query is encoded."""

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        self.content_type, self.content_params = "", {}
        try:
            super()._set_content_type_params(meta)  # type: ignore[misc] # not in the stubs
        except BadRequest:
            # DRF reads the header again, and would fail at the same parameter.
            media_type, charset = content_type(meta["CONTENT_TYPE"])
            meta["CONTENT_TYPE"] = media_type if charset == "utf-8" else ""
        finally:
            self._encoding = "utf-8"


class ShopWSGIRequest(ContentTypeMixin, WSGIRequest):
    """Also reads a chunked body: Django wants a Content-Length, gunicorn ends the input where the last chunk does."""

    def __init__(self, environ: dict[str, Any]) -> None:
        if environ["PATH_INFO"] == "*":
            environ["PATH_INFO"] = "/*"  # of `OPTIONS *`, which no pattern below "/" could match
        if "HTTP_TRANSFER_ENCODING" in environ:
            environ["CONTENT_LENGTH"] = str(BODIES["max_bytes"] + 1)
        super().__init__(environ)


class ShopASGIRequest(ContentTypeMixin, ASGIRequest):
    """The same under ASGI: Django has read the chunks, but DRF takes a body without a Content-Length for none."""

    def __init__(self, scope: dict[str, Any], body_file: Any) -> None:
        super().__init__(scope, body_file)
        if "HTTP_TRANSFER_ENCODING" in self.META:
            self.META["CONTENT_LENGTH"] = str(BODIES["max_bytes"] + 1)
