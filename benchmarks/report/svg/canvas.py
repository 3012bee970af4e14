"""Matplotlib figures, axes and legends for all pictures. The background is white on light and dark pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from benchmarks.report.palette import LIGHT

type Dashes = Literal["-", "--"]

WIDTH = 8.6
TEXT, MUTED, GRID, BAND = "#1b2128", "#59636e", "#e8ecf0", "#dde2e8"

# A fixed salt instead of random ids makes the files reproducible. Text is written as text, not as paths.
_STYLE: Any = {
    "svg.hashsalt": "benchmarks",
    "svg.fonttype": "none",
    "font.size": 9,
    "axes.edgecolor": GRID,
    "axes.labelcolor": MUTED,
    "axes.titlesize": 9,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlecolor": TEXT,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "text.color": TEXT,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "legend.frameon": False,
}


@dataclass(frozen=True)
class Sheet:
    """A figure and its axes."""

    figure: Figure
    axes: list[Axes]


def style() -> Any:
    """Return a context manager with the Matplotlib settings for drawing and saving."""
    return mpl.rc_context(_STYLE)


def sheet(number: int, *, columns: int, height: float) -> Sheet:
    """Create a figure with a number of axes, each of the given height in inches."""
    columns = min(columns, number)
    lines = -(-number // columns)
    figure = Figure(figsize=(WIDTH, lines * height + 0.4), facecolor="white")
    figure.set_layout_engine("constrained", w_pad=0.09, h_pad=0.08, wspace=0.02, hspace=0.02)
    axes = figure.subplots(lines, columns, squeeze=False).ravel().tolist()
    for unused in axes[number:]:
        unused.remove()
    return Sheet(figure, axes[:number])


def save(figure: Figure, path: Path, title: str) -> None:
    """Write the figure as SVG. Raises OSError."""
    figure.savefig(path, format="svg", metadata={"Title": title, "Date": None, "Creator": None})


def legend(figure: Figure, handles: Sequence[Line2D | Patch]) -> None:
    """Add one legend for all axes below the figure."""
    figure.legend(handles=handles, loc="outside lower left", ncols=len(handles), handlelength=1.4, columnspacing=1.4)


def area(label: str, colour: str) -> Patch:
    """Return an entry of the legend for a filled area. `colour` is a name of the palette or a colour."""
    return Patch(facecolor=LIGHT.get(colour, colour), label=label)


def stroke(label: str, colour: str, dashes: Dashes = "-") -> Line2D:
    """Return an entry of the legend for a line. `colour` is a name of the palette or a colour."""
    return Line2D([], [], color=LIGHT.get(colour, colour), linestyle=dashes, label=label)


def ticks(axis: Any, values: Sequence[float], labels: Sequence[str]) -> None:
    """Set the ticks of an axis to these values and labels, without minor ticks."""
    names = dict(zip(values, labels, strict=True))
    axis.set_major_locator(FixedLocator(list(values)))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: names.get(value, "")))


def rows(axes: Axes, names: Sequence[str]) -> list[int]:
    """Label the rows of horizontal bars from top to bottom, and return their positions on the y axis."""
    positions = list(range(len(names)))
    axes.set_yticks(positions, names, color=TEXT)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.grid(visible=False, axis="y")
    return positions
