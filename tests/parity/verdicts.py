"""How far a server's answers to the corpus are those that the cases expect: in status, body and headers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.parity.cases import Case
from tests.parity.expectations import expected_status
from tests.parity.running import Outcome, run
from tests.parity.values import Reader
from tests.parity.world import World

COLUMNS = {
    "django": "Django implementation",
    "fastapi": "FastAPI implementation",
    "tutorial-drf": "tutorial DRF",
    "tutorial-fastapi": "tutorial FastAPI",
}
LONGEST = 160
# As the differences are worded that concern headers alone.
_OF_HEADERS = re.compile(r"(after \d+: )?(headers? |Content-Length is missing|content type is |204 has a body)")


@dataclass(frozen=True)
class Verdict:
    """What became of one case on one server."""

    case: str
    group: str
    expected: int
    answered: int
    said: str
    same_kind: bool
    same_status: bool
    same_body: bool
    same: bool


def verdicts(cases: list[Case], port: int, world: World, reader: type[Reader] = Reader) -> Iterator[Verdict]:
    """Put every case to the server behind the port."""
    for case in cases:
        yield verdict(case, run(case, port, world, reader))


def verdict(case: Case, outcome: Outcome) -> Verdict:
    """Judge an outcome: a body counts only where the status is right, headers only where the body is."""
    expected = expected_status(case.main)
    same_status = outcome.answer.status == expected
    others = [difference for difference in outcome.differences if not _OF_HEADERS.match(difference)]
    return Verdict(
        case.id,
        case.group,
        expected,
        outcome.answer.status,
        _said(outcome),
        outcome.answer.status // 100 == expected // 100,
        same_status,
        same_status and not others,
        not outcome.differences,
    )


def _said(outcome: Outcome) -> str:
    text = " ".join(outcome.answer.content.decode(errors="replace").split()) or outcome.answer.fault
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
