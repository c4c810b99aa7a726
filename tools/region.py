"""States and the wider region, a pipeline, closed borders, single points.

Reads ``countries-50m.json`` of the npm package ``world-atlas`` (Natural Earth 1:50m,
public domain). Inside the map window the states keep their own, finer lines; beyond
it they run on in Natural Earth's, so that no straight edge of the window ever shows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from ruamel.yaml import YAML
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from tools.coverage import area_km2, join, shared_edge, split_faces, tidy
from tools.geojson import Feature, write_features

HERE = Path(__file__).parent

#: From the Balkans to the Aral Sea, from Cyprus to beyond Moscow. South of it Natural Earth
#: draws lines that are disputed and that this story has nothing to say about.
_FRAME = shapely.box(22, 33.5, 64, 58.5)

#: Degrees; about 1.5 km, a pixel at zoom 6.
_TOLERANCE = 0.015

#: Natural Earth counts Crimea with Russia and draws Northern Cyprus apart; internationally
#: recognised borders do neither.
_CRIMEA = shapely.box(32, 44.2, 36.8, 46.4)
_MERGED = {"N. Cyprus": "Cyprus"}
_SPELT = {"Bosnia and Herz.": "Bosnia and Herzegovina", "Macedonia": "North Macedonia"}

#: Where the names of the neighbours stand, near the map's subject rather than in the middle of each country.
_LABEL_AT = {
    "armenia": [44.9, 40.55], "azerbaijan": [48.4, 40.5], "georgia": [43.4, 42.15],
    "iran": [47.6, 37.0], "russia": [44.2, 44.6], "turkey": [41.3, 39.3],
}  # fmt: skip

#: Largest piece that is taken for a disagreement of the two sets at the window's edge.
_SLIVER_KM2 = 5

#: States with enough land in the map window to carry their name there.
_LABELLED_IN_WINDOW = ("armenia", "azerbaijan", "iran", "nakhichevan")

_STATES = "OpenStreetMap, May 2020; beyond the map window Natural Earth"

#: Vertices of each soft curve.
_CURVE_STEPS = 24


def write_region(folder: Path, world: Path, states: Mapping[str, BaseGeometry]) -> None:
    """Write the states and the layers of the wider region.

    Parameters
    ----------
    folder : Path
        Where to write.
    world : Path
        ``countries-50m.json``.
    states : mapping of str to geometry
        States inside the map window by id, finer than Natural Earth's. They fill the window.
    """
    entries = YAML(typ="safe").load((HERE / "places.yaml").read_text(encoding="utf-8"))
    countries = _countries(json.loads(world.read_text(encoding="utf-8")))
    areas = _run_on(states, countries)
    _check(areas)
    write_features(folder / "states.geojson", [_state(id, areas[id], states[id]) for id in sorted(states)])
    write_features(folder / "state_borders.geojson", _borders({id: areas[id] for id in states}))
    write_features(folder / "region.geojson", _country_features(areas, countries))
    write_features(folder / "region_places.geojson", [_place(id, entry) for id, entry in entries["region"].items()])
    write_features(folder / "borders_closed.geojson", _closed_borders(areas))
    write_features(folder / "btc_pipeline.geojson", [_pipeline(entries["pipeline"])])
    for name in ("april_2016", "monitoring_centre", "tovuz_2020"):
        write_features(folder / f"{name}.geojson", [_place(id, entry) for id, entry in entries[name].items()])


def _countries(topology: Mapping[str, Any]) -> dict[str, BaseGeometry]:
    """Country names and areas, cut to the frame, simplified as one coverage."""
    arcs = [_arc(topology, arc) for arc in topology["arcs"]]
    areas: dict[str, list[Polygon]] = {}
    for item in topology["objects"]["countries"]["geometries"]:
        name = _MERGED.get(item["properties"]["name"], item["properties"]["name"])
        for polygon in _item_polygons(item, arcs):
            crimea = name == "Russia" and _CRIMEA.contains(polygon)
            if polygon.intersects(_FRAME):
                areas.setdefault("Ukraine" if crimea else name, []).append(polygon)
    clipped = {name: _clipped(join(parts)) for name, parts in sorted(areas.items())}
    names = [name for name, area in clipped.items() if not area.is_empty]
    simple = shapely.coverage_simplify([clipped[name] for name in names], _TOLERANCE)
    return {_SPELT.get(name, name): tidy(area) for name, area in zip(names, simple, strict=True)}


def _arc(topology: Mapping[str, Any], steps: list[list[int]]) -> np.ndarray:
    scale, translate = topology["transform"]["scale"], topology["transform"]["translate"]
    return np.cumsum(np.asarray(steps), axis=0) * scale + translate


def _item_polygons(item: Mapping[str, Any], arcs: list[np.ndarray]) -> Iterator[Polygon]:
    parts = item.get("arcs", [])
    for rings in parts if item["type"] == "MultiPolygon" else [parts]:
        shell, *holes = [_ring(ring, arcs) for ring in rings]
        yield Polygon(shell, holes)


def _ring(indexes: list[int], arcs: list[np.ndarray]) -> np.ndarray:
    """Join arcs end to end; ``~i`` stands for arc ``i`` backwards (TopoJSON)."""
    pieces = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in indexes]
    return np.concatenate([pieces[0]] + [piece[1:] for piece in pieces[1:]])


def _clipped(area: BaseGeometry) -> BaseGeometry:
    inside = shapely.intersection(area, _FRAME)
    parts = [part for part in shapely.get_parts(inside) if part.geom_type == "Polygon"]
    return tidy(MultiPolygon(parts)) if parts else Polygon()


def _run_on(states: Mapping[str, BaseGeometry], countries: Mapping[str, BaseGeometry]) -> dict[str, BaseGeometry]:
    """Join the fine states of the window with what Natural Earth has beyond it.

    All lines are noded together and each face goes to the state, inside the window,
    or the country, outside it, that it lies in. Where a border meets the window's
    edge the two sets are up to some kilometres apart, and the border takes a step.
    """
    window = join(states.values())
    outside = {_id(name): shapely.difference(area, window) for name, area in countries.items()}
    outside = {id: area for id, area in outside.items() if not area.is_empty}
    faces: list[Polygon] = []
    owners: list[str] = []
    for face in split_faces([*outside.values(), *states.values()], []):
        point = face.representative_point()
        lies_in = states if window.contains(point) else outside
        owner = next((id for id, area in lies_in.items() if area.contains(point)), None)
        if owner is not None:  # else a sea or a lake
            faces.append(face)
            owners.append(owner)
    owners = _without_slivers(faces, owners, window)
    return {
        id: join(face for face, owner in zip(faces, owners, strict=True) if owner == id) for id in sorted({*owners})
    }


def _without_slivers(faces: list[Polygon], owners: list[str], window: BaseGeometry) -> list[str]:
    """Give what is cut off at the window's edge, where the two sets disagree, to its longest neighbour."""
    edge = shapely.boundary(window)
    cleaned = list(owners)
    for i, face in enumerate(faces):
        if area_km2(face) > _SLIVER_KM2 or not face.intersects(edge):
            continue
        lengths: dict[str, float] = {}
        for j, other in enumerate(faces):
            if i != j and face.touches(other):
                lengths[owners[j]] = lengths.get(owners[j], 0) + shared_edge(face, other).length
        cleaned[i] = max(sorted(lengths), key=lambda id: lengths[id])
    return cleaned


