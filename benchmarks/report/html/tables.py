"""A part's table on the page: its columns and captions. `rows` has the cells."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from benchmarks.analysis.comparisons import BAND_WITHOUT_CONTROL
from benchmarks.analysis.summary import Summary
from benchmarks.report.caveats import MEANINGS, Caveat, of_all_tails
from benchmarks.report.html.rows import Line, has_control, line
from benchmarks.report.labels import load_label
from benchmarks.results import Part
from benchmarks.settings import Settings


@dataclass(frozen=True)
class Column:
    """`measure` is what the filter of measures calls it, `group` the heading over it and its neighbours."""

    head: str
    measure: str
    group: str = ""
    is_text: bool = False
    caveats: tuple[Caveat, ...] = ()


@dataclass(frozen=True)
class Table:
    """What the template draws. `refused` are scenarios without any row, `explained` the badges that occur."""

    caption: str
    labels: list[str]
    columns: list[Column]
    groups: list[tuple[Column, int]]
    lines: list[Line]
    refused: list[str]
    explained: list[tuple[Caveat, str]]

    def bodies(self) -> list[tuple[str, list[Line]]]:
        """The rows of each scenario."""
        return [(scenario, list(lines)) for scenario, lines in groupby(self.lines, lambda line: line.scenario)]


def table(part: Part, summary: Summary) -> Table:
    """A part's rows with their ratios."""
    settings = part.settings
    columns = list(_columns(settings, with_control=has_control(summary)))
    lines = [line(row, summary, settings) for row in summary.rows]
    there = {caveat for each in lines for datum in each.data for caveat in datum.caveats}
    there |= {caveat for column in columns for caveat in column.caveats}
    labels = ["scenario", "variant", *(["load"] if len(settings.loads) > 1 else [])]
    refused = [name for name in summary.invalid if name not in {row.scenario for row in summary.rows}]
    explained = [(caveat, MEANINGS[caveat]) for caveat in sorted(there)]
    return Table(_caption(summary, settings), labels, columns, _groups(columns), lines, refused, explained)


def _caption(summary: Summary, settings: Settings) -> str:
    rounds = f"Medians of {summary.rounds} round{'s' if summary.rounds != 1 else ''}"
    load = f", {load_label(settings.loads[0])}" if len(settings.loads) == 1 else ""
    return " ".join((f"{rounds}{load}.", *_of_ratios(summary, settings)))


def _of_ratios(summary: Summary, settings: Settings) -> Iterator[str]:
    if not summary.comparisons:
        return
    if len(settings.sizes) > 1:
        yield f"Ratios are to the same variant with {settings.sizes[0]:,} products."
    else:
        yield f"Ratios are to {settings.variants[0]}."
    if not has_control(summary):
        yield (
            "There is no A/A control here: a ratio is coloured where its interval lies wholly beyond "
            f"{BAND_WITHOUT_CONTROL - 1:.0%} from 1."
        )


def _columns(settings: Settings, *, with_control: bool) -> Iterator[Column]:
    rate, cost = "requests per second", "CPU µs per request"
    yield Column("req/s", "rate", rate)
    yield from _ratio_columns("rate", rate, with_control=with_control)
    yield Column("bottleneck", "rate", is_text=True)
    yield Column("errors", "rate")
    yield from (Column(head, "latency", "latency, ms") for head in ("p50", "p95"))
    yield Column("p99", "latency", "latency, ms", caveats=of_all_tails(settings))
    if any(load.is_open for load in settings.loads):
        yield from (Column(head, "latency", "of arrivals") for head in ("late", "dropped"))
    yield Column("server", "cost", cost)
    yield from _ratio_columns("cost", cost, with_control=with_control)
    yield from (Column(head, "cost", cost) for head in ("PostgreSQL", "generator"))
    yield Column("state-\nments", "cost")
    yield Column("RSS\nMB", "memory")
    yield Column("cold\nstart s", "memory")


def _ratio_columns(measure: str, group: str, *, with_control: bool) -> Iterator[Column]:
    yield Column("ratio [95%]", measure, group)
    if with_control:
        yield Column("A/A", measure, group)
    yield Column("says", measure, group, is_text=True)


def _groups(columns: Sequence[Column]) -> list[tuple[Column, int]]:
    """Neighbours under one heading, as the first of them and how many they are."""
    found: list[tuple[Column, int]] = []
    for column in columns:
        if found and column.group and found[-1][0].group == column.group:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((column, 1))
    return found
