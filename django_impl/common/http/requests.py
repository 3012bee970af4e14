"""Django's request, with the rules of the contract for Content-Type and for chunked bodies."""

from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig
from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest

from django_impl.common.http.parsers import parse_content_type
from django_impl.contract import BODIES, IMAGES

# The Content-Length of a chunked body. DRF ignores a body without one, and Django rejects a form with a longer one.
CHUNKED_LENGTH = str(BODIES["max_bytes"])
# As much of a chunked body is read: the parsers reject a longer one.
READABLE_LENGTH = str(IMAGES["max_form_bytes"] + 1)


class ContentTypeMixin(HttpRequest):
    """A request that accepts any Content-Type, and always reads its query as UTF-8."""

    # Private API of Django (tests/django_impl/test_private_api.py): it calls this in the constructor of every request,
    # raises BadRequest for a malformed header, and takes the encoding of the query from the charset of the body.
    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        self.content_type, self.content_params = "", {}
        try:
            super()._set_content_type_params(meta)  # type: ignore[misc] # not in the stubs
        except BadRequest:
            # DRF parses the header again, and would raise for the same parameter.
            media_type, charset = parse_content_type(meta["CONTENT_TYPE"])
            meta["CONTENT_TYPE"] = media_type if charset == "utf-8" else ""
        finally:
            self._encoding = "utf-8"


class ShopWSGIRequest(ContentTypeMixin, WSGIRequest):
    """A WSGI request that can have a chunked body. Django reads Content-Length bytes, gunicorn ends the input."""

    def __init__(self, environ: dict[str, Any]) -> None:
        if environ["PATH_INFO"] == "*":
            environ["PATH_INFO"] = "/*"  # `OPTIONS *` (RFC 9110, 9.3.7); Django's patterns match paths below "/"
        if not environ["PATH_INFO"].isascii():
            # Django would keep the escapes of bytes that are not UTF-8. WSGI decodes the bytes of a path as Latin-1.
            path = environ["PATH_INFO"].encode("latin-1").decode(errors="replace")
            environ["PATH_INFO"] = path.encode().decode("latin-1")
        is_chunked = "HTTP_TRANSFER_ENCODING" in environ
        if is_chunked:
            environ["CONTENT_LENGTH"] = READABLE_LENGTH
        super().__init__(environ)
        if is_chunked:
            environ["CONTENT_LENGTH"] = CHUNKED_LENGTH

    @property
    def body(self) -> bytes:
        """The whole body. Raises RequestDataTooBig also for a chunked one, whose length Django does not know before."""
        body = super().body
        if len(body) > BODIES["max_bytes"]:
            raise RequestDataTooBig
        return body


class ShopASGIRequest(ContentTypeMixin, ASGIRequest):
    """An ASGI request that can have a chunked body, which Django has received and measures."""

    def __init__(self, scope: dict[str, Any], body_file: Any) -> None:
        super().__init__(scope, body_file)
        if "HTTP_TRANSFER_ENCODING" in self.META:
            self.META["CONTENT_LENGTH"] = CHUNKED_LENGTH
