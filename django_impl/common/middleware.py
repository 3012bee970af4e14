"""What every answer of the server has, on any path and with any status."""

import re
from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction
from secrets import token_hex

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.decorators import sync_and_async_middleware

from django_impl.common.problems import problem

type View = Callable[[HttpRequest], HttpResponseBase]
type AsyncView = Callable[[HttpRequest], Awaitable[HttpResponseBase]]

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")


@sync_and_async_middleware
def contract(get_response: View | AsyncView) -> View | AsyncView:
    """Refuse unknown hosts before anything else, and complete the headers of every answer."""
    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponseBase:
            return complete(request, refusal(request) or await get_response(request))

        return answer_async

    def answer(request: HttpRequest) -> HttpResponseBase:
        return complete(request, refusal(request) or get_response(request))  # type: ignore[arg-type] # not a coroutine

    return answer


# --8<-- [start:hosts]
def refusal(request: HttpRequest) -> HttpResponseBase | None:
    """Return the problem of a Host that is not served here, else nothing."""
    try:
        request.get_host()
    except DisallowedHost:
        return problem("invalid_host")
    # Where there is no Host, Django takes the address that the server listens at for one.
    return None if "HTTP_HOST" in request.META else problem("invalid_host")
    # --8<-- [end:hosts]


def complete(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Return the response with the headers that the contract gives to every answer."""
    sent = request.META.get("HTTP_X_REQUEST_ID", "")
    response["X-Request-ID"] = sent if REQUEST_ID.fullmatch(sent) else token_hex(16)
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
