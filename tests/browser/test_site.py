"""The exported site under a plain static server in a sub-folder: what holds for the Story page holds for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

# The same tests, on another host: they meet it through `app_url`.
from tests.browser import test_story as story_page
from tests.static import served

for _name, _test in vars(story_page).items():
    # The app's server is not there to die.
    if _name.startswith(("test_", "Test")) and "server_may_die" not in _name:
        globals()[_name] = _test
del _name, _test


# How the map flies from step to step is no matter of the host: here the longest ways are gone without flights.
def test_scrolling_down_and_up_shows_each_step_as_the_engine_has_it(page: Page, open_story) -> None:
    page.emulate_media(reduced_motion="reduce")
    story_page.test_scrolling_down_and_up_shows_each_step_as_the_engine_has_it(open_story)


def test_a_fast_wheel_leaves_the_map_on_the_step_it_stops_at(page: Page, open_story) -> None:
    page.emulate_media(reduced_motion="reduce")
    story_page.test_a_fast_wheel_leaves_the_map_on_the_step_it_stops_at(open_story)


@pytest.fixture(scope="module")
def app_url(everything) -> Iterator[str]:
    with served(everything.folder) as address:
        yield f"{address}site/"
