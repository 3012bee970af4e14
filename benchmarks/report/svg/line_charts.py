"""Line charts of rates, latencies and costs by number of users, rate of arrivals and number of products."""

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from benchmarks.analysis.rows import Row
from benchmarks.analysis.summary import Summary
from benchmarks.report import series
from benchmarks.report.palette import LIGHT, colour_name
from benchmarks.report.svg import canvas
from benchmarks.results import Part
from benchmarks.settings import Settings, Subject

type X = Callable[[Row], float]
type Y = Callable[[Row], float | None]


def users(part: Part, summary: Summary) -> Figure | None:
    """Return the chart of throughput and p99 by number of users, for parts with several numbers of users."""
    loads = series.closed_loads(part)
    scenarios = _scenarios(summary, part.settings.scenarios)
    if len(loads) < 2 or not scenarios:
        return None
    sheet = canvas.sheet(2 * len(scenarios), columns=2, height=2.0)
    counts = [float(load.users or 0) for load in loads]
    for scenario, left, right in zip(scenarios, sheet.axes[::2], sheet.axes[1::2], strict=True):
        left.set_title(f"{scenario}: req/s")
        right.set_title(f"{scenario}: p99, ms")
        for subject in part.settings.subjects:
            rows = series.rows_by_load(summary, scenario, subject, loads)
            _line(left, subject, rows, lambda row: row.load.users or 0, lambda row: row.per_second)
            _line(right, subject, rows, lambda row: row.load.users or 0, lambda row: row.p99)
        left.set_ylim(bottom=0)
        _logarithmic(right)
        for axes in (left, right):
            axes.set_xscale("log")
            canvas.ticks(axes.xaxis, counts, [f"{count:g}" for count in counts])
            axes.set_xlabel("users")
    canvas.legend(sheet.figure, _keys(part.settings))
    return sheet.figure


def arrivals(part: Part, summary: Summary) -> Figure | None:
    """Return the chart of p99 and dropped arrivals by rate of open load, for parts with several rates."""
    loads = series.open_loads(part)
    scenarios = _scenarios(summary, part.settings.scenarios)
    if len(loads) < 2 or not scenarios:
        return None
    sheet = canvas.sheet(2 * len(scenarios), columns=2, height=2.0)
    for scenario, left, right in zip(scenarios, sheet.axes[::2], sheet.axes[1::2], strict=True):
        left.set_title(f"{scenario}: p99 from the scheduled time, ms")
        right.set_title(f"{scenario}: dropped, % of arrivals")
        for subject in part.settings.subjects:
            rows = series.rows_by_load(summary, scenario, subject, loads)
            _line(left, subject, rows, lambda row: row.load.rate or 0.0, lambda row: row.p99)
            _line(right, subject, rows, lambda row: row.load.rate or 0.0, lambda row: row.dropped * 100)
        _logarithmic(left)
        right.set_ylim(0, max(5.0, right.get_ylim()[1]))
        for axes in (left, right):
            axes.set_xlabel("arrivals per second")
    canvas.legend(sheet.figure, _keys(part.settings))
    return sheet.figure


def growth(part: Part, summary: Summary) -> Figure | None:
    """Return the chart of CPU per request by number of products, for parts with several sizes."""
    sizes = sorted(part.settings.sizes)
    scenarios = _scenarios(summary, part.settings.scenarios)
    if len(sizes) < 2 or not scenarios:
        return None
    sheet = canvas.sheet(len(scenarios), columns=3, height=1.8)
    for scenario, axes in zip(scenarios, sheet.axes, strict=True):
        axes.set_title(f"{scenario}: µs")
        for variant in part.settings.variants:
            rows = series.rows_by_size(summary, scenario, Subject(variant, part.settings.workers[0]))
            _line(axes, rows[0].subject, rows, lambda row: row.subject.size, lambda row: row.server_cpu)
            _line(axes, rows[0].subject, rows, lambda row: row.subject.size, lambda row: row.database_cpu, "--")
        axes.set_xscale("log")
        canvas.ticks(axes.xaxis, sizes, [series.short_number(size) for size in sizes])
        axes.set_ylim(bottom=0)
    keys = [canvas.stroke("server", canvas.MUTED), canvas.stroke("PostgreSQL", canvas.MUTED, "--")]
    canvas.legend(sheet.figure, [*_keys(part.settings), *keys])
    return sheet.figure


def _line(axes: Axes, subject: Subject, rows: Sequence[Row], x_of: X, y_of: Y, dashes: canvas.Dashes = "-") -> None:
    points = [(x_of(row), y) for row in rows if (y := y_of(row)) is not None]
    colour = LIGHT[colour_name(subject.variant)]
    width, size = (1.8, 3.5) if dashes == "-" else (1.2, 0)
    xs, ys = [x for x, _ in points], [y for _, y in points]
    axes.plot(xs, ys, marker="o", color=colour, linestyle=dashes, linewidth=width, markersize=size)


def _logarithmic(axes: Axes) -> None:
    axes.set_yscale("log")
    values = [float(value) for line in axes.get_lines() for value in np.asarray(line.get_ydata()) if value > 0]
    low, high = series.axis_range(values)
    visible = [step for step in series.STEPS if low <= step <= high]
    canvas.ticks(axes.yaxis, visible, [f"{step:,g}" for step in visible])
    axes.set_ylim(low, high)


def _scenarios(summary: Summary, names: Sequence[str]) -> list[str]:
    """Return the scenarios that were measured."""
    measured = {row.scenario for row in summary.rows}
    return [name for name in names if name in measured]


def _keys(settings: Settings) -> list[Line2D]:
    return [canvas.stroke(variant, colour_name(variant)) for variant in settings.variants]
