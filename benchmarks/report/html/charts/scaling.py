"""Charts of rate, cost and memory by workers, products and requests."""

from collections.abc import Iterator

from benchmarks.analysis.summary import Summary
from benchmarks.report import series
from benchmarks.report.html.charts.plot import (
    Chart,
    Key,
    Plot,
    Trace,
    dashed,
    first_of_each_variant,
    from_zero,
    line,
    line_keys,
    panel,
    subject_line,
)
from benchmarks.results import Part


def workers(part: Part, summary: Summary) -> Plot | None:
    """Return the plot of throughput by number of workers, for parts with several numbers of workers."""
    if len(part.settings.workers) < 2:
        return None
    charts = [chart for scenario in part.settings.scenarios for chart in _by_workers(part, summary, scenario)]
    return Plot(
        "Workers", "Requests per second by number of worker processes.", "rate", line_keys(part.settings), charts
    )


def _by_workers(part: Part, summary: Summary, scenario: str) -> Iterator[Chart]:
    traces: list[Trace] = []
    for subject in first_of_each_variant(part.settings):
        rows = series.rows_by_workers(summary, scenario, subject)
        xs = [float(row.subject.workers) for row in rows]
        rates = [row.per_second for row in rows]
        traces.append(subject_line(subject, xs, rates, "%{x} workers: %{y:,.0f} req/s", part.settings))
    x = {"tickvals": [*part.settings.workers], "title": {"text": "workers"}}
    yield from panel(f"{scenario}: req/s", scenario, traces, {"xaxis": x, "yaxis": from_zero(traces)})


def growth(part: Part, summary: Summary) -> Plot | None:
    """Return the plot of CPU per request by number of products, for parts with several sizes."""
    if len(part.settings.sizes) < 2:
        return None
    charts = [chart for scenario in part.settings.scenarios for chart in _by_size(part, summary, scenario)]
    keys = [*line_keys(part.settings), Key("server", "same", "solid"), Key("PostgreSQL", "same", "dash")]
    caption = "CPU per request by number of products. Each scenario has its own scale."
    return Plot("Cost by number of products", caption, "cost", keys, charts)


def _by_size(part: Part, summary: Summary, scenario: str) -> Iterator[Chart]:
    traces: list[Trace] = []
    for subject in first_of_each_variant(part.settings):
        rows = series.rows_by_size(summary, scenario, subject)
        xs = [float(row.subject.size) for row in rows]
        server, database = [row.server_cpu for row in rows], [row.database_cpu for row in rows]
        traces.append(subject_line(subject, xs, server, "%{x:,} products: server %{y:,.0f} µs", part.settings))
        cost = subject_line(subject, xs, database, "%{x:,} products: PostgreSQL %{y:,.0f} µs", part.settings)
        traces.append(dashed(cost, "dash"))
    sizes = sorted(part.settings.sizes)
    ticks = {"tickvals": sizes, "ticktext": [series.short_number(size) for size in sizes]}
    x = {"type": "log", "title": {"text": "products"}, **ticks}
    yield from panel(f"{scenario}: CPU, µs", scenario, traces, {"xaxis": x, "yaxis": from_zero(traces)})


def memory(part: Part, _summary: Summary) -> Plot | None:
    """Return the plot of resident memory by number of requests, if the part measured it."""
    points = series.memory(part)
    subjects = [subject for subject in first_of_each_variant(part.settings) if subject.variant in points]
    hover = "%{x:,} requests: %{y:,.1f} MB"
    traces = [line(each, points[each.variant], hover, part.settings, mode="lines") for each in subjects]
    x = {"title": {"text": "requests"}, "rangemode": "tozero"}
    charts = list(panel("resident memory, MB", "", traces, {"xaxis": x, "yaxis": from_zero(traces)}))
    caption = "The memory of all processes of the server. A memory leak would show as a steady increase."
    return Plot("Memory over many requests", caption, "memory", line_keys(part.settings), charts, is_wide=True)
