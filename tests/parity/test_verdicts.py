"""An answer is right in kind, in status, in its body and in its headers, in this order."""

import pytest

from tests.parity.cases import Case
from tests.parity.running import Outcome
from tests.parity.verdicts import verdict
from tests.parity.wire import Answer

CASE = Case("x", "X", {"as": "nobody", "method": "GET", "path": "/"}, {"id": "x", "status": 404})


@pytest.mark.parametrize(
    ("status", "differences", "expected"),
    [
        (404, [], (True, True, True, True)),
        (404, ["header allow is None", "Content-Length is missing"], (True, True, True, False)),
        (404, ["body {}", "header allow is None"], (True, True, False, False)),
        (404, ["after 1: status 500"], (True, True, False, False)),
        (400, ["status 400, expected 404"], (True, False, False, False)),
        (200, ["status 200, expected 404"], (False, False, False, False)),
    ],
)
def test_a_verdict_says_how_far_an_answer_is_right(
    status: int, differences: list[str], expected: tuple[bool, ...]
) -> None:
    found = verdict(CASE, Outcome(Answer(status, [], b""), differences))
    assert (found.same_kind, found.same_status, found.same_body, found.same) == expected


def test_a_long_answer_is_cut() -> None:
    said = verdict(CASE, Outcome(Answer(200, [], b"x " * 500), [])).said
    assert len(said) == 160
    assert said.endswith("…")
