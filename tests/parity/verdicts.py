"""Judge the responses of a server to the corpus: which have the expected status, body and headers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.parity.cases import Case
from tests.parity.expectations import expected_status
from tests.parity.expressions import Evaluator
from tests.parity.runner import CaseResult, run_case
from tests.parity.seed_data import SeededDatabase

COLUMNS = {
    "django": "Django implementation",
    "fastapi": "FastAPI implementation",
    "tutorial-django": "tutorial DRF",
    "tutorial-fastapi": "tutorial FastAPI",
}
MAX_EXCERPT_LENGTH = 160
# Matches the messages about differences in headers.
_HEADER_DIFFERENCE = re.compile(r"(after \d+: )?(headers? |Content-Length is missing|content type is |204 has a body)")


@dataclass(frozen=True)
class Verdict:
    """How the response of one server to one case compares with the expected response.

    `same_kind` means 2xx or 4xx as expected, `same_body` includes `same_status`, and `same` includes the headers.
    """

    case: str
    group: str
    expected: int
    status: int
    excerpt: str
    same_kind: bool
    same_status: bool
    same_body: bool
    same: bool


def judge_cases(
    cases: list[Case], port: int, database: SeededDatabase, evaluator: type[Evaluator] = Evaluator
) -> Iterator[Verdict]:
    """Send every case to the server on this port, and yield its verdicts."""
    for case in cases:
        yield judge(case, run_case(case, port, database, evaluator))


def judge(case: Case, result: CaseResult) -> Verdict:
    """Return the verdict on a result. A body counts only with the right status, headers only with the right body."""
    expected = expected_status(case.main)
    same_status = result.response.status == expected
    others = [difference for difference in result.differences if not _HEADER_DIFFERENCE.match(difference)]
    return Verdict(
        case.id,
        case.group,
        expected,
        result.response.status,
        _excerpt(result),
        result.response.status // 100 == expected // 100,
        same_status,
        same_status and not others,
        not result.differences,
    )


def _excerpt(result: CaseResult) -> str:
    text = " ".join(result.response.content.decode(errors="replace").split()) or result.response.error
    return text if len(text) <= MAX_EXCERPT_LENGTH else text[: MAX_EXCERPT_LENGTH - 1] + "…"
