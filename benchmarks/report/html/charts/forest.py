"""Forest plot of the ratios, with their confidence intervals and the A/A band."""

from collections.abc import Sequence
from typing import Any

from benchmarks.analysis.summary import Summary
from benchmarks.report import series
from benchmarks.report.columns import interval_text
from benchmarks.report.html.charts.plot import Chart, Key, Plot, Trace, css_colour
from benchmarks.report.labels import subject_label
from benchmarks.report.series import RatioPoint
from benchmarks.results import Part

MEASURES = {"rate": "requests per second", "cpu": "server CPU per request"}
TICKS = [0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 7, 10, 20, 50]
_KEYS = [Key("better than the baseline", "better"), Key("worse", "worse"), Key("no difference", "same")]
_SYMBOLS = {"better": "circle", "worse": "circle", "same": "circle", "rejected": "x"}


def ratios(part: Part, summary: Summary) -> Plot | None:
    """Return the forest plot of a part that compares subjects under one load."""
    if not series.has_one_load(part) or series.is_layers_part(part) or not summary.comparisons:
        return None
    height = 64 + 26 * len(summary.comparisons)
    charts = [
        Chart(title, "", height, _forest(series.ratio_points(summary, part.settings, measure)))
        for measure, title in MEASURES.items()
    ]
    caption = f"Ratios to {subject_label(summary.comparisons[0].baseline, part.settings)} with their 95% intervals."
    keys = _KEYS
    if any(each.rate.band for each in summary.comparisons):
        keys = [*_KEYS, Key("A/A band", "band")]
        caption += (
            " The grey bar is the A/A band: the ratios that the noise of this machine alone causes. A ratio is "
            "coloured only if its whole interval is outside the band."
        )
    return Plot("Ratios", caption, "rate cost", keys, charts, is_wide=True)


def _forest(points: Sequence[RatioPoint]) -> dict[str, Any]:
    names = [point.name for point in points]
    traces = [_bands([point for point in points if point.band is not None])]
    traces += [_ratios([point for point in points if point.kind == kind], kind) for kind in _SYMBOLS]
    one = {"type": "line", "x0": 1, "x1": 1, "y0": 0, "y1": 1, "yref": "paper"}
    x = {"type": "log", "tickvals": TICKS, "ticktext": [f"{tick:g}" for tick in TICKS]}
    y = {"categoryorder": "array", "categoryarray": names[::-1]}
    shapes = [{**one, "line": {"color": css_colour("axis"), "width": 1}}]
    return {"data": traces, "layout": {"xaxis": x, "yaxis": y, "shapes": shapes}}


def _bands(points: Sequence[RatioPoint]) -> Trace:
    # Drawn as error bars of an invisible point, because bars do not support a logarithmic axis.
    bands = [point.band or 1.0 for point in points]
    error = _error([band - 1 for band in bands], [1 - 1 / band for band in bands], "band", 14)
    return {**_points(points), "x": [1.0] * len(bands), "error_x": error, "marker": {"opacity": 0}, "hoverinfo": "skip"}


def _ratios(points: Sequence[RatioPoint], kind: str) -> Trace:
    colour = "same" if kind == "rejected" else kind
    above = [point.interval.high - point.estimate if point.interval else 0.0 for point in points]
    below = [point.estimate - point.interval.low if point.interval else 0.0 for point in points]
    return {
        **_points(points),
        "x": [point.estimate for point in points],
        "error_x": _error(above, below, colour, 1.75),
        "marker": {"color": css_colour(colour), "size": 8, "symbol": _SYMBOLS[kind]},
        "hovertext": [_hover(point) for point in points],
        "hoverinfo": "text",
    }


def _hover(point: RatioPoint) -> str:
    ratio = interval_text(point.interval) if point.interval else f"{point.estimate:.2f}"
    return f"{point.name}<br>{ratio}" + (", rejected" if point.kind == "rejected" else "")


def _points(points: Sequence[RatioPoint]) -> Trace:
    subjects = [[point.comparison.scenario, point.comparison.subject.variant] for point in points]
    return {"type": "scatter", "mode": "markers", "y": [point.name for point in points], "customdata": subjects}


def _error(above: list[float], below: list[float], colour: str, thickness: float) -> dict[str, Any]:
    style = {"color": css_colour(colour), "thickness": thickness, "width": 0}
    return {"type": "data", "symmetric": False, "array": above, "arrayminus": below, **style}
