"""The line that each request writes into the log, and its metrics."""

import re
from collections.abc import Awaitable, Callable
from functools import lru_cache
from logging import INFO
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponseBase
from django.urls import ResolverMatch

from django_impl.common.activity import Activity, current
from django_impl.common.http.middleware import Middleware
from django_impl.common.metrics import get_metrics

PARAMETER = re.compile(r"<(?:[^:>]+:)?([^>]+)>")
UNMATCHED = "unmatched"  # the name of the last pattern, which matches every path

log = structlog.get_logger("shop.request")


# --8<-- [start:request-log]
class RequestLogMiddleware(Middleware):
    """Logs each request, and counts it. Left out if there are neither lines of the level info nor metrics."""

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        if not settings.OBSERVES_REQUESTS:
            raise MiddlewareNotUsed
        super().__init__(get_response)
        get_metrics()  # at the start, because two threads must not create them at the same time

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Return the response."""
        if self.async_mode:
            return self.__acall__(request)
        token = current.set(activity := Activity())
        try:
            response: HttpResponseBase = self.get_response(request)
            record(request, response, activity)
        finally:
            current.reset(token)
        return response

    async def __acall__(self, request: HttpRequest) -> HttpResponseBase:
        """Return the response, under ASGI."""
        token = current.set(activity := Activity())
        try:
            response: HttpResponseBase = await self.get_response(request)
            record(request, response, activity)
        finally:
            current.reset(token)
        return response


def record(request: HttpRequest, response: HttpResponseBase, activity: Activity) -> None:
    """Log and count a request whose response is ready."""
    seconds, route = activity.seconds, route_of(request.resolver_match)
    if log.isEnabledFor(INFO):
        log.info(
            "request",
            method=request.method,
            path=request.path,  # without the query, which can contain anything
            route=route,
            status=response.status_code,
            duration_ms=round(seconds * 1000, 3),
            user=activity.user and str(activity.user),
            statements=activity.statements,
        )
    if metrics := get_metrics():
        metrics.observe(
            method=request.method,
            route=route,
            status=response.status_code,
            seconds=seconds,
            statements=activity.statements,
        )
        # --8<-- [end:request-log]


# --8<-- [start:route]
def route_of(match: ResolverMatch | None) -> str | None:
    """Return the template of the path, as in the contract, or None if no pattern matches. The admin is one route."""
    if match is None or match.url_name == UNMATCHED:
        return None
    return "/admin/{path}" if match.route.startswith("admin/") else _template(match.route)


@lru_cache(maxsize=256)
def _template(route: str) -> str:
    return "/" + PARAMETER.sub(r"{\1}", route)
    # --8<-- [end:route]


# --8<-- [start:span]
def name_span(span: Any, request: HttpRequest, _response: HttpResponseBase) -> None:
    """Name the span of a request as FastAPI does, after the template of its path."""
    if route := route_of(request.resolver_match):
        span.set_attribute("http.route", route)
        span.update_name(f"{request.method} {route}")
        # --8<-- [end:span]
