"""The story printed from the browser: every step with a map of its own, all sources, and nothing that is pressed."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from geo.export.single import render_story
from geo.export.state import full_state
from tests.browser.conftest import until

CONTROLS = ("Play", "Layers", "Find a place", "All keys", "Skip to the map", "Previous change", "¶", "↩", "Contents")


@pytest.fixture
def printed(page: Page, valleys, tmp_path: Path) -> PdfReader:
    """The tiny story opened from a file, printed on A4 and left as it was."""
    path = tmp_path / "story.html"
    path.write_text(render_story(valleys), encoding="utf-8")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(path.as_uri())
    page.locator("[data-story][data-ready]").wait_for()
    frame = page.query_selector("iframe[data-storymap]").content_frame()
    until(lambda: frame.evaluate("Boolean(window.storyMap)"))
    before = page.evaluate("document.querySelector('[data-story]').outerHTML")
    data = page.pdf(format="A4", tagged=True)
    assert page.evaluate("document.querySelector('[data-story]').outerHTML") == before
    assert said == []
    return PdfReader(io.BytesIO(data))


def words(text: str) -> str:
    """Letters and digits alone: a page breaks lines where it will, and has no text for an emoji."""
    return re.sub(r"\W+", "", text)


def test_each_step_is_printed_with_its_own_map_and_no_control(printed: PdfReader, valleys) -> None:
    texts = [words(page.extract_text()) for page in printed.pages]
    for number, step in enumerate(valleys.steps, 1):  # each begins a page, after that of the title
        text = texts[number]
        assert words(step.title) in text
        state = full_state(valleys, step=step.id)
        # The legend is of the step's own day, and the picture is drawn with lines.
        assert words(f"On {state.date.day} {state.date:%B} {state.date.year}") in text
        assert printed.pages[number].get_contents().get_data().count(b" l\n") > 20
        assert all(words(note.html.split("<")[0]) in text for note in step.footnotes)
    drawn = [page.get_contents().get_data() for page in printed.pages[1 : 1 + len(valleys.steps)]]
    assert len(set(drawn)) == len(valleys.steps)
    whole = " ".join(page.extract_text() for page in printed.pages)
    for control in CONTROLS:
        assert control not in whole
    # What is folded on the screen is open on paper, and its links are printed as addresses.
    source = next(source for source in valleys.sources.values() if source.url)
    assert words(source.url) in words(whole)
    assert texts.index(next(t for t in texts if words("Sources and method") in t)) > len(valleys.steps)
    links = [note.get_object().get("/A", {}).get("/URI") for page in printed.pages for note in page.get("/Annots", [])]
    assert source.url in links
