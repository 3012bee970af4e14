"""The report in the terminal."""

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from benchmarks.analysis.summary import Summary
from benchmarks.report import columns, main_table, notes, precision
from benchmarks.report.answer import answer
from benchmarks.report.cold_start import cold_starts
from benchmarks.report.columns import INVALID, Grid
from benchmarks.report.fanout import fanout
from benchmarks.results import Part, Results

# The width of the widest table. A narrower terminal truncates its cells.
WIDTH = 120
LEFT_ALIGNED = ("verdict", "p99\nverdict", "limit", "load")


def console() -> Console:
    """Return a console for the terminal, or one that is wide enough for the tables if the output is a file."""
    default = Console()
    return default if default.is_terminal else Console(width=max(WIDTH, default.width))


def show(console: Console, summaries: Sequence[Summary], results: Results) -> None:
    """Print the answer and the main table, then the details: all tables, the settings and the warnings."""
    console.print("[bold]Answer[/]")
    for sentence in answer(results, summaries):
        console.print(escape(sentence), highlight=False)
    table = main_table.grid(results, summaries)
    if table.body:
        console.print(rich_table(table))
    for summary, part in zip(summaries, results.parts, strict=True):
        for grid in grids(summary, part):
            console.print(rich_table(grid))
    for title, lines in sections(summaries, results):
        console.print(f"[bold]{title}[/]")
        for line in lines:
            console.print(f"  - {escape(line)}", highlight=False)


def grids(summary: Summary, part: Part) -> list[Grid]:
    """Return the tables of a part that are not empty."""
    settings = part.settings
    tables = [columns.measured(summary, settings), columns.costs(summary, settings)]
    if len(settings.subjects) > 1:
        tables += columns.compared(summary, settings)
    elif summary.controls:
        tables.append(columns.controls(summary, settings))
    return [table for table in tables if table.body]


def sections(summaries: Sequence[Summary], results: Results) -> list[tuple[str, list[str]]]:
    """Return the lists of the report that are not empty, with their titles."""
    budgets = [
        (f"Equal for all variants{f' ({part.name})' if len(results.parts) > 1 else ''}", part.budget)
        for part in results.parts
    ]
    lists = [
        *budgets,
        ("Cold starts", [line for part in results.parts for line in cold_starts(part)]),
        ("WebSocket fan-out", [line for part in results.parts for line in fanout(part)]),
        ("A/A control", _by_part([precision.controls(summary) for summary in summaries], results)),
        (
            "Precision",
            _by_part(
                [
                    precision.precision(summary, part.settings)
                    for summary, part in zip(summaries, results.parts, strict=True)
                ],
                results,
            ),
        ),
        ("Levels", main_table.meanings(main_table.entries(results, summaries))),
        ("Variants", list(dict.fromkeys(line for part in results.parts for line in notes.variants(part.settings)))),
        ("How to read the tables", notes.method()),
        ("Warnings", notes.warnings(summaries, results)),
    ]
    return [(title, lines) for title, lines in lists if lines]


def _by_part(lines: Sequence[Sequence[str]], results: Results) -> list[str]:
    """Return the lines of all parts, with the name of the part if there are several."""
    return [
        f"{f'{part.name}: ' if len(results.parts) > 1 else ''}{line}"
        for part, of_part in zip(results.parts, lines, strict=True)
        for line in of_part
    ]


def rich_table(grid: Grid) -> Table:
    """Return the table as a table of rich."""
    table = Table(title=grid.title, title_justify="left", title_style="bold", box=SIMPLE_HEAD)
    # Without padding the tables fit in WIDTH. The box has a space between the columns.
    table.padding, table.show_edge = (0, 0), False
    is_grouped = len({line[0] for line in grid.body}) < len(grid.body)
    for number, name in enumerate(grid.head):
        is_text = number < grid.labels or name in LEFT_ALIGNED
        table.add_column(name, justify="left" if is_text else "right", no_wrap=True)
    previous = None
    for line in grid.body:
        if is_grouped and line[0] != previous:
            table.add_section()
        cells = ["" if previous == line[0] else line[0], *line[1:]]
        table.add_row(*(escape(cell) for cell in cells), style="red" if any(INVALID in cell for cell in line) else None)
        previous = line[0]
    return table
