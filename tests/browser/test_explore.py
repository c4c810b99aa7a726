"""The Explore page as a reader meets it: each widget, the swipe, the address, and what is read on the map itself."""

from __future__ import annotations

import io
import random
import re
import statistics
import time
from datetime import date, timedelta
from pathlib import Path

import geopandas
import pandas
import pytest
from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from geo import load_story
from geo.control import areas_on, control_on, passages
from geo.model import GROUPS
from geo.ui.figures import event_days
from tests.browser.conftest import Watch, serve
from tests.browser.relay import relayed

ROOT = Path(__file__).resolve().parents[2]
STORY = load_story(ROOT)
DAYS = (STORY.last - STORY.first).days
SETTLE_SECONDS = 30
#: What a change of a widget may cost a reader's line, both ways: at the median, and where nothing of it was seen before.
CHANGE_BYTES, NEW_CHANGE_BYTES = 8_000, 12_000
#: A line on which several keys go out before the first is answered, and between keys what a hand takes.
SLOW_LINE_SECONDS, KEY_MS, SLOW_KEY_MS = 0.5, 80, 350

# What there is to see of the page, for a message.
SEEN = """() => ({
    search: location.search,
    map: document.querySelector('iframe[data-storymap]')?.contentWindow.storyMap?.getState(),
    moving: Boolean(document.querySelector('iframe[data-storymap]')?.contentDocument.querySelector('[data-moving]')),
    day: document.querySelector('.ex-day')?.dataset.day,
    slider: document.querySelector('.st-key-explore_slider input')?.value,
    stale: document.querySelectorAll('[data-stale="true"]').length,
    app: {...document.querySelector('[data-testid=stApp]')?.dataset},
    status: document.querySelector('[data-testid=stStatusWidget]')?.textContent,
})"""
# Page and map agree: the day that is read is the day that is drawn, nothing moves, no run of the page is under way, and
# no widget is still to come.
AT_REST = """async () => {
    const frame = document.querySelector('iframe[data-storymap]')?.contentWindow;
    if (!frame?.storyMap || !document.querySelector('.sm-explore[data-ready]')) return false;
    const seen = () => JSON.stringify([frame.storyMap.getState(), document.querySelector('.ex-day')?.dataset.day,
        document.querySelector('[data-words]')?.textContent, location.search,
        document.querySelectorAll('[data-stale="true"]').length]);
    const before = seen();
    await new Promise((done) => setTimeout(done, 350));
    const app = document.querySelector('[data-testid=stApp]');
    const state = frame.storyMap.getState();
    return before === seen() && !frame.document.querySelector('[data-moving]')
        && !document.querySelector('[data-testid=stSkeleton]')
        && app.dataset.testScriptState !== 'running' && document.querySelector('.ex-day')?.dataset.day === state.date;
}"""


def answer(day: date) -> dict[str, str]:
    return {unit: c.controller for unit, c in control_on(STORY, day).items() if not STORY.units[unit].frame}


class ExplorePage:
    """The page, and the map document inside it."""

    def __init__(self, page: Page, url: str, query: str = "") -> None:
        self.page = page
        self.watch = Watch(page)
        page.goto(f"{url}explore{query}")
        page.locator(".sm-explore[data-ready]").wait_for()
        self.settle()

    @property
    def frame(self):
        return next(f for f in self.page.frames if "/storymap/" in f.url)

    def state(self) -> dict:
        return self.frame.evaluate("storyMap.getState()")

    def day(self) -> date:
        return date.fromisoformat(self.state()["date"])

    def settle(self) -> None:
        deadline = time.monotonic() + SETTLE_SECONDS
        while not self.page.evaluate(AT_REST):
            assert time.monotonic() < deadline, f"the page does not come to rest: {self.page.evaluate(SEEN)}"

    def drawn(self, kind: str = "unit", what: str = "controller") -> dict[str, str]:
        return self.frame.evaluate(
            f"Object.fromEntries([...document.querySelectorAll('path[data-{kind}]')].map((p) => "
            f"[p.getAttribute('data-{kind}'), p.getAttribute('data-{what}')]))"
        )

    def widget(self, key: str) -> Locator:
        return self.page.locator(f".st-key-explore_{key}")

    def press(self, key: str, name: str) -> None:
        self.widget(key).get_by_role("radio", name=name, exact=True).click()
        self.settle()

    def choose(self, key: str, option: str) -> None:
        self.widget(key).locator("input").click()
        self.page.get_by_role("option", name=option, exact=True).click()
        self.settle()

    def table(self) -> dict[str, float]:
        rows = self.page.locator("[data-areas] tr[data-controller]")
        return dict(rows.evaluate_all("rows => rows.map((r) => [r.dataset.controller, Number(r.dataset.km2)])"))


@pytest.fixture
def open_explore(page: Page, app_url: str):
    """Open the page at a query."""
    return lambda query="": ExplorePage(page, app_url, query)


