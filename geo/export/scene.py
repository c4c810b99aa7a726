"""A state of the map as shapes, lines and labels on a sheet: what pictures and decks draw, each in its own way.

Sheet coordinates are CSS pixels, x to the right and y down, as in the browser; the projection is its Web Mercator.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geo.export.look import Look
    from geo.model import State

__all__ = ["Group", "Label", "LegendRow", "Relief", "ScaleBar", "Scene", "Shape"]


@dataclass(frozen=True, eq=False)
class Shape:
    """One thing to draw. `geometry` is in sheet pixels; sizes are CSS pixels; a missing colour draws nothing.

    `stripes` is the second colour of a unit whose day of change the sources leave open.
    """

    id: str
    name: str
    geometry: BaseGeometry
    fill: str | None = None
    fill_opacity: float = 1.0
    hatch: str = "none"
    stripes: str | None = None
    stroke: str | None = None
    width: float = 0.0
    stroke_opacity: float = 1.0
    dash: tuple[float, ...] = ()
    cap: str = "round"
    radius: float = 0.0


@dataclass(frozen=True)
class Group:
    """The shapes of one layer, from the ground up."""

    id: str
    title: str
    shapes: tuple[Shape, ...]


@dataclass(frozen=True)
class Relief:
    """The one picture on the map: where it lies on the sheet, and how strongly it shows."""

    path: Path
    box: tuple[float, float, float, float]
    opacity: float


@dataclass(frozen=True)
class Label:
    """A name on the map. (`x`, `y`) is its point; `box` is left, top, width and height of the text on the sheet."""

    id: str
    text: str
    lang: str
    kind: str
    x: float
    y: float
    box: tuple[float, float, float, float]
    size: float
    weight: int
    color: str
    strong: bool
    rank: int


@dataclass(frozen=True)
class LegendRow:
    """One line of the legend: a fill or a line, what it means, and figures under it."""

    shape: Shape
    title: str
    figures: tuple[str, ...] = ()

    @property
    def is_line(self) -> bool:
        """Whether the row explains a line, not a fill."""
        return self.shape.fill is None


@dataclass(frozen=True)
class ScaleBar:
    """A round length and how long it is on the sheet, at its middle latitude."""

    label: str
    width: float


@dataclass(frozen=True)
class Scene:
    """Everything that is seen of a state on a sheet of `width` by `height`."""

    state: State
    width: float
    height: float
    look: Look
    ground: tuple[Group, ...]
    control: Group
    relief: Relief | None
    over: tuple[Group, ...]
    labels: tuple[Label, ...]
    legend: tuple[LegendRow, ...]
    scale: ScaleBar
    caption: str
    credits: tuple[str, ...]
    description: str
    accuracy: str
