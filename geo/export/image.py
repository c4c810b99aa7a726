"""Pictures of a state: PNG at any size, SVG and PDF with real vectors and text as text, drawn by matplotlib.

A picture is a sheet 640 CSS pixels high, whatever its size in the end: a larger one is sharper, not fuller. The same
state gives the same bytes.
"""

from __future__ import annotations

import io
import re
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING, Any, Literal

import matplotlib as mpl
import numpy as np
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Circle, PathPatch, Rectangle
from matplotlib.path import Path as Outline
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D, Bbox, TransformedBbox
from PIL import Image, PngImagePlugin

from geo.describe import day_label
from geo.errors import UnknownId, unknown
from geo.export import hatching
from geo.export.atlas import Atlas, credits_of
from geo.export.look import Look
from geo.export.scene import Label, LegendRow, Scene, Shape
from geo.export.state import state_title
from geo.export.typeset import BOLD, FAMILY, drawable, text_width, wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from geo.model import State, Story

__all__ = [
    "IMAGE_FORMATS", "Sheet", "check_size", "foot_for", "load_relief", "render_frame", "render_image", "render_map",
    "render_swatch", "render_vector_map", "sheet_for",
]  # fmt: skip

IMAGE_FORMATS = ("png", "svg", "pdf")
#: CSS pixels from top to bottom of every sheet.
SHEET_HEIGHT = 640.0
#: Sizes in pixels that a picture may have, and shapes that its parts still fit.
_LEAST, _MOST = 480, 8192
_ASPECTS = (1.2, 2.4)

#: The column's type is made smaller by as much before its caption is left out, and then until it ends above the foot.
_SMALLER = (1.0, 0.95, 0.9, 0.85, 0.8)
_SMALLEST = (0.75, 0.7, 0.65, 0.6)
_CREDIT, _CREDIT_LINE, _CREDIT_MOST = 8.6, 12.0, 8
#: CSS pixels of a small picture in a legend that stands on a page of its own.
_SWATCH = (30.0, 19.0)
_RC = {
    "font.family": FAMILY,
    "svg.fonttype": "none",
    "svg.hashsalt": "storymap",
    "pdf.fonttype": 42,
    "pdf.compression": 6,
    "lines.scale_dashes": False,
    "path.simplify": False,
    "axes.unicode_minus": False,
}
#: How text is written: as shapes, which is the fastest in pixels; as text that our font has all signs of; as it is.
Letters = Literal["outlines", "drawable", "all"]
_LETTERS: Mapping[str, Letters] = {"png": "outlines", "pdf": "drawable", "svg": "all"}
_LOCK = threading.Lock()
#: Points of one CSS pixel.
_PT = 0.75


@dataclass(frozen=True)
class Sheet:
    """Where the parts of a picture lie, in CSS pixels; a slide of a deck is laid out alike.

    The map is in the upper left corner; the column is to its right, the foot beneath both.
    """

    width: float
    height: float
    map_width: float
    map_height: float
    margin: float = 18.0

    @property
    def column(self) -> tuple[float, float]:
        """Left edge and width of the column, within its margins."""
        left = self.map_width + self.margin
        return left, self.width - left - self.margin


def sheet_for(aspect: float, foot: float = 46.0) -> Sheet:
    """Return the layout of a sheet `aspect` times as wide as it is high."""
    width = SHEET_HEIGHT * aspect
    column = min(310.0, max(236.0, 0.275 * width))
    return Sheet(width, SHEET_HEIGHT, width - column, SHEET_HEIGHT - foot)


def foot_for(story: Story, states: Iterable[State], aspect: float) -> float:
    """Return the height of the foot, in CSS pixels, that the credits of all these states fit into."""
    sheet = sheet_for(aspect)
    lines = max(len(_credit_lines(sheet, credits_of(story, state))) for state in states)
    return 10 + _CREDIT_LINE * max(3, lines)


def check_size(text: str) -> tuple[int, int]:
    """Return the pixels that a size such as ``1920x1080`` means.

    Raises
    ------
    UnknownId
        If it is written in another way or nothing can be drawn in it; the text says what can.
    """
    match = re.fullmatch(r"(\d{1,5})x(\d{1,5})", text)
    size = (int(match[1]), int(match[2])) if match else (0, 0)
    if not (match and all(_LEAST <= side <= _MOST for side in size)):
        raise UnknownId(
            f"size '{text}' cannot be drawn; write WIDTHxHEIGHT in pixels, {_LEAST} to {_MOST} each, such as 1920x1080"
        )
    low, high = _ASPECTS
    if not low <= size[0] / size[1] <= high:
        raise UnknownId(
            f"size '{text}' is {size[0] / size[1]:.2f} times as wide as high; "
            f"pictures are {low} to {high} times, such as 1920x1080 or 1440x1080"
        )
    return size


