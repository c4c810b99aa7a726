"""What a reader with a keyboard, a screen reader or large type can do."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo import load_story

ROOT = Path(__file__).resolve().parents[2]
STORY = load_story(ROOT)


def test_the_sheet_of_keys_opens_and_its_single_keys_can_be_turned_off(open_story) -> None:
    story = open_story("?step=bishkek-1994")
    press = story.page.keyboard.press
    press("?")
    sheet = story.page.locator("dialog.sm-help")
    assert sheet.is_visible()
    press("Escape")
    assert not sheet.is_visible()
    press("m")
    assert story.frame.evaluate("document.activeElement.matches('[data-timeline]')")
    press("t")
    assert story.page.evaluate("document.activeElement.dataset.step") == "bishkek-1994"
    press("?")
    sheet.locator("input").uncheck()
    press("Escape")
    press("?")
    assert not sheet.is_visible()
    story.page.reload()
    story.page.locator("[data-story][data-ready]").wait_for()
    press("?")
    assert not sheet.is_visible()


def test_the_pieces_of_land_are_one_tab_stop_with_arrows_within(open_story) -> None:
    story = open_story("?step=bishkek-1994")
    units = story.frame.locator("[data-units]")
    units.focus()
    selected = units.locator("[aria-selected=true]")
    first = selected.inner_text()
    story.page.keyboard.press("ArrowDown")
    assert selected.inner_text() != first
    assert story.frame.locator(".sm-focus-ring").count() == 1
    story.page.keyboard.press("Enter")
    assert story.frame.locator("[data-card]").is_visible()
    assert story.frame.locator("path[data-unit][tabindex='0']").count() == 0


def test_the_story_s_first_stop_is_a_link_that_skips_to_the_map(open_story) -> None:
    story = open_story()
    story.page.keyboard.press("Tab")
    assert story.page.evaluate("document.activeElement.matches('[data-to-map]')")
    story.page.keyboard.press("Enter")
    assert story.frame.evaluate("document.activeElement.matches('[data-timeline]')")


def test_the_map_tells_its_state_in_words_when_it_has_come_to_rest(open_story) -> None:
    story = open_story("?step=bishkek-1994")
    described = story.frame.locator("#sm-description")
    story.page.wait_for_timeout(600)
    text = described.inner_text()
    assert "12 May 1994" in text
    assert "Armenian forces" in text
    assert "11,490" in text
    assert described.get_attribute("role") == "status"


def test_headings_and_landmarks_follow_the_story(open_story) -> None:
    story = open_story()
    # Not the inner text: a card below the window has none until it is laid out, though a screen reader has it.
    headings = story.page.locator("[data-story] h1, [data-story] h2").all_text_contents()
    assert [text.strip() for text in headings[: len(STORY.steps) + 1]] == [
        STORY.title,
        *(step.title for step in STORY.steps),
    ]
    assert story.page.locator("iframe[data-storymap]").get_attribute("title")
    assert story.frame.locator("main").count() == 1


class TestLargeText:
    """400 % zoom of a 1280 px window leaves 320 px."""

    @pytest.fixture
    def browser_context_args(self, browser_context_args: dict) -> dict:
        return {**browser_context_args, "viewport": {"width": 320, "height": 640}}

    def test_nothing_is_cut_off(self, open_story) -> None:
        story = open_story("?step=shushi-2020")
        assert story.page.evaluate("document.documentElement.scrollWidth") <= 320
        assert story.frame.evaluate("document.documentElement.scrollWidth") <= 320
        assert story.frame.locator("[data-timeline]").is_visible()
