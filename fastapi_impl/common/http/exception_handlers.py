"""One exception handler for each class of errors; `EXCEPTION_HANDLERS` is FastAPI's argument `exception_handlers`."""

import logging
import re
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from fastapi_impl.common.database.outages import is_transient
from fastapi_impl.common.exceptions import (
    InvalidRequest,
    MethodNotAllowed,
    RangeNotSatisfiable,
    ShopError,
    TooManyRequests,
)
from fastapi_impl.common.http.problems import field_error_entries, problem_response, response_from_spec
from fastapi_impl.common.validation.errors import field_errors
from fastapi_impl.contract import PROBLEMS

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
# The problem in errors.yaml for the status of an HTTPException.
CODES = {
    401: "not_authenticated",
    403: "permission_denied",
    404: "not_found",
    406: "not_acceptable",
    413: "content_too_large",
    415: "unsupported_media_type",
    416: "range_not_satisfiable",
    429: "too_many_requests",
    500: "internal_error",
}

log = logging.getLogger(__name__)


# --8<-- [start:handlers]
async def shop_error_handler(_request: Request, error: ShopError) -> Response:
    """Return the problem with the code of the error."""
    return problem_response(error.code)


async def invalid_request_handler(_request: Request, error: InvalidRequest) -> Response:
    """Return 422 with an entry for each error."""
    return problem_response(error.code, {"errors": field_error_entries(error.errors)})


async def method_not_allowed_handler(_request: Request, error: MethodNotAllowed) -> Response:
    """Return 405 with the methods of the path in `Allow`."""
    return problem_response(error.code, headers={"Allow": ", ".join(error.allow)})


async def range_not_satisfiable_handler(_request: Request, error: RangeNotSatisfiable) -> Response:
    """Return 416 with the size of the file in `Content-Range`."""
    return problem_response(error.code, headers={"Content-Range": f"bytes */{error.size}"})


async def too_many_requests_handler(_request: Request, error: TooManyRequests) -> Response:
    """Return 429 with the seconds until the window ends in `Retry-After`."""
    return problem_response(error.code, headers={"Retry-After": str(error.retry_after)})


async def request_validation_error_handler(request: Request, error: RequestValidationError) -> Response:
    """Return the error of the body if `ContractRoute` found one, 404 for an invalid path parameter, otherwise 422."""
    # A malformed body comes before invalid data (decision 3: One order of request checks).
    if body_error := getattr(request.state, "body_error", None):
        return await shop_error_handler(request, body_error)
    if errors := field_errors(error):
        return await invalid_request_handler(request, InvalidRequest(errors))
    return problem_response("not_found")


async def database_error_handler(request: Request, error: SQLAlchemyError) -> Response:
    """Return 503 if the same request can succeed later. Any other error is logged and becomes a 500."""
    if is_transient(error):
        log.warning("The database did not answer: %s", error)
        return problem_response("database_unavailable")
    log.error("Unexpected error at %s", request.scope["path"], exc_info=error)
    return problem_response("internal_error")


async def internal_error_handler(_request: Request, _error: Exception) -> Response:
    """Return 500. Starlette raises the error again, and `CommonHeadersMiddleware` logs it."""
    return problem_response("internal_error")
    # --8<-- [end:handlers]


async def http_exception_handler(_request: Request, error: HTTPException) -> Response:
    """Return the problem for an HTTPException; errors.yaml has the code and the text if it lists the status.

    The response keeps the status and the headers of the exception, and its detail if it is not the default one.
    """
    status = error.status_code
    if status in {204, 304}:
        return Response(status_code=status, headers=error.headers)
    name = HTTPStatus(status).phrase if status in set(HTTPStatus) else "Error"
    code = CODES.get(status) or re.sub(r"\W+", "_", name.lower().replace("'", ""))
    spec = PROBLEMS.get(code) or {"title": name, "status": status, "detail": error.detail}
    if error.detail != name:
        spec = {**spec, "detail": error.detail}
    return response_from_spec(code, spec, headers=error.headers)


# --8<-- [start:allowed-methods]
async def wrong_method_handler(request: Request, _error: HTTPException) -> Response:
    """Return 204 to OPTIONS and 405 to any other method that the path does not have."""
    allow = allowed_methods(request)
    if request.method == "OPTIONS":
        return Response(status_code=204, headers={"Allow": ", ".join(allow)})
    return await method_not_allowed_handler(request, MethodNotAllowed(allow))


def allowed_methods(request: Request) -> list[str]:
    """Return the methods of the path, in the contract's order; a path with GET also has HEAD."""
    found = {"OPTIONS"}
    for route in iter_route_contexts(request.app.routes):
        if route.path_regex.match(request.scope["path"]):
            found |= route.methods or set()
    if "GET" in found:
        found.add("HEAD")
    return [method for method in METHODS if method in found]
    # --8<-- [end:allowed-methods]


# --8<-- [start:install]
EXCEPTION_HANDLERS: dict[int | type[Exception], Callable[[Request, Any], Coroutine[Any, Any, Response]]] = {
    ShopError: shop_error_handler,
    InvalidRequest: invalid_request_handler,
    MethodNotAllowed: method_not_allowed_handler,
    RangeNotSatisfiable: range_not_satisfiable_handler,
    TooManyRequests: too_many_requests_handler,
    RequestValidationError: request_validation_error_handler,
    HTTPException: http_exception_handler,
    405: wrong_method_handler,
    SQLAlchemyError: database_error_handler,
    Exception: internal_error_handler,
}
# --8<-- [end:install]
