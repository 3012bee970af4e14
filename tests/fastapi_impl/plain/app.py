"""The application: its routers, and its own lifespan."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI

from fastapi_impl.common.http.application import ContractFastAPI
from fastapi_impl.common.http.exception_handlers import EXCEPTION_HANDLERS
from tests.fastapi_impl.plain import bodies, parameters, responses
from tests.fastapi_impl.plain.events import events


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[dict[str, str]]:
    """Remember start and end."""
    events.append("up")
    yield {"model": "loaded"}
    events.append("down")


async def query_token(token: str) -> str:
    """Read a parameter for all routes of an included router."""
    return token


def build() -> FastAPI:
    """Return a new application."""
    app = ContractFastAPI(lifespan=lifespan, exception_handlers=EXCEPTION_HANDLERS)
    for router in (parameters.router, bodies.router, responses.router):
        app.include_router(router)
    app.include_router(parameters.router, prefix="/inner", dependencies=[Depends(query_token)])
    return app
