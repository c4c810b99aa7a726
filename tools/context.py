"""The base around the story's own land: states in the map window, water, roads, towns, peaks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import geopandas as gpd
import shapely
from ruamel.yaml import YAML
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from tools.coverage import GRID, join, shared_edge
from tools.geojson import Feature, write_features
from tools.raw import load_table
from tools.units import Mosaic

HERE = Path(__file__).parent

#: Ids of the neighbours; Turkey as the article writes it.
_STATES = {"AM": "armenia", "GE": "georgia", "IR": "iran", "RU": "russia", "TR": "turkey"}

#: River ids under which the raw file has pieces of one river.
_RIVER_IDS = {"aras": "araks", "aras-east": "araks-east"}
#: Tributaries outside the story's own land that a reader would not look for.
_RIVER_RANK_MOST = 3
#: Places of the wider region, which has a layer of its own; no place stands in two layers.
_ELSEWHERE = {"yerevan", "nakhchivan"}
#: Raw ids that stand for a place the article or `names.csv` spells otherwise.
_PLACE_IDS = {
    "mardakert": "martakert",
    "shusha": "shushi",
    "parukh": "farukh",
    "turshsu": "lisagor",
}


def window_states(mosaic: Mosaic) -> dict[str, BaseGeometry]:
    """States inside the map window by id, Azerbaijan joined from units and the rest, Nakhichevan apart."""
    azerbaijan = join([mosaic.states["az-rest"], *mosaic.units.values()])
    states = {"azerbaijan": azerbaijan, "nakhichevan": mosaic.states["nakhichevan"]}
    return states | {_STATES[code]: area for code, area in mosaic.states.items() if code in _STATES}


def town_points(raw: Path, wanted: Iterable[str]) -> dict[str, BaseGeometry]:
    """Points of some towns of the raw set, by this project's place ids."""
    frame = load_table(raw, "towns")
    ids = [_PLACE_IDS.get(id, id) for id in frame["id"]]
    points = dict(zip(ids, frame.geometry, strict=True))
    return {id: points[id] for id in wanted}


def write_context(folder: Path, raw: Path, states: Mapping[str, BaseGeometry]) -> None:
    """Write water, roads, towns and peaks from the raw folder into ``layers/context/``."""
    write_features(folder / "lakes.geojson", _lake_features(load_table(raw, "lakes")))
    write_features(folder / "rivers.geojson", _river_features(load_table(raw, "rivers"), states))
    write_features(folder / "roads.geojson", _road_features(load_table(raw, "roads")))
    write_features(folder / "towns.geojson", _town_features(load_table(raw, "towns")))
    write_features(folder / "peaks.geojson", _peak_features(load_table(raw, "peaks")))


def _lake_features(frame: gpd.GeoDataFrame) -> list[Feature]:
    features: list[Feature] = []
    for row in frame.itertuples():
        properties = {"id": row.id, "name": row.name, "accuracy": "digitised", "error_km": 1, "source": row.source}
        features.append((properties, _simple(row.geometry, 0.002)))
    return features


def _river_features(frame: gpd.GeoDataFrame, states: Mapping[str, BaseGeometry]) -> list[Feature]:
    features: list[Feature] = []
    for row in frame.itertuples():
        if row.rank > _RIVER_RANK_MOST:
            continue
        derived = "GLOBE" in row.source
        line = _simple(row.geometry, 0.003)
        if row.id == "aras":  # the state border runs in the river: its own vertices keep the two from crossing
            line = _border_river(row.geometry, states)
        properties = {
            "id": _RIVER_IDS.get(row.id, row.id),
            "name": _first_name(row.name),
            "rank": int(row.rank),
            "accuracy": "schematic" if derived else "digitised",
            "error_km": 1,
            "source": row.source.replace("© ", ""),
        }
        features.append((properties, line))
    return features


def _border_river(river: BaseGeometry, states: Mapping[str, BaseGeometry]) -> BaseGeometry:
    near = shapely.buffer(river, 0.005)
    banks = [
        shared_edge(states[a], states[b]) for a in ("armenia", "azerbaijan", "nakhichevan") for b in ("iran", "turkey")
    ]
    parts = [line for bank in banks for line in bank.geoms if near.contains(line)]
    return shapely.normalize(shapely.line_merge(shapely.MultiLineString(parts)))


def _road_features(frame: gpd.GeoDataFrame) -> list[Feature]:
    features: list[Feature] = []
    for row in frame.itertuples():
        properties = {
            "id": row.id,
            "name": row.name,
            "rank": int(row.rank),
            "accuracy": "schematic",
            "error_km": 3,
            "source": "strung through town and village points (GeoNames, OpenStreetMap)",
        }
        features.append((properties, row.geometry))
    return features


def _town_features(frame: gpd.GeoDataFrame) -> list[Feature]:
    places = YAML(typ="safe").load((HERE / "places.yaml").read_text(encoding="utf-8"))
    features: list[Feature] = []
    for row in frame.itertuples():
        if row.id in _ELSEWHERE:
            continue
        place = _PLACE_IDS.get(row.id, row.id)
        features.append(_town(place, row.rank, places["kinds"].get(place), row.source, row.geometry))
    for place, entry in places["more"].items():
        features.append(_town(place, entry["rank"], entry.get("kind"), entry["source"], Point(entry["lonlat"])))
    return sorted(features, key=lambda feature: (feature[0]["rank"], feature[0]["place"]))


def _town(place: str, rank: int, kind: str | None, source: str, point: Point) -> Feature:
    properties = {
        "place": place,
        "rank": int(rank),
        "kind": kind or "village",
        "accuracy": "digitised",
        "error_km": 0.5,
        "source": source.replace("© ", ""),
    }
    return properties, point


def _peak_features(frame: gpd.GeoDataFrame) -> list[Feature]:
    features: list[Feature] = []
    for row in frame.itertuples():
        properties = {
            "place": row.id,
            "rank": 4,
            "kind": "peak",
            "elevation_m": int(row.elevation_m),
            "accuracy": "digitised",
            "error_km": 1,
            "source": "highest cell of the NOAA GLOBE grid near the summit",
        }
        features.append((properties, row.geometry))
    return features


def _first_name(name: str) -> str:
    return name.split("/")[0].strip()


def _simple(geometry: BaseGeometry, tolerance: float) -> BaseGeometry:
    return shapely.set_precision(shapely.simplify(geometry, tolerance), GRID)
