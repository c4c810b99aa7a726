"""Coverages: cutting, simplifying, measuring and joining areas that share edges.

Every area layer of the project comes from one coverage, so that a border drawn
twice is the same vertices twice. Coordinates are EPSG:4326 (lon, lat) unless a
function says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import shapely
from pyproj import Geod, Transformer
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

GEOD = Geod(ellps="WGS84")

#: Five decimals of a degree, about 1 m: what RFC 7946 readers can expect to use.
GRID = 1e-5

#: UTM zone 38N covers lon 42-48: metres for tolerances, never for areas.
_TO_METRES = Transformer.from_crs(4326, 32638, always_xy=True)


def area_km2(geometry: BaseGeometry) -> float:
    """Geodesic area on WGS 84.

    Parameters
    ----------
    geometry : Polygon or MultiPolygon
        Right-handed or not; holes are taken off.

    Returns
    -------
    float
        Square kilometres.
    """
    area, _ = GEOD.geometry_area_perimeter(shapely.orient_polygons(geometry))
    return abs(area) / 1e6


def length_km(geometry: BaseGeometry) -> float:
    """Geodesic length of the lines in `geometry`, in kilometres."""
    return sum(GEOD.geometry_length(line) for line in _lines(geometry)) / 1e3


def shared_edge(a: BaseGeometry, b: BaseGeometry) -> BaseGeometry:
    """The line two areas of one coverage have in common, empty if only a point."""
    common = shapely.intersection(shapely.boundary(a), shapely.boundary(b))
    return MultiLineString(_lines(common))


def split_faces(areas: Sequence[BaseGeometry], cuts: Sequence[LineString]) -> list[Polygon]:
    """Cut areas by lines into faces that share exact vertices.

    Noding, snapping to `GRID` and polygonizing all lines at once is what keeps
    the result a coverage: cutting the areas one by one would leave a neighbour
    without the vertex at which a cut meets its edge.

    Parameters
    ----------
    areas : sequence of Polygon or MultiPolygon
        A valid coverage.
    cuts : sequence of LineString
        Already limited to the areas they cut. Loose ends are dropped.

    Returns
    -------
    list of Polygon
    """
    noded = shapely.union_all([shapely.boundary(area) for area in areas] + list(cuts), grid_size=GRID)
    return list(shapely.get_parts(shapely.polygonize(list(_lines(noded)))))


def simplify(areas: Sequence[BaseGeometry], tolerance_m: float) -> list[BaseGeometry]:
    """Simplify a coverage, keeping shared edges shared.

    The result's vertices are a subset of the given ones (shapely drops vertices,
    it moves none), so rounding to `GRID` gives back the given coordinates.

    Parameters
    ----------
    areas : sequence of Polygon or MultiPolygon
        A valid coverage.
    tolerance_m : float
        Square root of the smallest triangle kept, in metres.
    """
    metres = shapely.transform(np.asarray(areas, dtype=object), _to_metres)
    simple = shapely.coverage_simplify(metres, tolerance_m)
    return [tidy(area) for area in shapely.transform(simple, _to_degrees)]


def join(areas: Iterable[BaseGeometry]) -> BaseGeometry:
    """Union of areas of one coverage; keeps every vertex of the outline."""
    return tidy(shapely.coverage_union_all(list(areas)))


def tidy(area: BaseGeometry) -> BaseGeometry:
    """Round to `GRID`, right-handed, in an order that does not depend on the input's."""
    rounded = shapely.transform(area, lambda xy: np.round(xy, 5))
    return shapely.orient_polygons(shapely.normalize(rounded))


def polygons(area: BaseGeometry) -> list[Polygon]:
    """Parts of a Polygon or MultiPolygon."""
    return list(area.geoms) if isinstance(area, MultiPolygon) else [area]


def _lines(geometry: BaseGeometry) -> list[LineString]:
    """Non-empty lines among the parts of a geometry, also those of a collection."""
    parts = [line for part in shapely.get_parts(geometry) for line in shapely.get_parts(part)]
    return [part for part in parts if part.geom_type in ("LineString", "LinearRing") and not part.is_empty]


def _to_metres(xy: np.ndarray) -> np.ndarray:
    return np.column_stack(_TO_METRES.transform(xy[:, 0], xy[:, 1]))


def _to_degrees(xy: np.ndarray) -> np.ndarray:
    lon, lat = _TO_METRES.transform(xy[:, 0], xy[:, 1], direction="INVERSE")
    return np.column_stack([lon, lat])
