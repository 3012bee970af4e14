"""The AutoSchema that describes operations from the attributes of the shop's viewsets."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import get_lib_doc_excludes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from django_impl.common.openapi import extensions as schema_extensions  # noqa: F401 - the import registers them
from django_impl.common.openapi.serializers import InvalidRequest, Problem
from django_impl.common.validation.pagination import KeysetPagination
from django_impl.common.validation.serializers import (
    FormInput,
    InputSerializer,
    PartialInput,
    ReadOnlySerializer,
    StrictSerializer,
)
from django_impl.contract import PROBLEMS

REQUEST_ID = {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[A-Za-z0-9._-]+$"}
PATH = {"type": "string", "minLength": 1, "maxLength": 300, "pattern": "^/api/"}
SECONDS = {"type": "integer", "minimum": 1, "maximum": 3600}
PROBLEM_JSON = "application/problem+json"
ANONYMOUS = SimpleNamespace(is_authenticated=False, is_staff=False)
CUSTOMER = SimpleNamespace(is_authenticated=True, is_staff=False)


def undocumented_bases() -> list[type]:
    """Return the base classes whose docstrings must not become descriptions in the document."""
    framework = get_lib_doc_excludes()  # type: ignore[no-untyped-call] # drf-spectacular's
    return [*framework, StrictSerializer, InputSerializer, PartialInput, FormInput, ReadOnlySerializer]


class ContractSchema(AutoSchema):
    """Describes an operation by the attributes of its viewset. Other views get drf-spectacular's own description."""

    view: Any

    @property
    def _reads_request_itself(self) -> bool:
        return bool(getattr(self.view, "reads_request_itself", True))

    def get_request_serializer(self) -> Any:
        """Return the serializer of the action's body, or None."""
        inputs, action = getattr(self.view, "input_serializer_classes", {}), getattr(self.view, "action", None)
        if self._reads_request_itself and action not in inputs:
            return super().get_request_serializer()
        return inputs.get(action)

    def get_response_serializers(self) -> Any:
        """Return all responses of the operation, by status and media type."""
        if self._reads_request_itself:
            return super().get_response_serializers()
        if self.method == "DELETE":
            responses: dict[Any, Any] = {"204": OpenApiResponse(None, "Deleted. There is no body.")}
        elif self.view.action in self.view.actions_returning_202:
            responses = {"202": OpenApiResponse(None, "A task will do it. There is no body.")}
        else:
            status_code = "201" if self.view.action in self.view.actions_returning_201 else "200"
            responses = {status_code: OpenApiResponse(self.view.get_serializer_class(), "Successful response.")}
        for status, codes in self._codes().items():
            schema = InvalidRequest if status == 422 else self._problem(status, codes)
            description = " ".join(PROBLEMS[code]["detail"] for code in codes)
            responses[str(status), PROBLEM_JSON] = OpenApiResponse(schema, description)
        return responses

    def get_override_parameters(self) -> list[Any]:
        """Return the headers of the responses, the path parameter and the query parameters."""
        if self._reads_request_itself:
            return super().get_override_parameters()
        parameters = [_header("X-Request-ID", True, REQUEST_ID), _header("Location", [201, 202], PATH)]
        parameters.append(_header("WWW-Authenticate", [401], {"const": "Bearer"}))
        parameters.append(_header("Retry-After", [429, 503], SECONDS))
        if self.path.startswith("/api/auth/"):
            parameters.append(_header("Cache-Control", [200, 201], {"const": "no-store"}))
        if self.view.detail:
            name, field = self.view.lookup_field, self.view.lookup_schema_field
            schema = self._map_serializer_field(field, "request")  # type: ignore[no-untyped-call] # drf-spectacular's
            self._insert_field_validators(field, schema)  # type: ignore[no-untyped-call] # drf-spectacular's
            parameters.append(OpenApiParameter(name, schema, OpenApiParameter.PATH, required=True))
        if self._is_list_view() and self.view.query_serializer_class:
            parameters.append(self.view.query_serializer_class)
        return parameters

    def get_auth(self) -> list[Any]:
        """Return the security requirements. An empty one means that the token is optional."""
        schemes = super().get_auth()
        if self._reads_request_itself:
            return schemes
        schemes = [scheme for scheme in schemes if scheme]
        return [{}, *schemes] if schemes and self._is_permitted(ANONYMOUS) else schemes

    def get_serializer_name(self, serializer: Any, direction: Any) -> str:
        """Return the name of the component: that of the class, without the suffix `Out`."""
        return super().get_serializer_name(serializer, direction).removesuffix("Out")

    def get_paginated_name(self, serializer_name: str) -> str:
        """Return the name of the component of a page."""
        return f"{serializer_name}Page"

    def _get_paginator(self) -> Any:
        paginator = super()._get_paginator()  # type: ignore[no-untyped-call] # drf-spectacular's
        has_pages = getattr(self.view, "query_serializer_class", None) is not None
        return paginator if has_pages or not isinstance(paginator, KeysetPagination) else None

    def _get_request_body(self, direction: Any = "request") -> Any:
        body = super()._get_request_body(direction)  # type: ignore[no-untyped-call] # drf-spectacular's
        return body if self._reads_request_itself else body and {**body, "required": True}  # also if no field is

    def _codes(self) -> dict[int, list[str]]:
        """Return the codes of the operation's problems, by status."""
        own, statuses = self.view.problems.get(self.view.action, ()), set(self._statuses())
        by_status: dict[int, list[str]] = {}
        for code, problem in PROBLEMS.items():
            if code in own or problem["status"] in statuses:
                by_status.setdefault(problem["status"], []).append(code)
        return dict(sorted(by_status.items()))

    def _statuses(self) -> Iterator[int]:
        """Yield the problem statuses that follow from the attributes of the viewset."""
        yield from (400, 406, 422)
        if self.view.get_authenticators() or self.view.action in self.view.sign_in_actions:
            yield 401
        if self.view.get_authenticators() or self.view.action in self.view.throttled_actions:
            yield 429
        if not self._is_permitted(CUSTOMER):
            yield 403
        if self.view.detail:
            yield 404
        if self.view.action in self.view.input_serializer_classes:
            yield from (413, 415)
        if self.view.uses_database:
            yield 503

    def _is_permitted(self, user: SimpleNamespace) -> bool:
        request: Any = SimpleNamespace(method=self.method, user=user)
        return all(permission.has_permission(request, self.view) for permission in self.view.get_permissions())

    def _problem(self, status: int, codes: list[str]) -> dict[str, Any]:
        """Return the schema of the problems of one status."""
        narrowed = {"status": {"const": status}, "code": {"enum": codes}}
        return {"allOf": [self.resolve_serializer(Problem, "response").ref, {"properties": narrowed}]}


def _header(name: str, statuses: bool | list[int], schema: dict[str, Any]) -> OpenApiParameter:
    """Return a response header of the statuses, or of all if `statuses` is True."""
    return OpenApiParameter(name, schema, OpenApiParameter.HEADER, required=True, response=statuses)
