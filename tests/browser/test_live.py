"""An author saves while the page is open: the page follows, and a mistake costs nothing."""

from __future__ import annotations

import pytest

from geo.new import write_new_story
from tests.browser.conftest import StoryPage, serve

SEEN_MS = 15_000


@pytest.fixture
def own(tmp_path, page):
    folder = tmp_path / "история 地図"
    write_new_story(folder)
    process, url = serve("app.py", tmp_path / "log.txt", str(folder))
    yield folder / "narrative" / "03-the-mill.md", StoryPage(page, url, "?step=mill")
    process.terminate()
    process.wait(10)


def test_the_open_page_follows_a_save(own):
    file, story = own
    text = file.read_text(encoding="utf-8")
    assert story.current_step() == "mill"

    file.write_text(text.replace("title: The mill", "title: The old mill"), encoding="utf-8")
    story.page.get_by_role("heading", name="The old mill").wait_for(timeout=SEEN_MS)
    story.page.locator("[data-story][data-ready]").wait_for()
    story.settle()
    assert story.current_step() == "mill"
    assert story.page.locator("[data-story]").count() == 1

    file.write_text(text.replace("date: 1805-09-14", "date: 1805-19-14"), encoding="utf-8")
    problem = story.page.get_by_text("narrative/03-the-mill.md:4: date: '1805-19-14' is no day of the calendar")
    problem.wait_for(timeout=SEEN_MS)
    assert story.page.get_by_role("heading", name="The old mill").is_visible()
    assert story.state()["date"] == "1805-09-14"
    assert problem.bounding_box()["y"] < 300

    file.write_text(text, encoding="utf-8")
    story.page.get_by_role("heading", name="The mill").wait_for(timeout=SEEN_MS)
    problem.wait_for(state="hidden", timeout=SEEN_MS)
    assert story.watch.messages == []
    assert story.watch.remote == []


def test_a_page_that_waits_for_a_save_leaves_streamlit_at_rest(page, app_url):
    """Each word on its line makes Streamlit work through the page, under the hands of whoever scrolls."""
    said = []

    def hear(words):
        said.append(words)

    page.on("websocket", lambda line: (line.on("framereceived", hear), line.on("framesent", hear)))
    with page.expect_request("**/storymap/version"):
        StoryPage(page, app_url)
    said.clear()
    page.wait_for_timeout(3000)
    assert said == []


def test_what_the_mouse_passes_over_is_not_painted_anew(page, app_url):
    """Streamlit colours the scrollbars of all that is hovered; of ours none changes."""
    story = StoryPage(page, app_url)
    heading = story.page.locator("[data-step] h2").first
    color = "node => getComputedStyle(node).scrollbarColor"
    before = heading.evaluate(color)
    heading.hover()
    assert heading.evaluate("node => node.matches(':hover')")
    assert heading.evaluate(color) == before