def expect_day(explore: ExplorePage, day: date) -> None:
    """Map, words and table are all of that day."""
    assert explore.day() == day
    assert explore.drawn() == answer(day)
    assert explore.page.locator(".ex-day").get_attribute("data-day") == day.isoformat()
    assert explore.table() == pytest.approx(
        {id: area.km2 for id, area in areas_on(STORY, day).items() if area.units}, abs=1e-3
    )


# -- widgets ---------------------------------------------------------------------------------------------------------


def test_thirty_changes_load_nothing_again_and_leave_no_frame_blank(open_explore) -> None:
    explore = open_explore()
    explore.frame.evaluate("""() => {
        window.born = 1; window.fewest = Infinity;
        const look = () => {
            window.fewest = Math.min(window.fewest, document.querySelectorAll('path[data-unit]').length);
            requestAnimationFrame(look);
        };
        look();
    }""")
    slider = explore.widget("slider").get_by_role("slider")
    slider.focus()
    chance = random.Random(6)
    for i in range(24):
        slider.press(chance.choice(["ArrowLeft", "ArrowLeft", "ArrowRight"]))
        if i % 6 == 0:
            explore.settle()
    for period in STORY.periods * 2:
        explore.press("period", period.label)
    assert explore.frame.evaluate("window.born") == 1, "the map document was loaded again"
    assert explore.frame.evaluate("window.fewest") == sum(not unit.frame for unit in STORY.units.values())
    expect_day(explore, STORY.periods[-1].date)


def test_a_change_costs_a_reader_s_line_little(page: Page, app_url: str) -> None:
    with relayed(app_url) as relay:
        explore = ExplorePage(page, relay.url, "?date=1993-08-15")
        page.get_by_text("Layers", exact=True).click()
        slider = explore.widget("slider").get_by_role("slider")

        def turn_year() -> None:
            explore.widget("day").get_by_role("spinbutton", name="year").press("ArrowUp")
            page.locator(".ex-day").click()  # Streamlit takes a typed day when the field is left

        changes = {
            "slider": lambda: slider.press("ArrowLeft"),
            "slider again": lambda: slider.press("ArrowLeft"),
            "event after": lambda: explore.widget("next").get_by_role("button").click(),
            "any day": turn_year,
            "period": lambda: explore.press("period", STORY.periods[0].label),
            "another period": lambda: explore.press("period", STORY.periods[-1].label),
            "second day": lambda: explore.press("compare", STORY.periods[1].label),
            "shown as": lambda: explore.widget("mode").get_by_role("radio").nth(1).click(),
            "a layer": lambda: explore.widget("layers_administrative").get_by_role("button").first.click(),
            "names": lambda: explore.choose("names", "Armenian"),
            "no names": lambda: explore.widget("toggle_names").get_by_role("button").click(),
            "reset": lambda: explore.widget("reset").get_by_role("button").click(),
        }
        cost = {}
        for name, change in changes.items():
            before, state = relay.bytes, explore.state()
            change()
            explore.settle()
            assert explore.state() != state, name
            cost[name] = relay.bytes - before
    assert min(cost.values()) > 1_000, f"not all was counted: {cost}"
    assert statistics.median(cost.values()) <= CHANGE_BYTES, cost
    assert max(cost.values()) <= NEW_CHANGE_BYTES, cost


def test_keys_that_go_back_before_the_host_has_answered_end_where_they_end(page: Page, app_url: str) -> None:
    days = event_days(STORY)
    at = days.index(date(2020, 11, 8))
    with relayed(app_url, delay=SLOW_LINE_SECONDS) as relay:
        explore = ExplorePage(page, relay.url, "?date=2020-11-08")
        slider = explore.widget("slider").get_by_role("slider")
        slider.focus()
        # The last two go on for longer than the line is long: answers to earlier keys come among the later ones, and
        # with the slower hand answers to what the map reported in between.
        for keys, pause in (
            ("Right Left", KEY_MS),
            ("Right Right Right Left Left Left", KEY_MS),
            ("Left Left Left Left Right", KEY_MS),
            ("Left " * 18 + "Right Right", KEY_MS),
            ("Left " * 8 + "Right", SLOW_KEY_MS),
        ):
            for key in keys.split():
                slider.press(f"Arrow{key}")
                page.wait_for_timeout(pause)
            page.wait_for_timeout(4_000 * SLOW_LINE_SECONDS)
            explore.settle()
            at += keys.count("Right") - keys.count("Left")
            expect_day(explore, days[at])


def test_buttons_pressed_before_the_host_has_answered_all_count(page: Page, app_url: str) -> None:
    with relayed(app_url, delay=SLOW_LINE_SECONDS) as relay:
        explore = ExplorePage(page, relay.url, "?date=2020-11-08")
        explore.widget("period").get_by_role("radio", name=STORY.periods[1].label, exact=True).click()
        page.wait_for_timeout(KEY_MS)
        explore.widget("toggle_names").get_by_role("button").click()
        page.wait_for_timeout(4_000 * SLOW_LINE_SECONDS)
        explore.settle()
        expect_day(explore, STORY.periods[1].date)
        assert explore.state()["names"] == "none"


