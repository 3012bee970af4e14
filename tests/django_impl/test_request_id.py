"""Every line of the log names the request that it belongs to."""

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
    """Log a line."""
    log.warning("something happened")
    return HttpResponse()


def failing(request: HttpRequest) -> HttpResponse:
    """Fail."""
    raise RuntimeError


urlpatterns = [path("logs", view), path("fails", failing)]


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What the shop's own handler writes."""
    root = logging.getLogger()
    former = root.handlers[:]
    dictConfig(settings.LOGGING)  # another test of this process may have configured logging since
    handler = logging.getHandlerByName("stderr")
    assert isinstance(handler, logging.StreamHandler)
    written = io.StringIO()
    handler.setStream(written)
    with override_settings(ROOT_URLCONF=__name__):
        yield written
    root.handlers[:] = former


def test_a_line_has_the_id_that_the_client_sent(lines: io.StringIO) -> None:
    answer = Client().get("/logs", headers={"Host": "localhost", "X-Request-ID": "a-request"})

    assert answer["X-Request-ID"] == "a-request"
    assert re.fullmatch(LINE, lines.getvalue())


def test_a_line_has_the_id_that_was_made(lines: io.StringIO) -> None:
    answer = Client().get("/logs", headers={"Host": "localhost"})

    assert f"[{answer['X-Request-ID']}]" in lines.getvalue()


def test_a_line_under_asgi_has_it_too(lines: io.StringIO) -> None:
    async def answers() -> list[str]:
        client = AsyncClient()
        both = await asyncio.gather(*(client.get("/logs") for _ in range(2)))  # the client sets the host itself
        return [answer["X-Request-ID"] for answer in both]

    with override_settings(ALLOWED_HOSTS=["testserver"]):
        ids = asyncio.run(answers())

    assert {line.split("[")[1].split("]")[0] for line in lines.getvalue().splitlines()} == set(ids)


def test_the_line_of_an_error_has_it_too(lines: io.StringIO) -> None:
    answer = Client(raise_request_exception=False).get("/fails", headers={"Host": "localhost"})

    assert f"[{answer['X-Request-ID']}]: Unexpected error at /fails\nTraceback" in lines.getvalue()


def test_a_line_outside_requests_has_a_hyphen(lines: io.StringIO) -> None:
    Client().get("/logs", headers={"Host": "localhost"})
    log.warning("afterwards")

    assert lines.getvalue().endswith("WARNING shop [-]: afterwards\n")
