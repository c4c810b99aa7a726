"""Colours for every eye: told apart in grey and by colour-blind readers, seen against what is under them.

Of everything that a reader must tell apart, on the screen in the light and in the dark and in both palettes of the
exports. Two pieces of land are told apart by their colours or their hatches, and by the line between them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
from coloraide import Color

from geo.checks import NEAREST_COLORS
from geo.export.look import PALETTES, look
from geo.look import mix
from geo.model import Controller
from geo.story import load_story
from tests.test_look import tokens

ROOT = Path(__file__).resolve().parents[1]
STORIES = {
    "shipped": ROOT,
    "new": ROOT / "geo" / "new_story",
    **{path.name: path for path in sorted((ROOT / "examples").iterdir()) if (path / "layers" / "catalogue.yaml").exists()},
}  # fmt: skip
EYES = {"all": (), "protanopia": ("protan",), "deuteranopia": ("deutan",), "tritanopia": ("tritan",), "grey": ("grayscale",)}  # fmt: skip
#: In the dark the map is dimmed as a whole: geo/web/document.css.
DIMMED = 0.88
#: WCAG 2.2 AA: of text, and of what else one must see.
TEXT, SHAPE = 4.5, 3.0


@cache
def controllers(name: str) -> Mapping[str, Controller]:
    return load_story(STORIES[name]).controllers


def contrast(one: str, two: str) -> float:
    return Color(one).contrast(Color(two), method="wcag21")


def dimmed(color: str) -> str:
    return mix(color, "#000000", DIMMED)


def drawn(color: str, palette: str) -> str:
    """Return a controller's colour as it lies on the map, over bare ground."""
    there = look(palette)
    return mix(color, there.paper, there.control_opacity)


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("name", STORIES)
def test_controllers_are_told_apart(name: str, eye: str, palette: str) -> None:
    for a, b in combinations(controllers(name).values(), 2):
        one, two = (Color(drawn(c.color, palette)) for c in (a, b))
        for sight in EYES[eye]:
            one, two = one.filter(sight), two.filter(sight)
        distance = one.delta_e(two, method="2000")
        assert distance >= NEAREST_COLORS or a.hatch != b.hatch, (a.id, b.id, distance)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("name", STORIES)
def test_the_line_between_two_controllers_is_seen_on_both(name: str, palette: str, dark: bool) -> None:
    there = look(palette)
    seen = dimmed if dark else str
    for controller in controllers(name).values():
        for line in ("front", "schematic"):
            against = contrast(seen(there.lines[line]["color"]), seen(drawn(controller.color, palette)))
            assert against >= SHAPE, (controller.id, line, against)


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("line", ["front", "schematic", "compare", "highlight"])
def test_a_line_is_seen_on_its_own_pale_edge_whatever_is_under_it(palette: str, line: str) -> None:
    lines = look(palette).lines
    assert contrast(lines[line]["color"], lines["casing"]["color"]) >= SHAPE


@pytest.mark.parametrize("palette", PALETTES)
def test_names_are_read_on_their_halo(palette: str) -> None:
    ink = look(palette).label_ink
    for kind in ("town", "state", "area"):
        assert contrast(ink[kind], ink["halo"]) >= TEXT, kind


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_and_focus_are_seen_on_every_ground(scheme: str) -> None:
    there = tokens(scheme)
    for ground in ("paper", "card"):
        for text in ("ink", "muted", "accent"):
            assert contrast(there[text], there[ground]) >= TEXT, (text, ground)
        assert contrast(there["tick"], there[ground]) >= SHAPE
    assert contrast(there["on-accent"], there["accent"]) >= TEXT
    assert contrast(there["ink"], there["notice"]) >= TEXT
    assert contrast(there["ink"], there["accent-soft"]) >= TEXT
    assert contrast(there["accent"], there["track"]) >= SHAPE
