"""The CORS headers that a response must have, and those that it must not have."""

from collections.abc import Iterator

from tests.contract.document import SETTINGS
from tests.parity.http_client import RawResponse
from tests.parity.raw_requests import RawRequest
from tests.parity.seed_data import ENVIRONMENT

ALLOWED_ORIGINS = ENVIRONMENT["CORS_ALLOWED_ORIGINS"].split(",")
CORS_HEADERS = {
    "vary",
    "access-control-allow-origin",
    "access-control-allow-credentials",
    "access-control-allow-methods",
    "access-control-allow-headers",
    "access-control-allow-private-network",
    "access-control-expose-headers",
    "access-control-max-age",
}
_VALUES = SETTINGS["cors"]


def cors_differences(request: RawRequest, response: RawResponse) -> Iterator[str]:
    """Yield the CORS headers of a response that the `Origin` of the request does not allow, or that are missing."""
    expected = _expected_cors_headers(request)
    # A page depends on the session.
    is_page = not request.path.startswith("/api/") and response.header("Vary") == "Cookie"
    for name in sorted(CORS_HEADERS - ({"vary"} if is_page else set())):
        if response.header(name) != expected.get(name):
            yield f"header {name} is {response.header(name)!r}, expected {expected.get(name)!r}"


def _expected_cors_headers(request: RawRequest) -> dict[str, str]:
    if not request.path.startswith("/api/"):
        return {}
    origin = request.header("Origin").strip(" \t")
    listed = {
        "access-control-allow-origin": origin,
        "access-control-expose-headers": ", ".join(_VALUES["exposed_headers"]),
    }
    preflight = {
        "access-control-allow-methods": ", ".join(_VALUES["methods"]),
        "access-control-allow-headers": ", ".join(_VALUES["request_headers"]),
        "access-control-max-age": str(_VALUES["max_age_seconds"]),
    }
    return {
        "vary": "origin",
        **(listed if origin in ALLOWED_ORIGINS else {}),
        **(preflight if origin in ALLOWED_ORIGINS and request.method == "OPTIONS" else {}),
    }
