"""Hosts, paths and methods: the checks that every operation makes first."""

import httpx
import pytest

from tests.contract.client import Client, refusal
from tests.contract.document import DOCUMENT, OPERATIONS, Operation, allow

every_operation = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
every_path = pytest.mark.parametrize("path", DOCUMENT["paths"])

UNKNOWN_PATHS = [
    "/api",
    "/api/",
    "/apis",
    "/api/nothing",
    "/api/auth",
    "/api/auth/nobody",
    "/API/products",
    "/api//products",
    "//api/products",
    "/api/products/a/b",
    "/api/products/a/adjust_stock",
    "/api/products/%2F",
    "/api/orders/x/refund",
    "/favicon.ico",
    "/.env",
]


def _example(path: str) -> str:
    return next(one.example_path for one in OPERATIONS.values() if one.path == path)


@every_operation
def test_unknown_host_is_rejected(anonymous: Client, operation: Operation) -> None:
    answer = anonymous.perform(operation, headers={"Host": "elsewhere.example"})

    assert refusal(answer) == (400, "invalid_host")


@pytest.mark.parametrize("host", ["127.0.0.1", "LOCALHOST", "localhost:1", "127.0.0.1:65535"])
def test_host_matches_case_insensitively_and_with_any_port(anonymous: Client, host: str) -> None:
    assert anonymous.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["127.0.0.1.elsewhere.example", "evil@localhost", "localhost/x", "loc alhost", "::1"])
def test_malformed_host_is_rejected(anonymous: Client, host: str) -> None:
    assert refusal(anonymous.get("/healthz", headers={"Host": host})) == (400, "invalid_host")


@every_path
def test_path_with_a_trailing_slash_is_not_found(anonymous: Client, path: str) -> None:
    assert refusal(anonymous.get(_example(path) + "/")) == (404, "not_found")


@pytest.mark.parametrize("path", UNKNOWN_PATHS)
def test_unknown_path_is_not_found_for_any_method(anonymous: Client, path: str) -> None:
    # As it stands: the client would tidy a relative path up.
    url = httpx.URL(anonymous.http.base_url, raw_path=path.encode())

    for method in ("GET", "POST", "PATCH", "DELETE", "OPTIONS", "HEAD"):
        assert anonymous.request(method, url).status_code == 404, method


@every_path
def test_options_returns_the_allowed_methods(anonymous: Client, path: str) -> None:
    answer = anonymous.request("OPTIONS", _example(path))

    assert (answer.status_code, answer.headers["allow"]) == (204, allow(path))


@every_path
def test_method_not_allowed_lists_the_allowed_methods(anonymous: Client, path: str) -> None:
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"} - set(allow(path).split(", ")):
        answer = anonymous.request(method, _example(path))

        assert refusal(answer) == (405, "method_not_allowed")
        assert answer.headers["allow"] == allow(path)


@pytest.mark.parametrize(
    "operation", [one for one in OPERATIONS.values() if one.method == "GET"], ids=lambda one: one.id
)
def test_head_returns_the_headers_of_get_without_the_body(anonymous: Client, operation: Operation) -> None:
    got, headed = anonymous.perform(operation), anonymous.request("HEAD", operation.example_path)
    changing = {"date", "x-request-id"}

    assert headed.status_code == got.status_code
    assert {k: v for k, v in headed.headers.items() if k not in changing} == {
        k: v for k, v in got.headers.items() if k not in changing
    }


@pytest.mark.parametrize("sent", ["abc", "a.b_c-1", "x" * 128])
@pytest.mark.parametrize("path", ["/healthz", "/api/nothing", "/api/orders"])
def test_valid_request_id_is_echoed(anonymous: Client, path: str, sent: str) -> None:
    assert anonymous.get(path, headers={"X-Request-ID": sent}).headers["x-request-id"] == sent


@pytest.mark.parametrize("sent", ["", "a b", "x" * 129, "é", "a,b", "<script>"])
def test_invalid_request_id_is_replaced(anonymous: Client, sent: str) -> None:
    made = [anonymous.get("/healthz", headers={"X-Request-ID": sent}).headers["x-request-id"] for _ in range(2)]

    assert sent not in made
    assert made[0] != made[1]
