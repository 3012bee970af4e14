"""Whether two servers gave the same answer, apart from what is new each time: ids, times, tokens."""

import re
from collections.abc import Mapping

from tests.parity.wire import Answer
from tests.parity.world import NAMES, TABLES

OF_THE_SERVER = {"date", "server"}
NEW = re.compile(
    r"(?P<id>\b[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\b)"
    r"|(?P<time>\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{6})?Z)"
    r"|(?P<token>\beyJ[\w-]+\.[\w-]+\.[\w-]+)"
)
KNOWN = {*NAMES.values(), *(value for rows in TABLES.values() for row in rows for value in row.values())}


def disagreement(answers: Mapping[str, Answer]) -> list[str]:
    """What each server said, unless all said the same, also in what no case speaks of."""
    said = {name: str(comparable(answer)) for name, answer in answers.items()}
    return [f"{name} says {text[:600]}" for name, text in said.items()] if len(set(said.values())) > 1 else []


def comparable(answer: Answer) -> tuple[int, list[tuple[str, str]], str]:
    """Status, headers and body, with names in the place of what is new."""
    text = answer.content.decode(errors="replace")
    body = _named(text)
    headers = [(name.lower(), _named(value)) for name, value in answer.headers]
    left_out = {*OF_THE_SERVER, "content-length"} if body != text else OF_THE_SERVER
    return answer.status, sorted(pair for pair in map(_request_id, headers) if pair[0] not in left_out), body


def _request_id(header: tuple[str, str]) -> tuple[str, str]:
    name, value = header
    made = name == "x-request-id" and re.fullmatch("[0-9a-f]{32}", value)
    return (name, "<made>") if made else header


def _named(text: str) -> str:
    return NEW.sub(lambda found: found[0] if found[0] in KNOWN else f"<{found.lastgroup}>", text)
