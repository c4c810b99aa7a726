"""GeoJSON in, features that can be trusted out.

RFC 7946: longitude before latitude on WGS 84, right-handed rings, five decimals (a metre) at most. The control units
are a coverage: they share their edges vertex by vertex and never overlap, because otherwise the same land would be
held by two sides at once and no front could be drawn between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from pyproj import Geod
from shapely.geometry import shape

from .errors import Report, unknown
from .model import ACCURACIES, CONTROL, ControlUnit, Edge, Feature, Layer
from .reading import Entry, Record, check_size, load_json

if TYPE_CHECKING:
    import geopandas
    from shapely.geometry.base import BaseGeometry

    from .model import Story

__all__ = [
    "EDGES", "EDGE_COLUMNS", "WGS84", "check_coverage", "check_image", "check_swapped", "layer_frame", "line_km",
    "load_features", "parse_edges", "parse_units", "polygon_km2", "shared_edges",
]  # fmt: skip

EDGES = "layers/edges.csv"
EDGE_COLUMNS = ("a", "b", "accuracy", "error_km", "source", "note")
WGS84 = Geod(ellps="WGS84")

#: Decimals of a degree that a file may carry (RFC 7946, section 11.2).
DECIMALS = 5
#: Square kilometres by which the km2 of a unit may differ from its polygon: two decimals, rounded either way.
KM2_TOLERANCE = 0.02
#: Width of a gap between units, in degrees, below which nobody can have meant it: about 200 m.
GAP_DEGREES = 0.002
#: Where pictures have the bytes by which they are known.
IMAGE_MARKS = ((8, b"WEBP"), (4, b"ftypavif"), (0, b"\x89PNG"), (0, b"\xff\xd8"))
#: Points that a layer may have: what a browser can still draw in one frame.
MOST_POINTS = 400_000
#: Mean width, in km, below which a piece of land is a slip of the pen.
SLIVER_KM = 0.02
#: Overlap that is only arithmetic, in km².
SPECK_KM2 = 1e-6

_TYPES = {
    # An area may carry the point it is named after, as a district its town; units of control may not.
    "area": ("Polygon", "MultiPolygon", "Point"),
    "line": ("LineString", "MultiLineString"),
    "point": ("Point",),
}
_WGS84_NAMES = ("CRS84", "4326")
_UNIT_FIELDS = (
    "unit", "name", "district", "oblast", "km2", "frame", "fitted", "accuracy", "error_km", "source", "note",
)  # fmt: skip
_AT = re.compile(r"\[(-?[\d.]+(?:e-?\d+)?) (-?[\d.]+(?:e-?\d+)?)\]")


def polygon_km2(geometry: BaseGeometry) -> float:
    """Return the geodesic area of a polygon or multipolygon on WGS 84, in km².

    Sides are geodesics between the vertices (Karney 2013, as in GeographicLib), holes are taken away.
    """
    if geometry.is_empty:
        return 0.0
    return abs(WGS84.geometry_area_perimeter(shapely.geometry.polygon.orient(geometry)
               if geometry.geom_type == "Polygon" else shapely.MultiPolygon([
                   shapely.geometry.polygon.orient(part) for part in geometry.geoms
                   if part.geom_type == "Polygon"]))[0]) / 1e6  # fmt: skip


def line_km(geometry: BaseGeometry) -> float:
    """Return the geodesic length of a line or multiline on WGS 84, in km."""
    return WGS84.geometry_length(geometry) / 1e3 if not geometry.is_empty else 0.0


def load_features(report: Report, root: Path, layer: Layer) -> tuple[Feature, ...]:
    """Return the features of a layer's GeoJSON file.

    A feature is called by its `unit`, `place` or `id` property or its GeoJSON id, else by its number.

    Problems
    --------
    No FeatureCollection, another reference system, coordinates that are no degrees, geometry of another kind than the
    catalogue says, invalid polygons, an id that stands twice. Rings of the wrong hand and more decimals than five are
    warnings.
    """
    name = f"layers/{layer.file}"
    data = load_json(report, root, name)
    if data is None:
        return ()
    if (
        not isinstance(data, dict)
        or data.get("type") != "FeatureCollection"
        or not isinstance(data.get("features"), list)
    ):
        found = data.get("type", "no type") if isinstance(data, dict) else type(data).__name__
        report.problem(name, None, f"a FeatureCollection is expected, found {found}")
        return ()
    if not data["features"]:
        report.problem(name, None, "the file has no feature")
        return ()
    crs = data.get("crs")
    if crs and not any(known in str(crs) for known in _WGS84_NAMES):
        report.problem(name, None, f"the coordinates are in {_crs_name(crs)}; save the layer in WGS 84 (EPSG:4326)")
        return ()
    features: dict[str, Feature] = {}
    for number, item in enumerate(data["features"], start=1):
        feature = _parse_feature(report, name, layer, number, item)
        if feature is None:
            continue
        if feature.id in features:
            report.problem(name, None, f"feature '{feature.id}' stands twice")
        features[feature.id] = feature
    points = sum(shapely.count_coordinates(feature.geometry) for feature in features.values())
    if points > MOST_POINTS:
        report.problem(name, None, f"the layer has {points:,} points; allowed: {MOST_POINTS:,}; simplify it first")
    _warn_style(report, name, list(features.values()))
    _warn_slivers(report, name, list(features.values()))
    return tuple(features.values())


def _parse_feature(report: Report, name: str, layer: Layer, number: int, item: Any) -> Feature | None:
    if not isinstance(item, dict) or item.get("type") != "Feature":
        report.problem(name, None, f"feature {number} is no GeoJSON Feature")
        return None
    properties = item.get("properties") or {}
    if not isinstance(properties, dict):
        report.problem(name, None, f"feature {number}: properties must be named values")
        return None
    called = properties.get("unit") or properties.get("place") or properties.get("id") or item.get("id")
    id = str(called if called not in (None, "") else number)
    where = f"feature {number}" if called in (None, "") else f"feature '{id}'"
    geometry = _parse_geometry(report, name, layer, where, item.get("geometry"))
    if geometry is None:
        for what in ("unit", "place", "layer"):
            report.spoil(what, id)
    return None if geometry is None else Feature(id, geometry, MappingProxyType(properties))


def _parse_geometry(report: Report, name: str, layer: Layer, where: str, data: Any) -> BaseGeometry | None:
    if not isinstance(data, dict):
        report.problem(name, None, f"{where} has no geometry")
        return None
    allowed = _TYPES.get(layer.kind, ()) if layer.id != CONTROL else ("Polygon", "MultiPolygon")
    if data.get("type") not in allowed:
        report.problem(
            name,
            None,
            f"{where} is a {data.get('type')}; layer '{layer.id}' has kind {layer.kind}: {' or '.join(allowed)}",
        )
        return None
    try:
        geometry = shape(data)
    except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, shapely.errors.ShapelyError):
        report.problem(name, None, f"{where} has coordinates that cannot be read as a {data['type']}")
        return None
    if geometry.is_empty:
        report.problem(name, None, f"{where} has an empty geometry")
        return None
    points = shapely.get_coordinates(geometry)
    if not np.isfinite(points).all():
        report.problem(name, None, f"{where} has a coordinate that is no number")
        return None
    outside = points[(np.abs(points[:, 0]) > 180) | (np.abs(points[:, 1]) > 90)]
    if len(outside):
        x, y = outside[0]
        cause = (
            "longitude comes first, these look swapped" if abs(x) <= 90 and abs(y) <= 180
            else "these look projected; save the layer in WGS 84 (EPSG:4326)"
        )  # fmt: skip
        report.problem(name, None, f"{where}: ({x:g}, {y:g}) is no longitude and latitude; {cause}")
        return None
    if not geometry.is_valid:
        report.problem(name, None, f"{where} is no valid {geometry.geom_type}: {_reason(geometry)}")
        return None
    return geometry


def _reason(geometry: BaseGeometry) -> str:
    reason = shapely.is_valid_reason(geometry)
    at = _AT.search(reason)
    if not at:
        return reason
    lon, lat = (f"{float(part):.5f}" for part in at.groups())
    return f"{reason[: at.start()].strip().lower()} at longitude {lon}, latitude {lat}"


def _crs_name(crs: Any) -> str:
    try:
        return str(crs["properties"]["name"])
    except (KeyError, TypeError):
        return "another reference system"


def _warn_style(report: Report, name: str, features: list[Feature]) -> None:
    left = [feature.id for feature in features if not _is_right_handed(feature.geometry)]
    if left:
        report.warn(name, None, f"{len(left)} features have rings of the wrong hand (RFC 7946), first: '{left[0]}'")
    scale = 10**DECIMALS
    fine = [
        feature.id for feature in features
        if np.abs((c := shapely.get_coordinates(feature.geometry) * scale) - np.rint(c)).max() > 1e-3
    ]  # fmt: skip
    if fine:
        report.warn(name, None, f"{len(fine)} features have more than {DECIMALS} decimals, first: '{fine[0]}'")


def _warn_slivers(report: Report, name: str, features: list[Feature]) -> None:
    for feature in features:
        parts = [part for part in shapely.get_parts(feature.geometry) if part.geom_type == "Polygon"]
        for part in parts:
            width = 2 * polygon_km2(part) / (WGS84.geometry_length(part.exterior) / 1e3 or 1)
            if width < SLIVER_KM:
                report.warn(name, None, f"feature '{feature.id}' has a sliver, {width * 1e3:.1f} m wide{_near(part)}")
                break


def _is_right_handed(geometry: BaseGeometry) -> bool:
    polygons = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"]
    return all(p.exterior.is_ccw and not any(ring.is_ccw for ring in p.interiors) for p in polygons)


def check_swapped(report: Report, layers: Mapping[str, Layer], features: Mapping[str, tuple[Feature, ...]]) -> None:
    """Find the layers whose longitudes and latitudes are exchanged although both would pass as either.

    A layer is suspected if it lies nowhere near the others, but would with its axes exchanged. With two layers nobody
    can tell which of them is right; then the one that comes later in the catalogue is named.
    """
    boxes = {
        id: shapely.box(*shapely.total_bounds([feature.geometry for feature in found]))
        for id, found in features.items() if found
    }  # fmt: skip
    ids = list(boxes)

    def swapped(box: BaseGeometry) -> BaseGeometry:
        west, south, east, north = box.bounds
        return shapely.box(south, west, north, east)

    def against(one: str) -> int:
        return sum(
            not boxes[one].intersects(boxes[other]) and swapped(boxes[one]).intersects(boxes[other])
            for other in ids if other != one
        )  # fmt: skip

    suspects = {id: count for id in ids if (count := against(id))}
    if not suspects:
        return
    most = max(suspects.values())
    worst = [id for id, count in suspects.items() if count == most]
    for id in worst if most > 1 or len(worst) == 1 else worst[-1:]:
        report.problem(
            f"layers/{layers[id].file}", None, "longitude and latitude look swapped: the layer lies far from the others"
        )


def parse_units(report: Report, layer: Layer, features: Iterable[Feature]) -> dict[str, ControlUnit]:
    """Return the control units by id, sorted by id, their areas checked against their polygons."""
    name = f"layers/{layer.file}"
    found: dict[str, ControlUnit] = {}
    for feature in features:
        entries = {
            key: Entry(value, None, "" if value is None else str(value)) for key, value in feature.properties.items()
        }
        record = Record(report, name, entries, None, f"feature '{feature.id}'")
        before = len(report.problems)
        record.check_fields(_UNIT_FIELDS)
        id, title = record.id("unit"), record.text("name")
        oblast, frame = record.flag("oblast"), record.flag("frame")
        accuracy, error_km = record.choice("accuracy", ACCURACIES), record.number("error_km", least=0)
        source, km2 = record.text("source"), record.number("km2", least=0)
        measured = polygon_km2(feature.geometry)
        if km2 is not None and abs(km2 - measured) > KM2_TOLERANCE:
            record.problem("km2", f"km2 is {km2:g}, but the polygon measures {measured:.2f} km² (geodesic, WGS 84)")
        if (
            len(report.problems) == before
            and id
            and title
            and accuracy
            and error_km is not None
            and source
            and km2 is not None
        ):
            found[id] = ControlUnit(
                id, title, record.note("district"), bool(oblast), km2, bool(frame), record.note("fitted"), accuracy,
                error_km, source, record.note("note"), feature.geometry,
            )  # fmt: skip
        else:
            report.spoil("unit", feature.id)
    return dict(sorted(found.items()))


def check_coverage(report: Report, name: str, units: Mapping[str, BaseGeometry]) -> None:
    """Write a problem for each pair of units that overlap, or whose common edge does not match vertex by vertex.

    A gap between units is a warning: a lake may be one, but one narrower than `GAP_DEGREES` is a slip.
    """
    ids, shapes = list(units), list(units.values())
    if shapely.coverage_is_valid(shapes):
        _warn_gaps(report, name, units)
        return
    bad = shapely.coverage_invalid_edges(shapes)
    tree = shapely.STRtree(shapes)
    left, right = tree.query(shapes, predicate="intersects")
    told: set[int] = set()
    pairs = sorted({(int(min(i, j)), int(max(i, j))) for i, j in zip(left, right, strict=True) if i != j})
    pairs = [(i, j) for i, j in pairs if not (bad[i].is_empty and bad[j].is_empty)]
    for i, j in pairs:
        common = shapely.intersection(shapes[i], shapes[j])
        km2 = sum(polygon_km2(part) for part in shapely.get_parts(common) if part.geom_type == "Polygon")
        if km2 > SPECK_KM2:
            report.problem(name, None, f"units '{ids[i]}' and '{ids[j]}' overlap by {km2:.3g} km²{_near(common)}")
            told |= {i, j}
    for i, j in pairs:
        edge = shapely.intersection(bad[i], shapes[j])
        if not told & {i, j} and edge.length > 0:
            report.problem(
                name,
                None,
                f"the edge between units '{ids[i]}' and '{ids[j]}' does not match vertex by vertex{_near(edge)}",
            )
            told |= {i, j}
    for index, edge in enumerate(bad):
        if index not in told and not edge.is_empty and not any(edge.intersects(shapes[other]) for other in told):
            report.problem(name, None, f"unit '{ids[index]}' does not fit its neighbours{_near(edge)}")


def _warn_gaps(report: Report, name: str, units: Mapping[str, BaseGeometry]) -> None:
    edges = shapely.coverage_invalid_edges(list(units.values()), gap_width=GAP_DEGREES)
    for id, edge in zip(units, edges, strict=True):
        if not edge.is_empty:
            report.warn(name, None, f"a narrow gap lies beside unit '{id}'{_near(edge)}")


def _near(geometry: BaseGeometry) -> str:
    if geometry.geom_type.endswith("LineString"):
        longest = max(shapely.get_parts(shapely.line_merge(geometry)), key=shapely.length)
        point = shapely.line_interpolate_point(longest, 0.5, normalized=True)
    else:
        point = shapely.point_on_surface(geometry)
    return f" near longitude {point.x:.4f}, latitude {point.y:.4f}"


def shared_edges(units: Mapping[str, BaseGeometry]) -> dict[tuple[str, str], BaseGeometry]:
    """Return the line that each pair of neighbours shares.

    Parameters
    ----------
    units : mapping of str to shapely Polygon or MultiPolygon
        A valid coverage. Since its units share edges vertex by vertex, a segment that two of them have is the same two
        points in both, and finding it is a dictionary's work. Units that only touch in a corner share nothing.

    Returns
    -------
    dict of (str, str) to shapely LineString or MultiLineString
        Keyed by ids in alphabetical order, sorted.
    """
    owner: dict[tuple[float, float, float, float], str] = {}
    segments: dict[tuple[str, str], list[tuple[float, float, float, float]]] = {}
    for id in sorted(units):
        for ring in shapely.get_rings(shapely.get_parts(units[id])):
            points = shapely.get_coordinates(ring).tolist()
            for (ax, ay), (bx, by) in pairwise(points):
                key = (ax, ay, bx, by) if (ax, ay) < (bx, by) else (bx, by, ax, ay)
                other = owner.setdefault(key, id)
                if other != id:
                    segments.setdefault((other, id), []).append(key)
    lines: dict[tuple[str, str], BaseGeometry] = {}
    for pair in sorted(segments):
        parts = np.array(segments[pair]).reshape(-1, 2, 2)
        lines[pair] = shapely.line_merge(shapely.multilinestrings(shapely.linestrings(parts)))
    return lines


def parse_edges(
    report: Report, rows: Iterable[Record], layer: Layer, units: Mapping[str, ControlUnit]
) -> tuple[Edge, ...]:
    """Return every edge between neighbouring units, by a and b.

    Parameters
    ----------
    report : Report
        Where problems go.
    rows : iterable of Record
        The rows of edges.csv: the edges that differ from the default.
    layer : Layer
        The control layer, whose accuracy, error and source are the default.
    units : mapping of str to ControlUnit
        The coverage.
    """
    # Units that were refused or do not match leave edges out that the file may well have.
    is_whole = "unit" not in report.lost and not any(p.path == f"layers/{layer.file}" for p in report.problems)
    lines = shared_edges({id: unit.geometry for id, unit in units.items()})
    stated: dict[tuple[str, str], tuple[str, float, str, str]] = {}
    for row in rows:
        a, b = row.choice("a", units, what="unit"), row.choice("b", units, what="unit")
        accuracy, error_km = row.choice("accuracy", ACCURACIES), row.number("error_km", least=0)
        source = row.text("source")
        if not (a and b and accuracy and error_km is not None and source):
            continue
        if a >= b:
            row.problem("a", f"a '{a}' must come before b '{b}' in the alphabet")
        elif (a, b) in stated:
            row.problem("a", f"the edge of '{a}' and '{b}' stands twice")
        elif (a, b) not in lines and is_whole:
            near = sorted({other for pair in lines if a in pair for other in pair if other != a})
            row.problem("a", f"units '{a}' and '{b}' share no edge; neighbours of '{a}': {', '.join(near) or 'none'}")
        elif (a, b) in lines:
            stated[a, b] = (accuracy, error_km, source, row.note("note"))
    default = (layer.accuracy, layer.error_km, layer.source, "")
    return tuple(
        Edge(a, b, *stated.get((a, b), default), stated=(a, b) in stated, km=line_km(line), geometry=line)
        for (a, b), line in lines.items()
    )


def check_image(report: Report, root: Path, layer: Layer) -> None:
    """Write a problem if the file of a raster layer is no picture that a browser can draw."""
    name = f"layers/{layer.file}"
    if not check_size(report, name, root / name):
        return
    with (root / name).open("rb") as file:
        head = file.read(16)
    if not any(head[start:].startswith(mark) for start, mark in IMAGE_MARKS):
        report.problem(name, None, "this is no picture; allowed: WebP, AVIF, PNG, JPEG")


def layer_frame(story: Story, layer: str) -> geopandas.GeoDataFrame:
    """Return the features of a layer as a GeoDataFrame in WGS 84 (EPSG:4326), one row a feature, indexed by its id.

    Raises
    ------
    UnknownId
        If the story has no such layer, or it has no geometry of its own.
    """
    import geopandas

    from .errors import UnknownId

    if layer not in story.features:
        raise UnknownId(unknown("layer", layer, story.features))
    found = story.features[layer]
    return geopandas.GeoDataFrame(
        [dict(feature.properties) for feature in found],
        geometry=[feature.geometry for feature in found],
        index=[feature.id for feature in found],
        crs="EPSG:4326",
    )
