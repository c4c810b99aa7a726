"""What axe-core finds: every page, with everything on it opened, in the light and in the dark, on a desktop and a phone.

Each page is loaded once a size. All rules of WCAG 2.2 A and AA run in the light; of them only contrast can come out
otherwise in the dark, so in the dark it alone runs again.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Frame, Page

from tests.browser.conftest import StoryPage, until
from tests.browser.test_explore import ExplorePage
from tests.browser.test_slides import SlidesPage

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
WCAG = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]}
CONTRAST = {"type": "rule", "values": ["color-contrast"]}
RUN = """async (only) => {
    const found = await axe.run(document, { runOnly: only, iframes: false, resultTypes: ['violations'] });
    return found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 120)).join(' | ')}`);
}"""


def violations(frame: Frame, rules: dict) -> list[str]:
    if not frame.evaluate("'axe' in window"):
        frame.evaluate(AXE.read_text(encoding="utf-8"))
    return frame.evaluate(RUN, rules)


def assert_none(page: Page) -> None:
    """Fail on what axe finds in the page and in the map document that it frames."""
    for scheme, rules in (("light", WCAG), ("dark", CONTRAST)):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(250)  # Streamlit fades from one theme into the other
        for frame in page.frames:
            assert violations(frame, rules) == [], f"{scheme}, {frame.url}"
    page.emulate_media(color_scheme="light")


@pytest.fixture
def browser_context_args(browser_context_args: dict) -> dict:
    return {**browser_context_args, "bypass_csp": True}  # so that axe may be put into the map document


@pytest.fixture(params=[(1440, 900), (390, 844)], ids=["desktop", "phone"])
def sized(page: Page, request) -> Page:
    page.set_viewport_size({"width": request.param[0], "height": request.param[1]})
    return page


def drawn(page: Page, url: str) -> Page:
    """Open a map document by itself."""
    page.goto(url)
    page.locator("path[data-unit]").first.wait_for(state="attached")
    return page


def test_the_story(sized: Page, app_url: str) -> None:
    story = StoryPage(sized, app_url, "?step=shushi-2020")
    sized.evaluate("document.querySelectorAll('[data-story] details').forEach((d) => { d.open = true; })")
    story.frame.get_by_role("button", name="Layers", exact=True).click()
    sized.locator('[data-step="shushi-2020"] [role=doc-noteref]').first.evaluate("a => a.click()")
    assert_none(sized)
    story.frame.get_by_role("combobox", name="Find a place").fill("sh")
    story.frame.locator("path[data-unit]").first.dispatch_event("click")
    sized.locator("[data-help]").first.evaluate("b => b.click()")
    assert_none(sized)


def test_explore(sized: Page, app_url: str) -> None:
    explore = ExplorePage(sized, app_url, "?date=2020-12-01&compare=1994-05-12&mode=swipe")
    sized.evaluate("document.querySelectorAll('.st-key-explore_side details').forEach((d) => { d.open = true; })")
    assert_none(sized)
    for mode in ("Difference", "Its line"):
        explore.widget("mode").get_by_text(mode).click()
        explore.settle()
        assert_none(sized)
    sized.locator("[data-present]").click()
    assert_none(sized)


def test_explore_s_lists_and_calendar(sized: Page, app_url: str) -> None:
    explore = ExplorePage(sized, app_url, "?date=2020-12-01")
    for opener in (explore.widget("names").get_by_role("combobox"), explore.widget("day").get_by_role("button")):
        opener.first.scroll_into_view_if_needed()
        explore.settle()  # a page that still scrolls closes the list again
        opener.first.click()
        sized.locator("[role=option], [data-testid=stDateInputCalendar]").first.wait_for()
        assert_none(sized)
        if sized.get_by_role("dialog").count():
            month = sized.get_by_role("button", name="December", exact=True)
            assert (month.get_attribute("title"), month.get_attribute("aria-haspopup")) == ("month", "listbox")
            sized.get_by_role("button", name="Previous month").click()
            sized.get_by_role("button", name="November", exact=True).wait_for()
            assert_none(sized)
        sized.keyboard.press("Escape")


def test_slides(sized: Page, app_url: str) -> None:
    slides = SlidesPage(sized, f"{app_url}slides?step=shushi-2020")
    assert_none(sized)
    for tab in ("Link", "APA", "BibTeX"):
        slides.code(tab)
    sized.get_by_role("button", name="Presenter's view").click()
    assert_none(sized)


@pytest.mark.parametrize("ui", ["full", "timeline", "legend", "none"])
def test_a_framed_map(sized: Page, app_url: str, ui: str) -> None:
    assert_none(drawn(sized, f"{app_url}embed?step=bishkek-1994&ui={ui}"))


def test_exported_files_and_the_site(sized: Page, everything) -> None:
    assert_none(drawn(sized, (everything.folder / "html" / "three-dates.html").as_uri()))
    assert_none(drawn(sized, (everything.folder / "site" / "embed" / "three-dates.html").as_uri()))
    sized.goto((everything.folder / "site" / "files.html").as_uri())
    assert_none(sized)
    # Both hold the cards of the Story page; one size each is enough.
    sized.goto(
        (everything.folder / ("site/index.html" if sized.viewport_size["width"] > 900 else "story.html")).as_uri()
    )
    until(lambda: sized.locator("[data-story][data-ready]").count() == 1)
    assert_none(sized)
