"""Descriptions of charts: what a panel draws, its legend and its text alternative. `canvas` draws them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes


@dataclass(frozen=True)
class Key:
    """An entry of a legend: `stroke` is "solid", "dash", "dot" or "dash-dot" for lines, "fill" for areas.

    `colour` is a name of the palette.
    """

    label: str
    colour: str
    stroke: str = "fill"


@dataclass(frozen=True)
class Panel:
    """One chart. `draw` draws on empty axes. `height` is in points, 72 to the inch.

    `scenario` is empty if the panel shows several. `description` has the values as text.
    """

    title: str
    scenario: str
    height: float
    draw: Callable[[Axes], None]
    description: str


@dataclass(frozen=True)
class Plot:
    """Panels with a common title, caption and legend. `name` is the name of its SVG file."""

    name: str
    title: str
    caption: str
    keys: Sequence[Key]
    panels: Sequence[Panel]
    is_wide: bool = False

    @property
    def columns(self) -> int:
        """Number of panels beside each other in the file."""
        return 2 if self.is_wide else 3
