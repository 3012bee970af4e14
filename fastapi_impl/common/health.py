"""Health checks, for load balancers and start scripts."""

from typing import Literal

from fastapi import APIRouter

from fastapi_impl.common.database.readiness import readiness
from fastapi_impl.common.http.responses import error_responses
from fastapi_impl.common.http.routes import ContractRoute
from fastapi_impl.common.validation.schemas import Output

router = APIRouter(tags=["health"], route_class=ContractRoute)


class Health(Output):
    status: Literal["ok"]


@router.get("/healthz", summary="Tell whether the process is alive")
async def get_health() -> Health:
    """Touches nothing but the process itself."""
    return Health(status="ok")


@router.get("/readyz", summary="Tell whether requests can be served", responses=error_responses(503))
async def get_readiness() -> Health:
    """Asks the database, on a connection that no other request uses."""
    await readiness.ask()
    return Health(status="ok")
