"""What the map shows, in words: the same sentences as the browser's, see tests/web/explore.test.mjs."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from geo.describe import describe, events_around, last_change, plain
from geo.model import Name
from geo.toponyms import renamed

CASES = json.loads((Path(__file__).parent / "golden" / "sentences.json").read_text(encoding="utf-8"))


def day(text):
    return date.fromisoformat(text) if text else None


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['date']} {case['compare']} {case['names']}")
def test_the_sentences_are_those_of_the_map_document(valleys, case):
    parts = describe(valleys, day(case["date"]), day(case["compare"]), case["names"])
    assert plain(parts) == case["text"]


def test_without_the_layer_of_control_only_what_happened_is_told(valleys):
    assert plain(describe(valleys, date(1902, 2, 2), control=False)) == (
        "The last change before is of 1 February 1902: The tarn followed Birch."
    )


def test_the_last_change_is_of_the_day_or_before_it(valleys):
    assert last_change(valleys, date(1901, 5, 8)) is None
    assert last_change(valleys, date(1902, 2, 1)) == date(1902, 2, 1)
    assert last_change(valleys, date(1905, 1, 1)) == date(1902, 2, 1)


def test_events_around_a_day_are_all_of_that_day_and_its_neighbours(valleys):
    found = [event.id for event in events_around(valleys, date(1905, 11, 10), 2, 1)]
    assert found == ["birch-state", "mission-1905", "back-1905"]
    assert [event.id for event in events_around(valleys, date(1899, 1, 1), 2, 1)] == ["start"]


def test_places_in_a_text_take_the_chosen_form_in_its_language(valleys):
    parts = renamed(
        "Birchton, and “Birchton” in a quotation; Birchtonians.", valleys.places, "upland", date(1902, 1, 1)
    )
    assert plain(parts) == "Բիրչտոն, and “Birchton” in a quotation; Birchtonians."
    assert [part.lang for part in parts if isinstance(part, Name)] == ["hy"]


def test_a_form_that_is_missing_or_not_yet_in_use_leaves_the_article_s(valleys):
    assert plain(renamed("Elmstead", valleys.places, "upland", date(1902, 1, 1))) == "Elmstead"
    assert plain(renamed("Birchton", valleys.places, "lowland", date(1905, 11, 10))) == "Берёзовск"
    assert plain(renamed("the north valley", valleys.places, "upland", date(1902, 1, 1))) == "the north valley"
