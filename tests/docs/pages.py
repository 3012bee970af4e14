"""Parse the sources of the documentation pages."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.paths import ROOT

DOCS = ROOT / "docs"
CONFIGURATION = ROOT / "zensical.toml"
IMPLEMENTATIONS = {
    "Django": ("django_impl/", "tests/lost_tasks/django_tasks/"),
    "FastAPI": ("fastapi_impl/", "tests/lost_tasks/background_tasks.py"),
}

_TAB = re.compile(r'^=== "(?P<label>[^"]+)"\n(?P<body>(?:(?: {4}.*)?\n)*)', re.MULTILINE)
_FENCE = re.compile(r"^(?P<indent> *)```(?P<info>[^\n`]*)\n(?P<code>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
_SNIPPET = re.compile(r'^ *--8<-- "(?P<path>[^":]+)(?::(?P<region>[^"]+))?"$', re.MULTILINE)
_MARKER = re.compile(r"--8<-- \[(?P<edge>start|end):(?P<region>[a-z][-_0-9a-z]*)\]")


@dataclass(frozen=True)
class Snippet:
    """An inclusion in a page: a file of the repository, or a named region of a file."""

    path: str
    region: str | None


@dataclass(frozen=True)
class Tab:
    """A tab of a page, and the files that it includes."""

    label: str
    snippets: list[Snippet]


def pages() -> list[Path]:
    """Return the paths of all pages, sorted."""
    return sorted(DOCS.rglob("*.md"))


def named(page: Path) -> str:
    """Return the page's path below `docs/`."""
    return page.relative_to(DOCS).as_posix()


def snippets(text: str) -> list[Snippet]:
    """Return the inclusions of a text, in order."""
    return [Snippet(match["path"], match["region"]) for match in _SNIPPET.finditer(text)]


def tabs(text: str) -> list[Tab]:
    """Return the tabs of a text, in order."""
    return [Tab(match["label"], snippets(match["body"])) for match in _TAB.finditer(f"{text}\n")]


def fences(text: str) -> Iterator[tuple[str, str]]:
    """Yield the language and the content of each code block."""
    for match in _FENCE.finditer(text):
        yield match["info"].split(" ")[0], match["code"]


def markers(text: str) -> list[tuple[str, str]]:
    """Return the markers of the named regions of a source file, as (`start` or `end`, region), in order."""
    return [(match["edge"], match["region"]) for match in _MARKER.finditer(text)]


def navigation() -> list[str]:
    """Return the pages of the site's navigation, in order."""
    return list(_leaves(tomllib.loads(CONFIGURATION.read_text(encoding="utf-8"))["project"]["nav"]))


def _leaves(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    else:
        for child in node.values() if isinstance(node, dict) else node:
            yield from _leaves(child)
