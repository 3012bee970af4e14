"""JSON bodies and the order of validation."""

import json
from typing import Any

import pytest
from httpx import AsyncClient

from tests.fastapi_impl.plain.events import events
from tests.fastapi_impl.plain.problems import code, errors

ITEM = {"name": "Vase", "price": 2.5}


async def test_authentication_is_checked_before_body_and_parameters(client: AsyncClient) -> None:
    responses = [
        await client.get("/guarded?x=1"),
        await client.get("/guarded?limit=x"),
        await client.post("/guarded", content=b"{", headers={"Content-Type": "application/json"}),
        await client.post("/guarded", content=b"{}", headers={"Content-Type": "text/plain"}),
    ]

    assert {code(response) for response in responses} == {(401, "not_authenticated")}
    assert {response.headers["www-authenticate"] for response in responses} == {"X-Token"}
    assert events == []


async def test_body_format_is_checked_before_parameters(client: AsyncClient) -> None:
    headers = {"Content-Type": "application/json", "X-Token": "secret"}

    assert code(await client.post("/guarded?x=1", content=b"{", headers=headers)) == (400, "malformed_body")
    assert errors(await client.post("/guarded?x=1", content=b"1", headers=headers)) == [
        "body  not_an_object",
        "query /x unknown_parameter",
    ]
    assert "called" not in events


async def test_body_is_parsed_into_model(client: AsyncClient) -> None:
    created = await client.post("/items", json=ITEM)
    updated = await client.put("/items/3?q=x", json={"item": ITEM, "user": {"username": "ada"}, "importance": 5})

    assert (created.status_code, created.json()) == (201, {**ITEM, "tags": []})
    assert updated.json()["item_id"] == 3
    assert (await client.post("/embedded", json={"item": ITEM})).json()["name"] == "Vase"


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("POST", "/items", {}, ["body /name required", "body /price required"]),
        ("POST", "/items", {"name": 1, "price": "x", "tags": "y"},
            ["body /name not_a_string", "body /price float_parsing", "body /tags not_an_array"]),
        ("POST", "/items", {"name": "foo", "price": 0}, ["body /name value_error", "body /price greater_than"]),
        ("POST", "/items", [], ["body  not_an_object"]),
        ("POST", "/items", None, ["body  null_not_allowed"]),
        ("POST", "/embedded", ITEM, ["body /item required"]),
        ("PUT", "/items/3", {"item": ITEM, "importance": 0}, ["body /importance greater_than", "body /user required"]),
    ],
)  # fmt: skip
async def test_invalid_body_returns_all_errors(
    client: AsyncClient, method: str, path: str, body: Any, expected: list[str]
) -> None:
    response = await client.request(
        method, path, content=json.dumps(body), headers={"Content-Type": "application/json"}
    )

    assert errors(response) == expected


async def test_messages_of_other_errors_come_from_pydantic(client: AsyncClient) -> None:
    response = (await client.post("/items", json={"name": "foo", "price": 0})).json()

    assert [entry["message"] for entry in response["errors"]] == [
        "Value error, not foo",
        "Input should be greater than 0",
    ]


@pytest.mark.parametrize(
    ("content", "content_type", "expected"),
    [
        (b"{", "application/json", (400, "malformed_body")),
        (b"", "application/json", (400, "malformed_body")),
        (b"NaN", "application/json", (400, "malformed_body")),
        (b"{}", "text/plain", (415, "unsupported_media_type")),
        (b"{}", None, (415, "unsupported_media_type")),
        (b'"' + b"x" * 1_048_576 + b'"', "application/json", (413, "content_too_large")),
    ],
    ids=range(6),
)
@pytest.mark.parametrize("path", ["/items", "/both"])
async def test_unreadable_body_is_rejected(
    client: AsyncClient, path: str, content: bytes, content_type: str | None, expected: tuple[int, str]
) -> None:
    headers = {"Content-Type": content_type} if content_type else {}

    assert code(await client.post(path, content=content, headers=headers)) == expected


async def test_optional_body_may_be_missing_but_not_malformed(client: AsyncClient) -> None:
    is_json = {"Content-Type": "application/json"}

    assert (await client.post("/anything")).json() == {"value": None}
    assert (await client.post("/anything", content=b"", headers=is_json)).json() == {"value": None}
    assert (await client.post("/anything", json=[1])).json() == {"value": [1]}
    events.clear()
    assert code(await client.post("/anything", content=b"{", headers=is_json)) == (400, "malformed_body")
    assert code(await client.post("/anything", content=b"[1]")) == (415, "unsupported_media_type")
    assert events == []


async def test_request_body_and_json(client: AsyncClient) -> None:
    text = '{"name": "Vase", "price": 2.5}'
    headers = {"Content-Type": "application/json"}

    assert (await client.post("/raw", content=b"{")).json() == {"bytes": True, "size": 1}
    assert (await client.post("/raw-json", content=b"[1]")).json() == {"value": [1]}
    assert code(await client.post("/raw-json", content=b"[")) == (400, "malformed_body")
    response = (await client.post("/both", content=text, headers=headers)).json()
    assert (response["body"], response["json"], response["item"]["name"]) == (text, ITEM, "Vase")
    assert code(await client.post("/raw", content=b"x" * 1_048_577)) == (413, "content_too_large")
