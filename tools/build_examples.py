"""The geometry and the logs of the example stories and of the story that ``python -m geo new`` writes.

::

    python -m tools.build_examples --world countries-50m.json --dates eu_enlargement.csv

``countries-50m.json`` is in the npm package ``world-atlas`` 2.0.2 (Natural Earth 1:50m, public domain):
``npm pack world-atlas@2.0.2`` fetches it. The dates are a table with the columns ``date``, ``countries_iso2``,
``event`` and ``source_id``. The island needs neither: it is made here, of nothing but numbers.

What people write by hand (``catalogue.yaml``, ``story.yaml``, the steps) is left alone.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import LineString, MultiPoint, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from tools.coverage import area_km2, join, split_faces, tidy
from tools.geojson import Feature, write_features

ROOT = Path(__file__).resolve().parents[1]
ISLAND = ROOT / "geo" / "new_story"
UNION = ROOT / "examples" / "eu_enlargement"
SIZES = ROOT / "examples" / "larger_than_it_looks"

LOG_COLUMNS = ("event", "unit", "earliest", "date", "latest", "controller", "extent", "source", "note")
EVENT_COLUMNS = ("event", "kind", "earliest", "date", "latest", "place", "what", "controller", "source", "note")

# -- an island that nobody has seen ------------------------------------------------------------------------------------

#: Far out at sea, where it is in nobody's way.
_ISLAND_AT = (-28.0, 44.0)
_ISLAND_RADIUS = 0.27
#: (waves round the coast, height, phase): chosen by eye.
_COAST = (
    (2, 0.17, 0.6), (3, 0.12, 2.1), (5, 0.085, 0.2), (7, 0.05, 4.0), (11, 0.035, 1.1), (17, 0.022, 3.3),
    (29, 0.014, 0.4), (47, 0.009, 2.5),
)  # fmt: skip
_COAST_POINTS = 420
_CELLS = 900

#: Parishes: id, name, where its middle lies from that of the island (degrees), how far it reaches.
_PARISHES = (
    ("northmark", "Northmark", (0.02, 0.19), 1.0),
    ("long-moor", "Long Moor", (-0.10, 0.06), 1.25),
    ("harbour", "Harbour parish", (0.24, 0.03), 1.0),
    ("millvale", "Millvale", (0.08, 0.00), 1.0),
    ("westcliff", "Westcliff", (-0.28, -0.03), 1.0),
    ("southstrand", "Southstrand", (-0.03, -0.17), 1.1),
)  # fmt: skip

#: Towns: id, rank, kind, lon and lat from the middle of the island.
_TOWNS = (
    ("harbour-town", 1, "town", (0.265, 0.035)),
    ("moorgate", 1, "town", (-0.085, 0.075)),
    ("mill", 2, "town", (0.095, -0.005)),
    ("strand", 2, "town", (-0.03, -0.185)),
)  # fmt: skip


def build_island(folder: Path) -> None:
    """Write the land, the towns and nothing else: the log and the words of the island are written by hand."""
    lon, lat = _ISLAND_AT
    coast = _coast()
    seeds = np.array([(lon + x, lat + y) for _, _, (x, y), _ in _PARISHES])
    reach = np.array([reach for *_, reach in _PARISHES])
    faces = split_faces([coast], [line for line in _cells(coast) if not line.is_empty])
    middles = shapely.get_coordinates([shapely.centroid(face) for face in faces])
    stretch = np.array([math.cos(math.radians(lat)), 1.0])
    distances = np.linalg.norm((middles[:, np.newaxis] - seeds) * stretch, axis=2) / reach
    owners = distances.argmin(axis=1)
    areas = [join(face for face, owner in zip(faces, owners, strict=True) if owner == i) for i in range(len(seeds))]
    areas = [max(shapely.get_parts(area), key=shapely.area) for area in areas]
    _check(areas)
    write_features(
        folder / "layers" / "control_units.geojson",
        [
            _unit(id, name, area, "Invented for this story")
            for (id, name, _, _), area in zip(_PARISHES, areas, strict=True)
        ],
    )
    write_features(
        folder / "layers" / "towns.geojson",
        [
            (
                {"place": id, "name": id.replace("-", " ").capitalize(), "rank": rank, "kind": kind},
                Point(lon + x, lat + y),
            )
            for id, rank, kind, (x, y) in _TOWNS
        ],
    )


def _coast() -> Polygon:
    lon, lat = _ISLAND_AT
    points = []
    for turn in np.linspace(0, 2 * math.pi, _COAST_POINTS, endpoint=False):
        r = _ISLAND_RADIUS * (1 + sum(height * math.cos(waves * turn + phase) for waves, height, phase in _COAST))
        points.append((lon + r * math.cos(turn) / math.cos(math.radians(lat)), lat + r * math.sin(turn)))
    return tidy(Polygon(points))


def _cells(coast: Polygon) -> Iterator[LineString]:
    """Yield the lines between many small cells, cut at the coast: borders along them look as if they had grown."""
    west, south, east, north = coast.bounds
    points = [
        (west + (east - west) * _halton(i, 2), south + (north - south) * _halton(i, 3)) for i in range(1, _CELLS + 1)
    ]
    edges = shapely.voronoi_polygons(MultiPoint(points), extend_to=coast, only_edges=True)
    for part in shapely.get_parts(shapely.intersection(edges, coast)):
        if part.geom_type == "LineString":
            yield part


def _halton(index: int, base: int) -> float:
    """The van der Corput sequence: points that look strewn and are the same each time."""
    result, share = 0.0, 1.0
    while index:
        share /= base
        result += share * (index % base)
        index //= base
    return result


# -- countries ---------------------------------------------------------------------------------------------------------

#: West, south, east and north of what the map of the union shows, in degrees.
_EUROPE = shapely.box(-25.5, 33.5, 50, 72)
#: The land around, so far that no edge of it comes into view.
_AROUND = shapely.box(-75, 12, 95, 83)
#: Degrees; about 2 km, less than a pixel at the zoom of the story.
_TOLERANCE = 0.02

#: Natural Earth draws these apart; the map draws a country as one.
_MERGED = {"N. Cyprus": "Cyprus"}

#: The two-letter codes of the dates, in Natural Earth's spelling of the countries.
_CODES = {
    "AT": "Austria", "BE": "Belgium", "BG": "Bulgaria", "CY": "Cyprus", "CZ": "Czechia", "DE": "Germany",
    "DK": "Denmark", "EE": "Estonia", "ES": "Spain", "FI": "Finland", "FR": "France", "GB": "United Kingdom",
    "GR": "Greece", "HR": "Croatia", "HU": "Hungary", "IE": "Ireland", "IT": "Italy", "LT": "Lithuania",
    "LU": "Luxembourg", "LV": "Latvia", "MT": "Malta", "NL": "Netherlands", "PL": "Poland", "PT": "Portugal",
    "RO": "Romania", "SE": "Sweden", "SI": "Slovenia", "SK": "Slovakia",
}  # fmt: skip

_WORLD = "Natural Earth 1:50m, by the npm package world-atlas 2.0.2"


def load_countries(world: Path) -> dict[str, MultiPolygon]:
    """Return the countries by Natural Earth's name, in degrees."""
    topology = json.loads(world.read_text(encoding="utf-8"))
    scale, translate = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = [np.cumsum(np.asarray(steps), axis=0) * scale + translate for steps in topology["arcs"]]
    found: dict[str, list[Polygon]] = {}
    for item in topology["objects"]["countries"]["geometries"]:
        name = _MERGED.get(item["properties"]["name"], item["properties"]["name"])
        parts = item.get("arcs", [])
        for rings in parts if item["type"] == "MultiPolygon" else [parts]:
            shell, *holes = [_ring(ring, arcs) for ring in rings]
            found.setdefault(name, []).extend(_unwrapped(Polygon(shell, holes)))
    return {name: MultiPolygon(_polygons(shapely.make_valid(MultiPolygon(parts)))) for name, parts in found.items()}


