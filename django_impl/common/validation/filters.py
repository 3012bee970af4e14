"""What a list's query may say. A FilterSet names the parameters; everything wrong with them goes into one 422."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial
from typing import Any, ClassVar, Self

import django_filters
from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.request import Request

from django_impl.common.exceptions import FieldError, InvalidRequest
from django_impl.common.http.framework_exceptions import SAME_CODES, DescribedError, escape_pointer_token
from django_impl.common.validation.cursors import Position, decode_cursor
from django_impl.common.validation.fields import CONTROL_FREE, MONEY_INPUT
from django_impl.common.validation.values import (
    InvalidValue,
    parse_bool,
    parse_choice,
    parse_int,
    parse_money,
    parse_text,
)
from django_impl.contract import FIELD_MESSAGES, PAGES


@dataclass(frozen=True)
class Page:
    """Which page a list shall answer with."""

    ordering: str
    limit: int
    after: Position | None


class ParameterField(forms.Field):
    """The form field behind a parameter."""

    def __init__(self, *, read: Callable[[str], Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.read = read

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Return the field itself: a form copies its fields so that a view may change them, and none does."""
        return self

    def clean(self, value: str | None) -> Any:
        """Return what the parameter says; nothing where it is not sent."""
        if value is None:
            return None
        try:
            return self.read(value)
        except InvalidValue as error:
            raise forms.ValidationError("", code=error.code, params={"limit": error.limit}) from error


