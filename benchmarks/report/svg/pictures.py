"""Writes the pictures of the Markdown report as small, reproducible SVG files."""

from collections.abc import Callable, Sequence
from pathlib import Path

from matplotlib.figure import Figure

from benchmarks.analysis.summary import Summary, summaries
from benchmarks.report.series import without_invalid
from benchmarks.report.svg import canvas, forest, line_charts, stacked_bars
from benchmarks.results import Part, Results

type Draw = Callable[[Part, Summary], Figure | None]

# By file name: the text alternative, and the function that draws the picture.
PICTURES: dict[str, tuple[str, Draw]] = {
    "ratios": ("Ratios with their 95% intervals, and the A/A band", forest.ratios),
    "cost": ("CPU per request of server, PostgreSQL and load generator", stacked_bars.cost_of_request),
    "layers": ("CPU per request of the framework layers, from the tutorials to the bare server", stacked_bars.layers),
    "growth": ("CPU per request by number of products", line_charts.growth),
    "users": ("Throughput and p99 by number of users", line_charts.users),
    "arrivals": ("p99 and dropped arrivals by rate of open load", line_charts.arrivals),
}


def write_pictures(results: Results, directory: Path, part_summaries: Sequence[Summary] | None = None) -> list[Path]:
    """Write the pictures for which the run has data and return their paths.

    A picture shows the first part that has data for it. `part_summaries` are computed if they are not given. Raises
    OSError.
    """
    pairs = list(zip(results.parts, part_summaries or summaries(results), strict=True))
    directory.mkdir(parents=True, exist_ok=True)
    written = []
    with canvas.style():
        for name, (title, draw) in PICTURES.items():
            figures = (draw(part, without_invalid(summary)) for part, summary in pairs)
            if figure := next((each for each in figures if each), None):
                written.append(directory / f"{name}.svg")
                canvas.save(figure, written[-1], title)
    return written
