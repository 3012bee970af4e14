"""Forest plot of the ratios, with their confidence intervals and the A/A band."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.analysis.summary import Summary
from benchmarks.report import series
from benchmarks.report.html.charts.forest import MEASURES, TICKS
from benchmarks.report.palette import LIGHT
from benchmarks.report.series import RatioPoint
from benchmarks.report.svg import canvas
from benchmarks.results import Part


def ratios(part: Part, summary: Summary) -> Figure | None:
    """Return the forest plot of both measures, for parts with comparisons under one load."""
    if not series.has_one_load(part) or series.is_layers_part(part) or not summary.comparisons:
        return None
    height = 0.7 + 0.24 * len(summary.comparisons)
    sheet = canvas.sheet(len(MEASURES), columns=2, height=height)
    for axes, (measure, title) in zip(sheet.axes, MEASURES.items(), strict=True):
        axes.set_title(title)
        _forest(axes, series.ratio_points(summary, part.settings, measure))
    sheet.axes[1].tick_params(labelleft=False)
    baseline = summary.comparisons[0].baseline.variant
    entries = [("better than " + baseline, "better"), ("worse", "worse"), ("no difference", "same")]
    canvas.legend(sheet.figure, [canvas.area(*entry) for entry in (*entries, ("A/A band", canvas.BAND))])
    return sheet.figure


def _forest(axes: Axes, points: Sequence[RatioPoint]) -> None:
    axes.set_xscale("log")
    positions = canvas.rows(axes, [point.name for point in points])
    axes.axvline(1, color=canvas.MUTED, linewidth=0.8, zorder=1)
    for y, point in zip(positions, points, strict=True):
        if point.band is not None:
            width = point.band - 1 / point.band
            axes.barh(y, width, left=1 / point.band, height=0.6, color=canvas.BAND, zorder=0.5)
        colour = LIGHT["same" if point.kind == "rejected" else point.kind]
        if point.interval:
            axes.plot([point.interval.low, point.interval.high], [y, y], color=colour, linewidth=1.6)
        axes.plot(point.estimate, y, "x" if point.kind == "rejected" else "o", color=colour, markersize=5)
    _set_range(axes, points)


def _set_range(axes: Axes, points: Sequence[RatioPoint]) -> None:
    ends = [1.0, *(point.estimate for point in points)]
    ends += [end for point in points if point.interval for end in (point.interval.low, point.interval.high)]
    ends += [end for point in points if point.band for end in (point.band, 1 / point.band)]
    low, high = min(ends) / 1.06, max(ends) * 1.06
    visible = [tick for tick in TICKS if low <= tick <= high]
    canvas.ticks(axes.xaxis, visible, [f"{tick:g}" for tick in visible])
    axes.set_xlim(low, high)
