"""Charts of rate, cost and memory by workers, products and requests."""

from collections.abc import Iterator

from benchmarks.analysis.summary import Summary
from benchmarks.report import series
from benchmarks.report.html.charts.plot import (
    Chart,
    Key,
    Plot,
    Trace,
    along,
    dashed,
    first_of_each_variant,
    from_zero,
    line,
    line_keys,
    panel,
)
from benchmarks.results import Part


def workers(part: Part, summary: Summary) -> Plot | None:
    """Throughput against workers, where there is more than one number of them."""
    if len(part.settings.workers) < 2:
        return None
    charts = [chart for scenario in part.settings.scenarios for chart in _by_workers(part, summary, scenario)]
    return Plot("Workers", "Requests per second with more processes.", "rate", line_keys(part.settings), charts)


def _by_workers(part: Part, summary: Summary, scenario: str) -> Iterator[Chart]:
    traces: list[Trace] = []
    for subject in first_of_each_variant(part.settings):
        rows = series.along_workers(summary, scenario, subject)
        there = [float(row.subject.workers) for row in rows]
        rates = [row.per_second for row in rows]
        traces.append(along(subject, there, rates, "%{x} workers: %{y:,.0f} req/s", part.settings))
    x = {"tickvals": [*part.settings.workers], "title": {"text": "workers"}}
    yield from panel(f"{scenario}: req/s", scenario, traces, {"xaxis": x, "yaxis": from_zero(traces)})


def growth(part: Part, summary: Summary) -> Plot | None:
    """CPU per request against products, where there is more than one size."""
    if len(part.settings.sizes) < 2:
        return None
    charts = [chart for scenario in part.settings.scenarios for chart in _by_size(part, summary, scenario)]
    keys = [*line_keys(part.settings), Key("server", "same", "solid"), Key("PostgreSQL", "same", "dash")]
    caption = "CPU of a request, each scenario on a scale of its own."
    return Plot("Cost as the products become more", caption, "cost", keys, charts)


def _by_size(part: Part, summary: Summary, scenario: str) -> Iterator[Chart]:
    traces: list[Trace] = []
    for subject in first_of_each_variant(part.settings):
        rows = series.along_sizes(summary, scenario, subject)
        there = [float(row.subject.size) for row in rows]
        server, database = [row.server_cpu for row in rows], [row.database_cpu for row in rows]
        traces.append(along(subject, there, server, "%{x:,} products: server %{y:,.0f} µs", part.settings))
        cost = along(subject, there, database, "%{x:,} products: PostgreSQL %{y:,.0f} µs", part.settings)
        traces.append(dashed(cost, "dash"))
    sizes = sorted(part.settings.sizes)
    ticks = {"tickvals": sizes, "ticktext": [series.short(size) for size in sizes]}
    x = {"type": "log", "title": {"text": "products"}, **ticks}
    yield from panel(f"{scenario}: CPU, µs", scenario, traces, {"xaxis": x, "yaxis": from_zero(traces)})


def memory(part: Part, _summary: Summary) -> Plot | None:
    """Resident memory against requests, where it was measured."""
    found = series.memory(part)
    subjects = [subject for subject in first_of_each_variant(part.settings) if subject.variant in found]
    hover = "%{x:,} requests: %{y:,.1f} MB"
    traces = [line(each, found[each.variant], hover, part.settings, mode="lines") for each in subjects]
    x = {"title": {"text": "requests answered"}, "rangemode": "tozero"}
    charts = list(panel("resident memory, MB", "", traces, {"xaxis": x, "yaxis": from_zero(traces)}))
    caption = "Of all the server's processes, as requests are answered one after the other: a leak would climb."
    return Plot("Memory over many requests", caption, "memory", line_keys(part.settings), charts, is_wide=True)
