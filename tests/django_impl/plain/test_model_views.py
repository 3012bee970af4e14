"""Model viewsets, django-filter filters and DRF pagination."""

import pytest
from django.test import Client

from tests.django_impl.plain.requests import HOST, errors, get, post


def test_model_viewset_supports_crud() -> None:
    created = post("/categories", {"name": "Plain D", "slug": "plain-d"})
    assert created.status_code == 201, created.content
    path = f"/categories/{created.json()['id']}"

    assert {"name": "Plain D", "slug": "plain-d", "parent": None}.items() <= get(path).json().items()
    updated = Client().patch(path, '{"name":"Plain E"}', "application/json", headers=HOST)
    assert updated.json()["name"] == "Plain E"
    assert "Plain E" in [category["name"] for category in get("/categories").json()]
    assert Client().delete(path, headers=HOST).status_code == 204
    assert get(path).status_code == 404


def test_model_serializer_rejects_duplicate_name() -> None:
    response = post("/categories", {"name": "Plain A", "slug": "plain-x"})

    assert [(location, code) for location, code, _ in errors(response)] == [("body /name", "not_unique")]


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/filtered?name_contains=PLAIN+B", ["Plain B"]),
        ("/filtered?slug=plain-c", ["Plain C"]),
        ("/filtered?slug=plain-c&unknown=1", ["Plain C"]),
        ("/filtered?created_after=2999-01-01", []),
        ("/fields?name=Plain+A", ["Plain A"]),
    ],
)
def test_filterset_filters_queryset(path: str, names: list[str]) -> None:
    assert [category["name"] for category in get(path).json()] == names


def test_invalid_filter_value_returns_422() -> None:
    assert errors(get("/filtered?created_after=yesterday")) == [
        ("query /created", "invalid", "Enter a valid date/time.")
    ]


def test_page_number_pagination() -> None:
    page = get("/paginated").json()

    assert len(page["results"]) == 2
    assert get(page["next"].removeprefix("http://localhost")).json()["previous"]
    assert get("/paginated?page=99").status_code == 404
