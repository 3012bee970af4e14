"""Prints the figures of two runs side by side."""

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console

from benchmarks.analysis.comparisons import Comparison
from benchmarks.analysis.rows import Row
from benchmarks.analysis.statistics import Interval, Verdict
from benchmarks.analysis.summary import Summary, summaries
from benchmarks.report import terminal
from benchmarks.report.columns import MEASURES, NO_VALUE, Grid, figure, interval_text
from benchmarks.report.labels import load_label, subject_label
from benchmarks.results import Part, Results
from benchmarks.settings import Settings

# Keys of the provenance that differ between any two runs.
_IGNORED = {"date", "command", "load_average_before", "noise", "generator"}


def compare(console: Console, first: Results, second: Results) -> bool:
    """Print the figures and ratios of both runs by part, and the differences of settings and machine.

    Return whether the runs have a row in common. If they have none, what each of them has is printed.
    """
    tables = grids(first, second)
    for grid in tables:
        console.print(terminal.rich_table(grid))
    if not tables:
        console.print("The two runs have no row in common, so there is nothing to compare.")
        for run, results in (("A", first), ("B", second)):
            console.print(f"  - {run} has {contents(results)}", highlight=False, markup=False)
    for line in differences(first, second) or ["The recorded settings, versions and machine are the same."]:
        console.print(f"  - {line}", highlight=False, markup=False)
    return bool(tables)


def contents(results: Results) -> str:
    """Return the measured parts, scenarios, variants and loads of a run in a sentence."""
    parts = [_part_contents(summary, part.settings) for part, summary in _measured(results)]
    return "; ".join(parts) + "." if parts else "no finished round."


def _measured(results: Results) -> list[tuple[Part, Summary]]:
    pairs = zip(results.parts, summaries(results), strict=True)
    return [(part, summary) for part, summary in pairs if summary.rows]


def _part_contents(summary: Summary, settings: Settings) -> str:
    scenarios = dict.fromkeys(row.scenario for row in summary.rows)
    subjects = dict.fromkeys(subject_label(row.subject, settings) for row in summary.rows)
    loads = dict.fromkeys(str(row.load) for row in summary.rows)
    return f"{summary.part}: {', '.join(scenarios)} on {', '.join(subjects)} with {', '.join(loads)}"


def grids(first: Results, second: Results) -> list[Grid]:
    """Return the tables of figures and ratios of each part that both runs have."""
    others = {summary.part: summary for summary in summaries(second)}
    tables = []
    for part, one in zip(first.parts, summaries(first), strict=True):
        if other := others.get(part.name):
            tables += [_figures(one, other, part.settings), _ratios(one, other, part.settings)]
    return [table for table in tables if table.body]


def differences(first: Results, second: Results) -> list[str]:
    """Return a line for each difference between the runs: parts, settings, machine, versions."""
    lines = [*_missing(first, second)]
    for a, b in _shared(first, second):
        lines += _different_values(a.settings.as_json(), b.settings.as_json(), f"{a.name}: ")
        first_rounds, second_rounds = ({"rounds finished": len(part.finished_rounds())} for part in (a, b))
        lines += _different_values(first_rounds, second_rounds, f"{a.name}: ")
    return [*lines, *_different_values(_provenance(first), _provenance(second))]


def _shared(first: Results, second: Results) -> list[tuple[Part, Part]]:
    others = {part.name: part for part in second.parts}
    return [(part, others[part.name]) for part in first.parts if part.name in others]


def _missing(first: Results, second: Results) -> Iterator[str]:
    names = [[part.name for part in results.parts] for results in (first, second)]
    for run, own, others in (("A", names[0], names[1]), ("B", names[1], names[0])):
        if missing := [name for name in own if name not in others]:
            yield f"only {run} has: {', '.join(missing)}"


