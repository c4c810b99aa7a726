"""The map on its way to another view: what is seen meanwhile, and who may stop it."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.conftest import StoryPage
from tests.browser.test_story import STEPS, STORY, answer, expect_step

# One entry for each frame of a flight to a step and a while after: whether the map is on its way, and whether land or
# sea is drawn up to its edges.
FLIGHT = """(step) => new Promise((done) => {
    const map = document.querySelector('[data-map]').getBoundingClientRect();
    const frames = [];
    storyMap.setState({ step });
    const [atLeast, atMost] = [performance.now() + 1200, performance.now() + 30000];
    const look = () => {
        const drawn = document.querySelector('.leaflet-plane-pane > svg').getBoundingClientRect();
        const reaches = drawn.left <= map.left + 1 && drawn.top <= map.top + 1 && drawn.right >= map.right - 1 && drawn.bottom >= map.bottom - 1;
        const moving = document.querySelector('[data-moving]') !== null;
        frames.push([moving, reaches]);
        const now = performance.now();
        if (now < atLeast || (moving && now < atMost)) requestAnimationFrame(look);
        else done(frames);
    };
    requestAnimationFrame(look);
})"""


def test_a_flight_shows_the_map_up_to_its_edges_on_all_the_way(page: Page, app_url: str) -> None:
    """Into three times as many kilometres, out of them, and aside."""
    story = StoryPage(page, app_url, "?step=diplomacy")
    for step in ("arms", "velvet-revolution", "shushi-2020", "statement-2020", "july-2020"):
        frames = story.frame.evaluate(FLIGHT, step)
        assert any(moving for moving, _ in frames), f"no flight to {step}"
        assert all(reaches for _, reaches in frames), f"the map ends before its edge on the way to {step}"
        assert not frames[-1][0]


# A flight held three eighths of its time after it began, so that the hand comes in its middle on a slow machine too.
HELD = """(step) => {
    storyMap.setState({ step });
    const [flight] = document.querySelector('.leaflet-plane-pane').getAnimations();
    flight.pause();
    flight.currentTime = flight.effect.getComputedTiming().duration * 3 / 8;
}"""


def test_a_hand_on_the_map_stops_a_flight_where_it_is(page: Page, app_url: str) -> None:
    story = StoryPage(page, app_url, "?step=diplomacy")
    zoom = "storyMap.getView(true).zoom"
    near = story.frame.evaluate(zoom)
    box = page.locator("iframe[data-storymap]").bounding_box()
    story.frame.evaluate(HELD, "arms")
    page.mouse.move(box["x"] + 400, box["y"] + 500)
    page.mouse.down()
    page.mouse.move(box["x"] + 390, box["y"] + 480, steps=4)
    page.mouse.up()
    story.settle()
    stopped = story.frame.evaluate(zoom)
    story.frame.evaluate("storyMap.setState({ step: 'diplomacy' }, { animate: false })")
    story.frame.evaluate("storyMap.setState({ step: 'arms' }, { animate: false })")
    far = story.frame.evaluate(zoom)
    assert near - far > 1
    # Slower to its end: in three eighths of the time 1 - (5/8)² = 39/64 of the way.
    assert abs(stopped - (near + (far - near) * 39 / 64)) <= 0.05


def test_a_step_whose_view_is_there_already_keeps_its_names(page: Page, app_url: str) -> None:
    story = StoryPage(page, app_url, "?step=six-weeks")
    moving = (
        "(step) => { storyMap.setState({ step });"
        " return [document.querySelector('[data-moving]') !== null, document.querySelector('.leaflet-labels-pane').dataset.away ?? null]; }"
    )
    assert story.frame.evaluate(moving, "oblast") == [False, None]


# Cards go by at six windows a second until the fifth is passed; for each frame its step and polygons, whether the map flies, and its lines.
FLICK = """(steps) => new Promise((done) => {
    const inside = document.querySelector('iframe[data-storymap]').contentWindow;
    const plane = inside.document.querySelector('.leaflet-plane-pane');
    let scroller = document.querySelector('[data-step]');
    while (!/auto|scroll/.test(getComputedStyle(scroller).overflowY) && scroller !== document.documentElement) scroller = scroller.parentElement;
    const frames = [];
    let last = performance.now();
    const look = (now) => {
        const { step } = inside.storyMap.getState();
        const units = [...inside.document.querySelectorAll('path[data-unit]')].map((p) => [p.dataset.unit, p.dataset.controller]);
        const lines = inside.document.querySelectorAll('[data-group=lines] > *').length;
        frames.push({ step, units: Object.fromEntries(units), flies: plane.getAnimations().length > 0, lines });
        if (steps.indexOf(step) >= 5 || frames.length > 1000) { done(frames); return; }
        scroller.scrollBy(0, Math.max(0, now - last) * innerHeight * 0.006);
        last = now;
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
})"""


def test_cards_gone_by_show_who_holds_what_and_the_card_stayed_with_shows_all(page: Page, app_url: str) -> None:
    story = StoryPage(page, app_url)
    frames = story.page.evaluate(FLICK, STEPS)
    last_of = {frame["step"]: frame for frame in frames}
    assert len(last_of) >= 4
    for id, frame in last_of.items():
        step = next(step for step in STORY.steps if step.id == id)
        assert frame["units"] == answer(step.date), f"{id} does not show its own day"
    assert not any(frame["flies"] for frame in frames)
    assert len({frame["lines"] for frame in frames}) == 1
    story.settle()
    stayed = next(step for step in STORY.steps if step.id == story.current_step())
    expect_step(story, stayed)
    assert story.frame.locator("[data-group=lines] > *").count() != frames[-1]["lines"]
