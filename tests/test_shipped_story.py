"""The story that is shipped: what must hold for every step, event and source of it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from geo import load_story
from geo.page import render_cards

ROOT = Path(__file__).resolve().parents[1]
STORY = load_story(ROOT)


def shown(step):
    """What of a step a reader sees on the map."""
    return step.date, step.view, step.layers, step.highlight, step.compare


@pytest.mark.parametrize(("before", "after"), list(pairwise(STORY.steps)), ids=lambda step: step.id)
def test_each_step_moves_something_on_the_map(before, after):
    assert shown(before) != shown(after)


@pytest.mark.parametrize("step", STORY.steps, ids=lambda step: step.id)
def test_a_step_is_as_long_as_a_card_can_be_read(step):
    notes = step.html.count("<aside")
    assert 70 <= step.words <= 170 + 130 * notes  # a note stands beside the text


@pytest.mark.parametrize("step", STORY.steps, ids=lambda step: step.id)
def test_a_step_that_plays_ends_on_its_day(step):
    if step.play:
        assert step.play.end == step.date
        assert any(step.play.start < row.date <= step.play.end for row in STORY.log)


@pytest.mark.parametrize("event", STORY.events.values(), ids=lambda event: event.id)
def test_an_event_has_a_source_a_reader_can_open(event):
    urls = [STORY.sources[id].url for id in event.sources]
    assert any(url.startswith("http") for url in urls)


@pytest.mark.parametrize("row", STORY.log, ids=lambda row: f"{row.event}-{row.unit}")
def test_a_row_of_the_log_has_the_sources_of_its_event_or_its_own(row):
    assert row.sources
    assert row.earliest <= row.date <= row.latest


def test_no_address_is_a_mirror_where_the_encyclopedia_has_one():
    mirrors = [s.id for s in STORY.sources.values() if s.kind == "encyclopedia" and "wikipedia.org" not in s.url]
    # Wikimapia is itself the source; of the German article on Aghdara only a translation is known.
    assert sorted(mirrors) == ["S031", "S132"]


def test_names_of_states_are_those_of_the_day():
    azerbaijan = STORY.places["azerbaijan"].names["article"]
    assert [(name.name, str(name.valid_to)) for name in azerbaijan if name.valid_to] == [
        ("Azerbaijan SSR", "1991-12-26")
    ]


def test_a_name_in_brackets_after_its_place_has_its_language(shipped) -> None:
    cards = render_cards(shipped)
    assert '</a> (<span lang="az">Köhnə Tağlar</span>)' in cards
    assert '</a> (<span lang="az">Çərəkdar</span>)' in cards
    assert "</a> (Khankendi)" in cards  # written in English, as the story is
