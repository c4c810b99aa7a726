"""Hostile strings in every field of the formats, looked at in a real browser: nothing runs, nothing is asked for."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
import subprocess
import zipfile
from pathlib import Path
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

import pytest
from ruamel.yaml import YAML

from geo.control import control_on
from geo.export.atlas import Atlas
from geo.export.deck import render_deck
from geo.export.handout import render_handout
from geo.export.image import render_image
from geo.export.single import render_state, render_story
from geo.export.site import write_site
from geo.export.state import full_state
from geo.story import load_story
from tests.browser.conftest import serve, until
from tests.hostile import ALL, HOST, RUN, STRINGS, write_hostile

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


#: What is no text: ids, days, numbers, addresses, and words of a closed list.
CLOSED = {
    "id", "file", "layers", "names", "focus", "highlight", "lang", "script", "form", "place", "unit", "a", "b", "work",
    "event", "controller", "district", "source", "date", "earliest", "latest", "valid_from", "valid_to", "accuracy",
    "error_km", "km2", "kind", "group", "extent", "article_footnotes", "url", "color", "fill", "stroke", "dash", "hatch",
}  # fmt: skip


def fields(value, key=""):
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from fields(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from fields(inner, key)
    elif isinstance(value, str) and value:
        yield key, value


def test_every_field_that_takes_a_text_has_them(folder):
    yaml = YAML(typ="safe", pure=True)
    found = []
    for name in ("layers/catalogue.yaml", "narrative/story.yaml"):
        found += fields(yaml.load((folder / name).read_text(encoding="utf-8")))
    for path in folder.glob("narrative/*.md"):
        found += fields(yaml.load(path.read_text(encoding="utf-8").split("---\n")[1]))
    for path in folder.rglob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            found += fields(list(csv.DictReader(file)))
    for path in folder.glob("layers/*.geojson"):
        found += fields([f["properties"] for f in json.loads(path.read_text(encoding="utf-8"))["features"]])
    assert {key for key, value in found if RUN not in value} <= CLOSED
    assert len({key for key, value in found if RUN in value}) >= 18


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
    watched.locator("[data-words]").wait_for()
    for box in watched.get_by_test_id("stExpander").all():
        box.locator("summary").click()
    inside = next(frame for frame in watched.frames if "/storymap/" in frame.url)
    until(lambda: inside.evaluate("Boolean(window.storyMap)"))
    inside.locator("path[data-unit]").first.dispatch_event("click")
    assert_harmless(watched)


def test_the_page_of_slides(watched, hostile_url):
    watched.goto(f"{hostile_url}slides?step={quote(STRINGS[2])}&names={quote(STRINGS[0])}")
    watched.locator("[data-slide-frame]").wait_for()
    for name in ("Frame", "Link", "APA", "BibTeX"):
        watched.get_by_role("tab", name=name, exact=True).click()
        assert watched.locator("[data-testid=stCode]:visible").inner_text()
    watched.locator("[data-slides=presenter]").click()
    watched.locator("[data-presenter]").wait_for()
    for _ in range(3):
        watched.locator("[data-slides=next]").click()
    watched.get_by_role("combobox", name="Slide").click()
    watched.get_by_role("option").first.wait_for()
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


def test_the_site(watched, story, tmp_path):
    drawn, site = tmp_path / "drawn", tmp_path / "site"
    (drawn / "pictures").mkdir(parents=True)
    (drawn / "handout.pdf").write_bytes(b"")
    write_site(story, site, drawn=drawn)
    for path in (site / "index.html", site / "files.html", sorted((site / "embed").iterdir())[0]):
        watched.goto(path.as_uri())
        watched.wait_for_load_state()
        inside = watched.main_frame
        if path.name == "index.html":
            watched.locator("[data-story][data-ready]").wait_for()
            inside = watched.query_selector("iframe").content_frame()
        if path.name != "files.html":
            until(lambda inside=inside: inside.evaluate("Boolean(window.storyMap)"))
            open_everything(watched, inside)
        assert_harmless(watched)


def test_a_picture_of_shapes(story):
    """A page may show it as an image or as its own: neither may find a script or an address in it."""
    root = ElementTree.fromstring(render_image(Atlas(story), full_state(story, step="pass"), "svg"))
    texts = "".join(root.itertext())
    assert "hostile.invalid" in texts
    for element in root.iter():
        name = element.tag.rpartition("}")[2].casefold()
        assert name not in ("script", "foreignobject", "iframe", "a", "animate", "set"), name
        for key, value in element.attrib.items():
            assert not key.rpartition("}")[2].casefold().startswith("on"), key
            if key.rpartition("}")[2] == "href":
                assert value.startswith(("#", "data:image/")), value
            assert not re.search(r"url\((?!#)|javascript:", value) or key == "id" or name == "title", (key, value)


def test_the_handout(story, tmp_path):
    path = tmp_path / "handout.pdf"
    path.write_bytes(render_handout(story))
    assert subprocess.run(["pdfinfo", "-js", path], capture_output=True, text=True, check=True).stdout.strip() == ""
    listed = subprocess.run(["pdfinfo", "-url", path], capture_output=True, text=True, check=True).stdout
    kinds = {(line.split()[1], line.split()[2].split(":")[0]) for line in listed.splitlines()[1:]}
    assert kinds <= {("Annotation", "http"), ("Annotation", "https")}, kinds


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
