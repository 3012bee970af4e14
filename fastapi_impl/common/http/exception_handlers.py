"""Errors as `application/problem+json` (RFC 9457), rendered in this one place."""

import logging
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import iter_route_contexts
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from fastapi_impl.common.database.outages import is_transient
from fastapi_impl.common.exceptions import FieldError, InvalidRequest, MethodNotAllowed, ShopError
from fastapi_impl.common.validation.errors import to_shop_error
from fastapi_impl.contract import PROBLEMS, RETRY_AFTER_SECONDS

MOST_ERRORS = 100
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
# What a status alone says, in the catalogue's words.
CODES = {
    401: "not_authenticated",
    403: "permission_denied",
    404: "not_found",
    406: "not_acceptable",
    413: "content_too_large",
    415: "unsupported_media_type",
    500: "internal_error",
}
HEADERS = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": str(RETRY_AFTER_SECONDS)}}

log = logging.getLogger(__name__)


# --8<-- [start:install]
def install(app: FastAPI) -> None:
    """Answer every error of the application with a problem."""
    for kind in (ShopError, RequestValidationError, HTTPException, SQLAlchemyError, TimeoutError):
        app.add_exception_handler(kind, exception_handler)
    app.add_exception_handler(Exception, internal_error)
    # --8<-- [end:install]


# --8<-- [start:handler]
async def exception_handler(request: Request, error: Exception) -> Response:
    """Return the response to a request that raised `error`; an unexpected error is logged and answered with 500."""
    match error:
        case HTTPException(status_code=405) if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": ", ".join(allowed_methods(request))})
        case HTTPException(status_code=405):
            return exception_response(MethodNotAllowed(allowed_methods(request)))
        case HTTPException():
            return http_problem(error)
        case RequestValidationError():
            return exception_response(to_shop_error(error))
        case ShopError():
            return exception_response(error)
        case _ if is_transient(error):
            log.warning("The database did not answer: %s", error)
            return problem_response("database_unavailable")
        case _:
            log.error("Unexpected error at %s", request.scope["path"], exc_info=error)
            return problem_response("internal_error")


async def internal_error(_request: Request, _error: Exception) -> Response:
    """Return the answer to what no other handler takes; `CommonHeadersMiddleware`, which stands around all, logs it."""
    return problem_response("internal_error")


def exception_response(error: ShopError) -> Response:
    """Return the answer that the error is."""
    match error:
        case InvalidRequest():
            return problem_response(error.code, {"errors": field_error_entries(error.errors)})
        case MethodNotAllowed():
            return problem_response(error.code, headers={"Allow": ", ".join(error.allow)})
        case _:
            return problem_response(error.code)
    # --8<-- [end:handler]


# --8<-- [start:problem]
def problem_response(
    code: str, members: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """Return the problem `code` of the catalogue as an answer."""
    return described_problem(code, PROBLEMS[code], members, headers)


def described_problem(
    code: str,
    words: Mapping[str, Any],
    members: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a problem with the status, title and detail in `words`."""
    body = {
        "type": f"tag:shop.example,2026:{code}",
        "title": words["title"],
        "status": words["status"],
        "detail": words["detail"],
        "code": code,
        **(members or {}),
    }
    return JSONResponse(
        body,
        status_code=words["status"],
        media_type="application/problem+json",
        headers={**HEADERS.get(words["status"], {}), **(headers or {})},
    )
    # --8<-- [end:problem]


def http_problem(error: HTTPException) -> Response:
    """Return the problem of FastAPI's own exception: the catalogue's where it has one for the status.

    A detail other than the status's own name is told as it stands.
    """
    status = error.status_code
    if status in {204, 304}:
        return Response(status_code=status, headers=error.headers)
    name = HTTPStatus(status).phrase if status in set(HTTPStatus) else "Error"
    code = CODES.get(status) or re.sub(r"\W+", "_", name.lower().replace("'", ""))
    words = PROBLEMS.get(code) or {"title": name, "status": status, "detail": error.detail}
    if error.detail != name:
        words = {**words, "detail": error.detail}
    return described_problem(code, words, headers=error.headers)


def field_error_entries(errors: Sequence[FieldError]) -> list[dict[str, str]]:
    """Return the entries of a 422, sorted by `in`, then by pointer."""
    ordered = sorted(errors, key=lambda error: (error.in_, error.pointer))
    return [
        {"in": error.in_, "pointer": error.pointer, "code": error.code, "message": error.message}
        for error in ordered[:MOST_ERRORS]
    ]


# --8<-- [start:allowed-methods]
def allowed_methods(request: Request) -> list[str]:
    """Return what the path answers, in the contract's order; HEAD is answered wherever GET is."""
    found = {"OPTIONS"}
    for route in iter_route_contexts(request.app.routes):
        if route.path_regex.match(request.scope["path"]):
            found |= route.methods or set()
    if "GET" in found:
        found.add("HEAD")
    return [method for method in METHODS if method in found]
    # --8<-- [end:allowed-methods]
