"""Health checks, the generated OpenAPI document, and the documentation pages."""

import re

import pytest

from tests.contract.client import Client
from tests.contract.document import DOCUMENT


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_healthy_server_returns_200(anonymous: Client, path: str) -> None:
    response = anonymous.get(path)

    assert (response.status_code, response.content) == (200, b'{"status":"ok"}')


def test_health_ignores_the_token(anonymous: Client) -> None:
    assert anonymous.get("/readyz", headers={"Authorization": "Bearer nonsense"}).status_code == 200


def test_generated_document_has_the_operations_of_the_contract(anonymous: Client) -> None:
    response = anonymous.http.get("/openapi.json")
    generated = response.json()

    assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
    assert generated["openapi"].startswith("3.1")
    assert operation_ids(generated["paths"]) == operation_ids(DOCUMENT["paths"])


def operation_ids(paths: dict[str, dict[str, dict[str, str]]]) -> set[tuple[str, str, str]]:
    """Return path, method and operationId of every operation."""
    methods = {"get", "post", "put", "patch", "delete"}
    return {
        (path, method, operation["operationId"])
        for path, item in paths.items()
        for method, operation in item.items()
        if method in methods
    }


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_documentation_pages_load_no_external_files(anonymous: Client, path: str) -> None:
    page = anonymous.http.get(path, headers={"Accept": "text/html"})
    assets = re.findall(r"""(?:src|href)=["']([^"'#]+)""", page.text)

    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert assets
    for asset in assets:
        assert not re.match(r"(https?:)?//", asset), f"{path} loads {asset}"
        if not asset.startswith("data:"):
            assert anonymous.http.get(asset).status_code == 200, asset


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_documentation_pages_ignore_accept(anonymous: Client, path: str) -> None:
    assert anonymous.http.get(path, headers={"Accept": "application/json;q=0"}).status_code == 200


@pytest.fixture
def assets(anonymous: Client) -> list[str]:
    """Return the paths of the static files that the documentation pages load."""
    pages = [anonymous.http.get(path).text for path in ("/docs", "/redoc")]
    paths = sorted({asset for page in pages for asset in re.findall(r"""["'](/static/[^"'#?]+)""", page)})
    assert len(paths) >= 4
    return paths


TYPES = {"css": "text/css", "js": "text/javascript", "png": "image/png"}


def test_static_file_has_its_content_type(anonymous: Client, assets: list[str]) -> None:
    for asset in assets:
        response = anonymous.http.get(asset)

        assert (response.status_code, len(response.content)) == (200, int(response.headers["content-length"]))
        assert response.headers["content-type"].split(";")[0] == TYPES[asset.rpartition(".")[2]]
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["x-frame-options"] == "DENY"
        assert {"x-request-id", "etag", "last-modified"} <= set(response.headers)
        assert {"access-control-allow-origin", "cache-control"}.isdisjoint(response.headers)


def test_head_of_a_static_file_returns_no_body(anonymous: Client, assets: list[str]) -> None:
    for asset in assets:
        get, head = anonymous.http.get(asset), anonymous.http.head(asset)

        assert (head.status_code, head.content) == (200, b"")
        for name in ("content-type", "content-length", "etag", "last-modified"):
            assert head.headers[name] == get.headers[name]


def test_static_file_rejects_other_methods(anonymous: Client, assets: list[str]) -> None:
    for asset in assets:
        post, options = anonymous.http.post(asset), anonymous.http.options(asset)

        assert (post.status_code, post.json()["code"]) == (405, "method_not_allowed")
        assert (options.status_code, options.content) == (204, b"")
        assert post.headers["allow"] == options.headers["allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("path", ["/static/none.js", "/static/../settings.py", "/static/%2e%2e%2fsettings.py"])
def test_unknown_static_file_is_not_found(anonymous: Client, path: str) -> None:
    response = anonymous.http.get(path)

    assert (response.status_code, response.json()["code"]) == (404, "not_found")