def render_image(
    atlas: Atlas,
    state: State,
    kind: str = "png",
    *,
    size: tuple[int, int] = (1920, 1080),
    palette: str = "screen",
) -> bytes:
    """Return a picture of a state with title, date, legend, scale bar and credits on it.

    Parameters
    ----------
    atlas : Atlas
        The story, made ready for drawing.
    state : State
        With all fields filled.
    kind : str
        ``png``, ``svg`` or ``pdf``.
    size : tuple of int
        Pixels of a PNG; the shape of the others.
    palette : str
        ``screen`` or ``print``.
    """
    if kind not in IMAGE_FORMATS:
        raise UnknownId(unknown("picture format", kind, IMAGE_FORMATS))
    aspect = size[0] / size[1]
    sheet = sheet_for(aspect, foot_for(atlas.story, [state], aspect))
    scene = atlas.scene(state, sheet.map_width, sheet.map_height, palette)
    with _matplotlib():
        canvas = _draw_sheet(atlas.story, sheet, scene, _LETTERS[kind])
        return canvas.save(
            kind, size[1] / sheet.height, state_title(atlas.story, state), atlas.story.author, scene.description
        )


def render_frame(atlas: Atlas, state: State, height: int, sheet: Sheet, palette: str = "screen") -> Image.Image:
    """Return the picture of `render_image` as pixels, `height` of them high, on a sheet that many pictures share."""
    scene = atlas.scene(state, sheet.map_width, sheet.map_height, palette)
    with _matplotlib():
        return _draw_sheet(atlas.story, sheet, scene).pixels(height / sheet.height)


def _draw_sheet(story: Story, sheet: Sheet, scene: Scene, letters: Letters = "outlines") -> _Canvas:
    canvas = _Canvas(sheet.width, sheet.height, scene.look, letters)
    canvas.map(scene)
    _column(canvas, sheet, scene, state_title(story, scene.state), day_label(story, scene.state.date))
    _foot(canvas, sheet, scene)
    return canvas


def render_map(scene: Scene, scale: float = 1.0) -> Image.Image:
    """Return the map alone, without anything around it, `scale` pixels to a CSS pixel."""
    with _matplotlib():
        canvas = _Canvas(scene.width, scene.height, scene.look)
        canvas.map(scene)
        return canvas.pixels(scale)


def render_vector_map(scene: Scene) -> bytes:
    """Return the map alone as SVG, for a page that says everything else itself."""
    with _matplotlib():
        canvas = _Canvas(scene.width, scene.height, scene.look, "drawable")
        canvas.map(scene)
        return canvas.save("svg", 1.0, "", "", "")


def render_swatch(row: LegendRow, style: Look) -> bytes:
    """Return the small picture of a row of the legend as SVG."""
    with _matplotlib():
        canvas = _Canvas(*_SWATCH, style)
        _swatch(canvas, row, 1, 1)
        return canvas.save("svg", 1.0, "", "", "")


@contextmanager
def _matplotlib() -> Iterator[None]:
    """Our settings, for one thread at a time: matplotlib's are of the whole process."""
    with _LOCK, mpl.rc_context(_RC), warnings.catch_warnings():  # type: ignore[arg-type]
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


# -- parts of the sheet ----------------------------------------------------------------------------------------------


def _column(canvas: _Canvas, sheet: Sheet, scene: Scene, title: str, day: str) -> None:
    """Title, day and legend, from the top down, as large as they end above the foot; figures are never left out."""
    without = replace(scene, caption="")
    tries = [*((scene, scale) for scale in _SMALLER), *((without, scale) for scale in (*_SMALLER, *_SMALLEST))]
    for shown, scale in tries:
        parts, bottom = _laid_out(canvas, sheet, shown, title, day, scale)
        if bottom <= sheet.map_height - 6:
            break
    for draw in parts:
        draw()


