"""What a map shows, read from a URL and written to one: the same queries as geo/web/state.mjs, word for word.

What is wrong in a query is put right and told; nothing raises. Both sides are tested on the same cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from urllib.parse import parse_qsl, quote

from .dates import parse_day
from .errors import BadDay
from .model import COMPARE_MODES, NO_NAMES, State, Story, View

__all__ = ["default_state", "event_state", "read_query", "step_state", "write_query"]

#: In this order a query is written.
_KEYS = ("step", "event", "date", "layers", "names", "compare", "mode", "handle", "highlight", "view")
_ZOOMS = (3, 14)


def default_state(story: Story) -> State:
    """Return the story's own starting state."""
    defaults = story.defaults
    return State(
        date=defaults.date, layers=defaults.layers, names=defaults.names, view=defaults.view, lang=story.lang
    )  # fmt: skip


def step_state(story: Story, id: str, base: State) -> State | None:
    """Return what a step shows when it is entered; names stay the reader's. None if there is no such step."""
    step = story.step(id)
    if step is None:
        return None
    return replace(
        base, step=id, event=None, date=step.date, compare=step.compare, mode="outline", handle=50,
        view=step.view,
        layers=story.defaults.layers if step.layers is None else step.layers, highlight=step.highlight,
    )  # fmt: skip


def event_state(story: Story, id: str, base: State) -> State | None:
    """Return `base` with an event's day and places. None if there is no such event."""
    event = story.events.get(id)
    if event is None:
        return None
    return replace(
        base, event=id, date=event.date, highlight=tuple(place for place in event.places if _knows(story, place))
    )  # fmt: skip


def read_query(story: Story, query: str | Mapping[str, str]) -> tuple[State, list[str]]:
    """Return the state that a query asks for, and in words what of it was put right.

    Parameters
    ----------
    story : Story
        Its defaults stand for what the query does not say.
    query : str or mapping
        ``?date=2000-02-29&layers=a,b``, with or without the question mark. Keys of others are left alone.
    """
    fields = dict(parse_qsl(query.removeprefix("?"), keep_blank_values=True)) if isinstance(query, str) else dict(query)
    state, ignored = default_state(story), []
    for key, entered in (("step", step_state), ("event", event_state)):
        if fields.get(key) or (key == "step" and key in fields):
            found = entered(story, fields[key], state)
            if found is None:
                ignored.append(story.words.say("unknownOne", key=key, value=fields[key]))
            state = found or state
    shown = state.date
    for key, value in fields.items():
        if key not in ("step", "event"):
            state = _put(story, state, key, value, ignored)
    return (state if state.date == shown else replace(state, event=None)), ignored


def _put(story: Story, state: State, key: str, value: str, ignored: list[str]) -> State:
    if key == "date" or (key == "compare" and value):
        day = _day(story, key, value, ignored)
        if day is None:
            return state
        return replace(state, date=day) if key == "date" else replace(state, compare=day)
    if key == "compare":
        return replace(state, compare=None)
    if key in ("layers", "highlight"):
        items = [item for item in value.split(",") if item]
        good = tuple(i for i in items if (i in story.layers if key == "layers" else _knows(story, i)))
        bad = [item for item in items if item not in good]
        if bad:
            ignored.append(story.words.say("unknownMany", key=key, values=", ".join(bad)))
        return replace(state, layers=good) if key == "layers" else replace(state, highlight=good)
    if key in ("names", "mode"):
        allowed = (*(form.id for form in story.name_forms), NO_NAMES) if key == "names" else COMPARE_MODES
        if value in allowed:
            return replace(state, names=value) if key == "names" else replace(state, mode=value)
        ignored.append(story.words.say("notOneOf", key=key, value=value, allowed=", ".join(allowed)))
    elif key == "handle":
        if value.isascii() and value.isdigit() and int(value) <= 100:
            return replace(state, handle=int(value))
        ignored.append(story.words.say("notAHandle", value=value))
    elif key == "view":
        view = _view(value)
        if view:
            return replace(state, view=view)
        ignored.append(story.words.say("notAView"))
    elif key == "lang" and value != story.lang:
        ignored.append(story.words.say("notALanguage", value=value))
    return state


def _day(story: Story, key: str, value: str, ignored: list[str]) -> date | None:
    try:
        day = parse_day(value)
    except BadDay:
        ignored.append(story.words.say("notADay", key=key, value=value))
        return None
    clamped = min(max(day, story.first), story.last)
    if clamped != day:
        outside = story.words.say("outside", key=key, day=day, first=story.first, last=story.last, shown=clamped)
        ignored.append(outside)
    return clamped


def _view(value: str) -> View | None:
    """Read a middle and a zoom, or the four sides of what is to be seen."""
    try:
        numbers = [float(part) for part in value.split(",")]
    except ValueError:
        return None
    match numbers:
        case [lon, lat, zoom] if abs(lon) <= 180 and abs(lat) <= 85 and _ZOOMS[0] <= zoom <= _ZOOMS[1]:
            return View(center=(lon, lat), zoom=zoom)
        case [west, south, east, north] if -180 <= west < east <= 180 and -85 <= south < north <= 85:
            return View(bounds=(west, south, east, north))
    return None


def _knows(story: Story, id: str) -> bool:
    return id in story.units or id in story.places or id in story.layers


def write_query(story: Story, state: State) -> str:
    """Return the shortest query that opens a state: only what differs from its step, event or the story's defaults."""
    base = (step_state(story, state.step, default_state(story)) if state.step else None) or default_state(story)
    if state.event:
        base = replace(event_state(story, state.event, base) or base, event=None)
    fields = [f"step={quote(state.step)}"] if state.step else []
    for key in _KEYS[1:]:
        value = getattr(state, key)
        if value != getattr(base, key):
            fields.append(f"{key}={_write(value)}")
    if story.lang != story.original:
        fields.append(f"lang={quote(story.lang)}")
    return f"?{'&'.join(fields)}" if fields else ""


def _write(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, View):
        degrees = [f"{round(x, 4):.10g}" for x in value.bounds or value.center or ()]
        return ",".join(degrees if value.bounds or value.zoom is None else [*degrees, f"{round(value.zoom, 2):.10g}"])
    if isinstance(value, tuple):
        return ",".join(quote(str(item), safe="") for item in value)
    return quote(str(value), safe="")
