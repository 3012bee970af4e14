"""The report as Markdown."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.analysis.summary import Summary
from benchmarks.report import main_table, terminal
from benchmarks.report.answer import answer
from benchmarks.report.columns import Grid
from benchmarks.results import Results

FILE = "results.md"


def report(summaries: Sequence[Summary], results: Results, pictures: Sequence[Path] = ()) -> str:
    """Return the report: the answer, the main table, pictures, all tables, notes and provenance.

    `pictures` are in the directory of the report.
    """
    return "\n".join(_lines(summaries, results, pictures)) + "\n"


def _lines(summaries: Sequence[Summary], results: Results, pictures: Sequence[Path]) -> Iterator[str]:
    yield f"# Benchmark: {', '.join(results.parts[0].settings.variants)}"
    for sentence in answer(results, summaries):
        yield from ["", _plain(sentence)]
    table = main_table.grid(results, summaries)
    if table.body:
        yield from ["", f"## {table.title}", "", *_table(table)]
    for picture in pictures:
        yield from ["", f"![{picture.stem.replace('-', ' ')}]({picture.name})"]
    for summary, part in zip(summaries, results.parts, strict=True):
        for grid in terminal.grids(summary, part):
            yield from ["", f"## {grid.title}", "", *_table(grid)]
    for title, lines in terminal.sections(summaries, results):
        yield from ["", f"## {title}", "", *(f"- {_plain(line)}" for line in lines)]
    yield from ["", "## Reproduce this", "", "```sh", results.command, "```"]
    for session in results.sessions:
        yield from ["", "## Environment", "", *_provenance(session)]


def _table(grid: Grid) -> Iterator[str]:
    yield f"| {' | '.join(_plain(name) for name in grid.head)} |"
    sides = [
        "---" if number < grid.labels or name in terminal.LEFT_ALIGNED else "---:"
        for number, name in enumerate(grid.head)
    ]
    yield f"| {' | '.join(sides)} |"
    for line in grid.body:
        yield f"| {' | '.join(_plain(cell) for cell in line)} |"


def _provenance(session: dict[str, Any]) -> Iterator[str]:
    for name, value in session.items():
        text = ", ".join(f"{key} {each}" for key, each in value.items()) if isinstance(value, dict) else value
        yield f"- {name.replace('_', ' ')}: {f'`{text}`' if name == 'command' else _plain(str(text))}"


def _plain(text: str) -> str:
    # Notes quote wrong responses, whose text must not be interpreted as markup.
    for character in "\\`*<>|[]":
        text = text.replace(character, f"\\{character}")
    return text.replace("\n", " ")
