"""The example stories: nothing to remark, within the budgets, and their figures as they are computed."""

import csv
import re
from datetime import date
from pathlib import Path

import pytest

from geo.cli import BUDGETS
from geo.control import areas_on, control_on
from geo.layers import polygon_km2
from geo.map import document_sizes, render_document
from geo.page import render_cards
from geo.payload import build_payload, payload_sizes
from geo.poster import poster_element
from geo.state import default_state
from geo.story import load_story

EXAMPLES = sorted(path for path in (Path(__file__).parents[1] / "examples").iterdir() if path.is_dir())
UNION = next(path for path in EXAMPLES if path.name.startswith("eu"))
PLAIN = next(path for path in EXAMPLES if path.name.startswith("larger"))


@pytest.fixture(scope="module", params=EXAMPLES, ids=lambda path: path.name)
def example(request):
    return load_story(request.param)


@pytest.fixture(scope="module")
def union():
    return load_story(UNION)


def test_there_is_nothing_to_remark(example):
    assert example.warnings == ()
    assert all(step.sourced_claims == step.claims for step in example.steps)


def test_cards_and_document_are_made(example):
    cards = render_cards(example)
    assert all(f'data-step="{step.id}"' in cards for step in example.steps)
    assert "None" not in cards
    assert example.title in render_document(example)


def test_budgets_are_kept(example):
    sizes = payload_sizes(example) | document_sizes(example, poster_element(example, default_state(example)))
    assert {name: sizes[name][1] for name, most in BUDGETS.items() if sizes[name][1] > most} == {}


#: How many members there are from a day on, counted by hand from the table of dates.
MEMBERS = (
    ("1958-01-01", 6), ("1972-12-31", 6), ("1973-01-01", 9), ("1981-01-01", 10), ("1986-01-01", 12), ("1995-01-01", 15),
    ("2004-04-30", 15), ("2004-05-01", 25), ("2007-01-01", 27), ("2013-07-01", 28), ("2020-01-30", 28), ("2020-01-31", 27),
)  # fmt: skip


@pytest.mark.parametrize(("day", "count"), MEMBERS)
def test_members_on_a_day(union, day, count):
    control = control_on(union, date.fromisoformat(day))
    assert sum(found.controller == "members" for found in control.values()) == count


def test_areas_that_the_text_names(union):
    joined = sum(union.units[code].km2 for code in ("at", "fi", "se"))
    assert round(joined, -4) == 860_000
    assert sum(area.km2 for area in areas_on(union, union.last).values()) == pytest.approx(4_350_900, abs=50)


def test_every_event_of_the_union_moves_the_map(union):
    with (UNION / "layers" / "events.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["source"] for row in rows} == {"S185"}
    assert {row["event"] for row in rows} == {row.event for row in union.log}


def test_a_plain_story_has_no_day_and_no_log():
    story = load_story(PLAIN)
    payload = build_payload(story)
    assert (story.units, story.log, story.timeline, story.periods) == ({}, (), (), ())
    assert payload["story"]["timeline"] == []
    assert {step.date_label for step in story.steps} == {""}


def test_areas_of_the_plain_story_are_near_those_of_its_shapes():
    """The figures of the text were measured before the shapes were simplified."""
    story = load_story(PLAIN)
    measured = {
        feature.id: (feature.properties["km2"], polygon_km2(feature.geometry))
        for layer in ("africa", "north", "south") for feature in story.features[layer]
    }  # fmt: skip
    assert len(measured) == 6
    for stated, drawn in measured.values():
        assert drawn == pytest.approx(stated, rel=0.02)
    assert measured["africa"][0] / measured["greenland"][0] > 13
    assert measured["dem-rep-congo"][0] > measured["greenland"][0]
    text = " ".join(re.sub("<[^>]+>", "", step.html) for step in story.steps)
    for id in ("iceland", "madagascar", "sweden"):
        assert f"{measured[id][0]:,.0f}" in text
