"""A state asked for by name on the command line or the Slides page: what is wrong in it is refused, not put right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from geo.errors import BadDay, UnknownId, unknown
from geo.model import NO_NAMES, Period, State, Step, Story, View
from geo.state import default_state, step_state

__all__ = ["full_state", "named_states", "period_state", "state_title"]


def full_state(
    story: Story,
    *,
    step: str | None = None,
    day: date | None = None,
    layers: Sequence[str] | None = None,
    names: str | None = None,
    compare: date | None = None,
    highlight: Sequence[str] | None = None,
    view: View | None = None,
) -> State:
    """Return a state of a story with all its fields filled: those given, then the step's, then the story's.

    Raises
    ------
    UnknownId
        If the story has no such step, layer, form of names or place; the text has the choices.
    BadDay
        If a day is outside the story.
    """
    state = default_state(story)
    if step is not None:
        entered = step_state(story, step, state)
        if entered is None:
            raise UnknownId(unknown("step", step, [s.id for s in story.steps]))
        state = entered
    for given_day in (day, compare):
        if given_day is not None and not story.first <= given_day <= story.last:
            raise BadDay(f"{given_day} is outside the story, which runs from {story.first} to {story.last}")
    for layer in layers or ():
        if layer not in story.layers:
            raise UnknownId(unknown("layer", layer, story.layers))
    forms = [*(form.id for form in story.name_forms), NO_NAMES]
    if names is not None and names not in forms:
        raise UnknownId(unknown("form of names", names, forms))
    known = {*story.units, *story.places, *story.layers}
    for id in highlight or ():
        if id not in known:
            raise UnknownId(unknown("place, unit or layer", id, sorted(known)))
    given: dict[str, Any] = {"date": day, "names": names, "compare": compare, "view": view}
    if layers is not None:  # in the order of the catalogue, which is the order of drawing
        given["layers"] = tuple(id for id in story.layers if id in layers)
    if highlight is not None:
        given["highlight"] = tuple(highlight)
    return replace(state, **{key: value for key, value in given.items() if value is not None})


def period_state(story: Story, period: Period) -> State:
    """Return the story's default state on a named day."""
    base = default_state(story)
    return replace(base, date=period.date, layers=base.layers if period.layers is None else tuple(period.layers))


def named_states(story: Story) -> dict[str, State]:
    """Return every state that a whole story is exported in, by a name that files can have: its steps, its periods."""
    found = {step.id: full_state(story, step=step.id) for step in story.steps}
    for period in story.periods:
        name = f"period-{period.id}"
        found[name if name not in found else f"{name}-day"] = period_state(story, period)
    return found


def state_title(story: Story, state: State) -> str:
    """Return what a picture of a state is called: its step's title, else its period's, else the story's."""
    step: Step | None = story.step(state.step) if state.step else None
    if step is not None:
        return step.title
    period = next((period for period in story.periods if period.date == state.date), None)
    return story.words.say("periodMap", story=story.title, period=period.label) if period else story.title
