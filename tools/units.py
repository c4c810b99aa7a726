"""Control units: raw pieces, cut further, simplified once as a whole.

Everything that has an area in ``layers/`` (units, districts, states, corridor) is
joined from the cells made here, which is why their borders agree vertex by vertex.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from ruamel.yaml import YAML
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import split

from tools.coverage import area_km2, join, length_km, shared_edge, simplify, split_faces
from tools.raw import Piece

HERE = Path(__file__).parent

#: The whole of Azerbaijan fits; open cut lines are split against it to find their sides.
_EVERYWHERE = shapely.box(44, 38, 49, 42)

#: What a unit's outline is off by if `units.yaml` does not say.
_UNIT_ERROR_KM = 1

#: A crumb left where the corridor's strip nearly follows another line is given to its neighbour.
_CRUMB_KM2 = 0.05


@dataclass(frozen=True)
class Cut:
    """A line of this project's own, and the side of it that a unit lies on."""

    id: str
    line: LineString
    side: BaseGeometry
    error_km: float
    reason: str


@dataclass(frozen=True)
class Unit:
    """What ``units.yaml`` says of one control unit."""

    id: str
    name: str
    district: str
    pieces: frozenset[int]
    within: Mapping[str, frozenset[int]]
    frame: bool
    error_km: float
    fitted: str
    note: str


@dataclass(frozen=True)
class Cell:
    """The smallest area of the coverage: one piece, on given sides of the cuts."""

    piece: int
    sides: frozenset[str]
    corridor: bool
    geometry: Polygon


@dataclass(frozen=True)
class Mosaic:
    """The finished coverage.

    Attributes
    ----------
    units : dict of str to geometry
    corridor : geometry
        The strip of 2020, 5 km wide, cutting across units.
    states : dict of str to geometry
        The rest of the window: ``az-rest``, ``nakhichevan``, ``AM``, ``GE``, …
    lines : dict of (str, str) to dict of str to float
        For each pair of neighbouring units, kilometres of their edge by kind of line.
    """

    units: dict[str, BaseGeometry]
    corridor: BaseGeometry
    states: dict[str, BaseGeometry]
    lines: dict[tuple[str, str], dict[str, float]]


def load_cuts() -> tuple[dict[str, Cut], Mapping[str, Any]]:
    """Read ``cuts.yaml``: own cuts by id, and the lettered ones as they are written."""
    text = YAML(typ="safe").load((HERE / "cuts.yaml").read_text(encoding="utf-8"))
    return {key: _parse_cut(key, entry) for key, entry in text["own"].items()}, text["lettered"]


def load_units() -> tuple[list[Unit], dict[frozenset[int], str]]:
    """Read ``units.yaml``: the units, and the letter of the cut line between two pieces."""
    text = YAML(typ="safe").load((HERE / "units.yaml").read_text(encoding="utf-8"))
    units = [
        Unit(
            id=entry["id"],
            name=entry["name"],
            district=entry["district"],
            pieces=frozenset(entry.get("pieces", ())),
            within={cut: frozenset(pieces) for cut, pieces in entry.get("within", {}).items()},
            frame=entry.get("frame", False),
            error_km=entry.get("error_km", _UNIT_ERROR_KM),
            fitted=entry.get("fitted", ""),
            note=entry.get("note", ""),
        )
        for entry in text["units"]
    ]
    letters = {frozenset(pair): letter for letter, pairs in text["lettered"].items() for pair in pairs}
    return units, letters


def build_mosaic(pieces: Mapping[int, Piece], corridor: BaseGeometry, tolerance_m: float) -> Mosaic:
    """Cut, assign and simplify.

    Parameters
    ----------
    pieces : mapping of int to Piece
        The raw partition of the window.
    corridor : Polygon
        Full strip of 2020.
    tolerance_m : float
        See `tools.coverage.simplify`.
    """
    cuts, _ = load_cuts()
    units, letters = load_units()
    cells = _cells(pieces, cuts, units, corridor)
    owner = [_owner(cell, units, pieces) for cell in cells]

    # Cells of one owner are joined before simplifying, so that lines which nobody
    # will ever see keep no vertices; the corridor's crossing stays because its
    # parts are joined apart.
    groups: dict[tuple[str, bool], list[Polygon]] = defaultdict(list)
    for cell, unit in zip(cells, owner, strict=True):
        groups[unit, cell.corridor].append(cell.geometry)
    keys = sorted(groups)
    simple = dict(zip(keys, simplify([join(groups[key]) for key in keys], tolerance_m), strict=True))

    ids = {unit.id for unit in units}
    joined = {name: join(area for key, area in simple.items() if key[0] == name) for name in dict.fromkeys(owner)}
    return Mosaic(
        units={unit.id: joined[unit.id] for unit in units},
        corridor=join(area for (_, inside), area in simple.items() if inside),
        states={name: area for name, area in sorted(joined.items()) if name not in ids},
        lines=_edge_lines(cells, owner, pieces, letters, ids),
    )