def test_the_key_for_names_does_not_wait_for_the_host(page: Page, app_url: str) -> None:
    with relayed(app_url, delay=SLOW_LINE_SECONDS) as relay:
        explore = ExplorePage(page, relay.url)
        form = explore.state()["names"]
        for names in ("none", form):
            page.keyboard.press("n")
            assert explore.state()["names"] == names
            page.wait_for_timeout(4_000 * SLOW_LINE_SECONDS)
            explore.settle()
            assert explore.state()["names"] == names
            assert explore.widget("toggle_names").inner_text().startswith("Show" if names == "none" else "Hide")


def test_the_reader_s_zoom_is_kept_over_changes_of_the_day(open_explore) -> None:
    explore = open_explore()
    explore.frame.locator(".leaflet-control-zoom-in").click()
    explore.settle()
    zoom = explore.frame.evaluate("storyMap.getView().zoom")
    explore.press("period", STORY.periods[1].label)
    assert explore.frame.evaluate("storyMap.getView().zoom") == zoom
    assert "view=" in explore.page.url


def test_a_press_that_is_lost_on_its_way_is_made_good(page: Page, app_url: str) -> None:
    """The map moves at once; the page follows, though the host has never heard of the press."""
    lost: list[bytes | str] = []
    losing = False

    def line(route: WebSocketRoute) -> None:
        host = route.connect_to_server()
        route.on_message(lambda message: lost.append(message) if losing and not lost else host.send(message))

    page.route_web_socket("**/_stcore/stream", line)
    explore = ExplorePage(page, app_url, "?date=1993-08-15")
    losing = True
    explore.press("period", STORY.periods[1].label)
    assert len(lost) == 1
    expect_day(explore, STORY.periods[1].date)


def test_the_slider_goes_from_event_to_event(open_explore) -> None:
    explore = open_explore("?date=1992-05-09")
    slider = explore.widget("slider").get_by_role("slider")
    days = event_days(STORY)
    at = days.index(date(1992, 5, 9))
    slider.press("ArrowRight")
    explore.settle()
    expect_day(explore, days[at + 1])
    box = explore.widget("slider").bounding_box()
    assert box is not None
    explore.page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] - 22)
    thumb = explore.widget("slider").locator("[data-testid=stSliderThumbValue]").bounding_box()
    assert thumb is not None
    explore.page.mouse.move(thumb["x"] + thumb["width"] / 2, thumb["y"] + thumb["height"] + 8)
    explore.page.mouse.down()
    explore.page.mouse.move(thumb["x"] + thumb["width"] / 2 + 200, thumb["y"] + thumb["height"] + 8, steps=12)
    explore.page.mouse.up()
    explore.settle()
    assert explore.day() > days[at + 1]
    expect_day(explore, explore.day())


def test_a_period_shows_its_day(open_explore) -> None:
    explore = open_explore("?date=1992-05-09")
    for period in STORY.periods:
        explore.press("period", period.label)
        expect_day(explore, period.date)


def type_day(explore: ExplorePage, text: str, end: str, pause: int = 0) -> None:
    explore.widget("day").get_by_role("spinbutton", name="year").click()
    explore.page.keyboard.type(text, delay=pause)
    if end == "Enter":
        explore.page.keyboard.press("Enter")
    else:
        explore.page.locator(".ex-day").click()


@pytest.mark.parametrize("end", ["Enter", "elsewhere"])
def test_any_day_may_be_typed(open_explore, end) -> None:
    explore = open_explore()
    type_day(explore, "19930815", end)
    explore.page.locator('.ex-day[data-day="1993-08-15"]').wait_for()
    explore.settle()
    expect_day(explore, date(1993, 8, 15))
    type_day(explore, "19800101", end)  # before the story begins: the host refuses it, and the map does not go there
    explore.settle()
    expect_day(explore, date(1993, 8, 15))


# With the slower hand a part of the day would be reported before the rest is typed, and its answer be written over it.
@pytest.mark.parametrize("end", ["Enter", "elsewhere"])
@pytest.mark.parametrize("pause", [KEY_MS, SLOW_KEY_MS])
def test_a_day_typed_before_the_host_has_answered_stays(page: Page, app_url: str, end: str, pause: int) -> None:
    with relayed(app_url, delay=SLOW_LINE_SECONDS) as relay:
        explore = ExplorePage(page, relay.url)
        explore.widget("toggle_names").get_by_role("button").click()
        type_day(explore, "19930815", end, pause)
        page.wait_for_timeout(4_000 * SLOW_LINE_SECONDS)
        explore.settle()
        expect_day(explore, date(1993, 8, 15))
        assert explore.state()["names"] == "none"


