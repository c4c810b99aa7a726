"""The story page as a reader meets it: what is seen on the map is compared with the engine's answer."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page

from geo import load_story
from geo.control import control_on
from tests.browser.conftest import StoryPage, serve, until

ROOT = Path(__file__).resolve().parents[2]
STORY = load_story(ROOT)
STEPS = [step.id for step in STORY.steps]


def answer(day: date) -> dict[str, str]:
    """The engine's answer for a day, for the units that are drawn."""
    return {unit: c.controller for unit, c in control_on(STORY, day).items() if not STORY.units[unit].frame}


def expect_step(story, step) -> None:
    """At rest the map equals the step: day, layers, comparison, polygons."""
    state = story.state()
    assert story.current_step() == step.id
    assert state["step"] == step.id
    assert state["date"] == step.date.isoformat()
    assert state["layers"] == list(step.layers)
    assert state["compare"] == (step.compare.isoformat() if step.compare else None)
    assert story.drawn() == (answer(step.date) if "control" in step.layers else {})


def test_the_page_is_complete_without_the_network(open_story) -> None:
    story = open_story()
    story.page.keyboard.press("End")
    story.settle()
    assert story.watch.remote == []
    assert story.watch.failed == []
    assert story.watch.messages == []


def test_scrolling_down_and_up_shows_each_step_as_the_engine_has_it(open_story) -> None:
    story = open_story()
    story.frame.evaluate("""() => {
        window.fewest = Infinity;
        const look = () => {
            window.fewest = Math.min(window.fewest, document.querySelectorAll('path[data-unit]').length);
            window.look = requestAnimationFrame(look);
        };
        look();
    }""")
    for step in (*STORY.steps, *reversed(STORY.steps)):
        card = story.page.locator(f'[data-step="{step.id}"] h2')
        card.evaluate("h => h.scrollIntoView({block: 'center', behavior: 'instant'})")
        story.settle()
        expect_step(story, step)
    assert story.watch.messages == []
    units = sum(not unit.frame for unit in STORY.units.values())
    assert story.frame.evaluate("window.fewest") == units, "a frame was without polygons"


def test_a_fast_wheel_leaves_the_map_on_the_step_it_stops_at(open_story) -> None:
    story = open_story()
    story.frame.evaluate("window.born = 1")
    story.page.mouse.move(200, 450)
    for turns, delta in ((40, 900), (15, -1300), (60, 2000)):
        for _ in range(turns):
            story.page.mouse.wheel(0, delta)
        story.settle()
        expect_step(story, STORY.step(story.current_step()))
    assert story.current_step() == STEPS[-1]
    assert story.frame.evaluate("window.born") == 1, "the map document was loaded again"


TEXT_TOP = "() => document.querySelector('.sm-opening').getBoundingClientRect().top"


def test_the_wheel_over_the_map_scrolls_the_story(open_story) -> None:
    story = open_story()
    zoom = story.frame.evaluate("document.querySelector('.leaflet-container').getBoundingClientRect().width")
    assert zoom > 0
    story.page.mouse.move(1100, 300)
    for _ in range(8):
        story.page.mouse.wheel(0, 600)
    story.settle()
    assert story.current_step() != STEPS[0]


def test_a_wheel_over_the_map_turns_the_text_as_far_as_one_over_the_text(open_story) -> None:
    story = open_story()
    tops = [story.page.evaluate(TEXT_TOP)]
    for x, by in ((1100, 360), (200, 360), (1100, -720)):
        story.page.mouse.move(x, 450)
        story.page.mouse.wheel(0, by)
        wanted = tops[-1] - by
        until(lambda wanted=wanted: abs(story.page.evaluate(TEXT_TOP) - wanted) < 1.5)
        tops.append(wanted)
    story.page.mouse.move(1100, 450)
    story.page.mouse.wheel(0, -900)  # there is nothing above
    story.page.mouse.wheel(0, 240)
    until(lambda: abs(story.page.evaluate(TEXT_TOP) - (tops[0] - 240)) < 1.5)


