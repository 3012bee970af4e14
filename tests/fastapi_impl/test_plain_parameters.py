"""What FastAPI's tutorial writes works on the contract's route class, and refuses what the contract refuses."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from tests.fastapi_impl import plain_app
from tests.fastapi_impl.plain_app import build, common_parameters, events

ITEM = {"name": "Vase", "price": 2.5}


@pytest.fixture
def app() -> FastAPI:
    events.clear()
    return build()


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(transport=ASGITransport(app), base_url="http://localhost") as client:
        yield client


def errors(answer: httpx.Response) -> list[str]:
    """The entries of a 422, each as `place pointer code`."""
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), answer.text
    return [f"{entry['in']} {entry['pointer']} {entry['code']}" for entry in answer.json()["errors"]]


def code(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a problem."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["code"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/", {"said": "hello"}),
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
        ("/key?api-key=x", {"key": "x"}),
        ("/paths/3?q=x", {"item_id": 3, "q": "x"}),
        ("/inner/plain?token=x&limit=3", {"limit": 3, "q": None, "short": False, "size": 1.5}),
        ("/model-out", {"username": "ada"}),
    ],
)
async def test_a_declared_parameter_is_read(client: AsyncClient, path: str, value: dict[str, Any]) -> None:
    answer = await client.get(path)

    assert (answer.status_code, answer.json()) == (200, value)


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
        ("/plain?token=x", ["query /token unknown_parameter"]),
        ("/inner/plain?token=x&x=1", ["query /x unknown_parameter"]),
        ("/inner/plain", ["query /token required"]),
        ("/paths/x?y=1", ["query /y unknown_parameter"]),
    ],
)  # fmt: skip
async def test_an_unknown_a_repeated_and_an_empty_parameter_are_refused(
    client: AsyncClient, path: str, expected: list[str]
) -> None:
    assert errors(await client.get(path)) == expected


@pytest.mark.parametrize("path", ["/paths/x", "/paths/0", "/paths/1.5"])
async def test_a_path_that_its_type_does_not_admit_is_not_found(client: AsyncClient, path: str) -> None:
    assert code(await client.get(path)) == (404, "not_found")


async def test_headers_and_cookies_are_read_and_refused(client: AsyncClient) -> None:
    good = await client.get("/headers", headers={"User-Agent": "me", "X-Count": "2", "Cookie": "ads_id=5; other=x"})
    bad = await client.get("/headers", headers={"X-Count": "x", "Cookie": "ads_id=y"})

    assert good.json() == {"user_agent": "me", "x_count": 2, "ads_id": 5}
    assert errors(bad) == ["header /Cookie/ads_id not_an_integer", "header /x-count not_an_integer"]


async def test_security_dependencies_work(client: AsyncClient) -> None:
    assert (await client.get("/keys", headers={"X-Key": "a", "Cookie": "session=b"})).json() == {
        "header": "a",
        "cookie": "b",
    }
    assert code(await client.get("/keys")) == (401, "not_authenticated")
    assert code(await client.get("/key")) == (401, "not_authenticated")
    refused = await client.get("/basic")
    assert (code(refused), refused.headers["www-authenticate"]) == ((401, "not_authenticated"), 'Basic realm="here"')
    assert (await client.get("/basic", auth=("a", "b"))).status_code == 200


async def test_an_overridden_dependency_brings_its_own_parameters(app: FastAPI, client: AsyncClient) -> None:
    app.dependency_overrides[common_parameters] = lambda other: {"other": other}

    assert (await client.get("/depends?other=1")).json() == {"other": "1", "page": 1}
    assert errors(await client.get("/depends?other=1&q=x")) == ["query /q unknown_parameter"]
    app.dependency_overrides.clear()
    assert (await client.get("/depends?q=x")).status_code == 200


# The order of the checks.


async def test_the_caller_comes_before_body_and_parameters(client: AsyncClient) -> None:
    answers = [
        await client.get("/guarded?x=1"),
        await client.get("/guarded?limit=x"),
        await client.post("/guarded", content=b"{", headers={"Content-Type": "application/json"}),
        await client.post("/guarded", content=b"{}", headers={"Content-Type": "text/plain"}),
    ]

    assert {code(answer) for answer in answers} == {(401, "not_authenticated")}
    assert {answer.headers["www-authenticate"] for answer in answers} == {"X-Token"}
    assert events == []


async def test_the_form_of_the_body_comes_before_the_parameters(client: AsyncClient) -> None:
    headers = {"Content-Type": "application/json", "X-Token": "secret"}

    assert code(await client.post("/guarded?x=1", content=b"{", headers=headers)) == (400, "malformed_body")
    assert errors(await client.post("/guarded?x=1", content=b"1", headers=headers)) == [
        "body  not_an_object",
        "query /x unknown_parameter",
    ]
    assert "ran" not in events


# Bodies.


async def test_a_body_is_read_as_its_model_says(client: AsyncClient) -> None:
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
async def test_an_invalid_body_is_refused_with_all_its_errors(
    client: AsyncClient, method: str, path: str, body: Any, expected: list[str]
) -> None:
    answer = await client.request(method, path, content=json.dumps(body), headers={"Content-Type": "application/json"})

    assert errors(answer) == expected


async def test_messages_are_the_catalogues_or_pydantics(client: AsyncClient) -> None:
    answer = (await client.post("/items", json={"name": "foo", "price": 0})).json()

    assert [entry["message"] for entry in answer["errors"]] == [
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
async def test_a_body_that_cannot_be_taken_is_refused(
    client: AsyncClient, path: str, content: bytes, content_type: str | None, expected: tuple[int, str]
) -> None:
    headers = {"Content-Type": content_type} if content_type else {}

    assert code(await client.post(path, content=content, headers=headers)) == expected


async def test_a_body_that_may_be_missing_may_not_be_malformed(client: AsyncClient) -> None:
    is_json = {"Content-Type": "application/json"}

    assert (await client.post("/anything")).json() == {"value": None}
    assert (await client.post("/anything", content=b"", headers=is_json)).json() == {"value": None}
    assert (await client.post("/anything", json=[1])).json() == {"value": [1]}
    events.clear()
    assert code(await client.post("/anything", content=b"{", headers=is_json)) == (400, "malformed_body")
    assert code(await client.post("/anything", content=b"[1]")) == (415, "unsupported_media_type")
    assert events == []


async def test_forms_are_read(client: AsyncClient) -> None:
    assert (await client.post("/form", data={"username": "ada", "age": "30"})).json() == {"username": "ada", "age": 30}
    assert errors(await client.post("/form", data={"age": "x"})) == [
        "body /age not_an_integer",
        "body /username required",
    ]
    assert (await client.post("/form-model", data={"username": "ada", "password": "x"})).json()["username"] == "ada"
    assert errors(await client.post("/form-model", data={"username": "ada"})) == ["body /password required"]
    assert code(await client.post("/form", json={"username": "ada"})) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"username=a&username=b", (422, "invalid_request")),
        (b"username=%FF", (400, "malformed_body")),
        (b"username=\xff", (400, "malformed_body")),
        (b"", (422, "invalid_request")),
    ],
)
async def test_a_field_of_a_form_is_given_once_and_in_utf8(
    client: AsyncClient, content: bytes, expected: tuple[int, str]
) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    assert code(await client.post("/form", content=content, headers=headers)) == expected


async def test_the_password_form_of_fastapi_works(client: AsyncClient) -> None:
    form = {"grant_type": "password", "username": "ada", "password": "x", "scope": "a b"}

    assert (await client.post("/token", data=form)).json() == {"username": "ada", "scopes": ["a", "b"]}
    assert errors(await client.post("/token", data={**form, "grant_type": "code"})) == [
        "body /grant_type string_pattern_mismatch"
    ]


async def test_files_are_read(client: AsyncClient) -> None:
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
async def test_a_broken_multipart_body_is_malformed(client: AsyncClient, path: str, boundary: str) -> None:
    headers = {"Content-Type": "multipart/form-data" + boundary}

    assert code(await client.post(path, content=b"nonsense", headers=headers)) == (400, "malformed_body")


async def test_a_request_gives_its_bytes_and_its_json(client: AsyncClient) -> None:
    text = '{"name": "Vase", "price": 2.5}'
    headers = {"Content-Type": "application/json"}

    assert (await client.post("/raw", content=b"{")).json() == {"bytes": True, "size": 1}
    assert (await client.post("/raw-json", content=b"[1]")).json() == {"value": [1]}
    assert code(await client.post("/raw-json", content=b"[")) == (400, "malformed_body")
    answer = (await client.post("/both", content=text, headers=headers)).json()
    assert (answer["body"], answer["json"], answer["item"]["name"]) == (text, ITEM, "Vase")
    assert code(await client.post("/raw", content=b"x" * 1_048_577)) == (413, "content_too_large")


# Answers.


async def test_what_is_opened_is_closed_and_tasks_run(client: AsyncClient) -> None:
    assert (await client.get("/resource")).json() == {"value": "resource"}
    assert events == ["open", "task", "closed"]


@pytest.mark.parametrize(
    ("path", "accept", "status", "content"),
    [
        ("/html", "text/html", 200, "<p>hello</p>"),
        ("/text", "text/plain", 200, "hello"),
        ("/redirect", "*/*", 307, ""),
        ("/stream", "*/*", 200, "one two"),
        ("/own-headers", "application/json", 202, "{}"),
    ],
)
async def test_answers_of_every_kind_are_sent(
    client: AsyncClient, path: str, accept: str, status: int, content: str
) -> None:
    answer = await client.get(path, headers={"Accept": accept})

    assert (answer.status_code, answer.text) == (status, content)


async def test_no_content_and_only_json_for_who_takes_it(client: AsyncClient) -> None:
    deleted = await client.delete("/items/3")

    assert (deleted.status_code, deleted.content) == (204, b"")
    assert code(await client.get("/plain", headers={"Accept": "text/html"})) == (406, "not_acceptable")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, "bad_request"),
        (401, "not_authenticated"),
        (403, "permission_denied"),
        (404, "not_found"),
        (409, "conflict"),
        (418, "im_a_teapot"),
        (429, "too_many_requests"),
        (500, "internal_error"),
        (599, "error"),
    ],
)
async def test_an_http_exception_keeps_its_status_its_words_and_its_headers(
    client: AsyncClient, status: int, expected: str
) -> None:
    answer = await client.get(f"/raises/{status}", params={"detail": "My own words."})

    assert code(answer) == (status, expected)
    assert (answer.json()["detail"], answer.headers["x-error"]) == ("My own words.", "yes")


async def test_an_http_exception_without_words_has_the_catalogues(client: AsyncClient) -> None:
    assert (await client.get("/raises/403")).json()["detail"] == "This account may not do that."


async def test_websockets_are_left_alone(app: FastAPI) -> None:
    received = iter([{"type": "websocket.connect"}, {"type": "websocket.receive", "text": "hello"}])
    sent: list[Any] = []

    async def receive() -> Any:
        return next(received)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": "/ws", "query_string": b"q=x&unknown=1", "headers": []}
    await app(scope, receive, send)

    assert [message["type"] for message in sent] == ["websocket.accept", "websocket.send", "websocket.close"]
    assert json.loads(sent[1]["text"]) == {"q": "x", "said": "hello"}


async def test_the_applications_own_lifespan_runs(app: FastAPI) -> None:
    async with app.router.lifespan_context(app) as state:
        assert (events, state) == (["up"], {"model": "loaded"})
    assert events == ["up", "down"]


def test_the_generated_document_has_the_parameters_and_keeps_what_a_route_says(app: FastAPI) -> None:
    paths = app.openapi()["paths"]

    assert [one["name"] for one in paths["/depends"]["get"]["parameters"]] == ["q", "skip", "page-number"]
    assert paths["/text"]["get"]["responses"]["200"]["description"] == "Words."
    assert "multipart/form-data" in paths["/file"]["post"]["requestBody"]["content"]


def test_the_module_postpones_its_annotations() -> None:
    assert isinstance(plain_app.plain.__annotations__["limit"], str)
