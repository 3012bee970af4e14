"""Stacked bars of the CPU cost of a request."""

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
from benchmarks.report.palette import LIGHT, role
from benchmarks.report.svg import canvas
from benchmarks.results import Part
from benchmarks.settings import Settings


def cost_of_request(part: Part, summary: Summary) -> Figure | None:
    """Whose CPU a request takes, in each scenario on a scale of its own."""
    if not series.has_one_load(part) or series.is_layers_part(part) or not summary.rows:
        return None
    scenarios = list(dict.fromkeys(row.scenario for row in summary.rows))
    most = max(sum(row.scenario == scenario for row in summary.rows) for scenario in scenarios)
    sheet = canvas.sheet(len(scenarios), columns=3, height=0.6 + 0.2 * most)
    for axes, scenario in zip(sheet.axes, scenarios, strict=True):
        axes.set_title(scenario)
        _stacks(axes, [row for row in summary.rows if row.scenario == scenario], part.settings)
    names = {**COMPONENT_NAMES, "server": "CPU per request, µs: server"}
    canvas.legend(sheet.figure, [canvas.area(names[name], name) for name in COMPONENTS])
    return sheet.figure


def _stacks(axes: Axes, rows: Sequence[Row], settings: Settings) -> None:
    places = canvas.rows(axes, [subject_label(row.subject, settings) for row in rows])
    axes.locator_params(axis="x", nbins=4)
    for place, row in zip(places, rows, strict=True):
        left = 0.0
        for name, attribute in COMPONENTS.items():
            cost = _known(getattr(row, attribute))
            axes.barh(place, cost, left=left, height=0.66, color=LIGHT[name])
            left += cost


def layers(part: Part, summary: Summary) -> Figure | None:
    """The cost of each framework layer, from the tutorials to pgbench."""
    if not series.is_layers_part(part) or not summary.rows:
        return None
    scenarios = list(dict.fromkeys(row.scenario for row in summary.rows))
    most = max(len(series.layers(summary, part, scenario)) for scenario in scenarios)
    sheet = canvas.sheet(len(scenarios), columns=2, height=1.0 + 0.24 * most)
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
    places = canvas.rows(axes, names if limit is None else [*names, "pgbench"])
    for place, row in zip(places, rows, strict=False):
        server, database = _known(row.server_cpu), _known(row.database_cpu)
        axes.barh(place, server, height=0.66, color=LIGHT[role(row.subject.variant)])
        axes.barh(place, database, left=server, height=0.66, color=LIGHT["database"])
        _beside(axes, server + database, place, layer_text(row, series.times_baseline(summary, row)))
    if limit is not None:
        axes.barh(places[-1], limit, height=0.66, color=LIGHT["database"])
        _beside(axes, limit, places[-1], f"{figure(limit)} µs")
    # Room for what is written beside the longest bar.
    axes.set_xlim(0, axes.get_xlim()[1] * 1.32)


def _beside(axes: Axes, end: float, place: float, text: str) -> None:
    offset = (4, 0)
    axes.annotate(text, (end, place), offset, textcoords="offset points", va="center", fontsize=8, color=canvas.MUTED)


def _known(value: float | None) -> float:
    return 0.0 if value is None or math.isnan(value) else value
