"""Stacked bars of the CPU per request."""

from typing import Any

from benchmarks.analysis.rows import Row
from benchmarks.analysis.summary import Summary
from benchmarks.report import series
from benchmarks.report.columns import figure
from benchmarks.report.html.charts.plot import Chart, Key, Plot, Trace, bars, css_colour
from benchmarks.report.labels import subject_label
from benchmarks.report.palette import colour_name
from benchmarks.results import Part
from benchmarks.settings import Settings

COMPONENTS = {"server": "server_cpu", "database": "database_cpu", "generator": "generator_cpu"}
COMPONENT_NAMES = {"server": "server", "database": "PostgreSQL", "generator": "load generator"}


def layers(part: Part, summary: Summary) -> Plot | None:
    """Return the plot of the cost of each framework layer, from the tutorials to pgbench."""
    if not series.is_layers_part(part):
        return None
    charts = []
    for scenario in part.settings.scenarios:
        if rows := series.layers(summary, part, scenario):
            limit = series.pgbench_cost(part, scenario)
            height = 70 + 28 * (len(rows) + (limit is not None))
            charts.append(Chart(scenario, scenario, height, _layers(summary, rows, limit)))
    keys = [Key("server: Django", "django"), Key("server: FastAPI", "fastapi"), Key("server: bare", "bare")]
    caption = (
        "CPU per request from the tutorials to the bare server, and of the same statements with pgbench, which is the "
        "lower limit. In parentheses: the server CPU as a multiple of that of the bare server."
    )
    return Plot(
        "Cost of the framework layers", caption, "cost", [*keys, Key("PostgreSQL", "database")], charts, is_wide=True
    )


def _layers(summary: Summary, rows: list[Row], limit: float | None) -> dict[str, Any]:
    names = [str(row.subject.variant) for row in rows]
    subjects = [[row.scenario, row.subject.variant] for row in rows]
    server: Trace = {
        **bars("server", [row.server_cpu for row in rows], names, subjects),
        "marker": {"color": [css_colour(colour_name(row.subject.variant)) for row in rows]},
    }
    database = [row.database_cpu or 0.0 for row in rows]
    texts = [layer_text(row, series.cpu_ratio(summary, row)) for row in rows]
    if limit is not None:
        names, subjects = [*names, "pgbench"], [*subjects, [rows[0].scenario, ""]]
        database, texts = [*database, limit], [*texts, f"{figure(limit)} µs"]
    costs = {**bars("PostgreSQL", database, names, subjects), "marker": {"color": css_colour("database")}}
    labels = {"text": texts, "textposition": "outside", "cliponaxis": False, "constraintext": "none"}
    widest = max(row.server_cpu + (row.database_cpu or 0.0) for row in rows)
    y = {"categoryorder": "array", "categoryarray": names[::-1]}
    x = {"title": {"text": "CPU, µs per request"}, "range": [0, widest * 1.32]}
    return {"data": [server, {**costs, **labels}], "layout": {"barmode": "stack", "xaxis": x, "yaxis": y}}


def layer_text(row: Row, ratio: float | None) -> str:
    """Return the text beside the bar of a layer: the server CPU, and its ratio to that of the baseline."""
    return f"{figure(row.server_cpu)} µs" + (f" ({ratio:.1f}x)" if ratio else "")


def cost_of_request(part: Part, summary: Summary) -> Plot | None:
    """Return the plot of CPU per request of server, PostgreSQL and generator, for each scenario."""
    if not series.has_one_load(part) or series.is_layers_part(part):
        return None
    charts = []
    for scenario in part.settings.scenarios:
        rows = [row for row in summary.rows if row.scenario == scenario]
        if rows:
            charts.append(Chart(scenario, scenario, 56 + 24 * len(rows), _stack(rows, part.settings)))
    keys = [Key(COMPONENT_NAMES[name], name) for name in COMPONENTS]
    caption = "CPU per request in microseconds. Each scenario has its own scale."
    return Plot("Cost of a request", caption, "cost", keys, charts)


def _stack(rows: list[Row], settings: Settings) -> dict[str, Any]:
    names = [subject_label(row.subject, settings) for row in rows]
    subjects = [[row.scenario, row.subject.variant] for row in rows]
    traces = [
        {
            **bars(COMPONENT_NAMES[name], [getattr(row, attribute) or 0.0 for row in rows], names, subjects),
            "marker": {"color": css_colour(name)},
        }
        for name, attribute in COMPONENTS.items()
    ]
    y = {"categoryorder": "array", "categoryarray": names[::-1]}
    return {"data": traces, "layout": {"barmode": "stack", "xaxis": {"rangemode": "tozero", "nticks": 5}, "yaxis": y}}
