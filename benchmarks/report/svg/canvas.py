"""Matplotlib figures and axes shared by all pictures. The background is white, on light pages and on dark ones."""

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

# No names made of random numbers and no date: the same results are the same file. Text stays text.
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
    """A figure with its axes."""

    figure: Figure
    axes: list[Axes]


def style() -> Any:
    """The Matplotlib settings with which pictures are drawn and saved."""
    return mpl.rc_context(_STYLE)


def sheet(number: int, *, columns: int, height: float) -> Sheet:
    """Create a figure with a number of axes, each of the given height in inches."""
    columns = min(columns, number)
    lines = -(-number // columns)
    figure = Figure(figsize=(WIDTH, lines * height + 0.4), facecolor="white")
    figure.set_layout_engine("constrained", w_pad=0.09, h_pad=0.08, wspace=0.02, hspace=0.02)
    places = figure.subplots(lines, columns, squeeze=False).ravel().tolist()
    for empty in places[number:]:
        empty.remove()
    return Sheet(figure, places[:number])


def save(figure: Figure, path: Path, title: str) -> None:
    """Write the picture. Raises OSError."""
    figure.savefig(path, format="svg", metadata={"Title": title, "Date": None, "Creator": None})


def legend(figure: Figure, handles: Sequence[Line2D | Patch]) -> None:
    """One legend for the whole picture, below it."""
    figure.legend(handles=handles, loc="outside lower left", ncols=len(handles), handlelength=1.4, columnspacing=1.4)


def area(label: str, colour: str) -> Patch:
    """An entry of the legend for something filled."""
    return Patch(facecolor=LIGHT.get(colour, colour), label=label)


def stroke(label: str, colour: str, dashes: Dashes = "-") -> Line2D:
    """An entry of the legend for a line."""
    return Line2D([], [], color=LIGHT.get(colour, colour), linestyle=dashes, label=label)


def ticks(axis: Any, values: Sequence[float], labels: Sequence[str]) -> None:
    """Ticks at these values and nowhere between."""
    names = dict(zip(values, labels, strict=True))
    axis.set_major_locator(FixedLocator(list(values)))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: names.get(value, "")))


def rows(axes: Axes, names: Sequence[str]) -> list[int]:
    """Name the places of horizontal bars, first on top. Returns them."""
    places = list(range(len(names)))
    axes.set_yticks(places, names, color=TEXT)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.grid(visible=False, axis="y")
    return places
