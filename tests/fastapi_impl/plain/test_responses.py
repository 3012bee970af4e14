"""Response classes, HTTP exceptions, WebSockets and lifespan."""

import json
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from tests.fastapi_impl.plain.events import events
from tests.fastapi_impl.plain.problems import code


async def test_dependency_with_yield_and_background_task(client: AsyncClient) -> None:
    assert (await client.get("/resource")).json() == {"value": "resource"}
    assert events == ["open", "task", "closed"]


@pytest.mark.parametrize(
    ("path", "accept", "status", "content"),
    [
        ("/html", "text/html", 200, "<p>hello</p>"),
        ("/text", "text/plain", 200, "hello"),
        ("/redirect", "*/*", 307, ""),
        ("/stream", "*/*", 200, "one two"),
        ("/own-headers", "application/json", 202, "{}"),
    ],
)
async def test_response_classes(client: AsyncClient, path: str, accept: str, status: int, content: str) -> None:
    response = await client.get(path, headers={"Accept": accept})

    assert (response.status_code, response.text) == (status, content)


async def test_no_content_response_and_not_acceptable_response(client: AsyncClient) -> None:
    deleted = await client.delete("/items/3")

    assert (deleted.status_code, deleted.content) == (204, b"")
    assert code(await client.get("/plain", headers={"Accept": "text/html"})) == (406, "not_acceptable")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, "bad_request"),
        (401, "not_authenticated"),
        (403, "permission_denied"),
        (404, "not_found"),
        (409, "conflict"),
        (418, "im_a_teapot"),
        (429, "too_many_requests"),
        (500, "internal_error"),
        (599, "error"),
    ],
)
async def test_http_exception_keeps_status_detail_and_headers(client: AsyncClient, status: int, expected: str) -> None:
    response = await client.get(f"/raises/{status}", params={"detail": "A custom detail."})

    assert code(response) == (status, expected)
    assert (response.json()["detail"], response.headers["x-error"]) == ("A custom detail.", "yes")


async def test_http_exception_without_detail_has_default_detail(client: AsyncClient) -> None:
    assert (await client.get("/raises/403")).json()["detail"] == "This account may not do that."


async def test_websocket_route_works(app: FastAPI) -> None:
    received = iter([{"type": "websocket.connect"}, {"type": "websocket.receive", "text": "hello"}])
    sent: list[Any] = []

    async def receive() -> Any:
        return next(received)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": "/ws", "query_string": b"q=x&unknown=1", "headers": []}
    await app(scope, receive, send)

    assert [message["type"] for message in sent] == ["websocket.accept", "websocket.send", "websocket.close"]
    assert json.loads(sent[1]["text"]) == {"q": "x", "received": "hello"}


async def test_custom_lifespan_runs(app: FastAPI) -> None:
    async with app.router.lifespan_context(app) as state:
        assert (events, state) == (["startup"], {"model": "loaded"})
    assert events == ["startup", "shutdown"]
