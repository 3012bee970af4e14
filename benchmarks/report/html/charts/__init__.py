"""The charts of the page, as data for Plotly."""

from benchmarks.analysis.summary import Summary
from benchmarks.report.html.charts.forest import ratios
from benchmarks.report.html.charts.loads import arrivals, latencies, users
from benchmarks.report.html.charts.plot import Plot
from benchmarks.report.html.charts.scaling import growth, memory, workers
from benchmarks.report.html.charts.stacked_bars import cost_of_request, layers
from benchmarks.report.series import without_invalid
from benchmarks.results import Part

_ALL = (ratios, layers, cost_of_request, latencies, users, arrivals, workers, growth, memory)


def plots(part: Part, summary: Summary) -> list[Plot]:
    """Return the plots for which the part has data."""
    all_plots = (draw(part, without_invalid(summary)) for draw in _ALL)
    return [plot for plot in all_plots if plot and plot.charts]
