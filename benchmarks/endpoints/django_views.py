"""The views of Django, in the order of the endpoints. `upstream` is for WSGI, `upstream_async` for ASGI."""

from functools import cache
from typing import Any
from zlib import crc32

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, JsonResponse

from benchmarks.endpoints.content import large_document
from benchmarks.endpoints.upstream import AsyncUpstream, ThreadedUpstream

LARGE = large_document()


@cache
def threaded_upstream() -> ThreadedUpstream:
    """Return the client of this process."""
    return ThreadedUpstream()


@cache
def async_upstream() -> AsyncUpstream:
    """Return the client of this process. Call it in the event loop."""
    return AsyncUpstream()


def upstream(_request: HttpRequest) -> JsonResponse:
    """Wait for the response of the upstream in a thread."""
    return json_response(threaded_upstream().get())


async def upstream_async(_request: HttpRequest) -> JsonResponse:
    """Wait for the response of the upstream in the event loop."""
    return json_response(await async_upstream().get())


def large(_request: HttpRequest) -> JsonResponse:
    """Encode 1 MB of JSON."""
    return json_response(LARGE)


def upload(request: HttpRequest) -> JsonResponse:
    """Return the size and the checksum of a file, read as Django's documentation does."""
    file = request.FILES["file"]
    assert isinstance(file, UploadedFile)  # noqa: S101 - the stubs also allow a list
    size = checksum = 0
    for chunk in file.chunks():
        size += len(chunk)
        checksum = crc32(chunk, checksum)
    return json_response({"size": size, "checksum": checksum})


def json_response(content: Any) -> JsonResponse:
    """Return compact JSON, as FastAPI and the implementation do."""
    return JsonResponse(content, json_dumps_params={"separators": (",", ":"), "ensure_ascii": False})
