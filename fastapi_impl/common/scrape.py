"""`/metrics`, for Prometheus."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

from fastapi import APIRouter, Response
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import Headers
from starlette.routing import Match
from starlette.types import Scope

from fastapi_impl.common.database.engine import get_engine
from fastapi_impl.common.exceptions import DatabaseUnavailable
from fastapi_impl.common.http.addresses import is_allowed
from fastapi_impl.common.http.routes import ExactRoute
from fastapi_impl.common.metrics import exposition
from fastapi_impl.config.settings import get_settings
from fastapi_impl.contract import DATABASE

type GetGauges = Callable[[AsyncSession], Awaitable[Mapping[str, float]]]

log = logging.getLogger(__name__)


# --8<-- [start:scrape]
class MetricsRoute(ExactRoute):
    """Matches only requests of the addresses in METRICS_ALLOWED. For others the path does not exist."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return whether the route has the path and the method of the request, and the client may read it."""
        settings, peer = get_settings(), (scope.get("client") or [""])[0]
        forwarded_for = Headers(scope=scope).get("x-forwarded-for", "")
        if not is_allowed(peer, forwarded_for, proxies=settings.trusted_proxies, allowed=settings.metrics_allowed):
            return Match.NONE, {}
        return super().matches(scope)


def metrics_router(get_gauges: GetGauges) -> APIRouter:
    """Return the router of /metrics. `get_gauges` asks the database."""
    router = APIRouter(include_in_schema=False, route_class=MetricsRoute)

    @router.get("/metrics")
    async def metrics() -> Response:
        """The metrics. Those of the database are missing if it does not answer."""
        try:
            # Not as long as a request would wait for a connection of the pool: Prometheus gives up earlier.
            async with asyncio.timeout(DATABASE["readiness_timeout_ms"] / 1000), AsyncSession(get_engine()) as session:
                gauges = await get_gauges(session)
        except (TimeoutError, DatabaseUnavailable, SQLAlchemyError) as error:
            log.warning("Metrics without those of the database: %s", error)
            gauges = {}
        body, media_type = exposition(gauges)
        return Response(body, headers={"Content-Type": media_type, "Cache-Control": "no-store"})

    return router
    # --8<-- [end:scrape]
