"""Charts of rates and latencies by load."""

from collections.abc import Iterator
from typing import Any

from benchmarks.analysis.summary import Summary
from benchmarks.report import series
from benchmarks.report.html.charts.plot import (
    Chart,
    Key,
    Plot,
    Trace,
    along,
    dashed,
    from_zero,
    line,
    line_keys,
    logarithmic,
    panel,
)
from benchmarks.results import Part

# More lines than these in one plot tell nothing.
_MOST_LINES = 4
# One answer in so many took longer; what that percentile is called.
_PERCENTILES = {1: "0", 2: "50", 10: "90", 100: "99", 1000: "99.9", 10_000: "99.99", 100_000: "99.999"}


def latencies(part: Part, summary: Summary) -> Plot | None:
    """The tail latencies of each scenario."""
    if not series.has_one_load(part) or series.is_layers_part(part) or len(part.settings.subjects) > _MOST_LINES:
        return None
    charts = [chart for scenario in part.settings.scenarios for chart in _percentiles(part, summary, scenario)]
    caption = "The further right, the fewer the answers that took longer. Both axes are logarithmic."
    if not any(load.is_open for load in part.settings.loads):
        caption += " Under closed load: not what visitors see."
    return Plot("Latencies", caption, "latency", line_keys(part.settings), charts)


def _percentiles(part: Part, summary: Summary, scenario: str) -> Iterator[Chart]:
    traces = [
        line(row.subject, series.slowest_shares(row.latencies), "%{y:,.2f} ms", part.settings, mode="lines")
        for row in summary.rows
        if row.scenario == scenario
    ]
    ticks = {"tickvals": list(_PERCENTILES), "ticktext": list(_PERCENTILES.values())}
    x = {"type": "log", "title": {"text": "percentile"}, **ticks}
    yield from panel(
        scenario, scenario, traces, {"xaxis": x, "yaxis": {**logarithmic(traces), "title": {"text": "ms"}}}
    )


def users(part: Part, summary: Summary) -> Plot | None:
    """Throughput and p99 against users, where there is more than one number of them."""
    if len(series.closed(part)) < 2:
        return None
    charts = [chart for scenario in part.settings.scenarios for chart in _by_users(part, summary, scenario)]
    caption = "Closed load: users that ask again as soon as they are answered. The axis of p99 is logarithmic."
    return Plot("From one user to many", caption, "rate latency", line_keys(part.settings), charts)


def _by_users(part: Part, summary: Summary, scenario: str) -> Iterator[Chart]:
    loads = series.closed(part)
    counts = [load.users for load in loads]
    x = {"type": "log", "tickvals": counts, "ticktext": [*map(str, counts)], "title": {"text": "users"}}
    rates: list[Trace] = []
    tails: list[Trace] = []
    for subject in part.settings.subjects:
        rows = series.along_loads(summary, scenario, subject, loads)
        there = [float(row.load.users or 0) for row in rows]
        rates.append(along(subject, there, [row.per_second for row in rows], "%{x}: %{y:,.0f} req/s", part.settings))
        tails.append(along(subject, there, [row.p99 for row in rows], "%{x}: %{y:,.2f} ms", part.settings))
    yield from panel(f"{scenario}: req/s", scenario, rates, {"xaxis": x, "yaxis": from_zero(rates)})
    yield from panel(f"{scenario}: p99, ms", scenario, tails, {"xaxis": x, "yaxis": logarithmic(tails)})


def arrivals(part: Part, summary: Summary) -> Plot | None:
    """p99 and what was not begun in time against the rate of open load, where there is more than one."""
    if len(series.opened(part)) < 2:
        return None
    charts = [chart for scenario in part.settings.scenarios for chart in _by_rate(part, summary, scenario)]
    keys = [*line_keys(part.settings), Key("dropped", "same", "solid"), Key("late", "same", "dot")]
    caption = (
        "Open load: arrivals come when they are due, and latencies are counted from then on, so what had to wait to be "
        "begun shows. The axis of p99 is logarithmic."
    )
    return Plot("Arrivals that do not wait", caption, "latency", keys, charts)


def _by_rate(part: Part, summary: Summary, scenario: str) -> Iterator[Chart]:
    x: dict[str, Any] = {"title": {"text": "arrivals per second"}, "rangemode": "tozero"}
    tails: list[Trace] = []
    lost: list[Trace] = []
    for subject in part.settings.subjects:
        rows = series.along_loads(summary, scenario, subject, series.opened(part))
        rates = [row.load.rate or 0.0 for row in rows]
        tails.append(along(subject, rates, [row.p99 for row in rows], "%{x}/s: %{y:,.2f} ms", part.settings))
        lost.append(along(subject, rates, [row.dropped for row in rows], "%{x}/s: %{y:.1%} dropped", part.settings))
        late = along(subject, rates, [row.late for row in rows], "%{x}/s: %{y:.1%} late", part.settings)
        lost.append(dashed(late, "dot"))
    yield from panel(f"{scenario}: p99, ms", scenario, tails, {"xaxis": x, "yaxis": logarithmic(tails)})
    share = {**from_zero(lost, at_least=0.05), "tickformat": ".0%"}
    yield from panel(f"{scenario}: not begun in time", scenario, lost, {"xaxis": x, "yaxis": share})