class ParameterForm(forms.Form):
    """The form behind the parameters that a query sends; those that it does not send have nothing to check."""

    def __init__(self, data: QueryDict, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields = {
            name: field for name, field in self.fields.items() if name in data or not isinstance(field, ParameterField)
        }


class Parameter(django_filters.Filter):
    """A parameter of a list; `schema` is what the generated document shows."""

    field_class = ParameterField

    def __init__(self, read: Callable[[str], Any], schema: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, read=read, **kwargs)
        self.schema = schema

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Return a copy for one request, which shares all but its method; django-filter would copy every rule too."""
        duplicate = type(self).__new__(type(self))
        duplicate.__dict__.update(self.__dict__)
        duplicate.method = self.method
        return duplicate


class PageParameter(Parameter):
    """A parameter that chooses the page, not the rows."""

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """Return the rows as they are."""
        return qs


def text_parameter(max_length: int, *args: Any, **kwargs: Any) -> Parameter:
    """Return a parameter of 1 to `max_length` characters."""
    schema = {"type": "string", "minLength": 1, "maxLength": max_length, "pattern": CONTROL_FREE}
    return Parameter(partial(parse_text, min_length=1, max_length=max_length), schema, *args, **kwargs)


def money_parameter(*args: Any, **kwargs: Any) -> Parameter:
    """Return a parameter that is an amount of at least 0."""
    return Parameter(partial(parse_money, min_value=Decimal(0)), MONEY_INPUT, *args, **kwargs)


def flag_parameter(*args: Any, **kwargs: Any) -> Parameter:
    """Return a parameter that is true or false."""
    return Parameter(parse_bool, {"type": "boolean"}, *args, **kwargs)


def ordering_parameter(orderings: tuple[str, ...], **kwargs: Any) -> Parameter:
    """Return the parameter `ordering`; the first of `orderings` is the default."""
    schema = {"type": "string", "enum": list(orderings), "default": orderings[0]}
    return PageParameter(partial(parse_choice, choices=orderings), schema, **kwargs)


class ListQuery(django_filters.FilterSet):
    """The parameters of every list; a list adds its own filters. Filters of django-filter's may stand among them."""

    orderings: ClassVar[tuple[str, ...]] = ("-created_at",)
    data: QueryDict
    request: HttpRequest

    limit = PageParameter(
        partial(parse_int, min_value=1, max_value=PAGES["max_limit"]),
        {"type": "integer", "minimum": 1, "maximum": PAGES["max_limit"], "default": PAGES["default_limit"]},
        help_text="The most items on a page.",
    )
    cursor = PageParameter(
        partial(parse_text, min_length=1, max_length=2000),
        {"type": "string", "minLength": 1, "maxLength": 2000, "pattern": "^[A-Za-z0-9_-]+$"},
        help_text="The `next` of the page before; opaque.",
    )

    def page(self, *, strict: bool = True) -> Page:
        """Return the page that the query asks for, or raise with what is wrong; `strict` minds unknown names."""
        errors = {error.pointer: error for error in self.errors_of_values()}
        for error in errors_of_names(self.data, self.filters, self.names_of_plain_filters()):
            if strict or error.code != "unknown_parameter":
                errors[error.pointer] = error
        asked = self.form.cleaned_data
        ordering, after = asked.get("ordering") or self.orderings[0], None
        if asked.get("cursor") and "/cursor" not in errors and "ordering" not in self.form.errors:
            try:
                after = decode_cursor(asked["cursor"], ordering)
            except InvalidValue as error:
                errors["/cursor"] = FieldError("query", "/cursor", error.code)
        if errors:
            raise InvalidRequest([*errors.values()])
        return Page(ordering, asked.get("limit") or PAGES["default_limit"], after)

    def errors_of_values(self) -> Iterator[FieldError]:
        """Yield what is wrong with the values of known parameters."""
        for name, (error, *_) in self.form.errors.as_data().items():
            pointer, code = "" if name == NON_FIELD_ERRORS else f"/{name}", error.code or "invalid"
            if code in FIELD_MESSAGES:
                yield FieldError("query", pointer, code, (error.params or {}).get("limit"))
            else:
                yield DescribedError("query", pointer, SAME_CODES.get(code, code), words=error.messages[0])

    @classmethod
    @cache
    def plain_filters(cls) -> list[str]:
        """Return the names of the filters that are django-filter's own."""
        return [name for name, filter_ in cls.base_filters.items() if not isinstance(filter_, Parameter)]

    def names_of_plain_filters(self) -> set[str]:
        """Return the parameters that django-filter's own filters read: a range has two, for example."""
        names = set()
        for name in self.plain_filters():
            widget = self.filters[name].field.widget
            suffixes = getattr(widget, "suffixes", None)
            names |= {widget.suffixed(name, suffix) for suffix in suffixes} if suffixes else {name}
        return names

    @classmethod
    @cache
    def form_class(cls) -> type[forms.Form]:
        """Return the form behind the parameters; django-filter would make a new class for each request."""
        return type("Form", (ParameterForm,), {name: filter_.field for name, filter_ in cls.base_filters.items()})

    def get_form_class(self) -> type[forms.Form]:
        """Return the form behind the parameters; a filter of django-filter's may have another field in each request."""
        if not self.plain_filters():
            return self.form_class()
        return type("Form", (ParameterForm,), {name: filter_.field for name, filter_ in self.filters.items()})


class QueryFilterBackend(DjangoFilterBackend):
    """Filters a list, and tells the view which page is asked for; without ListQuery it is django-filter's own."""

    def filter_queryset(  # type: ignore[override] # the stubs say Django's request, and it is DRF's
        self, request: Request, queryset: QuerySet[Any], view: Any
    ) -> QuerySet[Any]:
        """Return the rows that the query admits."""
        parameters = list_parameters(request, queryset, view)
        if parameters is None:
            return super().filter_queryset(request, queryset, view)
        if view.detail:  # `get_object` asks too
            return queryset
        view.page = page_of(parameters, view)
        return parameters.qs


def list_parameters(request: Request, queryset: QuerySet[Any], view: Any) -> ListQuery | None:
    """Return the view's ListQuery with what the query says, if the view has any."""
    if not has_pages(view):
        return None
    parameters: ListQuery = view.filterset_class(request.query_params, queryset, request=request)
    return parameters


def has_pages(view: Any) -> bool:
    """Tell whether the lists of a view have the contract's pages."""
    filterset_class = getattr(view, "filterset_class", None)
    return filterset_class is not None and issubclass(filterset_class, ListQuery)


def page_of(parameters: ListQuery, view: Any) -> Page:
    """Return the page that is asked for; a plain action may read parameters that `parameters` does not know."""
    return parameters.page(strict=not getattr(view, "is_plain", False))


def errors_of_names(query: QueryDict, known: Collection[str], free: Collection[str] = ()) -> Iterator[FieldError]:
    """Yield the parameters that are unknown, repeated or empty; those in `free` may be what they like."""
    for name, texts in query.lists():
        if name in free:
            continue
        pointer = f"/{escape_pointer_token(name)}"
        if name not in known:
            yield FieldError("query", pointer, "unknown_parameter")
        elif len(texts) > 1:
            yield FieldError("query", pointer, "repeated_parameter")
        elif texts == [""]:
            yield FieldError("query", pointer, "empty_parameter")
