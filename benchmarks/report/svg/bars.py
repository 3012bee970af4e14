"""Stacked bars of the CPU per request."""

import math
from collections.abc import Sequence
from functools import partial

from matplotlib.axes import Axes

from benchmarks.analysis.rows import Row
from benchmarks.analysis.summary import Summary
from benchmarks.report import series
from benchmarks.report.columns import figure
from benchmarks.report.labels import subject_label
from benchmarks.report.palette import LIGHT, colour_name
from benchmarks.report.svg import canvas
from benchmarks.report.svg.plot import Key, Panel, Plot
from benchmarks.results import Part

_COMPONENTS = {"server": "server_cpu", "database": "database_cpu", "generator": "generator_cpu"}
_COMPONENT_NAMES = {"server": "server", "database": "PostgreSQL", "generator": "load generator"}
_LAYER_KEYS = [
    Key("server: Django", "django"),
    Key("server: FastAPI", "fastapi"),
    Key("server: bare", "bare"),
    Key("PostgreSQL", "database"),
]

# A bar: its name, the text beside it, and for each segment its tooltip, colour and length.
type Bar = tuple[str, str, list[tuple[str, str, float]]]


def cost_of_request(part: Part, summary: Summary) -> Plot | None:
    """Return the chart of CPU per request of server, PostgreSQL and generator, for each scenario."""
    if not series.has_one_load(part) or series.is_layers_part(part) or not summary.rows:
        return None
    panels = []
    for scenario, rows in series.by_scenario(series.closed_rows(summary)).items():
        panels.append(_panel(scenario, [_cost(row, subject_label(row.subject, part.settings)) for row in rows]))
    keys = [Key(_COMPONENT_NAMES[name], name) for name in _COMPONENTS]
    caption = "CPU per request in microseconds. Each scenario has its own scale."
    return Plot("cost", "Cost of a request", caption, keys, panels)


def _cost(row: Row, label: str) -> Bar:
    segments = []
    for name, attribute in _COMPONENTS.items():
        cost = _or_zero(getattr(row, attribute))
        segments.append((f"{label}, {_COMPONENT_NAMES[name]}: {figure(cost)} µs", name, cost))
    return label, "", segments


def layers(part: Part, summary: Summary) -> Plot | None:
    """Return the chart of the cost of each framework layer, from the tutorials to pgbench."""
    if not series.is_layers_part(part) or not summary.rows:
        return None
    panels = []
    for scenario in series.by_scenario(summary.rows):
        bars = [_layer(row, summary) for row in series.layers(summary, part, scenario)]
        if (limit := series.pgbench_cost(part, scenario)) is not None:
            text = f"{figure(limit)} µs"
            bars.append(("pgbench", text, [(f"pgbench: {text}", "database", limit)]))
        panels.append(_panel(scenario, bars))
    caption = (
        "CPU per request from the tutorials to the bare server, in microseconds, and of the same statements with "
        "pgbench, which is the lower limit. In parentheses: the server CPU as a multiple of that of the bare server."
    )
    return Plot("layers", "Cost of the framework layers", caption, _LAYER_KEYS, panels, is_wide=True)


def _layer(row: Row, summary: Summary) -> Bar:
    name, ratio = str(row.subject.variant), series.cpu_ratio(summary, row)
    text = f"{figure(row.server_cpu)} µs" + (f" ({ratio:.1f}x)" if ratio else "")
    database = _or_zero(row.database_cpu)
    return (
        name,
        text,
        [
            (f"{name}, server: {text}", colour_name(row.subject.variant), _or_zero(row.server_cpu)),
            (f"{name}, PostgreSQL: {figure(database)} µs", "database", database),
        ],
    )


def _panel(scenario: str, bars: Sequence[Bar]) -> Panel:
    description = "; ".join(text for _, _, segments in bars for text, _, _ in segments)
    return Panel(scenario, scenario, 26 + 18 * len(bars), partial(_stacks, bars), description)


def _stacks(bars: Sequence[Bar], axes: Axes) -> None:
    positions = canvas.rows(axes, [name for name, _, _ in bars])
    axes.locator_params(axis="x", nbins=4)
    for y, (_, text, segments) in zip(positions, bars, strict=True):
        left = 0.0
        for tooltip, colour, length in segments:
            (bar,) = axes.barh(y, length, left=left, height=0.66, color=LIGHT[colour])
            canvas.tip(bar, tooltip)
            left += length
        place = {"textcoords": "offset points", "va": "center", "color": LIGHT["muted"]}
        axes.annotate(text, (left, y), (4, 0), **place)  # type: ignore[arg-type]
    if any(text for _, text, _ in bars):
        # Space for the text beside the longest bar.
        axes.set_xlim(0, axes.get_xlim()[1] * 1.32)


def _or_zero(value: float | None) -> float:
    return 0.0 if value is None or math.isnan(value) else value
