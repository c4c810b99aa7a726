"""The interface's words: one catalogue that code and templates draw on, and languages beside it."""

from __future__ import annotations

import ast
import io
import re
from datetime import date
from pathlib import Path

import pytest
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE

import geo
from geo.describe import describe, plain
from geo.errors import StoryProblems
from geo.export.deck import render_deck
from geo.language import english, placeholders
from geo.page import render_cards
from geo.story import load_story
from tests.pseudo import LANG, pseudo, write_pseudo

GEO = Path(geo.__file__).parent
KEYS = {key: text for texts in english().sections.values() for key, text in texts.items()}
#: Keys of which a part is said by code: ``say(f"group_{group}")``.
FAMILIES = (
    "ui_",
    "format_",
    "problems_",
    "group_",
    "mode_",
    "modeShort_",
    "keys_",
    "does_",
    "accuracy_",
    "kind_",
    "sources_",
)
#: Accuracies are said by their own names.
BY_NAME = {"surveyed", "digitised", "schematic"}
SOURCES = {
    path: path.read_text(encoding="utf-8")
    for pattern in ("*.py", "*/*.py", "web/*.mjs", "web/templates/*.j2")
    for path in sorted(GEO.glob(pattern))
}


def test_every_word_has_one_place():
    assert len(KEYS) == sum(len(texts) for texts in english().sections.values())
    assert all(isinstance(text, str) and text.strip() for text in KEYS.values())


def test_whatever_is_asked_for_is_there_and_nothing_else_is():
    text = "\n".join(SOURCES.values())
    asked = set(re.findall(r"""\b(?:say|count|heading)\((?:story, )?["'](\w+)["']""", text))
    asked = {key for key in asked if not any(key == family for family in FAMILIES)}
    assert asked - {"nothing", "sources"} <= set(KEYS), "asked for and in no catalogue"
    for key in KEYS:
        named = re.search(rf"""["']{key}["']""", text) or any(key.startswith(family) for family in FAMILIES)
        assert named or key in BY_NAME, f"{key} is in the catalogue and nobody asks for it"


@pytest.mark.parametrize("template", ["cards.html.j2", "files.html.j2", "page.html.j2", "document.html.j2"])
def test_no_template_has_words_of_its_own(template):
    text = SOURCES[GEO / "web" / "templates" / template]
    assert not re.findall(r"\b(?:aria-label|title|alt|placeholder)=\"(?!\{\{)[^\"]*[A-Za-z]", text)
    text = re.sub(
        r"\{%.*?%\}|\{\{.*?\}\}|<style.*?</style>|<code>.*?</code>|<!DOCTYPE html>", "", text, flags=re.DOTALL
    )
    assert not re.findall(r"[A-Za-z]{2,}", re.sub(r"<[^>]*>", "", text))


@pytest.mark.parametrize(
    "module",
    [
        "compare",
        "document",
        "explore",
        "help",
        "panels",
        "paper",
        "state",
        "story",
        "strings",
        "slides",
        "timeline",
        "units",
    ],
)
def test_no_browser_module_has_words_of_its_own(module):
    text = re.sub(r"/\*.*?\*/|//[^\n]*", "", SOURCES[GEO / "web" / f"{module}.mjs"], flags=re.DOTALL)
    literals = re.findall(r'"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`', text)
    found = [re.sub(r"\$\{[^}]*\}", "", one or two) for one, two in literals]
    # A word of the interface begins with a capital; names of keys and of the web's own things have no second word.
    sentences = [text for text in found if re.search(r"^[A-Z][a-z]+ [a-z]+|[a-z]{3,} [a-z]{2,} [a-z]{2,}", text)]
    assert [
        text for text in sentences if not re.match(r"no words for|move zoom|zoomend move|[\w.-]+\(|.*[{}#\[=:;>]", text)
    ] == []


@pytest.mark.parametrize(
    "module",
    [
        "ui/chart",
        "ui/explore_page",
        "ui/explore_setup",
        "ui/slides_page",
        "export/atlas",
        "export/citation",
        "export/deck",
        "export/naming",
        "export/site",
        "export/slide",
    ],
)
def test_no_page_has_words_of_its_own(module):
    tree = ast.parse(SOURCES[GEO / f"{module}.py"])
    docstrings = {
        id(node.body[0].value) for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef)) and node.body
        and isinstance(node.body[0], ast.Expr)
    }  # fmt: skip
    texts = [
        re.sub(
            r"\nexport default function.*|`[^`]*`|<style>.*?</style>|<[^>]*>?|[\w-]+=[\"'][^\"']*[\"']?",
            "",
            node.value,
            flags=re.DOTALL,
        )
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
    ]
    assert [
        text for text in texts if re.search(r"(?<![\w{.-])[A-Z][a-z]+ [a-z]|[a-z]{3,} [a-z]{2,} [a-z]{2,}", text)
    ] == []


