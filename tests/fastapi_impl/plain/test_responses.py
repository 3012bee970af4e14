"""Responses of all kinds, exceptions of FastAPI, and what is not a request."""

import json
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from tests.fastapi_impl.plain.events import events
from tests.fastapi_impl.plain.problems import code


async def test_what_is_opened_is_closed_and_tasks_run(client: AsyncClient) -> None:
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
async def test_answers_of_every_kind_are_sent(
    client: AsyncClient, path: str, accept: str, status: int, content: str
) -> None:
    answer = await client.get(path, headers={"Accept": accept})

    assert (answer.status_code, answer.text) == (status, content)


async def test_no_content_and_only_json_for_who_takes_it(client: AsyncClient) -> None:
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
async def test_an_http_exception_keeps_its_status_its_words_and_its_headers(
    client: AsyncClient, status: int, expected: str
) -> None:
    answer = await client.get(f"/raises/{status}", params={"detail": "My own words."})

    assert code(answer) == (status, expected)
    assert (answer.json()["detail"], answer.headers["x-error"]) == ("My own words.", "yes")


async def test_an_http_exception_without_words_has_the_catalogues(client: AsyncClient) -> None:
    assert (await client.get("/raises/403")).json()["detail"] == "This account may not do that."


async def test_websockets_are_left_alone(app: FastAPI) -> None:
    received = iter([{"type": "websocket.connect"}, {"type": "websocket.receive", "text": "hello"}])
    sent: list[Any] = []

    async def receive() -> Any:
        return next(received)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": "/ws", "query_string": b"q=x&unknown=1", "headers": []}
    await app(scope, receive, send)

    assert [message["type"] for message in sent] == ["websocket.accept", "websocket.send", "websocket.close"]
    assert json.loads(sent[1]["text"]) == {"q": "x", "said": "hello"}


async def test_the_applications_own_lifespan_runs(app: FastAPI) -> None:
    async with app.router.lifespan_context(app) as state:
        assert (events, state) == (["up"], {"model": "loaded"})
    assert events == ["up", "down"]
