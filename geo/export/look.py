"""How a map looks, read from the files that the browser has it from, so that a picture cannot look otherwise."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from geo.browser import web_text
from geo.errors import UnknownId, unknown
from geo.look import browser_look

__all__ = ["PALETTES", "Look", "look"]

PALETTES = ("screen", "print")


@dataclass(frozen=True)
class Look:
    """Colours, lines and sizes of one palette; sizes in CSS pixels, colours as ``#rrggbb``."""

    palette: str
    tokens: dict[str, str]
    lines: dict[str, dict[str, Any]]
    labels: dict[str, tuple[float, int, float]]
    label_zoom: dict[int, float]
    label_ink: dict[str, str]
    outside_share: float
    control_opacity: float
    hatch_ink: str
    hatch_opacity: float
    sea: str
    paper: str
    ground_strength: float
    relief_strength: float

    def token(self, name: str) -> str:
        """Return one of the colours of ``tokens.css``, such as ``"ink"``."""
        return self.tokens[name]


@cache
def look(palette: str = "screen") -> Look:
    """Return the look of a palette: ``screen`` as in the browser, ``print`` on white with stronger hatches.

    Raises
    ------
    UnknownId
        If there is no such palette.
    """
    if palette not in PALETTES:
        raise UnknownId(unknown("palette", palette, PALETTES))
    found = browser_look()
    light = web_text("tokens.css").partition("@media")[0]  # a picture is on paper, whatever the reader's theme
    tokens = dict(re.findall(r"--sm-([\w-]+):\s*(#[0-9a-f]{6});", light))
    printed = found["print"] if palette == "print" else {}
    red, green, blue, opacity = re.findall(r"[\d.]+", printed.get("hatchInk", found["hatchInk"]))
    return Look(
        palette=palette,
        tokens=tokens,
        lines=found["lines"],
        labels={key: (size, weight, *rest) for key, (size, weight, *rest) in found["labels"].items()},
        label_zoom={int(rank): zoom for rank, zoom in found["labelZoom"].items()},
        label_ink=found["labelInk"],
        outside_share=found["outsideShare"],
        control_opacity=found["controlOpacity"],
        hatch_ink=f"#{int(red):02x}{int(green):02x}{int(blue):02x}",
        hatch_opacity=float(opacity),
        sea=str(printed.get("sea", tokens["sea"])),
        paper=str(printed.get("paper", tokens["card"])),
        ground_strength=printed.get("ground", 1.0),
        relief_strength=printed.get("relief", 1.0),
    )
