"""Two things wrong at once: the check that comes first answers."""

from typing import Any

import pytest

from tests.contract.client import Client, Json, field_errors, refusal
from tests.contract.document import SETTINGS

NOWHERE = "/api/categories/nothing-of-this-name"
TOO_LARGE = b"x" * (SETTINGS["bodies"]["max_bytes"] + 1)
JSON = {"Content-Type": "application/json"}
HTML = {"Accept": "text/html"}


def test_the_host_comes_before_the_path(anonymous: Client) -> None:
    assert refusal(anonymous.get("/nowhere", headers={"Host": "elsewhere.example"})) == (400, "invalid_host")


def test_the_host_comes_before_the_method(anonymous: Client) -> None:
    answer = anonymous.request("PROPFIND", "/api/products", headers={"Host": "elsewhere.example"})

    assert refusal(answer) == (400, "invalid_host")


def test_the_host_comes_before_options(anonymous: Client) -> None:
    answer = anonymous.request("OPTIONS", "/api/products", headers={"Host": "elsewhere.example"})

    assert refusal(answer) == (400, "invalid_host")


def test_the_path_comes_before_accept(anonymous: Client) -> None:
    assert refusal(anonymous.get("/nowhere", headers=HTML)) == (404, "not_found")


def test_the_method_comes_before_accept(anonymous: Client) -> None:
    assert refusal(anonymous.request("PUT", "/api/products", headers=HTML)) == (405, "method_not_allowed")


def test_options_looks_at_neither_accept_nor_token(anonymous: Client) -> None:
    headers = {**HTML, "Authorization": "Bearer nonsense"}

    assert anonymous.request("OPTIONS", "/api/orders?nonsense=1", headers=headers).status_code == 204


def test_accept_comes_before_the_token(anonymous: Client) -> None:
    assert refusal(anonymous.get("/api/orders", headers=HTML)) == (406, "not_acceptable")


def test_the_token_comes_before_the_type_of_the_body(anonymous: Client) -> None:
    answer = anonymous.request("POST", "/api/orders", content=b"x", headers={"Content-Type": "text/plain"})

    assert refusal(answer) == (401, "not_authenticated")


def test_the_role_comes_before_the_type_of_the_body(shopper: Client) -> None:
    answer = shopper.request("POST", "/api/products", content=b"x", headers={"Content-Type": "text/plain"})

    assert refusal(answer) == (403, "permission_denied")


def test_the_role_comes_before_the_query(shopper: Client) -> None:
    assert refusal(shopper.delete(NOWHERE, params={"nonsense": 1})) == (403, "permission_denied")


def test_the_type_of_the_body_comes_before_its_size(shopper: Client) -> None:
    answer = shopper.request("POST", "/api/orders", content=TOO_LARGE, headers={"Content-Type": "text/plain"})

    assert refusal(answer) == (415, "unsupported_media_type")


def test_the_size_of_the_body_comes_before_its_form(shopper: Client) -> None:
    assert refusal(shopper.request("POST", "/api/orders", content=TOO_LARGE, headers=JSON)) == (
        413,
        "content_too_large",
    )


def test_the_form_of_the_body_comes_before_the_query(shopper: Client) -> None:
    answer = shopper.request("POST", "/api/orders", params={"nonsense": 1}, content=b"{", headers=JSON)

    assert refusal(answer) == (400, "malformed_body")


def test_all_errors_of_header_query_and_body_are_told_together(shopper: Client) -> None:
    answer = shopper.post("/api/orders?b=1&a=1&a=2", {"items": 1, "z": 1}, headers={"Idempotency-Key": "a b"})

    assert field_errors(answer) == [
        ("body", "/items", "not_an_array"),
        ("body", "/z", "unknown_field"),
        ("header", "/Idempotency-Key", "invalid_characters"),
        ("query", "/a", "unknown_parameter"),
        ("query", "/b", "unknown_parameter"),
    ]


@pytest.mark.parametrize("body", [{"name": ""}, {"nonsense": 1}, []])
def test_the_schema_comes_before_what_is_not_there(staff: Client, body: Json) -> None:
    assert staff.patch(NOWHERE, body).status_code == 422


def test_what_is_not_there_comes_before_what_it_refers_to(staff: Client) -> None:
    assert refusal(staff.patch(NOWHERE, {"parent": "nothing-either"})) == (404, "not_found")


def test_an_empty_change_of_what_is_not_there_is_not_found(staff: Client) -> None:
    assert refusal(staff.patch(NOWHERE, {})) == (404, "not_found")


def test_a_valid_query_comes_before_the_filter_for_staff(anonymous: Client) -> None:
    answer = anonymous.get("/api/products", params={"is_active": "true", "limit": "0"})

    assert field_errors(answer) == [("query", "/limit", "too_small")]


def test_at_most_100_errors_are_listed(staff: Client) -> None:
    body: dict[str, Any] = {f"unknown-{number:03}": 1 for number in range(150)}
    errors = field_errors(staff.post("/api/categories", body))

    assert len(errors) == 100
    assert errors[0] == ("body", "/name", "required")
    assert errors[-1] == ("body", "/unknown-098", "unknown_field")


def test_keys_of_the_body_are_escaped_in_pointers(staff: Client) -> None:
    answer = staff.post("/api/categories", {"name": "x", "a/b": 1, "a~b": 1, "": 1})

    assert field_errors(answer) == [
        ("body", "/", "unknown_field"),
        ("body", "/a~0b", "unknown_field"),
        ("body", "/a~1b", "unknown_field"),
    ]


def test_a_long_name_is_cut_in_pointers(staff: Client) -> None:
    answer = staff.post(f"/api/categories?{'q' * 101}=1", {"name": "x", "😀" * 101: 1, "~" * 101: 1})

    assert field_errors(answer) == [
        ("body", "/" + "~0" * 100, "unknown_field"),
        ("body", "/" + "😀" * 100, "unknown_field"),
        ("query", "/" + "q" * 100, "unknown_parameter"),
    ]


def test_a_form_of_one_long_name_is_told_briefly(anonymous: Client) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = anonymous.request("POST", "/api/auth/login", content=b"n" * len(TOO_LARGE[1:]), headers=headers)

    assert ("body", "/" + "n" * 100, "unknown_field") in field_errors(answer)
