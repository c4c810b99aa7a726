"""The poster: the first step's land within the page, as the map will show it. Sizes are worked out by hand."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from html import unescape
from xml.etree import ElementTree

import pytest

from geo.control import control_on
from geo.page import render_cards
from geo.poster import first_state, render_poster
from geo.state import default_state

#: At the equator and zoom 10 a square of 0.1 degrees is 256 · 2¹⁰ / 3600 = 72.8 pixels wide.
SQUARE = 73


def of_first(story, **changed):
    """The story with another first step."""
    return replace(story, steps=(replace(story.steps[0], **changed), *story.steps[1:]))


def of_first_step(story) -> str:
    return render_poster(story, first_state(story))


def units_of(poster: str) -> dict[str, dict[str, str]]:
    return {
        path.get("data-unit"): path.attrib
        for path in ElementTree.fromstring(poster).iter("path")
        if path.get("data-unit")
    }


def points_of(data: str) -> list[tuple[int, int]]:
    """The corners of one ring, from the first of them."""
    x, y = 0, 0
    points = [(0, 0)]
    for dx, dy in re.findall(r"(-?\d+) (-?\d+)", data.partition("l")[2]):
        x, y = x + int(dx), y + int(dy)
        points.append((x, y))
    return points


def test_it_shows_each_unit_as_it_is_held_on_the_first_step_s_day(shipped) -> None:
    units = units_of(of_first_step(shipped))
    held = {
        id: c.controller for id, c in control_on(shipped, shipped.steps[0].date).items() if not shipped.units[id].frame
    }
    assert {id: unit["data-controller"] for id, unit in units.items()} == held


def test_a_unit_lies_where_the_projection_has_it(valleys) -> None:
    poster = of_first_step(valleys)
    place = json.loads(unescape(re.search(r'data-poster="([^"]*)"', poster)[1]))
    assert (place["zoom"], place["view"]) == (10, {"center": [-19.85, 0.0], "zoom": 10})
    units = units_of(poster)
    assert set(units) == {"alder", "birch", "tarn", "cedar", "elm", "fir"}
    corners = points_of(units["alder"]["d"])
    assert max(x for x, _ in corners) - min(x for x, _ in corners) == SQUARE
    assert max(y for _, y in corners) - min(y for _, y in corners) == SQUARE
    assert all(len(points_of(ring)) > 2 for unit in units.values() for ring in unit["d"].split("M")[1:])
    # Birch has the tarn as a hole.
    assert units["birch"]["d"].count("M") == 2


def test_what_is_open_on_the_day_is_striped_in_both_colours(valleys) -> None:
    day = date(1901, 5, 9)
    poster = of_first_step(of_first(valleys, date=day))
    control = control_on(valleys, day)["birch"]
    assert control.uncertain
    fill = units_of(poster)["birch"]["fill"]
    pattern = next(p for p in ElementTree.fromstring(poster).iter("pattern") if fill == f"url(#{p.get('id')})")
    colors = [pattern.find("rect").get("fill"), pattern.find("path").get("stroke")]
    assert colors == [valleys.controllers[id].color for id in (control.controller, control.previous)]
    assert pattern.get("width") == "16"


def test_ground_lies_beneath(shipped) -> None:
    paths = [path.get("data-unit") for path in ElementTree.fromstring(of_first_step(shipped)).iter("path")]
    drawn = [unit for unit in paths if unit]
    assert None in paths[: paths.index(drawn[0])]


@pytest.mark.parametrize(
    "changed", [{"layers": ("rivers",)}, {"compare": date(1901, 5, 9)}], ids=["no control", "two days"]
)
def test_there_is_none_where_the_map_shows_something_else_at_first(valleys, changed) -> None:
    assert of_first_step(valleys)
    assert of_first_step(of_first(valleys, **changed)) == ""
    assert "data-poster" not in render_cards(of_first(valleys, **changed), script="lay()")
    assert "lay()" not in render_cards(of_first(valleys, **changed), script="lay()")


def test_there_is_none_of_a_step_that_plays(valleys) -> None:
    assert of_first_step(of_first(valleys, play=valleys.steps[1].play)) == ""


def test_it_leaves_the_timeline_its_place_where_there_is_one(valleys) -> None:
    assert "is-all-map" not in of_first_step(valleys)
    assert "is-all-map" in of_first_step(replace(valleys, timeline=()))


def test_it_is_of_the_day_that_is_asked_for(shipped) -> None:
    day = date(2020, 12, 1)
    units = units_of(render_poster(shipped, replace(default_state(shipped), date=day)))
    held = {id: c.controller for id, c in control_on(shipped, day).items() if not shipped.units[id].frame}
    assert {id: unit["data-controller"] for id, unit in units.items()} == held
