"""A deck of slides whose maps are native shapes: each unit and layer a freeform that can be selected and recoloured.

The layout is that of the pictures (`geo.export.image.Sheet`), so that slide and picture show the same map in the same
place. Shapes are written as DrawingML directly: python-pptx's own builder takes a second for a coastline.
"""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

import numpy as np
import shapely
from PIL import Image
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.util import Emu, Pt

from geo.control import diff, passages
from geo.describe import day_label
from geo.export.image import sheet_for
from geo.export.look import look
from geo.export.plain import Run, first_sentences, footnote_line, step_notes, step_paragraphs
from geo.export.scene import Atlas, Group, Label, LegendRow, Scene, Shape
from geo.export.state import full_state, period_state
from geo.export.typeset import BOLD, text_width, wrap
from geo.page import works_cited
from geo.prose import render_source, render_work
from geo.state import default_state

if TYPE_CHECKING:
    from datetime import date

    from geo.model import Period, State, Step, Story

__all__ = ["DECK_SHEET", "render_deck"]

#: Slides are 13⅓ by 7½ inches, 16:9; lengths in files are English Metric Units.
_SLIDE = (12_192_000, 6_858_000)
_FOOT = 66.0
#: Office has it everywhere; LibreOffice has Liberation Sans, of the same widths.
_TYPEFACE = "Arial"
#: Simplified by a quarter of a pixel, which nobody can see on a slide.
_TOLERANCE = 0.25
#: Directions of the lines of a hatch, which are eight pixels apart; the stripes of an open day are sixteen.
_HATCHES: dict[str, tuple[tuple[float, float], ...]] = {
    "none": (), "diagonal": ((1, 1),), "back-diagonal": ((1, -1),), "horizontal": ((0, 1),), "vertical": ((1, 0),),
    "cross": ((1, 0), (0, 1)), "dots": (),
}  # fmt: skip
_HATCH_STEP, _STRIPE_STEP, _STRIPE_WIDTH = 8.0, 16.0, 5.6
_NAMESPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_TITLE_ONLY = 5
#: A slide is looked at while somebody speaks: it says no more than this many characters, the notes the rest.
_SHORT_TEXT, _TEXT_SIZE = 360, 13.0
_NAMED = "{http://schemas.openxmlformats.org/presentationml/2006/main}cNvPr"
#: Office needs a time of making; this one is the beginning of its own calendar of files.
_EPOCH = datetime.datetime(1980, 1, 1)

DECK_SHEET = sheet_for(16 / 9, _FOOT)
_UNIT = _SLIDE[0] / DECK_SHEET.width


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
        self.presentation.slide_width, self.presentation.slide_height = map(Emu, _SLIDE)

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

    def _scene(self, state: State, width: float = DECK_SHEET.map_width, height: float = DECK_SHEET.map_height) -> Scene:
        return self.atlas.scene(self._state(state), width, height)

    def _slide(self, title: str) -> _Slide:
        return _Slide(self, title)

    def _title(self) -> str:
        story, sheet, words = self.story, DECK_SHEET, self.story.words
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
        room = DECK_SHEET.map_height - y - slide.legend_height(scene) - 14
        runs = first_sentences(step_paragraphs(step), min(_SHORT_TEXT, max(60, int(room / 17 * 36))))
        while len(runs) > 1 and slide.runs_height(runs) > room:
            runs = runs[:-1]
        slide.runs(runs, y, room)
        slide.legend(scene, DECK_SHEET.map_height - slide.legend_height(scene) - 4)
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
        left, width = DECK_SHEET.column
        slide.text(lines, left, y, width, DECK_SHEET.map_height - y - height - 14, _TEXT_SIZE, gap=5, name="Text")
        slide.legend(scene, DECK_SHEET.map_height - height - 4)
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
        story, sheet, periods = self.story, DECK_SHEET, self.story.periods
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
        story, sheet, words = self.story, DECK_SHEET, self.story.words
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


# -- one slide -------------------------------------------------------------------------------------------------------


