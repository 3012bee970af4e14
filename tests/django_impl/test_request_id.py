"""Log lines contain the ID of their request."""

import asyncio
import io
import logging
import re
from collections.abc import Iterator
from logging.config import dictConfig

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, Client, override_settings
from django.urls import path

LINE = r"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} WARNING shop \[a-request\]: something happened\n"
log = logging.getLogger("shop")


def view(request: HttpRequest) -> HttpResponse:
    """Log a line and return an empty response."""
    log.warning("something happened")
    return HttpResponse()


def failing_view(request: HttpRequest) -> HttpResponse:
    """Raise an exception."""
    raise RuntimeError


urlpatterns = [path("logs", view), path("fails", failing_view)]


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Capture the output of the project's log handler."""
    root = logging.getLogger()
    original_handlers = root.handlers[:]
    dictConfig(settings.LOGGING)  # another test may have changed the logging configuration
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
    assert re.fullmatch(LINE, lines.getvalue())


def test_log_line_has_generated_request_id(lines: io.StringIO) -> None:
    response = Client().get("/logs", headers={"Host": "localhost"})

    assert f"[{response['X-Request-ID']}]" in lines.getvalue()


def test_log_line_has_request_id_under_asgi(lines: io.StringIO) -> None:
    async def request_ids() -> list[str]:
        client = AsyncClient()
        responses = await asyncio.gather(*(client.get("/logs") for _ in range(2)))  # AsyncClient sends a Host header
        return [response["X-Request-ID"] for response in responses]

    with override_settings(ALLOWED_HOSTS=["testserver"]):
        ids = asyncio.run(request_ids())

    assert {line.split("[")[1].split("]")[0] for line in lines.getvalue().splitlines()} == set(ids)


def test_error_log_line_has_request_id(lines: io.StringIO) -> None:
    response = Client(raise_request_exception=False).get("/fails", headers={"Host": "localhost"})

    assert f"[{response['X-Request-ID']}]: Unexpected error at /fails\nTraceback" in lines.getvalue()


def test_log_line_outside_request_has_hyphen(lines: io.StringIO) -> None:
    Client().get("/logs", headers={"Host": "localhost"})
    log.warning("afterwards")

    assert lines.getvalue().endswith("WARNING shop [-]: afterwards\n")
