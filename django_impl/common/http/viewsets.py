"""The base of every viewset: checks a request in the contract's order before an action sees it."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from django_impl.common.exceptions import FieldError, InvalidRequest
from django_impl.common.http.framework_exceptions import field_errors
from django_impl.common.http.parsers import parsed
from django_impl.common.http.views import ShopView
from django_impl.common.validation.filters import errors_of_names


class ShopViewSet(ShopView, GenericViewSet[Any]):
    """Actions find the valid body in `self.input`; `input_serializers` says which of them take one.

    An action beyond DRF's own that names no `query_parameters` is a plain one: it reads its request as DRF's
    documentation says, with `request.data` and `request.query_params`.
    """

    input_serializers: ClassVar[Mapping[str, type[serializers.Serializer[Any]]]] = {}
    input: dict[str, Any]
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
        """Check what stands before the database: Accept, token, role, then headers, query and body together."""
        super().initial(request, *args, **kwargs)
        if self.action == "list":
            return  # the filter backend reads the query
        errors: list[FieldError] = []
        if self.action in self.input_serializers:
            errors.extend(self.read_body(request))
        if not self.is_plain:
            errors.extend(errors_of_names(request.query_params, self.query_parameters or ()))
        errors.extend(self.header_errors(request))
        if errors:
            raise InvalidRequest(errors)
        # --8<-- [end:order]

    def read_body(self, request: Request) -> Iterable[FieldError]:
        """Put the valid body into `self.input`, or return what is wrong with it."""
        data = parsed(request)
        serializer = self.input_serializers[self.action](context=self.get_serializer_context())
        try:
            self.input = serializer.run_validation(data)
        except ValidationError as error:
            return field_errors(error.detail, "body")
        return ()

    def header_errors(self, request: Request) -> Iterable[FieldError]:
        """Return what is wrong with the headers that the action reads."""
        return ()

    def list_response(self) -> Response:
        """Return the page that the query asks for."""
        items = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(items, many=True).data)