def _laid_out(
    canvas: _Canvas, sheet: Sheet, scene: Scene, title: str, day: str, scale: float
) -> tuple[list[Callable[[], None]], float]:
    """Return how to draw the parts of the column, and where the last of them ends."""
    left, width = sheet.column
    ink, muted = scene.look.token("ink"), scene.look.token("muted")
    parts: list[Callable[[], None]] = []

    def lines(text: str, x: float, y: float, size: float, step: float, color: str, weight: int = 400) -> float:
        for line in wrap(text, size * scale, left + width - x, weight):
            parts.append(partial(canvas.text, x, y, line, size * scale, color, weight=weight))
            y += step * scale
        return y

    size = _title_size(title, width / scale)
    y = lines(title, left, sheet.margin + 24 * scale, size, size * 27 / 22, ink, BOLD)
    if day:
        y += 12 * scale
        size = min(27.0 * scale, 26.5 * width / text_width(day, 27, BOLD))
        parts.append(partial(canvas.text, left, y, day, size, scene.look.token("accent"), weight=BOLD))
        y += 12 * scale
    y = lines(scene.caption, left, y + 8 * scale, 11.5, 15.5, muted) + 4 * scale
    parts.append(partial(canvas.line, left, y, left + width, y, scene.look.token("rule")))
    y += 16 * scale
    text_left = left + 38
    for row in scene.legend:
        parts.append(partial(_swatch, canvas, row, left, y))
        y = lines(row.title, text_left, y + 12 * scale, 12, 15.5, ink, 700 if row.figures else 400)
        for i, figure in enumerate(row.figures):
            y = lines(figure, text_left, y, *((10.5, 15, muted) if i else (12, 15, ink)))
        y += (9 - 12) * scale
    if any(row.figures for row in scene.legend):
        y = lines(scene.accuracy, left, y + 6 * scale, 9.5, 13, muted) - 10 * scale
    return parts, y


def _title_size(title: str, width: float) -> float:
    """Return the size in which a title has its longest word on one line, and no more than four of them if it can."""
    widest = max((text_width(word, 1, BOLD) for word in title.split()), default=0)
    size = min(22.0, width / widest) if widest else 22.0
    while size > 12 and len(wrap(title, size, width, BOLD)) > 4:
        size -= 0.5
    return size


def _swatch(canvas: _Canvas, row: LegendRow, left: float, y: float) -> None:
    if row.is_line:
        line = shapely.LineString([(left, y + 8), (left + 28, y + 8)])
        canvas.shape(Shape(id="", name="", geometry=line, stroke=row.shape.stroke, width=row.shape.width,
                           dash=row.shape.dash, cap=row.shape.cap))  # fmt: skip
    else:
        box = shapely.box(left, y, left + 28, y + 17)
        canvas.shape(Shape(id="", name="", geometry=box, fill=row.shape.fill))
        canvas.shape(replace(hatching.hatch(box, row.shape.hatch, row.shape.stripes, canvas.look), id=""))
        canvas.shape(Shape(id="", name="", geometry=box.exterior, stroke=canvas.look.token("muted"), width=0.8))


def _foot(canvas: _Canvas, sheet: Sheet, scene: Scene) -> None:
    """Where it comes from, under everything."""
    top = sheet.map_height
    canvas.line(0, top, sheet.width, top, scene.look.token("rule"))
    y = top + 13.5
    for line in _credit_lines(sheet, scene.credits):
        canvas.text(sheet.margin, y, line, _CREDIT, scene.look.token("muted"))
        y += _CREDIT_LINE


def _credit_lines(sheet: Sheet, credits: Iterable[str]) -> list[str]:
    """Return the credits in lines: whole, unless one of them would take the map's own room."""
    width = sheet.width - 2 * sheet.margin
    return [line for credit in credits for line in wrap(credit, _CREDIT, width, most=_CREDIT_MOST)]


# -- drawing ---------------------------------------------------------------------------------------------------------