class _Slide:
    """A slide being filled; coordinates are CSS pixels of the sheet."""

    def __init__(self, deck: _Deck, title: str) -> None:
        self.deck, self.look = deck, deck.look
        self.slide = deck.presentation.slides.add_slide(deck.presentation.slide_layouts[_TITLE_ONLY])
        fill = self.slide.background.fill
        fill.solid()
        fill.fore_color.rgb = RGBColor.from_string(self.look.paper[1:].upper())
        self.title = title
        self.slide.shapes.title.text = title

    @property
    def tree(self) -> Any:
        return self.slide.shapes._spTree

    # -- text --------------------------------------------------------------------------------------------------------

    def place_title(self, left: float, top: float, width: float, size: float) -> float:
        """Put the slide's title somewhere; returns where it ends."""
        lines = wrap(self.title, size, width, BOLD)
        while len(lines) > 4 and size > 12:
            size -= 1
            lines = wrap(self.title, size, width, BOLD)
        shape = self.slide.shapes.title
        height = len(lines) * size * 1.2 + 6
        shape.left, shape.top, shape.width, shape.height = map(_emu, (left, top, width, height))
        frame = shape.text_frame
        _bare(frame)
        paragraph = frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.LEFT
        paragraph.line_spacing = 0.95
        self._font(paragraph.runs[0].font if paragraph.runs else paragraph.font, size, 700, self.look.token("ink"))
        return top + height

    def head(self, title: str, day: str) -> float:
        """Title and day in the column; returns where they end."""
        left, width = DECK_SHEET.column
        y = self.place_title(left, DECK_SHEET.margin - 4, width, 21)
        if not day:
            return y + 8
        size = min(20.0, 19.4 * width / text_width(day, 20, BOLD))
        self.text([day], left, y + 2, width, size * 1.3, size, weight=700, color=self.look.token("accent"))
        return y + size * 1.3 + 8

    def text(
        self, lines: Sequence[str], left: float, top: float, width: float, height: float, size: float, *,
        weight: int = 400, color: str | None = None, gap: float = 0, name: str = "",
    ) -> None:  # fmt: skip
        """Write paragraphs into a box."""
        box = self.slide.shapes.add_textbox(*map(_emu, (left, top, width, height)))
        if name:
            box.name = name
        _bare(box.text_frame)
        for i, line in enumerate(lines):
            paragraph = box.text_frame.paragraphs[0] if i == 0 else box.text_frame.add_paragraph()
            paragraph.space_after = Pt(gap * _UNIT / 12700)
            run = paragraph.add_run()
            run.text = _clean(line)
            self._font(run.font, size, weight, color or self.look.token("ink"))

    def runs_height(self, runs: Sequence[Run]) -> float:
        text = "".join(run.text for run in runs)
        return len(wrap(text, _TEXT_SIZE, DECK_SHEET.column[1])) * _TEXT_SIZE * 1.25

    def runs(self, runs: Sequence[Run], top: float, height: float) -> None:
        """Write the short text into the column, its footnotes raised."""
        left, width = DECK_SHEET.column
        box = self.slide.shapes.add_textbox(*map(_emu, (left, top, width, max(height, 20))))
        box.name = "Text"
        _bare(box.text_frame)
        paragraph = box.text_frame.paragraphs[0]
        before_footnote = False
        for part in runs:
            run = paragraph.add_run()
            run.text = f"{',' if before_footnote and part.footnote else ''}{_clean(part.text)}"
            self._font(run.font, _TEXT_SIZE, 400, self.look.token("accent" if part.footnote else "ink"))
            if part.footnote:
                run.font._element.set("baseline", "30000")
            before_footnote = part.footnote

    def _font(self, font: Any, size: float, weight: int, color: str) -> None:
        font.size = Pt(max(5, round(size * _UNIT / 12700 * 4) / 4))
        font.bold = weight >= BOLD
        font.name = _TYPEFACE
        font.color.rgb = RGBColor.from_string(color[1:].upper())

    def foot(self, scene: Scene, footnotes: Sequence[str]) -> None:
        """Footnotes of the short text and credits of the map, under everything."""
        sheet = DECK_SHEET
        width = sheet.width - 2 * sheet.margin
        credit = scene.credits[-1]
        lines = [*footnotes, credit] if footnotes else list(scene.credits)
        joined = ["   ".join(footnotes), credit] if footnotes else lines
        size = 8.8
        room = sheet.height - sheet.map_height - 10
        while size > 6.6 and sum(len(wrap(line, size, width)) for line in joined) * size * 1.24 > room:
            size -= 0.2
        most = max(2, int(room / (size * 1.24))) - 1
        shown = [" ".join(wrap(joined[0], size, width, most=most)), *joined[1:]]
        self.text(shown, sheet.margin, sheet.map_height + 4, width, room, size, color=self.look.token("muted"),
                  name="Footnotes")  # fmt: skip

    def notes(self, text: str) -> None:
        """Write the speaker's notes."""
        self.slide.notes_slide.notes_text_frame.text = _clean(text)

    # -- legend ------------------------------------------------------------------------------------------------------

    def legend_height(self, scene: Scene) -> float:
        return sum(self._row_height(row, DECK_SHEET.column[1]) for row in scene.legend)

    def _row_height(self, row: LegendRow, width: float, short: bool = False) -> float:
        titles = wrap(row.title, 11, width - 36, 700 if row.figures else 400)
        figures = row.figures[:1] if short else row.figures
        return len(titles) * 13.6 + len(figures) * 13.2 + 7

    def legend(self, scene: Scene, top: float) -> None:
        left, width = DECK_SHEET.column
        for row in scene.legend:
            top = self.legend_row(row, left, top, width)

    def legend_row(self, row: LegendRow, left: float, top: float, width: float, *, short: bool = False) -> float:
        """Draw one row of the legend as a group; returns where the next begins."""
        if row.is_line:
            sample = replace(row.shape, geometry=shapely.LineString([(left, top + 7), (left + 26, top + 7)]))
        else:
            sample = replace(row.shape, geometry=shapely.box(left, top + 1, left + 26, top + 16),
                             stroke=self.look.token("muted"), width=0.8)  # fmt: skip
        name = f"Legend: {row.title}"
        self.tree.append(_parse(self._freeform(replace(sample, id="", name=name))))
        if not row.is_line and (row.shape.stripes or row.shape.hatch != "none"):
            hatch = self._hatch(sample.geometry, row.shape.hatch, row.shape.stripes)
            self.tree.append(_parse(self._freeform(replace(hatch, id="", name=f"{name}, hatch"))))
        box = self.slide.shapes.add_textbox(
            *map(_emu, (left + 36, top, width - 36, self._row_height(row, width, short)))
        )
        box.name = f"Legend: {row.title}"
        _bare(box.text_frame)
        figures = row.figures[:1] if short else row.figures
        for i, line in enumerate((row.title, *figures)):
            paragraph = box.text_frame.paragraphs[0] if i == 0 else box.text_frame.add_paragraph()
            run = paragraph.add_run()
            run.text = line
            bold = i == 0 and bool(row.figures)
            self._font(
                run.font, 11 if i < 2 else 9.6, 700 if bold else 400, self.look.token("ink" if i < 2 else "muted")
            )
        return top + self._row_height(row, width, short)

    # -- map ---------------------------------------------------------------------------------------------------------

    def map(self, scene: Scene, left: float = 0, top: float = 0) -> None:
        """Draw a scene as one group of groups, which can be moved and scaled as a whole."""
        self.offset = (left, top)
        self.window = (0.0, 0.0, scene.width, scene.height)
        sea = Shape(id="sea", name="Background", geometry=shapely.box(*self.window), fill=scene.look.sea)
        parts = [self._freeform(sea)]
        parts += [self._group(group) for group in scene.ground]
        parts.append(self._group(scene.control, self._hatches(scene.control.shapes)))
        parts.append(self._relief(scene))
        parts += [self._group(group) for group in scene.over]
        parts.append(self._labels(scene.labels))
        parts.append(self._scale_bar(scene))
        frame = Shape(id="frame", name="Frame", geometry=shapely.box(*self.window).exterior,
                      stroke=scene.look.token("rule"), width=1)  # fmt: skip
        parts.append(self._freeform(frame))
        self.tree.append(_parse(self._group_xml("Map", parts, scene.description)))

    def _group(self, group: Group, more: Sequence[str] = ()) -> str:
        return self._group_xml(group.title, [*map(self._freeform, group.shapes), *more])

    def _hatches(self, shapes: Sequence[Shape]) -> list[str]:
        """Return the hatches of units as shapes over them: Office's own patterns are too fine to be seen on a wall."""
        parts = []
        kinds = dict.fromkeys((shape.hatch, shape.stripes, shape.fill) for shape in shapes)
        for hatch, stripes, fill in kinds:
            land = [s.geometry for s in shapes if (s.hatch, s.stripes, s.fill) == (hatch, stripes, fill)]
            area = shapely.clip_by_rect(shapely.union_all(land), *self.window)
            parts.append(self._freeform(self._hatch(area, hatch, stripes)))
        return parts

    def _hatch(self, area: shapely.Geometry, hatch: str, stripes: str | None) -> Shape:
        ink, opacity = self.look.hatch_ink, self.look.hatch_opacity
        if stripes:
            lines = _ruled(area, (1, 1), _STRIPE_STEP)
            bands = shapely.MultiPolygon([line.buffer(_STRIPE_WIDTH / 2, cap_style="flat") for line in lines])
            striped = _areas(shapely.intersection(area, bands))
            return Shape("stripes", "Stripes: the day of change is open", striped, fill=stripes)
        if hatch == "dots":
            dots = shapely.buffer(_grid(area.buffer(-1.0), _HATCH_STEP), 1.0, quad_segs=2)
            return Shape(
                "hatch", "Hatch", shapely.MultiPolygon(list(dots)), fill=ink, fill_opacity=min(1, opacity * 1.6)
            )
        lines = [line for direction in _HATCHES[hatch] for line in _ruled(area, direction, _HATCH_STEP)]
        return Shape("hatch", "Hatch", shapely.intersection(shapely.MultiLineString(lines), area), stroke=ink,
                     stroke_opacity=opacity, width=1, cap="flat")  # fmt: skip

    def _group_xml(self, name: str, parts: Sequence[str], description: str = "") -> str:
        parts = [part for part in parts if part]
        if not parts:
            return ""
        x, y = (_emu(value) for value in self.offset)
        w, h = _emu(self.window[2]), _emu(self.window[3])
        return (
            f"<p:grpSp {_NAMESPACES}><p:nvGrpSpPr>{self._named(name, description)}<p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr>"  # noqa: E501
            f'<p:grpSpPr><a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{w}" cy="{h}"/>'
            f'<a:chOff x="{x}" y="{y}"/><a:chExt cx="{w}" cy="{h}"/></a:xfrm></p:grpSpPr>{"".join(parts)}</p:grpSp>'
        )

    def _named(self, name: str, description: str = "") -> str:
        described = f" descr={_quote(description)}" if description else ""
        return f'<p:cNvPr id="0" name={_quote(name)}{described}/>'  # numbered when the deck is saved

    def _freeform(self, shape: Shape) -> str:
        """Return a shape as DrawingML, cut off at the map's frame; a mark with a radius as an ellipse."""
        dx, dy = self.offset if hasattr(self, "offset") else (0.0, 0.0)
        if not shape.id or shape.id in ("sea", "frame"):
            geometry = shape.geometry
            dx, dy = (dx, dy) if shape.id else (0.0, 0.0)
        elif shape.radius:
            return self._ellipse(shape.name, shape.geometry.x, shape.geometry.y, shape.radius, shape.fill, shape.stroke,
                                 shape.width)  # fmt: skip
        else:
            geometry = shapely.simplify(shape.geometry, _TOLERANCE)
            geometry = shapely.clip_by_rect(geometry, *self.window)
        if geometry.is_empty:
            return ""
        left, top, right, bottom = geometry.bounds
        x, y = _emu(left + dx), _emu(top + dy)
        w, h = max(1, _emu(right - left)), max(1, _emu(bottom - top))
        path = "".join(_path(part, left, top) for part in _lines(geometry))
        is_area = geometry.geom_type not in ("LineString", "MultiLineString", "LinearRing")
        fill = _solid(shape.fill, shape.fill_opacity) if is_area and shape.fill else "<a:noFill/>"
        no_fill = "" if is_area else ' fill="none"'
        return (
            f"<p:sp {_NAMESPACES}><p:nvSpPr>{self._named(shape.name, shape.name if is_area else '')}<p:cNvSpPr/>"
            f'<p:nvPr/></p:nvSpPr><p:spPr><a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{w}" cy="{h}"/></a:xfrm>'
            f'<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/><a:rect l="0" t="0" r="r" b="b"/>'
            f'<a:pathLst><a:path w="{w}" h="{h}"{no_fill}>{path}</a:path></a:pathLst></a:custGeom>'
            f"{fill}{_line(shape)}</p:spPr></p:sp>"
        )

    def _ellipse(self, name: str, x: float, y: float, radius: float, fill: str | None, stroke: str | None,
                 width: float) -> str:  # fmt: skip
        dx, dy = self.offset
        mark = Shape(id="", name=name, geometry=shapely.Point(), fill=fill, stroke=stroke, width=width)
        return (
            f"<p:sp {_NAMESPACES}><p:nvSpPr>{self._named(name)}<p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm>"
            f'<a:off x="{_emu(x + dx - radius)}" y="{_emu(y + dy - radius)}"/>'
            f'<a:ext cx="{_emu(2 * radius)}" cy="{_emu(2 * radius)}"/></a:xfrm>'
            f'<a:prstGeom prst="ellipse"><a:avLst/></a:prstGeom>{_solid(fill) if fill else "<a:noFill/>"}'
            f"{_line(mark)}</p:spPr></p:sp>"
        )

    def _labels(self, labels: Sequence[Label]) -> str:
        parts = []
        for label in labels:
            if label.strong:
                red = self.look.lines["highlight"]["color"]
                parts.append(
                    self._ellipse(f"Mark: {label.text}", label.x, label.y, 8.5, self.look.label_ink["halo"], red, 2)
                )
                parts.append(self._ellipse(f"Dot: {label.text}", label.x, label.y, 5.5, red, None, 0))
            elif label.kind not in ("state", "area"):
                radius = 3.5 if label.rank == 1 else 2.5
                parts.append(self._ellipse(f"Dot: {label.text}", label.x, label.y, radius, label.color,
                                           self.look.label_ink["halo"], 1.2))  # fmt: skip
        parts += [self._label(label) for label in labels]
        return self._group_xml("Names", parts)

    def _label(self, label: Label) -> str:
        """Return a name as a text box; a glow of the ground's colour is its halo where the program draws one."""
        dx, dy = self.offset
        left, top, width, height = label.box
        centred = label.kind in ("state", "area") and not label.strong
        to_left = left + width <= label.x
        align = "ctr" if centred or (left < label.x < left + width) else "r" if to_left else "l"
        size = round(label.size * _UNIT / 12700 * 100)
        style = f' b="{int(label.weight >= BOLD)}" i="{int(label.kind == "area" and not label.strong)}"'
        halo = self.look.label_ink["halo"][1:].upper()
        slack = 8.0  # fonts differ: a name may be a little wider than ours and must not break
        x = left - slack if align == "r" else left - slack / 2 if align == "ctr" else left
        return (
            f'<p:sp {_NAMESPACES}><p:nvSpPr>{self._named(f"Name: {label.text}")}<p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr>'  # noqa: E501
            f'<p:spPr><a:xfrm><a:off x="{_emu(x + dx)}" y="{_emu(top + dy)}"/>'
            f'<a:ext cx="{_emu(width + slack)}" cy="{_emu(height)}"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/></p:spPr>'
            '<p:txBody><a:bodyPr wrap="none" lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr"><a:noAutofit/></a:bodyPr>'
            f'<a:lstStyle/><a:p><a:pPr algn="{align}"/><a:r><a:rPr lang={_quote(_language(label.lang))} sz="{size}"{style}>'  # noqa: E501
            f'{_solid(label.color)}<a:effectLst><a:glow rad="25400"><a:srgbClr val="{halo}"/></a:glow></a:effectLst>'
            f'<a:latin typeface="{_TYPEFACE}"/><a:cs typeface="{_TYPEFACE}"/></a:rPr><a:t>{_escape(label.text)}</a:t></a:r></a:p></p:txBody></p:sp>'  # noqa: E501
        )

    def _relief(self, scene: Scene) -> str:
        """Return the relief as a picture cut to the map; it cannot be selected, so that the units under it can."""
        if scene.relief is None:
            return ""
        part, rid = self.slide.part.get_or_add_image_part(io.BytesIO(self._relief_png(str(scene.relief.path))))
        del part
        left, top, right, bottom = scene.relief.box
        inside = (max(left, 0), max(top, 0), min(right, scene.width), min(bottom, scene.height))
        if inside[0] >= inside[2] or inside[1] >= inside[3]:
            return ""
        crop = (
            (inside[0] - left) / (right - left), (inside[1] - top) / (bottom - top),
            (right - inside[2]) / (right - left), (bottom - inside[3]) / (bottom - top),
        )  # fmt: skip
        left_cut, top_cut, right_cut, bottom_cut = (round(value * 100_000) for value in crop)
        dx, dy = self.offset
        x, y = _emu(inside[0] + dx), _emu(inside[1] + dy)
        w, h = _emu(inside[2] - inside[0]), _emu(inside[3] - inside[1])
        return (
            f"<p:pic {_NAMESPACES}><p:nvPicPr>{self._named('Relief', 'Shaded relief')}"
            '<p:cNvPicPr><a:picLocks noSelect="1" noChangeAspect="1"/></p:cNvPicPr><p:nvPr/></p:nvPicPr>'
            f'<p:blipFill><a:blip r:embed="{rid}"><a:alphaModFix amt="{round(scene.relief.opacity * 100_000)}"/></a:blip>'  # noqa: E501
            f'<a:srcRect l="{left_cut}" t="{top_cut}" r="{right_cut}" b="{bottom_cut}"/><a:stretch><a:fillRect/></a:stretch></p:blipFill>'  # noqa: E501
            f'<p:spPr><a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{w}" cy="{h}"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr></p:pic>'
        )

    def _relief_png(self, path: str) -> bytes:
        reliefs = self.deck.reliefs
        if path not in reliefs:
            target = io.BytesIO()
            Image.open(path).convert("RGBA").save(target, "PNG", optimize=True)
            reliefs[path] = target.getvalue()
        return reliefs[path]

    def _scale_bar(self, scene: Scene) -> str:
        x, y = 16.0, scene.height - 14
        bar = shapely.LineString([(x, y - 6), (x, y), (x + scene.scale.width, y), (x + scene.scale.width, y - 6)])
        line = Shape(
            id="scale", name=f"Scale: {scene.scale.label}", geometry=bar, stroke=self.look.token("ink"), width=1.6
        )
        label = Label("scale", scene.scale.label, "en", "scale", x, y, (x + 6, y - 19, 60, 14), 10.5, 400,
                      self.look.token("ink"), False, 9)  # fmt: skip
        return self._group_xml("Scale", [self._freeform(line), self._label(label)])


