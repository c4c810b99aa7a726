"""What the Explore page's module is told once: it is the same for every reader and every run, so it is an asset."""

from __future__ import annotations

from typing import Any

from geo.model import COMPARE_MODES, GROUPS, NO_NAMES, Period, Place, State, Story, View
from geo.payload import encode_view
from geo.state import default_state
from geo.ui import figures

__all__ = [
    "encode_state",
    "explore_setup",
    "forms_of",
    "line_pairs",
    "place_names",
    "place_view",
]

#: From which zoom a place that was searched for is seen well.
PLACE_ZOOM = 10.5
#: And that of an event.
EVENT_ZOOM = 9.6


def explore_setup(story: Story) -> dict[str, Any]:
    """Return what the module needs to move the map ahead of the server, and its words."""
    return {
        "home": encode_view(story.defaults.view), "words": story.words.for_browser("common", "explore"),
        "periods": [{"id": p.id, "label": p.label, "date": str(p.date)} for p in story.periods],
        "days": [str(day) for day in figures.change_days(story)],
        "widgets": {
            "days": [str(day) for day in figures.event_days(story)], "first": str(story.first), "last": str(story.last),
            "periods": [
                {"date": str(p.date), "layers": None if p.layers is None else list(p.layers)} for p in story.periods
            ],
            "modes": list(COMPARE_MODES),
            "names": [{"id": id, "label": label} for id, label in forms_of(story).items()],
            "places": {
                " · ".join(sorted(place_names(story, place))): {"id": id, "view": encode_view(place_view(place))}
                for id, place in story.places.items() if place.lonlat
            },
            "events": {id: encode_view(view) for id in story.events if (view := event_view(story, id))},
            "buttons": {
                **{
                    f"line_{old.id}_{new.id}": {"date": str(new.date), "compare": str(old.date), "mode": "outline"}
                    for old, new in line_pairs(story)
                },
                "reset": encode_state(default_state(story)),
            },
            "layers": {
                "all": list(story.layers),
                **{group: [id for id, x in story.layers.items() if x.group == group] for group in GROUPS},
            },
        },
    }  # fmt: skip


def encode_state(state: State) -> dict[str, Any]:
    """Return a state as the document takes it."""
    return {
        "event": state.event, "date": str(state.date), "layers": list(state.layers or ()), "names": state.names,
        "compare": str(state.compare) if state.compare else None, "mode": state.mode, "handle": state.handle,
        "highlight": list(state.highlight),
    }  # fmt: skip


def place_names(story: Story, place: Place) -> list[str]:
    """Return all names of a place in all forms, each once."""
    return list(dict.fromkeys(name.name for form in story.name_forms for name in place.names.get(form.id, ())))


def place_view(place: Place) -> View:
    """Return the view in which a place that was searched for is seen well."""
    return View(center=place.lonlat, zoom=PLACE_ZOOM)


def event_view(story: Story, id: str) -> View | None:
    """Return the view in which an event's places are seen well; None if no place of it has a point."""
    places = story.events[id].places
    points = [p for p in (story.places[place].lonlat for place in places if place in story.places) if p]
    if not points:
        return None
    lon, lat = (sum(axis) / len(points) for axis in zip(*points, strict=True))
    return View(center=(round(lon, 4), round(lat, 4)), zoom=EVENT_ZOOM)


def forms_of(story: Story) -> dict[str, str]:
    """Return the forms of names a reader can choose, and none, with their words."""
    return {form.id: form.label for form in story.name_forms} | {NO_NAMES: story.words.say("namesNone")}


def line_pairs(story: Story) -> list[tuple[Period, Period]]:
    """Return the pairs of named days of which the earlier has a line to lay over the later."""
    periods = [p for p in story.periods if p.date in figures.front_days(story)]
    return [(old, new) for old in periods for new in story.periods if old.date < new.date]
