"""The charts of a part for the page, as inline SVG."""

from dataclasses import dataclass

from markupsafe import Markup

from benchmarks.analysis.summary import Summary
from benchmarks.report.svg import canvas
from benchmarks.report.svg.document import inline
from benchmarks.report.svg.plot import Plot
from benchmarks.report.svg.plots import plots
from benchmarks.results import Part


@dataclass(frozen=True)
class Figure:
    """A plot with the SVG elements of its panels."""

    plot: Plot
    charts: list[Markup]


def figures(part: Part, summary: Summary) -> list[Figure]:
    """Return the plots for which the part has data. The ids of their elements begin with the name of the part."""
    with canvas.style():
        return [Figure(plot, _charts(plot, part.name)) for plot in plots(part, summary)]


def _charts(plot: Plot, part: str) -> list[Markup]:
    charts = []
    for number, panel in enumerate(plot.panels, 1):
        drawn = canvas.panel_figure(panel, is_wide=plot.is_wide)
        title = f"{plot.title}: {panel.title}"
        charts.append(inline(drawn, f"{part}-{plot.name}-{number}", title, panel.description))
    return charts
