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
IMPLEMENTATIONS = {"Django": "django_impl/", "FastAPI": "fastapi_impl/"}

_TAB = re.compile(r'^=== "(?P<label>[^"]+)"\n(?P<body>(?:(?: {4}.*)?\n)*)', re.MULTILINE)
_FENCE = re.compile(r"^(?P<indent> *)```(?P<info>[^\n`]*)\n(?P<code>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
_SNIPPET = re.compile(r'^ *--8<-- "(?P<path>[^":]+)(?::(?P<region>[^"]+))?"$', re.MULTILINE)
_MARKER = re.compile(r"--8<-- \[(?P<edge>start|end):(?P<region>[a-z][-_0-9a-z]*)\]")


@dataclass(frozen=True)
class Snippet:
    """What a page includes: a file of the repository, or a named region of one."""

    path: str
    region: str | None


@dataclass(frozen=True)
class Tab:
    """One tab of a page."""

    label: str
    snippets: list[Snippet]


def pages() -> list[Path]:
    """All pages, by path."""
    return sorted(DOCS.rglob("*.md"))


def named(page: Path) -> str:
    """The page's path as the configuration and a reader write it."""
    return page.relative_to(DOCS).as_posix()


def snippets(text: str) -> list[Snippet]:
    """What a text includes, in order."""
    return [Snippet(match["path"], match["region"]) for match in _SNIPPET.finditer(text)]


def tabs(text: str) -> list[Tab]:
    """The tabs of a text, in order."""
    return [Tab(match["label"], snippets(match["body"])) for match in _TAB.finditer(f"{text}\n")]


def fences(text: str) -> Iterator[tuple[str, str]]:
    """Language and content of each code block."""
    for match in _FENCE.finditer(text):
        yield match["info"].split(" ")[0], match["code"]


def markers(text: str) -> list[tuple[str, str]]:
    """The edges (`start` or `end`) of the named regions of a source, in order."""
    return [(match["edge"], match["region"]) for match in _MARKER.finditer(text)]


def navigation() -> list[str]:
    """The pages that the navigation names, in order."""
    return list(_leaves(tomllib.loads(CONFIGURATION.read_text(encoding="utf-8"))["project"]["nav"]))


def _leaves(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    else:
        for child in node.values() if isinstance(node, dict) else node:
            yield from _leaves(child)
