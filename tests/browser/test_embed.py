"""The map framed by others: in a lecture of reveal.js, by a bad address, fast enough, closed to everything else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch
from tests.browser.test_routes import get
from tests.static import served

ROOT = Path(__file__).resolve().parents[2]
REVEAL = ROOT / "node_modules" / "reveal.js" / "dist"
TRIES = 5

DECK = """<!doctype html><html><head><meta charset="utf-8"><link rel="icon" href="data:,">
<link rel="stylesheet" href="dist/reset.css"><link rel="stylesheet" href="dist/reveal.css">
<style>iframe {{ width: 960px; height: 540px; border: 0 }}</style></head>
<body><div class="reveal"><div class="slides">
<section><h2>First</h2><iframe id="one" src="{map}?step=bishkek-1994&ui=legend"></iframe></section>
<section><h2>Hidden at load</h2><iframe id="two" src="{map}?step=shushi-2020&ui=timeline"></iframe></section>
<section><h2>Lazy</h2><iframe id="three" data-src="{map}?step=three-dates&ui=none"></iframe></section>
<section><h2>Last</h2></section>
</div></div>
<script type="module">
import Reveal from "./dist/reveal.mjs";
window.Reveal = Reveal;
await Reveal.initialize({{ hash: false, transition: "none" }});
document.body.dataset.ready = "true";
</script></body></html>"""


@pytest.fixture(scope="module")
def lecture(tmp_path_factory: pytest.TempPathFactory, app_url: str) -> Iterator[str]:
    """A deck of reveal.js on a server of its own, that is: of another origin than the map."""
    assert REVEAL.is_dir(), "this test needs reveal.js: `make node_modules` installs it"
    folder = tmp_path_factory.mktemp("lecture")
    (folder / "dist").symlink_to(REVEAL)
    (folder / "index.html").write_text(DECK.format(map=f"{app_url}embed"), encoding="utf-8")
    with served(folder) as address:
        yield f"{address}index.html"


def frame_of(page: Page, id: str):
    frame = page.locator(f"#{id}").element_handle().content_frame()
    frame.locator("path[data-unit]").first.wait_for(state="attached")
    return frame


def slide(page: Page) -> int:
    return page.evaluate("Reveal.getIndices().h")


def seen_units(frame) -> int:
    """How many units lie within the frame, with an extent."""
    return frame.evaluate(
        """[...document.querySelectorAll('path[data-unit]')].filter((path) => {
            const r = path.getBoundingClientRect();
            return r.width > 2 && r.right > 0 && r.left < innerWidth && r.bottom > 0 && r.top < innerHeight;
        }).length"""
    )


def test_keys_still_move_the_slides_after_a_click_into_the_map(page: Page, lecture: str) -> None:
    watch = Watch(page)
    page.goto(lecture)
    page.locator("body[data-ready]").wait_for()
    frame_of(page, "one")
    page.locator("#one").click(position={"x": 300, "y": 300})
    page.keyboard.press("ArrowRight")
    page.wait_for_function("Reveal.getIndices().h === 1")
    frame_of(page, "two")
    page.locator("#two").click(position={"x": 300, "y": 200})
    page.keyboard.press("PageDown")
    page.wait_for_function("Reveal.getIndices().h === 2")
    frame_of(page, "three")
    page.locator("#three").click(position={"x": 300, "y": 200})
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("Reveal.getIndices().h === 1")
    page.locator("#two").click(position={"x": 300, "y": 200})
    for index in (2, 3):
        page.keyboard.press("ArrowRight")
        page.wait_for_function("index => Reveal.getIndices().h === index", arg=index)
    assert watch.messages == []


def test_a_map_that_was_hidden_at_load_fits_when_it_is_shown(page: Page, lecture: str, app_url: str) -> None:
    page.goto(lecture)
    page.locator("body[data-ready]").wait_for()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("Reveal.getIndices().h === 1")
    frame = frame_of(page, "two")
    page.wait_for_timeout(500)
    assert frame.evaluate("storyMap.getState().step") == "shushi-2020"
    hidden = seen_units(frame)
    assert hidden > 5
    page.set_viewport_size({"width": 960, "height": 540})
    page.goto(f"{app_url}embed?step=shushi-2020&ui=timeline")
    page.locator("path[data-unit]").first.wait_for(state="attached")
    assert abs(seen_units(page.main_frame) - hidden) <= 2


def test_the_legend_opens_with_the_room_it_gets_and_stays_as_a_reader_put_it(page: Page, app_url: str) -> None:
    page.set_viewport_size({"width": 400, "height": 500})
    page.goto(f"{app_url}embed?step=shushi-2020&ui=legend")
    rows, summary = page.locator(".sm-legend-rows"), page.locator(".sm-legend summary")
    expect(rows).to_be_hidden()
    page.set_viewport_size({"width": 960, "height": 540})
    expect(rows).to_be_visible()
    summary.click()
    page.set_viewport_size({"width": 400, "height": 500})
    page.set_viewport_size({"width": 960, "height": 540})
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    expect(rows).to_be_hidden()


def test_the_timeline_keeps_its_own_keys(page: Page, lecture: str) -> None:
    page.goto(lecture)
    page.locator("body[data-ready]").wait_for()
    page.keyboard.press("ArrowRight")
    frame = frame_of(page, "two")
    slider = frame.locator("[data-timeline]")
    before = slider.get_attribute("aria-valuetext")
    slider.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") != before
    assert slide(page) == 1


def test_a_host_of_another_origin_sets_and_hears_the_state(page: Page, lecture: str) -> None:
    page.goto(lecture)
    page.locator("body[data-ready]").wait_for()
    frame_of(page, "one")
    heard = page.evaluate(
        """() => new Promise((done) => {
            addEventListener("message", ({ data }) => { if (data?.type === "storymap:set:done") done(data); });
            document.querySelector("#one").contentWindow.postMessage({ type: "storymap:set", id: 7, state: { date: "2020-12-01" } }, "*");
        })"""
    )
    assert (heard["id"], heard["ignored"], heard["state"]["date"]) == (7, [], "2020-12-01")


def test_bad_parameters_show_the_map_and_say_what_was_ignored(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}embed?step=nowhere&date=2020-02-31&layers=control,moon&names=latin&compare=x&ui=huge&view=1,2")
    page.locator("path[data-unit]").first.wait_for(state="attached")
    notice = page.locator("[data-ignored]")
    notice.wait_for()
    text = notice.inner_text()
    for wrong in ("nowhere", "2020-02-31", "moon", "latin", "huge", "view"):
        assert wrong in text


@pytest.mark.parametrize("ui", ["none", "legend", "timeline", "full"])
def test_what_is_shown_of_the_controls_is_a_parameter(page: Page, app_url: str, ui: str) -> None:
    page.goto(f"{app_url}embed?ui={ui}")
    page.locator("path[data-unit]").first.wait_for(state="attached")
    shown = {
        "legend": page.locator(".sm-legend").count(),
        "timeline": page.locator("[data-timeline]").count(),
        "layers": page.locator("[data-layer-toggle]").count() > 0,
    }
    assert (
        shown
        == {
            "none": {"legend": 0, "timeline": 0, "layers": False},
            "legend": {"legend": 1, "timeline": 0, "layers": False},
            "timeline": {"legend": 1, "timeline": 1, "layers": False},
            "full": {"legend": 1, "timeline": 1, "layers": True},
        }[ui]
    )


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
def test_the_map_keeps_its_size_whatever_the_timeline_tells(page: Page, app_url: str, shipped, width: int) -> None:
    """A map that changes its size by a pixel is fitted anew, which ends a flight with a jump."""
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{app_url}embed")
    page.wait_for_function("window.storyMap")
    days = sorted({str(row.date) for row in shipped.log} | {str(event.date) for event in shipped.events.values()})
    heights = page.evaluate(
        """days => days.map((date) => {
          storyMap.setState({ date });
          return document.querySelector("[data-map]").getBoundingClientRect().height;
        })""",
        days,
    )
    assert len(heights) > 50
    assert len(set(heights)) == 1


class TestTouch:
    @pytest.fixture
    def browser_context_args(self, browser_context_args: dict) -> dict:
        return {**browser_context_args, "viewport": {"width": 820, "height": 600}, "has_touch": True}

    def test_the_caption_shows_two_lines_and_no_part_of_a_third(self, page: Page, app_url: str) -> None:
        page.goto(f"{app_url}embed?date=2019-01-01")
        caption = page.locator(".sm-caption")
        shown, line, touched = caption.evaluate(
            "c => [c.clientHeight, parseFloat(getComputedStyle(c).lineHeight), c.getBoundingClientRect().height]"
        )
        assert touched >= 44
        assert shown - 2 * line < 5  # of padding, half above and half below


@pytest.mark.parametrize("width", [390, 1440])
def test_the_map_is_drawn_once_in_the_size_it_keeps(page: Page, app_url: str, width: int) -> None:
    """Each observer is told of a size when it begins: by then the map must know the one it has."""
    page.set_viewport_size({"width": width, "height": 800})
    page.add_init_script(
        """window.heights = [];
        window.ResizeObserver = class extends ResizeObserver {
          constructor(told) {
            super((...sizes) => {
              heights.push([map_storymap.getContainer().clientHeight, map_storymap.getSize().y]);
              told(...sizes);
            });
          }
        };"""
    )
    page.goto(f"{app_url}embed")
    page.wait_for_function("window.heights.length")
    page.wait_for_timeout(200)
    heights = page.evaluate("heights")
    assert all(there == known for there, known in heights), heights


# All frames until the map has been whole for a while: which units are seen and where, whether Leaflet is there, and how
# many other shapes are drawn. Told by a promise: the document's policy refuses what a test would ask again and again.
FRAMES_SEEN = """window.framesSeen = new Promise((tell) => {
  const frames = [];
  const look = () => {
    const units = [...document.querySelectorAll("path[data-unit]")];
    if (units.length) {
      frames.push({
        units: units.map((u) => `${u.dataset.unit} ${u.dataset.controller}`).sort().join(),
        boxes: Object.fromEntries(units.map((u) => [u.dataset.unit, u.getBoundingClientRect().toJSON()])),
        leaflet: Boolean(document.querySelector(".leaflet-container")),
        others: document.querySelectorAll("path:not([data-unit])").length,
      });
    }
    if (frames.length < 60) requestAnimationFrame(look);
    else tell(frames);
  };
  requestAnimationFrame(look);
});"""
#: The map leaves out corners that are smaller than can be seen; its first frame has all of them.
CORNER_PX = 2.5


@pytest.mark.parametrize("query", ["", "?step=shushi-2020", "?date=1993-04-03&view=45.5,39,47.5,40.5&ui=timeline"])
@pytest.mark.parametrize("width", [390, 1440])
def test_the_first_frame_shows_the_units_where_the_map_will_have_them(
    page: Page, app_url: str, query: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.add_init_script(FRAMES_SEEN)
    page.goto(f"{app_url}embed{query}")
    first, *_, last = page.evaluate("() => framesSeen")
    assert (first["leaflet"], last["leaflet"]) == (False, True)
    assert first["units"] == last["units"]
    assert first["others"] < last["others"]
    box = page.locator("[data-map]").bounding_box()
    assert box is not None
    inside = [
        unit
        for unit, b in last["boxes"].items()
        if b["left"] > 0 and b["top"] > 0 and b["right"] < box["width"] and b["bottom"] < box["height"]
    ]
    assert len(inside) > 2
    for unit in inside:
        assert first["boxes"][unit] == pytest.approx(last["boxes"][unit], abs=CORNER_PX), unit


def test_who_asks_for_the_map_before_its_first_frame_has_it(page: Page, app_url: str) -> None:
    page.add_init_script(
        """document.addEventListener("DOMContentLoaded", () => {
          window.asked = [document.querySelector(".leaflet-container"), storyMap.setState({ date: "1994-05-12" }), storyMap.getState().date];
        });"""
    )
    page.goto(f"{app_url}embed")
    assert page.evaluate("() => asked") == [None, [], "1994-05-12"]
    page.wait_for_timeout(500)  # the map is made once
    assert page.evaluate("() => storyMap.getState().date") == "1994-05-12"
    assert page.locator(".leaflet-map-pane").count() == 1


def test_names_are_away_while_the_map_flies_and_there_when_it_has_come(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}embed?step=where")
    page.wait_for_function("() => window.storyMap && document.querySelectorAll('.sm-label:not(.is-hidden)').length > 3")
    names = "getComputedStyle(document.querySelector('.leaflet-labels-pane'))"
    page.wait_for_function(f"() => {names}.opacity === '1'")
    assert page.evaluate(f"() => {{ storyMap.setState({{ step: 'shushi-2020' }}); return {names}.display; }}") == "none"
    page.wait_for_function(f"() => {names}.display === 'block' && {names}.opacity === '1'")
    assert page.locator('.sm-label:not(.is-hidden)[data-place="shushi"]').count() == 1


def test_what_lies_far_outside_is_cut_and_what_is_near_is_drawn_fine(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}embed?step=where")
    page.wait_for_function("() => window.storyMap && document.querySelectorAll('[data-group=ground] path').length > 3")
    length = "(group) => [...document.querySelectorAll(`[data-group=${group}] path`)].reduce((n, p) => n + p.getAttribute('d').length, 0)"
    ground, units = page.evaluate(length, "ground"), page.evaluate(length, "control")
    page.evaluate(
        "() => { storyMap.setState({ layers: storyMap.getState().layers, view: '46.75,39.76,11' }, { animate: false }); }"
    )
    assert page.evaluate(length, "ground") < ground / 2
    assert page.evaluate(length, "control") > units


def test_only_what_cannot_be_a_state_at_all_is_refused(app_url: str) -> None:
    assert get(f"{app_url}embed?step={'x' * 8_000}")[0] == 200
    status, _, body = get(f"{app_url}embed?step={'x' * 9_000}")
    assert (status, b"8192 bytes" in body) == (400, True)
    assert get(f"{app_url}embed?step=%ff%fe")[0] == 400
    assert get(f"{app_url}embed?step=%3Cscript%3E&date=&&&=%00")[0] == 200


def test_it_is_one_request_without_a_websocket(page: Page, app_url: str) -> None:
    requests: list[str] = []
    sockets: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("websocket", lambda socket: sockets.append(socket.url))
    times = []
    for _ in range(TRIES):
        requests.clear()
        begun = time.perf_counter()
        page.goto(f"{app_url}embed?step=bishkek-1994&ui=legend", wait_until="commit")
        page.locator("path[data-unit]").nth(10).wait_for(state="attached")
        times.append(time.perf_counter() - begun)
    assert [url for url in requests if not url.startswith("data:")] == [f"{app_url}embed?step=bishkek-1994&ui=legend"]
    assert sockets == []
    print(f"\nembed drawn in {min(times):.2f} s (of {TRIES} tries, the slowest {max(times):.2f} s)")
