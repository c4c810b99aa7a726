"""A deck of slides whose maps are native shapes: each unit and layer a freeform that can be selected and recoloured.

The layout is that of the pictures (`geo.export.image.Sheet`), so that slide and picture show the same map in the same
place.
"""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from pptx import Presentation
from pptx.util import Emu

from geo.control import diff, passages
from geo.describe import day_label
from geo.export import drawingml as dml
from geo.export.atlas import Atlas
from geo.export.look import look
from geo.export.plain import first_sentences, footnote_line, step_notes, step_paragraphs
from geo.export.scene import Scene
from geo.export.slide import TEXT_SIZE, Slide
from geo.export.state import full_state, period_state
from geo.export.typeset import wrap
from geo.page import works_cited
from geo.prose import render_source, render_work
from geo.state import default_state

if TYPE_CHECKING:
    from datetime import date

    from geo.model import Period, State, Step, Story

__all__ = ["render_deck"]

#: A slide is looked at while somebody speaks: it says no more than this many characters, the notes the rest.
_SHORT_TEXT = 360
_NAMED = "{http://schemas.openxmlformats.org/presentationml/2006/main}cNvPr"
#: Office needs a time of making; this one is the beginning of its own calendar of files.
_EPOCH = datetime.datetime(1980, 1, 1)


def render_deck(story: Story, *, names: str | None = None, tell: Callable[[str], None] = lambda _: None) -> bytes:
    """Return the deck of a story: title, steps, periods, the periods side by side, sources.

    Parameters
    ----------
    story : Story
        Any story.
    names : str, optional
        The form of the places' names on all maps.
    tell : callable
        Gets the title of each slide when it is done.
    """
    deck = _Deck(story, names)
    for title in deck.slides():
        tell(title)
    return deck.save()


