"""Hostile strings in every field of the formats, looked at in a real browser: nothing runs, nothing is asked for."""

from __future__ import annotations

import dataclasses
import io
import re
import zipfile
from pathlib import Path
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

import pytest

from geo.control import control_on
from geo.export.deck import render_deck
from geo.export.single import render_state, render_story
from geo.export.state import full_state
from geo.story import load_story
from tests.browser.conftest import serve
from tests.hostile import ALL, HOST, STRINGS, write_hostile

#: After everything was opened: longer than a timer or a reload of such a string would need.
WAIT_MS = 600


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return write_hostile(tmp_path_factory.mktemp("hostile") / "story")


@pytest.fixture(scope="module")
def story(folder):
    return load_story(folder)


@pytest.fixture(scope="module")
def hostile_url(folder, tmp_path_factory):
    process, url = serve("app.py", tmp_path_factory.mktemp("log") / "log.txt", str(folder))
    yield url
    process.terminate()
    process.wait(10)


@pytest.fixture
def watched(page):
    """A page that remembers what it was asked to load from elsewhere, and every dialog it opened."""
    page.asked = []
    page.on("request", lambda r: page.asked.append(r.url) if urlsplit(r.url).hostname == HOST else None)
    page.on("dialog", lambda d: (page.asked.append(f"dialog {d.message}"), d.dismiss()))
    page.context.on("page", lambda p: page.asked.append(f"a new page {p.url}"))
    return page


def assert_harmless(page) -> None:
    page.wait_for_timeout(WAIT_MS)
    assert page.asked == []
    for frame in page.frames:
        assert frame.evaluate("window.ran") is None, frame.url
        scripts = frame.evaluate(
            "[...document.scripts].map((s) => s.textContent).filter((s) => /^window\\.ran/.test(s))"
        )
        assert scripts == []
        handlers = frame.evaluate(
            "[...document.querySelectorAll('*')].flatMap((e) => [...e.attributes])"
            ".filter((a) => /^on/i.test(a.name) || /^\\s*javascript:/i.test(a.value) && a.name === 'href').map((a) => a.name)"
        )
        assert handlers == [], frame.url


def open_everything(page, inside) -> None:
    """Open every panel, list and card of a page and of the document inside it."""
    for frame in {page.main_frame, inside}:
        frame.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    inside.locator(".sm-tool").first.click()
    inside.locator(".sm-search").fill("script")
    inside.evaluate("document.querySelectorAll('path[data-unit]').forEach((p) => p.dispatchEvent("
                    "new MouseEvent('mouseover', {bubbles: true})))")  # fmt: skip
    inside.locator("path[data-unit]").first.dispatch_event("click")
    for event in ("pass-1901", "tarn-1902"):
        inside.evaluate("(id) => storyMap.setState({event: id})", event)
    for compare in ("1900-01-02", None):
        inside.evaluate("(day) => storyMap.setState({compare: day})", compare)


def test_the_story_has_them_everywhere(story):
    assert story.title == ALL
    assert all(unit.name == ALL for unit in story.units.values())
    assert set(control_on(story, story.first)) == set(story.units)
    assert all(ALL in event.what for event in story.events.values())


def test_the_page(watched, hostile_url):
    watched.goto(hostile_url)
    watched.locator("[data-story][data-ready]").wait_for()
    assert (
        watched.locator("h1").first.inner_text() == " ".join(ALL.split())
        or STRINGS[0] in watched.locator("h1").first.inner_text()
    )
    inside = next(frame for frame in watched.frames if "/storymap/" in frame.url)
    for _ in range(4):
        watched.keyboard.press("ArrowDown")
        watched.wait_for_timeout(300)
    open_everything(watched, inside)
    assert_harmless(watched)


@pytest.mark.parametrize(
    "key", ["step", "date", "layers", "names", "compare", "highlight", "view", "event", "ui", "lang"]
)
def test_addresses(watched, hostile_url, key):
    watched.goto(f"{hostile_url}embed?{key}={quote(ALL)}")
    watched.locator("[data-map]").wait_for()
    assert_harmless(watched)


def test_the_page_at_a_hostile_address(watched, hostile_url):
    watched.goto(f"{hostile_url}?step={quote(STRINGS[2])}&layers={quote(STRINGS[0])}#{quote(STRINGS[2])}")
    watched.locator("[data-story][data-ready]").wait_for()
    assert_harmless(watched)


def test_the_explore_page(watched, hostile_url):
    watched.goto(f"{hostile_url}explore?highlight={quote(STRINGS[2])}")
    watched.locator("iframe").first.wait_for()
    watched.wait_for_timeout(2_000)
    assert_harmless(watched)


def test_the_list_of_problems(watched, folder, tmp_path_factory):
    broken = write_hostile(tmp_path_factory.mktemp("broken") / "story")
    path = broken / "narrative" / "01-before.md"
    path.write_text(
        path.read_text(encoding="utf-8").replace("layers: [", f"layers: ['{STRINGS[2].replace(chr(39), '')}', ")
    )
    process, url = serve("app.py", tmp_path_factory.mktemp("log") / "log.txt", str(broken))
    try:
        watched.goto(url)
        watched.get_by_text("cannot be shown yet").wait_for()
        watched.get_by_text("is unknown").first.wait_for()
        assert_harmless(watched)
    finally:
        process.terminate()
        process.wait(10)


def test_the_story_as_one_file(watched, story, tmp_path):
    file = tmp_path / "story.html"
    file.write_text(render_story(story), encoding="utf-8")
    watched.goto(file.as_uri())
    watched.locator("[data-story][data-ready]").wait_for()
    watched.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    watched.keyboard.press("End")
    assert_harmless(watched)


def test_a_state_as_one_file(watched, story, tmp_path):
    file = tmp_path / "state.html"
    file.write_text(render_state(story, full_state(story, step="pass")), encoding="utf-8")
    watched.goto(file.as_uri())
    watched.locator("[data-map]").wait_for()
    open_everything(watched, watched.main_frame)
    assert_harmless(watched)


def test_the_slides(story):
    # The properties of such a file have room for 255 signs.
    short = dataclasses.replace(story, title=" ".join(STRINGS[:2]), subtitle=STRINGS[3], author=STRINGS[2])
    with zipfile.ZipFile(io.BytesIO(render_deck(short))) as deck:
        assert not [
            name for name in deck.namelist() if re.search(r"vbaProject|activeX|oleObject|\.js$", name, re.IGNORECASE)
        ]
        for name in deck.namelist():
            if not name.endswith((".xml", ".rels")):
                continue
            for element in ElementTree.fromstring(deck.read(name)).iter():
                if element.get("TargetMode") == "External":
                    assert element.get("Type").endswith("/hyperlink")
                    assert element.get("Target").startswith(("https://", "http://"))
                assert not element.tag.endswith("}macro")