# -- DrawingML -------------------------------------------------------------------------------------------------------


def _emu(pixels: float) -> Emu:
    return Emu(round(pixels * _UNIT))


def _parse(xml: str) -> Any:
    return parse_xml(xml)


def _quote(text: str) -> str:
    return quoteattr(_clean(text))


def _escape(text: str) -> str:
    return _clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _clean(text: str) -> str:
    """Drop what XML cannot hold at all."""
    return "".join(char for char in text if char in "\t\n" or (char >= " " and char not in "\ufffe\uffff"))


def _language(tag: str) -> str:
    """PowerPoint knows languages with their countries; a bare one it takes as well."""
    return tag if tag else "en-GB"


def _bare(frame: Any) -> None:
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.vertical_anchor = MSO_ANCHOR.TOP


def _lines(geometry: shapely.Geometry) -> Iterable[tuple[Any, bool]]:
    for part in shapely.get_parts(geometry):
        if part.geom_type == "Polygon":
            yield from ((ring, True) for ring in shapely.get_rings(part))
        elif part.geom_type in ("LineString", "LinearRing"):
            yield part, part.geom_type == "LinearRing"


def _path(line: tuple[Any, bool], left: float, top: float) -> str:
    part, closed = line
    points = [(_emu(x - left), _emu(y - top)) for x, y in shapely.get_coordinates(part)]
    first, *rest = points[:-1] if closed else points
    drawn = "".join(f'<a:lnTo><a:pt x="{x}" y="{y}"/></a:lnTo>' for x, y in rest)
    return f'<a:moveTo><a:pt x="{first[0]}" y="{first[1]}"/></a:moveTo>{drawn}{"<a:close/>" if closed else ""}'


