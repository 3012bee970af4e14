"""Serves the files of MEDIA_DIR. In production a web server can do it."""

import os
import re

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse
from starlette.datastructures import MutableHeaders

from fastapi_impl.common.exceptions import NotFound
from fastapi_impl.common.http.ranges import matches_etag, requested_range
from fastapi_impl.common.http.routes import ExactRoute
from fastapi_impl.config.settings import get_settings
from fastapi_impl.contract import IMAGES

# Python 3.12 does not know WebP without a file of the operating system.
MEDIA_TYPES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
NAME = re.compile(rf"[0-9a-f]{{32}}\.({'|'.join(MEDIA_TYPES)})")
CACHE = f"public, max-age={IMAGES['max_age_seconds']}, immutable"  # a changed image has another name

router = APIRouter(include_in_schema=False, route_class=ExactRoute)


# --8<-- [start:media]
@router.get("/media/products/{name}")
async def media(name: str, request: Request) -> Response:
    """An uploaded image, or one range of it."""
    path = get_settings().media_dir / "products" / name
    found = NAME.fullmatch(name)
    if not found:
        raise NotFound
    try:
        stat = await to_thread.run_sync(os.stat, path)
    except FileNotFoundError as error:
        raise NotFound from error
    etag = f'"{name}"'
    headers = {"Cache-Control": CACHE, "ETag": etag, "Content-Security-Policy": "default-src 'none'"}
    if matches_etag(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    wanted = None
    if request.headers.get("if-range", etag) == etag:
        wanted = requested_range(request.headers.get("range", ""), stat.st_size)
    # FileResponse reads the header from the scope. It rejects a malformed one, and sends several ranges as multipart.
    sent = MutableHeaders(scope=request.scope)
    del sent["range"], sent["if-range"]
    if wanted:
        sent["range"] = "bytes={}-{}".format(*wanted)
    response = FileResponse(path, headers=headers, media_type=MEDIA_TYPES[found[1]], stat_result=stat)
    del response.headers["last-modified"]  # the entity tag is enough
    return response
    # --8<-- [end:media]