def _unwrapped(area: Polygon) -> list[Polygon]:
    """Cut an area in two that leaps from one end of the world to the other."""
    if np.abs(np.diff(shapely.get_coordinates(area.exterior)[:, 0])).max() < 180:
        return [area]
    east = shapely.transform(
        area, lambda xy: np.column_stack([np.where(xy[:, 0] < 0, xy[:, 0] + 360, xy[:, 0]), xy[:, 1]])
    )
    here = shapely.intersection(shapely.make_valid(east), shapely.box(0, -90, 180, 90))
    there = shapely.intersection(shapely.make_valid(east), shapely.box(180, -90, 360, 90))
    return _polygons(here) + _polygons(shapely.transform(there, lambda xy: xy - [360, 0]))


def _ring(indexes: Sequence[int], arcs: Sequence[np.ndarray]) -> np.ndarray:
    """Join arcs end to end; ``~i`` stands for arc ``i`` backwards (TopoJSON)."""
    pieces = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in indexes]
    return np.concatenate([pieces[0]] + [piece[1:] for piece in pieces[1:]])


def build_union(folder: Path, world: Path, dates: Path) -> None:
    """Write the countries that were ever members, the land around them, the log and the names."""
    countries = load_countries(world)
    codes = sorted(_CODES)
    areas = _noded({name: _europe(area) for name, area in countries.items()})
    land = join([area for name, area in areas.items() if name not in _CODES.values()])
    simple = shapely.coverage_simplify([*(areas[_CODES[code]] for code in codes), land], _TOLERANCE)
    *members, land = [tidy(area) for area in simple]
    _check([*members, land])
    units = [_unit(code.lower(), _CODES[code], area, _WORLD) for code, area in zip(codes, members, strict=True)]
    units.append(_unit("other-land", "Other land", land, _WORLD, frame=True))
    write_features(folder / "layers" / "control_units.geojson", units)
    far = [shapely.simplify(shapely.intersection(area, _AROUND), 3 * _TOLERANCE) for area in countries.values()]
    rest = shapely.difference(shapely.union_all([shapely.make_valid(area) for area in far]), _EUROPE)
    around = _valid([*_polygons(land), *(part for part in _polygons(rest) if part.area > 0.05)])
    write_features(folder / "layers" / "land.geojson", [({"id": "land"}, around)])
    write_features(
        folder / "layers" / "countries.geojson",
        [({"id": code.lower(), "name": _CODES[code]}, area) for code, area in zip(codes, members, strict=True)],
    )
    with dates.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    _write_union_tables(folder / "layers", rows)


