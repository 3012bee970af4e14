"""Viewsets of a model, django-filter's filters and DRF's paginators work."""

import pytest
from django.test import Client

from tests.django_impl.plain.requests import HOST, errors, get, post


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
