"""DrawingML, in which Office writes shapes: lengths, colours, outlines and lines as text.

Shapes are written directly because python-pptx's own builder takes a second for a coastline.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

import shapely
from pptx.util import Emu

from geo.export.image import sheet_for

if TYPE_CHECKING:
    from geo.export.scene import Shape

__all__ = [
    "NAMESPACES", "SHEET", "SLIDE", "UNIT", "clean", "emu", "escaped", "line_properties", "outlines", "path", "quoted",
    "rgb", "solid",
]  # fmt: skip

#: Slides are 13⅓ by 7½ inches, 16:9; lengths in files are English Metric Units.
SLIDE = (12_192_000, 6_858_000)
_FOOT = 66.0
#: What a slide is laid out on, and how many of those units one of its pixels is.
SHEET = sheet_for(16 / 9, _FOOT)
UNIT = SLIDE[0] / SHEET.width
NAMESPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)


def emu(pixels: float) -> Emu:
    """English Metric Units of some pixels of the sheet."""
    return Emu(round(pixels * UNIT))


def quoted(text: str) -> str:
    """A text as an attribute, with its quotation marks."""
    return quoteattr(clean(text))


def escaped(text: str) -> str:
    """A text as an element holds it."""
    return clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clean(text: str) -> str:
    """Drop what XML cannot hold at all."""
    return "".join(char for char in text if char in "\t\n" or (char >= " " and char not in "\ufffe\uffff"))


def outlines(geometry: shapely.Geometry) -> Iterable[tuple[Any, bool]]:
    """Each line and ring of a geometry, and whether it is closed."""
    for part in shapely.get_parts(geometry):
        if part.geom_type == "Polygon":
            yield from ((ring, True) for ring in shapely.get_rings(part))
        elif part.geom_type in ("LineString", "LinearRing"):
            yield part, part.geom_type == "LinearRing"


def path(line: tuple[Any, bool], left: float, top: float) -> str:
    """A line of `outlines` within a shape whose corner is at `left`, `top`, in pixels."""
    part, closed = line
    points = [(emu(x - left), emu(y - top)) for x, y in shapely.get_coordinates(part)]
    first, *rest = points[:-1] if closed else points
    drawn = "".join(f'<a:lnTo><a:pt x="{x}" y="{y}"/></a:lnTo>' for x, y in rest)
    return f'<a:moveTo><a:pt x="{first[0]}" y="{first[1]}"/></a:moveTo>{drawn}{"<a:close/>" if closed else ""}'


def rgb(color: str, opacity: float = 1.0) -> str:
    """A colour, given as #rrggbb."""
    alpha = f'<a:alpha val="{round(opacity * 100_000)}"/>' if opacity < 1 else ""
    return f'<a:srgbClr val="{color[1:].upper()}">{alpha}</a:srgbClr>'


def solid(color: str, opacity: float = 1.0) -> str:
    """A fill of one colour."""
    return f"<a:solidFill>{rgb(color, opacity)}</a:solidFill>"


def line_properties(shape: Shape) -> str:
    """How the outline of a shape is drawn."""
    if not shape.stroke or shape.width <= 0:
        return "<a:ln><a:noFill/></a:ln>"
    width = max(1, round(shape.width * UNIT))
    dash = ""
    if shape.dash:  # lengths are in thousandths of a per cent of the line's width
        pairs = list(zip(shape.dash[::2], shape.dash[1::2] or shape.dash[::2], strict=False))
        stops = "".join(
            f'<a:ds d="{round(d / shape.width * 100_000)}" sp="{round(s / shape.width * 100_000)}"/>' for d, s in pairs
        )
        dash = f"<a:custDash>{stops}</a:custDash>"
    cap = "rnd" if shape.cap == "round" else "flat"
    return f'<a:ln w="{width}" cap="{cap}">{solid(shape.stroke, shape.stroke_opacity)}{dash}<a:round/></a:ln>'
