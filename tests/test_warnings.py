"""Warnings, one by one: what an author is told that stops nothing. Each is provoked in the tiny good story."""

import json

import pytest

from tests.test_story import edit, warnings_of

#: What the good story is told anyway.
USUAL = "narrative/03-mission.md:10: unsourced claim, no footnote: “Nothing else is known of that …”"


def told(folder):
    found = warnings_of(folder)
    assert USUAL in found
    return [warning for warning in found if warning != USUAL]


def test_colours_that_look_alike(copied):
    edit(copied, "layers/catalogue.yaml", "hatch: dots", "hatch: diagonal")
    assert told(copied) == [
        "layers/catalogue.yaml:16: controller 'mission': color #8d6e97 looks like #5b7f95 of 'uplanders' to readers who are "
        "green-blind (difference 1; at least 10); choose another, or give one a hatch"
    ]


def test_lines_too_pale(copied):
    edit(copied, "layers/catalogue.yaml", "group: administrative\n    kind: area\n    style: {fill: none,",
         'group: context\n    kind: area\n    style: {fill: "#88aacc",')  # fmt: skip
    assert told(copied) == [
        "layers/catalogue.yaml:62: layer 'rivers' style: #7fa7c9 is hardly seen on #88aacc (contrast 1.0; at least 1.5)"
    ]


@pytest.mark.parametrize("view", ["{center: [30.0, 50.0], zoom: 10}", "{bounds: [30, 50, 31, 51]}"])
def test_a_view_with_nothing_to_see(copied, view):
    edit(copied, "narrative/01-before.md", "{center: [-19.85, 0.0], zoom: 10}", view)
    assert told(copied) == [
        "narrative/01-before.md: the view shows none of the step's layers: there is nothing to see on its map"
    ]


def test_a_view_far_out_shows_something(copied):
    edit(copied, "narrative/01-before.md", "{center: [-19.85, 0.0], zoom: 10}", "{center: [-15, 3], zoom: 5}")
    assert told(copied) == []


def test_a_text_too_long(copied):
    edit(copied, "narrative/01-before.md", "The valleys lie", "word " * 340 + "The valleys lie")
    edit(copied, "narrative/01-before.md", "title: Before the pass", f"title: {'Before the pass ' * 6}")
    assert told(copied) == [
        "narrative/01-before.md: the title has 95 signs; more than 80 are hard to take in",
        "narrative/01-before.md: the step has 351 words; more than 350 are two steps",
    ]


def spoil(folder, ring):
    path = folder / "layers" / "north.geojson"
    data = json.loads(path.read_text(encoding="utf-8"))
    data["features"].append(
        {"type": "Feature", "properties": {"id": "more"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    )
    path.write_text(json.dumps(data), encoding="utf-8")


def test_a_sliver(copied):
    spoil(copied, [[-19.9, 0.05], [-19.8, 0.05], [-19.8, 0.0501], [-19.9, 0.05]])
    assert told(copied) == [
        "layers/north.geojson: feature 'more' has a sliver, 5.5 m wide near longitude -19.8250, latitude 0.0500"
    ]


def test_a_ring_of_the_wrong_hand(copied):
    spoil(copied, [[-19.9, 0.05], [-19.8, 0.08], [-19.8, 0.05], [-19.9, 0.05]])
    assert told(copied) == ["layers/north.geojson: 1 features have rings of the wrong hand (RFC 7946), first: 'more'"]


def test_a_step_under_a_name_that_is_not_read(copied):
    (copied / "narrative" / "02-pass.md").rename(copied / "narrative" / "02-pass.txt")
    assert "narrative/02-pass.txt: this is read as no step; the name of a step ends in .md" in told(copied)
