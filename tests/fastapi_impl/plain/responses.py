"""Routes with different response classes."""

from __future__ import annotations  # FastAPI also reads annotations that are strings

from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Depends, HTTPException, Response, WebSocket
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, StreamingResponse
from pydantic import BaseModel

from fastapi_impl.common.http.routes import ContractRoute
from tests.fastapi_impl.plain.events import events

router = APIRouter(route_class=ContractRoute)


def resource() -> Iterator[str]:
    events.append("open")
    try:
        yield "resource"
    finally:
        events.append("closed")


@router.get("/resource")
async def uses_resource(value: Annotated[str, Depends(resource)], tasks: BackgroundTasks) -> Any:
    tasks.add_task(events.append, "task")
    return {"value": value}


@router.delete("/items/{item_id}", status_code=204)
async def delete(item_id: int) -> None:
    """Return no content."""


class Account(BaseModel):
    username: str


@router.get("/model-out", response_model=Account)
async def model_out() -> Any:
    return {"username": "ada", "password": "secret"}


@router.get("/html", response_class=HTMLResponse)
async def html() -> str:
    return "<p>hello</p>"


@router.get("/text", response_class=PlainTextResponse, responses={200: {"description": "A greeting."}})
async def text() -> str:
    return "hello"


@router.get("/redirect")
async def redirect() -> RedirectResponse:
    return RedirectResponse("/plain")


@router.get("/stream")
async def stream() -> StreamingResponse:
    async def parts() -> AsyncIterator[bytes]:
        yield b"one "
        yield b"two"

    return StreamingResponse(parts(), media_type="text/plain")


@router.get("/own-headers")
async def own_headers(response: Response) -> Any:
    response.set_cookie("fakesession", "value")
    response.status_code = 202
    return {}


@router.get("/raises/{status}")
async def raises(status: int, detail: str | None = None) -> Any:
    raise HTTPException(status, detail, headers={"X-Error": "yes"})


@router.websocket("/ws")
async def websocket(socket: WebSocket, q: str | None = None) -> None:
    await socket.accept()
    await socket.send_json({"q": q, "received": await socket.receive_text()})
    await socket.close()
