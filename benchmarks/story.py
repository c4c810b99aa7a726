"""The story as every contestant tells it: the same units, days, steps and base layers, from this repository's files."""

from __future__ import annotations

import json
import math
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from geo.control import control_on
from geo.model import Story
from geo.story import load_story

ROOT = Path(__file__).resolve().parents[1]

#: Drawn under control by every contestant. Relief and placed labels, which only this project has, are left out.
BASE_LAYERS = ("states", "lakes", "rivers", "nagorno_karabakh")
MAP_SIZE = (860, 640)


@cache
def story() -> Story:
    return load_story(ROOT)


@cache
def drawn_units() -> tuple[str, ...]:
    """Units in the order of their file, which is the order of the paths in every contestant that draws paths."""
    return tuple(id for id, unit in story().units.items() if not unit.frame)


@cache
def change_days() -> tuple[str, ...]:
    """Days on which the map changes: the stops of every contestant's timeline."""
    return tuple(sorted({row.date.isoformat() for row in story().log}))


@cache
def holders(day: str) -> tuple[str, ...]:
    """Who holds each drawn unit on a day."""
    control = control_on(story(), date.fromisoformat(day))
    return tuple(control[unit].controller for unit in drawn_units())


@cache
def letters() -> dict[str, str]:
    """One letter for each controller, so that a map's state is a short word."""
    return {id: chr(ord("a") + number) for number, id in enumerate(story().controllers)}


@cache
def colors() -> dict[str, str]:
    """The letter of each controller's colour: what is seen of a peer's path."""
    return {c.color.lower(): letters()[c.id] for c in story().controllers.values()}


def word(day: str) -> str:
    """What a right map shows on a day: the letters of its holders, unit by unit."""
    return "".join(letters()[holder] for holder in holders(day))


def stop(day: str) -> str:
    """The change day that is in force on a day: what a slider over change days must stand on."""
    return max((d for d in change_days() if d <= day), default=change_days()[0])


@cache
def steps() -> tuple[dict[str, Any], ...]:
    """The steps: id, title, text, day, the slider's stop for it, and the view as center and zoom."""
    return tuple(
        {
            "id": step.id, "title": step.title, "html": step.html, "date": step.date.isoformat(),
            "stop": stop(step.date.isoformat()), **center_zoom(step.view.bounds),
        }
        for step in story().steps
    )  # fmt: skip


def center_zoom(bounds: tuple[float, float, float, float]) -> dict[str, Any]:
    """Web Mercator center and whole zoom at which bounds fit into the map."""
    west, south, east, north = bounds

    def y(lat: float) -> float:
        return math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) / math.tau

    zoom = min(
        math.log2(MAP_SIZE[0] / 256 / ((east - west) / 360)), math.log2(MAP_SIZE[1] / 256 / (y(north) - y(south)))
    )
    return {"center": [(south + north) / 2, (west + east) / 2], "zoom": math.floor(zoom)}


@cache
def base_geojson(layer: str) -> dict[str, Any]:
    path = ROOT / "layers" / story().layers[layer].file
    return json.loads(path.read_text(encoding="utf-8"))


@cache
def unit_geometry() -> dict[str, Any]:
    path = ROOT / "layers" / story().layers["control"].file
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return {f["properties"]["unit"]: f["geometry"] for f in features}


def control_geojson(day: str) -> dict[str, Any]:
    """Control on a day, as a peer's page would load it."""
    colors = {id: c.color for id, c in story().controllers.items()}
    return _collection(
        {"type": "Feature", "geometry": unit_geometry()[unit],
         "properties": {"unit": unit, "controller": holder, "color": colors[holder]}}
        for unit, holder in zip(drawn_units(), holders(day), strict=True)
    )  # fmt: skip


def spans_geojson() -> dict[str, Any]:
    """Every state of every unit with the days between which it holds: what a page filters that asks no server."""
    features = []
    for number, unit in enumerate(drawn_units()):
        rows = story().rows[unit]
        changes = [row for i, row in enumerate(rows) if not i or row.controller != rows[i - 1].controller]
        for i, row in enumerate(changes):
            until = changes[i + 1].date if i + 1 < len(changes) else date(9999, 1, 1)
            properties = {
                "number": number, "controller": row.controller, "color": story().controllers[row.controller].color,
                "letter": letters()[row.controller], "from": _number(row.date), "to": _number(until),
            }  # fmt: skip
            features.append({"type": "Feature", "geometry": unit_geometry()[unit], "properties": properties})
    return _collection(features)


def _number(day: date) -> int:
    return int(day.strftime("%Y%m%d"))


def _collection(features: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}
