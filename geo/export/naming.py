"""The names on a sheet: which a state asks for, and where each finds room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from geo.export.scene import Label
from geo.export.typeset import text_width
from geo.model import NO_NAMES
from geo.toponyms import name_on

if TYPE_CHECKING:
    from geo.export.look import Look
    from geo.export.window import Window
    from geo.model import State, Story

__all__ = ["labels"]

#: Where a name stands beside its point, the best first: east, west, north, south.
_SIDES = ((1, 0), (-1, 0), (0, -1), (0, 1))


def labels(
    story: Story, payload: Mapping[str, Any], state: State, window: Window, size: tuple[float, float], look: Look
) -> tuple[Label, ...]:
    """Return the names that fit on a sheet of `size`, the most important first, each clear of the others.

    `payload` is what the browser reads of the same story: it says where the names of areas stand, so that both say the
    same in the same place.
    """
    if state.names == NO_NAMES or state.date is None:
        return ()
    candidates = []
    for key, found in _named(story, payload, state).items():
        place = story.places[found["place"]]
        name = name_on(place, state.names or "", state.date)
        if name is None or (not found["strong"] and window.zoom < look.label_zoom.get(found["rank"], 9)):
            continue
        kind, strong, rank = found["kind"], found["strong"], found["rank"]
        sizes = look.labels
        pixels, weight, *_ = sizes["strong"] if strong else sizes.get(kind) or sizes.get(str(rank)) or sizes["3"]
        text = name.name.upper() if kind == "state" and not strong else name.name
        x, y = window.point(found["at"])
        ink = look.label_ink
        candidates.append((
            -((100 if strong else 0) + (30 if kind == "state" else 25 if kind == "area" else 10 - rank * 2)), key,
            Label(
                id=key.rstrip(":"), text=text, lang=name.lang, kind=kind, x=x, y=y,
                box=(0, 0, text_width(text, pixels, weight) + 4, pixels * 1.3), size=pixels, weight=weight,
                color=ink["town"] if strong else ink.get(kind, ink["town"]), strong=strong, rank=rank,
            ),
        ))  # fmt: skip
    return tuple(_placed([label for *_, label in sorted(candidates, key=lambda c: c[:2])], size))


def _named(story: Story, payload: Mapping[str, Any], state: State) -> dict[str, dict[str, Any]]:
    """Return what has a name on this state's map, by key, as the browser gathers it."""
    topology = payload["topology"]["objects"]
    described = {layer["id"]: layer for layer in payload["layers"]}
    found: dict[str, dict[str, Any]] = {}
    for layer in (story.layers[id] for id in state.layers or () if id in story.layers):
        if layer.kind == "raster" or layer.day is not None:
            continue
        whole = described[layer.id].get("label")
        if whole:
            found[f"{layer.id}:"] = {
                "place": whole["place"], "at": whole["lonlat"], "rank": 0, "kind": "area", "strong": False,
            }  # fmt: skip
        shapes = {feature.id: feature.geometry for feature in story.features.get(layer.id, ())}
        for item in topology.get(layer.id, {}).get("geometries", ()):
            properties = item.get("properties", {})
            place = properties.get("place")
            if place not in story.places:
                continue
            if item["type"] == "Point" and layer.style.get("label"):
                found[place] = {
                    "place": place, "at": shapes[item["id"]].coords[0], "rank": properties.get("rank", 2),
                    "kind": properties.get("kind", "town"), "strong": False,
                }  # fmt: skip
            elif "label_lonlat" in properties:
                kind = "state" if layer.group == "context" else "area"
                found[f"{layer.id}:{place}"] = {
                    "place": place, "at": properties["label_lonlat"], "rank": 0, "kind": kind, "strong": False,
                }  # fmt: skip
    for id in _highlighted(story, state):
        place_found = story.places.get(id)
        if place_found is None or place_found.lonlat is None:
            continue
        found = {key: other for key, other in found.items() if key != id and other["place"] != id}
        found[id] = {
            "place": id, "at": place_found.lonlat, "rank": 1 if place_found.rank is None else place_found.rank,
            "kind": place_found.kind or "town", "strong": True,
        }  # fmt: skip
    return found


def _highlighted(story: Story, state: State) -> Iterable[str]:
    for id in state.highlight:
        layer = story.layers.get(id)
        if layer is not None and layer.kind == "point":
            yield from (str(feature.properties.get("place")) for feature in story.features.get(id, ()))
        else:
            yield id


def _placed(candidates: Sequence[Label], size: tuple[float, float]) -> Iterable[Label]:
    """Place labels greedily, in their order: east, west, north or south of their points, names of areas on them."""
    taken: list[tuple[float, float, float, float]] = []

    def free(box: tuple[float, float, float, float]) -> bool:
        x, y, w, h = box
        return not any(x < a + c and a < x + w and y < b + d and b < y + h for a, b, c, d in taken)

    for label in candidates:
        _, _, w, h = label.box
        centred = label.kind in ("state", "area") and not label.strong
        gap = 8 if label.strong else 5
        dot = (label.x - gap, label.y - gap, 2 * gap, 2 * gap)
        if not centred and not free(dot):
            continue
        for dx, dy in ((0, 0),) if centred else _SIDES:
            x = label.x + (gap if dx > 0 else -gap - w if dx < 0 else -w / 2)
            y = label.y + (gap if dy > 0 else -gap - h if dy < 0 else -h / 2)
            if x < 2 or y < 2 or x + w > size[0] - 2 or y + h > size[1] - 2 or not free((x, y, w, h)):
                continue
            taken += [(x, y, w, h)] if centred else [(x, y, w, h), dot]
            yield Label(**{**label.__dict__, "box": (x, y, w, h)})
            break
