"""An unexpected error is logged once, with its traceback and the id of the request, and answered with a problem."""

import logging
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from starlette.types import Scope

from fastapi_impl.common.http.request_id import RequestIDFilter
from tests.fastapi_impl.failing_app import app, log


class Records(logging.Handler):
    """Collects log records after the filter that the application's handler uses."""

    def __init__(self) -> None:
        super().__init__()
        self.addFilter(RequestIDFilter())
        self.all: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.all.append(record)

    def errors(self) -> list[logging.LogRecord]:
        return [record for record in self.all if record.levelno >= logging.ERROR]


@pytest.fixture
def records() -> Any:
    handler = Records()
    logging.getLogger().addHandler(handler)
    yield handler
    logging.getLogger().removeHandler(handler)


@pytest.fixture
async def client() -> AsyncIterator[AsyncClient]:
    async with AsyncClient(transport=ASGITransport(app), base_url="http://localhost") as client:
        yield client


def id_of(record: logging.LogRecord) -> str:
    return str(getattr(record, "request_id", None))


@pytest.mark.parametrize(
    "path",
    [
        "/middleware",
        "/endpoint",
        "/thread",
        "/database",
        "/time-out",
        "/encoder",
        "/renderer",
        "/response-model",
        "/before-the-answer",
    ],
)
async def test_an_error_before_the_answer_is_logged_once_and_answered(
    client: AsyncClient, records: Records, path: str
) -> None:
    answer = await client.get(path, headers={"X-Request-ID": "an-id"})

    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.headers["x-request-id"], answer.headers["x-frame-options"]) == ("an-id", "DENY")
    (record,) = records.errors()
    assert record.exc_info
    assert (id_of(record), path in record.getMessage()) == ("an-id", True)


@pytest.mark.parametrize("path", ["/after-the-answer", "/refused-after-the-answer", "/task"])
async def test_an_error_after_the_answer_is_logged_once(client: AsyncClient, records: Records, path: str) -> None:
    answer = await client.get(path, headers={"X-Request-ID": "an-id"})

    assert (answer.status_code, answer.json()) == (200, "done")
    (record,) = records.errors()
    assert record.exc_info
    assert id_of(record) == "an-id"


async def test_an_error_in_the_middle_of_the_answer_is_logged_once_and_ends_it(records: Records) -> None:
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    asgi = {"version": "3.0", "spec_version": "2.4"}  # before 2.4 Starlette would wait for the client to go away
    scope: Scope = {"type": "http", "http_version": "1.1", "method": "GET", "path": "/stream", "asgi": asgi}
    await app({**scope, "query_string": b"", "headers": []}, receive, send)

    assert [message.get("body") for message in sent] == [None, b"one"]
    assert sum(bool(record.exc_info) for record in records.errors()) == 1


async def test_every_line_of_a_request_has_its_id(client: AsyncClient, records: Records) -> None:
    await client.get("/thread", headers={"X-Request-ID": "first"})
    await client.get("/endpoint", headers={"X-Request-ID": "second"})
    log.warning("Between requests.")

    lines = [(record.getMessage(), id_of(record)) for record in records.all if record.name == "a.feature"]
    assert lines == [
        ("A middleware was here.", "first"),
        ("A thread was here.", "first"),
        ("A middleware was here.", "second"),
        ("Between requests.", "-"),
    ]


def test_the_application_logs_in_the_agreed_form() -> None:
    environment = {**os.environ, "ENVIRONMENT": "development", "DATABASE_URL": "postgresql://x@127.0.0.1:1/x"}
    code = "import logging; import fastapi_impl.main; logging.getLogger('a.feature').warning('Hello.')"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True, encoding="utf-8"
    )

    assert re.fullmatch(r"\d{4}-\d\d-\d\d [\d:,]+ WARNING a\.feature \[-\]: Hello\.\n", done.stderr)


async def test_a_refusal_is_no_error(client: AsyncClient, records: Records) -> None:
    assert (await client.get("/refused")).status_code == 409
    assert (await client.get("/nowhere")).status_code == 404
    assert records.errors() == []


async def test_an_answer_without_headers_gets_the_common_ones() -> None:
    async def bare(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200})  # ASGI lets `headers` be missing
        await send({"type": "http.response.body"})

    inner = FastAPI()
    inner.mount("/bare", bare)
    app.mount("/mounted", inner)
    async with AsyncClient(transport=ASGITransport(app), base_url="http://localhost") as client:
        answer = await client.get("/mounted/bare/")

    assert (answer.status_code, answer.headers["x-frame-options"]) == (200, "DENY")
