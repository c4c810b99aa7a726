"""Geometries in, TopoJSON out: what two shapes share travels once.

Written here because the arcs must be shared over all layers at once, polygons, lines and points together, and come
out in the same bytes each time. All points are rounded to one grid and nothing is simplified: a coverage in the files
is a coverage in the browser, whose ``mesh`` then finds the fronts. Only what is smaller than a cell of it is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import shapely

from .model import Feature

__all__ = ["decode_topology", "encode_topology"]

Point = tuple[int, int]
Line = tuple[Point, ...]


def encode_topology(
    objects: Mapping[str, Sequence[Feature]], properties: Mapping[str, Mapping[str, Mapping[str, Any]]], decimals: int
) -> dict[str, Any]:
    """Return a quantised TopoJSON topology (TopoJSON specification 1.0).

    Parameters
    ----------
    objects : mapping of str to sequence of Feature
        Polygons, lines and points in degrees, by the name of their object.
    properties : mapping of str to mapping of str to mapping
        By object and feature id: what travels with a feature. Features without any have none.
    decimals : int
        Decimals of a degree to keep; 5 is about a metre.

    Notes
    -----
    Two paths share an arc where they share all its points. They are cut at each point whose neighbours are not the same
    two in all paths through it, and at the ends of lines (Bostock, "How to infer topology").
    """
    scale = 10.0**-decimals
    corner = _corner([feature.geometry for found in objects.values() for feature in found], decimals)
    grid = {
        name: [(feature, _quantise(feature.geometry, corner, decimals)) for feature in found]
        for name, found in objects.items()
    }
    junctions = _junctions(path for found in grid.values() for _, shape in found for path in _paths(shape))
    arcs = _Arcs(junctions)
    encoded = {
        name: {
            "type": "GeometryCollection",
            "geometries": [
                _geometry(feature, shape, arcs, properties.get(name, {}).get(feature.id)) for feature, shape in found
            ],
        }
        for name, found in grid.items()
    }
    translate = [round(value / 10**decimals, decimals) for value in corner]
    return {
        "type": "Topology",
        "transform": {"scale": [scale, scale], "translate": translate},
        "arcs": [_delta(line) for line in arcs.lines],
        "objects": encoded,
    }


def decode_topology(topology: Mapping[str, Any], name: str) -> dict[str, shapely.geometry.base.BaseGeometry]:
    """Return the geometries of an object by feature id: the way back, for tests and for others who read the payload."""
    transform = topology["transform"]
    scale, translate = np.array(transform["scale"]), np.array(transform["translate"])
    arcs = [np.round(np.cumsum(np.array(arc), axis=0) * scale + translate, 9) for arc in topology["arcs"]]

    def path(indices: Sequence[int]) -> np.ndarray:
        parts = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in indices]
        return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])

    def polygon(rings: Sequence[Sequence[int]]) -> shapely.Polygon:
        return shapely.Polygon(path(rings[0]), [path(ring) for ring in rings[1:]])

    found = {}
    for item in topology["objects"][name]["geometries"]:
        match item["type"]:
            case "Point":
                found[item["id"]] = shapely.Point(np.array(item["coordinates"]) * scale + translate)
            case "LineString":
                found[item["id"]] = shapely.LineString(path(item["arcs"]))
            case "MultiLineString":
                found[item["id"]] = shapely.MultiLineString([path(line) for line in item["arcs"]])
            case "Polygon":
                found[item["id"]] = polygon(item["arcs"])
            case "MultiPolygon":
                found[item["id"]] = shapely.MultiPolygon([polygon(rings) for rings in item["arcs"]])
    return found


# A quantised geometry: its type, and its points, lines or rings, nested as in GeoJSON.
_Shape = tuple[str, Any]


def _corner(geometries: Sequence[Any], decimals: int) -> tuple[int, int]:
    west, south = shapely.total_bounds(geometries)[:2]
    return int(np.rint(west * 10**decimals)), int(np.rint(south * 10**decimals))


def _quantise(geometry: Any, corner: tuple[int, int], decimals: int) -> _Shape:
    def line(part: Any, closed: bool) -> Line:
        points = np.rint(shapely.get_coordinates(part) * 10**decimals).astype(np.int64) - corner
        keep = np.ones(len(points), dtype=bool)
        keep[1:] = (points[1:] != points[:-1]).any(axis=1)
        path = tuple(map(tuple, points[keep].tolist()))
        return path if len(path) >= (4 if closed else 2) else ()

    def polygon(part: Any) -> list[Line]:
        rings = [line(ring, closed=True) for ring in shapely.get_rings(part)]
        return [ring for ring in rings if ring] if rings[0] else []

    kind = geometry.geom_type
    parts = shapely.get_parts(geometry)
    if kind == "Point":
        return kind, tuple(
            (np.rint(shapely.get_coordinates(geometry)[0] * 10**decimals).astype(np.int64) - corner).tolist()
        )
    if kind.endswith("LineString"):
        found: list[Any] = [path for part in parts if (path := line(part, closed=False))]
        return ("LineString", found[0]) if len(found) == 1 else ("MultiLineString", found)
    found = [rings for part in parts if (rings := polygon(part))]
    return ("Polygon", found[0]) if len(found) == 1 else ("MultiPolygon", found)


def _paths(shape: _Shape) -> Iterable[tuple[Line, bool]]:
    """Yield the lines of a shape, and whether each is a ring."""
    kind, content = shape
    match kind:
        case "LineString":
            yield content, False
        case "MultiLineString":
            yield from ((line, False) for line in content)
        case "Polygon":
            yield from ((ring, True) for ring in content)
        case "MultiPolygon":
            yield from ((ring, True) for rings in content for ring in rings)


def _junctions(paths: Iterable[tuple[Line, bool]]) -> set[Point]:
    neighbours: dict[Point, frozenset[Point]] = {}
    junctions: set[Point] = set()
    for line, is_ring in paths:
        points = line[:-1] if is_ring else line
        count = len(points)
        if not is_ring:
            junctions.update((line[0], line[-1]))
        for index in range(0 if is_ring else 1, count if is_ring else count - 1):
            pair = frozenset((points[index - 1], points[(index + 1) % count]))
            if neighbours.setdefault(points[index], pair) != pair:
                junctions.add(points[index])
    return junctions


class _Arcs:
    """The arcs found so far; a line that is there already, in either direction, is found again."""

    def __init__(self, junctions: set[Point]) -> None:
        self.junctions = junctions
        self.lines: list[Line] = []
        self._index: dict[Line, int] = {}

    def of(self, line: Line, is_ring: bool) -> list[int]:
        """Return the arcs of a line: an index, or its complement where the arc runs the other way."""
        if is_ring:
            line = self._rotate(line)
        cuts = [0, *(i for i in range(1, len(line) - 1) if line[i] in self.junctions), len(line) - 1]
        return [self._add(line[a : b + 1]) for a, b in pairwise(cuts)]

    def _rotate(self, ring: Line) -> Line:
        """Begin a ring at its first junction, else at its least point, so that equal rings begin alike."""
        points = ring[:-1]
        start = next((i for i, point in enumerate(points) if point in self.junctions), None)
        if start is None:
            start = points.index(min(points))
        return (*points[start:], *points[: start + 1])

    def _add(self, line: Line) -> int:
        if line in self._index:
            return self._index[line]
        if line[::-1] in self._index:
            return ~self._index[line[::-1]]
        self._index[line] = len(self.lines)
        self.lines.append(line)
        return self._index[line]


def _geometry(feature: Feature, shape: _Shape, arcs: _Arcs, properties: Mapping[str, Any] | None) -> dict[str, Any]:
    kind, content = shape
    encoded: dict[str, Any] = {"type": kind, "id": feature.id}
    if properties:
        encoded["properties"] = dict(properties)
    match kind:
        case "Point":
            encoded["coordinates"] = list(content)
        case "LineString":
            encoded["arcs"] = arcs.of(content, is_ring=False)
        case "MultiLineString":
            encoded["arcs"] = [arcs.of(line, is_ring=False) for line in content]
        case "Polygon":
            encoded["arcs"] = [arcs.of(ring, is_ring=True) for ring in content]
        case _:
            encoded["arcs"] = [[arcs.of(ring, is_ring=True) for ring in rings] for rings in content]
    return encoded


def _delta(line: Line) -> list[list[int]]:
    steps = [[b[0] - a[0], b[1] - a[1]] for a, b in pairwise(line)]
    return [list(line[0]), *steps]
