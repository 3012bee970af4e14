"""The order of the checks: a request with two errors gets the response of the first check."""

from typing import Any

import pytest

from tests.contract.client import Client, Json, field_errors, status_and_code
from tests.contract.document import SETTINGS

UNKNOWN_CATEGORY = "/api/categories/nothing-of-this-name"
TOO_LARGE = b"x" * (SETTINGS["bodies"]["max_bytes"] + 1)
JSON = {"Content-Type": "application/json"}
HTML = {"Accept": "text/html"}


def test_host_is_checked_before_path(anonymous: Client) -> None:
    assert status_and_code(anonymous.get("/nowhere", headers={"Host": "elsewhere.example"})) == (400, "invalid_host")


def test_host_is_checked_before_method(anonymous: Client) -> None:
    response = anonymous.request("PROPFIND", "/api/products", headers={"Host": "elsewhere.example"})

    assert status_and_code(response) == (400, "invalid_host")


def test_host_is_checked_before_options(anonymous: Client) -> None:
    response = anonymous.request("OPTIONS", "/api/products", headers={"Host": "elsewhere.example"})

    assert status_and_code(response) == (400, "invalid_host")


def test_path_is_checked_before_accept(anonymous: Client) -> None:
    assert status_and_code(anonymous.get("/nowhere", headers=HTML)) == (404, "not_found")


def test_method_is_checked_before_accept(anonymous: Client) -> None:
    assert status_and_code(anonymous.request("PUT", "/api/products", headers=HTML)) == (405, "method_not_allowed")


def test_options_ignores_accept_and_token(anonymous: Client) -> None:
    headers = {**HTML, "Authorization": "Bearer nonsense"}

    assert anonymous.request("OPTIONS", "/api/orders?nonsense=1", headers=headers).status_code == 204


def test_accept_is_checked_before_token(anonymous: Client) -> None:
    assert status_and_code(anonymous.get("/api/orders", headers=HTML)) == (406, "not_acceptable")


def test_token_is_checked_before_content_type(anonymous: Client) -> None:
    response = anonymous.request("POST", "/api/orders", content=b"x", headers={"Content-Type": "text/plain"})

    assert status_and_code(response) == (401, "not_authenticated")


def test_role_is_checked_before_content_type(shopper: Client) -> None:
    response = shopper.request("POST", "/api/products", content=b"x", headers={"Content-Type": "text/plain"})

    assert status_and_code(response) == (403, "permission_denied")


def test_role_is_checked_before_query(shopper: Client) -> None:
    assert status_and_code(shopper.delete(UNKNOWN_CATEGORY, params={"nonsense": 1})) == (403, "permission_denied")


def test_content_type_is_checked_before_body_size(shopper: Client) -> None:
    response = shopper.request("POST", "/api/orders", content=TOO_LARGE, headers={"Content-Type": "text/plain"})

    assert status_and_code(response) == (415, "unsupported_media_type")


def test_body_size_is_checked_before_body_syntax(shopper: Client) -> None:
    response = shopper.request("POST", "/api/orders", content=TOO_LARGE, headers=JSON)

    assert status_and_code(response) == (413, "content_too_large")


def test_body_syntax_is_checked_before_query(shopper: Client) -> None:
    response = shopper.request("POST", "/api/orders", params={"nonsense": 1}, content=b"{", headers=JSON)

    assert status_and_code(response) == (400, "malformed_body")


def test_errors_of_headers_query_and_body_are_reported_together(shopper: Client) -> None:
    response = shopper.post("/api/orders?b=1&a=1&a=2", {"items": 1, "z": 1}, headers={"Idempotency-Key": "a b"})

    assert field_errors(response) == [
        ("body", "/items", "not_an_array"),
        ("body", "/z", "unknown_field"),
        ("header", "/Idempotency-Key", "invalid_characters"),
        ("query", "/a", "unknown_parameter"),
        ("query", "/b", "unknown_parameter"),
    ]


@pytest.mark.parametrize("body", [{"name": ""}, {"nonsense": 1}, []])
def test_schema_is_checked_before_the_resource_exists(staff: Client, body: Json) -> None:
    assert staff.patch(UNKNOWN_CATEGORY, body).status_code == 422


def test_resource_is_looked_up_before_its_references(staff: Client) -> None:
    assert status_and_code(staff.patch(UNKNOWN_CATEGORY, {"parent": "nothing-either"})) == (404, "not_found")


def test_update_without_fields_of_an_unknown_resource_is_not_found(staff: Client) -> None:
    assert status_and_code(staff.patch(UNKNOWN_CATEGORY, {})) == (404, "not_found")


def test_query_is_validated_before_the_staff_filter(anonymous: Client) -> None:
    response = anonymous.get("/api/products", params={"is_active": "true", "limit": "0"})

    assert field_errors(response) == [("query", "/limit", "too_small")]


def test_at_most_100_errors_are_listed(staff: Client) -> None:
    body: dict[str, Any] = {f"unknown-{number:03}": 1 for number in range(150)}
    errors = field_errors(staff.post("/api/categories", body))

    assert len(errors) == 100
    assert errors[0] == ("body", "/name", "required")
    assert errors[-1] == ("body", "/unknown-098", "unknown_field")


def test_body_keys_are_escaped_in_pointers(staff: Client) -> None:
    response = staff.post("/api/categories", {"name": "x", "a/b": 1, "a~b": 1, "": 1})

    assert field_errors(response) == [
        ("body", "/", "unknown_field"),
        ("body", "/a~0b", "unknown_field"),
        ("body", "/a~1b", "unknown_field"),
    ]


def test_long_field_name_is_truncated_in_pointers(staff: Client) -> None:
    response = staff.post(f"/api/categories?{'q' * 101}=1", {"name": "x", "😀" * 101: 1, "~" * 101: 1})

    assert field_errors(response) == [
        ("body", "/" + "~0" * 100, "unknown_field"),
        ("body", "/" + "😀" * 100, "unknown_field"),
        ("query", "/" + "q" * 100, "unknown_parameter"),
    ]


def test_long_form_field_name_is_truncated_in_pointers(anonymous: Client) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    response = anonymous.request("POST", "/api/auth/login", content=b"n" * len(TOO_LARGE[1:]), headers=headers)

    assert ("body", "/" + "n" * 100, "unknown_field") in field_errors(response)
