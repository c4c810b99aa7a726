"""What happened, and what of it moved the map.

`events.csv` is for people: every event, with who says so. `control_events.csv` is the log: one row for each unit that
an event touched. Only a baseline or a change moves the map; a claim is listed, a status is a mark on the timeline, a
state is a check on what the log adds up to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from .catalogue import use_sources
from .errors import unknown
from .model import (
    EVENT_KINDS,
    EXTENTS,
    ControlEvent,
    Controller,
    ControlUnit,
    Event,
    PublishedArea,
    Source,
)  # fmt: skip
from .reading import Record

__all__ = [
    "EVENTS", "EVENT_COLUMNS", "LOG", "LOG_COLUMNS", "PUBLISHED", "PUBLISHED_COLUMNS",
    "check_baselines", "parse_events", "parse_log", "parse_published", "rows_by_unit",
]  # fmt: skip

EVENTS = "layers/events.csv"
EVENT_COLUMNS = ("event", "kind", "earliest", "date", "latest", "place", "what", "controller", "source", "note")
LOG = "layers/control_events.csv"
LOG_COLUMNS = ("event", "unit", "earliest", "date", "latest", "controller", "extent", "source", "note")
PUBLISHED = "layers/areas_published.csv"
PUBLISHED_COLUMNS = ("subject", "km2", "as_of", "source", "note", "controller", "date", "district")

_MOVING = ("baseline", "change")


def parse_events(
    rows: Iterable[Record],
    controllers: Mapping[str, Controller],
    places: Iterable[str],
    sources: Mapping[str, Source],
    used: set[str],
) -> dict[str, Event]:
    """Return the events by id, by day. `used` collects the ids of the sources that they name."""
    known, found = list(places), {}
    for row in rows:
        before = len(row.report.problems)
        id, kind, what = row.id("event"), row.choice("kind", EVENT_KINDS), row.text("what")
        days = _parse_days(row)
        controller = row.choice("controller", controllers, optional=kind not in _MOVING, what="controller")
        ids = row.joined("place")
        for place in ids:
            if place not in known and not row.report.is_spoilt("place", place):
                row.problem("place", unknown("place", place, known))
        cited = use_sources(row, "source", sources, used)
        if not cited:
            row.problem("source", "an event needs a source")
        if id in found:
            row.problem("event", f"event '{id}' stands twice")
        if len(row.report.problems) == before and id and kind and what and days:
            found[id] = Event(id, kind, *days, ids, what, controller, cited, row.note("note"))
        else:
            row.report.spoil("event", id)
    return dict(sorted(found.items(), key=lambda item: (item[1].date, item[0])))


def parse_log(
    rows: Iterable[Record],
    events: Mapping[str, Event],
    units: Mapping[str, ControlUnit],
    controllers: Mapping[str, Controller],
    sources: Mapping[str, Source],
    used: set[str],
) -> tuple[ControlEvent, ...]:
    """Return the log, by day, then unit.

    Problems
    --------
    An event that is unknown or moves no map, an unknown unit, controller or source, days out of order, rows out of
    order, two rows of one unit on one day.
    """
    found: list[ControlEvent] = []
    first_line: dict[tuple[str, object], int | None] = {}
    last: tuple[object, str] | None = None
    for row in rows:
        before = len(row.report.problems)
        event = row.choice("event", events, what="event")
        unit = row.choice("unit", units, what="unit")
        controller = row.choice("controller", controllers, what="controller")
        extent = row.choice("extent", EXTENTS)
        days = _parse_days(row)
        cited = use_sources(row, "source", sources, used)
        if event and events[event].kind not in _MOVING:
            row.problem(
                "event", f"event '{event}' is a {events[event].kind}; only a baseline or a change moves the map"
            )
        if not cited:
            row.problem("source", "a row of the log needs a source")
        if days and unit:
            if (unit, days[1]) in first_line:
                row.problem(
                    "unit",
                    f"unit '{unit}' changes twice on {days[1]}; the first is in line {first_line[unit, days[1]]}",
                )
            first_line.setdefault((unit, days[1]), row.line)
            if last is not None and (days[1], unit) < last:
                row.problem("date", "the rows are not sorted by date, then unit")
            last = (days[1], unit)
        if len(row.report.problems) == before and event and unit and controller and extent and days:
            found.append(ControlEvent(event, unit, *days, controller, extent, cited, row.note("note")))
            _compare(row, events[event], found[-1])
    return tuple(sorted(found, key=lambda row: (row.date, row.unit)))


def _compare(row: Record, event: Event, moved: ControlEvent) -> None:
    if event.controller and event.controller != moved.controller:
        row.warn("controller", f"the log has '{moved.controller}', event '{event.id}' has '{event.controller}'")
    if not event.earliest <= moved.date <= event.latest:
        row.warn(
            "date", f"{moved.date} is not within the days of event '{event.id}', {event.earliest} to {event.latest}"
        )


def rows_by_unit(log: Iterable[ControlEvent], units: Iterable[str]) -> dict[str, tuple[ControlEvent, ...]]:
    """Return the rows of each unit, oldest first; a unit without rows has none."""
    rows: dict[str, list[ControlEvent]] = {unit: [] for unit in units}
    for row in sorted(log, key=lambda row: row.date):
        rows[row.unit].append(row)
    return {unit: tuple(found) for unit, found in rows.items()}


def check_baselines(
    record: Record,
    rows: Mapping[str, tuple[ControlEvent, ...]],
    events: Mapping[str, Event],
    units: Mapping[str, ControlUnit],
) -> None:
    """Write a problem for each unit whose first row is no baseline, and for a frame that changes hands."""
    first = min((found[0].date for found in rows.values() if found), default=None)
    for unit, found in rows.items():
        baselines = [row for row in found if events[row.event].kind == "baseline"]
        if not baselines:
            record.problem("", f"unit '{unit}' has no baseline; each unit starts with one")
        elif found[0] is not baselines[0]:
            record.problem("", f"unit '{unit}' changes on {found[0].date}, before its baseline of {baselines[0].date}")
        elif len(baselines) > 1:
            record.problem("", f"unit '{unit}' has {len(baselines)} baselines; each unit has one")
        elif found[0].date != first:
            record.problem("", f"the baseline of unit '{unit}' is of {found[0].date}; the log begins on {first}")
        if units[unit].frame and len({row.controller for row in found}) > 1:
            record.problem("", f"unit '{unit}' is a frame, so it never changes hands; the log has it change")


def parse_published(
    rows: Iterable[Record],
    controllers: Mapping[str, Controller],
    districts: Iterable[str],
    sources: Mapping[str, Source],
    used: set[str],
) -> tuple[PublishedArea, ...]:
    """Return the published figures, in the order of the file."""
    known, found = sorted(set(districts)), []
    for row in rows:
        before = len(row.report.problems)
        subject, km2 = row.text("subject"), row.number("km2", least=0)
        controller = row.choice("controller", controllers, optional=True)
        day, district = row.day("date", optional=True), row.choice("district", known, optional=True)
        cited = use_sources(row, "source", sources, used)
        if bool(row.note("controller")) != bool(row.note("date")):
            row.problem("controller", "controller and date go together: give both, or neither")
        if len(row.report.problems) == before and subject and km2 is not None:
            found.append(
                PublishedArea(subject, km2, row.note("as_of"), cited, row.note("note"), controller, day, district)
            )
    return tuple(found)


def _parse_days(row: Record) -> tuple[date, date, date] | None:
    earliest, day, latest = row.day("earliest"), row.day("date"), row.day("latest")
    if not (earliest and day and latest):
        return None
    if not earliest <= day <= latest:
        row.problem(
            "date", f"the days are out of order: earliest {earliest}, date {day}, latest {latest}; "
            "they must be earliest <= date <= latest",
        )  # fmt: skip
        return None
    return earliest, day, latest
