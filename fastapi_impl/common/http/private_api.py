"""The private names that are imported from FastAPI.

`StrictRequest` also sets private attributes of Starlette's request.

No documented function returns the parameters of a route, solves its dependencies without calling the endpoint, or
closes them before a retry (decision 26: A strict route class for FastAPI). `tests/fastapi_impl/test_private_api.py`
fails for a version of FastAPI or Starlette that has not been compared with this module.
"""

from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import replace
from typing import Any

from fastapi import Request, Response
from fastapi._compat import ModelField, field_annotation_is_sequence
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import _get_param_aliases, _get_param_model, get_dependant, get_flat_params
from fastapi.routing import APIRoute, _effective_route_context_var, get_request_handler
from pydantic import BaseModel

type Handler = Callable[[Request], Coroutine[Any, Any, Response]]
type Overrides = Mapping[Callable[..., Any], Callable[..., Any]]


def included_route(route: APIRoute) -> APIRoute:
    """Return the route with the dependencies of the routers that include it.

    FastAPI sets the variable while it calls `get_route_handler`, a method that it plans to replace or deprecate.
    """
    included = _effective_route_context_var.get()
    return included if included is not None and included.original_route is route else route


def handler_with_endpoint(route: APIRoute, endpoint: Callable[..., Any]) -> Handler:
    """Return FastAPI's handler for the dependencies and the body of the route, which calls another endpoint."""
    return get_request_handler(
        replace(route.dependant, call=endpoint),
        route.body_field,
        dependency_overrides_provider=route.dependency_overrides_provider,
        embed_body_fields=route._embed_body_fields,
    )


def all_dependants(dependant: Dependant, overrides: Overrides) -> Iterator[Dependant]:
    """Yield an endpoint and all that it depends on, with the overrides of tests."""
    yield dependant
    for part in dependant.dependencies:
        override = overrides.get(part.call) if part.call else None
        yield from all_dependants(get_dependant(path=part.path or "", call=override) if override else part, overrides)


def query_fields(dependants: list[Dependant]) -> list[ModelField]:
    """Return the query parameters, with the fields of a model in place of the model."""
    return get_flat_params(Dependant(query_params=[field for one in dependants for field in one.query_params]))


def query_models(dependants: list[Dependant]) -> list[type[BaseModel]]:
    """Return the models whose fields are query parameters."""
    fields = [field for one in dependants for field in one.query_params]
    return [model for field in fields if (model := _get_param_model(field))]


def names_of(field: ModelField) -> set[str]:
    """Return the names under which a parameter can be sent."""
    return {name for _, name in _get_param_aliases(field)}


def is_list(field: ModelField) -> bool:
    """Return whether a parameter can be sent several times."""
    return field_annotation_is_sequence(field.field_info.annotation)


async def close_dependencies(request: Request, error: Exception) -> None:
    """Exit the request's dependencies of the scope "function" with the error, as FastAPI does after the handler."""
    await request.scope["fastapi_function_astack"].__aexit__(type(error), error, error.__traceback__)