def _europe(area: MultiPolygon) -> BaseGeometry:
    """The parts of a country that lie in Europe's window, cut where they lead out of it."""
    parts = [part for part in area.geoms if part.intersects(_EUROPE)]
    return MultiPolygon(_polygons(shapely.intersection(MultiPolygon(parts), _EUROPE)))


def _noded(countries: Mapping[str, BaseGeometry]) -> dict[str, BaseGeometry]:
    """Make the countries a coverage: lines noded together, each face given to the country that it lies in."""
    found = {name: area for name, area in sorted(countries.items()) if not area.is_empty}
    owned: dict[str, list[Polygon]] = {}
    for face in split_faces(list(found.values()), []):
        point = face.representative_point()
        owner = next((name for name, area in found.items() if area.contains(point)), None)
        if owner is not None:  # else a sea or a lake
            owned.setdefault(owner, []).append(face)
    return {name: join(faces) for name, faces in owned.items()}


def _polygons(area: BaseGeometry) -> list[Polygon]:
    """The polygons among the parts of a geometry, also those of a collection."""
    return [
        part for whole in shapely.get_parts(area) for part in shapely.get_parts(whole) if part.geom_type == "Polygon"
    ]


def _write_union_tables(folder: Path, rows: Sequence[Mapping[str, str]]) -> None:
    first = rows[0]["date"]
    events: list[tuple[str, ...]] = []
    log: list[tuple[str, ...]] = []
    founders = rows[0]["countries_iso2"].split()
    source = rows[0]["source_id"]
    events.append(
        ("first-members", "baseline", first, first, first, _ids(founders),
         f"{_listed(founders)} are the first members.", "members", source, ""))  # fmt: skip
    events.append(
        ("others-before", "baseline", first, first, first, "",
         "The other countries of this map are not members, or not yet.", "others", source, ""))  # fmt: skip
    for code in sorted(_CODES):
        event, holder = ("first-members", "members") if code in founders else ("others-before", "others")
        log.append((event, code.lower(), first, first, first, holder, "whole", source, ""))
    log.append(("others-before", "other-land", first, first, first, "others", "whole", source, ""))
    for row in rows[1:]:
        codes, day = row["countries_iso2"].split(), row["date"]
        joins = row["event"] == "join"
        verb = ("joins" if joins else "leaves") if len(codes) == 1 else ("join" if joins else "leave")
        id = f"{day[:4]}-{'-'.join(code.lower() for code in codes[:3])}"
        holder = "members" if joins else "others"
        what = f"{_listed(codes)} {verb}."
        events.append((id, "change", day, day, day, _ids(codes), what, holder, row["source_id"], ""))
        for code in sorted(codes):
            log.append((id, code.lower(), day, day, day, holder, "whole", row["source_id"], ""))
    log.sort(key=lambda row: (row[3], row[1]))
    _write_table(folder / "events.csv", EVENT_COLUMNS, events)
    _write_table(folder / "control_events.csv", LOG_COLUMNS, log)
    names = [(code.lower(), "article", _CODES[code], "en", "", "") for code in sorted(_CODES)]
    codes_form = [(code.lower(), "code", code, "en", "", "") for code in sorted(_CODES)]
    _write_table(
        folder / "names.csv", ("place", "form", "name", "script", "valid_from", "valid_to"), sorted(names + codes_form)
    )


def _ids(codes: Iterable[str]) -> str:
    return ";".join(code.lower() for code in codes)


def _listed(codes: Sequence[str]) -> str:
    names = [f"the {_CODES[code]}" if code in ("GB", "NL") else _CODES[code] for code in codes]
    text = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return text[0].upper() + text[1:]


