"""A story told in another language beside its own: the same steps, notes, days and maps, in other words."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from geo.errors import StoryProblems, UnknownId
from geo.export.single import render_story
from geo.page import render_cards
from geo.state import default_state, read_query, write_query
from geo.story import load_story
from geo.translation import in_language
from tests.exports import run_geo
from tests.pseudo import LANG, pseudo, write_translation


@pytest.fixture
def translation(copied: Path) -> Path:
    """The folder of a whole translation of the tiny story."""
    return write_translation(copied)


def story_of(translation: Path):
    return load_story(translation.parents[1])


def told(story) -> list[str]:
    found = [str(warning) for warning in story.warnings if LANG in warning.path]
    return [line for line in found if "unsourced claim" not in line]  # as the original has


def test_a_translation_tells_the_same_story(translation):
    story = story_of(translation)
    other = story.translations[LANG]
    assert story.languages == other.languages == ("en", LANG)
    assert told(story) == []
    assert (other.lang, other.original, other.words.lang) == (LANG, "en", LANG)
    assert other.title == pseudo(story.title)
    for one, two in zip(story.steps, other.steps, strict=True):
        assert two.title == pseudo(one.title)
        assert two.lang == ""
        same = ("id", "date", "view", "layers", "highlight", "compare", "play", "names")
        assert [getattr(one, field) for field in same] == [getattr(two, field) for field in same]
        assert {n.label: n.sources + n.works for n in one.footnotes} == {
            n.label: n.sources + n.works for n in two.footnotes
        }
    assert other.log is story.log
    assert all(other.units[id].geometry is unit.geometry for id, unit in story.units.items())
    cards = render_cards(other)
    assert f' lang="{LANG}">' in cards
    assert pseudo("Sources and method") in cards


def test_a_step_that_is_not_translated_stands_in_the_original_and_says_so(translation):
    (translation / "03-mission.md").unlink()
    story = story_of(translation)
    step = story.translations[LANG].steps[-1]
    assert (step.title, step.lang) == ("The mission", "en")
    assert step.html.startswith(f'<p class="untranslated">{pseudo("This step has not been translated yet.")}</p>')
    assert told(story) == [f"narrative/{LANG}: step 'mission' is not translated; the original stands"]
    cards = render_cards(story.translations[LANG])
    assert re.search(r'<section[^>]*data-step="mission"[^>]* lang="en">', cards)
    assert "untranslated" not in render_cards(story)


def test_what_else_is_missing_is_told_in_one_line(translation):
    (translation / "story.yaml").write_text("title: Ťwó\n", encoding="utf-8")
    story = story_of(translation)
    [line] = told(story)
    assert line.startswith(f"narrative/{LANG}/story.yaml: ")
    assert "texts are not translated, so the original's stand: " in line
    for part in ("subtitle", "periods 1902", "timeline", "controllers uplanders label", "layers control title"):
        assert part in line
    other = story.translations[LANG]
    assert (other.title, other.subtitle) == ("Ťwó", story.subtitle)


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "message"),
    [
        ("01-before.md", "id: before", "id: befor", 2, "step 'befor' is unknown; known: before, "),
        ("01-before.md", "[^V1]", "", None, "footnote [^V1] of the original is missing"),
        ("01-before.md", "[^V1]", "[^V1][^V2]", None, "footnote [^V2] is not in the original"),
        ("01-before.md", "@nobody1906", "@walker1903", None, "footnote [^a1] cites something else; the original cites nobody1906"),
        ("01-before.md", "id: before", "id: before\ndate: 1900-01-03", 3, "field 'date' is unknown; known: id, title, date_label, section"),
        ("story.yaml", '"timeline": [', '"timeline": ["x",', None, "the timeline has 2 stretches; here are 3 labels"),
        ("story.yaml", '"birch":', '"birk":', None, "units: field 'birk' is unknown"),
    ],
)  # fmt: skip
def test_what_contradicts_the_original_is_a_problem(translation, file, old, new, line, message):
    path = translation / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(StoryProblems) as found:
        story_of(translation)
    problems = [p for p in found.value.problems if message in p.message]
    assert problems, found.value
    assert problems[0].path == f"narrative/{LANG}/{file}"
    assert line is None or problems[0].line == line


def test_a_folder_that_is_no_language_is_a_problem(copied):
    (copied / "narrative" / "old drafts").mkdir()
    (copied / "narrative" / "old drafts" / "x.md").write_text("")
    with pytest.raises(StoryProblems, match="the name is no language tag, such as fr or sr-Latn"):
        load_story(copied)


def test_an_address_keeps_the_language_and_another_is_put_right(translation):
    story = story_of(translation)
    other = in_language(story, LANG)
    state = replace(default_state(other), names="upland")
    assert write_query(other, state) == f"?names=upland&lang={LANG}"
    assert read_query(other, write_query(other, state)) == (state, [])
    assert write_query(story, default_state(story)) == ""
    assert read_query(story, "?lang=xx")[1] == ["language “xx” is not in this story"]
    with pytest.raises(UnknownId, match=f"language 'xx' is unknown; known: en, {LANG}"):
        in_language(story, "xx")


def test_exports_come_in_a_language(translation, tmp_path):
    folder = translation.parents[1]
    done = run_geo("export", "story", "--lang", LANG, "-o", str(tmp_path / "s.html"), "--story", str(folder))
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "s.html").read_text(encoding="utf-8")
    assert page == render_story(story_of(translation).translations[LANG])
    assert f'<html lang="{LANG}">' in page
    wrong = run_geo("export", "story", "--lang", "xx", "-o", str(tmp_path / "t.html"), "--story", str(folder))
    assert (wrong.returncode, wrong.stderr) == (2, f"error: language 'xx' is unknown; known: en, {LANG}.\n")


def test_a_whole_site_is_in_its_language(translation, tmp_path):
    """Its pictures and its handout are made by other processes, which read the story for themselves."""
    folder = translation.parents[1]
    assert load_story(folder, LANG).title == pseudo("Two valleys")
    done = run_geo("export", "site", "--lang", LANG, "-o", str(tmp_path / "site"), "--story", str(folder))
    assert done.returncode == 0, done.stderr
    pages = [PdfReader(tmp_path / "site" / "handout.pdf"), PdfReader(tmp_path / "site" / "pictures" / "before.pdf")]
    assert pages[0].metadata.title == pseudo("Two valleys")
    assert pages[1].metadata.title == pseudo("Before the pass")
    files = (tmp_path / "site" / "files.html").read_text(encoding="utf-8")
    assert pseudo("Maps, pictures and data") in files
