"""Hatches as geometry: lines and dots over an area, for formats whose own patterns cannot be measured in pixels."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import shapely

__all__ = ["grid", "polygons", "ruled"]


def ruled(area: shapely.Geometry, direction: tuple[float, float], step: float) -> list[shapely.LineString]:
    """Return parallel lines over an area, `step` apart along the axes, at the same places for every area."""
    if area.is_empty:
        return []
    left, top, right, bottom = area.bounds
    dx, dy = direction
    corners = [dx * x + dy * y for x in (left, right) for y in (top, bottom)]
    lines = []
    for k in range(int(min(corners) // step), int(max(corners) // step) + 2):
        at = k * step
        if dx and dy:
            lines.append(
                shapely.LineString([(left - 9, (at - dx * (left - 9)) / dy), (right + 9, (at - dx * (right + 9)) / dy)])
            )
        elif dx:
            lines.append(shapely.LineString([(at, top - 9), (at, bottom + 9)]))
        else:
            lines.append(shapely.LineString([(left - 9, at), (right + 9, at)]))
    return lines


def grid(area: shapely.Geometry, step: float) -> Any:
    """Return the points of a staggered grid within an area, at the same places for every area."""
    if area.is_empty:
        return []
    left, top, right, bottom = area.bounds
    rows, columns = np.meshgrid(np.arange(top // step, bottom // step + 2), np.arange(left // step, right // step + 2))
    xs, ys = ((columns + 0.5 * (rows % 2)) * step).ravel(), (rows * step).ravel()
    inside = shapely.contains_xy(area, xs, ys)
    return shapely.points(xs[inside], ys[inside])


def polygons(geometry: shapely.Geometry) -> shapely.Geometry:
    """Return the polygons of a geometry, as one; what else is in it is left out."""
    return shapely.MultiPolygon([part for part in _flat(geometry) if part.geom_type == "Polygon"])


def _flat(geometry: shapely.Geometry) -> Iterable[shapely.Geometry]:
    for part in shapely.get_parts(geometry):
        if part.geom_type in ("MultiPolygon", "GeometryCollection"):
            yield from _flat(part)
        else:
            yield part