#: What the plain story sets side by side: id and Natural Earth's names.
_COMPARED = {
    "greenland": ("Greenland",),
    "dem-rep-congo": ("Dem. Rep. Congo",),
    "iceland": ("Iceland",),
    "madagascar": ("Madagascar",),
    "sweden": ("Sweden",),
}
_NORTH = ("greenland", "iceland", "sweden")
_AFRICA = (
    "Algeria", "Angola", "Benin", "Botswana", "Burkina Faso", "Burundi", "Cameroon", "Central African Rep.", "Chad",
    "Congo", "Côte d'Ivoire", "Dem. Rep. Congo", "Djibouti", "Egypt", "Eq. Guinea", "Eritrea", "eSwatini", "Ethiopia",
    "Gabon", "Gambia", "Ghana", "Guinea", "Guinea-Bissau", "Kenya", "Lesotho", "Liberia", "Libya", "Malawi", "Mali",
    "Mauritania", "Morocco", "Mozambique", "Namibia", "Niger", "Nigeria", "Rwanda", "S. Sudan", "Senegal",
    "Sierra Leone", "Somalia", "Somaliland", "South Africa", "Sudan", "Tanzania", "Togo", "Tunisia", "Uganda",
    "W. Sahara", "Zambia", "Zimbabwe",
)  # fmt: skip
#: Degrees; the map of the world is never seen close up.
_WORLD_TOLERANCE = 0.12
_WORLD_WINDOW = shapely.box(-180, -60, 180, 84)


def build_sizes(folder: Path, world: Path) -> None:
    """Write the land of the world and the shapes that the plain story compares, with their areas."""
    countries = load_countries(world)
    measured = {id: area_km2(shapely.union_all([countries[name] for name in names])) for id, names in _COMPARED.items()}
    mainland = max(
        shapely.get_parts(shapely.union_all([countries[name] for name in _AFRICA])), key=shapely.area
    )  # one feature without inner borders
    shapes: dict[str, BaseGeometry] = {
        id: shapely.union_all([countries[name] for name in names]) for id, names in _COMPARED.items()
    }
    shapes["africa"], measured["africa"] = mainland, area_km2(mainland)
    land = shapely.union_all([shapely.intersection(area, _WORLD_WINDOW) for area in countries.values()])
    parts = [Polygon(part.exterior, [r for r in part.interiors if Polygon(r).area > 1]) for part in _polygons(land)]
    simple = [shapely.simplify(part, _WORLD_TOLERANCE) for part in parts if part.area > 0.25]
    write_features(folder / "layers" / "land.geojson", [({"id": "land"}, _valid(simple))])
    features: dict[str, Feature] = {}
    for id in sorted(shapes):
        kept = [part for part in _polygons(shapes[id]) if part.area > 0.05]
        area = _valid([shapely.simplify(part, _WORLD_TOLERANCE / 2) for part in kept])
        features[id] = ({"id": id, "km2": round(measured[id], -3)}, area)
    write_features(folder / "layers" / "africa.geojson", [features.pop("africa")])
    north = [features.pop(id) for id in _NORTH]
    write_features(folder / "layers" / "north.geojson", north)
    write_features(folder / "layers" / "south.geojson", list(features.values()))


def _valid(parts: Iterable[Polygon]) -> BaseGeometry:
    """Put simplified parts together: some may touch or cross now, and rounding may cross others."""
    whole = shapely.set_precision(shapely.union_all([shapely.make_valid(part) for part in parts]), 1e-4)
    return tidy(MultiPolygon(_polygons(whole)))


# -- what both share ---------------------------------------------------------------------------------------------------


def _unit(id: str, name: str, area: BaseGeometry, source: str, *, frame: bool = False) -> Feature:
    area = tidy(area)
    properties: dict[str, Any] = {
        "unit": id, "name": name, "district": "", "oblast": False, "km2": round(area_km2(area), 2), "frame": frame,
        "fitted": "", "accuracy": "digitised" if source == _WORLD else "schematic",
        "error_km": 2 if source == _WORLD else 1,
        "source": source, "note": "",
    }  # fmt: skip
    return properties, area


def _check(areas: Sequence[BaseGeometry]) -> None:
    if not shapely.is_valid(areas).all() or not shapely.coverage_is_valid(areas):
        raise SystemExit("the units are no valid coverage")


def _write_table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def main() -> None:
    """Read the command line and write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--world", type=Path, help="countries-50m.json of the npm package world-atlas 2.0.2")
    parser.add_argument("--dates", type=Path, help="table of the union's dates; without it only the other two are made")
    given = parser.parse_args()
    build_island(ISLAND)
    if given.world:
        build_sizes(SIZES, given.world)
        if given.dates:
            build_union(UNION, given.world, given.dates)


if __name__ == "__main__":
    main()
