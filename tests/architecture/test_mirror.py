"""Both implementations have the same features, modules, services, operations and errors."""

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
    modules,
    public_functions,
    signature,
)
from tests.contract.document import OPERATIONS

# Modules that have the usual name of each framework. All other modules have the same name in both implementations.
SAME_MODULE = {"serializers": "schemas", "views": "router", "urls": "router"}

# Modules of one implementation only, and the reason.
ASYMMETRIES = {
    ("django_impl", "users", "authentication"): "DRF uses an authentication class; FastAPI uses a dependency.",
    ("django_impl", "users", "backends"): "Django asks a backend what users may do; starlette-admin asks the sign-in.",
    ("fastapi_impl", "users", "dependencies"): "FastAPI uses a dependency; DRF uses an authentication class.",
    ("fastapi_impl", "users", "passwords"): "Django hashes passwords itself.",
    ("django_impl", "users", "apps"): "Django installs a feature as an app.",
    ("django_impl", "categories", "apps"): "Django installs a feature as an app.",
    ("django_impl", "products", "apps"): "Django installs a feature as an app.",
    ("django_impl", "orders", "apps"): "Django installs a feature as an app.",
    ("django_impl", "notifications", "apps"): "Django installs a feature as an app.",
    ("django_impl", "reports", "apps"): "Django installs a feature as an app.",
    ("django_impl", "products", "receivers"): "Django sends signals; the services of FastAPI call functions.",
}

SCHEMAS_OF_ONE_IMPLEMENTATION = {
    "CategoryPage": "DRF's paginator makes the page; FastAPI declares its shape.",
    "ProductPage": "DRF's paginator makes the page; FastAPI declares its shape.",
    "ImageFileField": "A field of a serializer; FastAPI annotates the type of the field.",
    "OrderPage": "DRF's paginator makes the page; FastAPI declares its shape.",
}

every_feature = pytest.mark.parametrize("feature", sorted(features(DJANGO) | features(FASTAPI)))
counterparts = pytest.mark.parametrize(
    ("feature", "module"),
    [
        (feature, module)
        for feature in sorted(features(DJANGO) & features(FASTAPI))
        for module in sorted(modules(DJANGO, feature) & modules(FASTAPI, feature) & {"services", "tokens", "models"})
    ],
)


def test_both_implementations_have_the_same_features() -> None:
    assert features(DJANGO) == features(FASTAPI)


@every_feature
def test_both_implementations_have_the_same_modules(feature: str) -> None:
    django, fastapi = (
        {
            SAME_MODULE.get(module, module)
            for module in modules(implementation, feature)
            if (implementation.name, feature, module) not in ASYMMETRIES
        }
        for implementation in IMPLEMENTATIONS
    )

    assert django == fastapi


def test_every_listed_asymmetry_exists() -> None:
    missing = [
        f"{implementation}/{feature}/{module}.py"
        for implementation, feature, module in ASYMMETRIES
        if not (DJANGO.parent / implementation / feature / f"{module}.py").exists()
    ]

    assert missing == []


@counterparts
def test_counterparts_have_the_same_function_signatures(feature: str, module: str) -> None:
    django, fastapi = (
        {signature(one) for one in public_functions(implementation / feature / f"{module}.py")}
        for implementation in IMPLEMENTATIONS
    )

    assert django == fastapi


@counterparts
def test_counterparts_have_the_same_classes(feature: str, module: str) -> None:
    django, fastapi = (
        {one.name for one in classes(implementation / feature / f"{module}.py")} for implementation in IMPLEMENTATIONS
    )

    assert django == fastapi


@pytest.mark.parametrize("feature", sorted(features(DJANGO)))
def test_services_have_keyword_only_parameters(feature: str) -> None:
    for implementation in IMPLEMENTATIONS:
        for function in public_functions(implementation / feature / "services.py"):
            assert signature(function).positional == (), f"{implementation.name}/{feature}/services.py: {function.name}"


@pytest.mark.parametrize("feature", sorted(features(DJANGO)))
def test_every_service_has_a_docstring(feature: str) -> None:
    for implementation in IMPLEMENTATIONS:
        for function in public_functions(implementation / feature / "services.py"):
            assert ast.get_docstring(function), f"{implementation.name}/{feature}/services.py: {function.name}"


@every_feature
def test_serializers_and_schemas_have_the_same_names(feature: str) -> None:
    django = {one.name for one in classes(DJANGO / feature / "serializers.py")}
    fastapi = {one.name for one in classes(FASTAPI / feature / "schemas.py")}

    assert django ^ fastapi <= set(SCHEMAS_OF_ONE_IMPLEMENTATION)


@every_feature
def test_views_and_routers_serve_the_same_operations(feature: str) -> None:
    django = set(keyword_values(DJANGO / feature / "views.py", "operation_id"))
    # FastAPI names an operation after its function.
    fastapi = {one.name for one in public_functions(FASTAPI / feature / "router.py") if one.decorator_list}

    assert django == fastapi
    assert django <= set(OPERATIONS)


def test_both_implementations_raise_the_same_errors() -> None:
    django, fastapi = (_errors(implementation / "common" / "exceptions.py") for implementation in IMPLEMENTATIONS)

    assert django == fastapi


def _errors(path: Path) -> set[str]:
    return {one.name for one in classes(path)}
