"""A language that nobody speaks: English with accents, longer by two fifths. Whatever is not in it was never asked for."""

from __future__ import annotations

import json
import re
from pathlib import Path

from geo.language import english
from geo.story import load_story

LANG = "qps"
_ACCENTED = str.maketrans("aceinorsuyzACEINORSUYZ", "áćéíñóŕšúýžÁĆÉÍŃÓŔŠÚÝŽ")


def pseudo(text: str) -> str:
    """Return a text in the language; what is filled in stays as it is."""
    parts = re.split(r"(\{\w+\})", text)
    accented = "".join(part if part.startswith("{") else part.translate(_ACCENTED) for part in parts)
    letters = sum(char.isalpha() for char in re.sub(r"\{\w+\}", "", text))
    # Keys of the keyboard are what is printed on them; a figure's unit is no word either.
    return accented if letters < 4 else f"{accented}{'~' * max(1, letters * 2 // 5)}"


def write_words(story: Path, lang: str = LANG) -> None:
    """Put the interface's words in the language into a story's folder."""
    lines = []
    for section, texts in english().sections.items():
        lines.append(f"{section}:")
        lines += [f"  {key}: {_quoted(pseudo(text))}" for key, text in texts.items()]
    (story / "words").mkdir()
    (story / "words" / f"{lang}.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_pseudo(story: Path, lang: str = LANG) -> None:
    """Let a story be written in the language, as far as its interface goes."""
    write_words(story, lang)
    file = story / "narrative" / "story.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("lang: en", f"lang: {lang}"), encoding="utf-8")


def write_translation(folder: Path, lang: str = LANG) -> Path:
    """Translate a story that is in a folder, words and all; returns the folder of the translation."""
    write_words(folder, lang)
    story = load_story(folder)
    target = folder / "narrative" / lang
    target.mkdir()
    for step in story.steps:
        text = (folder / step.path).read_text(encoding="utf-8").split("---\n", 2)[2]
        label = f"date_label: {_quoted(pseudo(step.date_label))}\n" if step.date_label else ""
        head = f"id: {step.id}\ntitle: {_quoted(pseudo(step.title))}\n{label}section: {_quoted(pseudo(step.section))}\n"
        (target / Path(step.path).name).write_text(f"---\n{head}---\n{_prose(text)}", encoding="utf-8")
    groups = {
        "periods": {period.id: pseudo(period.label) for period in story.periods},
        "names": {form.id: pseudo(form.label) for form in story.name_forms},
        "voices": {kind: pseudo(word) for kind, word in story.voices.items()},
        "units": {id: pseudo(unit.name) for id, unit in story.units.items()},
        "timeline": [pseudo(span.label) for span in story.timeline],
        "controllers": {
            id: {"label": pseudo(c.label), "labels": [pseudo(old.label) for old in c.labels], "description": pseudo(c.description)}
            for id, c in story.controllers.items()
        },
        "layers": {
            id: {"title": pseudo(layer.title), "description": pseudo(layer.description)} for id, layer in story.layers.items()
        },
        "events": {id: {"what": pseudo(e.what), "note": pseudo(e.note)} for id, e in story.events.items()},
    }  # fmt: skip
    meta = {"title": pseudo(story.title), "subtitle": pseudo(story.subtitle), **groups}
    (target / "story.yaml").write_text(json.dumps(meta, ensure_ascii=False, indent=1), encoding="utf-8")
    return target


def _prose(text: str) -> str:
    """Translate a step's text and leave its notes, links and marks alone."""
    parts = re.split(r"(^\[\^.*$|\[\^[\w-]+\]|\]\([^)]*\)|\[!NOTE\])", text, flags=re.MULTILINE)
    return "".join(part if part.startswith(("[^", "](", "[!")) else part.translate(_ACCENTED) for part in parts)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
