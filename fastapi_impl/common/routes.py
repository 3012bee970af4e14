"""The route class of every operation."""

import inspect
from collections.abc import Callable, Coroutine, Sequence
from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response, params
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Scope

from fastapi_impl.common.documents import refusals, success
from fastapi_impl.common.errors import NotAcceptable
from fastapi_impl.common.negotiation import admits_json
from fastapi_impl.common.requests import StrictRequest
from fastapi_impl.common.schemas import Input


class NoParameters(Input):
    """The query of an operation that takes none."""


async def refuse_parameters(query: Annotated[NoParameters, Query()]) -> None:
    """Refuse every query parameter."""


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

    def __init__(
        self,
        path: str,
        endpoint: Callable[..., Any],
        *,
        dependencies: Sequence[params.Depends] | None = None,
        **options: Any,
    ) -> None:
        if not _takes_parameters(endpoint):
            dependencies = [*(dependencies or ()), Depends(refuse_parameters)]
        super().__init__(path, endpoint, dependencies=dependencies, **options)
        self.responses |= success(self.status_code or 200, path) | refusals(400, 406, 422)
        if self.body_field:
            self.responses |= refusals(413, 415)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return FastAPI's handler behind the checks."""
        handle = super().get_route_handler()
        body = self.body_field and self.body_field.field_info
        media_type = body.media_type if isinstance(body, params.Body) else ""

        async def answer(request: Request) -> Response:
            if not admits_json(request.headers.get("accept", "")):
                raise NotAcceptable
            return await handle(StrictRequest(request.scope, request.receive, media_type))

        return answer

    # --8<-- [end:order]


def _takes_parameters(endpoint: Callable[..., Any]) -> bool:
    parameters = inspect.signature(endpoint).parameters.values()
    return any(
        isinstance(part, params.Query)
        for parameter in parameters
        for part in getattr(parameter.annotation, "__metadata__", ())
    )
