"""JSON as the contract writes it: keys in order, no spaces, raw UTF-8."""

from collections.abc import Mapping
from typing import Any

from rest_framework.renderers import BaseRenderer
from rest_framework.utils.encoders import JSONEncoder

ENCODER = JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def dump_json(data: Any) -> str:
    """Return `data` as compact JSON."""
    return ENCODER.encode(data)


class CompactJSONRenderer(BaseRenderer):
    """DRF's own renderer escapes U+2028 and lets `Accept` choose an indentation."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        """Return the body's bytes; none where there is no data."""
        return b"" if data is None else dump_json(data).encode()
