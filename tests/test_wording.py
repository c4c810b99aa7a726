"""Words a story avoids in its own voice, and the outline of what it tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo import load_story
from geo.outline import outline, render_outline
from geo.wording import find_avoided, parse_avoided

ROOT = Path(__file__).resolve().parents[1]
LIST = (
    "| avoid | instead |\n|---|---|\n| `conquer*` | came to hold |\n| `lost` | passed |\n\n`other` words may stand here"
)


@pytest.fixture(scope="module")
def avoided():
    return parse_avoided(LIST)


def test_the_first_column_is_the_list(avoided):
    assert list(avoided) == ["conquer*", "lost"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("They conquered the hill.", [(1, "conquered", "conquer*")]),
        ("one\n\nThe Lost valley", [(3, "Lost", "lost")]),
        ("The lostness of it", []),
        ("It “conquered” the hill, in the words of one.", []),
        ("Held.[^1]\n\n[^1]: The conquerors, p. 3.", []),
        ("---\nid: x\ntitle: The conquest\n---\nThey conquer.", [(5, "conquer", "conquer*")]),
        ("---\nid: lost\ntitle: All lost\n---\nHeld.", [(3, "lost", "lost")]),
    ],
)
def test_avoided_words_are_found_in_our_own_voice_with_their_line(avoided, text, found):
    assert find_avoided(text, avoided) == found


def test_no_section_of_the_article_is_empty_and_its_works_are_cited():
    story = load_story(ROOT)
    sections = outline(story)
    assert [section.title for section in sections if not section.steps] == []
    numbers = {number for section in sections for number in section.footnotes}
    assert numbers == set(range(2, 61))  # the article's footnotes; its first is about its author
    assert len({work for section in sections for work in section.works}) >= 26


def test_the_story_keeps_to_its_own_words_and_sources_every_claim():
    story = load_story(ROOT)
    assert [str(warning) for warning in story.warnings if "avoids" in warning.message] == []
    assert [step.id for step in story.steps if step.claims != step.sourced_claims] == []


def test_the_outline_page_is_up_to_date():
    page = (ROOT / "docs" / "outline.md").read_text(encoding="utf-8")
    assert page.endswith(render_outline(load_story(ROOT)))
