"""Exceptions become problem responses, and unexpected errors are logged once with a traceback."""

import logging

import pytest
from django.conf import settings
from django.test import Client, override_settings

from tests.django_impl import plain_errors

pytestmark = pytest.mark.usefixtures("error_urlconf")


@pytest.fixture(params=[True, False], ids=["debug", "production"])
def error_urlconf(request: pytest.FixtureRequest):  # type: ignore[no-untyped-def] # a generator fixture
    """Use the URLconf `plain_errors`, with DEBUG on and off."""
    with override_settings(ROOT_URLCONF=plain_errors, DEBUG=request.param):
        yield


def get(path: str) -> tuple[int, str | None, str]:
    """Send a GET request and return status, problem code and detail."""
    response = Client(raise_request_exception=False).get(path, headers={"Host": "localhost"})
    assert response["Content-Type"] == "application/problem+json", response.content[:200]
    problem = response.json()
    assert problem["status"] == response.status_code
    assert problem["type"] == f"tag:shop.example,2026:{problem['code']}"
    return response.status_code, problem["code"], problem["detail"]


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("throttled", 429, "too_many_requests"),
        ("parse-error", 400, "malformed_body"),
        ("authentication-failed", 401, "invalid_token"),
        ("not-authenticated", 401, "not_authenticated"),
        ("permission-denied", 403, "permission_denied"),
        ("custom-detail", 403, "permission_denied"),
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
def test_framework_exception_keeps_status(kind: str, name: str, status: int, code: str) -> None:
    assert get(f"/{kind}/{name}")[:2] == (status, code)


def test_custom_exception_keeps_detail() -> None:
    assert get("/raises/teapot")[2] == "This is a teapot."
    assert get("/raises/custom-detail")[2] == "A custom detail."


@pytest.mark.parametrize(
    ("path", "header", "value"),
    [
        ("/raises/throttled", "Retry-After", "60"),
        ("/raises/not-authenticated", "WWW-Authenticate", "Bearer"),
        ("/raises/method", "Allow", "GET, HEAD, OPTIONS"),
    ],
)
def test_exception_keeps_headers(path: str, header: str, value: str) -> None:
    assert Client().get(path, headers={"Host": "localhost"})[header] == value


def test_validation_error_in_view_lists_each_field() -> None:
    entries = Client().get("/raises/validation", headers={"Host": "localhost"}).json()["errors"]

    assert entries == [
        {"in": "query", "pointer": "/age", "code": "invalid", "message": "This age is too low."},
        {"in": "query", "pointer": "/name", "code": "invalid", "message": "This name is not allowed."},
    ]


@pytest.mark.parametrize(
    "path", ["/raises/key-error", "/plain/key-error", "/unserializable", "/no-response", "/missing-template"]
)
def test_unexpected_error_is_logged_once_with_traceback(path: str, caplog: pytest.LogCaptureFixture) -> None:
    assert get(path)[:2] == (500, "internal_error")

    (record,) = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert record.levelno == logging.ERROR
    assert record.exc_info
    assert path in record.getMessage()


def test_middleware_error_is_logged_once_with_traceback(caplog: pytest.LogCaptureFixture) -> None:
    middleware = [*settings.MIDDLEWARE, f"{plain_errors.__name__}.broken_middleware"]
    with override_settings(MIDDLEWARE=middleware, DEBUG=False):
        assert get("/missing-template")[:2] == (500, "internal_error")

    (record,) = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert (record.levelno, record.name) == (logging.ERROR, "django.request")
    assert record.exc_info


def test_unexpected_error_has_cors_headers() -> None:
    first, *others = settings.MIDDLEWARE
    middleware = [first, "django_impl.common.http.cors.CORSHeadersMiddleware", *others]
    origin = "https://shop.example"
    with override_settings(MIDDLEWARE=middleware, CORS_ALLOWED_ORIGINS=[origin], CORS_URLS_REGEX="^/", DEBUG=False):
        client = Client(raise_request_exception=False)
        response = client.get("/raises/key-error", headers={"Host": "localhost", "Origin": origin})

    assert (response.status_code, response["Access-Control-Allow-Origin"]) == (500, origin)
    assert response["Vary"] == "origin"


@pytest.mark.parametrize("name", ["throttled", "not-found", "validation", "django-bad"])
def test_client_errors_are_not_logged(name: str, caplog: pytest.LogCaptureFixture) -> None:
    get(f"/raises/{name}")

    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
