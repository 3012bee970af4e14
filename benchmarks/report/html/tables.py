"""The table of a part on the page: its columns and caption. `rows` has the cells."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from benchmarks.analysis.summary import Summary
from benchmarks.report.caveats import MEANINGS, Caveat, common_tail_caveats
from benchmarks.report.html.rows import Line, has_control, line
from benchmarks.report.labels import load_label
from benchmarks.results import Part
from benchmarks.settings import Settings


@dataclass(frozen=True)
class Column:
    """A column. `measure` is its value in the filter, `group` the common heading of neighbouring columns."""

    head: str
    measure: str
    group: str = ""
    is_text: bool = False
    caveats: tuple[Caveat, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table for the template.

    `groups` are the first column of each group and the group's width. `not_measured` are scenarios without rows.
    `caveats` are those that occur in the table, with their meanings.
    """

    caption: str
    labels: list[str]
    columns: list[Column]
    groups: list[tuple[Column, int]]
    lines: list[Line]
    not_measured: list[str]
    caveats: list[tuple[Caveat, str]]

    def bodies(self) -> list[tuple[str, list[Line]]]:
        """Return the rows of each scenario."""
        return [(scenario, list(lines)) for scenario, lines in groupby(self.lines, lambda line: line.scenario)]


def table(part: Part, summary: Summary) -> Table:
    """Return the table of a part."""
    settings = part.settings
    columns = list(_columns(settings, with_control=has_control(summary)))
    lines = [line(row, summary, settings) for row in summary.rows]
    occurring = {caveat for each in lines for datum in each.data for caveat in datum.caveats}
    occurring |= {caveat for column in columns for caveat in column.caveats}
    labels = ["scenario", "variant", *(["load"] if len(settings.loads) > 1 else [])]
    not_measured = [name for name in summary.invalid if name not in {row.scenario for row in summary.rows}]
    caveats = [(caveat, MEANINGS[caveat]) for caveat in sorted(occurring)]
    return Table(_caption(summary, settings), labels, columns, _groups(columns), lines, not_measured, caveats)


def _caption(summary: Summary, settings: Settings) -> str:
    rounds = f"Medians of {summary.rounds} round{'s' if summary.rounds != 1 else ''}"
    load = f", {load_label(settings.loads[0])}" if len(settings.loads) == 1 else ""
    return " ".join((f"{rounds}{load}.", *_ratio_sentences(summary, settings)))


def _ratio_sentences(summary: Summary, settings: Settings) -> Iterator[str]:
    if not summary.comparisons:
        return
    if len(settings.sizes) > 1:
        yield f"Ratios are to the same variant with {settings.sizes[0]:,} products."
    else:
        yield f"Ratios are to {settings.variants[0]}."


def _columns(settings: Settings, *, with_control: bool) -> Iterator[Column]:
    rate, cost = "requests per second", "CPU µs per request"
    yield Column("req/s", "rate", rate)
    yield from _ratio_columns("rate", rate, with_control=with_control)
    yield Column("bottleneck", "rate", is_text=True)
    yield Column("errors", "rate")
    yield from (Column(head, "latency", "latency, ms") for head in ("p50", "p95"))
    yield Column("p99", "latency", "latency, ms", caveats=common_tail_caveats(settings))
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
    yield Column("verdict", measure, group, is_text=True)


def _groups(columns: Sequence[Column]) -> list[tuple[Column, int]]:
    """Return the first column of each group and the number of its columns."""
    groups: list[tuple[Column, int]] = []
    for column in columns:
        if groups and column.group and groups[-1][0].group == column.group:
            groups[-1] = (groups[-1][0], groups[-1][1] + 1)
        else:
            groups.append((column, 1))
    return groups
