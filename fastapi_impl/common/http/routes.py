"""The route class of every operation."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from fastapi import Request, Response
from fastapi.datastructures import DefaultPlaceholder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute, _effective_route_context_var, get_request_handler
from starlette.routing import Match
from starlette.types import Scope

from fastapi_impl.common.exceptions import NotAcceptable
from fastapi_impl.common.http.negotiation import accepts_json
from fastapi_impl.common.http.parameters import DeclaredParameters, declared_parameters
from fastapi_impl.common.http.requests import ExpectedBody, StrictRequest
from fastapi_impl.common.http.retry import handle_again_if_outdated
from fastapi_impl.common.openapi.documents import error_responses, success_response


class ExactRoute(APIRoute):
    """Refuses a newline behind the path: in Starlette's regular expressions `$` lets one pass."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return whether the route answers the request."""
        if scope["path"].endswith("\n") and not self.path.endswith("}"):
            return Match.NONE, {}
        return super().matches(scope)


# --8<-- [start:order]
class ContractRoute(ExactRoute):
    """Asks whether the client takes JSON, reads the request strictly, and refuses parameters that it does not know."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        statuses = (400, 406, 413, 415, 422) if self.body_field else (400, 406, 422)
        documented = success_response(self.status_code or 200, path) | error_responses(*statuses)
        self.responses = documented | {
            status: documented.get(status, {}) | own for status, own in self.responses.items()
        }

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return FastAPI's handler behind the checks."""
        handle = super().get_route_handler()
        route = _included(self)
        refuse = _refusing_handler(route)
        body = ExpectedBody.of(route.body_field, self.form_limits)
        asks_for_json = _answers_json(route)
        declared = declared_parameters(route.dependant, {})

        async def answer(request: Request) -> Response:
            if asks_for_json and not accepts_json(request.headers.get("accept", "")):
                raise NotAcceptable
            request = StrictRequest(request.scope, request.receive)
            malformed = await request.read(body) if body else None
            wrong = _known(route, declared).errors(request.query_params) if request.scope["query_string"] else []
            if not malformed and not wrong:
                return await handle_again_if_outdated(handle, request)
            # What comes earlier in the order is answered by FastAPI itself: who is calling, and whether they may.
            try:
                return await handle_again_if_outdated(refuse, request)
            except RequestValidationError as error:
                raise malformed or RequestValidationError([*wrong, *error.errors()], body=error.body) from error

        return answer

    # --8<-- [end:order]


def _included(route: APIRoute) -> APIRoute:
    """Return the route as the router that includes it makes it, with that router's dependencies.

    FastAPI keeps it in a private variable while it asks for the handler, and means to pass it openly one day.
    """
    included = _effective_route_context_var.get()
    return included if included is not None and included.original_route is route else route


def _refusing_handler(route: APIRoute) -> Callable[[Request], Coroutine[Any, Any, Response]]:
    """Return FastAPI's handler, but for the endpoint: where nothing else refuses the request, it does."""

    async def refuse(**_values: Any) -> None:
        raise RequestValidationError([])

    return get_request_handler(
        replace(route.dependant, call=refuse),
        route.body_field,
        dependency_overrides_provider=route.dependency_overrides_provider,
        embed_body_fields=route._embed_body_fields,
    )


def _known(route: APIRoute, declared: DeclaredParameters) -> DeclaredParameters:
    """Return what was declared, or what is declared now: a test may have put other dependencies in place."""
    overrides = getattr(route.dependency_overrides_provider, "dependency_overrides", None)
    return declared_parameters(route.dependant, overrides) if overrides else declared


def _answers_json(route: APIRoute) -> bool:
    """Return whether the route answers JSON, or nothing, as far as its declaration says."""
    kind = route.response_class
    if isinstance(kind, DefaultPlaceholder):
        return not route.is_json_stream  # a generator's lines are application/jsonl
    return kind is Response or issubclass(kind, JSONResponse)
