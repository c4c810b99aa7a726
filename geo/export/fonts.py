"""The reading typeface with the letters a text has and no others: what is written into a file is always loaded."""

from __future__ import annotations

import base64
import string
from io import BytesIO

from geo.browser import WEB
from geo.page import FONT_FACES

__all__ = ["inline_fonts"]

#: What a browser applies to running text: ligatures, a language's own letters, kerning. Fractions nobody asks for.
FEATURES = ["ccmp", "kern", "liga", "locl", "mark"]


def inline_fonts(text: str) -> dict[str, str]:
    """Return the faces as data addresses, by name, each cut down to the signs in `text` and those of ASCII."""
    letters = string.printable + text
    files = {name: WEB.joinpath("fonts", f"{name}.woff2") for name, *_ in FONT_FACES}
    return {name: _data_address(_cut(file.read_bytes(), letters)) for name, file in files.items()}


def _cut(font: bytes, text: str) -> bytes:
    from fontTools import subset  # a fifth of a second that only a file of its own has to wait for

    options = subset.Options(flavor="woff2", layout_features=FEATURES)
    face = subset.load_font(BytesIO(font), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=text)
    subsetter.subset(face)
    cut = BytesIO()
    subset.save_font(face, cut, options)
    return cut.getvalue()


def _data_address(font: bytes) -> str:
    return f"data:font/woff2;base64,{base64.b64encode(font).decode()}"
