"""DRF serializers, parsers, renderers, permissions and throttles."""

from typing import Any

import pytest
from django.core.cache import cache

from django_impl.users.models import User
from django_impl.users.tokens import issue_access_token
from tests.django_impl.plain.requests import errors, get, post

FORM_PART = b'Content-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'


def test_serializer_reads_json_body() -> None:
    response = post("/note", {"title": "hello", "lines": [{"quantity": 2}]})

    assert response.status_code == 201
    assert response.json() == {"title": "hello", "kind": "a", "lines": [{"quantity": 2}], "uppercase": "HELLO"}


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"title=hello&kind=b", "application/x-www-form-urlencoded"),
        (
            b"--x\r\n" + FORM_PART % (b"title", b"hello") + b"--x\r\n" + FORM_PART % (b"kind", b"b") + b"--x--\r\n",
            "multipart/form-data; boundary=x",
        ),
    ],
)
def test_serializer_reads_form_body(body: bytes, content_type: str) -> None:
    assert post("/note", body, content_type).json() == {"title": "hello", "kind": "b", "uppercase": "HELLO"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, ("body /title", "required", "This field is required.")),
        ({"title": None}, ("body /title", "null_not_allowed", "This field may not be null.")),
        ({"title": "too long"}, ("body /title", "max_length", "Ensure this field has no more than 5 characters.")),
        ({"title": "rude"}, ("body /title", "rude", "Be polite.")),
        ({"title": "x", "email": "x"}, ("body /email", "invalid", "Enter a valid email address.")),
        ({"title": "x", "email": "x@example.org"}, ("body /email", "invalid", "This domain is not allowed.")),
        ({"title": "x", "kind": "secret"}, ("body /kind", "invalid_choice", "This is not one of the allowed values.")),
        ({"title": "a"}, ("body ", "invalid", "Title and kind are the same.")),
        (
            {"title": "x", "lines": [{"quantity": 1}, {"quantity": 10}]},
            ("body /lines/1/quantity", "too_large", "Ensure this value is less than or equal to 9."),
        ),
        ({"title": "x", "lines": {}}, ("body /lines", "not_an_array", "This must be an array.")),
        ([], ("body ", "invalid", "Invalid data. Expected a dictionary, but got list.")),
    ],
)
def test_invalid_body_returns_422(body: Any, expected: tuple[str, str, str]) -> None:
    assert errors(post("/note", body)) == [expected]


def test_list_errors_point_to_items() -> None:
    response = post("/notes", [{"title": "x"}, {"title": "too long"}, {}])

    assert [location for location, _, _ in errors(response)] == ["body /1/title", "body /2/title"]


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", {"Content-Type": "application/json"}, 400),
        (b'{"a":NaN}', {"Content-Type": "application/json"}, 400),
        (b"<x/>", {"Content-Type": "application/xml"}, 415),
        (b"{}", {"Content-Type": "application/json; charset=latin-1"}, 415),
        (b"{}", {"Content-Type": "application/json", "Content-Encoding": "gzip"}, 415),
        (b" " * (1024 * 1024 + 1), {"Content-Type": "application/json"}, 413),
    ],
)
def test_body_is_parsed_strictly(body: bytes, headers: dict[str, str], status: int) -> None:
    encoding = {"Content-Encoding": headers["Content-Encoding"]} if "Content-Encoding" in headers else {}

    assert post("/echo", body, headers["Content-Type"], **encoding).status_code == status


def test_function_based_view_works() -> None:
    assert get("/echo?a=1").json() == {"data": {}, "query": {"a": "1"}}
    assert post("/echo?a=1", {"b": [2]}).json() == {"data": {"b": [2]}, "query": {"a": "1"}}


def test_view_without_permission_classes_requires_token(user: User) -> None:
    response = get("/default-permissions")

    assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")
    assert response["WWW-Authenticate"] == "Bearer"
    assert get("/default-permissions", Authorization=f"Bearer {issue_access_token(user)}").json() == {
        "email": str(user)
    }


def test_throttled_response_has_retry_after() -> None:
    cache.clear()
    assert get("/throttled").status_code == 200

    response = get("/throttled")
    assert (response.status_code, response["Content-Type"]) == (429, "application/problem+json")
    assert int(response["Retry-After"]) > 0


def test_accept_header_selects_renderer() -> None:
    assert get("/rendered", Accept="application/json").json() == {"hello": 1}
    assert get("/rendered", Accept="text/html").content == b"<p>hello"
    assert get("/rendered", Accept="image/png").status_code == 406
