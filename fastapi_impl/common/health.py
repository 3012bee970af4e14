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


@router.get("/healthz", summary="Check whether the process is running")
async def get_health() -> Health:
    """Does not use the database."""
    return Health(status="ok")


@router.get("/readyz", summary="Check whether requests can be served", responses=error_responses(503))
async def get_readiness() -> Health:
    """Sends a query to the database."""
    await readiness.check()
    return Health(status="ok")
