"""The page's plots, as Plotly wants them."""

from benchmarks.report.charts.forest import ratios
from benchmarks.report.charts.growth import growth, memory, workers
from benchmarks.report.charts.loads import arrivals, latencies, users
from benchmarks.report.charts.shapes import Plot
from benchmarks.report.charts.stacks import cost_of_request, layers
from benchmarks.report.series import counted
from benchmarks.results import Part
from benchmarks.summary import Summary

_ALL = (ratios, layers, cost_of_request, latencies, users, arrivals, workers, growth, memory)


def plots(part: Part, summary: Summary) -> list[Plot]:
    """Whatever the part has enough rows for."""
    found = (draw(part, counted(summary)) for draw in _ALL)
    return [plot for plot in found if plot and plot.charts]
