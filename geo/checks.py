"""Checks that need several files at once, because they ask whether the parts of a story say the same thing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import combinations

import shapely

from .control import control_of
from .errors import Report, unknown
from .layers import polygon_km2
from .model import (
    CONTROL,
    ControlEvent,
    Controller,
    ControlUnit,
    Event,
    Feature,
    Layer,
    Place,
    Step,
    View,
    Work,
)  # fmt: skip
from .reading import Record

__all__ = [
    "check_day_layer",
    "check_labels",
    "check_states",
    "first_day",
    "warn_article_footnotes",
    "warn_colors",
    "warn_lengths",
    "warn_sections",
    "warn_unused",
    "warn_views",
]

#: CIEDE2000 distance below which two colours, laid side by side on a map, are taken for one.
NEAREST_COLORS = 10
#: WCAG contrast below which a line or a point is not seen on the land under it; 1 is the same colour.
LEAST_CONTRAST = 1.5
#: Words that a card can hold beside a map; the median reader needs a minute and a half for them.
MOST_WORDS = 350
#: Signs that a title can have before it breaks into three lines.
MOST_TITLE = 80
#: Pixels of a map's width and height, and of the world's at zoom 0.
_MAP_SIZE, _WORLD_SIZE = (960, 640), 256
#: The three kinds of colour blindness, as coloraide's filters call them.
_DEFICIENCIES = {"protan": "red", "deutan": "green", "tritan": "blue"}

#: How far a period file may be from the log, in km², before it says something else.
DAY_TOLERANCE_KM2 = 0.5


def check_day_layer(
    report: Report,
    layer: Layer,
    features: Iterable[Feature],
    units: Mapping[str, ControlUnit],
    rows: Mapping[str, tuple[ControlEvent, ...]],
    controllers: Mapping[str, Controller],
) -> None:
    """Write a problem for each controller whose land in a period file is not what the log adds up to on that day.

    Such a file is what the log says, written out for those who open it elsewhere. Its features have a `controller`, and
    each is a unit or any union of units.
    """
    name, day = f"layers/{layer.file}", layer.day
    assert day is not None
    drawn: dict[str, list[shapely.geometry.base.BaseGeometry]] = {}
    for feature in features:
        controller = str(feature.properties.get("controller"))
        if controller not in controllers:
            what = unknown("controller", controller, controllers)
            report.problem(name, None, f"feature '{feature.id}': {what}")
            return
        drawn.setdefault(controller, []).append(feature.geometry)
    held: dict[str, list[shapely.geometry.base.BaseGeometry]] = {}
    for id, unit in units.items():
        control = control_of(rows.get(id, ()), day)
        if control and not unit.frame:
            held.setdefault(control.controller, []).append(unit.geometry)
    for controller in drawn:
        here, there = shapely.union_all(drawn[controller]), shapely.union_all(held.get(controller, []))
        more, less = polygon_km2(_areas(here.difference(there))), polygon_km2(_areas(there.difference(here)))
        if more > DAY_TOLERANCE_KM2 or less > DAY_TOLERANCE_KM2:
            report.problem(
                name, None, f"'{controller}' on {day} differs from the log: {more:.1f} km² too much, "
                f"{less:.1f} km² too little; make the file again from the log",
            )  # fmt: skip


def _areas(geometry: shapely.geometry.base.BaseGeometry) -> shapely.geometry.base.BaseGeometry:
    return shapely.MultiPolygon([part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"])


def check_labels(report: Report, catalogue: Record, layers: Mapping[str, Layer], places: Mapping[str, Place]) -> None:
    """Write a problem for each layer that is to be labelled as a place that is unknown."""
    for record in catalogue.records("layers", "layer"):
        layer = layers.get(str(record.raw("id")))
        label = layer.style.get("label") if layer else None
        if isinstance(label, str) and label not in places and not report.is_spoilt("place", label):
            style = record.record("style")
            assert style is not None
            style.problem("label", unknown("place", label, places))


def check_states(
    report: Report,
    name: str,
    events: Mapping[str, Event],
    places: Mapping[str, Place],
    units: Mapping[str, ControlUnit],
    rows: Mapping[str, tuple[ControlEvent, ...]],
) -> None:
    """Warn where a `state` event says that another controller held a place than the log has there on that day."""
    ids = [id for id, unit in units.items() if not unit.frame]
    tree = shapely.STRtree([units[id].geometry for id in ids])
    for event in events.values():
        if event.kind != "state" or event.controller is None:
            continue
        for place in event.places:
            lonlat = places[place].lonlat if place in places else None
            if lonlat is None:
                continue
            for index in tree.query(shapely.Point(lonlat), predicate="intersects"):
                control = control_of(rows[ids[index]], event.date)
                if control and control.controller != event.controller:
                    report.warn(
                        name, None, f"state '{event.id}' has {place} held by '{event.controller}' on {event.date}; "
                        f"the log has unit '{ids[index]}' held by '{control.controller}'",
                    )  # fmt: skip


def warn_sections(report: Report, name: str, sections: Sequence[str], steps: Iterable[Step]) -> None:
    """Warn of a section of the article that no step tells, and of a step of a section that is not listed."""
    if not sections:
        return
    told = {step.section for step in steps}
    for section in sections:
        if section not in told:
            report.warn(name, None, f"no step tells the section “{section}”")
    for step in steps:
        if step.section not in sections:
            report.warn(step.path, None, unknown("section", step.section, sections))


def warn_unused(report: Report, name: str, what: str, known: Iterable[str], used: Iterable[str]) -> None:
    """Warn of what is there and never used."""
    rest = [id for id in known if id not in set(used)]
    if rest:
        shown = ", ".join(rest[:8]) + (f", … ({len(rest)} in all)" if len(rest) > 8 else "")
        report.warn(name, None, f"{what}: {shown}")


def warn_colors(
    report: Report, catalogue: Record, controllers: Mapping[str, Controller], layers: Mapping[str, Layer]
) -> None:
    """Warn of colours that some readers cannot tell apart, and of lines and points too pale for the land under them.

    Colour blindness is simulated as in Viénot, Brettel and Mollon 1999, and the distance is
    CIEDE2000. Two controllers with different hatches are told apart by these.
    """
    from coloraide import Color

    lines = {str(record.raw("id")): record for record in catalogue.records("controllers", "controller", optional=True)}
    for a, b in combinations(controllers.values(), 2):
        if a.hatch != b.hatch:
            continue
        one, two = Color(a.color), Color(b.color)
        blind = {kind: one.filter(kind).delta_e(two.filter(kind), method="2000") for kind in _DEFICIENCIES}
        kind = min(blind, key=lambda kind: blind[kind])
        if blind[kind] < NEAREST_COLORS:
            lines[b.id].warn(
                "color", f"color {b.color} looks like {a.color} of '{a.id}' to readers who are "
                f"{_DEFICIENCIES[kind]}-blind (difference {blind[kind]:.0f}; at least {NEAREST_COLORS}); "
                "choose another, or give one a hatch",
            )  # fmt: skip
    ground = [layer.style.get("fill") for layer in layers.values() if layer.kind == "area" and layer.group == "context"]
    grounds = [color for color in ground if color and color != "none"]
    for record in catalogue.records("layers", "layer") if grounds else ():
        layer = layers[str(record.raw("id"))]
        color = layer.style.get("color") if layer.kind == "point" else layer.style.get("stroke")
        if layer.kind not in ("line", "point") or not color or color == "none":
            continue
        contrast = Color(color).contrast(grounds[0], method="wcag21")
        if contrast < LEAST_CONTRAST:
            style = record.record("style")
            assert style is not None
            style.warn(
                "color" if layer.kind == "point" else "stroke",
                f"{color} is hardly seen on {grounds[0]} (contrast {contrast:.1f}; at least {LEAST_CONTRAST})",
            )


def warn_lengths(report: Report, steps: Iterable[Step]) -> None:
    """Warn of a step whose title or text is longer than people read beside a map."""
    for step in steps:
        if len(step.title) > MOST_TITLE:
            report.warn(
                step.path, None, f"the title has {len(step.title)} signs; more than {MOST_TITLE} are hard to take in"
            )
        if step.words > MOST_WORDS:
            report.warn(step.path, None, f"the step has {step.words} words; more than {MOST_WORDS} are two steps")


def warn_views(
    report: Report,
    steps: Iterable[Step],
    layers: Mapping[str, Layer],
    features: Mapping[str, tuple[Feature, ...]],
    shown_by_default: Sequence[str],
) -> None:
    """Warn of a step whose map shows a part of the world in which none of its layers has anything."""
    shapes = {id: [feature.geometry for feature in found] for id, found in features.items()}
    trees: dict[str, shapely.STRtree] = {}
    for step in steps:
        window = shapely.box(*_bounds(step.view))
        for id in step.layers if step.layers is not None else shown_by_default:
            layer = layers[id]
            if layer.image_bounds is not None:
                if window.intersects(shapely.box(*layer.image_bounds)):
                    break
                continue
            drawn = CONTROL if layer.day else id
            tree = trees.setdefault(drawn, shapely.STRtree(shapes.get(drawn, [])))
            if len(tree.query(window, predicate="intersects")):
                break
        else:
            report.warn(step.path, None, "the view shows none of the step's layers: there is nothing to see on its map")


def _bounds(view: View) -> tuple[float, float, float, float]:
    """Return about what a view shows, in degrees."""
    if view.bounds is not None:
        return view.bounds
    assert view.center is not None
    assert view.zoom is not None
    lon, lat = view.center
    degrees = 360 / (_WORLD_SIZE * 2**view.zoom)  # of a pixel
    width, height = (size * degrees / 2 for size in _MAP_SIZE)
    height *= math.cos(math.radians(min(abs(lat), 85)))  # the scale of Mercator's projection
    return lon - width, lat - height, lon + width, lat + height


def warn_article_footnotes(report: Report, steps: Iterable[Step], works: Mapping[str, Work]) -> None:
    """Warn where a numbered footnote cites a work that the article does not cite in its footnote of that number."""
    for step in steps:
        for note in step.footnotes:
            if not note.label.isdecimal():
                continue
            for id in note.works:
                numbers = works[id].article_footnotes
                if numbers and int(note.label) not in numbers:
                    listed = ", ".join(map(str, numbers))
                    report.warn(
                        step.path, None, f"footnote [^{note.label}] cites '{id}', which the article cites in {listed}"
                    )  # fmt: skip


def first_day(rows: Mapping[str, tuple[ControlEvent, ...]]) -> date | None:
    """Return the day on which the log begins, or None for an empty log."""
    return min((found[0].date for found in rows.values() if found), default=None)
