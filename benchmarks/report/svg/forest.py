"""Forest plot of the ratios, with their confidence intervals."""

from collections.abc import Sequence
from functools import partial

from matplotlib.axes import Axes

from benchmarks.analysis.summary import Summary
from benchmarks.report import series
from benchmarks.report.columns import interval_text
from benchmarks.report.labels import subject_label
from benchmarks.report.palette import LIGHT
from benchmarks.report.series import RatioPoint
from benchmarks.report.svg import canvas
from benchmarks.report.svg.plot import Key, Panel, Plot
from benchmarks.results import Part

_MEASURES = {"cpu": "server CPU per request", "rate": "requests per second", "p99": "p99 of open load"}
_TICKS = [0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 7, 10, 20, 50]
_KEYS = [Key("better than the baseline", "better"), Key("worse", "worse"), Key("same or undecided", "same")]


def ratios(part: Part, summary: Summary) -> Plot | None:
    """Return the forest plot of a part that compares subjects under one load of each kind."""
    if not series.has_one_load(part) or series.is_layers_part(part) or not summary.comparisons:
        return None
    points = {title: series.ratio_points(summary, part.settings, name) for name, title in _MEASURES.items()}
    panels = [_panel(title, some) for title, some in points.items() if some]
    caption = (
        f"Ratios to {subject_label(summary.comparisons[0].baseline, part.settings)} with their 95% intervals. A ratio "
        "is coloured if it differs from 1."
    )
    return Plot("ratios", "Ratios", caption, _KEYS, panels, is_wide=True)


def _panel(title: str, points: Sequence[RatioPoint]) -> Panel:
    description = "; ".join(map(_text, points))
    return Panel(title, "", 26 + 17 * len(points), partial(_forest, points), description)


def _forest(points: Sequence[RatioPoint], axes: Axes) -> None:
    axes.set_xscale("log")
    positions = canvas.rows(axes, [point.name for point in points])
    axes.axvline(1, color=LIGHT["axis"], linewidth=0.8, zorder=1)
    for y, point in zip(positions, points, strict=True):
        colour = LIGHT["same" if point.kind == "rejected" else point.kind]
        if point.interval:
            ends = [point.interval.low, point.interval.high]
            canvas.tip(axes.plot(ends, [y, y], color=colour, linewidth=1.8)[0], _text(point))
        (marker,) = axes.plot(point.estimate, y, "x" if point.kind == "rejected" else "o", color=colour, markersize=5)
        canvas.tip(marker, _text(point))
    _set_range(axes, points)


def _text(point: RatioPoint) -> str:
    ratio = interval_text(point.interval) if point.interval else f"{point.estimate:.2f}"
    return f"{point.name}: {ratio}" + (", rejected" if point.kind == "rejected" else "")


def _set_range(axes: Axes, points: Sequence[RatioPoint]) -> None:
    ends = [1.0, *(point.estimate for point in points)]
    ends += [end for point in points if point.interval for end in (point.interval.low, point.interval.high)]
    low, high = min(ends) / 1.06, max(ends) * 1.06
    canvas.ticks(axes.xaxis, [tick for tick in _TICKS if low <= tick <= high], lambda value: f"{value:g}")
    axes.set_xlim(low, high)
