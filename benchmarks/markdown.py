"""The report as Markdown."""

from collections.abc import Iterator
from typing import Any

from benchmarks import table
from benchmarks.columns import Grid
from benchmarks.results import Results
from benchmarks.summary import Summary

FILE = "results.md"


def report(summary: Summary, results: Results) -> str:
    """The whole report: tables, notes, provenance."""
    return "\n".join(_lines(summary, results)) + "\n"


def _lines(summary: Summary, results: Results) -> Iterator[str]:
    yield f"# Benchmark: {', '.join(results.settings.variants)}"
    for grid in table.grids(summary, results):
        yield from ["", f"## {grid.title}", "", *_drawn(grid)]
    for title, lines in table.sections(summary, results):
        yield from ["", f"## {title}", "", *(f"- {_plain(line)}" for line in lines)]
    for session in results.sessions:
        yield from ["", "## Made", "", *_provenance(session)]


def _drawn(grid: Grid) -> Iterator[str]:
    yield f"| {' | '.join(_plain(name) for name in grid.head)} |"
    sides = ["---" if number < grid.labels or name == "says" else "---:" for number, name in enumerate(grid.head)]
    yield f"| {' | '.join(sides)} |"
    for line in grid.body:
        yield f"| {' | '.join(_plain(cell) for cell in line)} |"


def _provenance(session: dict[str, Any]) -> Iterator[str]:
    for name, value in session.items():
        shown = ", ".join(f"{key} {each}" for key, each in value.items()) if isinstance(value, dict) else value
        yield f"- {name.replace('_', ' ')}: {f'`{shown}`' if name == 'command' else _plain(str(shown))}"


def _plain(text: str) -> str:
    # Answers that were wrong are quoted in notes: no markup of theirs may take effect.
    for character in "\\`*<>|[]":
        text = text.replace(character, f"\\{character}")
    return text.replace("\n", " ")
