"""The report's pictures for Markdown: SVG, small, and the same bytes for the same results."""

from collections.abc import Callable, Sequence
from pathlib import Path

from matplotlib.figure import Figure

from benchmarks.report.drawings import forest, lines, paper, stacks
from benchmarks.report.series import counted
from benchmarks.results import Part, Results
from benchmarks.summary import Summary, summaries

type Draw = Callable[[Part, Summary], Figure | None]

# By the names of their files, with what a reader who cannot see them is told.
PICTURES: dict[str, tuple[str, Draw]] = {
    "ratios": ("Ratios with their 95% intervals, and the A/A band", forest.ratios),
    "cost": ("CPU per request of server, PostgreSQL and load generator", stacks.cost_of_request),
    "layers": ("CPU per request from tutorials down to the bare driver", stacks.layers),
    "growth": ("CPU per request as the products become more", lines.growth),
    "users": ("Throughput and p99 against users", lines.users),
    "arrivals": ("p99 and dropped arrivals against the rate of open load", lines.arrivals),
}


def write_pictures(results: Results, directory: Path, found: Sequence[Summary] | None = None) -> list[Path]:
    """Draw what the run has parts for; each picture is of the first part that has it. Raises OSError."""
    pairs = list(zip(results.parts, summaries(results) if found is None else found, strict=True))
    directory.mkdir(parents=True, exist_ok=True)
    written = []
    with paper.style():
        for name, (title, draw) in PICTURES.items():
            drawn = (draw(part, counted(summary)) for part, summary in pairs)
            if figure := next((each for each in drawn if each), None):
                written.append(directory / f"{name}.svg")
                paper.save(figure, written[-1], title)
    return written
