"""Log lines contain the ID of their request."""

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from logging.config import dictConfig
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, Client, override_settings
from django.urls import path

from django_impl.config.logs import formatter

log = logging.getLogger("shop")


def view(request: HttpRequest) -> HttpResponse:
    """Log a line and return an empty response."""
    log.warning("something happened")
    return HttpResponse()


def failing_view(request: HttpRequest) -> HttpResponse:
    """Raise an exception."""
    raise RuntimeError


urlpatterns = [path("logs", view), path("fails", failing_view)]


def read(lines: io.StringIO) -> list[dict[str, Any]]:
    """Return the lines without their times."""
    read = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert all(line.pop("timestamp") for line in read)
    return read


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Capture the output of the project's log handler."""
    root = logging.getLogger()
    original_handlers = root.handlers[:]
    dictConfig({**settings.LOGGING, "formatters": {"line": {"()": formatter, "json": True}}})
    handler = logging.getHandlerByName("stderr")
    assert isinstance(handler, logging.StreamHandler)
    output = io.StringIO()
    handler.setStream(output)
    with override_settings(ROOT_URLCONF=__name__):
        yield output
    root.handlers[:] = original_handlers


def test_log_line_has_request_id_from_client(lines: io.StringIO) -> None:
    response = Client().get("/logs", headers={"Host": "localhost", "X-Request-ID": "a-request"})

    assert response["X-Request-ID"] == "a-request"
    assert read(lines)[0] == {
        "level": "warning",
        "logger": "shop",
        "event": "something happened",
        "request_id": "a-request",
    }


def test_log_line_has_generated_request_id(lines: io.StringIO) -> None:
    response = Client().get("/logs", headers={"Host": "localhost"})

    assert read(lines)[0]["request_id"] == response["X-Request-ID"]


def test_log_line_has_request_id_under_asgi(lines: io.StringIO) -> None:
    async def request_ids() -> list[str]:
        client = AsyncClient()
        responses = await asyncio.gather(*(client.get("/logs") for _ in range(2)))  # AsyncClient sends a Host header
        return [response["X-Request-ID"] for response in responses]

    with override_settings(ALLOWED_HOSTS=["testserver"]):
        ids = asyncio.run(request_ids())

    assert {line["request_id"] for line in read(lines)} == set(ids)


def test_error_log_line_has_request_id(lines: io.StringIO) -> None:
    response = Client(raise_request_exception=False).get("/fails", headers={"Host": "localhost"})

    error = read(lines)[0]
    assert (error["event"], error["request_id"]) == ("Unexpected error at /fails", response["X-Request-ID"])
    assert error["exception"].startswith("Traceback")


def test_log_line_outside_request_has_no_request_id(lines: io.StringIO) -> None:
    Client().get("/logs", headers={"Host": "localhost"})
    log.warning("afterwards")

    assert read(lines)[-1] == {"level": "warning", "logger": "shop", "event": "afterwards"}
