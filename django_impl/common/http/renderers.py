"""JSON in the form of the contract: compact, in UTF-8, with the keys in their order."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from rest_framework.renderers import BaseRenderer
from rest_framework.utils.encoders import JSONEncoder

ENCODER = JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def dump_json(data: Any) -> str:
    """Return `data` as compact JSON."""
    return ENCODER.encode(data)


def json_response(body: bytes) -> HttpResponse:
    """Return the response whose body is rendered already."""
    return HttpResponse(body, content_type=CompactJSONRenderer.media_type)


class CompactJSONRenderer(BaseRenderer):
    """Renders compact JSON. DRF's own renderer escapes U+2028, and `Accept` can ask it for an indentation."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        """Return the body, which is empty without data."""
        return b"" if data is None else dump_json(data).encode()
