"""The exception handler, which renders all errors as `application/problem+json` (RFC 9457)."""

import logging
from collections.abc import Mapping, Sequence
from http.client import responses
from typing import Any

from django.http import HttpRequest, HttpResponse
from rest_framework import exceptions
from rest_framework.exceptions import APIException
from rest_framework.views import set_rollback

from django_impl.common.database.outages import close_connection_after_failover, is_transient
from django_impl.common.exceptions import (
    FieldError,
    InvalidRequest,
    MethodNotAllowed,
    RangeNotSatisfiable,
    ShopError,
    TooManyRequests,
)
from django_impl.common.http.framework_exceptions import SAME_CODES, to_shop_error
from django_impl.common.http.renderers import dump_json
from django_impl.contract import PROBLEMS, RETRY_AFTER_SECONDS

MAX_ERRORS = 100
STATUS_HEADERS = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": str(RETRY_AFTER_SECONDS)}}

log = logging.getLogger(__name__)


# --8<-- [start:handler]
def exception_handler(error: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """Return the response to a request that raised `error`. An unexpected error is logged and becomes a 500."""
    set_rollback()  # with ATOMIC_REQUESTS: the error does not leave the view, so Django would commit
    match to_shop_error(error, context):
        case InvalidRequest() as invalid:
            return problem_response(invalid.code, {"errors": field_error_entries(invalid.errors)})
        case MethodNotAllowed() as not_allowed:
            return problem_response(not_allowed.code, headers={"Allow": ", ".join(not_allowed.allow)})
        case RangeNotSatisfiable() as unsatisfiable:
            return problem_response(unsatisfiable.code, headers={"Content-Range": f"bytes */{unsatisfiable.size}"})
        case TooManyRequests() as throttled:
            return problem_response(throttled.code, headers={"Retry-After": str(throttled.retry_after)})
        case ShopError() as known:
            return problem_response(known.code)
        case _ if is_transient(error):
            close_connection_after_failover(error)
            log.warning("The database did not answer: %s", error)
            return problem_response("database_unavailable")
        case APIException() as api_exception:
            return api_exception_response(api_exception, context)
        case _:
            log.error("Unexpected error at %s", context["request"].path, exc_info=error)
            return problem_response("internal_error")
    # --8<-- [end:handler]


# --8<-- [start:problem]
def problem_response(
    code: str, members: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """Return the problem `code` of errors.yaml as a response, with more members and headers."""
    return response_from_spec(code, PROBLEMS[code], members, headers)


def response_from_spec(
    code: str,
    spec: Mapping[str, Any],
    members: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Return a problem with the status, title and detail in `spec`, which has the form of errors.yaml."""
    body = {
        "type": f"tag:shop.example,2026:{code}",
        "title": spec["title"],
        "status": spec["status"],
        "detail": spec["detail"],
        "code": code,
        **(members or {}),
    }
    return HttpResponse(
        dump_json(body),
        status=spec["status"],
        content_type="application/problem+json",
        headers={**STATUS_HEADERS.get(spec["status"], {}), **(headers or {})},
    )
    # --8<-- [end:problem]


def api_exception_response(error: APIException, context: Mapping[str, Any]) -> HttpResponse:
    """Return the response to an APIException of DRF or of a project; errors.yaml has the text if it lists the code."""
    if error.status_code >= 500:
        log.error("%s at %s", type(error).__name__, context["request"].path, exc_info=error)
    codes = error.get_codes()
    code = codes if isinstance(codes, str) else error.default_code
    code = SAME_CODES.get(code, code)
    default = str(error.default_detail)
    detail = str(error.detail) if isinstance(error.detail, str) else default
    spec = PROBLEMS.get(code)
    if spec is None or spec["status"] != error.status_code:
        title = responses.get(error.status_code, "Error")
        spec = {"title": title, "status": error.status_code, "detail": detail}
    elif detail != default and "{" not in default:  # raised with a message of its own
        spec = {**spec, "detail": detail}
    return response_from_spec(code, spec, headers=api_exception_headers(error, context))


def api_exception_headers(error: APIException, context: Mapping[str, Any]) -> dict[str, str]:
    """Return the headers that DRF's own exception handler sends."""
    headers = {}
    if auth_header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = auth_header
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = f"{wait:.0f}"
    if isinstance(error, exceptions.MethodNotAllowed) and "view" in context:
        headers["Allow"] = ", ".join(context["view"].allowed_methods)
    return headers


def field_error_entries(errors: Sequence[FieldError]) -> list[dict[str, str]]:
    """Return the entries of a 422 in order of `in` and pointer: one for each place, at most MAX_ERRORS."""
    ordered = [error for _, error in sorted({(error.in_, error.pointer): error for error in errors}.items())]
    return [
        {"in": error.in_, "pointer": error.pointer, "code": error.code, "message": error.message}
        for error in ordered[:MAX_ERRORS]
    ]


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - handler404
    """Return the response for a path that does not exist."""
    return problem_response("not_found")


def request_rejected(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the response to a request that Django or a middleware rejects: handler400 and handler403."""
    return exception_handler(exception, {"request": request})


def server_error(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - handler500
    """Return the response for an error outside all views, which Django has logged."""
    return problem_response("internal_error")