def _state(id: str, area: BaseGeometry, in_window: BaseGeometry) -> Feature:
    exclave = id == "nakhichevan"
    properties: dict[str, Any] = {
        "id": id,
        "name": id.capitalize(),
        "state": "azerbaijan" if exclave else id,
        "exclave": exclave,
        "accuracy": "digitised",
        "error_km": 0.4,
        "source": _STATES,
    }
    if properties["state"] == "azerbaijan":
        properties["controller"] = "azerbaijan"
    if id in _LABELLED_IN_WINDOW:
        label, _ = shapely.maximum_inscribed_circle(in_window, tolerance=0.01).coords
        properties["label_lonlat"] = [round(label[0], 2), round(label[1], 2)]
    return properties, area


def _borders(states: Mapping[str, BaseGeometry]) -> list[Feature]:
    """Borders between states alone, without coasts and without the edge of the frame."""
    features: list[Feature] = []
    for a, b in combinations(sorted(states), 2):
        line = shapely.normalize(shapely.line_merge(shared_edge(states[a], states[b])))
        if not line.is_empty:
            properties = {"id": f"{a}-{b}", "a": a, "b": b, "accuracy": "digitised", "error_km": 0.4, "source": _STATES}
            features.append((properties, line))
    return features


def _country_features(areas: Mapping[str, BaseGeometry], countries: Mapping[str, BaseGeometry]) -> list[Feature]:
    features: list[Feature] = []
    for name in sorted(countries):
        id = _id(name)
        area, properties = areas[id], {"id": id, "name": name, "accuracy": "digitised", "error_km": 3}
        properties["source"] = "Natural Earth 1:50m; in the map window OpenStreetMap, May 2020"
        if id == "azerbaijan":
            area = join([area, areas["nakhichevan"]])
            properties["controller"] = "azerbaijan"
        if id in _LABEL_AT:
            properties["label_lonlat"] = _LABEL_AT[id]
        features.append((properties, area))
    return features


