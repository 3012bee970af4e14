"""Writes the charts of the Markdown report as small, reproducible SVG files."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.analysis.summary import Summary, summaries
from benchmarks.report import series
from benchmarks.report.svg import canvas
from benchmarks.report.svg.document import file_text
from benchmarks.report.svg.plot import Plot
from benchmarks.report.svg.plots import plots
from benchmarks.results import Results


def write_pictures(results: Results, directory: Path, part_summaries: Sequence[Summary] | None = None) -> list[Path]:
    """Write the charts for which the run has data and return their paths.

    A plot that several parts have is drawn for the first of them. Only for `upstream`, whose lines differ from those of
    other parts, the file has the name of the part. `part_summaries` are computed if they are not given. Raises OSError.
    """
    pairs = zip(results.parts, part_summaries or summaries(results), strict=True)
    first: dict[str, Plot] = {}
    for part, summary in pairs:
        for plot in plots(part, summary):
            first.setdefault(f"{part.name}-{plot.name}" if series.is_upstream_part(part) else plot.name, plot)
    directory.mkdir(parents=True, exist_ok=True)
    return [_write(plot, directory / f"{name}.svg") for name, plot in first.items()]


def _write(plot: Plot, path: Path) -> Path:
    description = " ".join(f"{panel.title}: {panel.description}." for panel in plot.panels)
    with canvas.style():
        text = file_text(canvas.file_figure(plot), f"{plot.title}. {plot.caption}", description)
    path.write_text(text, encoding="utf-8")
    return path
