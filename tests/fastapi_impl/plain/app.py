"""The application with its routers and a custom lifespan."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI

from fastapi_impl.common.http.application import ContractFastAPI
from fastapi_impl.common.http.exception_handlers import EXCEPTION_HANDLERS
from tests.fastapi_impl.plain import bodies, parameters, responses
from tests.fastapi_impl.plain.events import events


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[dict[str, str]]:
    """Record startup and shutdown."""
    events.append("startup")
    yield {"model": "loaded"}
    events.append("shutdown")


async def query_token(token: str) -> str:
    """Read a query parameter for all routes of an included router."""
    return token


def create_app() -> FastAPI:
    """Create the application."""
    app = ContractFastAPI(lifespan=lifespan, exception_handlers=EXCEPTION_HANDLERS)
    for router in (parameters.router, bodies.router, responses.router):
        app.include_router(router)
    app.include_router(parameters.router, prefix="/inner", dependencies=[Depends(query_token)])
    return app
