"""What the map shows on a day, in words: the same sentences as the map document's (geo/web/document.mjs).

Nothing is written by hand: figures come from the engine, what happened from the log of events.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from itertools import groupby

from .control import areas_on, diff
from .model import ARTICLE_FORM, Event, Name, Story
from .toponyms import renamed

__all__ = ["day_label", "describe", "events_around", "last_change", "plain"]


def plain(parts: Sequence[str | Name]) -> str:
    """Return a renamed text as it is read, without the languages of its names."""
    return "".join(part.name if isinstance(part, Name) else part for part in parts)


def day_label(story: Story, day: date | None) -> str:
    """Return a day in words, or nothing for a story that tells of no days."""
    return story.words.day(day) if story.timeline and day is not None else ""


def last_change(story: Story, day: date) -> date | None:
    """Return the latest day up to `day` on which something changed hands, or None."""
    return max((e.date for e in story.events.values() if e.kind == "change" and e.date <= day), default=None)


def events_around(story: Story, day: date, before: int, after: int) -> list[Event]:
    """Return the events about a day, oldest first.

    Parameters
    ----------
    story : Story
        Any story.
    day : datetime.date
        Events of the day itself count as before it; all of them are returned, however many.
    before, after : int
        How many at most on either side.
    """
    events = sorted(story.events.values(), key=lambda event: event.date)
    past = [e for e in events if e.date <= day]
    same = sum(e.date == day for e in past)
    return past[-max(before, same) :] + [e for e in events if e.date > day][:after]


def describe(
    story: Story, day: date, compare: date | None = None, form: str = ARTICLE_FORM, *, control: bool = True
) -> tuple[str | Name, ...]:
    """Return what the map shows on a day and what changed last; with a second day, what passed between the two.

    Parameters
    ----------
    story : Story
        Any story.
    day, compare : datetime.date
        The day shown, and the one it is compared with.
    form : str
        Form of the names of places.
    control : bool
        Without it only what happened is told: the map does not show who holds what.
    """

    def label(id: str, on: date) -> str:
        return story.controllers[id].label_on(on)

    words = story.words
    sentences = []
    if control:
        held = [
            words.say("area", controller=label(id, day), km2=words.area(area.km2))
            for id, area in areas_on(story, day).items() if area.units
        ]  # fmt: skip
        sentences.append(words.say("description", day=words.day(day), areas=", ".join(held)))
    last = last_change(story, day)
    if last:
        what = "; ".join(
            e.what.removesuffix(".") for e in story.events.values() if e.kind == "change" and e.date == last
        )  # fmt: skip
        sentences.append(words.say("todaysChange" if last == day else "lastChange", day=words.day(last), what=what))
    if control and compare == day:
        sentences.append(words.say("sameDay", day=words.day(day)) + ".")
    elif control and compare:
        sentences.append(_difference(story, min(day, compare), max(day, compare), label))
    return renamed(" ".join(sentences), story.places, form, day)


def _difference(story: Story, start: date, end: date, label: Callable[[str, date], str]) -> str:
    words = story.words
    found = sorted(diff(story, start, end), key=lambda p: (p.start, p.end))
    sums = {pair: sum(p.km2 for p in group) for pair, group in groupby(found, key=lambda p: (p.start, p.end))}
    passed = [
        words.say("passedSentence", km2=words.area(area), **{"from": label(a, start), "to": label(b, end)})
        for (a, b), area in sums.items() if a != b
    ]  # fmt: skip
    if not passed:
        return words.say("noDifference") + "."
    stayed = words.area(sum(area for (a, b), area in sums.items() if a == b))
    days = {"from": words.day(start), "to": words.day(end)}
    return words.say("comparedWith", passed=", ".join(passed), km2=stayed, **days)
