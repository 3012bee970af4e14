"""What every answer of the server has, on any path and with any status."""

import re
from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction, markcoroutinefunction
from secrets import token_hex
from typing import Any

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from django_impl.common.http import request_id
from django_impl.common.http.exception_handler import exception_handler, problem_response

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")


class Middleware:
    """Runs under WSGI and ASGI alike, without a thread of its own for either."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        self.async_mode = iscoroutinefunction(get_response)
        if self.async_mode:
            markcoroutinefunction(self)  # type: ignore[type-var] # Django asks for it, the stubs want a function


class RequestIDMiddleware(Middleware):
    """Gives a request its id before anything can be logged, and sends it back; so it stands first in MIDDLEWARE."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Answer the request."""
        if self.async_mode:
            return self.__acall__(request)
        id_ = id_of(request)
        former = request_id.current.set(id_)
        try:
            response: HttpResponseBase = self.get_response(request)
        finally:
            request_id.current.reset(former)
        response["X-Request-ID"] = id_
        return response

    async def __acall__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request under ASGI."""
        id_ = id_of(request)
        former = request_id.current.set(id_)
        try:
            response: HttpResponseBase = await self.get_response(request)
        finally:
            request_id.current.reset(former)
        response["X-Request-ID"] = id_
        return response


class ContractMiddleware(Middleware):
    """Refuses unknown hosts, completes the headers of answers, and answers for what fails in or behind a view."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Answer the request."""
        if self.async_mode:
            return self.__acall__(request)
        return complete(request, refusal(request) or self.get_response(request))

    async def __acall__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request under ASGI."""
        return complete(request, refusal(request) or await self.get_response(request))

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase:
        """Answer where no handler of DRF's did: it knows its own views only, and does not see a renderer fail."""
        return exception_handler(exception, {"request": request})


def id_of(request: HttpRequest) -> str:
    """Return the id that the client sent, where it is one, else a new one."""
    sent: str = request.META.get("HTTP_X_REQUEST_ID", "")
    return sent if REQUEST_ID.fullmatch(sent) else token_hex(16)


# --8<-- [start:hosts]
def refusal(request: HttpRequest) -> HttpResponseBase | None:
    """Return the problem of a Host that is not served here, else nothing."""
    try:
        request.get_host()
    except DisallowedHost:
        return problem_response("invalid_host")
    # Where there is no Host, Django takes the address that the server listens at for one.
    return None if "HTTP_HOST" in request.META else problem_response("invalid_host")
    # --8<-- [end:hosts]


def complete(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Return the response with the headers that the contract gives to every answer."""
    if request.path.startswith("/api/auth/"):
        response["Cache-Control"] = "no-store"
    if isinstance(response, HttpResponse) and response.status_code != 204:
        response["Content-Length"] = str(len(response.content))
    if request.method == "HEAD":
        drop_body(response)
    return response


def drop_body(response: HttpResponseBase) -> None:
    """Keep the headers alone."""
    if isinstance(response, StreamingHttpResponse):
        response.streaming_content = ()
    elif isinstance(response, HttpResponse):
        response.content = b""
