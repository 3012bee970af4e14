"""Parameters declared as in FastAPI's tutorial are parsed; unknown, repeated and empty ones are rejected."""

from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from tests.fastapi_impl.plain import parameters
from tests.fastapi_impl.plain.parameters import common_parameters
from tests.fastapi_impl.plain.problems import code, errors


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/", {"message": "hello"}),
        ("/plain", {"limit": 10, "q": None, "short": False, "size": 1.5}),
        ("/plain?limit=3&q=x&short=true&size=2", {"limit": 3, "q": "x", "short": True, "size": 2.0}),
        ("/default?words=abc", {"limit": 10, "words": "abc"}),
        ("/annotated?limit=7&model=resnet", {"limit": 7, "model": "resnet"}),
        ("/untyped?q=x", {"q": "x"}),
        ("/lists", {"q": None, "ids": []}),
        ("/lists?item-query=a&item-query=b&ids=2&ids=1&ids=2", {"q": ["a", "b"], "ids": [1, 2]}),
        ("/either?q=true", {"q": True}),
        ("/depends?q=x&skip=2&page-number=3", {"q": "x", "skip": 2, "page": 3}),
        ("/model?limit=5&tags=a&tags=b", {"limit": 5, "tags": ["a", "b"]}),
        ("/open-model?limit=5&more=a", {"limit": 5, "more": "a"}),
        ("/own-query?x=a&y=b", {"x": ["a"], "declared": {"x": "a", "y": "b"}}),
        ("/own-query?x=a&x=b", {"x": ["a", "b"], "declared": {"x": ["a", "b"]}}),
        ("/own-query", {"x": [], "declared": {}}),
        ("/key?api-key=x", {"key": "x"}),
        ("/paths/3?q=x", {"item_id": 3, "q": "x"}),
        ("/inner/plain?token=x&limit=3", {"limit": 3, "q": None, "short": False, "size": 1.5}),
        ("/model-out", {"username": "ada"}),
    ],
)
async def test_declared_parameter_is_parsed(client: AsyncClient, path: str, value: dict[str, Any]) -> None:
    response = await client.get(path)

    assert (response.status_code, response.json()) == (200, value)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/?x=1", ["query /x unknown_parameter"]),
        ("/plain?x=1&limit=1", ["query /x unknown_parameter"]),
        ("/annotated?limit=1&x=1", ["query /x unknown_parameter"]),
        ("/untyped?x=1", ["query /x unknown_parameter"]),
        ("/untyped?q=1&q=2", ["query /q repeated_parameter"]),
        ("/untyped?q=", ["query /q empty_parameter"]),
        ("/plain?limit=", ["query /limit empty_parameter"]),
        ("/plain?limit=1&limit=2", ["query /limit repeated_parameter"]),
        ("/plain?q=1&q=2&x", ["query /q repeated_parameter", "query /x unknown_parameter"]),
        ("/plain?limit=x&short=1.5&size=y", [
            "query /limit not_an_integer", "query /short not_a_boolean", "query /size float_parsing",
        ]),
        ("/default?limit=51&words=ab", ["query /limit too_large", "query /words too_short"]),
        ("/default?words=ABC", ["query /words string_pattern_mismatch"]),
        ("/default", ["query /words required"]),
        ("/annotated?limit=1&model=x", ["query /model invalid_choice"]),
        ("/either?q=x", ["query /q not_an_integer"]),
        ("/either?q=1&q=2", ["query /q repeated_parameter"]),
        ("/lists?q=a", ["query /q unknown_parameter"]),
        ("/lists?item-query=a&item-query=", ["query /item-query empty_parameter"]),
        ("/lists?ids=x", ["query /ids not_an_integer"]),
        ("/depends?page=1", ["query /page unknown_parameter"]),
        ("/depends?skip=x&page-number=0&y=1", [
            "query /page-number too_small", "query /skip not_an_integer", "query /y unknown_parameter",
        ]),
        ("/model?limit=0&x=1", ["query /limit greater_than", "query /x unknown_parameter"]),
        ("/open-model?limit=1&limit=2", ["query /limit repeated_parameter"]),
        ("/key?api-key=x&x=1", ["query /x unknown_parameter"]),
        ("/undeclared-query?x=a", ["query /x unknown_parameter"]),
        ("/plain?token=x", ["query /token unknown_parameter"]),
        ("/inner/plain?token=x&x=1", ["query /x unknown_parameter"]),
        ("/inner/plain", ["query /token required"]),
        ("/paths/x?y=1", ["query /y unknown_parameter"]),
    ],
)  # fmt: skip
async def test_invalid_parameters_return_422(client: AsyncClient, path: str, expected: list[str]) -> None:
    assert errors(await client.get(path)) == expected


@pytest.mark.parametrize("path", ["/paths/x", "/paths/0", "/paths/1.5"])
async def test_invalid_path_parameter_returns_404(client: AsyncClient, path: str) -> None:
    assert code(await client.get(path)) == (404, "not_found")


async def test_headers_and_cookies_are_validated(client: AsyncClient) -> None:
    valid = await client.get("/headers", headers={"User-Agent": "me", "X-Count": "2", "Cookie": "ads_id=5; other=x"})
    invalid = await client.get("/headers", headers={"X-Count": "x", "Cookie": "ads_id=y"})

    assert valid.json() == {"user_agent": "me", "x_count": 2, "ads_id": 5}
    assert errors(invalid) == ["header /Cookie/ads_id not_an_integer", "header /x-count not_an_integer"]


async def test_security_dependencies_read_credentials(client: AsyncClient) -> None:
    assert (await client.get("/keys", headers={"X-Key": "a", "Cookie": "session=b"})).json() == {
        "header": "a",
        "cookie": "b",
    }
    assert code(await client.get("/keys")) == (401, "not_authenticated")
    assert code(await client.get("/key")) == (401, "not_authenticated")
    unauthenticated = await client.get("/basic")
    assert (code(unauthenticated), unauthenticated.headers["www-authenticate"]) == (
        (401, "not_authenticated"),
        'Basic realm="here"',
    )
    assert (await client.get("/basic", auth=("a", "b"))).status_code == 200


async def test_overridden_dependency_declares_its_own_parameters(app: FastAPI, client: AsyncClient) -> None:
    app.dependency_overrides[common_parameters] = lambda other: {"other": other}

    assert (await client.get("/depends?other=1")).json() == {"other": "1", "page": 1}
    assert errors(await client.get("/depends?other=1&q=x")) == ["query /q unknown_parameter"]
    app.dependency_overrides.clear()
    assert (await client.get("/depends?q=x")).status_code == 200


def test_openapi_document_has_parameters_and_custom_responses(app: FastAPI) -> None:
    paths = app.openapi()["paths"]

    assert [parameter["name"] for parameter in paths["/depends"]["get"]["parameters"]] == ["q", "skip", "page-number"]
    assert paths["/text"]["get"]["responses"]["200"]["description"] == "A greeting."
    assert "multipart/form-data" in paths["/file"]["post"]["requestBody"]["content"]


def test_annotations_are_strings() -> None:
    assert isinstance(parameters.plain.__annotations__["limit"], str)
