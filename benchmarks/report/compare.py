"""Prints the figures of two runs side by side."""

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console

from benchmarks.analysis.comparisons import Comparison, Contrast
from benchmarks.analysis.rows import Row
from benchmarks.analysis.statistics import Verdict
from benchmarks.analysis.summary import Summary, summaries
from benchmarks.report import terminal
from benchmarks.report.columns import Grid, band_text, figure, interval_text
from benchmarks.report.labels import load_label, subject_label
from benchmarks.results import Part, Results
from benchmarks.settings import Settings

# What says when and how often, not with what.
_OF_THE_MOMENT = {"date", "command", "load_average_before", "noise"}


def compare(console: Console, first: Results, second: Results) -> None:
    """Print both runs' figures and ratios part by part, and the differences of settings and machine."""
    for grid in grids(first, second):
        console.print(terminal.drawn(grid))
    for line in differences(first, second) or ["Nothing that is recorded differs: settings, versions and machine."]:
        console.print(f"  - {line}", highlight=False, markup=False)


def grids(first: Results, second: Results) -> list[Grid]:
    """Figures, then ratios, of each part that both runs have."""
    others = {summary.part: summary for summary in summaries(second)}
    found = []
    for part, one in zip(first.parts, summaries(first), strict=True):
        if other := others.get(part.name):
            found += [_figures(one, other, part.settings), _ratios(one, other, part.settings)]
    return [grid for grid in found if grid.body]


def differences(first: Results, second: Results) -> list[str]:
    """Return what differs between the runs: parts, settings, machine, versions."""
    found = [*_missing(first, second)]
    for a, b in _shared(first, second):
        found += _unlike(a.settings.as_json(), b.settings.as_json(), f"{a.name}: ")
        found += _unlike(
            {"rounds finished": len(a.finished_rounds())}, {"rounds finished": len(b.finished_rounds())}, f"{a.name}: "
        )
    return [*found, *_unlike(_provenance(first), _provenance(second))]


def _shared(first: Results, second: Results) -> list[tuple[Part, Part]]:
    others = {part.name: part for part in second.parts}
    return [(part, others[part.name]) for part in first.parts if part.name in others]


def _missing(first: Results, second: Results) -> Iterator[str]:
    names = [[part.name for part in results.parts] for results in (first, second)]
    for run, own, others in (("A", names[0], names[1]), ("B", names[1], names[0])):
        if alone := [name for name in own if name not in others]:
            yield f"only {run} has: {', '.join(alone)}"


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
    there = {(each.scenario, each.load, each.subject): each for each in other.comparisons}
    body = []
    for a in one.comparisons:
        b = there.get((a.scenario, a.load, a.subject))
        if b and a.baseline == b.baseline:
            is_invalid = a.scenario in one.invalid or a.scenario in other.invalid
            pairs = ((a.rate, b.rate), (a.cpu, b.cpu))
            body.append(
                [*_labels(a, settings), *(cell for pair in pairs for cell in _pair(*pair, is_invalid=is_invalid))]
            )
    head = [*_heads(settings), "requests/s A", "B", "says", "CPU/request A", "B", "says"]
    return Grid(f"{one.part}: ratios within each run", head, body, len(_heads(settings)))


def _pair(a: Contrast, b: Contrast, *, is_invalid: bool) -> list[str]:
    said = "INVALID" if is_invalid else _says(a, b)
    return [*(_contrast(each) for each in (a, b)), said]


def _says(a: Contrast, b: Contrast) -> str:
    if Verdict.TOO_FEW_ROUNDS in {a.verdict, b.verdict}:
        return Verdict.TOO_FEW_ROUNDS.value
    overlap = a.ratio.low <= b.ratio.high and b.ratio.low <= a.ratio.high
    return "intervals overlap" if overlap else "runs disagree"


def _contrast(each: Contrast) -> str:
    if each.verdict is Verdict.TOO_FEW_ROUNDS:
        return f"{each.ratio.estimate:.2f}"
    return interval_text(each.ratio) + (f" {band_text(each.band)}" if each.band is not None else "")


def _heads(settings: Settings) -> list[str]:
    return ["scenario", "variant", *(["load"] if len(settings.loads) > 1 else [])]


def _labels(each: Row | Comparison, settings: Settings) -> list[str]:
    labels = [each.scenario, subject_label(each.subject, settings)]
    return [*labels, load_label(each.load)] if len(settings.loads) > 1 else labels


def _marked(row: Row, summary: Summary) -> str:
    """What follows a rate that does not count."""
    if row.scenario in summary.invalid:
        return " INVALID"
    return " rejected" if (row.scenario, row.load, row.subject) in summary.rejected else ""


def _times(above: float, below: float) -> str:
    return figure(above / below) if below else "-"


def _provenance(results: Results) -> dict[str, Any]:
    return dict(results.sessions[-1]) if results.sessions else {}


def _unlike(one: dict[str, Any], other: dict[str, Any], prefix: str = "") -> list[str]:
    """A line for each value that is not the same, of dictionaries within for each of theirs."""
    lines: list[str] = []
    for name in dict.fromkeys((*one, *other)):
        a, b = one.get(name), other.get(name)
        if name in _OF_THE_MOMENT or a == b or name == "generator":
            continue
        if isinstance(a, dict) and isinstance(b, dict):
            lines += _unlike(a, b, f"{prefix}{name}: ")
        else:
            lines.append(f"{prefix}{name}: A {_shown(a)}, B {_shown(b)}")
    return lines


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "; ".join(_shown(each) for each in value)
    return (
        ", ".join(f"{key} {each}" for key, each in value.items() if each is not None)
        if isinstance(value, dict)
        else str(value)
    )
