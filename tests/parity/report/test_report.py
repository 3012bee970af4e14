"""docs/parity.md matches the recorded results, and the results cover every case."""

from collections import Counter

import pytest

from benchmarks.environment.lines_of_code import lines_of_code
from tests.parity.cases import read_cases
from tests.parity.report import page
from tests.parity.report.record import read_record
from tests.parity.verdicts import COLUMNS

RECORD = read_record()
TO_UPDATE = "run `python -m tests.parity --corpus-only`"


@pytest.mark.parametrize("column", COLUMNS)
def test_recorded_results_cover_every_case(column: str) -> None:
    recorded = {group: columns[column][0] for group, columns in RECORD["corpus"].items()}
    assert recorded == Counter(case.group for case in read_cases()), TO_UPDATE


@pytest.mark.parametrize("implementation", page.IMPLEMENTATIONS)
def test_implementations_pass_every_recorded_case(implementation: str) -> None:
    failed = {
        group: columns[implementation]
        for group, columns in RECORD["corpus"].items()
        if len({*columns[implementation]}) > 1
    }
    assert failed == {}, TO_UPDATE


def test_page_matches_the_recorded_results() -> None:
    assert page.PAGE.read_text(encoding="utf-8") == page.rendered(RECORD), "run `python -m tests.parity --page-only`"


SOURCE = '''"""A module."""

# A comment.
def f():
    """Return
    a list."""
    return [
        "two"

        "strings",
    ]
'''


def test_lines_of_code_exclude_comments_docstrings_and_blank_lines() -> None:
    assert lines_of_code(SOURCE) == 5
