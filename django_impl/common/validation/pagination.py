"""Keyset pagination: each page costs the same, and inserts and deletes do not make a client skip other rows."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import F, Func, Model, QuerySet, TextField, Value
from django.db.models.lookups import GreaterThan, LessThan
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from django_impl.common.validation.cursors import encode_cursor
from django_impl.common.validation.filters import Page
from django_impl.common.validation.query_fields import CURSOR_PATTERN
from django_impl.contract import PAGES


class PageRows(NamedTuple):
    """The rows of one page, and the cursor of the page after it."""

    items: list[Any]
    next: str | None


class KeysetPagination(BasePagination):
    """A page of the rows after a position, in the order of one column, then of the id.

    Most projects use DRF's CursorPagination. It compares only the first column, skips ties with an offset and returns
    URLs. The contract's cursor contains the id and is the same text on both implementations. The view needs a
    `query_serializer_class`. A list without one is not paginated, unless the view sets another paginator.
    """

    next: str | None

    # --8<-- [start:page]
    def paginate_queryset(  # type: ignore[override] # a page of a queryset, never of a sequence
        self, queryset: QuerySet[Any], request: Request, view: Any = None
    ) -> list[Any] | None:
        """Return the items of the page that the request's query asks for; nothing where there are no pages."""
        if getattr(view, "query_serializer_class", None) is None:
            return None
        items, self.next = fetch_page(queryset, view.list_query.page())
        return items
        # --8<-- [end:page]

    def get_paginated_response(self, data: Sequence[Any]) -> Response:
        """Return the page with the cursor of the next one."""
        return Response({"items": data, "next": self.next})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the schema of a page, for the generated document."""
        cursor = {"type": ["string", "null"], "minLength": 1, "maxLength": 2000, "pattern": CURSOR_PATTERN}
        return {
            "type": "object",
            "additionalProperties": False,
            "required": ["items", "next"],
            "properties": {"items": {**schema, "maxItems": PAGES["max_limit"]}, "next": cursor},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Return no parameters, because the list's query serializer declares them."""
        return []


# --8<-- [start:after]
def fetch_page(queryset: QuerySet[Any], page: Page) -> PageRows:
    """Return the rows of a page. One more row is fetched, to know whether there is a next page."""
    rows = list(after_cursor(queryset, page)[: page.limit + 1])
    items = rows[: page.limit]
    return PageRows(items, encode_cursor(page.ordering, items[-1]) if len(rows) > len(items) else None)


def after_cursor[M: Model](queryset: QuerySet[M], page: Page) -> QuerySet[M]:
    """Return the rows of `queryset` after the position of the page, in its order."""
    column = page.ordering.removeprefix("-")
    descending = column != page.ordering
    if page.after:
        # PostgreSQL uses the (column, id) index for a row comparison, even if many rows have the same value.
        compare = LessThan if descending else GreaterThan
        queryset = queryset.filter(compare(sql_row(F(column), F("id")), sql_row(*map(Value, page.after))))
    return queryset.order_by(*([f"-{column}", "-id"] if descending else [column, "id"]))
    # --8<-- [end:after]


def sql_row(*parts: Any) -> Func:
    """Return an SQL row constructor with the parts."""
    return Func(*parts, function="ROW", output_field=TextField())
