"""Building blocks of plots. Colours are names of CSS variables, which the page resolves for its theme."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.report import series
from benchmarks.report.labels import subject_label
from benchmarks.report.palette import role
from benchmarks.settings import Settings, Subject

type Trace = dict[str, Any]


@dataclass(frozen=True)
class Chart:
    """One plot. The filters hide it by its scenario, and its traces and points by the variants that they name."""

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
    """Charts of one kind, with what they have in common. `measure` is what the filter of measures calls it."""

    title: str
    caption: str
    measure: str
    keys: list[Key]
    charts: list[Chart]
    is_wide: bool = False


def css_colour(name: str) -> str:
    """Return a colour as a CSS variable."""
    return f"var(--{name})"


def bars(name: str, values: Sequence[float], names: Sequence[str], whose: Sequence[Sequence[str]]) -> Trace:
    """Horizontal bars, with their subjects for the filters."""
    hover = "%{y}<br>" + name + ": %{x:,.0f} µs<extra></extra>"
    return {
        "type": "bar",
        "orientation": "h",
        "x": [*values],
        "y": [*names],
        "customdata": [*whose],
        "width": 0.66,
        "hovertemplate": hover,
    }


def panel(title: str, scenario: str, traces: list[Trace], layout: dict[str, Any]) -> Iterator[Chart]:
    """The chart, where any of its traces has a point."""
    there = [trace for trace in traces if trace["x"]]
    if there:
        yield Chart(title, scenario, 240, {"data": there, "layout": layout})


def line(
    subject: Subject, points: Sequence[tuple[float, float]], hover: str, settings: Settings, mode: str = "lines+markers"
) -> Trace:
    """A line through points."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return {**along(subject, xs, ys, hover, settings), "mode": mode}


def along(subject: Subject, xs: Sequence[float], ys: Sequence[float | None], hover: str, settings: Settings) -> Trace:
    """A subject's line, in its colour."""
    name = subject.variant if len(settings.workers) > 1 or len(settings.sizes) > 1 else subject_label(subject, settings)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [*xs],
        "y": [*ys],
        "meta": {"variant": subject.variant},
        "line": {"color": css_colour(role(subject.variant)), "width": 2},
        "marker": {"color": css_colour(role(subject.variant)), "size": 6},
        "hovertemplate": f"{name}<br>{hover}<extra></extra>",
    }


def dashed(trace: Trace, stroke: str) -> Trace:
    """The same line, thinner and dashed."""
    return {**trace, "line": {**trace["line"], "dash": stroke, "width": 1.5}, "marker": {**trace["marker"], "size": 4}}


def line_keys(settings: Settings) -> list[Key]:
    """The legend of lines."""
    return [Key(variant, role(variant), "solid") for variant in settings.variants]


def first_of_each_variant(settings: Settings) -> list[Subject]:
    """A subject for each variant, where lines go along workers or sizes."""
    return [Subject(variant, settings.workers[0], settings.sizes[0]) for variant in settings.variants]


def from_zero(traces: Sequence[Trace], at_least: float = 0.0) -> dict[str, Any]:
    """An axis from 0 to a bit above all values."""
    return {"range": [0, max(at_least, max(_values(traces), default=1.0)) * 1.08]}


def logarithmic(traces: Sequence[Trace]) -> dict[str, Any]:
    """An axis from the step below all values to the step above them."""
    values = [value for value in _values(traces) if value > 0]
    low, high = series.steps_around(values)
    ticks = {"tickvals": series.STEPS, "ticktext": [f"{step:,g}" for step in series.STEPS]}
    return {"type": "log", "range": [math.log10(low), math.log10(high)], **ticks}


def _values(traces: Sequence[Trace]) -> list[float]:
    return [value for trace in traces for value in trace["y"] if value is not None and math.isfinite(value)]
