"""What a person writes from the documentation of DRF and django-filter works in this project."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, override_settings
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from openapi_spec_validator import validate

from django_impl.categories.services import create_category
from django_impl.products.services import create_product
from django_impl.users.models import User
from django_impl.users.tokens import issue_access_token
from tests.django_impl import plain_views

HOST = {"Host": "localhost"}
PART = b'Content-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'


@pytest.fixture(scope="module")
def user(connected: None) -> Iterator[User]:
    """A member of staff in a shop of three categories and three products, which no one else sees."""
    with transaction.atomic():
        user = User.objects.create_user("plain@example.com", "a password of the tests", "P. Lain", is_staff=True)
        for name in ("Plain A", "Plain B", "Plain C"):
            create_category(name=name, description="", parent=None)
        for number in (5, 7, 9):
            create_product(
                created_by=user,
                name=f"Plain {number}",
                description="Nothing special.",
                price=Decimal(number),
                stock=number,
                category="plain-a",
                is_active=True,
            )
        yield user
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def plain_paths(user: User) -> Iterator[None]:
    """The paths of `plain_views`, and a test's changes undone."""
    with override_settings(ROOT_URLCONF=plain_views), transaction.atomic():
        yield
        transaction.set_rollback(True)


def get(path: str, **headers: str) -> Any:
    """The answer to a GET."""
    return Client().get(path, headers={**HOST, **headers})


def post(path: str, body: Any, content_type: str = "application/json", **headers: str) -> Any:
    """The answer to a POST."""
    content = body if isinstance(body, bytes) else json.dumps(body)
    return Client().generic("POST", path, content, content_type, headers={**HOST, **headers})


def errors(answer: HttpResponse) -> list[tuple[str, str, str]]:
    """Place, code and message of what a 422 names."""
    assert answer.status_code == 422, answer.content
    found = json.loads(answer.content)["errors"]
    return [(f"{error['in']} {error['pointer']}", error["code"], error["message"]) for error in found]


def test_a_serializer_reads_the_data_of_a_request() -> None:
    answer = post("/note", {"title": "hello", "lines": [{"quantity": 2}]})

    assert answer.status_code == 201
    assert answer.json() == {"title": "hello", "kind": "a", "lines": [{"quantity": 2}], "loud": "HELLO"}


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"title=hello&kind=b", "application/x-www-form-urlencoded"),
        (
            b"--x\r\n" + PART % (b"title", b"hello") + b"--x\r\n" + PART % (b"kind", b"b") + b"--x--\r\n",
            "multipart/form-data; boundary=x",
        ),
    ],
)
def test_a_serializer_reads_forms_where_the_view_takes_them(body: bytes, content_type: str) -> None:
    assert post("/note", body, content_type).json() == {"title": "hello", "kind": "b", "loud": "HELLO"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, ("body /title", "required", "This field is required.")),
        ({"title": None}, ("body /title", "null_not_allowed", "This field may not be null.")),
        ({"title": "too long"}, ("body /title", "max_length", "Ensure this field has no more than 5 characters.")),
        ({"title": "rude"}, ("body /title", "rude", "Be polite.")),
        ({"title": "x", "email": "x"}, ("body /email", "invalid", "Enter a valid email address.")),
        ({"title": "x", "email": "x@example.org"}, ("body /email", "invalid", "Not from there.")),
        ({"title": "x", "kind": "secret"}, ("body /kind", "invalid_choice", "This is not one of the allowed values.")),
        ({"title": "a"}, ("body ", "invalid", "Title and kind are the same.")),
        (
            {"title": "x", "lines": [{"quantity": 1}, {"quantity": 10}]},
            ("body /lines/1/quantity", "too_large", "Ensure this value is less than or equal to 9."),
        ),
        ({"title": "x", "lines": {}}, ("body /lines", "not_an_array", "This must be an array.")),
        ([], ("body ", "invalid", "Invalid data. Expected a dictionary, but got list.")),
    ],
)
def test_what_a_serializer_refuses_is_a_422(body: Any, expected: tuple[str, str, str]) -> None:
    assert errors(post("/note", body)) == [expected]


