"""Footnotes, claims, events and sources as a reader opens them: with pointer, keyboard and address."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

from geo import load_story
from tests.browser.conftest import StoryPage

ROOT = Path(__file__).resolve().parents[2]
STORY = load_story(ROOT)


@pytest.mark.parametrize("step", STORY.steps, ids=lambda step: step.id)
def test_each_footnote_leads_to_its_note_and_back(cards, step):
    """Every reference of a card has its note on the same card, and every note a way back."""
    card = cards.locator(f'[data-step="{step.id}"]')
    targets = card.locator("[role=doc-noteref]").evaluate_all("links => links.map((a) => a.hash.slice(1))")
    notes = card.locator(".footnotes > li").evaluate_all("items => items.map((li) => li.id)")
    assert sorted(set(targets)) == sorted(notes)
    backs = card.locator(".footnotes [role=doc-backlink]").evaluate_all("links => links.map((a) => a.hash.slice(1))")
    references = card.locator("[role=doc-noteref]").evaluate_all("links => links.map((a) => a.id)")
    assert sorted(backs) == sorted(references)


@pytest.fixture(scope="module")
def cards(browser, app_url):
    page = browser.new_page()
    page.goto(app_url)
    page.locator("[data-story][data-ready]").wait_for()
    yield page
    page.close()


def test_a_footnote_opens_beside_its_sentence_and_closes_by_keyboard(open_story):
    story = open_story("?step=shushi-2020")
    link = story.page.locator('[data-step="shushi-2020"] [role=doc-noteref]').first
    link.focus()
    story.page.keyboard.press("Enter")
    note = story.page.locator(".sm-footnote")
    assert note.is_visible()
    assert note.inner_text().strip()
    box, at = note.bounding_box(), link.bounding_box()
    assert box is not None
    assert at is not None
    assert abs(box["y"] - at["y"]) < 300
    story.page.keyboard.press("Escape")
    assert not note.is_visible()
    assert link.evaluate("a => a === document.activeElement")
    assert story.current_step() == "shushi-2020"


def test_a_footnote_opens_by_pointer_and_goes_when_the_reader_reads_on(open_story):
    story = open_story("?step=shushi-2020")
    link = story.page.locator('[data-step="shushi-2020"] [role=doc-noteref]').nth(1)
    link.click()
    assert story.page.locator(".sm-footnote").is_visible()
    link.click()
    assert not story.page.locator(".sm-footnote").is_visible()
    for over in (story.page.locator("[data-step='shushi-2020'] h2"), story.page.locator(".sm-footnote")):
        link.scroll_into_view_if_needed()
        link.click()
        over.hover()
        story.page.mouse.wheel(0, 200)
        story.settle()
        assert not story.page.locator(".sm-footnote").is_visible()


def test_a_link_to_a_claim_opens_at_it(open_story):
    story = open_story("?step=statement-2020#statement-2020-p2")
    claim = story.page.locator('[id="statement-2020-p2"]')
    assert story.current_step() == "statement-2020"
    assert "is-linked" in claim.get_attribute("class")
    box = claim.bounding_box()
    assert box is not None
    assert 0 <= box["y"] <= 700
    assert story.state()["date"] == "2020-11-10"


def test_each_claim_has_its_own_address(open_story):
    story = open_story("?step=bishkek-1994")
    mark = story.page.locator('[data-step="bishkek-1994"] .sm-claim-link').first
    mark.focus()
    story.page.keyboard.press("Enter")
    story.settle()
    assert re.search(r"step=bishkek-1994#bishkek-1994-p\d+$", story.page.url)
    story.page.keyboard.press("PageDown")
    story.settle()
    assert "#" not in story.page.url


def test_a_link_to_an_event_opens_its_day_and_its_sources(open_story):
    event = next(
        e for e in STORY.events.values() if e.kind == "change" and "shushi" in e.places and e.date.year == 1992
    )
    story = open_story(f"?event={event.id}")
    assert story.state()["date"] == event.date.isoformat()
    card = story.frame.locator("[data-card]")
    assert card.is_visible()
    assert event.what in card.inner_text()
    sources = card.locator("[data-source]").evaluate_all("spans => spans.map((s) => s.dataset.source)")
    assert sources == list(event.sources)
    story.frame.locator("[data-card] button").click()
    assert not card.is_visible()
    assert "event=" not in story.page.url


def test_what_happened_last_leads_to_its_event(open_story):
    story = open_story("?step=shushi-2020")
    story.frame.locator("button.sm-caption").click()
    assert story.frame.locator("[data-card]").is_visible()
    assert "event=" in story.page.url
    story.page.go_back()
    story.settle()
    assert not story.frame.locator("[data-card]").is_visible()


def test_a_place_in_the_text_lights_up_on_the_map(open_story):
    story = open_story("?step=bishkek-1994")
    story.page.locator('[data-step="bishkek-1994"] a[data-place="fuzuli"]').first.click()
    assert story.state()["highlight"] == ["fuzuli"]
    assert story.frame.locator('.sm-label.is-strong[data-place="fuzuli"]').count() == 1
    assert story.current_step() == "bishkek-1994"


def test_contents_lead_to_a_step_and_back(open_story):
    story = open_story()
    story.page.locator("[data-contents] summary").click()
    story.page.locator('[data-contents] a[href="#turkey"]').click()
    story.settle()
    assert story.current_step() == "turkey"
    assert story.state()["step"] == "turkey"
    assert story.page.locator("[data-progress]").inner_text() == "22 / 26"
    story.page.go_back()
    story.settle()
    assert story.current_step() == STORY.steps[0].id


def test_the_closing_lists_every_work_and_source(open_story):
    story = open_story()
    closing = story.page.locator("[data-closing]")
    cited = {work for step in STORY.steps for note in step.footnotes for work in note.works}
    listed = closing.locator("[data-work]").evaluate_all("items => items.map((i) => i.dataset.work)")
    assert sorted(listed) == sorted(cited)
    sources = closing.locator("[data-source]").evaluate_all("items => items.map((i) => i.dataset.source)")
    assert sorted(sources) == sorted(STORY.sources)
    text = " ".join(closing.evaluate("c => c.textContent").split())
    assert "*" not in text


def test_a_step_stays_the_one_asked_for_when_style_and_letters_come_late(page: Page, app_url: str) -> None:
    """What arrives late makes all the cards before a step longer or shorter."""

    def late(route) -> None:
        page.wait_for_timeout(600)
        route.continue_()

    page.route("**/story.css", late)
    page.route("**/*.woff2", late)
    story = StoryPage(page, app_url, "?step=three-dates")
    page.wait_for_timeout(1_500)
    story.settle()
    assert story.current_step() == "three-dates"
    assert story.state()["step"] == "three-dates"
    top = page.locator('[data-step="three-dates"]').bounding_box()["y"]
    assert 0 <= top < 60
