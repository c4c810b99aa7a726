"""Checks that need several files at once, because they ask whether the parts of a story say the same thing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import shapely

from .control import control_of
from .errors import Report, unknown
from .layers import polygon_km2
from .model import (
    ControlEvent,
    Controller,
    ControlUnit,
    Event,
    Feature,
    Layer,
    Place,
    Step,
    Work,
)  # fmt: skip
from .reading import Record

__all__ = [
    "check_day_layer",
    "check_labels",
    "check_states",
    "first_day",
    "warn_article_footnotes",
    "warn_sections",
    "warn_unused",
]

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
