"""Where a sheet lies in the world: Web Mercator with Leaflet's zoom, so that sheet and browser show the same."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import shapely

from geo.mercator import world_pixels

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geo.model import View

__all__ = ["Window", "window_of"]

#: Pixels around the bounds of a view, as in the browser.
_PADDING = 12


@dataclass(frozen=True)
class Window:
    """Where the sheet lies in the world: zoom as in Leaflet, and the world pixel of its upper left corner."""

    zoom: float
    left: float
    top: float

    def place(self, geometry: BaseGeometry) -> BaseGeometry:
        """Place what is in pixels of the world at zoom 0 on the sheet."""
        return shapely.transform(geometry, lambda xy: xy * 2**self.zoom - [self.left, self.top])

    def point(self, lonlat: Sequence[float]) -> tuple[float, float]:
        """Return where a place lies on the sheet."""
        x, y = world_pixels(lonlat, self.zoom).tolist()
        return x - self.left, y - self.top


def window_of(view: View, width: float, height: float) -> Window:
    """Return the window that shows a view on a sheet of `width` by `height` pixels."""
    if view.bounds is not None:
        west, south, east, north = view.bounds
        (x0, y1), (x1, y0) = world_pixels([(west, south), (east, north)], 0).tolist()
        zoom = math.log2(min((width - 2 * _PADDING) / (x1 - x0), (height - 2 * _PADDING) / (y1 - y0)))
        x, y = (x0 + x1) / 2 * 2**zoom, (y0 + y1) / 2 * 2**zoom
    else:
        zoom = float(view.zoom or 0)
        x, y = world_pixels(view.center or (0, 0), zoom).tolist()
    return Window(zoom, x - width / 2, y - height / 2)
