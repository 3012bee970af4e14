"""Decision records have three sections, and every reference to one contains its number and title."""

import re
from pathlib import Path

import pytest

from harness.paths import ROOT
from tests.architecture.test_mirror import ASYMMETRIES
from tests.docs.pages import DOCS, pages

DECISIONS = sorted((DOCS / "decisions").glob("[0-9]*.md"))
MAX_LINES = 60
SUFFIXES = {".md", ".py", ".toml", ".yaml"}
LINK = re.compile(r"\[(?P<text>[^\]]+)\]\([^)\s]*?(?P<number>\d{4})-[a-z0-9-]+\.md\)")
REFERENCE = re.compile(r"\bdecision (?P<number>\d+)(?:: (?P<rest>[^\n]*))?", re.IGNORECASE)

# Titles of the decisions by number.
TITLES = {int(page.name[:4]): page.read_text(encoding="utf-8").splitlines()[0].partition(". ")[2] for page in DECISIONS}

each_decision = pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)


def test_decisions_are_numbered_consecutively() -> None:
    assert [int(page.name[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@each_decision
def test_decision_has_its_number_and_three_sections(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"# {int(page.name[:4])}. ")
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    assert parts[1::2] == ["Context", "Decision", "Consequences"]
    assert all(part.strip() for part in parts[2::2])


@each_decision
def test_decision_is_short(page: Path) -> None:
    assert len(page.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


@each_decision
def test_index_lists_each_decision_with_number_and_title(page: Path) -> None:
    number = int(page.name[:4])
    index = (DOCS / "decisions" / "index.md").read_text(encoding="utf-8")
    assert f"| {number} | [{TITLES[number]}]({page.name}) |" in index


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.stem)
def test_link_to_a_decision_contains_its_title(page: Path) -> None:
    links = LINK.finditer(page.read_text(encoding="utf-8"))
    assert [link[0] for link in links if TITLES[int(link["number"])] not in link["text"]] == []


def test_reference_to_a_decision_has_its_title_on_the_same_line() -> None:
    directories = (
        "benchmarks",
        "django_impl",
        "docs",
        "fastapi_impl",
        "harness",
        "shared_contract",
        "tests",
        "tutorial_impl",
    )
    sources = [
        *(ROOT / name for name in ("Makefile", "README.md", "docker-compose.yml", "pyproject.toml", "zensical.toml")),
        *(source for name in directories for source in (ROOT / name).rglob("*") if source.suffix in SUFFIXES),
    ]
    assert [
        f"{source.relative_to(ROOT)}: {citation[0]}"
        for source in sources
        for citation in REFERENCE.finditer(source.read_text(encoding="utf-8"))
        if not (citation["rest"] or "").startswith(TITLES.get(int(citation["number"]), "a decision that exists"))
    ] == []


def test_every_asymmetry_is_documented() -> None:
    text = (DOCS / "decisions" / "0019-allowed-differences.md").read_text(encoding="utf-8")
    assert [module for _, _, module in ASYMMETRIES if f"{module}.py`" not in text] == []
