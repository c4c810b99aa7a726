"""The story begins with the page itself; Streamlit comes after, finds it there, and leaves it as it is."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route

from tests.browser.conftest import StoryPage, Watch, until
from tests.browser.test_story import STORY, expect_step


def test_the_story_is_read_where_streamlit_s_code_never_comes(page: Page, app_url: str) -> None:
    page.route("**/static/js/**", lambda route: route.abort())
    story = StoryPage(page, app_url)
    expect_step(story, STORY.steps[0])
    page.keyboard.press("ArrowDown")
    story.settle()
    expect_step(story, STORY.steps[1])
    assert page.title() == STORY.title


def test_streamlit_finds_the_story_and_leaves_it(page: Page, app_url: str) -> None:
    held: list[Route] = []
    gate: list[bool] = []
    page.route("**/static/js/**", lambda route: route.continue_() if gate else held.append(route))
    story = StoryPage(page, app_url, wait_until="commit")
    page.keyboard.press("ArrowDown")
    story.settle()
    story.frame.evaluate("window.born = 1")
    gate.append(True)
    for route in held:
        route.continue_()
    page.locator(".st-key-story .stBidiComponent").wait_for(state="attached")
    story.settle()
    expect_step(story, STORY.steps[1])
    assert page.locator("[data-story]").count() == 1
    assert story.frame.evaluate("window.born") == 1, "the map document was loaded again"
    assert page.locator("main:visible").count() == 1


@pytest.mark.parametrize(
    ("name", "parts"),
    [("explore", {"explore.mjs", "explore.css", "explore.json"}), ("slides", {"slides.mjs", "slides.css"})],
)
def test_the_parts_of_the_other_pages_do_not_wait_for_streamlit(page: Page, app_url: str, name, parts) -> None:
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url.rpartition("/")[2]))
    page.route("**/static/js/**", lambda route: route.abort())
    page.goto(app_url + name)
    until(lambda: parts <= asked)
    assert page.title() == STORY.title


def test_the_place_of_a_widget_does_not_shimmer_while_it_comes(page: Page, app_url: str) -> None:
    page.route("**/static/js/Slider*", lambda _: None)  # it never comes
    page.goto(f"{app_url}explore")
    place = page.locator("[data-testid=stSkeleton]").first
    place.wait_for()
    assert place.evaluate("(node) => node.getAnimations({ subtree: true }).length") == 0


def test_nothing_of_streamlit_s_page_is_in_the_way_of_the_keyboard(page: Page, app_url: str) -> None:
    StoryPage(page, app_url)
    page.locator("[data-testid=stMain]").wait_for(state="attached")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "sm-skip"


def test_without_the_page_s_word_the_component_shows_the_story(page: Page, app_url: str) -> None:
    """As after a way through Streamlit's own navigation."""
    watch = Watch(page)
    page.goto(f"{app_url}explore")
    page.locator(".sm-explore[data-ready]").wait_for()
    page.get_by_role("link", name="Story", exact=True).click()
    page.locator("[data-story][data-ready]").wait_for()
    assert page.locator(".sm-early").count() == 0
    frame = page.locator("iframe[data-storymap]").element_handle().content_frame()
    until(lambda: frame.evaluate("storyMap.getState().step") == STORY.steps[0].id)
    page.go_back()
    page.locator(".sm-explore[data-ready]").wait_for()
    assert page.locator("[data-story]").count() == 0
    # Streamlit asks for its own addresses beneath the page's first; see docs/architecture.md.
    assert [text for text in watch.messages if "404" not in text] == []
