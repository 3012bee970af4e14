"""Errors as `application/problem+json` (RFC 9457), rendered in this one place."""

import logging
from collections.abc import Mapping, Sequence
from http.client import responses
from typing import Any

from django.http import HttpRequest, HttpResponse
from rest_framework import exceptions
from rest_framework.exceptions import APIException
from rest_framework.views import set_rollback

from django_impl.common.database.outages import drop_useless_connection, is_transient
from django_impl.common.exceptions import FieldError, InvalidRequest, MethodNotAllowed, ShopError
from django_impl.common.http.framework_exceptions import SAME_CODES, translated
from django_impl.common.http.renderers import dump_json
from django_impl.contract import PROBLEMS, RETRY_AFTER_SECONDS

MAX_ERRORS = 100
STATUS_HEADERS = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": str(RETRY_AFTER_SECONDS)}}

log = logging.getLogger(__name__)


# --8<-- [start:handler]
def exception_handler(error: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """Return the response to a request that raised `error`; an unexpected error is logged and answered with 500."""
    set_rollback()  # with ATOMIC_REQUESTS a transaction ends here, and it would be committed: no error leaves the view
    match translated(error, context):
        case InvalidRequest() as invalid:
            return problem_response(invalid.code, {"errors": field_error_entries(invalid.errors)})
        case MethodNotAllowed() as refused:
            return problem_response(refused.code, headers={"Allow": ", ".join(refused.allow)})
        case ShopError() as known:
            return problem_response(known.code)
        case _ if is_transient(error):
            drop_useless_connection(error)
            log.warning("The database did not answer: %s", error)
            return problem_response("database_unavailable")
        case APIException() as of_framework:
            return framework_problem(of_framework, context)
        case _:
            log.error("Unexpected error at %s", context["request"].path, exc_info=error)
            return problem_response("internal_error")
    # --8<-- [end:handler]


# --8<-- [start:problem]
def problem_response(
    code: str, members: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """Return the problem `code` of the catalogue as an answer."""
    return described_problem(code, PROBLEMS[code], members, headers)


def described_problem(
    code: str,
    words: Mapping[str, Any],
    members: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Return a problem with the status, title and detail in `words`."""
    body = {
        "type": f"tag:shop.example,2026:{code}",
        "title": words["title"],
        "status": words["status"],
        "detail": words["detail"],
        "code": code,
        **(members or {}),
    }
    return HttpResponse(
        dump_json(body),
        status=words["status"],
        content_type="application/problem+json",
        headers={**STATUS_HEADERS.get(words["status"], {}), **(headers or {})},
    )
    # --8<-- [end:problem]


def framework_problem(error: APIException, context: Mapping[str, Any]) -> HttpResponse:
    """Return the problem of an exception of DRF's, or of a project's own: the catalogue's where it lists the code."""
    if error.status_code >= 500:
        log.error("%s at %s", type(error).__name__, context["request"].path, exc_info=error)
    codes = error.get_codes()
    code = codes if isinstance(codes, str) else error.default_code
    code = SAME_CODES.get(code, code)
    default = str(error.default_detail)
    detail = str(error.detail) if isinstance(error.detail, str) else default
    words = PROBLEMS.get(code)
    if words is None or words["status"] != error.status_code:
        title = responses.get(error.status_code, "Error")
        words = {"title": title, "status": error.status_code, "detail": detail}
    elif detail != default and "{" not in default:  # the message that was raised
        words = {**words, "detail": detail}
    return described_problem(code, words, headers=framework_headers(error, context))


def framework_headers(error: APIException, context: Mapping[str, Any]) -> dict[str, str]:
    """Return the headers that DRF's own handler would send."""
    headers = {}
    if auth_header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = auth_header
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = f"{wait:.0f}"
    if isinstance(error, exceptions.MethodNotAllowed) and "view" in context:
        headers["Allow"] = ", ".join(context["view"].allowed_methods)
    return headers


def field_error_entries(errors: Sequence[FieldError]) -> list[dict[str, str]]:
    """Return the entries of a 422, one for each place, sorted by `in`, then by pointer."""
    ordered = [error for _, error in sorted({(error.in_, error.pointer): error for error in errors}.items())]
    return [
        {"in": error.in_, "pointer": error.pointer, "code": error.code, "message": error.message}
        for error in ordered[:MAX_ERRORS]
    ]


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's form
    """Answer for a path that does not exist."""
    return problem_response("not_found")


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for a request that Django or a middleware refuses before any view."""
    return exception_handler(exception, {"request": request})


def internal_error(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's form
    """Answer for an error outside every view; Django has logged it."""
    return problem_response("internal_error")
