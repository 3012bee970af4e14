"""A decision says what the question was, what was decided, and what follows."""

import re
from pathlib import Path

import pytest

from tests.architecture.test_mirror import ASYMMETRIES
from tests.docs.pages import DOCS

DECISIONS = sorted((DOCS / "decisions").glob("[0-9]*.md"))
MOST_LINES = 60

each_decision = pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [int(page.name[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@each_decision
def test_a_decision_has_its_number_and_its_three_parts(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"# {int(page.name[:4])}. ")
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    assert parts[1::2] == ["Context", "Decision", "Consequences"]
    assert all(part.strip() for part in parts[2::2])


@each_decision
def test_a_decision_is_short(page: Path) -> None:
    assert len(page.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@each_decision
def test_the_list_of_decisions_leads_to_it(page: Path) -> None:
    assert f"({page.name})" in (DOCS / "decisions" / "index.md").read_text(encoding="utf-8")


def test_what_stands_on_one_side_only_is_written_down() -> None:
    text = (DOCS / "decisions" / "0019-where-the-implementations-may-differ.md").read_text(encoding="utf-8")
    assert [place for place in ASYMMETRIES if f"{place[2]}.py`" not in text] == []
