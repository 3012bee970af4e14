"""The page is as complete as the corpus, and is what was recorded."""

from collections import Counter

import pytest

from benchmarks.environment.lines_of_code import lines_of_code
from tests.parity.cases import read_cases
from tests.parity.matrix import page
from tests.parity.matrix.record import read_record
from tests.parity.verdicts import COLUMNS

RECORD = read_record()
AGAIN = "run `python -m tests.parity --corpus-only`"


@pytest.mark.parametrize("column", COLUMNS)
def test_a_column_has_every_case_there_is(column: str) -> None:
    recorded = {group: columns[column][0] for group, columns in RECORD["corpus"].items()}
    assert recorded == Counter(case.group for case in read_cases()), AGAIN


@pytest.mark.parametrize("implementation", page.IMPLEMENTATIONS)
def test_an_implementation_answers_every_case_as_the_contract_wants(implementation: str) -> None:
    otherwise = {
        group: columns[implementation]
        for group, columns in RECORD["corpus"].items()
        if len({*columns[implementation]}) > 1
    }
    assert otherwise == {}, AGAIN


def test_the_page_is_what_was_recorded() -> None:
    assert page.PAGE.read_text(encoding="utf-8") == page.rendered(RECORD), "run `python -m tests.parity --page-only`"


SOURCE = '''"""A module."""

# A comment.
def f():
    """Says
    what."""
    return [
        "two"

        "strings",
    ]
'''


def test_only_code_counts_as_code() -> None:
    assert lines_of_code(SOURCE) == 5
