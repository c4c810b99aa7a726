"""A story in a language that nobody speaks, walked through: no English word of the interface is met, and nothing is cut off."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from geo.language import english
from tests.browser.conftest import ROOT, Watch, serve, until
from tests.conftest import TWO_VALLEYS
from tests.pseudo import LANG, pseudo, write_translation

# What is read and what is said of it, whether it is seen at the moment or opened by a press.
WORDS = """() => {
    const skipped = new Set(["SCRIPT", "STYLE", "NOSCRIPT"]);
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) if (!skipped.has(walker.currentNode.parentElement.tagName)) found.push(walker.currentNode.data);
    for (const node of document.querySelectorAll("[aria-label], [title], [placeholder], [alt], [aria-valuetext]")) {
        for (const name of ["aria-label", "title", "placeholder", "alt", "aria-valuetext"]) found.push(node.getAttribute(name) ?? "");
    }
    return found.join("\\n");
}"""
# Buttons and fields whose text is wider than they are, and a page that scrolls sideways.
CUT_OFF = """() => [
    ...[...document.querySelectorAll("button, summary, label, h1, h2, legend, .sm-legend-rows li")].filter((node) =>
        node.offsetParent && node.clientWidth > 2 && node.scrollWidth > node.clientWidth + 1 && !node.closest("[data-testid], .sm-contents")).map((node) => node.outerHTML.slice(0, 120)),
    ...(document.documentElement.scrollWidth > innerWidth + 1 ? [`page ${document.documentElement.scrollWidth} of ${innerWidth}`] : []),
]"""
#: Streamlit's own, which it says in English whatever the story's language.
STREAMLIT = ("Running...", "Stop", "Deploy", "Main menu")


@pytest.fixture(scope="module")
def translated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app with the tiny story in two languages."""
    folder = tmp_path_factory.mktemp("languages")
    story = Path(shutil.copytree(TWO_VALLEYS, folder / "story"))
    write_translation(story)
    process, url = serve(str(ROOT / "app.py"), folder / "log.txt", str(story))
    yield url
    process.terminate()
    process.wait(10)


def english_in(text: str) -> list[str]:
    """Return the parts of the English catalogue that a text has."""
    parts = {
        part.strip()
        for texts in english().sections.values()
        for words in texts.values()
        for part in re.split(r"\{\w+\}", words)
    }
    parts = {part for part in parts if sum(map(str.isalpha, part)) >= 5 and pseudo(part) != part}
    return sorted(
        part for part in parts if re.search(rf"(?<![\w]){re.escape(part)}(?![\w])", text) and part not in STREAMLIT
    )


def check(page) -> None:
    assert english_in(page.evaluate(WORDS)) == []
    assert page.evaluate(CUT_OFF) == []


def test_the_story_page_and_its_map_have_no_english_word(page: Page, translated: str) -> None:
    watch = Watch(page)
    page.goto(f"{translated}?lang={LANG}&step=pass")
    page.locator("[data-story][data-ready]").wait_for()
    frame = page.locator("iframe[data-storymap]").element_handle().content_frame()
    until(lambda: frame.evaluate("Boolean(window.storyMap)"))
    expect(page.locator("html")).to_have_attribute("lang", LANG)
    assert frame.evaluate("document.documentElement.lang") == LANG
    page.keyboard.press("?")
    expect(page.locator("dialog.sm-help h2")).to_have_text(pseudo("Keys"))
    check(page)
    page.keyboard.press("Escape")
    frame.locator("button.sm-tool").click()
    check(frame)
    frame.locator("path[data-unit=tarn]").click()
    until(lambda: frame.locator("[data-card]:not([hidden])").count() == 1)
    frame.evaluate("storyMap.setState({ compare: '1905-12-01', mode: 'difference' })")
    until(lambda: frame.locator("[data-legend-passed]").count() > 0)
    check(frame)
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate(CUT_OFF) == []
    assert page.evaluate(
        "document.querySelector('[data-contents] summary span').getBoundingClientRect().right <= document.querySelector('.sm-pages').getBoundingClientRect().left"
    )
    page.set_viewport_size({"width": 1440, "height": 900})
    # What was chosen stays in the address with the language, and the other language is one press away.
    until(lambda: f"lang={LANG}" in page.url and "compare=1905-12-01" in page.url)
    assert watch.messages == []
    page.locator(".sm-languages a").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("h1")).to_have_text("Two valleys")
    assert "Contents" in english_in(page.evaluate(WORDS))  # so that finding none above means something


def test_explore_and_slides_have_no_english_word(page: Page, translated: str) -> None:
    page.goto(f"{translated}explore?lang={LANG}&date=1901-05-09&compare=1905-12-01")
    page.locator(".sm-explore[data-ready]").wait_for()
    page.locator("[data-areas]").wait_for()
    page.locator(".ex-chart").wait_for()
    for summary in page.locator("[data-testid=stExpander] summary").all():
        summary.click()
    page.locator(".ex-method").first.wait_for()
    check(page)
    frame = page.locator("iframe[data-storymap]").element_handle().content_frame()
    assert english_in(frame.evaluate(WORDS)) == []
    page.get_by_role("link", name=pseudo("Slides")).click()
    page.locator("[data-slide-frame]").wait_for()
    until(lambda: f"lang={LANG}" in page.url)
    page.get_by_text(pseudo("The whole story")).wait_for()
    check(page)


def test_a_language_that_the_story_has_not_is_put_right(page: Page, translated: str) -> None:
    page.goto(f"{translated}embed?lang=xx")
    expect(page.locator("[data-ignored]")).to_contain_text("language “xx” is not in this story")
    page.goto(f"{translated}embed?lang={LANG}&ui=timeline")
    expect(page.locator("html")).to_have_attribute("lang", LANG)
    expect(page.locator("[data-ignored]")).to_be_hidden()
