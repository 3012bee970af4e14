"""Parts of plots. Colours are CSS variables, which the page resolves for the light or dark theme."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.report import series
from benchmarks.report.labels import subject_label
from benchmarks.report.palette import colour_name
from benchmarks.settings import Settings, Subject

type Trace = dict[str, Any]


@dataclass(frozen=True)
class Chart:
    """A chart. `figure` is its data for Plotly.

    The filters hide a chart by its scenario, and traces and points by their variant.
    """

    title: str
    scenario: str
    height: int
    figure: dict[str, Any]


@dataclass(frozen=True)
class Key:
    """An entry of a legend: `stroke` is "solid", "dash" or "dot" for lines, "fill" for areas."""

    label: str
    colour: str
    stroke: str = "fill"


@dataclass(frozen=True)
class Plot:
    """Charts with a common title, caption and legend. `measure` is their value in the filter of measures."""

    title: str
    caption: str
    measure: str
    keys: list[Key]
    charts: list[Chart]
    is_wide: bool = False


def css_colour(name: str) -> str:
    """Return a colour as a CSS variable."""
    return f"var(--{name})"


def bars(name: str, values: Sequence[float], names: Sequence[str], subjects: Sequence[Sequence[str]]) -> Trace:
    """Return horizontal bars. `subjects` are the scenario and variant of each bar, for the filters."""
    hover = "%{y}<br>" + name + ": %{x:,.0f} µs<extra></extra>"
    return {
        "type": "bar",
        "orientation": "h",
        "x": [*values],
        "y": [*names],
        "customdata": [*subjects],
        "width": 0.66,
        "hovertemplate": hover,
    }


def panel(title: str, scenario: str, traces: list[Trace], layout: dict[str, Any]) -> Iterator[Chart]:
    """Yield a chart if any of its traces has a point."""
    with_points = [trace for trace in traces if trace["x"]]
    if with_points:
        yield Chart(title, scenario, 240, {"data": with_points, "layout": layout})


def line(
    subject: Subject, points: Sequence[tuple[float, float]], hover: str, settings: Settings, mode: str = "lines+markers"
) -> Trace:
    """Return a subject's line through points (x, y)."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return {**subject_line(subject, xs, ys, hover, settings), "mode": mode}


def subject_line(
    subject: Subject, xs: Sequence[float], ys: Sequence[float | None], hover: str, settings: Settings
) -> Trace:
    """Return a line in the colour of the subject. `hover` is the text of a point as a template of Plotly."""
    name = subject.variant if len(settings.workers) > 1 or len(settings.sizes) > 1 else subject_label(subject, settings)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [*xs],
        "y": [*ys],
        "meta": {"variant": subject.variant},
        "line": {"color": css_colour(colour_name(subject.variant)), "width": 2},
        "marker": {"color": css_colour(colour_name(subject.variant)), "size": 6},
        "hovertemplate": f"{name}<br>{hover}<extra></extra>",
    }


def dashed(trace: Trace, stroke: str) -> Trace:
    """Return the line thinner and dashed."""
    return {**trace, "line": {**trace["line"], "dash": stroke, "width": 1.5}, "marker": {**trace["marker"], "size": 4}}


def line_keys(settings: Settings) -> list[Key]:
    """Return the legend of lines."""
    return [Key(variant, colour_name(variant), "solid") for variant in settings.variants]


def first_of_each_variant(settings: Settings) -> list[Subject]:
    """Return the first subject of each variant, for charts with a line per variant."""
    return [Subject(variant, settings.workers[0], settings.sizes[0]) for variant in settings.variants]


def from_zero(traces: Sequence[Trace], at_least: float = 0.0) -> dict[str, Any]:
    """Return an axis from 0 to slightly above all values."""
    return {"range": [0, max(at_least, max(_values(traces), default=1.0)) * 1.08]}


def logarithmic(traces: Sequence[Trace]) -> dict[str, Any]:
    """Return a logarithmic axis that contains all positive values."""
    values = [value for value in _values(traces) if value > 0]
    low, high = series.axis_range(values)
    ticks = {"tickvals": series.STEPS, "ticktext": [f"{step:,g}" for step in series.STEPS]}
    return {"type": "log", "range": [math.log10(low), math.log10(high)], **ticks}


def _values(traces: Sequence[Trace]) -> list[float]:
    return [value for trace in traces for value in trace["y"] if value is not None and math.isfinite(value)]
