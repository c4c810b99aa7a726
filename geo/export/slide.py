"""One slide being filled: its text, its legend, and the map of a scene as native shapes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import shapely
from PIL import Image
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.util import Pt

from geo.export import drawingml as dml
from geo.export import hatching
from geo.export.plain import Run
from geo.export.scene import Group, Label, LegendRow, Scene, Shape
from geo.export.typeset import BOLD, text_width, wrap

if TYPE_CHECKING:
    from geo.export.look import Look
    from geo.language import Words

__all__ = ["TEXT_SIZE", "Slide"]

#: Of the running text, in pixels of the sheet.
TEXT_SIZE = 13.0
#: Office has it everywhere; LibreOffice has Liberation Sans, of the same widths.
_TYPEFACE = "Arial"
_TITLE_ONLY = 5
#: Simplified by a quarter of a pixel, which nobody can see on a slide.
_TOLERANCE = 0.25


class Slide:
    """A slide being filled; coordinates are CSS pixels of the sheet."""

    def __init__(self, presentation: Any, words: Words, look: Look, reliefs: dict[str, bytes], title: str) -> None:
        self.words, self.say = words, words.say
        self.look, self.reliefs = look, reliefs  # PNGs by path, which all slides share
        self.slide = presentation.slides.add_slide(presentation.slide_layouts[_TITLE_ONLY])
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
        shape.left, shape.top, shape.width, shape.height = map(dml.emu, (left, top, width, height))
        frame = shape.text_frame
        _bare(frame)
        paragraph = frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.LEFT
        paragraph.line_spacing = 0.95
        self._font(paragraph.runs[0].font if paragraph.runs else paragraph.font, size, 700, self.look.token("ink"))
        return top + height

    def head(self, title: str, day: str) -> float:
        """Title and day in the column; returns where they end."""
        left, width = dml.SHEET.column
        y = self.place_title(left, dml.SHEET.margin - 4, width, 21)
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
        box = self.slide.shapes.add_textbox(*map(dml.emu, (left, top, width, height)))
        if name:
            box.name = name
        _bare(box.text_frame)
        for i, line in enumerate(lines):
            paragraph = box.text_frame.paragraphs[0] if i == 0 else box.text_frame.add_paragraph()
            paragraph.space_after = Pt(gap * dml.UNIT / 12700)
            run = paragraph.add_run()
            run.text = dml.clean(line)
            self._font(run.font, size, weight, color or self.look.token("ink"))

    def runs_height(self, runs: Sequence[Run]) -> float:
        text = "".join(run.text for run in runs)
        return len(wrap(text, TEXT_SIZE, dml.SHEET.column[1])) * TEXT_SIZE * 1.25

    def runs(self, runs: Sequence[Run], top: float, height: float) -> None:
        """Write the short text into the column, its footnotes raised."""
        left, width = dml.SHEET.column
        box = self.slide.shapes.add_textbox(*map(dml.emu, (left, top, width, max(height, 20))))
        box.name = self.say("shapeText")
        _bare(box.text_frame)
        paragraph = box.text_frame.paragraphs[0]
        before_footnote = False
        for part in runs:
            run = paragraph.add_run()
            run.text = f"{',' if before_footnote and part.footnote else ''}{dml.clean(part.text)}"
            self._font(run.font, TEXT_SIZE, 400, self.look.token("accent" if part.footnote else "ink"))
            if part.footnote:
                run.font._element.set("baseline", "30000")
            before_footnote = part.footnote

    def _font(self, font: Any, size: float, weight: int, color: str) -> None:
        font.size = Pt(max(5, round(size * dml.UNIT / 12700 * 4) / 4))
        font.bold = weight >= BOLD
        font.name = _TYPEFACE
        font.color.rgb = RGBColor.from_string(color[1:].upper())

    def foot(self, scene: Scene, footnotes: Sequence[str]) -> None:
        """Footnotes of the short text and credits of the map, under everything."""
        sheet = dml.SHEET
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
                  name=self.say("shapeFootnotes"))  # fmt: skip

    def notes(self, text: str) -> None:
        """Write the speaker's notes."""
        self.slide.notes_slide.notes_text_frame.text = dml.clean(text)

    # -- legend ------------------------------------------------------------------------------------------------------

    def legend_height(self, scene: Scene) -> float:
        return sum(self._row_height(row, dml.SHEET.column[1]) for row in scene.legend)

    def _row_height(self, row: LegendRow, width: float, short: bool = False) -> float:
        titles = wrap(row.title, 11, width - 36, 700 if row.figures else 400)
        figures = row.figures[:1] if short else row.figures
        return len(titles) * 13.6 + len(figures) * 13.2 + 7

    def legend(self, scene: Scene, top: float) -> None:
        left, width = dml.SHEET.column
        for row in scene.legend:
            top = self.legend_row(row, left, top, width)

    def legend_row(self, row: LegendRow, left: float, top: float, width: float, *, short: bool = False) -> float:
        """Draw one row of the legend as a group; returns where the next begins."""
        if row.is_line:
            sample = replace(row.shape, geometry=shapely.LineString([(left, top + 7), (left + 26, top + 7)]))
        else:
            sample = replace(row.shape, geometry=shapely.box(left, top + 1, left + 26, top + 16),
                             stroke=self.look.token("muted"), width=0.8)  # fmt: skip
        name = self.say("shapeLegend", title=row.title)
        self.tree.append(parse_xml(self._freeform(replace(sample, id="", name=name))))
        if not row.is_line and (row.shape.stripes or row.shape.hatch != "none"):
            hatch = hatching.hatch(sample.geometry, row.shape.hatch, row.shape.stripes, self.look)
            self.tree.append(parse_xml(self._freeform(replace(hatch, id="", name=self.say("shapeHatchOf", name=name)))))
        box = self.slide.shapes.add_textbox(
            *map(dml.emu, (left + 36, top, width - 36, self._row_height(row, width, short)))
        )
        box.name = name
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
        sea = Shape(id="sea", name=self.say("shapeBackground"), geometry=shapely.box(*self.window), fill=scene.look.sea)
        parts = [self._freeform(sea)]
        parts += [self._group(group) for group in scene.ground]
        parts.append(self._group(scene.control, self._hatches(scene.control.shapes)))
        parts.append(self._relief(scene))
        parts += [self._group(group) for group in scene.over]
        parts.append(self._labels(scene.labels))
        parts.append(self._scale_bar(scene))
        frame = Shape(id="frame", name=self.say("shapeFrame"), geometry=shapely.box(*self.window).exterior,
                      stroke=scene.look.token("rule"), width=1)  # fmt: skip
        parts.append(self._freeform(frame))
        self.tree.append(parse_xml(self._group_xml(self.say("shapeMap"), parts, scene.description)))

    def _group(self, group: Group, more: Sequence[str] = ()) -> str:
        return self._group_xml(group.title, [*map(self._freeform, group.shapes), *more])

    def _hatches(self, shapes: Sequence[Shape]) -> list[str]:
        """Return the hatches of units as shapes over them: Office's own patterns are too fine to be seen on a wall."""
        names = {"stripes": self.say("shapeStripes"), "hatch": self.say("shapeHatch")}
        found = hatching.hatches(shapes, self.window, self.look)
        return [self._freeform(replace(shape, name=names[shape.id])) for shape in found]

    def _group_xml(self, name: str, parts: Sequence[str], description: str = "") -> str:
        parts = [part for part in parts if part]
        if not parts:
            return ""
        x, y = (dml.emu(value) for value in self.offset)
        w, h = dml.emu(self.window[2]), dml.emu(self.window[3])
        return (
            f"<p:grpSp {dml.NAMESPACES}><p:nvGrpSpPr>{self._named(name, description)}<p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr>"  # noqa: E501
            f'<p:grpSpPr><a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{w}" cy="{h}"/>'
            f'<a:chOff x="{x}" y="{y}"/><a:chExt cx="{w}" cy="{h}"/></a:xfrm></p:grpSpPr>{"".join(parts)}</p:grpSp>'
        )

    def _named(self, name: str, description: str = "") -> str:
        described = f" descr={dml.quoted(description)}" if description else ""
        return f'<p:cNvPr id="0" name={dml.quoted(name)}{described}/>'  # numbered when the deck is saved

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
        x, y = dml.emu(left + dx), dml.emu(top + dy)
        w, h = max(1, dml.emu(right - left)), max(1, dml.emu(bottom - top))
        path = "".join(dml.path(part, left, top) for part in dml.outlines(geometry))
        is_area = geometry.geom_type not in ("LineString", "MultiLineString", "LinearRing")
        fill = dml.solid(shape.fill, shape.fill_opacity) if is_area and shape.fill else "<a:noFill/>"
        no_fill = "" if is_area else ' fill="none"'
        return (
            f"<p:sp {dml.NAMESPACES}><p:nvSpPr>{self._named(shape.name, shape.name if is_area else '')}<p:cNvSpPr/>"
            f'<p:nvPr/></p:nvSpPr><p:spPr><a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{w}" cy="{h}"/></a:xfrm>'
            f'<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/><a:rect l="0" t="0" r="r" b="b"/>'
            f'<a:pathLst><a:path w="{w}" h="{h}"{no_fill}>{path}</a:path></a:pathLst></a:custGeom>'
            f"{fill}{dml.line_properties(shape)}</p:spPr></p:sp>"
        )

    def _ellipse(self, name: str, x: float, y: float, radius: float, fill: str | None, stroke: str | None,
                 width: float) -> str:  # fmt: skip
        dx, dy = self.offset
        mark = Shape(id="", name=name, geometry=shapely.Point(), fill=fill, stroke=stroke, width=width)
        return (
            f"<p:sp {dml.NAMESPACES}><p:nvSpPr>{self._named(name)}<p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm>"
            f'<a:off x="{dml.emu(x + dx - radius)}" y="{dml.emu(y + dy - radius)}"/>'
            f'<a:ext cx="{dml.emu(2 * radius)}" cy="{dml.emu(2 * radius)}"/></a:xfrm>'
            f'<a:prstGeom prst="ellipse"><a:avLst/></a:prstGeom>{dml.solid(fill) if fill else "<a:noFill/>"}'
            f"{dml.line_properties(mark)}</p:spPr></p:sp>"
        )

    def _labels(self, labels: Sequence[Label]) -> str:
        parts = []
        for label in labels:
            dot, x, y, halo = self.say("shapeDot", name=label.text), label.x, label.y, self.look.label_ink["halo"]
            if label.strong:
                red, mark = self.look.lines["highlight"]["color"], self.say("shapeMark", name=label.text)
                parts.append(self._ellipse(mark, x, y, 8.5, halo, red, 2))
                parts.append(self._ellipse(dot, x, y, 5.5, red, None, 0))
            elif label.kind not in ("state", "area"):
                parts.append(self._ellipse(dot, x, y, 3.5 if label.rank == 1 else 2.5, label.color, halo, 1.2))
        parts += [self._label(label) for label in labels]
        return self._group_xml(self.say("shapeNames"), parts)

    def _label(self, label: Label) -> str:
        """Return a name as a text box; a glow of the ground's colour is its halo where the program draws one."""
        dx, dy = self.offset
        left, top, width, height = label.box
        centred = label.kind in ("state", "area") and not label.strong
        to_left = left + width <= label.x
        align = "ctr" if centred or (left < label.x < left + width) else "r" if to_left else "l"
        size = round(label.size * dml.UNIT / 12700 * 100)
        style = f' b="{int(label.weight >= BOLD)}" i="{int(label.kind == "area" and not label.strong)}"'
        halo = self.look.label_ink["halo"][1:].upper()
        name = self.say("shapeName", name=label.text)
        slack = 8.0  # fonts differ: a name may be a little wider than ours and must not break
        x = left - slack if align == "r" else left - slack / 2 if align == "ctr" else left
        return (
            f'<p:sp {dml.NAMESPACES}><p:nvSpPr>{self._named(name)}<p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr>'
            f'<p:spPr><a:xfrm><a:off x="{dml.emu(x + dx)}" y="{dml.emu(top + dy)}"/>'
            f'<a:ext cx="{dml.emu(width + slack)}" cy="{dml.emu(height)}"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/></p:spPr>'
            '<p:txBody><a:bodyPr wrap="none" lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr"><a:noAutofit/></a:bodyPr>'
            f'<a:lstStyle/><a:p><a:pPr algn="{align}"/><a:r><a:rPr lang={dml.quoted(_language(label.lang))} sz="{size}"{style}>'  # noqa: E501
            f'{dml.solid(label.color)}<a:effectLst><a:glow rad="25400"><a:srgbClr val="{halo}"/></a:glow></a:effectLst>'
            f'<a:latin typeface="{_TYPEFACE}"/><a:cs typeface="{_TYPEFACE}"/></a:rPr><a:t>{dml.escaped(label.text)}</a:t></a:r></a:p></p:txBody></p:sp>'  # noqa: E501
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
        x, y = dml.emu(inside[0] + dx), dml.emu(inside[1] + dy)
        w, h = dml.emu(inside[2] - inside[0]), dml.emu(inside[3] - inside[1])
        return (
            f"<p:pic {dml.NAMESPACES}><p:nvPicPr>{self._named(self.say('shapeRelief'), self.say('shapeReliefText'))}"
            '<p:cNvPicPr><a:picLocks noSelect="1" noChangeAspect="1"/></p:cNvPicPr><p:nvPr/></p:nvPicPr>'
            f'<p:blipFill><a:blip r:embed="{rid}"><a:alphaModFix amt="{round(scene.relief.opacity * 100_000)}"/></a:blip>'  # noqa: E501
            f'<a:srcRect l="{left_cut}" t="{top_cut}" r="{right_cut}" b="{bottom_cut}"/><a:stretch><a:fillRect/></a:stretch></p:blipFill>'  # noqa: E501
            f'<p:spPr><a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{w}" cy="{h}"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr></p:pic>'
        )

    def _relief_png(self, path: str) -> bytes:
        reliefs = self.reliefs
        if path not in reliefs:
            target = io.BytesIO()
            Image.open(path).convert("RGBA").save(target, "PNG", optimize=True)
            reliefs[path] = target.getvalue()
        return reliefs[path]

    def _scale_bar(self, scene: Scene) -> str:
        x, y = 16.0, scene.height - 14
        bar = shapely.LineString([(x, y - 6), (x, y), (x + scene.scale.width, y), (x + scene.scale.width, y - 6)])
        line = Shape(
            id="scale",
            name=self.say("shapeScaleOf", length=scene.scale.label),
            geometry=bar,
            stroke=self.look.token("ink"),
            width=1.6,
        )
        label = Label("scale", scene.scale.label, self.words.lang, "scale", x, y, (x + 6, y - 19, 60, 14), 10.5, 400,
                      self.look.token("ink"), False, 9)  # fmt: skip
        return self._group_xml(self.say("shapeScale"), [self._freeform(line), self._label(label)])


def _language(tag: str) -> str:
    """PowerPoint knows languages with their countries; a bare one it takes as well."""
    return tag if tag else "en-GB"


def _bare(frame: Any) -> None:
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.vertical_anchor = MSO_ANCHOR.TOP
