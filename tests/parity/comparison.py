"""Compare the responses of several servers to the same request.

Values that a server generates for each request, such as ids, times and tokens, are not compared.
"""

import re
from collections.abc import Mapping

from tests.parity.http_client import RawResponse
from tests.parity.seed_data import NAMES, TABLES

# A cookie has another name on each server. tests/contract/pages/ tests it.
SERVER_HEADERS = {"date", "server", "set-cookie"}
# How the template engines write quotes.
QUOTES = {"&#x27;": "&#39;", "&quot;": "&#34;"}
GENERATED = re.compile(
    r"(?P<id>\b[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\b)"
    r"|(?P<time>\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{6})?Z)"
    r"|(?P<file>\b[0-9a-f]{32}\.(?:jpg|png|webp)\b)"
    r'|(?P<form>(?<=name="csrfmiddlewaretoken" value=")[^"]+)'
    r"|(?P<token>\beyJ[\w-]+\.[\w-]+\.[\w-]+)"
)
SEED_VALUES = {*NAMES.values(), *(value for rows in TABLES.values() for row in rows for value in row.values())}


def response_differences(responses: Mapping[str, RawResponse]) -> list[str]:
    """Return one line for each server if the responses differ, and an empty list if they are equal.

    This also finds differences in a part of the response for which the case has no expectation.
    """
    texts = {name: str(comparable(response)) for name, response in responses.items()}
    return [f"{name} responds {text[:600]}" for name, text in texts.items()] if len(set(texts.values())) > 1 else []


def comparable(response: RawResponse) -> tuple[int, list[tuple[str, str]], str]:
    """Return status, headers and body, with placeholders for the values that the server generated."""
    text = response.content.decode(errors="replace")
    for one, other in QUOTES.items():
        text = text.replace(one, other)
    body = _with_placeholders(text)
    headers = [(name.lower(), _with_placeholders(value)) for name, value in response.headers]
    # The length of a generated time varies, and with it the length of the body.
    is_changed = body != response.content.decode(errors="replace")
    ignored = {*SERVER_HEADERS, "content-length"} if is_changed else SERVER_HEADERS
    if response.status == 429:
        ignored = {*ignored, "retry-after"}  # the seconds until a window ends
    return response.status, sorted(pair for pair in map(_request_id, headers) if pair[0] not in ignored), body


def _request_id(header: tuple[str, str]) -> tuple[str, str]:
    name, value = header
    generated = name == "x-request-id" and re.fullmatch("[0-9a-f]{32}", value)
    return (name, "<generated>") if generated else header


def _with_placeholders(text: str) -> str:
    return GENERATED.sub(lambda found: found[0] if found[0] in SEED_VALUES else f"<{found.lastgroup}>", text)
