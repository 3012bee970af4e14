"""Errors as `application/problem+json` (RFC 9457), rendered in this one place."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import SuspiciousFileOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from rest_framework.exceptions import APIException

from django_impl.common.contract import PROBLEMS, RETRY_AFTER_SECONDS
from django_impl.common.errors import FieldError, InvalidRequest, MethodNotAllowed, ShopError
from django_impl.common.rendering import compact

MOST_ERRORS = 100
HEADERS = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": str(RETRY_AFTER_SECONDS)}}

log = logging.getLogger(__name__)


# --8<-- [start:handler]
def exception_handler(error: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """Return the answer to a request that raised `error`; what nobody foresaw is logged and answered with 500."""
    match error:
        case InvalidRequest():
            return problem(error.code, {"errors": entries(error.errors)})
        case MethodNotAllowed():
            return problem(error.code, headers={"Allow": ", ".join(error.allow)})
        case ShopError():
            return problem(error.code)
        case OperationalError() | InterfaceError():
            log.warning("The database did not answer: %s", error)
            return problem("database_unavailable")
        case Http404() | SuspiciousFileOperation():
            return problem("not_found")
        case APIException(default_code=str(code)) if code in PROBLEMS:  # DRF and the catalogue use the same words
            return problem(code)
        case _:
            log.error("Unexpected error at %s", context["request"].path, exc_info=error)
            return problem("internal_error")
    # --8<-- [end:handler]


# --8<-- [start:problem]
def problem(
    code: str, members: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """Return the problem `code` of the catalogue as an answer."""
    words = PROBLEMS[code]
    body = {
        "type": f"tag:shop.example,2026:{code}",
        "title": words["title"],
        "status": words["status"],
        "detail": words["detail"],
        "code": code,
        **(members or {}),
    }
    return HttpResponse(
        compact(body),
        status=words["status"],
        content_type="application/problem+json",
        headers={**HEADERS.get(words["status"], {}), **(headers or {})},
    )
    # --8<-- [end:problem]


def entries(errors: Sequence[FieldError]) -> list[dict[str, str]]:
    """Return the entries of a 422, one for each place, sorted by `in`, then by pointer."""
    ordered = [error for _, error in sorted({(error.in_, error.pointer): error for error in errors}.items())]
    return [
        {"in": error.in_, "pointer": error.pointer, "code": error.code, "message": error.message}
        for error in ordered[:MOST_ERRORS]
    ]


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's form
    """Answer for a path that does not exist."""
    return problem("not_found")


def malformed(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's form
    """Answer for a request that Django refuses before any view."""
    return problem("malformed_body")


def internal_error(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's form
    """Answer for an error outside every view."""
    return problem("internal_error")
