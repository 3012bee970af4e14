"""Stacked bars of the CPU per request."""

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.analysis.rows import Row
from benchmarks.analysis.summary import Summary
from benchmarks.report import series
from benchmarks.report.columns import figure
from benchmarks.report.html.charts.stacked_bars import COMPONENT_NAMES, COMPONENTS, layer_text
from benchmarks.report.labels import subject_label
from benchmarks.report.palette import LIGHT, colour_name
from benchmarks.report.svg import canvas
from benchmarks.results import Part
from benchmarks.settings import Settings


def cost_of_request(part: Part, summary: Summary) -> Figure | None:
    """Return the chart of CPU per request of server, PostgreSQL and generator, for each scenario."""
    if not series.has_one_load(part) or series.is_layers_part(part) or not summary.rows:
        return None
    scenarios = list(dict.fromkeys(row.scenario for row in summary.rows))
    bars = max(sum(row.scenario == scenario for row in summary.rows) for scenario in scenarios)
    sheet = canvas.sheet(len(scenarios), columns=3, height=0.6 + 0.2 * bars)
    for axes, scenario in zip(sheet.axes, scenarios, strict=True):
        axes.set_title(scenario)
        _stacks(axes, [row for row in summary.rows if row.scenario == scenario], part.settings)
    names = {**COMPONENT_NAMES, "server": "CPU per request, µs: server"}
    canvas.legend(sheet.figure, [canvas.area(names[name], name) for name in COMPONENTS])
    return sheet.figure


def _stacks(axes: Axes, rows: Sequence[Row], settings: Settings) -> None:
    positions = canvas.rows(axes, [subject_label(row.subject, settings) for row in rows])
    axes.locator_params(axis="x", nbins=4)
    for y, row in zip(positions, rows, strict=True):
        left = 0.0
        for name, attribute in COMPONENTS.items():
            cost = _or_zero(getattr(row, attribute))
            axes.barh(y, cost, left=left, height=0.66, color=LIGHT[name])
            left += cost


def layers(part: Part, summary: Summary) -> Figure | None:
    """Return the chart of the cost of each framework layer, from the tutorials to pgbench."""
    if not series.is_layers_part(part) or not summary.rows:
        return None
    scenarios = list(dict.fromkeys(row.scenario for row in summary.rows))
    bars = max(len(series.layers(summary, part, scenario)) for scenario in scenarios)
    sheet = canvas.sheet(len(scenarios), columns=2, height=1.0 + 0.24 * bars)
    for axes, scenario in zip(sheet.axes, scenarios, strict=True):
        axes.set_title(f"{scenario}: CPU per request, µs")
        _layers(axes, series.layers(summary, part, scenario), summary, series.pgbench_cost(part, scenario))
    for axes in sheet.axes[1:]:
        axes.tick_params(labelleft=False)
    entries = [("server: Django", "django"), ("server: FastAPI", "fastapi"), ("server: bare", "bare")]
    canvas.legend(sheet.figure, [canvas.area(*entry) for entry in (*entries, ("PostgreSQL", "database"))])
    return sheet.figure


def _layers(axes: Axes, rows: Sequence[Row], summary: Summary, limit: float | None) -> None:
    names: list[str] = [row.subject.variant for row in rows]
    positions = canvas.rows(axes, names if limit is None else [*names, "pgbench"])
    for y, row in zip(positions, rows, strict=False):
        server, database = _or_zero(row.server_cpu), _or_zero(row.database_cpu)
        axes.barh(y, server, height=0.66, color=LIGHT[colour_name(row.subject.variant)])
        axes.barh(y, database, left=server, height=0.66, color=LIGHT["database"])
        _annotate(axes, server + database, y, layer_text(row, series.cpu_ratio(summary, row)))
    if limit is not None:
        axes.barh(positions[-1], limit, height=0.66, color=LIGHT["database"])
        _annotate(axes, limit, positions[-1], f"{figure(limit)} µs")
    # Space for the text beside the longest bar.
    axes.set_xlim(0, axes.get_xlim()[1] * 1.32)


def _annotate(axes: Axes, x: float, y: float, text: str) -> None:
    offset = (4, 0)
    axes.annotate(text, (x, y), offset, textcoords="offset points", va="center", fontsize=8, color=canvas.MUTED)


def _or_zero(value: float | None) -> float:
    return 0.0 if value is None or math.isnan(value) else value
