"""Every query parameter: known, given once, not empty, and within its bounds."""

import pytest

from tests.contract.client import Client, field_errors
from tests.contract.document import OPERATIONS
from tests.contract_lint import Node

LISTS = [("list_categories", "/api/categories"), ("list_products", "/api/products"), ("list_orders", "/api/orders")]
PARAMETERS = [
    (path, parameter) for name, path in LISTS for parameter in OPERATIONS[name].parameters if parameter["in"] == "query"
]

every_list = pytest.mark.parametrize("path", [path for _, path in LISTS])
every_parameter = pytest.mark.parametrize(
    ("path", "parameter"), PARAMETERS, ids=[f"{path}?{parameter['name']}" for path, parameter in PARAMETERS]
)


def query_errors(client: Client, path: str, **params: str | list[str]) -> list[tuple[str, str, str]]:
    """Request a list with these parameters, and return the field errors."""
    return field_errors(client.get(path, params=params))


@every_parameter
def test_empty_parameter_is_rejected(staff: Client, path: str, parameter: Node) -> None:
    name = parameter["name"]

    assert query_errors(staff, path, **{name: ""}) == [("query", f"/{name}", "empty_parameter")]


@every_parameter
def test_repeated_parameter_is_rejected(staff: Client, path: str, parameter: Node) -> None:
    name, value = parameter["name"], str(parameter["example"])

    assert query_errors(staff, path, **{name: [value, value]}) == [("query", f"/{name}", "repeated_parameter")]


@every_list
@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("0", "too_small"),
        ("-1", "too_small"),
        ("101", "too_large"),
        ("9" * 400, "too_large"),
        ("1.0", "not_an_integer"),
        ("1e1", "not_an_integer"),
        ("+1", "not_an_integer"),
        ("01", "not_an_integer"),
        ("0x1", "not_an_integer"),
        ("1_0", "not_an_integer"),
        ("\u0661", "not_an_integer"),
        ("ten", "not_an_integer"),
        ("true", "not_an_integer"),
    ],
    ids=lambda value: value[:12],
)
def test_invalid_limit_is_rejected(staff: Client, path: str, value: str, code: str) -> None:
    assert query_errors(staff, path, limit=value) == [("query", "/limit", code)]


@every_list
def test_minimum_and_maximum_limit_are_accepted(staff: Client, path: str) -> None:
    schema = next(parameter["schema"] for _, parameter in PARAMETERS if parameter["name"] == "limit")

    for limit in (schema["minimum"], schema["maximum"]):
        assert len(staff.get(path, params={"limit": limit}).json()["items"]) <= limit


@pytest.mark.parametrize("name", ["in_stock", "is_active"])
@pytest.mark.parametrize("value", ["1", "0", "True", "FALSE", "yes", "null", "truefalse"])
def test_boolean_accepts_only_true_and_false(staff: Client, name: str, value: str) -> None:
    assert query_errors(staff, "/api/products", **{name: value}) == [("query", f"/{name}", "not_a_boolean")]


@pytest.mark.parametrize("name", ["min_price", "max_price"])
@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("1.999", "invalid_money"),
        ("-1", "invalid_money"),
        ("1,5", "invalid_money"),
        ("1e1", "invalid_money"),
        (".5", "invalid_money"),
        ("5.", "invalid_money"),
        ("01", "invalid_money"),
        ("123456789", "invalid_money"),
        ("NaN", "invalid_money"),
        ("\u0661", "invalid_money"),
        ("1\x002", "control_character"),
        ("1234567890.12", "too_long"),
    ],
    ids=ascii,
)
def test_invalid_price_filter_is_rejected(anonymous: Client, name: str, value: str, code: str) -> None:
    assert query_errors(anonymous, "/api/products", **{name: value}) == [("query", f"/{name}", code)]


@pytest.mark.parametrize("value", ["stock", "--price", "PRICE", "price,name", "+price", "-id"])
def test_unknown_ordering_is_rejected(anonymous: Client, value: str) -> None:
    assert query_errors(anonymous, "/api/products", ordering=value) == [("query", "/ordering", "invalid_choice")]


@pytest.mark.parametrize("name", ["search", "category"])
def test_search_text_length_is_limited(anonymous: Client, name: str) -> None:
    (max_length,) = {one["schema"]["maxLength"] for _, one in PARAMETERS if one["name"] == name}

    assert anonymous.get("/api/products", params={name: "q" * max_length}).json()["items"] == []
    assert anonymous.get("/api/products", params={name: f" {'😀' * max_length} "}).json()["items"] == []
    assert query_errors(anonymous, "/api/products", **{name: "x" * (max_length + 1)}) == [
        ("query", f"/{name}", "too_long")
    ]
    assert query_errors(anonymous, "/api/products", **{name: "a\x00b"}) == [("query", f"/{name}", "control_character")]


def test_all_query_errors_are_reported_together(staff: Client) -> None:
    response = staff.get("/api/products?limit=0&in_stock=maybe&min_price=x&search=&nonsense=1&ordering=stock")

    assert field_errors(response) == [
        ("query", "/in_stock", "not_a_boolean"),
        ("query", "/limit", "too_small"),
        ("query", "/min_price", "invalid_money"),
        ("query", "/nonsense", "unknown_parameter"),
        ("query", "/ordering", "invalid_choice"),
        ("query", "/search", "empty_parameter"),
    ]


def test_errors_do_not_echo_the_input(staff: Client) -> None:
    response = staff.get("/api/products", params={"limit": "secret-value", "ordering": "secret-value"})

    assert "secret-value" not in response.text
