"""Every window: from 320 to 2560 px, fingers, larger letters, a page at 400 %, colours of the system's, no motion."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import StoryPage, until
from tests.browser.test_explore import ExplorePage
from tests.browser.test_slides import SlidesPage

WIDTHS = {320: 640, 390: 844, 768: 1024, 1280: 800, 2560: 1440}

# What reaches out of the window to the right, but for what scrolls or is clipped by its own box.
OUTSIDE = """() => {
    const docs = [document, ...[...document.querySelectorAll('iframe[data-storymap]')].map((f) => f.contentDocument)];
    return docs.flatMap((doc) => {
        const wide = doc.documentElement.scrollWidth > doc.defaultView.innerWidth ? [`the page: ${doc.documentElement.scrollWidth}`] : [];
        const clipped = (n) => { for (let p = n; p && p !== doc.body; p = p.parentElement) if (/hidden|auto|scroll|clip/.test(getComputedStyle(p).overflowX) && p.scrollWidth > 0 && p !== n) return true; return false; };
        const out = [...doc.querySelectorAll('button, a, summary, input, select, h1, h2, p, td, output')]
            .filter((n) => n.checkVisibility() && n.getBoundingClientRect().right > doc.defaultView.innerWidth + 1 && !clipped(n));
        return [...wide, ...out.map((n) => `${n.tagName} ${n.className} ${n.textContent.slice(0, 30)}`)];
    });
}"""

# Words that their own box cuts off, without a way to see the rest.
CUT = """() => [document, ...[...document.querySelectorAll('iframe[data-storymap]')].map((f) => f.contentDocument)].flatMap((doc) =>
    [...doc.querySelectorAll('button, summary, .sm-date, .sm-contents a, .sm-periods button')]
        .filter((n) => n.checkVisibility() && !n.matches('.sm-caption, .sm-hidden *') && n.clientWidth > 0 && n.scrollWidth > n.clientWidth + 1)
        .map((n) => `${n.className}: ${n.textContent.slice(0, 40)}`))"""

# Targets for fingers that are less than 44 px high or wide. Links in sentences are as high as their lines (WCAG 2.5.8
# lets them), and of the timeline only the slider as a whole is a target. Streamlit's fields are targets as a whole too.
SMALL = """() => [document, ...[...document.querySelectorAll('iframe[data-storymap]')].map((f) => f.contentDocument)].flatMap((doc) =>
    [...doc.querySelectorAll('button, summary, select, [role=slider], [role=combobox], [role=tab], .sm-contents a, label:has(input[type=checkbox])')]
        .filter((n) => n.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && n.getBoundingClientRect().width > 1)
        .filter((n) => !n.closest('[aria-hidden=true], .sm-hidden, [data-testid=stElementToolbar], [data-testid=stSelectbox], [data-testid=stDateInput]'))
        .map((n) => [n, n.getBoundingClientRect()])
        .filter(([n, r]) => r.height < 43.5 || (r.width < 43.5 && !n.matches('a')))
        .map(([n, r]) => `${n.tagName} ${n.className.toString().slice(0, 30)} ${(n.getAttribute('aria-label') || n.textContent).slice(0, 30)} ${r.width.toFixed()}x${r.height.toFixed()}`))"""


def test_the_story_in_every_window(page: Page, app_url: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    story = StoryPage(page, app_url, "?step=shushi-2020")
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        story.settle()
        assert page.evaluate(OUTSIDE) == [], width
        assert page.evaluate(CUT) == [], width
        seen = story.frame.locator("[data-map]").bounding_box()
        assert seen is not None
        assert seen["height"] >= 0.4 * height, width


def test_explore_and_slides_in_every_window(page: Page, app_url: str) -> None:
    for opened in (ExplorePage, lambda page, url: SlidesPage(page, f"{url}slides?step=shushi-2020")):
        opened(page, app_url)
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(400)
            assert page.evaluate(OUTSIDE) == [], width
            assert page.evaluate(CUT) == [], width


def test_letters_of_twice_the_size_are_not_cut(open_story) -> None:
    story = open_story("?step=shushi-2020")
    for document in (story.page, story.frame):
        document.evaluate("document.documentElement.style.fontSize = '200%'")
    story.page.wait_for_timeout(300)
    assert story.page.evaluate(OUTSIDE) == []
    assert story.page.evaluate(CUT) == []


def test_nothing_moves_where_less_motion_is_asked_for(page: Page, app_url: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    story = StoryPage(page, app_url, "?step=where")
    moving = (
        "(id) => { storyMap.setState({ step: id }); const m = document.querySelector('[data-moving]') !== null;"
        " return [m, document.getAnimations().filter((a) => a.playState === 'running').length, storyMap.getState().playing]; }"
    )
    for id in ("shushi-2020", "three-dates", "oblast"):
        assert story.frame.evaluate(moving, id) == [False, 0, False]
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.getAnimations().filter((a) => a.playState === 'running').length") == 0


def test_the_system_s_own_colours_leave_all_to_be_seen(page: Page, app_url: str) -> None:
    page.emulate_media(forced_colors="active")
    story = StoryPage(page, app_url, "?step=shushi-2020")
    thumb, track = story.frame.evaluate(
        "['.sm-thumb', '.sm-timeline'].map((s) => getComputedStyle(document.querySelector(s)).backgroundColor)"
    )
    assert thumb != track
    fills = story.frame.evaluate(
        "[...new Set([...document.querySelectorAll('path[data-unit]')].map((p) => getComputedStyle(p).fill))]"
    )
    assert len(fills) >= 2  # who holds what keeps its colours, which mean something
    story.frame.locator("[data-period]").first.click()
    pressed, other = story.frame.locator("[data-period]").evaluate_all(
        "all => [all[0], all[1]].map((b) => getComputedStyle(b).backgroundColor)"
    )
    assert pressed != other


class TestFingers:
    @pytest.fixture
    def browser_context_args(self, browser_context_args: dict) -> dict:
        phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
        return {**browser_context_args, **phone}

    def swipe(self, page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Draw a finger over the glass, as the browser hears it from the system."""
        session = page.context.new_cdp_session(page)
        send = session.send
        send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": start[0], "y": start[1]}]})
        for i in range(1, 9):
            x, y = (a + (b - a) * i / 8 for a, b in zip(start, end, strict=True))
            send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": y}]})
            page.wait_for_timeout(16)
        send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def test_the_story(self, page: Page, app_url: str) -> None:
        story = StoryPage(page, app_url, "?step=shushi-2020")
        assert "\n".join(page.evaluate(SMALL)) == ""
        story.frame.get_by_role("button", name="Layers", exact=True).tap()
        assert "\n".join(page.evaluate(SMALL)) == ""
        story.frame.get_by_role("button", name="Layers", exact=True).tap()
        before = story.state()["date"]
        slider = story.frame.locator("[data-timeline]").bounding_box()
        assert slider is not None
        page.touchscreen.tap(slider["x"] + slider["width"] * 0.2, slider["y"] + slider["height"] / 2)
        until(lambda: story.state()["date"] < before)
        place = story.frame.locator("[data-map]").bounding_box()
        assert place is not None
        page.touchscreen.tap(place["x"] + place["width"] / 2, place["y"] + place["height"] * 0.6)
        card = story.frame.locator("[data-card]")
        until(card.is_visible)
        assert "\n".join(page.evaluate(SMALL)) == ""
        card.get_by_role("button").first.tap()
        until(lambda: not card.is_visible())
        top = page.locator('[data-step="shushi-2020"]').bounding_box()["y"]
        self.swipe(page, (200, 780), (200, 640))
        until(lambda: page.locator('[data-step="shushi-2020"]').bounding_box()["y"] < top - 60)
        story.settle()  # what is still to be scrolled would close the note
        page.locator('[data-step="shushi-2020"] [role=doc-noteref]').first.tap()
        until(page.locator(".sm-footnote").is_visible)

    def test_an_open_note(self, page: Page, app_url: str) -> None:
        """A drag that begins on a note scrolls the page; on a note longer than the window, first the note."""
        story = StoryPage(page, app_url, "?step=shushi-2020")
        card, note = page.locator('[data-step="shushi-2020"]'), page.locator(".sm-footnote")

        def top() -> float:
            return card.evaluate("c => c.getBoundingClientRect().top")

        def drag() -> None:
            box = note.bounding_box()
            assert box is not None
            x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
            self.swipe(page, (x, y), (x, y - 140))

        card.locator("[role=doc-noteref]").first.tap()
        until(note.is_visible)
        before = top()
        drag()
        until(lambda: top() < before - 60)
        assert not note.is_visible()  # the reader reads on
        story.settle()

        card.locator(".footnotes li").first.evaluate(
            "li => li.append(...Array.from({ length: 60 }, () => Object.assign(document.createElement('p'), { textContent: 'More.' })))"
        )
        card.locator("[role=doc-noteref]").first.tap()
        until(note.is_visible)
        before = top()
        drag()
        until(lambda: note.evaluate("n => n.scrollTop") > 60)
        assert (top(), note.is_visible()) == (before, True)
        note.evaluate("n => { n.scrollTop = n.scrollHeight; }")

        def page_moves() -> bool:  # with another drag, should the first have met the note before it stood at its end
            if note.is_visible():
                drag()
            return top() < before - 60

        until(page_moves)

    def test_explore(self, page: Page, app_url: str) -> None:
        explore = ExplorePage(page, app_url, "?date=2020-12-01&compare=1994-05-12&mode=swipe")
        assert "\n".join(page.evaluate(SMALL)) == ""
        handle = explore.frame.locator(".sm-swipe")
        before = handle.bounding_box()
        assert before is not None
        y = before["y"] + before["height"] / 2
        self.swipe(page, (before["x"] + 22, y), (before["x"] - 80, y))
        until(lambda: handle.bounding_box()["x"] < before["x"] - 60)

    def test_slides(self, page: Page, app_url: str) -> None:
        SlidesPage(page, f"{app_url}slides?step=shushi-2020")
        assert "\n".join(page.evaluate(SMALL)) == ""