def test_a_step_s_link_opens_its_view(open_explore) -> None:
    explore = open_explore("?step=shushi-2020")
    step = next(step for step in STORY.steps if step.id == "shushi-2020")
    assert explore.day() == step.date
    assert explore.page.get_by_role("alert").count() == 0
    west, south, east, north = step.view.bounds
    bounds = explore.frame.evaluate("map_storymap.getBounds().toBBoxString()")
    left, bottom, right, top = map(float, bounds.split(","))
    assert left <= west < east <= right
    assert bottom <= south < north <= top
    assert right - left < 2 * (east - west) or top - bottom < 2 * (north - south)


def test_a_day_without_a_line_is_said_to_have_none(open_explore) -> None:
    explore = open_explore("?date=1994-05-12&compare=1988-02-20")
    assert "20 February 1988" in explore.frame.locator("[data-no-line]").inner_text()
    assert "Line of" not in explore.frame.locator(".sm-legend").inner_text()


def test_the_names_under_the_chart_are_whole(open_explore) -> None:
    explore = open_explore()
    explore.page.goto(explore.page.locator(".ex-chart img").evaluate("img => img.src"))
    ends = "[...document.querySelectorAll('text')].map((t) => t.getBBox().x + t.getBBox().width)"
    width = explore.page.evaluate("document.documentElement.viewBox.baseVal.width")
    assert max(explore.page.evaluate(ends)) <= width


def test_buttons_go_to_the_neighbouring_events_and_reset(open_explore) -> None:
    explore = open_explore("?date=1993-08-15&names=russian&compare=2020-12-01")
    days = event_days(STORY)
    explore.widget("next").get_by_role("button").click()
    explore.settle()
    expect_day(explore, next(d for d in days if d > date(1993, 8, 15)))
    explore.widget("previous").get_by_role("button").click()
    explore.settle()
    explore.widget("reset").get_by_role("button").click()
    explore.settle()
    expect_day(explore, STORY.defaults.date)
    assert explore.page.url.endswith("/explore")


def test_every_layer_goes_on_and_off(open_explore) -> None:
    explore = open_explore()
    explore.page.get_by_text("Layers", exact=True).click()
    for group in GROUPS:
        for id, layer in STORY.layers.items():
            if layer.group != group:
                continue
            before = set(explore.state()["layers"])
            explore.widget(f"layers_{group}").get_by_text(layer.title, exact=True).click()
            explore.settle()
            assert set(explore.state()["layers"]) == before ^ {id}, id
    assert "control" not in explore.state()["layers"]
    assert explore.drawn() == {}


def test_a_place_is_found_and_an_event_moves_the_map(open_explore) -> None:
    explore = open_explore("?date=2020-11-08")
    before = explore.frame.evaluate("storyMap.getView(true)")
    box = explore.widget("place").locator("input")
    box.click()
    box.fill("Шуша")
    explore.page.get_by_role("option").first.click()
    explore.settle()
    assert explore.state()["highlight"] == ["shushi"]
    assert explore.frame.evaluate("storyMap.getView(true).zoom") > before["zoom"]
    explore.choose("names", "Armenian")
    explore.choose("names", "As in the article")
    assert explore.state()["highlight"] == ["shushi"]
    explore.page.locator("[data-event-link=shushi-2020]").click()
    explore.settle()
    assert explore.state()["event"] == "shushi-2020"
    assert explore.frame.locator("[data-card]").is_visible()
    assert "event=shushi-2020" in explore.page.url


def test_an_event_s_sources_are_listed_when_the_list_is_opened(open_explore) -> None:
    explore = open_explore("?date=2020-11-08")
    sources = [STORY.sources[id] for id in STORY.events["shushi-2020"].sources]
    lists = explore.page.locator("[data-event=shushi-2020] .ex-sources")
    lists.locator("summary").press("Enter")
    expect(lists.get_by_role("listitem")).to_have_text(
        [f"{', '.join(part for part in (x.title, x.publisher) if part)} ({x.voice})" for x in sources]
    )
    links = lists.get_by_role("link")
    assert links.evaluate_all("links => links.map((a) => [a.getAttribute('href'), a.rel])") == [
        [x.url, "noopener noreferrer"] for x in sources if x.url.startswith("http")
    ]
    lists.locator("summary").press("Enter")
    lists.locator("summary").press("Enter")
    assert lists.get_by_role("listitem").count() == len(sources)
    explore.press("compare", STORY.periods[0].label)
    assert lists.get_by_role("listitem").count() == len(sources), "what does not change the event leaves its list open"


def test_a_unit_tells_its_history_when_it_is_touched(open_explore) -> None:
    explore = open_explore("?date=2020-11-08&names=azerbaijani")
    explore.frame.locator('path[data-unit="shushi-town"]').dispatch_event("click")
    card = explore.frame.locator("[data-card]")
    assert "Şuşa" in card.inner_text()
    assert card.locator("li").count() == len(STORY.rows["shushi-town"])
    assert card.locator("a[href^=http]").count() > 0


# -- two days --------------------------------------------------------------------------------------------------------


