"""The route class of all operations."""

from collections.abc import Callable
from typing import Any

from fastapi import Request, Response
from fastapi.datastructures import DefaultPlaceholder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Scope

from fastapi_impl.common.exceptions import NotAcceptable
from fastapi_impl.common.http.negotiation import accepts_json
from fastapi_impl.common.http.parameters import DeclaredParameters, declared_parameters
from fastapi_impl.common.http.private_api import Handler, handler_with_endpoint, included_route
from fastapi_impl.common.http.requests import ExpectedBody, StrictRequest
from fastapi_impl.common.http.responses import error_responses, success_response
from fastapi_impl.common.http.retry import handle_again_if_outdated


class ExactRoute(APIRoute):
    """Rejects a path that ends with a newline. Starlette accepts it, because `$` in its regular expressions does."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return whether the route has the path and the method of the request."""
        if scope["path"].endswith("\n") and not self.path.endswith("}"):
            return Match.NONE, {}
        return super().matches(scope)


# --8<-- [start:order]
class ContractRoute(ExactRoute):
    """Checks `Accept`, reads the body strictly, and rejects query parameters that the route does not declare."""

    def __init__(
        self, path: str, endpoint: Callable[..., Any], *, max_body_size: int | None = None, **options: Any
    ) -> None:
        # FastAPI would check the size before the token and the media type.
        self.max_body_bytes = max_body_size
        super().__init__(path, endpoint, **options)
        statuses = (400, 406, 413, 415, 422) if self.body_field else (400, 406, 422)
        documented = success_response(self.status_code or 200, path) | error_responses(*statuses)
        self.responses = documented | {
            status: documented.get(status, {}) | own for status, own in self.responses.items()
        }

    def get_route_handler(self) -> Handler:
        """Return FastAPI's handler, preceded by the checks of the contract."""
        handle = super().get_route_handler()
        route = included_route(self)
        check_dependencies = handler_with_endpoint(route, _reject)
        body = ExpectedBody.of(route, self.max_body_bytes, self.form_limits)
        asks_for_json = _answers_json(route)
        declared = declared_parameters(route, {})

        async def handler(request: Request) -> Response:
            if asks_for_json and not accepts_json(request.headers.get("accept", "")):
                raise NotAcceptable
            request = StrictRequest(request.scope, request.receive)
            is_readable = await request.read_body(body) if body else True
            has_query = request.scope["query_string"]
            errors = _current(route, declared).errors(request.query_params) if has_query else []
            if is_readable and not errors:
                return await handle_again_if_outdated(handle, request)
            # Authentication and permissions come before these errors in the order of checks, so they are checked first.
            try:
                return await handle_again_if_outdated(check_dependencies, request)
            except RequestValidationError as error:
                raise RequestValidationError([*errors, *error.errors()], body=error.body) from error

        return handler

    # --8<-- [end:order]


async def _reject(**_values: Any) -> None:
    """Reject the request in place of the endpoint, after FastAPI has solved the dependencies without an error."""
    raise RequestValidationError([])


def _current(route: APIRoute, declared: DeclaredParameters) -> DeclaredParameters:
    """Return the declared parameters; `dependency_overrides` of a test can declare others."""
    overrides = getattr(route.dependency_overrides_provider, "dependency_overrides", None)
    return declared_parameters(route, overrides) if overrides else declared


def _answers_json(route: APIRoute) -> bool:
    """Return whether the route declares JSON, or no content, as its response."""
    kind = route.response_class
    if isinstance(kind, DefaultPlaceholder):
        return not route.is_json_stream  # a generator's lines are application/jsonl
    return kind is Response or issubclass(kind, JSONResponse)
