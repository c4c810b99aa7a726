"""The handout: every step with its map, its text and its notes, sources at the end, nothing that only a screen can do."""

from __future__ import annotations

import io
import re

import pytest
from pypdf import PdfReader
from pypdf.generic import IndirectObject

from geo.errors import UnknownId
from geo.export.handout import render_handout
from geo.export.plain import plain_text, step_paragraphs
from geo.page import sources_by_voice, works_cited
from geo.story import load_story
from tests.exports import HOSTILE, ROOT


@pytest.fixture(scope="module")
def pdf(valleys) -> bytes:
    return render_handout(valleys)


@pytest.fixture(scope="module")
def reader(pdf) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def words(text: str) -> str:
    """Text without white space, hyphens, brackets of notes and typographic ligatures, as a page may set it."""
    for ligature, letters in (("ﬁ", "fi"), ("ﬂ", "fl"), ("ﬀ", "ff"), ("ﬃ", "ffi")):
        text = text.replace(ligature, letters)
    return re.sub(r"[\s\u200b\u00ad\[\]-]+", "", text)


def page_of(reader: PdfReader, title: str) -> int:
    return next(
        reader.get_destination_page_number(item) for item in flat(reader.outline) if words(item.title) == words(title)
    )


def flat(items):
    for item in items:
        if isinstance(item, list):
            yield from flat(item)
        else:
            yield item


def addresses(page) -> list[str]:
    found = [note.get_object().get("/A", {}).get("/URI") for note in page.get("/Annots", [])]
    return [address for address in found if address]


def test_every_step_is_on_one_page_with_its_map_and_its_text(valleys, reader):
    for step in valleys.steps:
        page = reader.pages[page_of(reader, step.title)]
        text = words(page.extract_text())
        for paragraph in step_paragraphs(step):
            assert words(paragraph.plain()) in text
        assert words(step.date_label) in text
        for note in step.footnotes:
            assert words(plain_text(note.html)) in text
        assert "km" in text  # the scale bar, which only the map has
        assert page.get_contents().get_data().count(b" l\n") > 10, "no map is drawn"


def test_maps_of_different_days_are_different_vectors(valleys, reader):
    drawn = [reader.pages[page_of(reader, step.title)].get_contents().get_data() for step in valleys.steps]
    assert len(set(drawn)) == len(valleys.steps)
    assert all(data.count(b" l\n") + data.count(b" c\n") > 10 for data in drawn)


def test_what_a_map_shows_is_said_to_those_who_do_not_see_it(valleys, reader):
    told = [text for text in alternatives(reader) if text.startswith("Map of control on ")]
    assert len(told) == len(valleys.steps)
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]


def alternatives(reader: PdfReader) -> list[str]:
    found, waiting, seen = [], [reader.trailer["/Root"]["/StructTreeRoot"]], set()
    while waiting:
        item = waiting.pop()
        if isinstance(item, IndirectObject):
            if item.idnum in seen:
                continue
            seen.add(item.idnum)
            item = item.get_object()
        if isinstance(item, list):
            waiting += item
        elif isinstance(item, dict):
            found += [str(item["/Alt"])] if "/Alt" in item else []
            waiting += [item["/K"]] if "/K" in item else []
    return found


def test_the_sources_come_last_and_their_links_work(valleys, reader):
    first = page_of(reader, "Sources and method")
    assert first > max(page_of(reader, step.title) for step in valleys.steps)
    pages = reader.pages[first:]
    text = words("".join(page.extract_text() for page in pages))
    linked = {address for page in pages for address in addresses(page)}
    for work, _ in works_cited(valleys):
        assert words(work.citation.replace("*", "")) in text
        assert not work.url or work.url in linked
        assert words(work.url) in text  # for those who hold paper
    for _, sources in sources_by_voice(valleys):
        for source, _ in sources:
            assert words(source.title) in text
            assert not source.url or source.url in linked


def test_links_within_the_paper_lead_to_the_note_and_the_step(valleys, reader):
    step = next(step for step in valleys.steps if step.footnotes)
    page = reader.pages[page_of(reader, step.title)]
    inner = [note.get_object() for note in page["/Annots"] if "/URI" not in note.get_object().get("/A", {})]
    assert len(inner) >= len(step.footnotes)


def test_nothing_is_printed_that_only_a_screen_can_do(reader):
    text = " ".join(page.extract_text() for page in reader.pages)
    for control in ("Scroll, or press", "All keys", "Skip to the map", "↩", "Link to this claim"):
        assert control not in text


def test_it_says_what_it_is_in_which_language_and_has_page_numbers(valleys, reader):
    assert reader.metadata.title == valleys.title
    assert reader.metadata.author == valleys.author
    assert reader.trailer["/Root"]["/Lang"] == valleys.lang
    assert reader.metadata.creation_date is None
    last = len(reader.pages)
    for number, page in enumerate(reader.pages, 1):
        assert f"{number}/{last}" in words(page.extract_text())


def test_the_same_story_gives_the_same_bytes(valleys, pdf):
    assert render_handout(valleys) == pdf


def test_paper_is_a4_or_letter_and_nothing_else(valleys, reader):
    assert [round(float(side)) for side in reader.pages[0].mediabox[2:]] == [595, 842]
    letter = PdfReader(io.BytesIO(render_handout(valleys, paper="letter")))
    assert [round(float(side)) for side in letter.pages[0].mediabox[2:]] == [612, 792]
    with pytest.raises(UnknownId, match="paper 'a5' is unknown; known: a4, letter"):
        render_handout(valleys, paper="a5")


def test_a_hostile_title_is_text_in_four_scripts(hostile):
    told: list[str] = []
    reader = PdfReader(io.BytesIO(render_handout(hostile, tell=told.append)))
    assert reader.metadata.title == HOSTILE
    assert told == [*(step.title for step in hostile.steps), hostile.title]
    text = words(reader.pages[page_of(reader, HOSTILE)].extract_text())
    for part in ("Say\"hi\"&<b>bye</b>'now'</script>", "Շուշի", "Шуша", "Şuşa", "Ə", "$x^2$", "{{7*7}}"):
        assert part in text


def test_a_story_without_log_is_told_on_paper_too():
    story = load_story(ROOT / "examples" / "larger_than_it_looks")
    assert not story.units
    reader = PdfReader(io.BytesIO(render_handout(story)))
    for step in story.steps:
        text = words(reader.pages[page_of(reader, step.title)].extract_text())
        assert words(step_paragraphs(step)[0].plain().split(".")[0]) in text
