"""``layers/edges.csv``: how well each edge between two units is known, and from where."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.units import Cut

COLUMNS = ("a", "b", "accuracy", "error_km", "source", "note")

#: Edges shorter than this are corners that simplifying took away.
_SHORTEST_KM = 0.05


@dataclass(frozen=True)
class LineKind:
    """Accuracy of one kind of line. The errors are estimates; ``docs/data.md`` says how each came about."""

    accuracy: str
    error_km: float
    source: str


_KINDS = {
    "contact": LineKind("digitised", 0.4, "OpenStreetMap, May 2020: line of contact"),
    "rayon-outside": LineKind("digitised", 0.4, "OpenStreetMap, May 2020: district boundary"),
    "rayon-inside": LineKind("digitised", 1, "Who's On First / Mesoshapes: district boundary"),
}
_LETTER_NAMES = {
    "A": "cut line A, oblast against Kalbajar",
    "B": "cut line B, Mardakert land in today's Agdam",
    "C": "cut line C, oblast against Tartar",
    "D": "cut line D, Hadrut against Martuni",
    "E": "cut line E, Shahumyan district",
    "F": "cut line F, north line of 10 November 2020",
    "G": "cut line G, south line of 10 November 2020",
    "corridor": "strip of 2.5 km either side of the Lachin road",
}


def write_edges(
    path: Path,
    lines: Mapping[tuple[str, str], Mapping[str, float]],
    present: set[tuple[str, str]],
    cuts: Mapping[str, Cut],
    lettered: Mapping[str, Any],
) -> None:
    """Write one row an edge.

    Parameters
    ----------
    path : Path
        The file to write.
    lines : mapping of (str, str) to mapping of str to float
        Kilometres of each edge by kind of line, see `tools.units.Mosaic`.
    present : set of (str, str)
        The edges that the finished layer has.
    cuts, lettered : mapping
        Own and lettered cuts.
    """
    rows = []
    for pair, kinds in sorted(lines.items()):
        if pair not in present or sum(kinds.values()) < _SHORTEST_KM:
            continue
        # An edge of several kinds is as good as its longest part; the note says what the rest is.
        ordered = sorted(kinds, key=lambda kind: (-kinds[kind], kind))
        main = _line_kind(ordered[0], cuts, lettered)
        note = "; ".join(f"{kinds[kind]:.0f} km: {_line_kind(kind, cuts, lettered).source}" for kind in ordered[1:])
        rows.append((*pair, main.accuracy, f"{main.error_km:g}", main.source, note))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)


def _line_kind(kind: str, cuts: Mapping[str, Cut], lettered: Mapping[str, Any]) -> LineKind:
    family, _, name = kind.partition(":")
    if family == "own":
        return LineKind("schematic", cuts[name].error_km, f"own line '{name}'")
    if family == "cut":
        return LineKind("schematic", lettered[name]["error_km"], _LETTER_NAMES[name])
    return _KINDS[kind]
