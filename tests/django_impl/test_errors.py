"""Unexpected errors: a problem for the client, and one entry with its traceback in the log."""

import logging

import pytest
from django.conf import settings
from django.test import Client, override_settings

from tests.django_impl import plain_errors

pytestmark = pytest.mark.usefixtures("error_paths")


@pytest.fixture(params=[True, False], ids=["debug", "production"])
def error_paths(request: pytest.FixtureRequest):  # type: ignore[no-untyped-def] # a generator of nothing
    """The paths of `plain_errors`, in development and in production."""
    with override_settings(ROOT_URLCONF=plain_errors, DEBUG=request.param):
        yield


def get(path: str) -> tuple[int, str | None, str]:
    """Status, code of the problem and detail."""
    answer = Client(raise_request_exception=False).get(path, headers={"Host": "localhost"})
    assert answer["Content-Type"] == "application/problem+json", answer.content[:200]
    problem = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["type"] == f"tag:shop.example,2026:{problem['code']}"
    return answer.status_code, problem["code"], problem["detail"]


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("throttled", 429, "throttled"),
        ("parse-error", 400, "malformed_body"),
        ("authentication-failed", 401, "invalid_token"),
        ("not-authenticated", 401, "not_authenticated"),
        ("permission-denied", 403, "permission_denied"),
        ("own-words", 403, "permission_denied"),
        ("not-found", 404, "not_found"),
        ("method", 405, "method_not_allowed"),
        ("not-acceptable", 406, "not_acceptable"),
        ("media-type", 415, "unsupported_media_type"),
        ("teapot", 418, "teapot"),
        ("server-error", 500, "error"),
        ("validation", 422, "invalid_request"),
        ("validation-list", 422, "invalid_request"),
        ("django-404", 404, "not_found"),
        ("django-denied", 403, "permission_denied"),
        ("django-bad", 400, "malformed_body"),
        ("django-suspicious", 400, "malformed_body"),
        ("django-too-big", 413, "content_too_large"),
        ("django-multipart", 400, "malformed_body"),
        ("django-unreadable", 400, "malformed_body"),
        ("key-error", 500, "internal_error"),
    ],
)
@pytest.mark.parametrize("kind", ["raises", "plain"])
def test_an_exception_of_a_framework_keeps_its_status(kind: str, name: str, status: int, code: str) -> None:
    assert get(f"/{kind}/{name}")[:2] == (status, code)


def test_an_exception_of_a_project_keeps_its_words() -> None:
    assert get("/raises/teapot")[2] == "I brew no coffee."
    assert get("/raises/own-words")[2] == "Only on Sundays."


@pytest.mark.parametrize(
    ("path", "header", "value"),
    [
        ("/raises/throttled", "Retry-After", "60"),
        ("/raises/not-authenticated", "WWW-Authenticate", "Bearer"),
        ("/raises/method", "Allow", "GET, HEAD, OPTIONS"),
    ],
)
def test_an_exception_keeps_its_header(path: str, header: str, value: str) -> None:
    assert Client().get(path, headers={"Host": "localhost"})[header] == value


def test_what_a_view_finds_invalid_is_a_422_with_an_entry_for_each_place() -> None:
    entries = Client().get("/raises/validation", headers={"Host": "localhost"}).json()["errors"]

    assert entries == [
        {"in": "query", "pointer": "/age", "code": "invalid", "message": "Too young."},
        {"in": "query", "pointer": "/name", "code": "invalid", "message": "Not this one."},
    ]


@pytest.mark.parametrize("path", ["/raises/key-error", "/plain/key-error", "/answers", "/nothing", "/page"])
def test_an_unexpected_error_is_logged_once_with_its_traceback(path: str, caplog: pytest.LogCaptureFixture) -> None:
    assert get(path)[:2] == (500, "internal_error")

    (record,) = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert record.levelno == logging.ERROR
    assert record.exc_info
    assert path in record.getMessage()


def test_an_error_in_a_middleware_is_logged_once_with_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    middleware = [*settings.MIDDLEWARE, f"{plain_errors.__name__}.broken_middleware"]
    with override_settings(MIDDLEWARE=middleware, DEBUG=False):
        assert get("/page")[:2] == (500, "internal_error")

    (record,) = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert (record.levelno, record.name) == (logging.ERROR, "django.request")
    assert record.exc_info


@pytest.mark.parametrize("name", ["throttled", "not-found", "validation", "django-bad"])
def test_a_refusal_is_an_answer_and_not_an_event(name: str, caplog: pytest.LogCaptureFixture) -> None:
    get(f"/raises/{name}")

    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
