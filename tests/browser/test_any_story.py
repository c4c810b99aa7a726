"""What holds for any story: one with a log, a plain one, and what `geo new` writes, in a folder of three scripts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pptx import Presentation

from geo.export.atlas import Atlas
from geo.export.deck import render_deck
from geo.export.image import render_image
from geo.export.single import render_state, render_story
from geo.export.state import named_states
from geo.story import load_story
from tests.browser.conftest import StoryPage, Watch, serve, until
from tests.browser.test_axe import assert_none
from tests.browser.test_routes import get
from tests.exports import ROOT, run_geo
from tests.test_export_site import assert_links_lead_somewhere

OWN = "Моя история ԱԲ Ə"
EXAMPLES = sorted((ROOT / "examples").iterdir())


@pytest.fixture(scope="module", params=[*(path.name for path in EXAMPLES), OWN])
def told(request, tmp_path_factory):
    """The folder of a story, read; the own one is made and checked by the command line first."""
    if request.param != OWN:
        return load_story(ROOT / "examples" / request.param)
    parent = tmp_path_factory.mktemp("a folder")
    for command in (("new", OWN), ("check", OWN)):
        done = run_geo(*command, cwd=parent)
        assert done.returncode == 0, done.stderr
    for path in (parent / OWN, *(parent / OWN).rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    return load_story(parent / OWN)


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def as_told(told) -> dict[str, tuple[bytes, int]]:
    """What is in the folder of a story before anything is done with it."""
    return contents(told.path)


@pytest.fixture(scope="module")
def exported(told, as_told, tmp_path_factory) -> Path:
    """All exports of the own story; of the others one of each kind that is read in a browser, a deck or a picture."""
    folder = tmp_path_factory.mktemp("выставка Ə") / "all"
    if told.path.name == OWN:
        done = run_geo("export", "all", "-o", str(folder), "--story", str(told.path), cwd=folder.parent)
        assert done.returncode == 0, done.stderr
        return folder
    (folder / "html").mkdir(parents=True)
    (folder / "story.html").write_text(render_story(told), encoding="utf-8")
    name, state = list(named_states(told).items())[-1]
    (folder / "html" / f"{name}.html").write_text(render_state(told, state), encoding="utf-8")
    (folder / f"{name}.svg").write_bytes(render_image(Atlas(told), state, "svg"))
    (folder / "slides.pptx").write_bytes(render_deck(told))
    return folder


@pytest.fixture(scope="module")
def url(told, as_told, tmp_path_factory):
    process, address = serve("app.py", tmp_path_factory.mktemp("log") / "log.txt", str(told.path))
    yield address
    process.terminate()
    process.wait(10)


@pytest.fixture
def browser_context_args(browser_context_args: dict) -> dict:
    return {**browser_context_args, "bypass_csp": True, "reduced_motion": "reduce"}  # axe is put into the document


def test_each_card_has_its_map_and_only_what_the_story_has_is_offered(page, told, url) -> None:
    story = StoryPage(page, url)
    for step in told.steps:
        page.locator(f'[data-step="{step.id}"]').evaluate("e => e.scrollIntoView({ block: 'center' })")
        until(lambda step=step: story.state()["step"] == step.id)
        story.settle()
        state = story.state()
        assert story.current_step() == step.id
        assert set(state["layers"]) == set(told.defaults.layers if step.layers is None else step.layers)
        if told.units:
            assert state["date"] == step.date.isoformat()
            assert story.frame.locator('[role="slider"][data-timeline]').get_attribute("aria-valuetext")
    assert_none(page)

    dated, held = bool(told.timeline), bool(told.units)
    offered = {
        "[data-timeline]": dated, "[data-period]": bool(told.periods), "[data-compare]": held, "[data-mode]": held,
        "[data-legend-controller]": held, "[data-layer-toggle]": True, "[data-names]": True,
    }  # fmt: skip
    assert {name: story.frame.locator(name).count() > 0 for name in offered} == offered
    page.keyboard.press("?")
    sheet = page.locator("dialog.sm-help").inner_text()
    assert ("timeline" in sheet, "from place to place" in sheet) == (dated, held)
    pages = page.locator(".sm-pages a").all_inner_texts()
    assert pages == (["Explore", "Slides"] if held else ["Slides"])
    assert story.watch.messages == []
    assert story.watch.remote == []


def test_the_page_of_slides_has_no_days_where_there_are_none(page, told, url) -> None:
    watch = Watch(page)
    page.goto(f"{url}slides")
    page.locator("[data-slide-frame]").wait_for()
    page.get_by_role("tab", name="APA", exact=True).wait_for()
    options = page.get_by_role("radio").all_inner_texts() or page.get_by_test_id("stButtonGroup").inner_text().split(
        "\n"
    )
    assert any("timeline" in option for option in options) == bool(told.timeline)
    assert page.get_by_role("button", name="Timeline, GIF").count() == bool(told.log)
    if not told.timeline:
        assert "1 January" not in page.locator("body").inner_text()
        assert get(f"{url}embed?ui=timeline")[0] == 200
    assert watch.remote == []
    assert [text for text in watch.messages if "404 (Not Found)" not in text] == []


def test_single_files_open_by_a_double_click(page, told, exported) -> None:
    asked: list[str] = []
    watch = Watch(page)
    page.on("request", lambda request: asked.append(request.url))
    page.context.set_offline(True)
    for path in (exported / "story.html", *sorted((exported / "html").iterdir())):
        asked.clear()
        page.goto(path.as_uri())
        frame = page.query_selector("iframe[data-storymap]")
        inside = frame.content_frame() if frame else page.main_frame
        until(lambda inside=inside: inside.evaluate("Boolean(window.storyMap)"))
        layers = inside.evaluate("storyMap.getState().layers")
        assert layers
        assert inside.locator("path.leaflet-interactive, .leaflet-pane path").count() > 0
        assert asked == [path.as_uri()]
    assert watch.messages == []


def test_the_deck_is_whole(told, exported) -> None:
    deck = Presentation(str(exported / "slides.pptx"))
    many = len(told.periods) > 1
    assert len(deck.slides) == 1 + len(told.steps) + len(told.periods) + many + 1
    titles = [slide.shapes.title.text for slide in deck.slides]
    assert titles[1 : 1 + len(told.steps)] == [step.title for step in told.steps]


def test_the_site_and_everything_else_is_there(page, told, exported) -> None:
    if not (exported / "site").exists():
        pytest.skip("made of the own story alone")
    names = named_states(told)
    assert_links_lead_somewhere(exported / "site")
    for kind in ("png", "svg", "pdf"):
        assert {path.stem for path in (exported / "pictures").glob(f"*.{kind}")} == set(names)
    assert (exported / "handout.pdf").read_bytes()[:5] == b"%PDF-"
    assert (exported / "timeline.gif").exists() == bool(told.log)
    watch = Watch(page)
    for address in ("index.html", f"embed/{list(names)[-1]}.html", "files.html"):
        page.goto((exported / "site" / address).as_uri())
        page.wait_for_load_state()
    page.goto((exported / "site" / "index.html").as_uri())
    page.locator("[data-story][data-ready]").wait_for()
    page.keyboard.press("End")
    inside = page.query_selector("iframe[data-storymap]").content_frame()
    until(lambda: inside.evaluate("storyMap.getState().step") == told.steps[-1].id)
    assert watch.messages == []
    assert watch.remote == []


def test_no_picture_and_no_text_has_a_day_that_the_story_has_not(told, exported) -> None:
    if told.timeline:
        pytest.skip("this one has days")
    for path in [*exported.glob("*.svg"), exported / "story.html"]:
        text = path.read_text(encoding="utf-8")
        assert "1 January" not in text, path
    deck = Presentation(str(exported / "slides.pptx"))
    for slide in deck.slides:
        words = json.dumps([shape.text_frame.text for shape in slide.shapes if shape.has_text_frame])
        assert "1 January" not in words + slide.notes_slide.notes_text_frame.text


def test_a_story_that_cannot_be_written_to_was_served_and_exported_and_is_as_it_was(told, as_told, url, exported):
    assert get(url)[0] == 200
    assert exported.is_dir()
    assert contents(told.path) == as_told