def test_a_wheel_over_a_list_of_the_map_scrolls_the_list_first(open_story) -> None:
    story = open_story()
    story.page.set_viewport_size({"width": 1440, "height": 520})  # the list is longer than that
    story.frame.locator("[aria-controls=sm-layers]").click()
    panel = story.frame.locator("#sm-layers")
    box = panel.bounding_box()
    assert box is not None
    story.settle()
    before = story.page.evaluate(TEXT_TOP)
    story.page.mouse.move(box["x"] + 60, box["y"] + box["height"] / 2)
    story.page.mouse.wheel(0, 5_000)
    until(lambda: panel.evaluate("p => p.scrollHeight - p.clientHeight - p.scrollTop") < 1)
    story.settle()
    assert panel.evaluate("p => p.scrollTop") > 50
    assert story.page.evaluate(TEXT_TOP) == before
    story.page.mouse.wheel(0, 300)
    until(lambda: story.page.evaluate(TEXT_TOP) < before - 200)


def test_beside_the_map_the_text_scrolls_by_itself(open_story) -> None:
    """Of a window that scrolls the browser draws all in each frame, the map that rests too."""
    story = open_story()
    story.page.mouse.move(200, 450)
    story.page.mouse.wheel(0, 600)
    until(lambda: story.page.evaluate(TEXT_TOP) < -500)
    assert story.page.evaluate("scrollY") == 0
    assert story.page.evaluate("document.documentElement.scrollHeight") == 900
    # Only what has a ground of its own is drawn apart from its surroundings.
    ground = story.page.locator(".sm-cards").evaluate("text => getComputedStyle(text).backgroundColor")
    assert "rgba" not in ground


@pytest.mark.parametrize("step", ["shushi-2020", "statement-2020"])
def test_a_link_opens_at_its_step(open_story, step: str) -> None:
    story = open_story(f"?step={step}")
    expect_step(story, STORY.step(step))
    box = story.page.locator(f'[data-step="{step}"] h2').bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 900


def test_a_link_opens_with_what_the_reader_had_chosen(open_story) -> None:
    story = open_story("?step=shushi-2020&date=2020-11-01&layers=control,districts&compare=1994-05-12")
    state = story.state()
    assert (state["step"], state["date"], state["compare"]) == ("shushi-2020", "2020-11-01", "1994-05-12")
    assert state["layers"] == ["control", "districts"]
    assert story.drawn() == answer(date(2020, 11, 1))


def test_a_wrong_link_is_put_right_and_says_so(open_story) -> None:
    story = open_story("?step=shushy&date=2020-13-01&layers=control,lakez")
    notice = story.frame.locator("[data-ignored]")
    assert notice.is_visible()
    for word in ("shushy", "2020-13-01", "lakez"):
        assert word in notice.inner_text()
    assert len(story.drawn()) > 0


def test_the_url_follows_the_reader_and_back_works(open_story) -> None:
    story = open_story()
    page: Page = story.page
    page.keyboard.press("ArrowDown")
    story.settle()
    assert f"step={STEPS[1]}" in page.url
    step = STORY.step(STEPS[1])
    story.frame.locator('[data-period="1994"]').click()
    story.settle()
    assert story.state()["date"] == "1994-05-12"
    assert "date=1994-05-12" in page.url
    page.go_back()
    story.settle()
    assert "date=" not in page.url
    expect_step(story, step)
    page.go_forward()
    story.settle()
    assert story.state()["date"] == "1994-05-12"
    assert story.drawn() == answer(date(1994, 5, 12))


def test_keys_move_through_the_steps(open_story) -> None:
    story = open_story()
    seen = [story.current_step()]
    for key in ("ArrowDown", "PageDown", " ", "ArrowUp", "End", "Home", "Shift+ ", "PageUp"):
        story.page.keyboard.press(key)
        story.settle()
        seen.append(story.current_step())
    first, second, third, fourth = STEPS[:4]
    assert seen == [first, second, third, fourth, third, STEPS[-1], first, first, first]


def test_each_period_shows_its_day(open_story) -> None:
    story = open_story()
    for period in STORY.periods:
        button = story.frame.locator(f'[data-period="{period.id}"]')
        button.click()
        story.settle()
        assert story.drawn() == answer(period.date)
        assert button.get_attribute("aria-pressed") == "true"