class _Deck:
    def __init__(self, story: Story, names: str | None) -> None:
        self.story, self.names = story, names
        self.atlas = Atlas(story)
        self.look = look()
        self.presentation = Presentation()
        self.presentation.slide_width, self.presentation.slide_height = map(Emu, dml.SLIDE)

    @property
    def titles(self) -> int:
        """How many slides there will be."""
        return len(self.story.steps) + len(self.story.periods) + 2 + (len(self.story.periods) > 1)

    @cached_property
    def reliefs(self) -> dict[str, bytes]:
        return {}

    def slides(self) -> Iterable[str]:
        yield self._title()
        for step in self.story.steps:
            yield self._step(step)
        before: date | None = None
        for period in self.story.periods:
            yield self._period(period, before)
            before = period.date
        if len(self.story.periods) > 1:
            yield self._side_by_side()
        yield self._sources()

    def save(self) -> bytes:
        """Return the deck; nothing in it tells when it was made."""
        properties = self.presentation.core_properties
        # OOXML keeps at most 255 signs of each.
        properties.title, properties.author = self.story.title[:255], self.story.author[:255]
        properties.subject, properties.language = self.story.subtitle[:255], self.story.lang
        properties.last_modified_by, properties.revision = self.story.author[:255], 1
        for slide in self.presentation.slides:
            for number, element in enumerate(slide.shapes._spTree.iter(_NAMED), 2):
                element.set("id", str(number))
        for moment in ("created", "modified", "last_printed"):
            setattr(properties, moment, _EPOCH)
        target = io.BytesIO()
        self.presentation.save(target)
        return _without_times(target.getvalue())

    # -- slides ------------------------------------------------------------------------------------------------------

    def _state(self, state: State) -> State:
        return replace(state, names=self.names) if self.names else state

    def _scene(self, state: State, width: float = dml.SHEET.map_width, height: float = dml.SHEET.map_height) -> Scene:
        return self.atlas.scene(self._state(state), width, height)

    def _slide(self, title: str) -> Slide:
        return Slide(self.presentation, self.story.words, self.look, self.reliefs, title)

    def _title(self) -> str:
        story, sheet, words = self.story, dml.SHEET, self.story.words
        slide = self._slide(story.title)
        half = sheet.width * 0.5
        scene = self._scene(replace(default_state(story), highlight=()), half, sheet.height)
        slide.map(replace(scene, over=tuple(group for group in scene.over if group.id == "fronts")), left=half)
        y = slide.place_title(46, 150, half - 92, 38) + 10
        slide.text([story.subtitle], 46, y, half - 92, 60, 17, color=self.look.token("muted"))
        article = story.article
        lines = [words.say("deckAfter", **article)] if {
            "title", "author", "publisher", "year"
        } <= set(article) else [story.author]  # fmt: skip
        lines.append(words.say("deckShapes"))
        slide.text(lines, 46, 440, half - 92, 90, 11.5, color=self.look.token("muted"), gap=6)
        slide.text(
            ["; ".join(story.attribution)], 46, sheet.height - 60, half - 92, 34, 8.6, color=self.look.token("muted")
        )
        slide.notes("\n".join([story.title, story.subtitle, "", *lines, "", words.say("sources"),
                               "; ".join(story.attribution)]))  # fmt: skip
        return story.title

    def _step(self, step: Step) -> str:
        scene = self._scene(full_state(self.story, step=step.id))
        slide = self._slide(step.title)
        slide.map(scene)
        y = slide.head(step.title, step.date_label or day_label(self.story, step.date))
        room = dml.SHEET.map_height - y - slide.legend_height(scene) - 14
        runs = first_sentences(step_paragraphs(step), min(_SHORT_TEXT, max(60, int(room / 17 * 36))))
        while len(runs) > 1 and slide.runs_height(runs) > room:
            runs = runs[:-1]
        slide.runs(runs, y, room)
        slide.legend(scene, dml.SHEET.map_height - slide.legend_height(scene) - 4)
        told = {run.text for run in runs if run.footnote}
        slide.foot(scene, [footnote_line(note) for note in step.footnotes if str(note.number) in told])
        slide.notes(
            step_notes(self.story, step) + f"\n\n{self.story.words.say('mapHeading')}\n" + "\n".join(scene.credits)
        )
        return step.title

    def _period(self, period: Period, before: date | None) -> str:
        story, words = self.story, self.story.words
        scene = self._scene(period_state(story, period))
        day = words.day(period.date)
        title = words.say("whoHeld", period=period.label)
        slide = self._slide(title)
        slide.map(scene)
        y = slide.head(title, day)
        height = slide.legend_height(scene)
        lines = [scene.caption]
        if before is not None:
            lines.append(words.say("passedSince", day=words.day(before)))
            lines += [
                words.say(
                    "areaFromTo",
                    km2=words.area(km2),
                    **{"from": story.controllers[a].label_on(before), "to": story.controllers[b].label_on(period.date)},
                )
                for (a, b), km2 in passages(story, before, period.date).items()
            ]
        left, width = dml.SHEET.column
        slide.text(
            lines, left, y, width, dml.SHEET.map_height - y - height - 14, TEXT_SIZE, gap=5, name=words.say("shapeText")
        )
        slide.legend(scene, dml.SHEET.map_height - height - 4)
        slide.foot(scene, [])
        slide.notes("\n".join([f"{period.label} ({day})", "", scene.description, "", *self._since(period.date, before),
                               "", words.say("sources"), *scene.credits]))  # fmt: skip
        return period.label

    def _since(self, day: date, before: date | None) -> Iterable[str]:
        """Say what passed since the period before, event by event, with the addresses of the sources."""
        story, words = self.story, self.story.words
        if before is not None:
            yield words.say("passedSince", day=words.day(before))
            for passage in diff(story, before, day):
                if passage.changed:
                    start, end = story.controllers[passage.start], story.controllers[passage.end]
                    yield words.say("unitFromTo", unit=story.units[passage.unit].name, km2=words.area(passage.km2), **{
                        "from": start.label_on(before), "to": end.label_on(day)
                    })  # fmt: skip
            yield ""
        yield words.say("events")
        for event in story.events.values():
            if event.kind in ("change", "baseline", "status") and (before or story.first) <= event.date <= day:
                found = [story.sources[id] for id in event.sources if id in story.sources]
                yield f"{words.day(event.date)}: {event.what} " + "; ".join(
                    " ".join(filter(None, (source.title, source.url))) for source in found
                )

    def _side_by_side(self) -> str:
        story, sheet, periods = self.story, dml.SHEET, self.story.periods
        labels = [period.label for period in periods]
        title = story.words.say("and", items=", ".join(labels[:-1]), last=labels[-1])
        slide = self._slide(title)
        slide.place_title(sheet.margin, 14, sheet.width - 2 * sheet.margin, 26)
        gap = 14.0
        width = (sheet.width - 2 * sheet.margin - gap * (len(periods) - 1)) / len(periods)
        height = min(352.0, width * 1.12)
        notes: list[str] = [title, ""]
        for i, period in enumerate(periods):
            left = sheet.margin + i * (width + gap)
            scene = self._scene(period_state(story, period), width, height)
            day = story.words.day(period.date)
            slide.text([period.label], left, 62, width, 24, 17, weight=700, color=self.look.token("accent"))
            slide.text([day], left, 86, width, 18, 11.5, color=self.look.token("muted"))
            slide.map(scene, left=left, top=108)
            y = 108 + height + 6
            for row in scene.legend:
                if not row.is_line and row.figures:
                    y = slide.legend_row(row, left, y, width, short=True)
            notes += [f"{period.label} ({day}): {scene.description}", *scene.credits, ""]
        accuracy = [story.words.say("accuracy")]
        slide.text(accuracy, sheet.margin, sheet.height - 34, sheet.width - 2 * sheet.margin, 14, 8.6,
                   color=self.look.token("muted"))  # fmt: skip
        slide.text([scene.credits[-1]], sheet.margin, sheet.height - 21, sheet.width - 2 * sheet.margin, 14, 8.6,
                   color=self.look.token("muted"))  # fmt: skip
        slide.notes("\n".join([*notes, story.words.say("sources"), "; ".join(story.attribution)]))
        return title

    def _sources(self) -> str:
        story, sheet, words = self.story, dml.SHEET, self.story.words
        slide = self._slide(words.say("sources"))
        slide.place_title(sheet.margin, 14, sheet.width - 2 * sheet.margin, 26)
        works = works_cited(story)
        most = sorted(works, key=lambda pair: -len(pair[1]))[:9]
        article = story.article
        columns = [
            (words.say("theArticle"), [", ".join(filter(None, map(str, article.values()))) or story.author,
                             words.say("deckTells")]),
            (words.say("mostCited"), [_plain(render_work(work)) for work, _ in most]),
            (words.say("theMap"), [f"{layer.title}: {layer.attribution} ({layer.license})"
                                   for layer in story.layers.values() if layer.day is None]),
        ]  # fmt: skip
        columns = [column for column in columns if column[1]]
        gap = 26.0
        width = (sheet.width - 2 * sheet.margin - gap * (len(columns) - 1)) / len(columns)
        for i, (heading, lines) in enumerate(columns):
            left = sheet.margin + i * (width + gap)
            slide.text([heading], left, 68, width, 22, 14, weight=700, color=self.look.token("accent"))
            size = _fitting_size(lines, width, sheet.height - 68 - 24 - 60, 11.5)
            slide.text(lines, left, 94, width, sheet.height - 68 - 24 - 60, size, gap=4)
        slide.text([words.say("inTheNotes", works=len(works), sources=len(story.sources))],
                   sheet.margin, sheet.height - 32, sheet.width - 2 * sheet.margin, 16, 10,
                   color=self.look.token("muted"))  # fmt: skip
        slide.notes("\n".join([
            words.say("sources"), "",
            words.say("worksHead"), *(_with_url(render_work(work), work.url) for work, _ in works), "",
            words.say("otherSourcesHead"),
            *(_with_url(render_source(source), source.url) for source in story.sources.values()), "",
            words.say("mapHeading"), *(f"{layer.title}: {layer.source}; {layer.license}; {layer.attribution}"
                     for layer in story.layers.values()),
        ]))  # fmt: skip
        return words.say("sources")


def _plain(html: str) -> str:
    from geo.export.plain import plain_text

    return plain_text(html)


def _with_url(html: str, url: str) -> str:
    text = _plain(html)
    return text if not url or url in text else f"{text} {url}"


def _fitting_size(lines: Sequence[str], width: float, height: float, size: float) -> float:
    while size > 6.5 and sum(len(wrap(line, size, width)) * size * 1.25 + 4 for line in lines) > height:
        size -= 0.25
    return size


def _without_times(data: bytes) -> bytes:
    """Pack the deck anew with fixed times, so that the same story gives the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return target.getvalue()
