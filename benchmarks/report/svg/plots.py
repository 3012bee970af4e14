"""All charts of a part."""

from collections.abc import Iterator

from benchmarks.analysis.summary import Summary
from benchmarks.report.series import without_invalid
from benchmarks.report.svg.bars import cost_of_request, layers
from benchmarks.report.svg.forest import ratios
from benchmarks.report.svg.lines import latencies, memory, sweeps
from benchmarks.report.svg.plot import Plot
from benchmarks.results import Part


def plots(part: Part, summary: Summary) -> list[Plot]:
    """Return the plots for which the part has data."""
    return list(_plots(part, without_invalid(summary)))


def _plots(part: Part, summary: Summary) -> Iterator[Plot]:
    for plot in (ratios(part, summary), layers(part, summary), cost_of_request(part, summary)):
        if plot:
            yield plot
    yield from latencies(part, summary)
    yield from sweeps(part, summary)
    yield from memory(part, summary)