class _Canvas:
    """A matplotlib figure on which one unit is one CSS pixel, y down."""

    def __init__(self, width: float, height: float, style: Look, letters: Letters = "outlines") -> None:
        self.width, self.height, self.look, self.letters = width, height, style, letters
        self.figure = Figure(figsize=(width / 96, height / 96), dpi=96, facecolor=style.paper)
        self.agg = FigureCanvasAgg(self.figure)
        self.axes: Axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set_axis_off()
        self.axes.set_xlim(0, width)
        self.axes.set_ylim(height, 0)
        self.clip: TransformedBbox | None = None
        self.z = 0.0
        self.ids: set[str] = set()

    def _add(self, artist: Any) -> None:
        self.z += 1
        artist.set_zorder(self.z)
        self.axes.add_artist(artist)
        if self.clip is not None:
            artist.set_clip_box(self.clip)

    def map(self, scene: Scene) -> None:
        """Draw a scene in the upper left corner."""
        sea = Rectangle((0, 0), scene.width, scene.height, facecolor=scene.look.sea, edgecolor="none")
        self._add(sea)
        self.clip = TransformedBbox(Bbox.from_bounds(0, 0, scene.width, scene.height), self.axes.transData)
        for group in (*scene.ground, scene.control):
            for shape in group.shapes:
                self.shape(shape, prefix="unit-" if group is scene.control else "")
        for shape in hatching.hatches(scene.control.shapes, (0, 0, scene.width, scene.height), self.look):
            self.shape(replace(shape, id=""))
        if scene.relief is not None:
            self._relief(scene)
        for group in scene.over:
            for shape in group.shapes:
                self.shape(shape)
        for label in scene.labels:
            self._label(label)
        self._scale_bar(scene)
        self.clip = None

    def shape(self, shape: Shape, prefix: str = "") -> None:
        if shape.radius:
            x, y = shape.geometry.coords[0]
            self._add(
                Circle((x, y), shape.radius, facecolor=shape.fill, edgecolor=shape.stroke, linewidth=shape.width * _PT)
            )
            return
        if shape.geometry.is_empty:
            return
        is_area = "Polygon" in shape.geometry.geom_type or "Collection" in shape.geometry.geom_type
        stroke: Any = shape.stroke or "none"
        patch = PathPatch(
            _outline(shape.geometry),
            facecolor=_alpha(shape.fill, shape.fill_opacity) if is_area and shape.fill else "none",
            edgecolor=_alpha(stroke, shape.stroke_opacity) if shape.stroke else "none",
            linewidth=shape.width * _PT if shape.stroke else 0,
            fill=is_area and shape.fill is not None,
            joinstyle="round",
            capstyle="round" if shape.cap == "round" else "butt",
            linestyle=(0, tuple(d * _PT for d in shape.dash)) if shape.dash else "solid",
        )
        if shape.id and f"{prefix}{shape.id}" not in self.ids:
            self.ids.add(f"{prefix}{shape.id}")
            patch.set_gid(f"{prefix}{shape.id}")
        self._add(patch)

    def _relief(self, scene: Scene) -> None:
        assert scene.relief is not None
        left, top, right, bottom = scene.relief.box
        picture = load_relief(scene)
        shown = self.axes.imshow(picture, extent=(left, right, bottom, top), interpolation="bicubic", aspect="auto")
        self.z += 1
        shown.set_zorder(self.z)
        shown.set_clip_box(self.clip)
        # imshow moves the limits to its picture.
        self.axes.set_xlim(0, self.width)
        self.axes.set_ylim(self.height, 0)

    def _label(self, label: Label) -> None:
        halo = self.look.label_ink["halo"]
        centred = label.kind in ("state", "area") and not label.strong
        if not centred:
            if label.strong:
                red = self.look.lines["highlight"]["color"]
                for radius, color in ((9.5, red), (7.5, halo), (5.5, red)):
                    self._add(Circle((label.x, label.y), radius, facecolor=color, edgecolor="none"))
            else:
                radius = 3.5 if label.rank == 1 else 2.5
                self._add(Circle((label.x, label.y), radius + 1.4, facecolor=halo, edgecolor="none"))
                self._add(Circle((label.x, label.y), radius, facecolor=label.color, edgecolor="none"))
        left, top, _, height = label.box
        self.text(
            left + 2, top + height / 2 + label.size * 0.36, label.text, label.size, label.color,
            weight=label.weight, italic=label.kind == "area" and not label.strong, halo=halo,
        )  # fmt: skip

    def text(
        self, x: float, y: float, text: str, size: float, color: str, *, weight: int = 400, italic: bool = False,
        halo: str | None = None,
    ) -> None:  # fmt: skip
        """Write one line whose baseline begins at (x, y); a halo is a stroke of its own under it, so text can stay text."""  # noqa: E501
        known = drawable(text)
        shown = text if self.letters == "all" else known
        if not shown:
            return
        bold = weight >= BOLD
        outlines = self.letters == "outlines"
        if halo or outlines:
            glyphs = _glyphs(known, size, bold, italic).transformed(Affine2D().scale(1, -1).translate(x, y))
        if halo:
            self._add(PathPatch(glyphs, facecolor="none", edgecolor=halo, linewidth=3 * _PT, joinstyle="round"))
        if outlines:
            self._add(PathPatch(glyphs, facecolor=color, edgecolor="none", linewidth=0))
            return
        written = self.axes.text(
            x, y, shown, fontproperties=_font(bold, italic), fontsize=size * _PT, color=color, va="baseline",
            parse_math=False, clip_on=False,
        )  # fmt: skip
        self.z += 1
        written.set_zorder(self.z)

    def line(self, x0: float, y0: float, x1: float, y1: float, color: str, width: float = 1.0) -> None:
        """Draw a thin line."""
        self._add(PathPatch(Outline([(x0, y0), (x1, y1)]), edgecolor=color, linewidth=width * _PT, fill=False))

    def _scale_bar(self, scene: Scene) -> None:
        x, y, ink = 18.0, scene.height - 18, scene.look.token("ink")
        bar = [(x, y - 6), (x, y), (x + scene.scale.width, y), (x + scene.scale.width, y - 6)]
        for color, width in ((self.look.label_ink["halo"], 4.5), (ink, 1.6)):
            self._add(
                PathPatch(Outline(bar), edgecolor=color, linewidth=width * _PT, fill=False, capstyle="projecting")
            )
        self.text(x + 6, y - 5, scene.scale.label, 11, ink, halo=self.look.label_ink["halo"])

    def pixels(self, scale: float) -> Image.Image:
        """Return the picture as it would be in a PNG, `scale` pixels to a CSS pixel."""
        self.figure.set_dpi(96 * scale)
        self.agg.draw()
        return Image.fromarray(np.asarray(self.agg.buffer_rgba())).convert("RGB")

    def save(self, kind: str, scale: float, title: str, author: str, description: str) -> bytes:
        """Return the picture; nothing in it tells when it was made."""
        target = io.BytesIO()
        if kind == "png":
            told = PngImagePlugin.PngInfo()
            for key, value in (("Title", title), ("Author", author), ("Description", description)):
                told.add_text(key, value)
            # At 5 it is packed twice as fast as at Pillow's own 6, and 3 % larger.
            self.pixels(scale).save(target, "PNG", compress_level=5, dpi=(96 * scale,) * 2, pnginfo=told)
            return target.getvalue()
        metadata: dict[str, Any] = {
            "svg": {"Title": title, "Creator": author, "Description": description, "Date": None},
            "pdf": {"Title": title, "Author": author, "Subject": description, "CreationDate": None},
        }[kind]
        # 110 dots to the inch is how fine the relief is.
        self.figure.savefig(target, format=kind, dpi=110, facecolor=self.look.paper, metadata=metadata)
        return target.getvalue()