def test_each_item_of_a_list_has_its_place() -> None:
    answer = post("/notes", [{"title": "x"}, {"title": "too long"}, {}])

    assert [place for place, _, _ in errors(answer)] == ["body /1/title", "body /2/title"]


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", {"Content-Type": "application/json"}, 400),
        (b'{"a":NaN}', {"Content-Type": "application/json"}, 400),
        (b"<x/>", {"Content-Type": "application/xml"}, 415),
        (b"{}", {"Content-Type": "application/json; charset=latin-1"}, 415),
        (b"{}", {"Content-Type": "application/json", "Content-Encoding": "gzip"}, 415),
        (b" " * (1024 * 1024 + 1), {"Content-Type": "application/json"}, 413),
    ],
)
def test_a_body_is_read_as_strictly_as_everywhere(body: bytes, headers: dict[str, str], status: int) -> None:
    encoding = {"Content-Encoding": headers["Content-Encoding"]} if "Content-Encoding" in headers else {}

    assert post("/echo", body, headers["Content-Type"], **encoding).status_code == status


def test_a_function_is_a_view() -> None:
    assert get("/echo?a=1").json() == {"data": {}, "query": {"a": "1"}}
    assert post("/echo?a=1", {"b": [2]}).json() == {"data": {"b": [2]}, "query": {"a": "1"}}


def test_a_view_that_says_nothing_of_permissions_needs_a_token(user: User) -> None:
    refused = get("/silent")

    assert (refused.status_code, refused.json()["code"]) == (401, "not_authenticated")
    assert refused["WWW-Authenticate"] == "Bearer"
    assert get("/silent", Authorization=f"Bearer {issue_access_token(user)}").json() == {"email": str(user)}


def test_a_throttle_says_when_to_come_again() -> None:
    cache.clear()
    assert get("/throttled").status_code == 200

    refused = get("/throttled")
    assert (refused.status_code, refused["Content-Type"]) == (429, "application/problem+json")
    assert int(refused["Retry-After"]) > 0


def test_a_client_chooses_among_the_renderers_of_a_view() -> None:
    assert get("/rendered", Accept="application/json").json() == {"hello": 1}
    assert get("/rendered", Accept="text/html").content == b"<p>hello"
    assert get("/rendered", Accept="image/png").status_code == 406


def test_a_model_viewset_does_what_the_tutorial_says() -> None:
    made = post("/categories", {"name": "Plain D", "slug": "plain-d"})
    assert made.status_code == 201, made.content
    path = f"/categories/{made.json()['id']}"

    assert {"name": "Plain D", "slug": "plain-d", "parent": None}.items() <= get(path).json().items()
    changed = Client().patch(path, '{"name":"Plain E"}', "application/json", headers=HOST)
    assert changed.json()["name"] == "Plain E"
    assert "Plain E" in [category["name"] for category in get("/categories").json()]
    assert Client().delete(path, headers=HOST).status_code == 204
    assert get(path).status_code == 404


def test_a_model_serializer_knows_what_is_unique() -> None:
    refused = post("/categories", {"name": "Plain A", "slug": "plain-x"})

    assert [(place, code) for place, code, _ in errors(refused)] == [("body /name", "not_unique")]


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/filtered?named=PLAIN+B", ["Plain B"]),
        ("/filtered?slug=plain-c", ["Plain C"]),
        ("/filtered?slug=plain-c&anything=else", ["Plain C"]),
        ("/filtered?made_after=2999-01-01", []),
        ("/fields?name=Plain+A", ["Plain A"]),
    ],
)
def test_a_plain_filter_filters(path: str, names: list[str]) -> None:
    assert [category["name"] for category in get(path).json()] == names


def test_what_a_plain_filter_refuses_is_a_422() -> None:
    assert errors(get("/filtered?made_after=yesterday")) == [("query /made", "invalid", "Enter a valid date/time.")]


def test_a_paginator_of_drf_pages() -> None:
    page = get("/paged").json()

    assert len(page["results"]) == 2
    assert get(page["next"].removeprefix("http://localhost")).json()["previous"]
    assert get("/paged?page=99").status_code == 404


