"""The base of every viewset: checks a request in the contract's order before an action sees it."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, ClassVar

from django.utils.functional import cached_property
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from django_impl.common.exceptions import FieldError, InvalidRequest
from django_impl.common.http.framework_exceptions import field_errors
from django_impl.common.http.parsers import parsed
from django_impl.common.http.views import ShopView
from django_impl.common.validation.filters import ListQuery, parameter_name_errors


class ShopViewSet(ShopView, GenericViewSet[Any]):
    """An action with a body is in `input_serializers` and begins with `data = self.get_validated_data()`.

    An action beyond DRF's own that names no `query_parameters` is a plain one: it reads its request as DRF's
    documentation says, with `request.data` and `request.query_params`.
    """

    input_serializers: ClassVar[Mapping[str, type[serializers.Serializer[Any]]]] = {}
    query_serializer_class: type[ListQuery] | None = None  # of the list
    query_parameters: Collection[str] | None = None

    # What the generated document tells besides: the schema of the value in the path, the actions that answer 201,
    # those that sign in without a token, the problems that only some actions have, and if the database may be away.
    lookup_schema: ClassVar[Mapping[str, Any]] = {}
    creates: ClassVar[Collection[str]] = ("create",)
    signs_in: ClassVar[Collection[str]] = ()
    problems: ClassVar[Mapping[str, Collection[str]]] = {}
    uses_database: ClassVar[bool] = True

    @property
    def is_plain(self) -> bool:
        """Whether the action reads its request itself."""
        if self.action in {"create", "update", "partial_update"}:
            return self.action not in self.input_serializers
        return self.action not in {"list", "retrieve", "destroy"} and self.query_parameters is None

    # --8<-- [start:order]
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check Accept, token and role, then the query and headers of an action that has no body."""
        super().initial(request, *args, **kwargs)
        # The filter backend reads the query of a list; `get_validated_data` reads body, query and headers together.
        if self.action != "list" and self.action not in self.input_serializers:
            self.check([*self.parameter_errors()])

    def get_validated_data(self) -> dict[str, Any]:
        """Return the valid body, or raise with everything that is wrong with body, query and headers."""
        data = parsed(self.request)
        serializer = self.input_serializers[self.action](context=self.get_serializer_context())
        errors: list[FieldError] = []
        validated: dict[str, Any] = {}
        try:
            validated = serializer.run_validation(data)
        except ValidationError as error:
            errors.extend(field_errors(error.detail, "body"))
        self.check([*errors, *self.parameter_errors()])
        return validated
        # --8<-- [end:order]

    @cached_property
    def list_query(self) -> ListQuery:
        """The valid query of a list, or an error with everything that is wrong with it."""
        assert self.query_serializer_class, f"{type(self).__name__} has no query_serializer_class"  # noqa: S101
        query = self.query_serializer_class(data=self.request.query_params, context=self.get_serializer_context())
        if not query.is_valid():
            raise InvalidRequest([*field_errors(query.errors, "query")])
        return query

    def check(self, errors: list[FieldError]) -> None:
        """Raise if there are errors."""
        if errors:
            raise InvalidRequest(errors)

    def parameter_errors(self) -> Iterable[FieldError]:
        """Yield what is wrong with the names of the query's parameters and with headers."""
        if not self.is_plain:
            names = parameter_name_errors(self.request.query_params, self.query_parameters or ())
            yield from field_errors(names, "query")
        yield from self.header_errors(self.request)

    def header_errors(self, request: Request) -> Iterable[FieldError]:
        """Return what is wrong with the headers that the action reads."""
        return ()

    def list_response(self) -> Response:
        """Return the page that the query asks for."""
        items = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(items, many=True).data)
