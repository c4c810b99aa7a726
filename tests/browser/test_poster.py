"""The poster, seen while the map document is still being read: in the app, in the exported file and on the site."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

from geo.control import control_on
from geo.export.single import render_state
from geo.state import default_state, step_state
from tests.browser.conftest import until
from tests.browser.test_story import STORY

#: The poster is as fine as a large map; a small one leaves out corners that are smaller than can be seen.
CORNER_PX = 3.5
BOXES = """(of, left, top) => Object.fromEntries([...of.querySelectorAll('path[data-unit]')].map((path) => {
    const box = path.getBoundingClientRect();
    return [path.dataset.unit, [box.left + left, box.top + top, box.right + left, box.bottom + top]];
}))"""
OF_POSTER = f"() => ({BOXES})(document.querySelector('[data-poster][data-laid]'), 0, 0)"
OF_MAP = f"""() => {{
    const frame = document.querySelector('iframe[data-storymap]');
    const {{ left, top }} = frame.getBoundingClientRect();
    return ({BOXES})(frame.contentDocument, left, top);
}}"""


def hold_map(page: Page) -> Callable[[], None]:
    """Hold the map document back; returns what lets it go."""
    waiting: list[Route] = []
    page.route("**/storymap/*/map.html*", lambda route: waiting.append(route))

    def let_go() -> None:
        # A request is heard of only while the page is asked something.
        until(lambda: waiting or page.wait_for_timeout(20))
        for route in waiting:
            route.continue_()

    return let_go


@pytest.mark.parametrize(
    ("width", "height", "touch"),
    [(1440, 900, False), (1100, 800, False), (390, 844, False), (390, 844, True), (820, 1180, True), (700, 900, True)],
)
def test_the_map_takes_the_poster_s_place_without_a_jump(
    browser: Browser, app_url: str, width: int, height: int, touch: bool
) -> None:
    context = browser.new_context(viewport={"width": width, "height": height}, has_touch=touch, is_mobile=touch)
    page = context.new_page()
    let_go = hold_map(page)
    page.goto(app_url, wait_until="commit")
    page.locator("[data-poster][data-laid]").wait_for()
    drawn = page.evaluate(OF_POSTER)
    shown = page.locator("[data-poster] path[data-unit]").evaluate_all(
        "paths => Object.fromEntries(paths.map((p) => [p.dataset.unit, p.dataset.controller]))"
    )
    held = control_on(STORY, STORY.steps[0].date)
    assert shown == {id: c.controller for id, c in held.items() if not STORY.units[id].frame}
    let_go()
    page.locator("[data-story][data-ready]").wait_for()
    page.locator("[data-poster]").wait_for(state="detached")
    of_map = page.evaluate(OF_MAP)
    assert set(of_map) == set(drawn)
    for unit, box in of_map.items():
        assert drawn[unit] == pytest.approx(box, abs=CORNER_PX), unit
    context.close()


def test_a_reader_who_goes_on_before_the_map_is_there_is_shown_no_other_step_s_map(page: Page, app_url: str) -> None:
    let_go = hold_map(page)
    page.goto(app_url, wait_until="commit")
    page.locator("[data-poster][data-laid]").wait_for()
    page.keyboard.press("ArrowDown")
    page.locator("[data-poster]").wait_for(state="detached")
    let_go()
    page.locator("[data-story][data-ready]").wait_for()
    assert page.locator("[data-step][aria-current]").get_attribute("data-step") == STORY.steps[1].id
    step = "document.querySelector('iframe').contentWindow.storyMap.getState().step"
    until(lambda: page.evaluate(step) == STORY.steps[1].id)


@pytest.mark.parametrize("query", ["?step=shushi-2020", "?date=1993-04-03"])
def test_who_asks_for_another_day_is_shown_no_poster(page: Page, app_url: str, query: str) -> None:
    let_go = hold_map(page)
    page.goto(f"{app_url}{query}", wait_until="commit")
    page.locator("[data-story] iframe").wait_for()
    assert page.locator("[data-poster]").count() == 0
    let_go()
    page.locator("[data-story][data-ready]").wait_for()


def test_the_exported_file_shows_it_before_the_cards_are_read(page: Page, everything) -> None:
    page.add_init_script("""new MutationObserver((_, observer) => {
        const poster = document.querySelector('[data-poster][data-laid]');
        if (!poster) return;
        observer.disconnect();
        window.seen = [poster.querySelectorAll('path[data-unit]').length, document.querySelectorAll('[data-step]').length];
    }).observe(document, { subtree: true, childList: true, attributes: true });""")
    page.goto((everything.folder / "story.html").as_uri())
    page.locator("[data-story][data-ready]").wait_for()
    units, cards = page.evaluate("window.seen")
    assert units == sum(not unit.frame for unit in STORY.units.values())
    assert cards < len(STORY.steps)


def test_the_exported_file_at_another_step_shows_none(page: Page, everything) -> None:
    page.add_init_script("""new MutationObserver(() => { window.laid ||= Boolean(document.querySelector('[data-laid]')); })
        .observe(document, { subtree: true, childList: true, attributes: true });""")
    page.goto((everything.folder / "story.html").as_uri() + "?step=shushi-2020")
    page.locator("[data-story][data-ready]").wait_for()
    assert not page.evaluate("window.laid")


def test_without_scripts_there_is_no_map_that_stays_on_one_day(browser: Browser, everything) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((everything.folder / "story.html").as_uri())
    assert page.locator("[data-poster] svg").is_hidden()
    assert page.locator("h1").is_visible()
    context.close()


def test_it_is_no_second_map_to_a_screen_reader_and_not_in_the_way_of_a_pointer(page: Page, app_url: str) -> None:
    let_go = hold_map(page)
    page.goto(app_url, wait_until="commit")
    poster = page.locator("[data-poster][data-laid]")
    poster.wait_for()
    assert poster.get_attribute("aria-hidden") == "true"
    assert poster.evaluate("p => getComputedStyle(p).pointerEvents") == "none"
    let_go()
    poster.wait_for(state="detached")


#: Notes what is seen of a poster in a map document until the document's own code takes it away: boxes of its units.
NOTE_POSTER = f"""new MutationObserver(() => {{
    const poster = document.querySelector('[data-poster][data-laid]');
    if (poster) window.seen = ({BOXES})(poster, 0, 0);
}}).observe(document, {{ subtree: true, childList: true, attributes: true }});"""


def expect_no_jump(page: Page, address: str) -> None:
    """The units of a map document lie where its poster had them, which is gone."""
    page.add_init_script(NOTE_POSTER)
    page.goto(address)
    page.locator("#storymap[data-ready]").wait_for()
    assert page.locator("[data-poster]").count() == 0
    drawn, of_map = page.evaluate("window.seen"), page.evaluate(f"() => ({BOXES})(document, 0, 0)")
    assert set(drawn) == set(of_map) == {id for id, unit in STORY.units.items() if not unit.frame}
    for unit, box in of_map.items():
        assert drawn[unit] == pytest.approx(box, abs=CORNER_PX), unit


@pytest.mark.parametrize(
    ("width", "height", "touch"), [(1440, 900, False), (700, 500, False), (390, 844, True), (820, 1180, True)]
)
def test_an_embedded_map_takes_its_poster_s_place_without_a_jump(
    browser: Browser, app_url: str, width: int, height: int, touch: bool
) -> None:
    context = browser.new_context(viewport={"width": width, "height": height}, has_touch=touch, is_mobile=touch)
    expect_no_jump(context.new_page(), f"{app_url}embed")
    context.close()


def test_an_embedded_map_of_another_state_shows_none(page: Page, app_url: str) -> None:
    page.add_init_script(NOTE_POSTER)
    page.goto(f"{app_url}embed?step=shushi-2020")
    page.locator("#storymap[data-ready]").wait_for()
    assert page.evaluate("window.seen") is None
    assert page.locator("[data-poster]").count() == 0


def test_a_state_s_file_shows_its_own(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "state.html"
    asked = step_state(STORY, "three-dates", default_state(STORY))  # all units are in view
    file.write_text(render_state(STORY, asked), encoding="utf-8")
    expect_no_jump(page, file.as_uri())
    assert page.evaluate("storyMap.getState().step") == "three-dates"
