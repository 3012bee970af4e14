"""The documentation pages: navigation, included code, and both implementations side by side."""

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from harness.paths import ROOT
from tests.docs.pages import (
    DOCS,
    IMPLEMENTATIONS,
    Snippet,
    Tab,
    fences,
    markers,
    named,
    navigation,
    pages,
    snippets,
    tabs,
)

SIDE_BY_SIDE = sorted((DOCS / "side-by-side").glob("*.md"))
READMES = [
    ROOT / name
    for name in (
        *("README.md", "benchmarks/README.md", "shared_contract/README.md", "tests/README.md"),
        "tutorial_impl/README.md",
    )
]
PATH = re.compile(
    r"`((?:benchmarks|django_impl|docs|fastapi_impl|harness|shared_contract|tests|tutorial_impl)/[\w./-]*)`"
)
CLASS = re.compile(r"`([A-Z][a-z]+(?:[A-Z][a-z]*)+)`")
WORD = re.compile(r"\w+")
# Classes of the frameworks that are mentioned on pages but not used in the source.
FRAMEWORK_CLASSES = {
    *(
        "AddIndexConcurrently",
        "AllowedHostsOriginValidator",
        "AsyncConnection",
        "DummyBackend",
        "ImmediateBackend",
        "ParseError",
        "WebsocketCommunicator",
    )
}
DECISIONS = sorted((DOCS / "decisions").glob("[0-9]*.md"))
TOPICS = {
    *("settings", "models", "migrations", "routing", "validation", "authentication", "errors", "transactions"),
    *(
        "events-and-tasks",
        "what-tasks-lose",
        "websockets",
        "images",
        "pages",
        "admin",
        "caching",
        "throttling",
        "cross-origin-requests",
        "command-line",
    ),
    "monitoring",
}

each_page = pytest.mark.parametrize("page", pages(), ids=named)
each_comparison = pytest.mark.parametrize("page", SIDE_BY_SIDE, ids=named)


def test_every_topic_has_a_comparison_page() -> None:
    assert {page.stem for page in SIDE_BY_SIDE} == TOPICS


def test_navigation_contains_every_page_once() -> None:
    """Single decisions are not in the navigation but in the index of decisions: see test_decisions.py."""
    assert Counter(navigation()) == Counter(named(page) for page in pages() if page not in DECISIONS)


@each_page
def test_every_page_has_one_title(page: Path) -> None:
    text = _with_inclusions(page)
    outside_code = "\n".join(line for line in _without_code(text).splitlines() if line.startswith("# "))
    assert len(outside_code.splitlines()) == 1


@each_page
def test_included_files_and_regions_exist(page: Path) -> None:
    assert [each for each in snippets(page.read_text(encoding="utf-8")) if not _exists(each)] == []


@pytest.mark.parametrize("text", [*pages(), *READMES], ids=lambda text: text.relative_to(ROOT).as_posix())
def test_paths_in_pages_exist(text: Path) -> None:
    prose = _without_code(text.read_text(encoding="utf-8"))
    assert [path for path in PATH.findall(prose) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", [*SIDE_BY_SIDE, *DECISIONS], ids=named)
def test_classes_in_pages_exist_in_the_source(page: Path) -> None:
    """Finds classes that were renamed in the source and not on the pages."""
    prose = _without_code(page.read_text(encoding="utf-8"))
    assert [name for name in CLASS.findall(prose) if name not in _words_of_the_source() | FRAMEWORK_CLASSES] == []


@each_comparison
def test_comparison_shows_code_of_both_implementations(page: Path) -> None:
    found = tabs(page.read_text(encoding="utf-8"))
    assert found
    assert [tab.label for tab in found] == ["Django", "FastAPI"] * (len(found) // 2)
    assert [tab for tab in found if not _shows_its_implementation(tab)] == []


@each_comparison
def test_code_blocks_are_included_from_the_source(page: Path) -> None:
    blocks = fences(page.read_text(encoding="utf-8"))
    assert [code for language, code in blocks if language != "sh" and not snippets(code)] == []


def test_every_region_is_complete_and_shown_on_a_page() -> None:
    shown = {each for page in pages() for each in snippets(page.read_text(encoding="utf-8"))}
    for source in _sources():
        edges = markers(source.read_text(encoding="utf-8"))
        regions = [region for edge, region in edges if edge == "start"]
        path = source.relative_to(ROOT).as_posix()
        assert edges == [edge for region in regions for edge in (("start", region), ("end", region))], path
        assert [region for region in regions if Snippet(path, region) not in shown] == [], path


def _exists(snippet: Snippet) -> bool:
    source = ROOT / snippet.path
    if not source.is_file():
        return False
    return snippet.region is None or ("start", snippet.region) in markers(source.read_text(encoding="utf-8"))


def _shows_its_implementation(tab: Tab) -> bool:
    return bool(tab.snippets) and all(each.path.startswith(IMPLEMENTATIONS[tab.label]) for each in tab.snippets)


def _sources() -> list[Path]:
    patterns = (
        "*_impl/**/*.py",
        "*_impl/**/*.ini",
        "harness/**/*.py",
        "benchmarks/**/*.py",
        "tests/lost_tasks/**/*.py",
    )
    return sorted(source for pattern in patterns for source in ROOT.glob(pattern))


@cache
def _words_of_the_source() -> frozenset[str]:
    return frozenset(word for source in _sources() for word in WORD.findall(source.read_text(encoding="utf-8")))


def _with_inclusions(page: Path) -> str:
    text = page.read_text(encoding="utf-8")
    for line in text.splitlines():
        for snippet in snippets(line):
            if snippet.path.endswith(".md"):
                text = text.replace(line, _included(snippet))
    return text


def _included(snippet: Snippet) -> str:
    text = (ROOT / snippet.path).read_text(encoding="utf-8")
    if snippet.region is None:
        return text
    return text.partition(f"[start:{snippet.region}]")[2].partition(f"[end:{snippet.region}]")[0]


def _without_code(text: str) -> str:
    for _, code in fences(text):
        text = text.replace(code, "")
    return text
