"""Compare the responses of both implementations with each other and with openapi.yaml."""

import httpx

from tests.contract.validation import violations
from tests.differential.correspondence import Correspondence, Difference

# The HTTP servers, not the implementations, set these headers.
_SERVER_HEADERS = {"date", "server"}


def require_documented(response: httpx.Response) -> None:
    """Raise Difference if openapi.yaml does not allow the response. Both implementations may make the same mistake."""
    if found := violations(response):
        raise Difference(f"both implementations violate the contract: {found}\n  {response.text[:2000]}")


def compare_responses(first: httpx.Response, second: httpx.Response, correspondence: Correspondence) -> None:
    """Raise Difference unless status, headers and body correspond."""
    if first.status_code != second.status_code:
        raise Difference(f"status {first.status_code} and {second.status_code}:\n  {first.text}\n  {second.text}")
    correspondence.compare_texts(_headers(first), _headers(second), "headers")
    correspondence.compare_texts(first.text, second.text, "body")


def _headers(response: httpx.Response) -> str:
    # The length may differ, because a time without microseconds is shorter. It is checked against the body instead.
    ignored = _SERVER_HEADERS | ({"content-length"} if response.request.method != "HEAD" else set())
    return "\n".join(
        sorted(
            f"{name.lower()}: {value}" for name, value in response.headers.multi_items() if name.lower() not in ignored
        )
    )