def _color(color: str, opacity: float = 1.0) -> str:
    alpha = f'<a:alpha val="{round(opacity * 100_000)}"/>' if opacity < 1 else ""
    return f'<a:srgbClr val="{color[1:].upper()}">{alpha}</a:srgbClr>'


def _solid(color: str, opacity: float = 1.0) -> str:
    return f"<a:solidFill>{_color(color, opacity)}</a:solidFill>"


def _ruled(area: shapely.Geometry, direction: tuple[float, float], step: float) -> list[shapely.LineString]:
    """Return parallel lines over an area, `step` apart along the axes, at the same places for every area."""
    if area.is_empty:
        return []
    left, top, right, bottom = area.bounds
    dx, dy = direction
    corners = [dx * x + dy * y for x in (left, right) for y in (top, bottom)]
    lines = []
    for k in range(int(min(corners) // step), int(max(corners) // step) + 2):
        at = k * step
        if dx and dy:
            lines.append(
                shapely.LineString([(left - 9, (at - dx * (left - 9)) / dy), (right + 9, (at - dx * (right + 9)) / dy)])
            )
        elif dx:
            lines.append(shapely.LineString([(at, top - 9), (at, bottom + 9)]))
        else:
            lines.append(shapely.LineString([(left - 9, at), (right + 9, at)]))
    return lines


def _grid(area: shapely.Geometry, step: float) -> Any:
    """Return the points of a staggered grid within an area, at the same places for every area."""
    if area.is_empty:
        return []
    left, top, right, bottom = area.bounds
    rows, columns = np.meshgrid(np.arange(top // step, bottom // step + 2), np.arange(left // step, right // step + 2))
    xs, ys = ((columns + 0.5 * (rows % 2)) * step).ravel(), (rows * step).ravel()
    inside = shapely.contains_xy(area, xs, ys)
    return shapely.points(xs[inside], ys[inside])


def _areas(geometry: shapely.Geometry) -> shapely.Geometry:
    return shapely.MultiPolygon([part for part in _flat(geometry) if part.geom_type == "Polygon"])


def _flat(geometry: shapely.Geometry) -> Iterable[shapely.Geometry]:
    for part in shapely.get_parts(geometry):
        if part.geom_type in ("MultiPolygon", "GeometryCollection"):
            yield from _flat(part)
        else:
            yield part


def _line(shape: Shape) -> str:
    if not shape.stroke or shape.width <= 0:
        return "<a:ln><a:noFill/></a:ln>"
    width = max(1, round(shape.width * _UNIT))
    dash = ""
    if shape.dash:  # lengths are in thousandths of a per cent of the line's width
        pairs = list(zip(shape.dash[::2], shape.dash[1::2] or shape.dash[::2], strict=False))
        stops = "".join(
            f'<a:ds d="{round(d / shape.width * 100_000)}" sp="{round(s / shape.width * 100_000)}"/>' for d, s in pairs
        )
        dash = f"<a:custDash>{stops}</a:custDash>"
    cap = "rnd" if shape.cap == "round" else "flat"
    return f'<a:ln w="{width}" cap="{cap}">{_solid(shape.stroke, shape.stroke_opacity)}{dash}<a:round/></a:ln>'


def _without_times(data: bytes) -> bytes:
    """Pack the deck anew with fixed times, so that the same story gives the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return target.getvalue()