def _figures(one: Summary, other: Summary, settings: Settings) -> Grid:
    body = []
    for a in one.rows:
        if b := other.row(a.scenario, a.load, a.subject):
            marks = [_marked(row, summary) for row, summary in ((a, one), (b, other))]
            rates = [
                f"{figure(a.per_second)}{marks[0]}",
                f"{figure(b.per_second)}{marks[1]}",
                _times(b.per_second, a.per_second),
            ]
            costs = [figure(a.server_cpu), figure(b.server_cpu), _times(b.server_cpu, a.server_cpu)]
            tails = [figure(a.p99), figure(b.p99)]
            body.append([*_labels(a, settings), *rates, *costs, *tails])
    head = [*_heads(settings), "req/s A", "B", "B/A", "us CPU A", "B", "B/A", "p99 ms A", "B"]
    return Grid(f"{one.part}: figures of two runs", head, body, len(_heads(settings)))


def _ratios(one: Summary, other: Summary, settings: Settings) -> Grid:
    others = {(each.scenario, each.load, each.subject): each for each in other.comparisons}
    pairs = [
        (a, b)
        for a in one.comparisons
        if (b := others.get((a.scenario, a.load, a.subject))) and a.baseline == b.baseline
    ]
    measures = [name for name in MEASURES if any(name in a.contrasts and name in b.contrasts for a, b in pairs)]
    body = []
    for a, b in pairs:
        is_invalid = a.scenario in one.invalid or a.scenario in other.invalid
        cells = [cell for name in measures for cell in _pair(a, b, name, is_invalid=is_invalid)]
        body.append([*_labels(a, settings), *cells])
    head = [*_heads(settings), *(text for name in measures for text in (f"{MEASURES[name].title} A", "B", "runs"))]
    return Grid(f"{one.part}: ratios within each run", head, body, len(_heads(settings)))


def _pair(a: Comparison, b: Comparison, measure: str, *, is_invalid: bool) -> list[str]:
    if measure not in a.contrasts or measure not in b.contrasts:
        return [NO_VALUE, NO_VALUE, ""]
    one, other = (each.contrasts[measure].ratio for each in (a, b))
    return [interval_text(one), interval_text(other), "INVALID" if is_invalid else _agreement(one, other)]


def _agreement(a: Interval, b: Interval) -> str:
    if not (a.is_bounded and b.is_bounded):
        return Verdict.TOO_FEW_ROUNDS.value
    return "intervals overlap" if a.low <= b.high and b.low <= a.high else "runs disagree"


def _heads(settings: Settings) -> list[str]:
    return ["scenario", "variant", *(["load"] if len(settings.loads) > 1 else [])]


def _labels(each: Row | Comparison, settings: Settings) -> list[str]:
    labels = [each.scenario, subject_label(each.subject, settings)]
    return [*labels, load_label(each.load)] if len(settings.loads) > 1 else labels


def _marked(row: Row, summary: Summary) -> str:
    """Return the suffix of a rate that is invalid or rejected."""
    if row.scenario in summary.invalid:
        return " INVALID"
    return " rejected" if (row.scenario, row.load, row.subject) in summary.rejected else ""


def _times(numerator: float, denominator: float) -> str:
    return figure(numerator / denominator) if denominator else "-"


def _provenance(results: Results) -> dict[str, Any]:
    return dict(results.sessions[-1]) if results.sessions else {}


def _different_values(one: dict[str, Any], other: dict[str, Any], prefix: str = "") -> list[str]:
    """Return a line for each value that differs, also in nested dictionaries."""
    lines: list[str] = []
    for name in dict.fromkeys((*one, *other)):
        a, b = one.get(name), other.get(name)
        if name in _IGNORED or a == b:
            continue
        if isinstance(a, dict) and isinstance(b, dict):
            lines += _different_values(a, b, f"{prefix}{name}: ")
        else:
            lines.append(f"{prefix}{name}: A {_text(a)}, B {_text(b)}")
    return lines


def _text(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "; ".join(_text(each) for each in value)
    return (
        ", ".join(f"{key} {each}" for key, each in value.items() if each is not None)
        if isinstance(value, dict)
        else str(value)
    )
