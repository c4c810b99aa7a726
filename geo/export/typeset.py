"""How wide text is, and where its lines break. DejaVu Sans, which matplotlib carries with it, has all our scripts."""

from __future__ import annotations

from functools import cache

from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

__all__ = ["BOLD", "FAMILY", "drawable", "text_width", "wrap"]

FAMILY = "DejaVu Sans"
#: From this weight on text is bold; the family has two weights.
BOLD = 600
_SIZE = 100.0


@cache
def _font(bold: bool) -> FT2Font:
    properties = font_manager.FontProperties(family=FAMILY, weight="bold" if bold else "normal")
    # A font object of our own: matplotlib's shared ones change their size with every text it draws.
    font = FT2Font(font_manager.findfont(properties, fallback_to_default=False))
    font.set_size(_SIZE, 72)
    return font


@cache
def _advance(char: str, bold: bool) -> float:
    font = _font(bold)
    return font.load_char(ord(char)).linearHoriAdvance / 65536 / _SIZE if font.get_char_index(ord(char)) else 1.0


def text_width(text: str, size: float, weight: int = 400) -> float:
    """Return the width of a line in the unit of its size."""
    return sum(_advance(char, weight >= BOLD) for char in text) * size


def drawable(text: str) -> str:
    """Return a text without the signs that the font has no glyph for, such as emoji: a box would tell nobody anything."""  # noqa: E501
    return " ".join("".join(char for char in text if _font(False).get_char_index(ord(char))).split())


def wrap(text: str, size: float, width: float, weight: int = 400, most: int | None = None) -> list[str]:
    """Return the lines of a text that fit into `width`; what goes beyond `most` lines ends in an ellipsis."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and text_width(longer, size, weight) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    lines += [line] if line else []
    if most is not None and len(lines) > most:
        last = lines[most - 1]
        while last and text_width(last + " …", size, weight) > width:
            last = last.rpartition(" ")[0]
        lines = [*lines[: most - 1], (last + " …").strip()]
    return lines
