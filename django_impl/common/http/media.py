"""Serves the files of MEDIA_ROOT. In production a web server can do it."""

import re

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponse, HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from whitenoise.responders import SlicedFile  # type: ignore[import-untyped] # it has no type annotations

from django_impl.common.exceptions import NotFound
from django_impl.common.http.negotiation import AnyNegotiation
from django_impl.common.http.ranges import matches_etag, requested_range
from django_impl.common.http.views import ShopView
from django_impl.contract import IMAGES

# Python 3.12 does not know WebP without a file of the operating system.
MEDIA_TYPES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
NAME = re.compile(rf"[0-9a-f]{{32}}\.({'|'.join(MEDIA_TYPES)})")
CACHE = f"public, max-age={IMAGES['max_age_seconds']}, immutable"  # a changed image has another name


# --8<-- [start:media]
@extend_schema(exclude=True)
class MediaView(ShopView):
    """An uploaded image, or one range of it. Django's own view for media is for development, and ignores ranges."""

    authentication_classes = []
    permission_classes = [AllowAny]
    throttle_classes = []
    content_negotiation_class = AnyNegotiation

    def get(self, request: Request, name: str) -> HttpResponseBase:
        """Return the file."""
        path = f"products/{name}"
        found = NAME.fullmatch(name)
        if not found or not default_storage.exists(path):
            raise NotFound
        etag = f'"{name}"'
        headers = {"Cache-Control": CACHE, "ETag": etag, "Content-Security-Policy": "default-src 'none'"}
        if matches_etag(request.headers.get("If-None-Match", ""), etag):
            response = HttpResponse(status=304, headers=headers)
            del response["Content-Type"]
            return response
        size = default_storage.size(path)
        wanted = None
        if request.headers.get("If-Range", etag) == etag:
            wanted = requested_range(request.headers.get("Range", ""), size)
        start, end = wanted or (0, size - 1)
        headers |= {"Accept-Ranges": "bytes", "Content-Length": str(end - start + 1)}
        if wanted:
            headers["Content-Range"] = f"bytes {start}-{end}/{size}"
        return FileResponse(
            SlicedFile(default_storage.open(path, "rb"), start, end),
            status=206 if wanted else 200,
            content_type=MEDIA_TYPES[found[1]],
            headers=headers,
        )
        # --8<-- [end:media]
