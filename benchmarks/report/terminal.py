"""The report in the terminal."""

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from benchmarks.analysis.summary import Summary
from benchmarks.report import columns, notes
from benchmarks.report.columns import INVALID, Grid
from benchmarks.results import Part, Results

# That of the widest table; in a narrower terminal its cells are cut short.
WIDTH = 120


def console() -> Console:
    """The terminal, or a page wide enough for the tables where there is none."""
    found = Console()
    return found if found.is_terminal else Console(width=max(WIDTH, found.width))


def show(console: Console, summaries: Sequence[Summary], results: Results) -> None:
    """Print the tables, then the settings and the warnings."""
    for summary, part in zip(summaries, results.parts, strict=True):
        for grid in grids(summary, part):
            console.print(drawn(grid))
    for title, lines in sections(summaries, results):
        console.print(f"[bold]{title}[/]")
        for line in lines:
            console.print(f"  - {escape(line)}", highlight=False)


def grids(summary: Summary, part: Part) -> list[Grid]:
    """The tables of a part that have anything to say."""
    settings = part.settings
    found = [columns.measured(summary, settings), columns.costs(summary, settings)]
    if len(settings.subjects) > 1:
        found.append(columns.compared(summary, settings))
    elif summary.controls:
        found.append(columns.controls(summary, settings))
    return [grid for grid in found if grid.body]


def sections(summaries: Sequence[Summary], results: Results) -> list[tuple[str, list[str]]]:
    """The lists of the report that have anything to say."""
    budgets = [
        (f"The same for all{f' ({part.name})' if len(results.parts) > 1 else ''}", part.budget)
        for part in results.parts
    ]
    found = [
        *budgets,
        ("A/A control", [line for summary in summaries for line in notes.controls(summary)]),
        ("How to read it", notes.method()),
        ("To be doubted", notes.doubts(summaries, results)),
    ]
    return [(title, lines) for title, lines in found if lines]


def drawn(grid: Grid) -> Table:
    """The grid as a table of rich."""
    table = Table(title=grid.title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, collapse_padding=True)
    is_grouped = len({line[0] for line in grid.body}) < len(grid.body)
    for number, name in enumerate(grid.head):
        is_label = number < grid.labels or name in ("says", "limit", "load")
        table.add_column(name, justify="left" if is_label else "right", no_wrap=True)
    previous = None
    for line in grid.body:
        if is_grouped and line[0] != previous:
            table.add_section()
        shown = ["" if previous == line[0] else line[0], *line[1:]]
        table.add_row(*(escape(cell) for cell in shown), style="red" if any(INVALID in cell for cell in line) else None)
        previous = line[0]
    return table