def test_a_plain_action_reads_query_body_and_object() -> None:
    assert [product["name"] for product in get("/products/cheapest?count=2").json()] == ["Plain 5", "Plain 7"]

    answer = post("/products/plain-7/note?lang=de", {"title": "x"}, Authorization=staff())
    assert answer.json() == {"product": "Plain 7", "lang": "de", "title": "x", "kind": "a", "loud": "X"}
    assert errors(post("/products/plain-7/note", {}, Authorization=staff()))[0][0] == "body /title"
    assert post("/products/plain-8/note", {"title": "x"}, Authorization=staff()).status_code == 404


@pytest.mark.parametrize("name", ["paged", "unfiltered"])
def test_a_plain_action_pages(name: str) -> None:
    page = get(f"/products/{name}?limit=2&other=1").json()
    after = get(f"/products/{name}?limit=2&cursor={page['next']}").json()

    assert [item["name"] for item in page["items"] + after["items"]][:3] == ["Plain 9", "Plain 7", "Plain 5"]


def test_an_action_that_names_its_parameters_refuses_others() -> None:
    assert get("/products/declared?count=1").json() == {"count": "1"}
    assert [code for _, code, _ in errors(get("/products/declared?cuont=1"))] == ["unknown_parameter"]
    assert [code for _, code, _ in errors(get("/products/featured?x=1"))] == ["unknown_parameter"]


def test_plain_fields_stand_in_the_shops_own_shapes() -> None:
    answer = post("/rated", {"name": "x", "rating": 5, "tags": ["abc"]})

    assert answer.json() == {
        "name": "x",
        "rating": 5,
        "loud": "X",
        "raw": {"name": "x", "rating": 5, "tags": ["abc"]},
        "by": "AnonymousUser",
    }
    assert [
        (place, code) for place, code, _ in errors(post("/rated", {"name": "", "rating": 6, "tags": ["abcd"]}))
    ] == [
        ("body /name", "too_short"),
        ("body /rating", "too_large"),
        ("body /tags/0", "max_length"),
    ]


def test_a_plain_serializer_is_the_shape_of_a_body() -> None:
    body = {"title": "x"}

    assert post("/rated/checked", body).json() == {"title": "x", "raw": body, "again": body}
    assert [code for _, code, _ in errors(post("/rated/checked", {"title": "rude"}))] == ["rude"]
    assert post("/rated/checked", b"", **{"Content-Type": "application/json"}).status_code == 400


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("name=plain", ["Plain 9", "Plain 7", "Plain 5"]),
        ("name=plain&price_min=6&price_max=8", ["Plain 7"]),
        ("name=plain&state=7&state=9", ["Plain 9", "Plain 7"]),
        ("search=plain&price_min=9", ["Plain 9"]),
    ],
)
def test_plain_filters_stand_among_the_shops_own(query: str, names: list[str]) -> None:
    answer = get(f"/rated?{query}")

    assert answer.status_code == 200, answer.content
    assert [(item["name"], item["size"]) for item in answer.json()["items"]] == [
        (name, int(name[-1])) for name in names
    ]


def test_what_any_of_them_refuses_is_a_422() -> None:
    found = errors(get("/rated?limit=0&name=too+long&price_min=x&state=8&unknown=1"))

    assert [(place, code) for place, code, _ in found] == [
        ("query /limit", "too_small"),
        ("query /name", "max_length"),
        ("query /price", "invalid"),
        ("query /state", "invalid_choice"),
        ("query /unknown", "unknown_parameter"),
    ]


def test_plain_views_are_in_the_generated_document() -> None:
    GENERATOR_STATS.reset()
    document = SchemaGenerator(urlconf=plain_views).get_schema(request=None, public=True)  # type: ignore[no-untyped-call] # drf-spectacular's

    validate(document)
    paths = document["paths"]
    assert paths["/categories"]["post"]["requestBody"]["content"].keys() == {"application/json"}
    assert {parameter["name"] for parameter in paths["/filtered"]["get"]["parameters"]} >= {"named", "slug"}
    assert {parameter["name"] for parameter in paths["/rated"]["get"]["parameters"]} >= {"limit", "name", "price_min"}
    assert paths["/products/{slug}/note"]["post"]["requestBody"]
    assert paths["/silent"]["get"]


def staff() -> str:
    """The header of the member of staff."""
    return f"Bearer {issue_access_token(User.objects.get(email='plain@example.com'))}"
