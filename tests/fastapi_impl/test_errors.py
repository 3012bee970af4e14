"""Unexpected errors are logged once with traceback and request ID, and return a problem response."""

import json
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
from structlog.contextvars import get_contextvars

from tests.fastapi_impl.failing_app import app, log


class Records(logging.Handler):
    """Log handler that collects records, with the request id that the application's formatter would add."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        record.request_id = get_contextvars().get("request_id")
        self.records.append(record)

    def errors(self) -> list[logging.LogRecord]:
        return [record for record in self.records if record.levelno >= logging.ERROR]


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


def request_id_of(record: logging.LogRecord) -> str:
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
        "/before-response",
    ],
)
async def test_error_before_response_is_logged_once_and_returns_500(
    client: AsyncClient, records: Records, path: str
) -> None:
    response = await client.get(path, headers={"X-Request-ID": "an-id"})

    assert (response.status_code, response.json()["code"]) == (500, "internal_error")
    assert response.headers["content-type"] == "application/problem+json"
    assert (response.headers["x-request-id"], response.headers["x-frame-options"]) == ("an-id", "DENY")
    (record,) = records.errors()
    assert record.exc_info
    assert (request_id_of(record), path in record.getMessage()) == ("an-id", True)


@pytest.mark.parametrize("path", ["/after-response", "/not-found-after-response", "/task"])
async def test_error_after_response_is_logged_once(client: AsyncClient, records: Records, path: str) -> None:
    response = await client.get(path, headers={"X-Request-ID": "an-id"})

    assert (response.status_code, response.json()) == (200, "done")
    (record,) = records.errors()
    assert record.exc_info
    assert request_id_of(record) == "an-id"


async def test_error_while_streaming_is_logged_once_and_ends_response(records: Records) -> None:
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    asgi = {"version": "3.0", "spec_version": "2.4"}  # before 2.4 Starlette waits for the client to disconnect
    scope: Scope = {"type": "http", "http_version": "1.1", "method": "GET", "path": "/stream", "asgi": asgi}
    await app({**scope, "query_string": b"", "headers": []}, receive, send)

    assert [message.get("body") for message in sent] == [None, b"one"]
    assert sum(bool(record.exc_info) for record in records.errors()) == 1


async def test_log_lines_have_request_id(client: AsyncClient, records: Records) -> None:
    await client.get("/thread", headers={"X-Request-ID": "first"})
    await client.get("/endpoint", headers={"X-Request-ID": "second"})
    log.warning("Between requests.")

    lines = [(record.getMessage(), request_id_of(record)) for record in records.records if record.name == "a.feature"]
    assert lines == [
        ("Logged in a middleware.", "first"),
        ("Logged in a thread.", "first"),
        ("Logged in a middleware.", "second"),
        ("Between requests.", "None"),
    ]


@pytest.mark.parametrize("environment", ["development", "production"])
def test_log_line_is_text_in_development_and_json_in_production(environment: str) -> None:
    variables = {"ENVIRONMENT": environment, "DATABASE_URL": "postgresql://x@127.0.0.1:1/x", "SECRET_KEY": "x" * 32}
    code = "import logging; import fastapi_impl.main; logging.getLogger('a.feature').warning('Hello.')"
    result = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **variables, "ALLOWED_HOSTS": "localhost"},
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )

    if environment == "development":
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z \[warning  \] Hello\. +\[a\.feature\] *\n", result.stderr)
    else:
        line = json.loads(result.stderr)
        assert line.pop("timestamp").endswith("Z")
        assert list(line.items()) == [("level", "warning"), ("logger", "a.feature"), ("event", "Hello.")]


async def test_client_errors_are_not_logged(client: AsyncClient, records: Records) -> None:
    assert (await client.get("/conflict")).status_code == 409
    assert (await client.get("/nowhere")).status_code == 404
    assert records.errors() == []


async def test_response_without_headers_gets_common_headers() -> None:
    async def app_without_headers(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200})  # `headers` is optional in ASGI
        await send({"type": "http.response.body"})

    mounted = FastAPI()
    mounted.mount("/bare", app_without_headers)
    app.mount("/mounted", mounted)
    async with AsyncClient(transport=ASGITransport(app), base_url="http://localhost") as client:
        response = await client.get("/mounted/bare/")

    assert (response.status_code, response.headers["x-frame-options"]) == (200, "DENY")