def test_the_timeline_is_dragged_and_stepped(open_story) -> None:
    story = open_story()
    slider = story.frame.locator('[role="slider"][data-timeline]')
    box = slider.bounding_box()
    assert box is not None
    story.page.mouse.move(box["x"] + 5, box["y"] + box["height"] / 2)
    story.page.mouse.down()
    for part in (0.2, 0.45, 0.7, 0.9):
        story.page.mouse.move(box["x"] + part * box["width"], box["y"] + box["height"] / 2)
        day = date.fromisoformat(story.state()["date"])
        assert story.drawn() == answer(day)
    story.page.mouse.up()
    slider.press("Home")
    assert story.state()["date"] == STORY.first.isoformat()
    changes = sorted({row.date for row in STORY.log} - {STORY.first})
    slider.press("ArrowRight")
    assert story.state()["date"] == changes[0].isoformat()
    assert slider.get_attribute("aria-valuetext") == f"{changes[0].day} {changes[0]:%B %Y}"
    slider.press("End")
    slider.press("ArrowLeft")
    assert story.state()["date"] == changes[-1].isoformat()
    assert story.drawn() == answer(changes[-1])


def test_every_layer_has_a_toggle_and_what_was_toggled_holds_until_the_next_step(open_story) -> None:
    story = open_story()
    story.frame.get_by_role("button", name="Layers", exact=True).click()
    for layer in STORY.layers.values():
        toggle = story.frame.locator(f'[data-layer-toggle="{layer.id}"]')
        before = layer.id in story.state()["layers"]
        assert toggle.is_checked() == before
        toggle.click()
        assert (layer.id in story.state()["layers"]) != before
    story.frame.locator("[data-reset]").click()
    assert story.state()["layers"] == list(STORY.steps[0].layers)
    story.frame.locator('[data-layer-toggle="control"]').click()
    assert story.drawn() == {}
    story.page.mouse.move(200, 450)
    story.page.locator(f'[data-step="{STEPS[1]}"] h2').evaluate("h => h.scrollIntoView({block: 'center'})")
    story.settle()
    expect_step(story, STORY.steps[1])


def test_playing_runs_through_the_changes_and_can_be_stopped(open_story) -> None:
    story = open_story()
    play = story.frame.get_by_role("button", name="Play")
    play.click()
    story.page.wait_for_timeout(700)
    assert story.state()["playing"]
    story.frame.get_by_role("button", name="Pause").click()
    day = story.state()["date"]
    assert day > STORY.steps[0].date.isoformat()
    story.page.wait_for_timeout(200)
    assert story.state()["date"] == day


def test_a_step_that_plays_begins_when_the_map_has_come_to_it(open_story) -> None:
    story = open_story()
    step = next(step for step in STORY.steps if step.play)
    story.page.evaluate(
        """() => {
          const inside = document.querySelector("iframe").contentWindow;
          window.played = [];
          inside.addEventListener("storymap:change", ({ detail }) => {
            const flying = inside.document.querySelector("[data-moving]") !== null;
            if (detail.cause === "play") played.push([detail.state.date, flying]);
          });
        }"""
    )
    story.page.locator(f'[data-step="{step.id}"] h2').evaluate("h => h.scrollIntoView({block: 'center'})")
    until(lambda: len(story.page.evaluate("window.played")) > 3)
    (first, _), (second, flying), *_ = story.page.evaluate("window.played")
    assert first == str(step.play.start) < second
    assert not flying


def test_the_reader_may_pan_and_zoom_and_read_on(open_story) -> None:
    story = open_story()
    story.page.mouse.move(1000, 400)
    story.page.mouse.down()
    story.page.mouse.move(900, 330, steps=4)
    story.page.mouse.up()
    story.frame.locator(".leaflet-control-zoom-in").click()
    story.settle()
    assert story.state()["step"] == STEPS[0]
    story.page.locator(f'[data-step="{STEPS[1]}"] h2').evaluate("h => h.scrollIntoView({block: 'center'})")
    story.settle()
    expect_step(story, STORY.steps[1])