def _id(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _place(id: str, entry: Mapping[str, Any]) -> Feature:
    properties = {
        "place": id,
        "rank": entry["rank"],
        "kind": entry["kind"],
        "accuracy": entry.get("accuracy", "digitised"),
        "error_km": entry.get("error_km", 0.5),
        "source": entry["source"],
    }
    if "note" in entry:
        properties["note"] = entry["note"]
    return properties, Point(entry["lonlat"])


def _closed_borders(areas: Mapping[str, BaseGeometry]) -> list[Feature]:
    features: list[Feature] = []
    for neighbour, parts in (("azerbaijan", ("azerbaijan", "nakhichevan")), ("turkey", ("turkey",))):
        lines = [line for part in parts for line in shared_edge(areas["armenia"], areas[part]).geoms]
        properties = {
            "id": f"armenia-{neighbour}-closed",
            "name": f"Border between Armenia and {neighbour.capitalize()}",
            "status": "closed",
            "accuracy": "digitised",
            "error_km": 0.4,
            "source": "the article, fn 39 (closed); OpenStreetMap and Natural Earth (line)",
        }
        features.append((properties, shapely.normalize(shapely.line_merge(MultiLineString(lines)))))
    return features


def _pipeline(entry: Mapping[str, Any]) -> Feature:
    """Soft curves from point to point: the course between the points is not known here."""
    points: list[np.ndarray] = []
    for leg in entry["legs"]:
        start, bend, end = (np.asarray(point, dtype=float) for point in leg)
        t = np.linspace(0, 1, _CURVE_STEPS + 1)[:, np.newaxis]
        curve = (1 - t) ** 2 * start + 2 * t * (1 - t) * bend + t**2 * end
        points.extend(curve if not points else curve[1:])
    properties = {
        "id": "btc",
        "name": entry["name"],
        "accuracy": "schematic",
        "error_km": entry["error_km"],
        "source": entry["source"],
    }
    return properties, LineString(points)


def _check(countries: Mapping[str, BaseGeometry]) -> None:
    """Stop if the countries overlap or a neighbour's edge does not match."""
    areas = list(countries.values())
    if not shapely.is_valid(areas).all() or not shapely.coverage_is_valid(areas):
        raise SystemExit("the countries of the region are no valid coverage")