def test_the_line_of_one_day_over_another_is_one_press(open_explore) -> None:
    explore = open_explore("?date=1993-04-03")
    explore.page.get_by_role("button", name="Line of 1994 over 2020").click()
    explore.settle()
    expect_day(explore, date(2020, 12, 1))
    assert explore.state()["compare"] == "1994-05-12"
    line = explore.frame.locator(".sm-compare path")
    assert sum(len(line.nth(i).get_attribute("d")) for i in range(line.count())) > 100


def clip(explore: ExplorePage, group: str) -> list[float]:
    """From where to where, in parts of the map's width, a group is seen."""
    return explore.frame.evaluate(
        """(name) => {
          const group = document.querySelector(`[data-group="${name}"]`);
          const { x, width } = document.querySelector(group.getAttribute("clip-path").slice(4, -1)).firstChild;
          const map = document.querySelector(".leaflet-container").getBoundingClientRect();
          const { a, e } = group.getScreenCTM();
          return [x.baseVal.value, x.baseVal.value + width.baseVal.value].map((at) => (a * at + e - map.left) / map.width);
        }""",
        group,
    )


def test_the_swipe_by_pointer_and_by_keys_cuts_both_days_at_the_handle(open_explore) -> None:
    explore = open_explore("?date=2020-12-01&compare=1994-05-12&mode=swipe")
    handle = explore.frame.locator("[role=slider][data-swipe]")
    assert explore.drawn() == answer(date(2020, 12, 1))
    assert explore.drawn("other-unit", "other-controller") == answer(date(1994, 5, 12))

    def at() -> float:
        part = float(handle.get_attribute("aria-valuenow")) / 100
        assert clip(explore, "control-other") == pytest.approx([0, part], abs=0.01)  # the earlier day on the left
        assert clip(explore, "control") == pytest.approx([part, 1], abs=0.01)
        assert clip(explore, "day-lines-other") == pytest.approx([0, part], abs=0.01)
        return part

    assert at() == 0.5
    for key in ("ArrowRight", "ArrowRight", "PageUp", "ArrowLeft"):
        handle.press(key)
    assert at() == pytest.approx(0.62)
    handle.press("Home")
    assert at() == 0
    handle.press("End")
    assert at() == 1
    box = explore.frame.locator(".leaflet-container").bounding_box()
    grip = explore.frame.locator(".sm-swipe-grip").bounding_box()
    assert box is not None
    assert grip is not None
    explore.page.mouse.move(grip["x"] + 6, grip["y"] + grip["height"] / 2)
    explore.page.mouse.down()
    explore.page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 200, steps=6)
    explore.page.mouse.up()
    assert at() == pytest.approx(0.3, abs=0.02)
    explore.frame.locator(".leaflet-control-zoom-in").click()
    explore.settle()
    assert at() == pytest.approx(0.3, abs=0.02)
    assert "12 May 1994" in handle.get_attribute("aria-valuetext")
    # Where it stands is part of the address, which opens exactly this again.
    stands = explore.state()["handle"]
    assert stands == round(at() * 100)
    assert f"handle={stands}" in explore.page.url
    again = open_explore(explore.page.url.partition("explore")[2])
    handle = again.frame.locator("[role=slider][data-swipe]")
    assert again.state()["handle"] == stands
    assert at() == pytest.approx(stands / 100)
    explore.press("mode", "Its line")
    assert handle.is_hidden()
    assert explore.frame.locator("[data-group][clip-path]").count() == 0


def test_the_legend_has_both_days_of_a_swipe(open_explore) -> None:
    explore = open_explore("?date=2020-12-01&compare=1994-05-12&mode=swipe")
    assert explore.frame.locator(".sm-legend-title").inner_text() == "12 May 1994 (left), 1 December 2020 (right)"
    rows = explore.frame.locator("[data-legend-controller]")
    found = dict(rows.evaluate_all("rows => rows.map((r) => [r.dataset.legendController, r.innerText])"))
    left, right = (areas_on(STORY, date.fromisoformat(day)) for day in ("1994-05-12", "2020-12-01"))
    assert set(found) == {id for id in STORY.controllers if left[id].units or right[id].units}
    for id, text in found.items():
        figures = [int(km2.replace(",", "")) for km2 in re.findall(r"([\d,]+) km²", text)]
        assert figures == [round(areas[id].km2, -1) for areas in (left, right)]


def test_the_legend_leads_to_how_the_map_is_made(open_explore) -> None:
    explore = open_explore("?layers=control,lachin_corridor")
    explore.frame.get_by_role("button", name="How this map is made").click()
    card = explore.frame.locator("[data-card]")
    text = card.inner_text()
    for id in ("control", "lachin_corridor"):
        layer = STORY.layers[id]
        assert layer.title in text
        assert layer.source in text
        assert f"error about {layer.error_km:g} km" in text
    assert STORY.layers["districts"].title not in text
    explore.page.keyboard.press("Escape")
    assert card.is_hidden()


