"""Writes the pictures of the Markdown report as small, reproducible SVG files."""

from collections.abc import Callable, Sequence
from pathlib import Path

from matplotlib.figure import Figure

from benchmarks.analysis.summary import Summary, summaries
from benchmarks.report.series import counted
from benchmarks.report.svg import canvas, forest, line_charts, stacked_bars
from benchmarks.results import Part, Results

type Draw = Callable[[Part, Summary], Figure | None]

# By the names of their files, with what a reader who cannot see them is told.
PICTURES: dict[str, tuple[str, Draw]] = {
    "ratios": ("Ratios with their 95% intervals, and the A/A band", forest.ratios),
    "cost": ("CPU per request of server, PostgreSQL and load generator", stacked_bars.cost_of_request),
    "layers": ("CPU per request from tutorials down to the bare driver", stacked_bars.layers),
    "growth": ("CPU per request as the products become more", line_charts.growth),
    "users": ("Throughput and p99 against users", line_charts.users),
    "arrivals": ("p99 and dropped arrivals against the rate of open load", line_charts.arrivals),
}


def write_pictures(results: Results, directory: Path, found: Sequence[Summary] | None = None) -> list[Path]:
    """Draw what the run has parts for; each picture is of the first part that has it. Raises OSError."""
    pairs = list(zip(results.parts, summaries(results) if found is None else found, strict=True))
    directory.mkdir(parents=True, exist_ok=True)
    written = []
    with canvas.style():
        for name, (title, draw) in PICTURES.items():
            drawn = (draw(part, counted(summary)) for part, summary in pairs)
            if figure := next((each for each in drawn if each), None):
                written.append(directory / f"{name}.svg")
                canvas.save(figure, written[-1], title)
    return written