# -- another language ------------------------------------------------------------------------------------------------


def test_a_story_speaks_its_language_throughout(copied):
    write_pseudo(copied)
    story = load_story(copied)
    assert [warning for warning in story.warnings if "words" in warning.message] == []
    cards = re.sub(r' data-words="[^"]*"', "", render_cards(story, [("Explore", "explore")]))
    assert f' lang="{LANG}">' in cards
    for key, text in english().sections["cards"].items():
        words = re.split(r"\{\w+\}", text)
        told = [part.strip() for part in words if len(part.strip()) > 9]
        assert not [part for part in told if part in cards], key
    sentence = plain(describe(story, date(1901, 5, 9), date(1900, 1, 2)))
    assert sentence.startswith(pseudo("On {day}: {areas}.").split("{")[0] + "1901-05-09")
    assert pseudo("{km2} passed from {from} to {to}").split("{from}")[1].split("{")[0] in sentence


def test_the_shapes_of_a_deck_have_names_in_its_language(copied):
    def names(shapes):
        for shape in shapes:
            yield shape.name
            if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
                yield from names(shape.shapes)

    write_pseudo(copied)
    deck = Presentation(io.BytesIO(render_deck(load_story(copied))))
    found = {name for slide in deck.slides for name in names(slide.shapes)}
    english_words = {
        word for text in english().sections["shapes"].values() for word in re.findall(r"[A-Za-z]{4,}", text)
    } - {"unit", "controller", "name", "length", "title"}
    assert pseudo("Frame") in found
    assert {name for name in found if english_words & set(re.findall(r"[^\W\d_]+", name))} == set()


def test_what_a_language_lacks_is_english_and_told_once(copied):
    write_pseudo(copied)
    file = copied / "words" / f"{LANG}.yaml"
    file.write_text(re.sub(r"^  (legend|play|contents): .*\n", "", file.read_text(), flags=re.MULTILINE))
    story = load_story(copied)
    assert story.words.say("legend") == "Legend"
    assert story.words.say("timeline") == pseudo("Timeline")
    told = [warning.message for warning in story.warnings if warning.path == f"words/{LANG}.yaml"]
    assert told == ["3 words are missing and stay English: play, legend, contents"]


def test_a_language_without_a_file_is_a_warning(copied):
    file = copied / "narrative" / "story.yaml"
    file.write_text(file.read_text().replace("lang: en", "lang: fr"))
    story = load_story(copied)
    assert story.words.say("legend") == "Legend"
    assert story.words.day(date(2000, 2, 9)) == "9 février 2000"
    assert any("no words for 'fr'" in warning.message for warning in story.warnings)


def test_a_wrong_file_of_words_is_told_with_its_line(copied):
    write_pseudo(copied)
    (copied / "words" / f"{LANG}.yaml").write_text(
        "document:\n  legendd: Lég\n  on: Ón {date}\n  play:\n    - a\ncardz:\n  by: x\n"
    )
    with pytest.raises(StoryProblems) as found:
        load_story(copied)
    told = [str(problem) for problem in found.value.problems]
    assert told == [
        f"words/{LANG}.yaml:2: document: word 'legendd' is unknown; known: " + re.search(r"known: (.*)", told[0])[1],
        f"words/{LANG}.yaml:3: document: nothing fills in {{date}}; known: {{day}}",
        f"words/{LANG}.yaml:4: document: play must be a text",
        f"words/{LANG}.yaml:6: " + told[3].split(": ", 1)[1],
    ]
    assert "Did you mean 'legend'?" in told[0]
    assert "field 'cardz' is unknown" in told[3]


def test_a_language_counts_in_its_own_way(copied):
    write_pseudo(copied, "ru")
    file = copied / "words" / "ru.yaml"
    file.write_text(file.read_text().replace("figures:\n", 'figures:\n  sources_few: "{n} few"\n'))
    words = load_story(copied).words
    assert [words.count(n, "sources") for n in (3, 5)] == ["3 few", pseudo("{n} sources").replace("{n}", "5")]


def test_the_pseudo_language_is_longer_and_fills_in_the_same():
    for text in KEYS.values():
        assert placeholders(pseudo(text)) == placeholders(text)
    assert len(pseudo("Sources and method")) >= 1.3 * len("Sources and method")


def test_english_of_another_country_is_english(copied):
    file = copied / "narrative" / "story.yaml"
    file.write_text(file.read_text().replace("lang: en", "lang: en-GB"))
    story = load_story(copied)
    assert not any("words" in warning.message for warning in story.warnings)
    assert story.words.say("legend") == "Legend"
