"""Actions, fields and parameters of DRF work in the project's own viewsets, and stand in the document."""

import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from openapi_spec_validator import validate

from tests.django_impl.plain import urls
from tests.django_impl.plain.requests import errors, get, post, staff


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
        ("name=plain&min_price=6&state=7", ["Plain 7"]),
        ("name=plain&state=7&state=9", ["Plain 9", "Plain 7"]),
        ("search=plain&min_price=9", ["Plain 9"]),
    ],
)
def test_plain_parameters_stand_among_the_shops_own(query: str, names: list[str]) -> None:
    answer = get(f"/rated?{query}")

    assert answer.status_code == 200, answer.content
    assert [(item["name"], item["size"]) for item in answer.json()["items"]] == [
        (name, int(name[-1])) for name in names
    ]


def test_what_any_of_them_refuses_is_a_422() -> None:
    found = errors(get("/rated?limit=0&name=too+long&min_price=x&state=8&unknown=1"))

    assert [(place, code) for place, code, _ in found] == [
        ("query /limit", "too_small"),
        ("query /min_price", "invalid"),
        ("query /name", "max_length"),
        ("query /state/0", "invalid_choice"),
        ("query /unknown", "unknown_parameter"),
    ]


def test_plain_views_are_in_the_generated_document() -> None:
    GENERATOR_STATS.reset()
    document = SchemaGenerator(urlconf=urls).get_schema(request=None, public=True)  # type: ignore[no-untyped-call] # drf-spectacular's

    validate(document)
    paths = document["paths"]
    assert paths["/categories"]["post"]["requestBody"]["content"].keys() == {"application/json"}
    assert {parameter["name"] for parameter in paths["/filtered"]["get"]["parameters"]} >= {"named", "slug"}
    assert {parameter["name"] for parameter in paths["/rated"]["get"]["parameters"]} >= {"limit", "name", "min_price"}
    assert paths["/products/{slug}/note"]["post"]["requestBody"]
    assert paths["/silent"]["get"]
