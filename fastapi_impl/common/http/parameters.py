"""The query parameters that an operation declares, as FastAPI's own dependant has them, and what a request does wrong.

FastAPI itself ignores unknown parameters, and takes the last of a parameter that came several times.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi._compat import field_annotation_is_sequence
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import _get_param_aliases, _get_param_model, get_dependant, get_flat_params
from fastapi.security import APIKeyQuery
from starlette.datastructures import QueryParams

type Overrides = Mapping[Callable[..., Any], Callable[..., Any]]


@dataclass(frozen=True)
class DeclaredParameters:
    """`lists` may come several times; `is_open` lets unknown ones pass: a model of the query has `extra="allow"`."""

    names: frozenset[str]
    lists: frozenset[str]
    is_open: bool

    def errors(self, query: QueryParams) -> list[dict[str, Any]]:
        """Return what is wrong with the parameters that were sent, in the form of Pydantic's errors."""
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


def declared_parameters(dependant: Dependant, overrides: Overrides) -> DeclaredParameters:
    """Return the parameters of an endpoint and of all that it depends on."""
    parts = list(_dependants(dependant, overrides))
    declared = [field for part in parts for field in part.query_params]
    fields = get_flat_params(Dependant(query_params=declared))  # a model's fields instead of the model
    keys = {part.call.model.name for part in parts if isinstance(part.call, APIKeyQuery)}
    lists = [field for field in fields if field_annotation_is_sequence(field.field_info.annotation)]
    models = [model for field in declared if (model := _get_param_model(field))]
    return DeclaredParameters(
        names=frozenset(keys).union(*map(_names, fields)),
        lists=frozenset().union(*map(_names, lists)),
        is_open=any(model.model_config.get("extra") == "allow" for model in models),
    )


def _dependants(dependant: Dependant, overrides: Overrides) -> Iterator[Dependant]:
    yield dependant
    for part in dependant.dependencies:
        override = overrides.get(part.call) if part.call else None
        yield from _dependants(get_dependant(path=part.path or "", call=override) if override else part, overrides)


def _names(field: Any) -> set[str]:
    return {name for _, name in _get_param_aliases(field)}
