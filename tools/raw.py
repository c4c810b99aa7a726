"""The raw sets that ``layers/`` was made from, read from a folder of the caller's.

They are not part of the repository: ``docs/data.md`` says where each can be had.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True)
class Piece:
    """One area of the raw partition of the map window.

    Attributes
    ----------
    number : int
    state : str
        ISO code of the internationally recognised state, ``AZ``, ``AM``, ….
    exclave : bool
        Part of Nakhichevan.
    rayon : str
        Present-day rayon; lines between rayons come from another set than lines inside one.
    held : bool
        Inside the line of contact of 1994-2020.
    geometry : Polygon or MultiPolygon
        EPSG:4326.
    """

    number: int
    state: str
    exclave: bool
    rayon: str
    held: bool
    geometry: BaseGeometry


@dataclass(frozen=True)
class Elevation:
    """Metres above the sea, rows from north to south.

    Attributes
    ----------
    metres : ndarray of float, shape (height, width)
    bounds : tuple of float
        (west, south, east, north) of the outer cell edges, EPSG:4326.
    """

    metres: np.ndarray
    bounds: tuple[float, float, float, float]


def load_pieces(raw: Path) -> dict[int, Piece]:
    """Read ``partition.geojson``, keyed by piece number."""
    frame = gpd.read_file(raw / "partition.geojson")
    pieces = [
        Piece(
            number=int(row.id.removeprefix("atom-")),
            state=row.state,
            exclave=row.nakh == 1,
            rayon=row.rayon if isinstance(row.rayon, str) else "",
            held=row.held == 1,
            geometry=row.geometry,
        )
        for row in frame.itertuples()
    ]
    return {piece.number: piece for piece in pieces}


def load_corridor(raw: Path) -> BaseGeometry:
    """Read the full strip of the Lachin corridor of 2020, 5 km wide."""
    frame = gpd.read_file(raw / "lachin_corridor_2020.geojson").set_index("id")
    return frame.geometry["lachin-corridor-full"]


def load_table(raw: Path, name: str) -> gpd.GeoDataFrame:
    """Read another raw layer as it is, missing texts as ``""``."""
    frame = gpd.read_file(raw / f"{name}.geojson")
    texts = [column for column in frame.columns if column != "geometry" and frame[column].dtype == object]
    return frame.fillna(dict.fromkeys(texts, ""))


def load_elevation(raw: Path) -> Elevation:
    """Read the GLOBE 30 arc-second grid of the window."""
    about = json.loads((raw / "elevation_globe30.json").read_text(encoding="utf-8"))
    with np.load(raw / "elevation_globe30.npz") as arrays:
        grid = arrays[sorted(arrays.files, key=lambda name: -arrays[name].size)[0]].astype(float)
    bounds = (about["west_edge"], about["south_edge"], about["east_edge"], about["north_edge"])
    return Elevation(metres=grid, bounds=bounds)