def test_the_difference_says_what_passed_and_adds_up(open_explore) -> None:
    explore = open_explore("?date=2020-12-01&compare=1994-05-12&mode=difference")
    start, end = date(1994, 5, 12), date(2020, 12, 1)
    before, after = answer(start), answer(end)
    passed = {unit: f"{before[unit]}>{after[unit]}" for unit in before if before[unit] != after[unit]}
    drawn = {unit: pair for unit, pair in explore.drawn("unit", "passed").items() if pair}
    assert drawn == passed
    rows = explore.frame.locator("[data-legend-passed]")
    legend = dict(rows.evaluate_all("rows => rows.map((r) => [r.dataset.legendPassed, Number(r.dataset.km2)])"))
    expected = {f"{a}>{b}": km2 for (a, b), km2 in passages(STORY, start, end).items()}
    assert {pair: km2 for pair, km2 in legend.items() if len(set(pair.split(">"))) == 2} == pytest.approx(
        expected, abs=0.1
    )
    total = float(explore.frame.locator("[data-legend-total]").get_attribute("data-legend-total"))
    assert sum(legend.values()) == pytest.approx(total, abs=0.01)
    table = explore.page.locator("[data-passages] tr[data-passed]")
    assert dict(
        table.evaluate_all("rows => rows.map((r) => [r.dataset.passed, Number(r.dataset.km2)])")
    ) == pytest.approx(legend, abs=0.1)


def test_two_equal_days_say_no_difference(open_explore) -> None:
    explore = open_explore("?date=2020-11-08&compare=2020-11-08&mode=difference")
    expect(explore.frame.locator("[data-no-difference]")).to_contain_text("No difference", use_inner_text=True)
    expect(explore.page.locator("[data-words]")).to_contain_text("No difference", use_inner_text=True)


def test_the_words_on_the_page_are_those_the_map_announces(open_explore) -> None:
    for query in (
        "?date=1992-05-20&names=armenian",
        "?date=2020-12-01&compare=1994-05-12&names=azerbaijani",
        "?date=1988-02-19",
    ):
        explore = open_explore(query)
        status = explore.frame.locator("#sm-description")
        assert status.get_attribute("role") == "status"
        explore.page.wait_for_timeout(500)
        assert status.text_content() == explore.page.locator("[data-words]").text_content()


# -- address ---------------------------------------------------------------------------------------------------------


def test_back_and_forward_go_through_the_states(open_explore) -> None:
    explore = open_explore("?date=1993-04-03")
    explore.frame.evaluate("window.born = 1")
    explore.press("period", STORY.periods[1].label)
    explore.press("compare", STORY.periods[-1].label)
    explore.press("mode", "Swipe")
    states = [explore.state()]
    for _ in range(3):
        explore.page.go_back()
        explore.settle()
        states.append(explore.state())
    assert [(s["date"], s["compare"], s["mode"]) for s in states] == [
        ("1994-05-12", "2020-12-01", "swipe"), ("1994-05-12", "2020-12-01", "outline"),
        ("1994-05-12", None, "outline"), ("1993-04-03", None, "outline"),
    ]  # fmt: skip
    expect_day(explore, date(1993, 4, 3))
    for wanted in reversed(states[:-1]):
        explore.page.go_forward()
        explore.settle()
        assert explore.state() == wanted
    assert explore.frame.evaluate("window.born") == 1


def random_query(chance: random.Random) -> dict[str, str]:
    def day() -> str:
        return str(STORY.first + timedelta(chance.randint(0, DAYS)))

    layers = [id for id in STORY.layers if id == "control" or chance.random() < 0.4]
    query = {"date": day(), "layers": ",".join(layers), "names": chance.choice([form.id for form in STORY.name_forms])}
    if chance.random() < 0.7:
        query |= {"compare": day(), "mode": chance.choice(["outline", "swipe", "difference"])}
        query["handle"] = str(chance.randint(0, 100))
    if chance.random() < 0.5:
        query["highlight"] = chance.choice(list(STORY.places))
    if chance.random() < 0.5:
        query["view"] = f"{chance.uniform(45.5, 47.5):.4f},{chance.uniform(39, 40.4):.4f},{chance.uniform(7, 11):.2f}"
    return query


def test_twenty_random_links_open_exactly_their_state(open_explore) -> None:
    chance = random.Random(7)
    for _ in range(20):
        query = random_query(chance)
        asked = "?" + "&".join(f"{key}={value}" for key, value in query.items())
        explore = open_explore(asked)
        state = explore.state()
        assert state["date"] == query["date"]
        assert state["layers"] == query["layers"].split(",")
        assert state["names"] == query["names"]
        assert state["compare"] == query.get("compare")
        assert state["mode"] == query.get("mode", "outline")
        assert state["handle"] == int(query.get("handle", 50))
        assert state["highlight"] == ([query["highlight"]] if "highlight" in query else [])
        expect_day(explore, date.fromisoformat(query["date"]))
        if "view" in query:
            view = explore.frame.evaluate("storyMap.getView(true)")
            assert [*view["center"], view["zoom"]] == pytest.approx(
                [float(x) for x in query["view"].split(",")], abs=0.06
            )
        shared = explore.page.url
        if shared.partition("explore")[2] != asked:  # else it was opened just now
            again = open_explore(shared.partition("explore")[2])
            assert again.page.url == shared
            assert again.state() == state
        assert explore.watch.messages == [] or all("404" in m for m in explore.watch.messages)


