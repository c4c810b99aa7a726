"""Exports opened from a file with the network off: one request, no complaint, a map that works."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page

from geo.control import control_on
from geo.export.atlas import Atlas
from geo.export.state import full_state, named_states
from tests.browser.conftest import Watch, until

FILES = ["html/shushi-2020.html", "html/where.html", "html/period-1994.html", "story.html"]


@pytest.fixture
def browser_context_args(browser_context_args: dict) -> dict:
    return {**browser_context_args, "offline": True}


class OpenFile:
    """A file in the browser, with all it asked for and said."""

    def __init__(self, page: Page, path: Path) -> None:
        self.page = page
        self.requests: list[str] = []
        self.said: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.goto(path.as_uri())
        frame = page.query_selector("iframe[data-storymap]")
        self.frame = frame.content_frame() if frame else page.main_frame
        self.frame.locator("path[data-unit]").first.wait_for(state="attached")

    def drawn(self) -> dict[str, str]:
        return self.frame.evaluate(
            "Object.fromEntries([...document.querySelectorAll('path[data-unit]')].map((p) => [p.dataset.unit, p.dataset.controller]))"
        )

    def state(self) -> dict:
        return self.frame.evaluate("storyMap.getState()")


def answer(story, day: date) -> dict[str, str]:
    return {unit: c.controller for unit, c in control_on(story, day).items() if not story.units[unit].frame}


@pytest.mark.parametrize("name", FILES)
def test_one_request_no_message_polygons_and_a_timeline(page: Page, everything, shipped, name: str) -> None:
    path = everything.folder / name
    print(f"\n{name}: {path.stat().st_size:,} bytes")
    opened = OpenFile(page, path)
    assert opened.drawn() == answer(shipped, date.fromisoformat(opened.state()["date"]))
    opened.frame.locator('[data-period="2020"]').click()
    assert opened.drawn() == answer(shipped, shipped.periods[-1].date)
    slider = opened.frame.locator('[role="slider"][data-timeline]')
    slider.press("Home")
    assert opened.state()["date"] == shipped.first.isoformat()
    slider.press("ArrowRight")
    assert opened.drawn() == answer(shipped, date.fromisoformat(opened.state()["date"]))
    page.wait_for_timeout(300)
    assert opened.requests == [path.as_uri()]
    assert opened.said == []


def test_a_state_opens_as_it_was_exported_and_an_address_overrides_it(page: Page, everything, shipped) -> None:
    for name, state in list(named_states(shipped).items())[::7]:
        shown = OpenFile(page, everything.folder / "html" / f"{name}.html").state()
        assert (shown["step"], shown["date"], tuple(shown["layers"])) == (state.step, str(state.date), state.layers)
    page.goto((everything.folder / "html" / "where.html").as_uri() + "?step=shushi-2020")
    page.locator("path[data-unit]").first.wait_for(state="attached")
    assert page.evaluate("storyMap.getState().step") == "shushi-2020"


def test_the_story_scrolls_from_a_file(page: Page, everything, shipped) -> None:
    opened = OpenFile(page, everything.folder / "story.html")
    for step in shipped.steps[1:5]:
        page.keyboard.press("ArrowDown")
        until(lambda id=step.id: opened.state()["step"] == id)
    page.keyboard.press("End")
    until(lambda: opened.state()["step"] == shipped.steps[-1].id)
    page.locator(f'[data-step="{shipped.steps[-1].id}"] [role=doc-noteref]').first.click()
    assert page.locator(".sm-footnote").is_visible()
    assert opened.said == []
    assert len(opened.requests) == 1


@pytest.mark.parametrize("name", ["index.html", "embed/shushi-2020.html", "files.html"])
def test_the_site_opens_page_by_page_from_files(page: Page, everything, name: str) -> None:
    watch = Watch(page)
    said: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: requests.append(request.url))
    page.goto((everything.folder / "site" / name).as_uri())
    if name != "files.html":
        frame = page.query_selector("iframe[data-storymap]")
        inside = frame.content_frame() if frame else page.main_frame
        inside.locator("path[data-unit]").nth(10).wait_for(state="attached")
    assert watch.failed == watch.messages == said == []
    assert all(url.startswith(("file://", "data:", "about:")) for url in requests)


def test_a_picture_and_the_document_say_the_same(page: Page, everything, shipped) -> None:
    """Names, colours, figures and hatches of one state, once from the browser and once from the picture's scene."""
    atlas = Atlas(shipped)
    for step in ("shushi-2020", "three-dates", "union-leaves"):
        opened = OpenFile(page, everything.folder / "html" / f"{step}.html")
        scene = atlas.scene(full_state(shipped, step=step), 1280, 700)
        rows = opened.frame.eval_on_selector_all(
            ".sm-legend-rows li", "rows => rows.map((row) => row.innerText.replace(/\\s+/g, ' ').trim())"
        )
        assert rows == [" ".join([row.title, *row.figures]) for row in scene.legend]
        uncertain = opened.frame.eval_on_selector_all(
            "path[data-uncertain]", "paths => paths.map((p) => p.dataset.unit)"
        )
        striped = {shape.id for shape in scene.control.shapes if shape.stripes}
        assert striped <= set(uncertain)
        names = set(
            opened.frame.eval_on_selector_all(".sm-label-text", "all => all.map((l) => l.textContent.toUpperCase())")
        )
        assert {label.text.upper() for label in scene.labels} <= names
