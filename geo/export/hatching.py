"""Hatches as geometry: lines and dots over an area. Patterns of a format are drawn by each reader in its own way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.export.scene import Shape

if TYPE_CHECKING:
    from geo.export.look import Look

__all__ = ["hatch", "hatches"]

#: Directions of the lines of a hatch, which are eight pixels apart; the stripes of an open day are sixteen.
_LINES: dict[str, tuple[tuple[float, float], ...]] = {
    "none": (), "diagonal": ((1, 1),), "back-diagonal": ((1, -1),), "horizontal": ((0, 1),), "vertical": ((1, 0),),
    "cross": ((1, 0), (0, 1)), "dots": (),
}  # fmt: skip
_STEP, _STRIPE_STEP, _STRIPE_WIDTH = 8.0, 16.0, 5.6


def hatches(shapes: Sequence[Shape], window: tuple[float, float, float, float], look: Look) -> list[Shape]:
    """Return what lies over the fills of shapes within a window, one shape for all that are filled alike."""
    found = []
    for kind in dict.fromkeys((shape.hatch, shape.stripes, shape.fill) for shape in shapes):
        if kind[:2] == ("none", None):
            continue
        land = [shape.geometry for shape in shapes if (shape.hatch, shape.stripes, shape.fill) == kind]
        found.append(hatch(shapely.clip_by_rect(shapely.union_all(land), *window), kind[0], kind[1], look))
    return found


def hatch(area: shapely.Geometry, kind: str, stripes: str | None, look: Look) -> Shape:
    """Return the lines, dots or stripes over an area; of no hatch a shape without a geometry."""
    if stripes:
        lines = _ruled(area, (1, 1), _STRIPE_STEP)
        bands = shapely.MultiPolygon([line.buffer(_STRIPE_WIDTH / 2, cap_style="flat") for line in lines])
        return Shape("stripes", "", _polygons(shapely.intersection(area, bands)), fill=stripes)
    if kind == "dots":
        dots = shapely.buffer(_grid(area.buffer(-1.0), _STEP), 1.0, quad_segs=2)
        opacity = min(1, look.hatch_opacity * 1.6)
        return Shape("hatch", "", shapely.MultiPolygon(list(dots)), fill=look.hatch_ink, fill_opacity=opacity)
    lines = [line for direction in _LINES[kind] for line in _ruled(area, direction, _STEP)]
    ruling = shapely.intersection(shapely.MultiLineString(lines), area)
    return Shape("hatch", "", ruling, stroke=look.hatch_ink, stroke_opacity=look.hatch_opacity, width=1, cap="flat")


def _ruled(area: shapely.Geometry, direction: tuple[float, float], step: float) -> list[shapely.LineString]:
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


def _grid(area: shapely.Geometry, step: float) -> Any:
    """Return the points of a staggered grid within an area, at the same places for every area."""
    if area.is_empty:
        return []
    left, top, right, bottom = area.bounds
    rows, columns = np.meshgrid(np.arange(top // step, bottom // step + 2), np.arange(left // step, right // step + 2))
    xs, ys = ((columns + 0.5 * (rows % 2)) * step).ravel(), (rows * step).ravel()
    inside = shapely.contains_xy(area, xs, ys)
    return shapely.points(xs[inside], ys[inside])


def _polygons(geometry: shapely.Geometry) -> shapely.Geometry:
    """Return the polygons of a geometry, as one; what else is in it is left out."""
    return shapely.MultiPolygon([part for part in _flat(geometry) if part.geom_type == "Polygon"])


def _flat(geometry: shapely.Geometry) -> Iterable[shapely.Geometry]:
    for part in shapely.get_parts(geometry):
        if part.geom_type in ("MultiPolygon", "GeometryCollection"):
            yield from _flat(part)
        else:
            yield part
