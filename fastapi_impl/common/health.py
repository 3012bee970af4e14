"""For load balancers and start scripts."""

from typing import Literal

from fastapi import APIRouter
from sqlalchemy import literal, select

from fastapi_impl.common.documents import refusals
from fastapi_impl.common.routes import ContractRoute
from fastapi_impl.common.rows import read
from fastapi_impl.common.schemas import Output

router = APIRouter(tags=["health"], route_class=ContractRoute)


class Health(Output):
    status: Literal["ok"]


@router.get("/healthz", summary="Tell whether the process is alive")
async def get_health() -> Health:
    """Touches nothing but the process itself."""
    return Health(status="ok")


@router.get("/readyz", summary="Tell whether requests can be served", responses=refusals(503))
async def get_readiness() -> Health:
    """Asks the database."""
    await read(select(literal(1)), {})
    return Health(status="ok")
