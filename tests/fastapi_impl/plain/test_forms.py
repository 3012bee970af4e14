"""URL-encoded and multipart forms, and files."""

from typing import Any

import pytest
from httpx import AsyncClient

from tests.fastapi_impl.plain.events import events
from tests.fastapi_impl.plain.problems import code, errors


async def test_form_fields_are_parsed(client: AsyncClient) -> None:
    assert (await client.post("/form", data={"username": "ada", "age": "30"})).json() == {"username": "ada", "age": 30}
    assert errors(await client.post("/form", data={"age": "x"})) == [
        "body /age not_an_integer",
        "body /username required",
    ]
    assert (await client.post("/form-model", data={"username": "ada", "password": "x"})).json()["username"] == "ada"
    assert errors(await client.post("/form-model", data={"username": "ada"})) == ["body /password required"]
    assert code(await client.post("/form", json={"username": "ada"})) == (415, "unsupported_media_type")


async def test_form_without_files_can_be_multipart(client: AsyncClient) -> None:
    one: Any = {"username": (None, "ada"), "age": (None, "30")}
    two: Any = [("username", (None, "ada")), ("username", (None, "bob"))]

    assert (await client.post("/form", files=one)).json() == {"username": "ada", "age": 30}
    assert (await client.post("/token", files=one | {"password": (None, "x")})).json()["username"] == "ada"
    assert errors(await client.post("/form", files=two)) == ["body /username repeated_field"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"username=a&username=b", (422, "invalid_request")),
        (b"username=%FF", (400, "malformed_body")),
        (b"username=\xff", (400, "malformed_body")),
        (b"", (422, "invalid_request")),
    ],
)
async def test_repeated_or_non_utf8_form_field_is_rejected(
    client: AsyncClient, content: bytes, expected: tuple[int, str]
) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    assert code(await client.post("/form", content=content, headers=headers)) == expected


async def test_oauth2_password_request_form(client: AsyncClient) -> None:
    form = {"grant_type": "password", "username": "ada", "password": "x", "scope": "a b"}

    assert (await client.post("/token", data=form)).json() == {"username": "ada", "scopes": ["a", "b"]}
    assert errors(await client.post("/token", data={**form, "grant_type": "code"})) == [
        "body /grant_type string_pattern_mismatch"
    ]


async def test_files_can_be_read_again_after_a_schema_change(client: AsyncClient) -> None:
    files = [("upload", b"one"), ("upload", b"two")]
    response = await client.post("/files-after-schema-change", files=files)

    assert (response.json(), events) == ({"content": ["one", "two"]}, ["called", "called"])


async def test_files_are_parsed(client: AsyncClient) -> None:
    files: Any = {"file": b"12345", "upload": ("a.txt", b"hello", "text/plain")}

    assert (await client.post("/file", files=files, data={"note": "n"})).json() == {
        "size": 5,
        "name": "a.txt",
        "content": "hello",
        "note": "n",
    }
    assert errors(await client.post("/file", files={"file": b"1"})) == ["body /upload required"]
    assert (await client.post("/optional-file")).json() == {"name": None}
    assert (await client.post("/optional-file", files={"upload": ("b.txt", b"x")})).json() == {"name": "b.txt"}
    assert code(await client.post("/file", data={"note": "n"})) == (415, "unsupported_media_type")


@pytest.mark.parametrize("path", ["/file", "/optional-file"])
@pytest.mark.parametrize("boundary", ["; boundary=x", ""])
async def test_malformed_multipart_body_returns_400(client: AsyncClient, path: str, boundary: str) -> None:
    headers = {"Content-Type": "multipart/form-data" + boundary}

    assert code(await client.post(path, content=b"nonsense", headers=headers)) == (400, "malformed_body")


@pytest.mark.parametrize(
    ("notes", "files", "status"),
    [(["ten chars!"], 1, 200), (["eleven char"], 1, 400), (["a", "b"], 1, 400), (["a"], 2, 400)],
)
async def test_limits_of_a_form_are_those_of_its_route(
    client: AsyncClient, notes: list[str], files: int, status: int
) -> None:
    parts: Any = [("note", (None, note)) for note in notes] + [("upload", ("a.txt", b"x" * 100))] * files

    assert (await client.post("/limited-form", files=parts)).status_code == status


@pytest.mark.parametrize(("size", "status"), [(1_900_000, 200), (2_000_000, 413)])
async def test_limit_of_a_body_is_that_of_its_route(client: AsyncClient, size: int, status: int) -> None:
    assert (await client.post("/limited-file", files={"upload": ("a.txt", b"x" * size)})).status_code == status
