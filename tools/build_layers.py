"""Make the geometry of ``layers/`` again from the raw sets.

``python -m tools.build_layers --raw DIR --world FILE`` writes every GeoJSON file,
``edges.csv`` and the relief. It reads ``layers/control_events.csv`` for the three
period files and leaves all tables that people write (events, log, sources, names,
published areas, catalogue) alone. Running it twice gives the same bytes.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from tools.context import town_points, window_states, write_context
from tools.coverage import area_km2, join, shared_edge
from tools.edges import write_edges
from tools.geojson import Feature, write_features
from tools.log import control_on, load_rows
from tools.raw import load_corridor, load_elevation, load_pieces
from tools.region import write_region
from tools.relief import write_relief
from tools.units import Mosaic, Unit, build_mosaic, load_cuts, load_units

LAYERS = Path(__file__).parent.parent / "layers"

#: Keeps the line of contact's character at zoom 11 (a pixel is about 60 m there).
TOLERANCE_M = 80

_OBLAST = {
    "mardakert": "Mardakert",
    "askeran": "Askeran",
    "shushi": "Shushi",
    "martuni": "Martuni",
    "hadrut": "Hadrut",
}
_DISTRICTS = {
    "kalbajar": "Kalbajar",
    "lachin": "Lachin",
    "qubadli": "Qubadli",
    "zangilan": "Zangilan",
    "jabrayil": "Jabrayil",
    "fuzuli": "Fuzuli",
    "agdam": "Agdam",
}
_PERIODS = {
    "control_pre_1994": "1988-02-20",
    "control_1994": "1994-05-12",
    "control_2020": "2020-12-01",
}
_UNIT_SOURCE = "OpenStreetMap, May 2020; Who's On First / Mesoshapes; cut lines in docs/data.md"


def build(raw: Path, world: Path, layers: Path) -> None:
    """Write all geometry from `raw`, and the region from `world`, into `layers`."""
    units, _ = load_units()
    cuts, lettered = load_cuts()
    mosaic = build_mosaic(load_pieces(raw), load_corridor(raw), TOLERANCE_M)
    _check(mosaic)

    write_features(layers / "control_units.geojson", [_unit_feature(unit, mosaic.units[unit.id]) for unit in units])
    write_edges(layers / "edges.csv", mosaic.lines, _neighbours(mosaic.units), cuts, lettered)
    _write_administrative(layers, units, mosaic, town_points(raw, ("shushi", "agdam")))
    _write_periods(layers, units, mosaic)
    states = window_states(mosaic)
    write_context(layers / "context", raw, states)
    write_region(layers / "context", world, states)
    write_relief(layers / "context" / "relief.avif", load_elevation(raw))


def _check(mosaic: Mosaic) -> None:
    areas = [*mosaic.units.values(), *mosaic.states.values()]
    if not shapely.coverage_is_valid(areas) or not shapely.is_valid(areas).all():
        raise SystemExit("the cut pieces are no valid coverage; check the last cut line that was changed")


def _unit_feature(unit: Unit, area: BaseGeometry) -> Feature:
    properties = {
        "unit": unit.id,
        "name": unit.name,
        "district": unit.district,
        "oblast": unit.district in _OBLAST,
        "km2": round(area_km2(area), 2),
        "frame": unit.frame,
        "fitted": unit.fitted,
        "accuracy": "schematic" if unit.within or unit.fitted else "digitised",
        "error_km": unit.error_km,
        "source": _UNIT_SOURCE,
        "note": unit.note,
    }
    return properties, area


def _neighbours(units: Mapping[str, BaseGeometry]) -> set[tuple[str, str]]:
    ids = sorted(units)
    tree = shapely.STRtree([units[id] for id in ids])
    pairs = zip(*tree.query([units[id] for id in ids], predicate="touches"), strict=True)
    return {(ids[i], ids[j]) for i, j in pairs if i < j and not shared_edge(units[ids[i]], units[ids[j]]).is_empty}


def _district(units: list[Unit], mosaic: Mosaic, district: str) -> BaseGeometry:
    return join(mosaic.units[unit.id] for unit in units if unit.district == district)


def _write_administrative(layers: Path, units: list[Unit], mosaic: Mosaic, towns: Mapping[str, BaseGeometry]) -> None:
    oblast = [
        _named_area(id, f"{name} district", _district(units, mosaic, id), part="district")
        for id, name in _OBLAST.items()
    ]
    write_features(layers / "nagorno_karabakh.geojson", oblast)
    districts = [_named_area(id, f"{name} district", _district(units, mosaic, id)) for id, name in _DISTRICTS.items()]
    write_features(layers / "districts.geojson", districts)
    corridor = _named_area("lachin-corridor", "Lachin corridor, 5 km wide (November 2020)", mosaic.corridor)
    write_features(layers / "lachin_corridor.geojson", [corridor])
    for id, name in (("shushi", "Shushi"), ("agdam", "Agdam")):
        district = _named_area(f"{id}-district", f"{name} district", _district(units, mosaic, id))
        town: Feature = ({"id": f"{id}-centre", "name": name, "kind": "town"}, towns[id])
        write_features(layers / f"{id}.geojson", [district, town])


def _named_area(id: str, name: str, area: BaseGeometry, **more: str) -> Feature:
    return {"id": id, "name": name, **more, "km2": round(area_km2(area), 2)}, area


def _write_periods(layers: Path, units: list[Unit], mosaic: Mosaic) -> None:
    log = load_rows(layers / "control_events.csv")
    counted = {unit.id for unit in units if not unit.frame}
    for name, day in _PERIODS.items():
        control = control_on(log, day)
        features: list[Feature] = []
        for controller in sorted({control[unit] for unit in counted}):
            area = join(mosaic.units[unit] for unit in sorted(counted) if control[unit] == controller)
            properties = {"id": controller, "controller": controller, "date": day, "km2": round(area_km2(area), 2)}
            features.append((properties, area))
        write_features(layers / f"{name}.geojson", features)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m tools.build_layers", description=__doc__.split("\n\n")[0])
    parser.add_argument("--raw", type=Path, required=True, metavar="DIR", help="folder with the raw sets")
    parser.add_argument("--world", type=Path, required=True, metavar="FILE", help="countries-50m.json of world-atlas")
    parser.add_argument("--layers", type=Path, default=LAYERS, metavar="DIR", help="where to write (default: layers/)")
    arguments = parser.parse_args()
    build(arguments.raw, arguments.world, arguments.layers)


if __name__ == "__main__":
    main()
