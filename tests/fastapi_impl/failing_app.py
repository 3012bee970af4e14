"""An application whose endpoints fail at different points of a request, for test_errors.py."""

import logging
from collections.abc import AsyncIterator
from typing import Any

from fastapi import BackgroundTasks, Depends, HTTPException
from fastapi.responses import JSONResponse, StreamingResponse
from sqlalchemy.exc import ProgrammingError
from starlette.types import ASGIApp, Receive, Scope, Send

from fastapi_impl.common.exceptions import NotFound
from fastapi_impl.common.http.application import ContractFastAPI
from fastapi_impl.common.http.exception_handlers import EXCEPTION_HANDLERS
from fastapi_impl.common.http.routes import ContractRoute

app = ContractFastAPI(exception_handlers=EXCEPTION_HANDLERS)
app.router.route_class = ContractRoute
log = logging.getLogger("a.feature")


class FailingMiddleware:
    """Middleware that raises an exception for one path and logs a line for the others."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/middleware":
            raise LookupError("in a middleware")
        log.warning("Logged in a middleware.")
        await self.app(scope, receive, send)


app.add_middleware(FailingMiddleware)


async def raise_error_after_yield() -> AsyncIterator[None]:
    yield
    raise LookupError("after yield")


async def raise_not_found_after_yield() -> AsyncIterator[None]:
    yield
    raise NotFound


@app.get("/endpoint")
async def endpoint() -> None:
    raise LookupError("in an endpoint")


@app.get("/time-out")
async def time_out() -> None:
    raise TimeoutError("of another server than the database")


@app.get("/thread")
def thread() -> None:
    log.warning("Logged in a thread.")
    raise LookupError("in a thread")


@app.get("/database")
async def database() -> None:
    raise ProgrammingError("select 1", None, LookupError("in the database"))


@app.get("/encoder")
async def encoder() -> Any:
    return {"value": object()}


@app.get("/renderer")
async def renderer() -> Any:
    return JSONResponse({"value": object()})


@app.get("/response-model")
async def response_model() -> dict[str, int]:
    return {"value": "not an integer"}  # type: ignore[dict-item] # the invalid value is intended


@app.get("/before-response", dependencies=[Depends(raise_error_after_yield, scope="function")])
async def before_response() -> str:
    return "done"


@app.get("/after-response", dependencies=[Depends(raise_error_after_yield)])
async def after_response() -> str:
    return "done"


@app.get("/not-found-after-response", dependencies=[Depends(raise_not_found_after_yield)])
async def not_found_after_response() -> str:
    return "done"


@app.get("/task")
async def task(tasks: BackgroundTasks) -> str:
    async def fail() -> None:
        raise LookupError("in a task")

    tasks.add_task(fail)
    return "done"


@app.get("/stream")
async def stream() -> StreamingResponse:
    async def parts() -> AsyncIterator[bytes]:
        yield b"one"
        raise LookupError("in a stream")

    return StreamingResponse(parts(), media_type="text/plain")


@app.get("/conflict")
async def conflict() -> None:
    raise HTTPException(409, "A conflict.")
