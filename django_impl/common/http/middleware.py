"""Middleware that applies to every response, including errors."""

import re
from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction, markcoroutinefunction
from secrets import token_hex
from typing import Any

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from structlog.contextvars import bind_contextvars, reset_contextvars

from django_impl.common.http.exception_handler import exception_handler, problem_response

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")


class Middleware:
    """The base of middleware for WSGI and ASGI. Django would otherwise run it in a thread under ASGI."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        self.async_mode = iscoroutinefunction(get_response)
        if self.async_mode:
            markcoroutinefunction(self)  # type: ignore[type-var] # the stubs expect a function


class RequestIDMiddleware(Middleware):
    """Sets the request id and sends it in the response. Stands first in MIDDLEWARE, so all log lines have the id."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Return the response."""
        if self.async_mode:
            return self.__acall__(request)
        id_ = get_request_id(request)
        tokens = bind_contextvars(request_id=id_)
        try:
            response: HttpResponseBase = self.get_response(request)
        finally:
            reset_contextvars(**tokens)
        response["X-Request-ID"] = id_
        return response

    async def __acall__(self, request: HttpRequest) -> HttpResponseBase:
        """Return the response, under ASGI."""
        id_ = get_request_id(request)
        tokens = bind_contextvars(request_id=id_)
        try:
            response: HttpResponseBase = await self.get_response(request)
        finally:
            reset_contextvars(**tokens)
        response["X-Request-ID"] = id_
        return response


class ContractMiddleware(Middleware):
    """Rejects unknown hosts, adds the common headers, removes the body for HEAD, and handles exceptions of views."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Return the response."""
        if self.async_mode:
            return self.__acall__(request)
        return add_common_headers(request, reject_host(request) or self.get_response(request))

    async def __acall__(self, request: HttpRequest) -> HttpResponseBase:
        """Return the response, under ASGI."""
        return add_common_headers(request, reject_host(request) or await self.get_response(request))

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase:
        """Return the response to an exception that DRF does not handle: of a renderer, or of another kind of view."""
        return exception_handler(exception, {"request": request})


def get_request_id(request: HttpRequest) -> str:
    """Return the id that the client sent if it is valid, else a new one."""
    sent: str = request.META.get("HTTP_X_REQUEST_ID", "")
    return sent if REQUEST_ID.fullmatch(sent) else token_hex(16)


# --8<-- [start:hosts]
def reject_host(request: HttpRequest) -> HttpResponseBase | None:
    """Return the response to a missing Host or one that is not in ALLOWED_HOSTS, or None."""
    try:
        request.get_host()
    except DisallowedHost:
        return problem_response("invalid_host")
    # Without a Host header, get_host() returns the name and port of the server.
    return None if "HTTP_HOST" in request.META else problem_response("invalid_host")
    # --8<-- [end:hosts]


def add_common_headers(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Add the headers that the contract requires, remove the body for HEAD, and return the response."""
    if request.path.startswith("/api/auth/"):
        response["Cache-Control"] = "no-store"
    if isinstance(response, HttpResponse) and response.status_code not in {204, 304}:
        response["Content-Length"] = str(len(response.content))
    if request.method == "HEAD":
        remove_body(response)
    return response


def remove_body(response: HttpResponseBase) -> None:
    """Remove the body. The headers stay, also Content-Length."""
    if isinstance(response, StreamingHttpResponse):
        response.streaming_content = ()
    elif isinstance(response, HttpResponse):
        response.content = b""
