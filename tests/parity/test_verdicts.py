"""A verdict compares kind, status, body and headers, in this order."""

import pytest

from tests.parity.cases import Case
from tests.parity.http_client import RawResponse
from tests.parity.runner import CaseResult
from tests.parity.verdicts import judge

CASE = Case("x", "X", {"as": "anonymous", "method": "GET", "path": "/"}, {"id": "x", "status": 404})


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
def test_verdict_compares_kind_status_body_and_headers(
    status: int, differences: list[str], expected: tuple[bool, ...]
) -> None:
    found = judge(CASE, CaseResult(RawResponse(status, [], b""), differences))
    assert (found.same_kind, found.same_status, found.same_body, found.same) == expected


def test_excerpt_of_a_long_body_is_shortened() -> None:
    excerpt = judge(CASE, CaseResult(RawResponse(200, [], b"x " * 500), [])).excerpt
    assert len(excerpt) == 160
    assert excerpt.endswith("…")
