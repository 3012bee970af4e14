"""Matplotlib figures, axes and legends for all charts."""

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any, Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from benchmarks.report import series
from benchmarks.report.palette import LIGHT
from benchmarks.report.svg.plot import Key, Panel, Plot

# Widths in points: of a file, and of the two sizes of panels in the page.
FILE_WIDTH, PANEL_WIDTH, WIDE_PANEL_WIDTH = 620, 290, 440
_LEGEND_HEIGHT, _POINTS_PER_INCH = 30, 72
# Characters in a line of a legend, and those that the stroke of a key needs.
_LINE_CHARACTERS, _KEY_CHARACTERS = 110, 6
FONT_SIZE = 9
type Dashes = Literal["-", "--", ":", "-."]
DASHES: Mapping[str, Dashes] = {"solid": "-", "dash": "--", "dot": ":", "dash-dot": "-."}
# Ids of artists that begin with this have a tooltip. See `tip`.
TIP = "tip:"

# A fixed salt instead of random ids makes the files reproducible. Text is written as text, not as paths.
_STYLE: Any = {
    "svg.hashsalt": "benchmarks",
    "svg.fonttype": "none",
    "font.size": FONT_SIZE,
    "axes.facecolor": "none",
    "axes.edgecolor": LIGHT["line"],
    "axes.labelcolor": LIGHT["muted"],
    "axes.titlesize": FONT_SIZE,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlecolor": LIGHT["text"],
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "grid.color": LIGHT["grid"],
    "grid.linewidth": 0.8,
    "text.color": LIGHT["text"],
    "xtick.color": LIGHT["muted"],
    "ytick.color": LIGHT["muted"],
    "xtick.bottom": False,
    "ytick.left": False,
    "legend.frameon": False,
}


def style() -> Any:
    """Return a context manager with the Matplotlib settings for drawing and saving."""
    return mpl.rc_context(_STYLE)


def panel_figure(panel: Panel, *, is_wide: bool) -> Figure:
    """Draw one panel without title and legend, on a transparent background."""
    figure = _figure(WIDE_PANEL_WIDTH if is_wide else PANEL_WIDTH, panel.height, "none")
    panel.draw(figure.subplots())
    return figure


def file_figure(plot: Plot) -> Figure:
    """Draw all panels of a plot with their titles and the legend, on a white background."""
    columns = min(plot.columns, len(plot.panels))
    lines = -(-len(plot.panels) // columns)
    height = max(panel.height for panel in plot.panels)
    legend_lines = -(-sum(len(key.label) + _KEY_CHARACTERS for key in plot.keys) // _LINE_CHARACTERS)
    figure = _figure(FILE_WIDTH, lines * (height + 14) + legend_lines * _LEGEND_HEIGHT, LIGHT["ground"])
    grid = figure.subplots(lines, columns, squeeze=False).ravel().tolist()
    for axes in grid[len(plot.panels) :]:
        axes.remove()
    for axes, panel in zip(grid, plot.panels, strict=False):
        axes.set_title(panel.title)
        panel.draw(axes)
    handles = [_handle(key) for key in plot.keys]
    number = -(-len(handles) // legend_lines)
    figure.legend(handles=handles, loc="outside lower left", ncols=number, handlelength=1.4, columnspacing=1.4)
    return figure


def tip(artist: Any, text: str) -> None:
    """Show the text in a browser while the pointer is over the artist."""
    # Matplotlib writes the id of an artist to the SVG. `document` replaces it by a title. Ids must differ.
    artist.set_gid(f"{TIP}{next(_numbers)}:{text}")


_numbers = count()


def ticks(axis: Axis, values: Sequence[float], text: Callable[[float], str]) -> None:
    """Set the ticks of an axis to these values, without minor ticks."""
    axis.set_major_locator(FixedLocator(list(values)))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: text(value)))


def logarithmic(axes: Axes, values: Sequence[float]) -> None:
    """Make the y axis logarithmic, with ticks of 1, 2 and 5 that contain all positive values."""
    axes.set_yscale("log")
    low, high = series.axis_range([value for value in values if value > 0])
    visible = [step for step in series.STEPS if low <= step <= high]
    decades = [step for step in visible if step in series.DECADES]
    ticks(axes.yaxis, visible if len(visible) < 8 else decades, lambda value: f"{value:,g}")
    axes.set_ylim(low, high)


def rows(axes: Axes, names: Sequence[str]) -> list[int]:
    """Label the rows of horizontal bars from top to bottom, and return their positions on the y axis."""
    positions = list(range(len(names)))
    axes.set_yticks(positions, names, color=LIGHT["text"])
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.grid(visible=False, axis="y")
    return positions


def _figure(width: float, height: float, ground: str) -> Figure:
    figure = Figure(figsize=(width / _POINTS_PER_INCH, height / _POINTS_PER_INCH), facecolor=ground)
    figure.set_layout_engine("constrained", w_pad=0.06, h_pad=0.05, wspace=0.02, hspace=0.02)
    return figure


def _handle(key: Key) -> Line2D | Patch:
    colour = LIGHT[key.colour]
    if key.stroke == "fill":
        return Patch(facecolor=colour, label=key.label)
    return Line2D([], [], color=colour, linestyle=DASHES[key.stroke], label=key.label)
