"""The problems and headers of responses, which FastAPI cannot derive from the code, for the OpenAPI document."""

from typing import Any

from fastapi_impl.contract import PROBLEMS

type Responses = dict[int | str, dict[str, Any]]

INVALID_REQUEST = 422
PROBLEM_CODES = [code for code, problem in PROBLEMS.items() if problem["status"] != INVALID_REQUEST]
REF = "#/components/schemas/{model}"

# `openapi_extra` of an operation for which a token is optional. A token that is sent must be valid.
OPTIONAL_AUTH: dict[str, Any] = {"security": [{}]}

REQUEST_ID = {
    "description": "The `X-Request-ID` of the request if it is valid, otherwise a new one.",
    "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[A-Za-z0-9._-]+$"},
}
LOCATION = {
    "description": "Path of the new resource.",
    "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": 300, "pattern": "^/api/"},
}
NO_STORE = {
    "description": "Responses with tokens and accounts must not be cached.",
    "required": True,
    "schema": {"const": "no-store"},
}
AUTHENTICATE = {"description": "The authentication scheme.", "required": True, "schema": {"const": "Bearer"}}
RETRY_AFTER = {
    "description": "Seconds to wait before a retry.",
    "required": True,
    "schema": {"type": "integer", "minimum": 1, "maximum": 3600},
}
HEADERS = {
    201: {"Location": LOCATION},
    202: {"Location": LOCATION},
    401: {"WWW-Authenticate": AUTHENTICATE},
    429: {"Retry-After": RETRY_AFTER},
    503: {"Retry-After": RETRY_AFTER},
}
DESCRIPTIONS = {
    400: "The body is malformed, or the host is not allowed.",
    401: "There is no valid token, or the credentials are wrong.",
    403: "The user does not have permission.",
    404: "The resource does not exist, or the user may not see it.",
    406: "The Accept header excludes application/json.",
    409: "The current state of the resource does not allow this.",
    413: "The body is larger than 1 MiB, or for an image than 5 MiB.",
    415: "The media type, charset or encoding of the body is not supported.",
    422: "The request is well-formed but its data is invalid.",
    429: "There were too many requests.",
    503: "The database did not answer in time.",
}


def success_response(status: int, path: str) -> Responses:
    """Return the documentation of a successful response: its description and its headers."""
    description = {202: "A task will do it. There is no body.", 204: "Deleted. There is no body."}.get(
        status, "Successful response."
    )
    return {status: {"description": description, "headers": headers(status, path)}}


def headers(status: int, path: str) -> dict[str, Any]:
    """Return the headers of a response with this status at this path."""
    cache = {"Cache-Control": NO_STORE} if path.startswith("/api/auth/") and status < 300 else {}
    return {"X-Request-ID": REQUEST_ID, **HEADERS.get(status, {}), **cache}


def error_responses(*statuses: int, conflicts: tuple[str, ...] = ()) -> Responses:
    """Return the documentation of the problems of `errors.yaml` with these statuses, and of the 409s in `conflicts`."""
    codes = {status: [code for code in PROBLEM_CODES if PROBLEMS[code]["status"] == status] for status in statuses}
    if conflicts:
        codes[409] = list(conflicts)
    return {status: _problem(status, found) for status, found in codes.items()}


def _problem(status: int, codes: list[str]) -> dict[str, Any]:
    schema: dict[str, Any] = {"$ref": REF.format(model="InvalidRequest")}
    if status != INVALID_REQUEST:
        code = {"enum": codes} if len(codes) > 1 else {"const": codes[0]}
        narrowed = {"properties": {"status": {"const": status}, "code": code}}
        schema = {"allOf": [{"$ref": REF.format(model="Problem")}, narrowed]}
    return {
        "description": DESCRIPTIONS[status],
        "headers": headers(status, ""),
        "content": {"application/problem+json": {"schema": schema}},
    }
