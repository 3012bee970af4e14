"""Errors that all operations share: Accept, tokens, roles, media types, body sizes and syntax."""

import pytest

from tests.contract.client import Client, field_errors, status_and_code
from tests.contract.document import OPERATIONS, SETTINGS, Operation

MAX_BYTES = SETTINGS["bodies"]["max_bytes"]
MAX_NESTING = SETTINGS["bodies"]["max_nesting"]

every_operation = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)


def operations_that(**properties: bool) -> pytest.MarkDecorator:
    """Parametrize a test over the operations with these properties."""
    operations = [
        operation
        for operation in OPERATIONS.values()
        if all(bool(getattr(operation, name)) is value for name, value in properties.items())
    ]
    return pytest.mark.parametrize("operation", operations, ids=lambda operation: operation.id)


def _permitted_client(operation: Operation, staff: Client, shopper: Client) -> Client:
    """Return the client whose user may perform the operation."""
    return staff if operation.is_for_staff else shopper


@every_operation
@pytest.mark.parametrize("accept", ["text/html", "application/xml, text/*;q=0.5", "application/json;q=0", "*/*;q=0"])
def test_accept_without_json_is_rejected(staff: Client, operation: Operation, accept: str) -> None:
    assert status_and_code(staff.perform(operation, headers={"Accept": accept})) == (406, "not_acceptable")


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("", 200),
        ("*/*", 200),
        ("application/*", 200),
        ("application/json", 200),
        ("APPLICATION/JSON", 200),
        ("application/json; indent=4", 200),
        ("application/json;charset=latin-1", 200),
        ("text/html, application/json;q=0.1", 200),
        ("text/html,*/*;q=0.1", 200),
        ("application/json, */*;q=0", 200),
        ("application/json;q=0, */*", 406),
        ("application/json;q=0.0, application/*;q=1", 406),
        ("application/*;q=0, */*;q=1", 406),
        ("application/problem+json", 406),
        ("text/json", 406),
        ("json", 406),
    ],
)
def test_most_specific_accept_range_decides(anonymous: Client, accept: str, status: int) -> None:
    assert anonymous.get("/api/products/featured", headers={"Accept": accept}).status_code == status


@operations_that(needs_token=True)
def test_missing_token_returns_401(anonymous: Client, operation: Operation) -> None:
    assert status_and_code(anonymous.perform(operation)) == (401, "not_authenticated")


@operations_that(needs_token=True)
def test_other_authorization_scheme_counts_as_missing_token(anonymous: Client, operation: Operation) -> None:
    response = anonymous.perform(operation, headers={"Authorization": "Basic YTpi"})

    assert status_and_code(response) == (401, "not_authenticated")


@operations_that(reads_token=True)
@pytest.mark.parametrize("value", ["Bearer nonsense", "bearer a.b.c", "Bearer", "Bearer a b"])
def test_invalid_token_is_rejected_on_public_operations(anonymous: Client, operation: Operation, value: str) -> None:
    response = anonymous.perform(operation, headers={"Authorization": value})

    assert status_and_code(response) == (401, "invalid_token")


@pytest.mark.parametrize("name", ["register", "refresh", "login"])
def test_register_login_and_refresh_ignore_the_token(anonymous: Client, name: str) -> None:
    operation = OPERATIONS[name]
    options = {"json": {}} if operation.takes_json else {"data": {"username": "x"}}

    assert anonymous.perform(operation, headers={"Authorization": "Bearer nonsense"}, **options).status_code == 422


@operations_that(is_for_staff=True)
def test_staff_operation_is_rejected_for_customers(shopper: Client, operation: Operation) -> None:
    assert status_and_code(shopper.perform(operation)) == (403, "permission_denied")


@operations_that(media_type=True)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/xml"},
        {"Content-Type": "multipart/mixed; boundary=x"},
        {"Content-Type": "{own}; charset=latin-1"},
        {"Content-Type": "{own}", "Content-Encoding": "gzip"},
        {"Content-Type": "{own}, text/plain"},
    ],
    ids=lambda headers: " ".join(headers.values()) or "none",
)
def test_unsupported_content_type_is_rejected(
    staff: Client, shopper: Client, operation: Operation, headers: dict[str, str]
) -> None:
    filled = {name: value.replace("{own}", operation.media_type or "") for name, value in headers.items()}
    response = _permitted_client(operation, staff, shopper).perform(operation, content=b"{}", headers=filled)

    assert status_and_code(response) == (415, "unsupported_media_type")


