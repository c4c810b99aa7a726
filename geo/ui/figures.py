"""What the Explore page shows beside the map, worked out once a story: areas of all change days, tables, downloads.

Nothing here knows Streamlit; no geometry is touched but for a download.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from geo.control import Area, Passage, areas_on, diff, published_on
from geo.export.data import csv_text
from geo.model import PublishedArea, Story

__all__ = [
    "areas", "areas_csv", "areas_over_time", "change_days", "event_days", "front_days", "passed", "published",
    "steps_csv",
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
    return csv_text(header, rows).encode()


def steps_csv(story: Story) -> bytes:
    """Return the chart as a table: one row a day on which something changed, with what happened."""
    events: dict[date, list[str]] = {}
    for row in story.log:
        if row.event not in events.setdefault(row.date, []):
            events[row.date].append(row.event)
    held = list(story.controllers)
    return csv_text(("date", *(f"{id}_km2" for id in held), "events"), [
        (day, *(f"{areas(story, day)[id].km2:.2f}" for id in held), ";".join(events[day])) for day in change_days(story)
    ]).encode()  # fmt: skip
