"""The private API of Django, drf-spectacular and gunicorn that the implementation uses still exists."""

import ast
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.wsgi import WSGIRequest
from django.test import RequestFactory
from drf_spectacular.openapi import AutoSchema
from gunicorn.http import wsgi
from gunicorn.http.message import Request
from gunicorn.workers.gthread import ThreadWorker

from django_impl.common.http.requests import ShopWSGIRequest

PRIVATE_API: dict[str, tuple[type, ...]] = {
    "_encoding": (WSGIRequest, ASGIRequest),
    "_set_content_type_params": (WSGIRequest, ASGIRequest),
    "_expected_100_continue": (Request,),
    "_keepalive_after": (ThreadWorker,),
    "_get_paginator": (AutoSchema,),
    "_get_request_body": (AutoSchema,),
    "_insert_field_validators": (AutoSchema,),
    "_is_list_view": (AutoSchema,),
    "_map_serializer": (AutoSchema,),
    "_map_serializer_field": (AutoSchema,),
}
# Importing these modules configures the process, or needs psycopg 3; they define no class with a private name.
NOT_IMPORTED = {
    *("config.asgi", "config.gunicorn", "config.sockets", "config.wsgi", "manage"),
    *("config.settings.asgi", "config.settings.sockets", "common.database.postgresql.pool"),
}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
SOURCE = Path(__file__).parents[2] / "django_impl"


def modules() -> Iterator[tuple[ModuleType, ast.Module]]:
    """Yield every module of the implementation with its parsed source."""
    for path in sorted(SOURCE.rglob("*.py")):
        name = ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")
        if "migrations" not in path.parts and name not in NOT_IMPORTED:
            module = importlib.import_module(f"{SOURCE.name}.{name}")
            yield module, ast.parse(path.read_text(encoding="utf-8"))


def private_names(node: ast.AST, kind: Any) -> set[str]:
    """Return the names of functions or attributes in `node` that start with one underscore."""
    names = {
        getattr(part, "attr" if kind is ast.Attribute else "name") for part in ast.walk(node) if isinstance(part, kind)
    }
    return {name for name in names if name.startswith("_") and not name.startswith("__")}


def overridden(module: ModuleType, source: ast.Module) -> Iterator[str]:
    """Yield the private names of a class that also exist in a base class of another project."""
    for node in ast.walk(source):
        if isinstance(node, ast.ClassDef) and inspect.isclass(class_ := getattr(module, node.name, None)):
            external = [base for base in class_.__mro__ if not base.__module__.startswith(SOURCE.name)]
            names = private_names(node, FUNCTIONS) | private_names(node, ast.Attribute)
            yield from (name for name in names if any(hasattr(base, name) for base in external))


def test_all_used_private_names_are_listed() -> None:
    used, defined, inherited = set[str](), set[str](), set[str]()
    for module, source in modules():
        used |= private_names(source, ast.Attribute)
        defined |= private_names(source, FUNCTIONS)
        defined |= {part.attr for part in ast.walk(source) if isinstance(part, ast.Attribute) and is_set_on_self(part)}
        inherited |= set(overridden(module, source))

    assert inherited | (used - defined) == set(PRIVATE_API)


def is_set_on_self(node: ast.Attribute) -> bool:
    """Return whether the attribute is assigned on `self`."""
    return isinstance(node.ctx, ast.Store) and ast.unparse(node.value) == "self"


@pytest.mark.parametrize("name", PRIVATE_API)
def test_private_name_exists(name: str) -> None:
    assert [hasattr(owner, name) for owner in PRIVATE_API[name]] == [True] * len(PRIVATE_API[name])


@pytest.mark.parametrize("header", ["application/json; charset=latin-1", f"application/json; x={'y' * 20_000}"])
def test_request_encoding_ignores_content_type(header: str) -> None:
    environ = {**RequestFactory().get("/", {"search": "é"}).environ, "CONTENT_TYPE": header}

    assert ShopWSGIRequest(environ).GET["search"] == "é"


def test_gunicorn_uses_private_names() -> None:
    assert "self._keepalive_after(" in inspect.getsource(ThreadWorker)
    assert "if req._expected_100_continue:" in inspect.getsource(wsgi.create)
