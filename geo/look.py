"""How the map looks in the browser, for all that draws it elsewhere."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from geo.browser import web_text

if TYPE_CHECKING:
    from geo.model import Feature, Layer

__all__ = ["browser_look", "layer_style", "mix", "paint"]


@cache
def browser_look() -> dict[str, Any]:
    """How lines, labels and hatches look in the browser: what ``geo/web/look.mjs`` says."""
    look: dict[str, Any] = json.loads(web_text("look.mjs").partition("LOOK = ")[2].strip().removesuffix(";"))
    return look


def paint(color: Any) -> str | None:
    """Return a colour of a layer's style; None where it says that nothing is drawn."""
    return None if color in (None, "none") else str(color)


def layer_style(layer: Layer, feature: Feature) -> dict[str, Any]:
    """Return how a layer draws a feature: as it does all, and as it does those of the feature's status."""
    return {**layer.style, **layer.style.get(str(feature.properties.get("status")), {})}


def mix(one: str, two: str, share: float) -> str:
    """Return `share` of the first colour and the rest of the second, as the browser mixes them.

    Examples
    --------
    >>> one, two = "#" + "0" * 6, "#" + "f" * 6
    >>> mix(one, two, 0.2)
    '#cccccc'
    """

    def channel(color: str, i: int) -> int:
        return int(color[1 + 2 * i : 3 + 2 * i], 16)

    mixed = (int(channel(one, i) * share + channel(two, i) * (1 - share) + 0.5) for i in range(3))
    return "#" + "".join(f"{value:02x}" for value in mixed)
