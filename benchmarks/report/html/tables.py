"""The table of a part on the page: its columns and caption. `rows` has the cells."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from benchmarks.analysis.summary import Summary
from benchmarks.report.caveats import MEANINGS, Caveat, common_tail_caveats
from benchmarks.report.html.rows import Line, has_concurrency, has_control, has_tail_ratios, line
from benchmarks.report.labels import load_label
from benchmarks.results import Part
from benchmarks.settings import Settings


@dataclass(frozen=True)
class Column:
    """A column. `group` is the common heading of neighbouring columns. Narrow screens do not show details."""

    head: str
    group: str = ""
    is_text: bool = False
    is_detail: bool = True
    caveats: tuple[Caveat, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table for the template.

    `groups` are the first column of each group and the group's width. `not_measured` are scenarios without rows.
    `caveats` are those that occur in the table, with their meanings. `baselines` are the variants that a reader can
    choose as the baseline, the measured one first; empty if there is no choice.
    """

    caption: str
    labels: list[str]
    columns: list[Column]
    groups: list[tuple[Column, int]]
    lines: list[Line]
    not_measured: list[str]
    caveats: list[tuple[Caveat, str]]
    baselines: list[str]

    def bodies(self) -> list[tuple[str, list[Line]]]:
        """Return the rows of each scenario."""
        return [(scenario, list(lines)) for scenario, lines in groupby(self.lines, lambda line: line.scenario)]


def table(part: Part, summary: Summary) -> Table:
    """Return the table of a part."""
    settings = part.settings
    columns = list(_columns(summary, settings))
    lines = [line(row, summary, settings) for row in summary.rows]
    occurring = {caveat for each in lines for datum in each.data for caveat in datum.caveats}
    occurring |= {caveat for column in columns for caveat in column.caveats}
    return Table(
        caption=_caption(summary, settings),
        labels=["scenario", "variant", *(["load"] if len(settings.loads) > 1 else [])],
        columns=columns,
        groups=_groups(columns),
        lines=lines,
        not_measured=[name for name in summary.invalid if name not in {row.scenario for row in summary.rows}],
        caveats=[(caveat, MEANINGS[caveat]) for caveat in sorted(occurring)],
        baselines=list(settings.variants) if len(settings.variants) > 1 and len(settings.sizes) == 1 else [],
    )


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


def _columns(summary: Summary, settings: Settings) -> Iterator[Column]:
    cost, rate, latency, control = "server CPU, µs per request", "requests per second", "latency, ms", "A/A"
    yield Column("CPU", cost, is_detail=False)
    yield Column("ratio [95%]", cost, is_detail=False)
    yield Column("verdict", cost, is_text=True, is_detail=False)
    yield Column("req/s", rate)
    yield Column("ratio [95%]", rate)
    yield Column("verdict", rate, is_text=True)
    yield from (Column(head, latency) for head in ("p50", "p95"))
    yield Column("p99", latency, caveats=common_tail_caveats(settings))
    if has_concurrency(summary):
        yield Column("N", latency)
    if has_tail_ratios(summary):
        yield Column("p99 ratio [95%]", latency)
        yield Column("verdict", latency, is_text=True)
    if any(load.is_open for load in settings.loads):
        yield from (Column(head, "of arrivals") for head in ("late", "dropped"))
    yield Column("limit", is_text=True)
    yield Column("errors")
    if has_control(summary):
        yield from (Column(head, control) for head in ("CPU", "req/s"))
    yield from (Column(head, "other CPU, µs") for head in ("PostgreSQL", "generator"))
    yield Column("state-\nments")
    yield from (Column(head, "memory, MB") for head in ("PSS/worker", "peak RSS"))


def _groups(columns: Sequence[Column]) -> list[tuple[Column, int]]:
    """Return the first column of each group and the number of its columns."""
    groups: list[tuple[Column, int]] = []
    for column in columns:
        if groups and column.group and groups[-1][0].group == column.group:
            groups[-1] = (groups[-1][0], groups[-1][1] + 1)
        else:
            groups.append((column, 1))
    return groups