def test_a_wrong_link_is_put_right_with_a_visible_word(open_explore) -> None:
    explore = open_explore("?date=1980-01-01&layers=control,lakez&names=klingon&compare=2020-02-31&mode=sideways")
    words = explore.page.get_by_role("alert").inner_text()
    for wrong in ("1980-01-01", "lakez", "klingon", "2020-02-31", "sideways"):
        assert wrong in words
    expect_day(explore, STORY.first)


# -- names -----------------------------------------------------------------------------------------------------------

VISIBLE_WORDS = """() => {
    const frame = document.querySelector('iframe[data-storymap]').contentDocument;
    const own = (node) => {
        const copy = node.cloneNode(true);
        const kept = '.ex-sources, .ex-method, .sm-sources, .sm-source, .ex-published th';
        for (const node of copy.querySelectorAll(kept)) node.remove();
        return copy.textContent;
    };
    const texts = [...document.querySelectorAll('.st-key-explore_side .stHtml')].map(own);
    texts.push(...[...frame.querySelectorAll('.sm-label-text, .sm-legend, [data-card], .sm-tooltip')].map(own));
    return texts.join('\\n');
}"""


@pytest.mark.parametrize("form", [form.id for form in STORY.name_forms if form.id != "article"])
def test_names_switch_everywhere_at_once(open_explore, form: str) -> None:
    explore = open_explore("?date=2020-11-08&layers=control,towns,nagorno_karabakh,shushi,peaks&view=46.75,39.75,9.6")
    explore.choose("names", next(f.label for f in STORY.name_forms if f.id == form))
    explore.page.locator("[data-event-link=shushi-2020]").click()
    explore.settle()
    words = [explore.page.evaluate(VISIBLE_WORDS)]
    for unit in [id for id, unit in STORY.units.items() if not unit.frame]:
        path = explore.frame.locator(f'path[data-unit="{unit}"]')
        path.dispatch_event("mouseover")
        words.append(explore.frame.locator(".sm-tooltip").first.inner_text())
        path.dispatch_event("mouseout")
        path.dispatch_event("click")
        words.append(explore.page.evaluate(VISIBLE_WORDS))
    text = re.sub(r"“[^”]*”", "", "\n".join(words))
    day = date(2020, 11, 8)
    checked = 0
    for place in STORY.places.values():
        chosen = [n for n in place.names.get(form, ()) if n.holds_on(day)]
        for name in (n.name for n in place.names["article"] if n.name[:1].isupper()):
            longer = [n.name for p in STORY.places.values() for n in p.names["article"] if name in n.name != name]
            # Another place may bear the same name and have none in this form.
            shared = [
                p for p in STORY.places.values() if name in {n.name for n in p.names["article"]} if form not in p.names
            ]
            if not chosen or chosen[0].name == name or shared or any(word in text for word in longer):
                continue
            assert not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text), name
            checked += 1
    assert checked > 50
    languages = explore.frame.evaluate(
        "[...new Set([...document.querySelectorAll('.sm-label-text')].map((l) => l.lang))]"
    )
    assert {"armenian": "hy", "azerbaijani": "az", "russian": "ru"}.get(form, form) in languages


def test_a_map_without_names_for_exercises(open_explore) -> None:
    explore = open_explore()
    assert explore.frame.locator(".sm-label").count() > 5
    explore.page.keyboard.press("n")
    explore.settle()
    assert explore.frame.locator(".sm-label").count() == 0
    assert "names=none" in explore.page.url
    explore.frame.locator('path[data-unit="shushi-town"]').dispatch_event("mouseover")
    assert "Shushi" not in explore.frame.locator(".sm-tooltip").inner_text()
    explore.page.keyboard.press("n")
    explore.settle()
    assert explore.frame.locator(".sm-label").count() > 5


# -- for a class, downloads, telephone -------------------------------------------------------------------------------


def test_in_front_of_a_class_keys_go_through_the_periods(open_explore) -> None:
    explore = open_explore()
    explore.page.locator("[data-present]").click()
    bar = explore.page.locator("[data-present-bar]")
    bar.wait_for()
    box = explore.page.locator(".sm-explore").bounding_box()
    assert box is not None
    assert (box["x"], box["y"], box["width"]) == pytest.approx((0, 0, 1440), abs=1)
    for key, period in (("ArrowLeft", 1), ("PageUp", 0), ("ArrowRight", 1), ("PageDown", 2)):
        explore.page.keyboard.press(key)
        assert explore.day() == STORY.periods[period].date
        assert explore.drawn() == answer(STORY.periods[period].date)
    explore.page.keyboard.press("ArrowUp")
    explore.settle()  # names go when the map has come to rest
    explore.page.keyboard.press("n")
    assert explore.frame.locator(".sm-label").count() == 0
    explore.page.keyboard.press("n")
    day = explore.day()
    explore.page.locator("[data-present-leave]").click()
    explore.settle()
    assert bar.is_hidden()
    expect_day(explore, day)


