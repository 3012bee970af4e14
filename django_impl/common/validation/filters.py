"""The query of a list: a serializer that reads it strictly, and the filter backend that applies it."""

from collections.abc import Callable, Collection, Mapping
from functools import cache
from typing import Any, ClassVar, NamedTuple

from django.db.models import QuerySet
from django.http import QueryDict
from rest_framework import serializers
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request

from django_impl.common.validation.cursors import Position, decode_cursor
from django_impl.common.validation.errors import rejection
from django_impl.common.validation.query_fields import CursorField, QueryIntegerField
from django_impl.common.validation.serializers import StrictSerializer
from django_impl.contract import PAGES


class Page(NamedTuple):
    """Which page of a list the response has."""

    ordering: str
    limit: int
    after: Position | None


# --8<-- [start:list-query]
class ListQuery(StrictSerializer):
    """The parameters of every list. A list adds its own, with the QuerySet method that each one calls in `filters`."""

    filters: ClassVar[Mapping[str, Callable[[Any, Any], Any]]] = {}
    default_ordering: ClassVar[str] = "-created_at"

    limit = QueryIntegerField(
        min_value=1,
        max_value=PAGES["max_limit"],
        default=PAGES["default_limit"],
        help_text="The most items on a page.",
    )
    cursor = CursorField(
        min_length=1, max_length=2000, required=False, help_text="The `next` of the page before; opaque."
    )

    def validate_cursor(self, cursor: str) -> Position | str:
        """Return where the page begins; the text as it is if the ordering has an error of its own."""
        ordering = self.requested_ordering()
        return decode_cursor(cursor, ordering) if ordering else cursor

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that the valid query asks for."""
        for name, method in self.filters.items():
            if name in self.validated_data:
                queryset = method(queryset, self.validated_data[name])
        return queryset
        # --8<-- [end:list-query]

    @property
    def fields(self) -> Mapping[str, serializers.Field[Any, Any, Any, Any]]:  # type: ignore[override] # read here
        """The fields, the same objects for all requests: to copy them, as DRF does, costs a page 8% of its CPU."""
        return self.shared_fields()

    @classmethod
    @cache
    def shared_fields(cls) -> Mapping[str, serializers.Field[Any, Any, Any, Any]]:
        """Return the fields of the class, bound to a serializer without a request: none may read the context."""
        return super(ListQuery, cls()).fields

    def page(self) -> Page:
        """Return the page that the valid query asks for."""
        query = self.validated_data
        return Page(query.get("ordering", self.default_ordering), query["limit"], query.get("cursor"))

    def requested_ordering(self) -> str | None:
        """Return the ordering that the query names, or nothing if the list has no such ordering."""
        field = self.fields.get("ordering")
        if not isinstance(field, serializers.ChoiceField):
            return self.default_ordering
        ordering: str = self.initial_data.get("ordering", self.default_ordering)
        return ordering if ordering in field.choices else None

    def name_errors(self, data: QueryDict) -> dict[str, Any]:
        """Return the errors of unknown, repeated and empty parameters."""
        errors = parameter_name_errors(data, self.fields)
        return {name: error for name, error in errors.items() if not self._is_allowed(error[0].code, name)}

    def _is_allowed(self, code: str, name: str) -> bool:
        """Tell whether a plain action reads an unknown parameter itself, or a list takes a repeated one."""
        if code == "unknown_parameter":
            return bool(getattr(self.context.get("view"), "is_plain", False))
        return code == "repeated_parameter" and isinstance(self.fields[name], serializers.ListField)


class QueryFilterBackend(BaseFilterBackend):
    """Filters a list by the view's `query_serializer_class`."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        """Return the rows that the query asks for; all of them for one object, and for a view without such a class."""
        if getattr(view, "query_serializer_class", None) is None or view.detail:
            return queryset
        query: ListQuery = view.list_query
        return query.filter_queryset(queryset)


def parameter_name_errors(query: QueryDict, known: Collection[str]) -> dict[str, Any]:
    """Return the errors of unknown, repeated and empty parameters, as a serializer reports them."""
    errors: dict[str, Any] = {}
    for name, texts in query.lists():
        if name not in known:
            errors[name] = rejection("unknown_parameter")
        elif len(texts) > 1:
            errors[name] = rejection("repeated_parameter")
        elif texts == [""]:
            errors[name] = rejection("empty_parameter")
    return errors
