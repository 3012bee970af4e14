"""The implementations mirror each other: the same features, modules, services, operations and errors."""

import ast
from pathlib import Path

import pytest

from tests.architecture.source import (
    DJANGO,
    FASTAPI,
    IMPLEMENTATIONS,
    classes,
    features,
    keyword_values,
    public_functions,
    rooms,
    signature,
)
from tests.contract.document import OPERATIONS

# The edge has the names that each framework's users expect; every other room has one name.
SAME_ROOM = {"serializers": "schemas", "views": "router", "urls": "router"}

# What stands on one side only, and why.
ASYMMETRIES = {
    ("django_impl", "users", "authentication"): "DRF asks an authentication class; FastAPI asks a dependency.",
    ("fastapi_impl", "users", "dependencies"): "FastAPI asks a dependency; DRF asks an authentication class.",
    ("fastapi_impl", "users", "passwords"): "Django hashes passwords itself.",
    ("django_impl", "users", "apps"): "Django installs a feature as an app.",
    ("django_impl", "categories", "apps"): "Django installs a feature as an app.",
    ("django_impl", "products", "apps"): "Django installs a feature as an app.",
    ("django_impl", "orders", "apps"): "Django installs a feature as an app.",
}

SHAPES_OF_ONE_IMPLEMENTATION = {
    "CategoryPage": "DRF's paginator makes the page; FastAPI declares its shape.",
    "ProductPage": "DRF's paginator makes the page; FastAPI declares its shape.",
    "OrderPage": "DRF's paginator makes the page; FastAPI declares its shape.",
}

every_feature = pytest.mark.parametrize("feature", sorted(features(DJANGO) | features(FASTAPI)))
counterparts = pytest.mark.parametrize(
    ("feature", "room"),
    [
        (feature, room)
        for feature in sorted(features(DJANGO) & features(FASTAPI))
        for room in sorted(rooms(DJANGO, feature) & rooms(FASTAPI, feature) & {"services", "tokens", "models"})
    ],
)


def test_both_implementations_have_the_same_features() -> None:
    assert features(DJANGO) == features(FASTAPI)


@every_feature
def test_both_implementations_have_the_same_rooms(feature: str) -> None:
    django, fastapi = (
        {
            SAME_ROOM.get(room, room)
            for room in rooms(implementation, feature)
            if (implementation.name, feature, room) not in ASYMMETRIES
        }
        for implementation in IMPLEMENTATIONS
    )

    assert django == fastapi


def test_every_listed_asymmetry_is_there() -> None:
    missing = [
        f"{implementation}/{feature}/{room}.py"
        for implementation, feature, room in ASYMMETRIES
        if not (DJANGO.parent / implementation / feature / f"{room}.py").exists()
    ]

    assert missing == []


@counterparts
def test_counterparts_have_the_same_functions_in_the_same_order(feature: str, room: str) -> None:
    django, fastapi = (
        [signature(one) for one in public_functions(implementation / feature / f"{room}.py")]
        for implementation in IMPLEMENTATIONS
    )

    assert django == fastapi


@counterparts
def test_counterparts_have_the_same_classes_in_the_same_order(feature: str, room: str) -> None:
    django, fastapi = (
        [one.name for one in classes(implementation / feature / f"{room}.py")] for implementation in IMPLEMENTATIONS
    )

    assert django == fastapi


@counterparts
def test_counterparts_say_the_same_of_what_does_the_same(feature: str, room: str) -> None:
    django, fastapi = (
        {one.name: ast.get_docstring(one) for one in public_functions(implementation / feature / f"{room}.py")}
        for implementation in IMPLEMENTATIONS
    )

    assert django == fastapi


@pytest.mark.parametrize("feature", sorted(features(DJANGO)))
def test_services_take_keywords_only(feature: str) -> None:
    for implementation in IMPLEMENTATIONS:
        for function in public_functions(implementation / feature / "services.py"):
            assert signature(function).positional == (), f"{implementation.name}/{feature}/services.py: {function.name}"


@pytest.mark.parametrize("feature", sorted(features(DJANGO)))
def test_every_service_says_what_it_does(feature: str) -> None:
    for implementation in IMPLEMENTATIONS:
        for function in public_functions(implementation / feature / "services.py"):
            assert ast.get_docstring(function), f"{implementation.name}/{feature}/services.py: {function.name}"


@every_feature
def test_the_shapes_of_input_and_output_have_the_same_names(feature: str) -> None:
    django = {one.name for one in classes(DJANGO / feature / "serializers.py")}
    fastapi = {one.name for one in classes(FASTAPI / feature / "schemas.py")}

    assert django ^ fastapi <= set(SHAPES_OF_ONE_IMPLEMENTATION)


@every_feature
def test_the_edges_answer_the_same_operations_in_the_same_order(feature: str) -> None:
    django = keyword_values(DJANGO / feature / "views.py", "operation_id")
    # FastAPI names an operation after its function.
    fastapi = [one.name for one in public_functions(FASTAPI / feature / "router.py") if one.decorator_list]

    assert django == fastapi
    assert set(django) <= set(OPERATIONS)


def test_both_implementations_raise_the_same_errors() -> None:
    django, fastapi = (_errors(implementation / "common" / "exceptions.py") for implementation in IMPLEMENTATIONS)

    assert django == fastapi


def _errors(path: Path) -> list[tuple[str, str | None]]:
    """The classes of a file with the docstrings that they carry."""
    return [(one.name, ast.get_docstring(one)) for one in classes(path)]
