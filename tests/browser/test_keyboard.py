"""The whole of Story, Explore and Slides with the keyboard alone: all is reached, the focus is seen, nothing holds it."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.conftest import until
from tests.browser.test_explore import ExplorePage
from tests.browser.test_slides import SlidesPage

# Where the focus is, through frames. It is seen if something about the element, or what is around it, looks other
# without it; the list of the pieces of land has no look of its own and outlines the piece on the map.
STOP = """() => {
    let doc = document;
    while (doc.activeElement?.tagName === 'IFRAME' && doc.activeElement.contentDocument) doc = doc.activeElement.contentDocument;
    const node = doc.activeElement;
    if (!node || node === doc.body) return null;
    const around = [node];
    while (around.length < 5 && around.at(-1).parentElement) around.push(around.at(-1).parentElement);
    around.push(...[...node.children].slice(0, 4));
    const look = () => around.map((n) => {
        const s = getComputedStyle(n);
        return [s.outlineStyle, s.outlineWidth, s.boxShadow, s.borderColor].join();
    }).join();
    const focused = look();
    const ring = doc.querySelector('.sm-focus-ring') !== null;
    node.blur();
    const without = look();
    node.focus({ preventScroll: true });
    const label = node.getAttribute('aria-label') || node.labels?.[0]?.textContent || node.textContent || node.title;
    const again = node.dataset.reached !== undefined;
    node.dataset.reached = '';
    return { name: label.trim().slice(0, 48), tag: node.tagName, framed: doc !== document, seen: focused !== without || ring, again };
}"""

# What can be tabbed to and was not. Of a group through which the arrows lead, one member is enough.
MISSED = """() => {
    const documents = [document, ...[...document.querySelectorAll('iframe')].map((f) => f.contentDocument).filter(Boolean)];
    const groups = '[role=radiogroup], [role=tablist], [role=toolbar], [role=grid], [role=listbox]';
    const reached = (node) => node.dataset.reached !== undefined || node.closest(groups)?.querySelector('[data-reached]')
        || node.closest(groups)?.dataset.reached !== undefined;
    return documents.flatMap((doc) => [...doc.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')])
        .filter((n) => n.tabIndex >= 0 && !n.disabled && n.checkVisibility({ visibilityProperty: true }) && !n.closest('[aria-hidden=true], [inert]'))
        .filter((n) => !reached(n)).map((n) => `${n.tagName} ${(n.getAttribute('aria-label') || n.textContent || n.className).trim().slice(0, 60)}`);
}"""


def stops(page: Page, most: int = 400) -> list[dict]:
    """Tab until the focus leaves the page or is where it was before."""
    found: list[dict] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None or stop["again"]:
            return found
        found.append(stop)
    raise AssertionError(f"the focus does not come to an end; the last stops: {found[-5:]}")


def tab_to(page: Page, name: str, most: int = 200) -> None:
    for _ in range(most):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop and stop["name"].startswith(name) and stop["tag"] != "MAIN":
            return
    raise AssertionError(f"{name} is not reached")


def assert_all_seen(found: list[dict]) -> None:
    # Streamlit's scrolling main part takes the focus for the sake of the arrow keys, and is the page itself.
    assert [stop for stop in found if not stop["seen"] and stop["tag"] != "MAIN"] == []


def assert_in_order(found: list[dict], *names: str) -> None:
    told = [stop["name"] for stop in found if stop["tag"] != "MAIN"]
    at = [next((i for i, name in enumerate(told) if name.startswith(wanted)), -1) for wanted in names]
    missing = [name for name, place in zip(names, at, strict=True) if place < 0]
    assert missing == [], told[-30:]
    assert at == sorted(at), dict(zip(names, at, strict=True))


def test_the_story(page: Page, open_story) -> None:
    page.emulate_media(reduced_motion="reduce")  # no step plays by itself: "Play" would be "Pause" for a while
    open_story()
    # Of the cards, which are alike, the first two: the others are taken out of the way.
    page.evaluate(
        "document.querySelectorAll('[data-step]:nth-of-type(n+3), [data-closing]').forEach((n) => n.remove())"
    )
    found = stops(page)
    assert_all_seen(found)
    assert_in_order(found, "Skip to the map", "Contents", "Explore", "All keys", "Zoom in", "Layers", "Find a place",
                    "Pieces of land", "Previous change", "Play", "Next change", "Pre-1994", "Timeline")  # fmt: skip
    assert page.evaluate(MISSED) == []


def test_the_story_s_map(open_story) -> None:
    story = open_story("?step=bishkek-1994")
    page, press = story.page, story.page.keyboard.press
    tab_to(page, "Skip to the map")
    press("Enter")
    assert story.frame.evaluate("document.activeElement.matches('[data-timeline]')")
    press("End")
    until(lambda: story.state()["date"] > "2024")
    for _ in range(3):
        press("Shift+Tab")
    press("Enter")  # the first of three named days
    until(lambda: story.state()["date"] < "1993")
    page.evaluate("document.activeElement.contentDocument.querySelector('.leaflet-control-zoom-in').focus()")
    tab_to(page, "Layers")
    press("Enter")
    layer = story.frame.locator("label:has([data-layer-toggle])").nth(1).inner_text()
    tab_to(page, layer[:40], most=20)
    before = story.state()["layers"]
    press("Space")
    until(lambda: story.state()["layers"] != before)
    press("Escape")
    assert story.frame.evaluate("document.activeElement.textContent") == "Layers"
    press("Tab")
    page.keyboard.type("lachin")
    press("ArrowDown")
    press("Enter")
    until(lambda: "lachin" in story.state()["highlight"])
    tab_to(page, "Pieces of land", most=5)
    press("ArrowDown")
    press("Enter")
    card = story.frame.locator("[data-card]")
    assert card.is_visible()
    press("Escape")
    assert not card.is_visible()


def test_explore(page: Page, app_url: str) -> None:
    explore = ExplorePage(page, app_url, "?date=2020-12-01&compare=1994-05-12&mode=swipe")
    page.evaluate("document.querySelectorAll('.st-key-explore_side details').forEach((d) => { d.open = true; })")
    found = stops(page)
    assert_all_seen(found)
    assert_in_order(found, "Story", "Slides", "Pieces of land", "Names of places", "Chart (CSV)")
    assert page.evaluate(MISSED) == []
    page.locator(".sm-bar-page").evaluate("node => { node.tabIndex = -1; node.focus(); }")
    tab_to(page, "For class")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowLeft")
    until(lambda: explore.state()["date"] == "1994-05-12")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('[data-present]')")


def test_slides(page: Page, app_url: str) -> None:
    slides = SlidesPage(page, f"{app_url}slides?step=shushi-2020")
    found = stops(page)
    assert_all_seen(found)
    assert_in_order(found, "Story", "Explore", "← Previous", "Next →", "Full screen", "Presenter", "Slide", "PNG")
    assert page.evaluate(MISSED) == []
    page.locator(".sm-bar-page").evaluate("node => { node.tabIndex = -1; node.focus(); }")
    tab_to(page, "Next →")
    page.keyboard.press("Enter")
    slides.wait_for_step("statement-2020")
    tab_to(page, "Presenter")
    page.keyboard.press("Enter")
    assert page.locator(".sl-presenter").is_visible()