def _cells(
    pieces: Mapping[int, Piece], cuts: Mapping[str, Cut], units: list[Unit], corridor: BaseGeometry
) -> list[Cell]:
    reach = {cut: pieces for unit in units for cut, pieces in unit.within.items()}
    lines = []
    for key, cut in cuts.items():
        ground = shapely.union_all([pieces[number].geometry for number in sorted(reach[key])])
        lines.append(shapely.intersection(cut.line, shapely.buffer(ground, 1e-4)))
    strip_pieces = _strip_pieces(pieces, corridor)
    strip_ground = shapely.union_all([pieces[number].geometry for number in strip_pieces])
    lines.append(shapely.intersection(shapely.boundary(corridor), strip_ground))

    numbers = sorted(pieces)
    tree = shapely.STRtree([pieces[number].geometry for number in numbers])
    cells = []
    for face in split_faces([pieces[number].geometry for number in numbers], lines):
        point = face.representative_point()
        hits = [numbers[index] for index in tree.query(point, predicate="within")]
        if not hits:  # a hole of the window, for instance a piece of a lake
            continue
        number = hits[0]
        sides = frozenset(key for key, cut in cuts.items() if number in reach[key] and cut.side.contains(point))
        in_strip = number in _CORRIDOR_OUTSIDE_OBLAST or (number in strip_pieces and corridor.contains(point))
        cells.append(Cell(number, sides, in_strip, face))
    return _without_crumbs(cells)


#: The piece that is the corridor inside the Lachin district.
_CORRIDOR_OUTSIDE_OBLAST = frozenset({33})


def _strip_pieces(pieces: Mapping[int, Piece], corridor: BaseGeometry) -> list[int]:
    """Pieces that the strip crosses; where it merely runs along a border it makes only crumbs."""
    return [
        number
        for number, piece in sorted(pieces.items())
        if number not in _CORRIDOR_OUTSIDE_OBLAST and area_km2(piece.geometry.intersection(corridor) or Polygon()) > 1
    ]


def _without_crumbs(cells: list[Cell]) -> list[Cell]:
    """Merge crumbs of a piece into the neighbouring cell of the same piece with the longest common edge."""
    crumbs = [cell for cell in cells if area_km2(cell.geometry) < _CRUMB_KM2]
    kept = [cell for cell in cells if area_km2(cell.geometry) >= _CRUMB_KM2]
    for crumb in crumbs:
        best, length = None, 0.0
        for index, cell in enumerate(kept):
            if cell.piece == crumb.piece and cell.geometry.touches(crumb.geometry):
                common = length_km(shared_edge(cell.geometry, crumb.geometry))
                if common > length:
                    best, length = index, common
        if best is None:  # a real islet of its own piece
            kept.append(crumb)
        else:
            cell = kept[best]
            geometry = shapely.coverage_union(cell.geometry, crumb.geometry)
            kept[best] = Cell(cell.piece, cell.sides, cell.corridor, geometry)
    return kept


def _owner(cell: Cell, units: list[Unit], pieces: Mapping[int, Piece]) -> str:
    for unit in units:
        if any(cut in cell.sides and cell.piece in reach for cut, reach in unit.within.items()):
            return unit.id
    for unit in units:
        if cell.piece in unit.pieces:
            return unit.id
    piece = pieces[cell.piece]
    if piece.state != "AZ":
        return piece.state
    return "nakhichevan" if piece.exclave else "az-rest"


def _edge_lines(
    cells: list[Cell],
    owner: list[str],
    pieces: Mapping[int, Piece],
    letters: Mapping[frozenset[int], str],
    ids: set[str],
) -> dict[tuple[str, str], dict[str, float]]:
    """Length by kind of line of every edge between two units, before simplifying."""
    tree = shapely.STRtree([cell.geometry for cell in cells])
    lines: dict[tuple[str, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for i, j in zip(*tree.query([cell.geometry for cell in cells], predicate="touches"), strict=True):
        if i >= j or owner[i] == owner[j] or not {owner[i], owner[j]} <= ids:
            continue
        km = length_km(shared_edge(cells[i].geometry, cells[j].geometry))
        if km > 0:
            a, b = sorted((owner[i], owner[j]))
            lines[a, b][_kind_of_line(cells[i], cells[j], pieces, letters)] += km
    return {pair: dict(kinds) for pair, kinds in sorted(lines.items())}


def _kind_of_line(a: Cell, b: Cell, pieces: Mapping[int, Piece], letters: Mapping[frozenset[int], str]) -> str:
    """``own:<cut>``, ``cut:<letter>``, ``contact``, ``rayon-inside`` or ``rayon-outside``."""
    if a.piece == b.piece:
        return "own:" + min(a.sides ^ b.sides)
    letter = letters.get(frozenset({a.piece, b.piece}))
    if letter:
        return f"cut:{letter}"
    held = {pieces[a.piece].held, pieces[b.piece].held}
    if held == {True, False}:
        return "contact"
    return "rayon-inside" if held == {True} else "rayon-outside"


def _parse_cut(key: str, entry: Mapping[str, Any]) -> Cut:
    line = LineString(entry["line"])
    if line.is_closed:
        side = Polygon(entry["line"])
    else:
        seed = Point(entry["seed"])
        side = next(part for part in split(_EVERYWHERE, _lengthened(line)).geoms if part.contains(seed))
    return Cut(key, line, side, entry["error_km"], " ".join(entry["reason"].split()))


def _lengthened(line: LineString) -> LineString:
    """Run both ends on in their own direction, so that the line parts the whole window."""
    (x0, y0), (x1, y1), *_ = line.coords
    *_, (x2, y2), (x3, y3) = line.coords
    far = 500
    first = (x0 + (x0 - x1) * far, y0 + (y0 - y1) * far)
    last = (x3 + (x3 - x2) * far, y3 + (y3 - y2) * far)
    return LineString([first, *line.coords, last])
