"""What the Explore page shows beside the map, worked out once a story: areas of all change days, tables, downloads.

Nothing here knows Streamlit; no geometry is touched but for a download.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from geo.control import Area, Passage, areas_on, control_on, diff, published_on
from geo.model import CONTROL, PublishedArea, Story

__all__ = [
    "areas", "areas_csv", "areas_over_time", "change_days", "event_days", "front_days", "passed", "published",
    "steps_csv", "units_geojson",
]  # fmt: skip


@lru_cache(maxsize=4096)
def areas(story: Story, day: date) -> dict[str, Area]:
    """Return `geo.control.areas_on`, remembered."""
    return areas_on(story, day)


@lru_cache(maxsize=4096)
def published(story: Story, day: date) -> tuple[PublishedArea, ...]:
    """Return `geo.control.published_on`, remembered."""
    return published_on(story, day)


@lru_cache(maxsize=4096)
def passed(story: Story, start: date, end: date) -> tuple[Passage, ...]:
    """Return `geo.control.diff`, remembered."""
    return diff(story, start, end)


@lru_cache(maxsize=8)
def change_days(story: Story) -> tuple[date, ...]:
    """Return the days on which the map changes, the first day of the log included."""
    return tuple(sorted({row.date for row in story.log}))


@lru_cache(maxsize=8)
def event_days(story: Story) -> tuple[date, ...]:
    """Return the days of all events and named days, oldest first."""
    days = {e.date for e in story.events.values()} | {p.date for p in story.periods} | {story.first}
    return tuple(sorted(day for day in days if story.first <= day <= story.last))


@lru_cache(maxsize=8)
def front_days(story: Story) -> frozenset[date]:
    """Return the named days on which more than one holds land: those that have a line to lay over another."""
    return frozenset(p.date for p in story.periods if sum(bool(a.units) for a in areas(story, p.date).values()) > 1)


@lru_cache(maxsize=8)
def areas_over_time(story: Story) -> tuple[tuple[date, str, float], ...]:
    """Return (day, controller, km²) for every change day and the story's last, those that hold nothing included."""
    days = [*change_days(story), story.last]
    return tuple((day, id, area.km2) for day in days for id, area in areas(story, day).items())


def _csv(header: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def areas_csv(story: Story, day: date) -> bytes:
    """Return what each controller holds on a day, exactly; published figures stand beside, one row each."""
    rows: list[tuple[object, ...]] = []
    for id, area in areas(story, day).items():
        if not area.units:
            continue
        head = (day, id, story.controllers[id].label_on(day), f"{area.km2:.2f}", f"{area.error_km2:.2f}")
        figures = [f for f in published(story, day) if f.controller == id]
        rows += [(*head, f.km2, f"{area.km2 - f.km2:.2f}", f.subject, ";".join(f.sources)) for f in figures]
        rows += [] if figures else [(*head, "", "", "", "")]
    header = "date", "controller", "label", "km2", "error_km2", "published_km2", "difference_km2", "figure", "sources"
    return _csv(header, rows)


def steps_csv(story: Story) -> bytes:
    """Return the chart as a table: one row a day on which something changed, with what happened."""
    events: dict[date, list[str]] = {}
    for row in story.log:
        if row.event not in events.setdefault(row.date, []):
            events[row.date].append(row.event)
    held = list(story.controllers)
    return _csv(("date", *(f"{id}_km2" for id in held), "events"), [
        (day, *(f"{areas(story, day)[id].km2:.2f}" for id in held), ";".join(events[day])) for day in change_days(story)
    ])  # fmt: skip


def units_geojson(story: Story, day: date) -> bytes:
    """Return control on a day as GeoJSON (RFC 7946: WGS 84, longitude first), one unit a feature."""
    import shapely

    control = control_on(story, day)
    features = [
        {
            "type": "Feature",
            "properties": {
                "unit": unit.id, "name": unit.name, "controller": control[unit.id].controller, "km2": unit.km2,
                "uncertain": control[unit.id].uncertain,
            },
            "geometry": shapely.geometry.mapping(shapely.orient_polygons(unit.geometry)),
        }
        for unit in story.units.values() if not unit.frame
    ]  # fmt: skip
    layer = story.layers[CONTROL]
    return json.dumps({
        "type": "FeatureCollection", "name": f"control on {day}", "attribution": layer.attribution,
        "license": layer.license, "features": features,
    }, ensure_ascii=False).encode()  # fmt: skip
