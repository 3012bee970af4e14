"""DRF actions, fields and parameters work in the project's viewsets and are in the OpenAPI document."""

import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from openapi_spec_validator import validate

from tests.django_impl.plain import urls
from tests.django_impl.plain.requests import errors, get, post, staff_token


def test_action_reads_query_body_and_object() -> None:
    assert [product["name"] for product in get("/products/cheapest?count=2").json()] == ["Plain 5", "Plain 7"]

    response = post("/products/plain-7/note?lang=de", {"title": "x"}, Authorization=staff_token())
    assert response.json() == {"product": "Plain 7", "lang": "de", "title": "x", "kind": "a", "uppercase": "X"}
    assert errors(post("/products/plain-7/note", {}, Authorization=staff_token()))[0][0] == "body /title"
    assert post("/products/plain-8/note", {"title": "x"}, Authorization=staff_token()).status_code == 404


@pytest.mark.parametrize("name", ["paginated", "unfiltered"])
def test_action_paginates(name: str) -> None:
    page = get(f"/products/{name}?limit=2&other=1").json()
    next_page = get(f"/products/{name}?limit=2&cursor={page['next']}").json()

    assert [item["name"] for item in page["items"] + next_page["items"]][:3] == ["Plain 9", "Plain 7", "Plain 5"]


def test_action_with_declared_parameters_rejects_others() -> None:
    assert get("/products/declared?count=1").json() == {"count": "1"}
    assert [code for _, code, _ in errors(get("/products/declared?cuont=1"))] == ["unknown_parameter"]
    assert [code for _, code, _ in errors(get("/products/featured?x=1"))] == ["unknown_parameter"]


def test_drf_fields_work_in_project_serializers() -> None:
    response = post("/rated", {"name": "x", "rating": 5, "tags": ["abc"]})

    assert response.json() == {
        "name": "x",
        "rating": 5,
        "uppercase": "X",
        "raw": {"name": "x", "rating": 5, "tags": ["abc"]},
        "by": "AnonymousUser",
    }
    assert [
        (location, code) for location, code, _ in errors(post("/rated", {"name": "", "rating": 6, "tags": ["abcd"]}))
    ] == [
        ("body /name", "too_short"),
        ("body /rating", "too_large"),
        ("body /tags/0", "max_length"),
    ]


def test_drf_serializer_validates_body() -> None:
    body = {"title": "x"}

    assert post("/rated/validated", body).json() == {"title": "x", "raw": body, "again": body}
    assert [code for _, code, _ in errors(post("/rated/validated", {"title": "rude"}))] == ["rude"]
    assert post("/rated/validated", b"", **{"Content-Type": "application/json"}).status_code == 400


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("name=plain", ["Plain 9", "Plain 7", "Plain 5"]),
        ("name=plain&min_price=6&state=7", ["Plain 7"]),
        ("name=plain&state=7&state=9", ["Plain 9", "Plain 7"]),
        ("search=plain&min_price=9", ["Plain 9"]),
    ],
)
def test_drf_fields_work_as_query_parameters(query: str, names: list[str]) -> None:
    response = get(f"/rated?{query}")

    assert response.status_code == 200, response.content
    assert [(item["name"], item["size"]) for item in response.json()["items"]] == [
        (name, int(name[-1])) for name in names
    ]


def test_invalid_query_parameters_return_422() -> None:
    entries = errors(get("/rated?limit=0&name=too+long&min_price=x&state=8&unknown=1"))

    assert [(location, code) for location, code, _ in entries] == [
        ("query /limit", "too_small"),
        ("query /min_price", "invalid"),
        ("query /name", "max_length"),
        ("query /state/0", "invalid_choice"),
        ("query /unknown", "unknown_parameter"),
    ]


def test_drf_views_are_in_openapi_document() -> None:
    GENERATOR_STATS.reset()
    document = SchemaGenerator(urlconf=urls).get_schema(request=None, public=True)  # type: ignore[no-untyped-call] # drf-spectacular's

    validate(document)
    paths = document["paths"]
    assert paths["/categories"]["post"]["requestBody"]["content"].keys() == {"application/json"}
    assert {parameter["name"] for parameter in paths["/filtered"]["get"]["parameters"]} >= {"name_contains", "slug"}
    assert {parameter["name"] for parameter in paths["/rated"]["get"]["parameters"]} >= {"limit", "name", "min_price"}
    assert paths["/products/{slug}/note"]["post"]["requestBody"]
    assert paths["/default-permissions"]["get"]
