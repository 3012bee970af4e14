"""Health, and the documents that a wing makes of itself: served without anything from elsewhere."""

import re

import pytest

from tests.contract.client import Client
from tests.contract.document import DOCUMENT


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_healthy_server_says_so(anonymous: Client, path: str) -> None:
    answer = anonymous.get(path)

    assert (answer.status_code, answer.content) == (200, b'{"status":"ok"}')


def test_health_ignores_the_token(anonymous: Client) -> None:
    assert anonymous.get("/readyz", headers={"Authorization": "Bearer nonsense"}).status_code == 200


def test_the_generated_document_names_the_same_operations(anonymous: Client) -> None:
    answer = anonymous.http.get("/openapi.json")
    generated = answer.json()

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert generated["openapi"].startswith("3.1")
    assert operation_ids(generated["paths"]) == operation_ids(DOCUMENT["paths"])


def operation_ids(paths: dict[str, dict[str, dict[str, str]]]) -> set[tuple[str, str, str]]:
    """Path, method and operationId of every operation."""
    methods = {"get", "post", "put", "patch", "delete"}
    return {
        (path, method, operation["operationId"])
        for path, item in paths.items()
        for method, operation in item.items()
        if method in methods
    }


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_the_pages_load_everything_from_the_server_itself(anonymous: Client, path: str) -> None:
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
def test_the_pages_are_not_checked_for_accept(anonymous: Client, path: str) -> None:
    assert anonymous.http.get(path, headers={"Accept": "application/json;q=0"}).status_code == 200