def test_a_unit_tells_its_history_and_sources(open_story) -> None:
    story = open_story("?step=shushi-2020")
    story.frame.locator('path[data-unit^="shushi"]').first.dispatch_event("click")
    card = story.frame.locator("[data-card]")
    assert card.is_visible()
    assert "1992" in card.inner_text()
    assert "8 November 2020" in card.inner_text()
    links = card.locator("a[href^=http]")
    assert links.count() > 0
    story.page.keyboard.press("Escape")
    assert not card.is_visible()


def test_search_finds_a_place_by_any_of_its_names(open_story) -> None:
    story = open_story()
    box = story.frame.get_by_role("combobox", name="Find a place")
    box.fill("susa")
    story.frame.locator('[data-found="shushi"]').wait_for()
    box.press("Enter")
    story.settle()
    assert story.state()["highlight"] == ["shushi"]
    box.fill("zzzz")
    assert "No place" in story.frame.locator("#sm-found").inner_text()


def test_the_server_may_die_and_the_story_goes_on(page: Page, tmp_path: Path) -> None:
    process, url = serve("app.py", tmp_path / "log.txt")
    story = StoryPage(page, url)
    process.kill()
    process.wait()
    page.locator(f'[data-step="{STEPS[-1]}"] h2').evaluate("h => h.scrollIntoView({block: 'center'})")
    story.settle()
    expect_step(story, STORY.steps[-1])


class TestReducedMotion:
    @pytest.fixture
    def browser_context_args(self, browser_context_args: dict) -> dict:
        return {**browser_context_args, "reduced_motion": "reduce"}

    def test_steps_jump_instead_of_flying_and_nothing_plays(self, open_story) -> None:
        story = open_story()
        with_play = next(step for step in STORY.steps if step.play)
        story.frame.evaluate("""() => {
            window.flights = 0;
            const { animate } = Element.prototype;
            Element.prototype.animate = function (...how) { window.flights += 1; return animate.apply(this, how); };
        }""")
        story.page.locator(f'[data-step="{with_play.id}"] h2').evaluate("h => h.scrollIntoView({block: 'center'})")
        until(lambda: story.state()["step"] == with_play.id and not story.frame.locator("[data-moving]").count())
        assert not story.state()["playing"]
        assert story.frame.evaluate("window.flights") == 0
        expect_step(story, with_play)


class TestPhone:
    @pytest.fixture
    def browser_context_args(self, browser_context_args: dict) -> dict:
        return {**browser_context_args, "viewport": {"width": 390, "height": 844}, "has_touch": True}

    def test_the_map_stays_in_the_upper_part_and_follows(self, open_story) -> None:
        story = open_story()
        for step in STORY.steps[:4]:
            story.page.locator(f'[data-step="{step.id}"] h2').evaluate("h => h.scrollIntoView({block: 'center'})")
            story.page.mouse.wheel(0, 120)
            story.settle()
            expect_step(story, STORY.step(story.current_step()))
            box = story.page.locator("iframe[data-storymap]").bounding_box()
            assert box is not None
            assert box["y"] == pytest.approx(0, abs=2)
            assert box["height"] >= 0.4 * 844
        width = story.page.evaluate("document.documentElement.scrollWidth")
        assert width <= 390
        assert story.page.evaluate("scrollY") > 1_000, (
            "a phone's bars fold away for a window that scrolls, and for nothing else"
        )

    def test_the_end_of_the_page_is_the_end_of_the_text(self, open_story) -> None:
        story = open_story()
        story.page.locator(".sm-closing").evaluate("closing => closing.scrollIntoView({ block: 'end' })")
        story.settle()
        story.page.mouse.move(200, 700)
        story.page.mouse.wheel(0, 2_000)
        story.settle()
        last = story.page.locator(".sm-closing details").last.bounding_box()
        stage = story.page.locator("iframe[data-storymap]").bounding_box()
        assert last
        assert stage
        assert last["y"] > stage["y"] + stage["height"], "what is left under the map is blank"