@operations_that(media_type=True, takes_file=False)
@pytest.mark.parametrize("suffix", ["", "; charset=utf-8", ';charset="UTF-8"', "; charset=utf-8; version=1", "; q=1"])
def test_content_type_parameters_are_ignored(staff: Client, shopper: Client, operation: Operation, suffix: str) -> None:
    client = _permitted_client(operation, staff, shopper)
    response = client.perform(operation, content=b"[]", headers={"Content-Type": f"{operation.media_type}{suffix}"})

    assert response.status_code == 422


@pytest.mark.parametrize("suffix", ["", "; charset=utf-8", ';charset="UTF-8"', "; version=1"])
def test_parameters_of_a_multipart_type_are_ignored(staff: Client, suffix: str) -> None:
    headers = {"Content-Type": f"multipart/form-data; boundary=x{suffix}"}
    response = staff.perform(OPERATIONS["set_product_image"], content=b"--x--\r\n", headers=headers)

    assert field_errors(response) == [("body", "/image", "required")]


@operations_that(media_type=True)
def test_body_above_the_size_limit_is_rejected(staff: Client, shopper: Client, operation: Operation) -> None:
    client = _permitted_client(operation, staff, shopper)
    headers = {"Content-Type": operation.media_type or ""}

    max_bytes = SETTINGS["images"]["max_form_bytes"] if operation.takes_file else MAX_BYTES
    response = client.perform(operation, content=b" " * (max_bytes + 1), headers=headers)

    assert status_and_code(response) == (413, "content_too_large")
    assert client.perform(operation, content=b"a=".ljust(max_bytes, b"x"), headers=headers).status_code in {400, 422}


@operations_that(takes_json=True)
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" ",
        b"{",
        b'{"a":1,}',
        b"{'a':1}",
        b'{"a":NaN}',
        b'{"a":-Infinity}',
        b'{"a":"\\ud800"}',
        b'{"\\udfff":1}',
        b'{"a":1,"a":1}',
        b'{"a":"\xff"}',
        b"\xef\xbb\xbf{}",
        "{}".encode("utf-16"),
        b"{}{}",
        b'{"a":01}',
        b'{"a":"\n"}',
        b"[" * (MAX_NESTING + 1) + b"]" * (MAX_NESTING + 1),
        b"[" * 100_000,
    ],
    ids=range(18),
)
def test_invalid_json_is_rejected(staff: Client, shopper: Client, operation: Operation, content: bytes) -> None:
    client = _permitted_client(operation, staff, shopper)
    response = client.perform(operation, content=content, headers={"Content-Type": "application/json"})

    assert status_and_code(response) == (400, "malformed_body")


@operations_that(takes_json=True)
def test_maximum_json_nesting_is_accepted(staff: Client, shopper: Client, operation: Operation) -> None:
    client = _permitted_client(operation, staff, shopper)
    content = b"[" * MAX_NESTING + b"]" * MAX_NESTING
    response = client.perform(operation, content=content, headers={"Content-Type": "application/json"})

    assert field_errors(response) == [("body", "", "not_an_object")]


@pytest.mark.parametrize("content", [b"username=%FF&password=x", b"\xff=1", b"username=%C3&password=%28"])
def test_form_that_is_not_utf8_is_rejected(anonymous: Client, content: bytes) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    response = anonymous.perform(OPERATIONS["login"], content=content, headers=headers)

    assert status_and_code(response) == (400, "malformed_body")


def test_empty_form_has_no_fields(anonymous: Client) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    response = anonymous.perform(OPERATIONS["login"], content=b"", headers=headers)

    assert field_errors(response) == [("body", "/password", "required"), ("body", "/username", "required")]


@every_operation
def test_unknown_query_parameter_is_reported(staff: Client, operation: Operation) -> None:
    response = staff.perform(operation, params={"nonsense": "1"})

    assert ("query", "/nonsense", "unknown_parameter") in field_errors(response)


@operations_that(media_type=False)
def test_unexpected_body_is_ignored(staff: Client, operation: Operation) -> None:
    without_body = staff.perform(operation)
    with_body = staff.perform(operation, content=b"{nonsense", headers={"Content-Type": "text/plain"})

    assert with_body.status_code == without_body.status_code