def load_relief(scene: Scene) -> np.ndarray:
    """Return the relief's pixels, its opacity in their alpha."""
    assert scene.relief is not None
    pixels = np.asarray(Image.open(scene.relief.path).convert("RGBA")).copy()
    pixels[..., 3] = np.round(pixels[..., 3] * scene.relief.opacity)
    return pixels


@lru_cache(maxsize=2048)
def _glyphs(text: str, size: float, bold: bool, italic: bool) -> TextPath:
    """Return the outlines of a line of text; pictures of one story write the same lines again and again."""
    return TextPath((0, 0), text, size=size, prop=_font(bold, italic), usetex=False)


@cache
def _font(bold: bool, italic: bool) -> FontProperties:
    return FontProperties(family=FAMILY, weight="bold" if bold else "normal", style="italic" if italic else "normal")


def _alpha(color: str, opacity: float) -> Any:
    return color if opacity >= 1 else (color, opacity)


def _outline(geometry: shapely.Geometry) -> Outline:
    """Return a geometry as one matplotlib path; holes run the other way, so that they stay open."""
    rings: list[tuple[Sequence[Any], bool]] = []
    for part in shapely.get_parts(geometry):
        if part.geom_type == "Polygon":
            oriented = shapely.orient_polygons(part)
            rings += [(shapely.get_coordinates(ring), True) for ring in shapely.get_rings(oriented)]
        elif part.geom_type in ("LineString", "LinearRing"):
            rings.append((shapely.get_coordinates(part), False))
    if not rings:
        return Outline(np.empty((0, 2)))
    vertices = np.concatenate([np.asarray(points) for points, _ in rings])
    codes = np.concatenate([_codes(len(points), closed) for points, closed in rings])
    return Outline(vertices, codes)


def _codes(count: int, closed: bool) -> np.ndarray:
    codes = np.full(count, Outline.LINETO, dtype=Outline.code_type)
    codes[0] = Outline.MOVETO
    if closed:
        codes[-1] = Outline.CLOSEPOLY
    return codes
