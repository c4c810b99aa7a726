"""The Slides page: what is chosen is what is seen, copied and downloaded."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from geo.export.state import named_states
from geo.state import default_state, read_query
from geo.ui.slides_page import address_of
from tests.browser.conftest import until

# Buttons and fields of the panel whose words go on beyond their edge.
CUT_NAMES = """() => [...document.querySelectorAll('[data-testid=stMain] :is(button, button *, input, [role=tab])')]
    .filter((e) => e.clientWidth > 1 && e.scrollWidth > e.clientWidth && getComputedStyle(e).display !== 'inline')
    .map((e) => e.textContent || e.value)"""
OVERLAPPING = """() => {
    const boxes = [...document.querySelectorAll('[data-testid=stMain] :is(button, input, .sl-stage)')]
        .map((e) => [e, e.getBoundingClientRect()]).filter(([, b]) => b.width && b.height);
    return boxes.flatMap(([e, a], i) => boxes.slice(i + 1)
        .filter(([f, b]) => !e.contains(f) && !f.contains(e) && a.left < b.right - 1 && b.left < a.right - 1
            && a.top < b.bottom - 1 && b.top < a.bottom - 1)
        .map(([f]) => `${e.textContent} / ${f.textContent}`));
}"""


class SlidesPage:
    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        page.goto(url)
        page.locator("[data-slide-frame]").wait_for(timeout=60_000)
        self.rest()

    def rest(self) -> None:
        frame = self.page.locator("[data-slide-frame]").element_handle().content_frame()
        frame.locator("path[data-unit]").first.wait_for(state="attached")

    def state(self) -> dict:
        return self.page.evaluate("document.querySelector('[data-slide-frame]').contentWindow.storyMap.getState()")

    def wait_for_step(self, step: str | None) -> None:
        script = "document.querySelector('[data-slide-frame]').contentWindow?.storyMap?.getState()"
        until(lambda: (state := self.page.evaluate(script)) is not None and state["step"] == step)

    def code(self, tab: str) -> str:
        return self.open_code(tab).inner_text()

    def open_code(self, tab: str) -> Locator:
        self.page.get_by_role("tab", name=tab, exact=True).click()
        return self.page.locator("[data-testid=stCode]:visible")


@pytest.fixture
def open_slides(page: Page, app_url: str):
    return lambda query="": SlidesPage(page, f"{app_url}slides{query}")


def test_a_step_is_shown_at_16_to_9_and_the_codes_open_it(open_slides, app_url: str) -> None:
    slides = open_slides("?step=shushi-2020")
    slides.wait_for_step("shushi-2020")
    box = slides.page.locator("[data-slide-stage]").bounding_box()
    assert box["width"] / box["height"] == pytest.approx(16 / 9, rel=0.01)
    inside = slides.page.evaluate(
        "[document.querySelector('[data-slide-frame]').contentWindow].map((w) => [w.innerWidth, w.innerHeight])[0]"
    )
    assert inside == [1280, 720]
    frame = slides.code("Frame")
    assert f'src="{app_url}embed?step=shushi-2020&amp;ui=timeline"' in re.sub(r"\s+", " ", frame)
    assert 'title="Shushi again"' in re.sub(r"\s+", " ", frame)
    assert slides.code("Link").strip() == f"{app_url}?step=shushi-2020"
    assert "Jović-Lazić, A. (2021)" in slides.code("APA")
    assert "@misc{" in slides.code("BibTeX")


def test_the_arrow_keys_and_buttons_move_on_and_the_codes_follow(open_slides, shipped) -> None:
    slides = open_slides("?step=where")
    slides.wait_for_step("where")
    slides.page.locator("[data-slides=next]").click()
    slides.wait_for_step(shipped.steps[1].id)
    expect(slides.page.get_by_role("combobox", name="Slide")).to_have_value(
        re.compile(re.escape(shipped.steps[1].title))
    )
    slides.page.locator("[data-slide-frame]").click(position={"x": 200, "y": 150})
    slides.page.locator("[data-slide-frame]").press("PageDown")
    slides.wait_for_step(shipped.steps[2].id)
    expect(slides.open_code("Link")).to_contain_text(f"step={shipped.steps[2].id}")


def test_the_presenter_has_the_text_the_next_slide_and_the_time(open_slides, shipped) -> None:
    slides = open_slides("?step=where")
    slides.page.locator("[data-slides=presenter]").click()
    view = slides.page.locator("[data-presenter]")
    expect(view).to_contain_text(shipped.steps[0].title)
    expect(view).to_contain_text(f"Next: {shipped.steps[1].title}")
    expect(view.get_by_role("timer")).to_have_text(re.compile(r"0:0\d"))
    slides.page.locator("[data-slides=next]").click()
    expect(view.locator("h2")).to_have_text(shipped.steps[1].title)
    with slides.page.expect_popup() as opened:
        slides.page.locator("[data-slides=audience]").click()
    audience = opened.value
    step = "window.storyMap?.getState().step"
    until(lambda: audience.evaluate(step) == shipped.steps[1].id)
    slides.page.locator("[data-slides=next]").click()
    until(lambda: audience.evaluate(step) == shipped.steps[2].id)


def test_what_explore_shows_can_be_chosen(open_slides) -> None:
    slides = open_slides("?date=1993-01-05&names=russian")
    slides.wait_for_step(None)
    state = slides.state()
    assert (state["date"], state["names"]) == ("1993-01-05", "russian")
    assert "date=1993-01-05" in slides.code("Link")


def test_what_is_wrong_in_the_address_is_said_until_it_is_another(open_slides) -> None:
    slides = open_slides("?step=nope&date=2020-13-45")
    said = slides.page.get_by_role("alert")
    expect(said).to_contain_text("Put right: unknown step “nope”; date “2020-13-45” is not a day")
    expect(slides.page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_have_count(1)
    slides.page.locator("[data-slides=previous]").click()
    expect(said).to_have_count(0)


def test_the_address_follows_the_slide_and_opens_it_again(open_slides, shipped) -> None:
    for state in (*named_states(shipped).values(), default_state(shipped)):
        assert read_query(shipped, address_of(shipped, state)) == (state, [])
    ids = [step.id for step in shipped.steps]
    slides = open_slides(f"?step={ids[2]}&of=others")
    entries = slides.page.evaluate("history.length")
    slides.page.evaluate("document.querySelector('[data-slide-frame]').contentWindow.sameMap = true")
    slides.page.locator("[data-slides=next]").click()
    slides.wait_for_step(ids[3])
    until(lambda: slides.page.url.endswith(f"slides?step={ids[3]}&of=others"))
    assert slides.page.evaluate("document.querySelector('[data-slide-frame]').contentWindow.sameMap")
    slides.page.reload()
    slides.page.locator("[data-slide-frame]").wait_for()
    slides.rest()
    expect(slides.page.get_by_role("combobox", name="Slide")).to_have_value(
        re.compile(re.escape(shipped.steps[3].title))
    )
    slides.page.locator("[data-slides=next]").focus()
    slides.page.locator("[data-slide-frame]").press("End")
    last = list(named_states(shipped).values())[-1]
    until(lambda: f"date={last.date}" in slides.page.url and slides.page.url.endswith("&of=others"))
    place = slides.page.locator(".sl-place").inner_text()
    assert slides.page.evaluate("history.length") == entries
    slides.page.reload()
    slides.page.locator("[data-slide-frame]").wait_for()
    expect(slides.page.locator(".sl-place")).to_have_text(place)


def test_no_name_is_cut_off_and_nothing_overlaps_in_any_window(open_slides) -> None:
    slides = open_slides("?step=where")
    slides.page.get_by_role("button", name="Story, one file").wait_for()
    for width in (390, 820, 1024, 1101, 1280):
        slides.page.set_viewport_size({"width": width, "height": 1180})
        slides.page.wait_for_timeout(300)
        assert slides.page.evaluate(CUT_NAMES) == [], width
        assert slides.page.evaluate(OVERLAPPING) == [], width
        assert slides.page.locator("[data-slide-stage]").bounding_box()["width"] > 0.55 * width, width


def test_a_picture_and_a_deck_are_made_when_they_are_asked_for(open_slides, shipped) -> None:
    slides = open_slides("?step=three-dates")
    slides.wait_for_step("three-dates")
    with slides.page.expect_download(timeout=120_000) as download:
        slides.page.get_by_role("button", name="PNG, 4:3", exact=True).click()
    assert download.value.suggested_filename == f"{shipped.id}-three-dates-4x3.png"
    data = Path(download.value.path()).read_bytes()
    assert Image.open(io.BytesIO(data)).size == (1440, 1080)
    with slides.page.expect_download(timeout=120_000) as download:
        slides.page.get_by_role("button", name="Slides, PPTX", exact=True).click()
    assert download.value.suggested_filename == f"{shipped.id}.pptx"
    assert Path(download.value.path()).read_bytes()[:2] == b"PK"
    assert len(named_states(shipped)) == len(shipped.steps) + len(shipped.periods)


@pytest.mark.parametrize("width", [1440, 390])
def test_a_choice_has_all_its_edges_on_whatever_line_it_stands(page: Page, app_url: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    SlidesPage(page, f"{app_url}slides")
    choices = page.get_by_role("radiogroup", name="Shown on the map").get_by_role("radio")
    tops, edges = choices.evaluate_all("""all => [all.map((e) => e.getBoundingClientRect().top), all.map((e) =>
        ['Top', 'Right', 'Bottom', 'Left'].map((side) => getComputedStyle(e)[`border${side}Color`]))]""")
    assert len(set(tops)) == 2
    assert [len(set(sides)) for sides in edges] == [1, 1, 1, 1]
