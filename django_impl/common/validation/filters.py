"""The base of query serializers of lists, and the filter backend that applies a validated query."""

from collections.abc import Callable, Collection, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple

from django.db.models import QuerySet
from django.http import QueryDict
from rest_framework import serializers
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request

from django_impl.common.validation.cursors import Position, decode_cursor
from django_impl.common.validation.errors import error_details
from django_impl.common.validation.query_fields import CursorField, QueryIntegerField
from django_impl.common.validation.serializers import StrictSerializer
from django_impl.contract import PAGES


class Page(NamedTuple):
    """The page of a list that a query requests."""

    ordering: str
    limit: int
    after: Position | None


# --8<-- [start:list-query]
class ListQuery(StrictSerializer):
    """The parameters of every list. A subclass adds its own. `filters` maps parameters to QuerySet methods."""

    filters: ClassVar[Mapping[str, Callable[[Any, Any], Any]]] = {}
    default_ordering: ClassVar[str] = "-created_at"

    limit = QueryIntegerField(
        min_value=1,
        max_value=PAGES["max_limit"],
        default=PAGES["default_limit"],
        help_text="The maximum number of items on a page.",
    )
    cursor = CursorField(
        min_length=1, max_length=2000, required=False, help_text="The `next` of the previous page. An opaque string."
    )

    def validate_cursor(self, cursor: str) -> Position | str:
        """Return the position of the cursor, or the cursor unchecked if the ordering is invalid."""
        ordering = self.requested_ordering()
        return decode_cursor(cursor, ordering) if ordering else cursor

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that match the validated query."""
        for name, method in self.filters.items():
            if name in self.validated_data:
                queryset = method(queryset, self.validated_data[name])
        return queryset
        # --8<-- [end:list-query]

    @property
    def fields(self) -> Mapping[str, serializers.Field[Any, Any, Any, Any]]:  # type: ignore[override] # only read
        """The fields, shared by all requests and read-only. DRF copies them, which costs 8% of the CPU of a page."""
        return self.shared_fields()

    @classmethod
    @cache
    def shared_fields(cls) -> Mapping[str, serializers.Field[Any, Any, Any, Any]]:
        """Return the fields of the class. Their serializer has no request, so a field must not read the context."""
        query = cls.__new__(cls)
        StrictSerializer.__init__(query)  # not the class's own, which would recurse if it reads `self.fields`
        return MappingProxyType(dict(super(ListQuery, query).fields))

    def page(self) -> Page:
        """Return the page that the validated query requests."""
        query = self.validated_data
        return Page(query.get("ordering", self.default_ordering), query["limit"], query.get("cursor"))

    def requested_ordering(self) -> str | None:
        """Return the ordering of the query or the default; None if the parameter is repeated or not a choice."""
        field = self.fields.get("ordering")
        if not isinstance(field, serializers.ChoiceField):
            return self.default_ordering
        orderings: list[str] = self.initial_data.getlist("ordering", [self.default_ordering])
        return orderings[0] if len(orderings) == 1 and orderings[0] in field.choices else None

    def name_errors(self, data: QueryDict) -> dict[str, Any]:
        """Return the errors of unknown, repeated and empty parameters."""
        errors = parameter_name_errors(data, self.fields)
        return {name: error for name, error in errors.items() if not self._is_allowed(error[0].code, name)}

    def _is_allowed(self, code: str, name: str) -> bool:
        """Return whether the action reads unknown parameters itself, or the field of a repeated parameter is a list."""
        if code == "unknown_parameter":
            return bool(getattr(self.context.get("view"), "reads_request_itself", False))
        return code == "repeated_parameter" and isinstance(self.fields[name], serializers.ListField)


class QueryFilterBackend(BaseFilterBackend):
    """Filters a list with the view's `query_serializer_class`."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        """Return the filtered rows. A detail action, or a view without a query serializer, gets all rows."""
        if getattr(view, "query_serializer_class", None) is None or view.detail:
            return queryset
        query: ListQuery = view.list_query
        return query.filter_queryset(queryset)


def parameter_name_errors(query: QueryDict, known: Collection[str]) -> dict[str, Any]:
    """Return the errors of unknown, repeated and empty parameters, by name."""
    errors: dict[str, Any] = {}
    for name, texts in query.lists():
        if name not in known:
            errors[name] = error_details("unknown_parameter")
        elif len(texts) > 1:
            errors[name] = error_details("repeated_parameter")
        elif texts == [""]:
            errors[name] = error_details("empty_parameter")
    return errors
