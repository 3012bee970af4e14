"""The base of all viewsets, which checks requests in the order of the contract."""

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
from django_impl.common.http.parsers import parse_body
from django_impl.common.http.views import ShopView
from django_impl.common.validation.filters import ListQuery, parameter_name_errors


class ShopViewSet(ShopView, GenericViewSet[Any]):
    """A GenericViewSet whose actions with a body validate it in their first line: `data = self.get_validated_data()`.

    `input_serializer_classes` maps the name of such an action to its serializer class.

    An `@action` without `query_parameters` reads `request.data` and `request.query_params` itself, as in DRF's
    documentation.
    """

    input_serializer_classes: ClassVar[Mapping[str, type[serializers.Serializer[Any]]]] = {}
    query_serializer_class: type[ListQuery] | None = None  # of the list
    query_parameters: Collection[str] | None = None

    # For the generated OpenAPI document: the field of the path parameter, the actions that return 201 and 202, those
    # that sign a user in, those that are limited without a user, the problems of single actions, and whether the
    # actions use the database.
    lookup_schema_field: ClassVar[serializers.Field[Any, Any, Any, Any] | None] = None
    actions_returning_201: ClassVar[Collection[str]] = ("create",)
    actions_returning_202: ClassVar[Collection[str]] = ()
    sign_in_actions: ClassVar[Collection[str]] = ()
    throttled_actions: ClassVar[Collection[str]] = ()
    problems: ClassVar[Mapping[str, Collection[str]]] = {}
    uses_database: ClassVar[bool] = True

    @property
    def reads_request_itself(self) -> bool:
        """Whether the action reads its query and body itself, so that the base class does not validate them."""
        if self.action in {"create", "update", "partial_update"}:
            return self.action not in self.input_serializer_classes
        return self.action not in {"list", "retrieve", "destroy"} and self.query_parameters is None

    # --8<-- [start:order]
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Negotiate, authenticate and check permissions, then check query and headers if the action has no body."""
        super().initial(request, *args, **kwargs)
        # The filter backend checks the query of a list. `get_validated_data` checks body, query and headers together.
        if self.action != "list" and self.action not in self.input_serializer_classes:
            self.raise_if_invalid([*self.parameter_errors()])

    def get_validated_data(self) -> dict[str, Any]:
        """Return the validated body. Raises InvalidRequest with all errors of body, query and headers."""
        data = parse_body(self.request)
        serializer = self.input_serializer_classes[self.action](context=self.get_serializer_context())
        errors: list[FieldError] = []
        validated: dict[str, Any] = {}
        try:
            validated = serializer.run_validation(data)
        except ValidationError as error:
            errors.extend(field_errors(error.detail, "body"))
        self.raise_if_invalid([*errors, *self.parameter_errors()])
        return validated
        # --8<-- [end:order]

    @cached_property
    def list_query(self) -> ListQuery:
        """The validated query of a list. Raises InvalidRequest with all its errors."""
        assert self.query_serializer_class, f"{type(self).__name__} has no query_serializer_class"  # noqa: S101
        query = self.query_serializer_class(data=self.request.query_params, context=self.get_serializer_context())
        if not query.is_valid():
            raise InvalidRequest([*field_errors(query.errors, "query")])
        return query

    def raise_if_invalid(self, errors: list[FieldError]) -> None:
        """Raise InvalidRequest if there are errors."""
        if errors:
            raise InvalidRequest(errors)

    def parameter_errors(self) -> Iterable[FieldError]:
        """Yield the errors of the names of query parameters and of headers."""
        if not self.reads_request_itself:
            names = parameter_name_errors(self.request.query_params, self.query_parameters or ())
            yield from field_errors(names, "query")
        yield from self.header_errors(self.request)

    def header_errors(self, request: Request) -> Iterable[FieldError]:
        """Return the errors of the headers that the action reads. Subclasses override this."""
        return ()

    def list_response(self) -> Response:
        """Return the page of the queryset for the query of the request."""
        items = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(items, many=True).data)
