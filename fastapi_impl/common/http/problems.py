"""Errors as `application/problem+json` (RFC 9457), with the texts of `errors.yaml`."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Response
from fastapi.responses import JSONResponse

from fastapi_impl.common.exceptions import FieldError
from fastapi_impl.contract import PROBLEMS, RETRY_AFTER_SECONDS

MAX_ERRORS = 100
STATUS_HEADERS = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": str(RETRY_AFTER_SECONDS)}}


# --8<-- [start:problem]
def problem_response(
    code: str, members: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """Return the problem `code` of errors.yaml as a response, with more members and headers."""
    return response_from_spec(code, PROBLEMS[code], members, headers)


def response_from_spec(
    code: str,
    spec: Mapping[str, Any],
    members: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a problem with the status, title and detail in `spec`, which has the form of errors.yaml."""
    body = {
        "type": f"tag:shop.example,2026:{code}",
        "title": spec["title"],
        "status": spec["status"],
        "detail": spec["detail"],
        "code": code,
        **(members or {}),
    }
    return JSONResponse(
        body,
        status_code=spec["status"],
        media_type="application/problem+json",
        headers={**STATUS_HEADERS.get(spec["status"], {}), **(headers or {})},
    )
    # --8<-- [end:problem]


def field_error_entries(errors: Sequence[FieldError]) -> list[dict[str, str]]:
    """Return the entries of a 422, sorted by `in`, then by pointer; at most MAX_ERRORS."""
    ordered = sorted(errors, key=lambda error: (error.in_, error.pointer))
    return [
        {"in": error.in_, "pointer": error.pointer, "code": error.code, "message": error.message}
        for error in ordered[:MAX_ERRORS]
    ]
