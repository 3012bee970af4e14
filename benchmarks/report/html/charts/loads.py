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
    dashed,
    from_zero,
    line,
    line_keys,
    logarithmic,
    panel,
    subject_line,
)
from benchmarks.results import Part

# A plot with more lines is not readable.
_MAX_LINES = 4
# The percentile for which one in n responses took longer, by n.
_PERCENTILES = {1: "0", 2: "50", 10: "90", 100: "99", 1000: "99.9", 10_000: "99.99", 100_000: "99.999"}


def latencies(part: Part, summary: Summary) -> Plot | None:
    """Return the plot of the latencies of each scenario, for parts with one load and few subjects."""
    if not series.has_one_load(part) or series.is_layers_part(part) or len(part.settings.subjects) > _MAX_LINES:
        return None
    charts = [chart for scenario in part.settings.scenarios for chart in _percentiles(part, summary, scenario)]
    caption = "Latencies by percentile. Both axes are logarithmic."
    if not any(load.is_open for load in part.settings.loads):
        caption += " Under closed load they are lower than those of independent users."
    return Plot("Latencies", caption, "latency", line_keys(part.settings), charts)


def _percentiles(part: Part, summary: Summary, scenario: str) -> Iterator[Chart]:
    traces = [
        line(row.subject, series.tail_latencies(row.latencies), "%{y:,.2f} ms", part.settings, mode="lines")
        for row in summary.rows
        if row.scenario == scenario
    ]
    ticks = {"tickvals": list(_PERCENTILES), "ticktext": list(_PERCENTILES.values())}
    x = {"type": "log", "title": {"text": "percentile"}, **ticks}
    yield from panel(
        scenario, scenario, traces, {"xaxis": x, "yaxis": {**logarithmic(traces), "title": {"text": "ms"}}}
    )


def users(part: Part, summary: Summary) -> Plot | None:
    """Return the plot of throughput and p99 by number of users, for parts with several numbers of users."""
    if len(series.closed_loads(part)) < 2:
        return None
    charts = [chart for scenario in part.settings.scenarios for chart in _by_users(part, summary, scenario)]
    caption = "Closed load: each user sends the next request after the response. The axis of p99 is logarithmic."
    return Plot("Throughput and p99 by users", caption, "rate latency", line_keys(part.settings), charts)


def _by_users(part: Part, summary: Summary, scenario: str) -> Iterator[Chart]:
    loads = series.closed_loads(part)
    counts = [load.users for load in loads]
    x = {"type": "log", "tickvals": counts, "ticktext": [*map(str, counts)], "title": {"text": "users"}}
    rates: list[Trace] = []
    tails: list[Trace] = []
    for subject in part.settings.subjects:
        rows = series.rows_by_load(summary, scenario, subject, loads)
        xs = [float(row.load.users or 0) for row in rows]
        rates.append(
            subject_line(subject, xs, [row.per_second for row in rows], "%{x}: %{y:,.0f} req/s", part.settings)
        )
        tails.append(subject_line(subject, xs, [row.p99 for row in rows], "%{x}: %{y:,.2f} ms", part.settings))
    yield from panel(f"{scenario}: req/s", scenario, rates, {"xaxis": x, "yaxis": from_zero(rates)})
    yield from panel(f"{scenario}: p99, ms", scenario, tails, {"xaxis": x, "yaxis": logarithmic(tails)})


def arrivals(part: Part, summary: Summary) -> Plot | None:
    """Return the plot of p99, late and dropped arrivals by rate of open load, for parts with several rates."""
    if len(series.open_loads(part)) < 2:
        return None
    charts = [chart for scenario in part.settings.scenarios for chart in _by_rate(part, summary, scenario)]
    keys = [*line_keys(part.settings), Key("dropped", "same", "solid"), Key("late", "same", "dot")]
    caption = (
        "Open load: arrivals have fixed times, and latencies start at these times, so they include the wait for a "
        "connection. The axis of p99 is logarithmic."
    )
    return Plot("p99 and dropped arrivals by rate", caption, "latency", keys, charts)


def _by_rate(part: Part, summary: Summary, scenario: str) -> Iterator[Chart]:
    x: dict[str, Any] = {"title": {"text": "arrivals per second"}, "rangemode": "tozero"}
    tails: list[Trace] = []
    shares: list[Trace] = []
    for subject in part.settings.subjects:
        rows = series.rows_by_load(summary, scenario, subject, series.open_loads(part))
        rates = [row.load.rate or 0.0 for row in rows]
        tails.append(subject_line(subject, rates, [row.p99 for row in rows], "%{x}/s: %{y:,.2f} ms", part.settings))
        dropped, late = [row.dropped for row in rows], [row.late for row in rows]
        shares.append(subject_line(subject, rates, dropped, "%{x}/s: %{y:.1%} dropped", part.settings))
        shares.append(dashed(subject_line(subject, rates, late, "%{x}/s: %{y:.1%} late", part.settings), "dot"))
    yield from panel(f"{scenario}: p99, ms", scenario, tails, {"xaxis": x, "yaxis": logarithmic(tails)})
    share_axis = {**from_zero(shares, at_least=0.05), "tickformat": ".0%"}
    yield from panel(f"{scenario}: late or dropped", scenario, shares, {"xaxis": x, "yaxis": share_axis})