def test_the_downloads_open_in_geopandas_and_pandas(open_explore) -> None:
    explore = open_explore("?date=2020-11-08")

    def download(name: str) -> bytes:
        with explore.page.expect_download() as caught:
            explore.page.get_by_role("button", name=name).click()
        return Path(caught.value.path()).read_bytes()

    frame = geopandas.read_file(io.BytesIO(download("GeoJSON")))
    assert frame.crs.to_epsg() == 4326
    assert dict(zip(frame.unit, frame.controller, strict=True)) == answer(date(2020, 11, 8))
    areas = pandas.read_csv(io.BytesIO(download("This day’s areas")))
    assert areas.groupby("controller").km2.first().to_dict() == pytest.approx(explore.table(), abs=0.01)
    assert "events" in pandas.read_csv(io.BytesIO(download("Chart"))).columns


def test_the_page_needs_nothing_from_elsewhere(open_explore) -> None:
    explore = open_explore("?date=2020-12-01&compare=1994-05-12&mode=swipe")
    assert explore.watch.remote == []
    # Streamlit looks for itself below the page's address first and is told that it is not there.
    assert [f for f in explore.watch.failed if "/explore/_stcore/" not in f] == []


def test_the_story_s_bar_leads_here_and_back(page: Page, app_url: str) -> None:
    page.goto(app_url)
    page.locator("[data-story][data-ready]").wait_for()
    page.get_by_role("link", name="Explore", exact=True).first.click()
    page.locator(".sm-explore[data-ready]").wait_for()
    page.get_by_role("link", name="Story", exact=True).first.click()
    page.locator("[data-story][data-ready]").wait_for()


class TestPhone:
    @pytest.fixture
    def browser_context_args(self, browser_context_args: dict) -> dict:
        return {**browser_context_args, "viewport": {"width": 390, "height": 844}, "has_touch": True}

    def test_the_map_stays_in_view_and_nothing_is_cut_off(self, open_explore) -> None:
        explore = open_explore("?date=2020-12-01&compare=1994-05-12&mode=swipe")
        assert explore.page.evaluate("document.documentElement.scrollWidth") <= 390
        for key in ("day", "compare_day"):
            field = explore.widget(key)
            last = field.get_by_role("spinbutton").last.bounding_box()
            next_to_it = field.locator("button svg").first.bounding_box()
            assert last
            assert next_to_it
            assert last["x"] + last["width"] <= next_to_it["x"], "the day is cut off"
        explore.page.evaluate("document.querySelector('[data-testid=stMain]').scrollTo(0, 1500)")
        explore.page.wait_for_timeout(200)
        box = explore.page.locator(".sm-explore").bounding_box()
        assert box is not None
        assert box["y"] == pytest.approx(0, abs=2)
        assert box["width"] == pytest.approx(390, abs=1)
        explore.page.evaluate("document.querySelector('[data-testid=stMain]').scrollTo(0, 0)")
        explore.press("period", STORY.periods[1].label)
        expect_day(explore, STORY.periods[1].date)


def test_the_map_stays_when_the_server_dies(page: Page, tmp_path: Path) -> None:
    process, url = serve("app.py", tmp_path / "log.txt")
    explore = ExplorePage(page, url)
    process.kill()
    process.wait()
    slider = explore.widget("slider").get_by_role("slider")
    slider.focus()
    before = explore.day()
    slider.press("ArrowLeft")
    page.wait_for_timeout(300)
    assert explore.drawn() == answer(explore.day())
    assert before >= explore.day()


def test_places_in_the_story_s_cards_have_the_chosen_names_but_for_quotations(open_story) -> None:
    story = open_story()
    read = """() => [...document.querySelectorAll('[data-step] a[data-place]')].map((link) => {
        const block = link.closest('p, li, blockquote');
        const before = document.createRange();
        before.selectNodeContents(block);
        before.setEndBefore(link);
        const text = before.toString();
        const quoted = link.closest('blockquote') !== null || text.lastIndexOf('“') > text.lastIndexOf('”');
        return [link.dataset.place, link.textContent, quoted];
    })"""
    written = story.page.evaluate(read)
    story.frame.evaluate("storyMap.setState({names: 'azerbaijani'})")
    story.settle()
    day = date.fromisoformat(story.state()["date"])
    renamed = 0
    for (place, before, quoted), (_, now, _) in zip(written, story.page.evaluate(read), strict=True):
        names = STORY.places[place].names
        chosen = next((n.name for n in names.get("azerbaijani", ()) if n.holds_on(day)), None)
        plain = before in {n.name for n in names["article"]}
        assert now == (chosen if chosen and plain and not quoted else before)
        renamed += now != before
    assert renamed > 10
    story.frame.evaluate("storyMap.setState({names: 'article'})")
    story.settle()
    assert story.page.evaluate(read) == written
