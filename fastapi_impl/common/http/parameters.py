"""Query parameters, and the rejection of unknown, repeated and empty ones.

FastAPI ignores an unknown parameter, and uses the last value of a repeated one.
"""

from dataclasses import dataclass
from typing import Any

from fastapi.routing import APIRoute
from fastapi.security import APIKeyQuery
from starlette.datastructures import QueryParams

from fastapi_impl.common.http.private_api import (
    Overrides,
    all_dependants,
    is_list,
    names_of,
    query_fields,
    query_models,
)
from fastapi_impl.common.validation.errors import NotASingleValue


class SingleValueQueryParams(QueryParams):
    """Returns a parameter as a string where it was sent once with a value, and as `NotASingleValue` otherwise."""

    def get(self, key: Any, default: Any = None) -> Any:
        """Return the value. An empty parameter is an empty list, which no type of a query parameter accepts."""
        match self.getlist(key):
            case []:
                return default
            case [""]:
                return NotASingleValue()
            case [value]:
                return value
            case values:
                return NotASingleValue(values)


@dataclass(frozen=True)
class DeclaredParameters:
    """The query parameters of a route.

    `lists` can be sent several times. With `is_open` unknown parameters are accepted: a model has `extra="allow"`.
    """

    names: frozenset[str]
    lists: frozenset[str]
    is_open: bool

    def errors(self, query: QueryParams) -> list[dict[str, Any]]:
        """Return the errors of the parameters that were sent, in the form of Pydantic's errors."""
        sent = ((name, query.getlist(name)) for name in query)
        return [
            {"type": code, "loc": ("query", name), "input": values}
            for name, values in sent
            if (code := self._code(name, values))
        ]

    def _code(self, name: str, values: list[str]) -> str | None:
        if name not in self.names:
            return None if self.is_open else "unknown_parameter"
        if len(values) > 1 and name not in self.lists:
            return "repeated_parameter"
        return "empty_parameter" if "" in values else None


def declared_parameters(route: APIRoute, overrides: Overrides) -> DeclaredParameters:
    """Return the parameters of a route and of all that it depends on."""
    dependants = list(all_dependants(route.dependant, overrides))
    fields = query_fields(dependants)
    keys = {one.call.model.name for one in dependants if isinstance(one.call, APIKeyQuery)}
    return DeclaredParameters(
        names=frozenset(keys).union(*map(names_of, fields)),
        lists=frozenset().union(*map(names_of, filter(is_list, fields))),
        is_open=any(model.model_config.get("extra") == "allow" for model in query_models(dependants)),
    )
