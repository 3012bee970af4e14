"""Hosts, paths and methods: the checks that every operation makes first."""

import httpx
import pytest

from tests.contract.client import Client, status_and_code
from tests.contract.document import DOCUMENT, OPERATIONS, Operation, allow_header

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


def _example_path(path: str) -> str:
    """Return the example of a path of openapi.yaml."""
    return next(operation.example_path for operation in OPERATIONS.values() if operation.path == path)


@every_operation
def test_unknown_host_is_rejected(anonymous: Client, operation: Operation) -> None:
    response = anonymous.perform(operation, headers={"Host": "elsewhere.example"})

    assert status_and_code(response) == (400, "invalid_host")


@pytest.mark.parametrize("host", ["127.0.0.1", "LOCALHOST", "localhost:1", "127.0.0.1:65535"])
def test_host_matches_case_insensitively_and_with_any_port(anonymous: Client, host: str) -> None:
    assert anonymous.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["127.0.0.1.elsewhere.example", "evil@localhost", "localhost/x", "loc alhost", "::1"])
def test_malformed_host_is_rejected(anonymous: Client, host: str) -> None:
    assert status_and_code(anonymous.get("/healthz", headers={"Host": host})) == (400, "invalid_host")


@every_path
def test_path_with_a_trailing_slash_is_not_found(anonymous: Client, path: str) -> None:
    assert status_and_code(anonymous.get(_example_path(path) + "/")) == (404, "not_found")


@pytest.mark.parametrize("path", UNKNOWN_PATHS)
def test_unknown_path_is_not_found_for_any_method(anonymous: Client, path: str) -> None:
    # A raw path, because httpx would normalize the path.
    url = httpx.URL(anonymous.http.base_url, raw_path=path.encode())

    for method in ("GET", "POST", "PATCH", "DELETE", "OPTIONS", "HEAD"):
        assert anonymous.request(method, url).status_code == 404, method


@every_path
def test_options_returns_the_allowed_methods(anonymous: Client, path: str) -> None:
    response = anonymous.request("OPTIONS", _example_path(path))

    assert (response.status_code, response.headers["allow"]) == (204, allow_header(path))


@every_path
def test_method_not_allowed_lists_the_allowed_methods(anonymous: Client, path: str) -> None:
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"} - set(allow_header(path).split(", ")):
        response = anonymous.request(method, _example_path(path))

        assert status_and_code(response) == (405, "method_not_allowed")
        assert response.headers["allow"] == allow_header(path)


@pytest.mark.parametrize(
    "operation",
    [operation for operation in OPERATIONS.values() if operation.method == "GET"],
    ids=lambda operation: operation.id,
)
def test_head_returns_the_headers_of_get_without_the_body(anonymous: Client, operation: Operation) -> None:
    get_response, head_response = anonymous.perform(operation), anonymous.request("HEAD", operation.example_path)
    varying_headers = {"date", "x-request-id"}

    assert head_response.status_code == get_response.status_code
    assert {k: v for k, v in head_response.headers.items() if k not in varying_headers} == {
        k: v for k, v in get_response.headers.items() if k not in varying_headers
    }


@pytest.mark.parametrize("sent", ["abc", "a.b_c-1", "x" * 128])
@pytest.mark.parametrize("path", ["/healthz", "/api/nothing", "/api/orders"])
def test_valid_request_id_is_echoed(anonymous: Client, path: str, sent: str) -> None:
    assert anonymous.get(path, headers={"X-Request-ID": sent}).headers["x-request-id"] == sent


@pytest.mark.parametrize("sent", ["", "a b", "x" * 129, "é", "a,b", "<script>"])
def test_invalid_request_id_is_replaced(anonymous: Client, sent: str) -> None:
    request_ids = [anonymous.get("/healthz", headers={"X-Request-ID": sent}).headers["x-request-id"] for _ in range(2)]

    assert sent not in request_ids
    assert request_ids[0] != request_ids[1]
