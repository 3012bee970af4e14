"""The problems and headers of responses, which FastAPI cannot derive from the code, for the OpenAPI document."""

from typing import Any

from fastapi_impl.contract import PROBLEMS

type Responses = dict[int | str, dict[str, Any]]

INVALID_REQUEST = 422
PROBLEM_CODES = [code for code, problem in PROBLEMS.items() if problem["status"] != INVALID_REQUEST]
REF = "#/components/schemas/{model}"

# `openapi_extra` of an operation that needs no token, but checks one that is sent.
OPTIONAL_AUTH: dict[str, Any] = {"security": [{}]}

REQUEST_ID = {
    "description": "The request's own `X-Request-ID` where it is valid, otherwise a new one.",
    "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[A-Za-z0-9._-]+$"},
}
LOCATION = {
    "description": "Path of the new resource.",
    "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": 300, "pattern": "^/api/"},
}
NO_STORE = {
    "description": "Tokens and accounts are not to be cached.",
    "required": True,
    "schema": {"const": "no-store"},
}
AUTHENTICATE = {"description": "The scheme to sign in with.", "required": True, "schema": {"const": "Bearer"}}
RETRY_AFTER = {
    "description": "Seconds after which to try again.",
    "required": True,
    "schema": {"type": "integer", "minimum": 1, "maximum": 3600},
}
HEADERS = {201: {"Location": LOCATION}, 401: {"WWW-Authenticate": AUTHENTICATE}, 503: {"Retry-After": RETRY_AFTER}}
DESCRIPTIONS = {
    400: "The body is not well-formed, or the host is not served here.",
    401: "There is no valid token, or the credentials are wrong.",
    403: "The account may not do this.",
    404: "There is nothing here, or it may not be seen.",
    406: "The Accept header admits no JSON.",
    409: "The present state does not allow this.",
    413: "The body is larger than 1 MiB.",
    415: "The body is of another type, charset or encoding.",
    422: "The request is well-formed but its data is not valid.",
    503: "The database did not answer in time.",
}


def success_response(status: int, path: str) -> Responses:
    """Return the documentation of a successful response's headers."""
    return {status: {"headers": headers(status, path)}}


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
