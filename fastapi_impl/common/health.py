"""For load balancers and start scripts."""

from typing import Literal

from fastapi import APIRouter
from sqlalchemy import text

from fastapi_impl.common.dependencies import ReadSession
from fastapi_impl.common.routes import ContractRoute
from fastapi_impl.common.schemas import Output

router = APIRouter(tags=["health"], route_class=ContractRoute)


class Health(Output):
    status: Literal["ok"] = "ok"


@router.get("/healthz")
async def get_health() -> Health:
    """Tell whether the process is alive"""
    return Health()


@router.get("/readyz")
async def get_readiness(session: ReadSession) -> Health:
    """Tell whether requests can be served"""
    await session.execute(text("SELECT 1"))
    return Health()
