"""A story in a language: the interface's words for it, and the story itself told once more beside the original.

A translation is a folder ``narrative/LANG`` with a file for each step and a ``story.yaml`` of what else is read. Days,
views, layers, log and sources stay the original's, so that no language can tell of another map.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from .errors import Report, UnknownId, unknown
from .language import ENGLISH, WORDS, Words, english, placeholders
from .model import Footnote, PeriodLabel, Step, Story
from .narrative import NARRATIVE, UNDATED, split_step
from .prose import Cited, render_prose
from .reading import Record, load_text, load_yaml
from .toponyms import is_tag

__all__ = ["in_language", "load_translations", "load_words"]

#: The other ways to count that languages have, beside one and other.
_COUNTS = ("zero", "one", "two", "few", "many", "other")


def load_words(report: Report, root: Path, lang: str) -> Words:
    """Return the interface's words in a language, English where it lacks any.

    A file ``words/LANG.yaml`` in the story's folder comes before one of the engine's. What is missing, or a language
    without a file, is a warning; a key that nobody asks for, or something filled in that nobody gives, is a problem.
    """
    name = f"{WORDS}/{lang}.yaml"
    engine = Path(str(files("geo")))
    if not (root / name).is_file():
        if lang.split("-")[0] == ENGLISH:
            return Words(lang, english().sections)
        if not (engine / name).is_file():
            report.warn(name, None, f"no words for '{lang}': the interface stays English; see docs/your-own-story.md")
            return Words(lang, english().sections)
        root = engine
    record = load_yaml(report, root, name)
    texts = {} if record is None else _parse_words(report, record)
    return english().over(lang, texts)


def _parse_words(report: Report, file: Record) -> dict[str, str]:
    sections = english().sections
    file.check_fields((), tuple(sections))
    texts: dict[str, str] = {}
    missing: list[str] = []
    for section, known in sections.items():
        record = file.record(section, optional=True)
        given = {} if record is None else {key: record.text(key) or "" for key in record.entries}
        missing += [key for key in known if not given.get(key)]
        for key, text in given.items():
            like = key if key in known else _counted(key, known)
            assert record is not None
            if like is None:
                record.problem(key, unknown("word", key, known))
            elif not placeholders(text) <= placeholders(known[like]):
                stranger = min(placeholders(text) - placeholders(known[like]))
                record.problem(key, f"nothing fills in {{{stranger}}}; known: {_listed(known[like])}")
            elif text:
                texts[key] = text
    if missing:
        report.warn(file.path, None, f"{len(missing)} words are missing and stay English: {', '.join(missing)}")
    return texts


def _counted(key: str, known: object) -> str | None:
    """Return the key of the other numbers, for a way to count that English has not."""
    stem, _, form = key.rpartition("_")
    other = f"{stem}_other"
    return other if form in _COUNTS and other in known else None  # type: ignore[operator]


def _listed(text: str) -> str:
    return ", ".join(sorted(f"{{{name}}}" for name in placeholders(text))) or "nothing"


# -- the story once more ---------------------------------------------------------------------------------------------

_STEP_FIELDS = ("id", "title"), ("date_label", "section")


def load_translations(report: Report, story: Story) -> dict[str, Story]:
    """Return the story in each language that it has been translated into, by the folders of ``narrative/``.

    What is missing is a warning, and the original stands in its place; what contradicts the original is a problem.
    """
    folder = story.path / NARRATIVE
    found: dict[str, Story] = {}
    for path in sorted(path for path in folder.iterdir() if path.is_dir() and any(path.glob("*"))):
        if not is_tag(path.name):
            report.problem(f"{NARRATIVE}/{path.name}", None, "the name is no language tag, such as fr or sr-Latn")
        elif path.name == story.lang:
            report.problem(f"{NARRATIVE}/{path.name}", None, "this is the story's own language, whose place is one up")
        else:
            found[path.name] = _Translation(report, story, path.name).story()
    languages = (story.lang, *found)
    return {lang: replace(told, languages=languages) for lang, told in found.items()}


def in_language(story: Story, lang: str | None) -> Story:
    """Return a story in one of its languages; without one, as it is.

    Raises
    ------
    UnknownId
        If it has not been translated into it; the text has the languages.
    """
    if lang is None or lang == story.lang:
        return story
    if lang not in story.translations:
        raise UnknownId(unknown("language", lang, story.languages))
    return story.translations[lang]


class _Translation:
    """One language of a story."""

    def __init__(self, report: Report, story: Story, lang: str) -> None:
        self.report, self.original, self.lang = report, story, lang
        self.folder = f"{NARRATIVE}/{lang}"
        self.words = load_words(report, story.path, lang)
        self.missing: list[str] = []

    def story(self) -> Story:
        name = f"{self.folder}/story.yaml"
        present = (self.original.path / name).is_file()
        meta = (load_yaml(self.report, self.original.path, name) if present else None) or Record(
            self.report, name, {}, None
        )
        meta.check_fields((), (
            "title", "subtitle", "periods", "names", "voices", "timeline", "controllers", "layers", "events", "units",
        ))  # fmt: skip
        steps = self._steps()
        original = self.original
        voices = self._labels(meta, "voices", original.voices)
        told = replace(
            original,
            lang=self.lang, words=self.words, steps=steps, sections=tuple(dict.fromkeys(s.section for s in steps)),
            title=self._text(meta, "title", original.title), subtitle=self._text(meta, "subtitle", original.subtitle),
            voices=voices, **self._named(meta), **self._described(meta),
            sources={
                id: replace(source, voice=voices.get(source.kind, source.voice))
                for id, source in original.sources.items()
            },
        )  # fmt: skip
        if self.missing:
            many = f"{len(self.missing)} texts are not translated, so the original's stand: {', '.join(self.missing)}"
            self.report.warn(name, None, many)
        return told

    # -- story.yaml ----------------------------------------------------------------------------------------------------

    def _text(self, record: Record, key: str, original: str, what: str = "") -> str:
        text = record.note(key)
        if not text and original:
            self.missing.append(what or key)
        return text or original

    def _labels(self, meta: Record, group: str, original: Mapping[str, str]) -> dict[str, str]:
        record = self._group(meta, group, original)
        return {id: self._text(record, id, text, f"{group} {id}") for id, text in original.items()}

    def _group(self, meta: Record, group: str, known: Iterable[str]) -> Record:
        record = meta.record(group, optional=True) or Record(self.report, meta.path, {}, None)
        record.check_fields((), tuple(known))
        return record

    def _named(self, meta: Record) -> dict[str, Any]:
        """Return what has one label: periods, forms of names, stretches of the timeline, pieces of land."""
        original = self.original
        periods = self._labels(meta, "periods", {period.id: period.label for period in original.periods})
        forms = self._labels(meta, "names", {form.id: form.label for form in original.name_forms})
        units = self._labels(meta, "units", {id: unit.name for id, unit in original.units.items()})
        labels = [entry.raw.strip() for entry in meta.items("timeline", optional=True) or []]
        spans = original.timeline
        if labels and len(labels) != len(spans):
            meta.problem("timeline", f"the timeline has {len(spans)} stretches; here are {len(labels)} labels")
        elif not labels and any(span.label for span in spans):
            self.missing.append("timeline")
        return {
            "periods": tuple(replace(period, label=periods[period.id]) for period in original.periods),
            "name_forms": tuple(replace(form, label=forms[form.id]) for form in original.name_forms),
            "units": {id: replace(unit, name=units[id]) for id, unit in original.units.items()},
            "timeline": tuple(
                replace(span, label=label) for span, label in zip(spans, labels, strict=True)
            ) if len(labels) == len(spans) else spans,
        }  # fmt: skip

    def _described(self, meta: Record) -> dict[str, Any]:
        """Return what has several texts: controllers, layers and events."""
        original = self.original
        controllers = dict(original.controllers)
        for id, record in self._records(meta, "controllers", controllers, ("label", "labels", "description")):
            one = controllers[id]
            earlier = [entry.raw.strip() for entry in record.items("labels", optional=True) or []]
            if len(earlier) != len(one.labels):
                if earlier:
                    record.problem("labels", f"{len(earlier)} labels; the original has {len(one.labels)}")
                self.missing += [f"controllers {id} labels"] if not earlier else []
                earlier = [label.label for label in one.labels]
            controllers[id] = replace(
                one, label=self._text(record, "label", one.label, f"controllers {id} label"),
                labels=tuple(PeriodLabel(text, old.until) for text, old in zip(earlier, one.labels, strict=True)),
                description=self._text(record, "description", one.description, f"controllers {id} description"),
            )  # fmt: skip
        layers = dict(original.layers)
        for id, record in self._records(meta, "layers", layers, ("title", "description")):
            layers[id] = replace(
                layers[id], title=self._text(record, "title", layers[id].title, f"layers {id} title"),
                description=self._text(record, "description", layers[id].description, f"layers {id} description"),
            )  # fmt: skip
        events = dict(original.events)
        for id, record in self._records(meta, "events", events, ("what", "note")):
            events[id] = replace(
                events[id], what=self._text(record, "what", events[id].what, f"events {id}"),
                note=self._text(record, "note", events[id].note, f"events {id} note"),
            )  # fmt: skip
        return {"controllers": controllers, "layers": layers, "events": events}

    def _records(
        self, meta: Record, group: str, known: Mapping[str, Any], fields: tuple[str, ...]
    ) -> list[tuple[str, Record]]:
        found = self._group(meta, group, known)
        records = []
        for id in known:
            record = found.record(id, optional=True) or Record(self.report, meta.path, {}, None)
            record.check_fields((), fields)
            records.append((id, record))
        return records

    # -- steps ---------------------------------------------------------------------------------------------------------

    def _steps(self) -> tuple[Step, ...]:
        found: dict[str, Step] = {}
        for path in sorted((self.original.path / self.folder).glob("*.md")):
            name = f"{self.folder}/{path.name}"
            text = load_text(self.report, self.original.path, name)
            step = None if text is None else self._step(name, text)
            if step is not None:
                if step.id in found:
                    self.report.problem(name, 2, f"step '{step.id}' stands in {found[step.id].path} as well")
                found[step.id] = step
        for step in self.original.steps:
            if step.id not in found:
                self.report.warn(self.folder, None, f"step '{step.id}' is not translated; the original stands")
                mark = f'<p class="untranslated">{html.escape(self.words.say("untranslated"))}</p>\n'
                found[step.id] = replace(step, html=mark + step.html, lang=self.original.lang)
        return tuple(found[step.id] for step in self.original.steps)

    def _step(self, name: str, text: str) -> Step | None:
        parts = split_step(self.report, name, text)
        if parts is None:
            return None
        record, body, line = parts
        record.check_fields(*_STEP_FIELDS)
        id, title = record.id("id"), record.text("title")
        original = self.original.step(id or "")
        if original is None or not title:
            if id and original is None:
                record.problem("id", unknown("step", id, [step.id for step in self.original.steps]))
            return None
        cited = Cited(self.original.places, self.original.sources, self.original.works, self.words)
        prose = render_prose(self.report, name, body, line, original.id, cited)
        self._check_footnotes(name, original.footnotes, prose.footnotes)
        printed = "" if original.date == UNDATED else self.words.day(original.date)
        if original.date_label != self.original.words.day(original.date) and original.date_label:
            printed = ""  # the original says it in words of its own
        label = record.note("date_label") or printed
        if not label and original.date_label:
            record.warn("title", f"date_label is not translated; the original says “{original.date_label}”")
        section = record.note("section")
        if original.section and not section:
            record.warn("title", f"section is not translated; the original says “{original.section}”")
        return replace(
            original, title=title, date_label=label or original.date_label, section=section or original.section,
            html=prose.html, footnotes_html=prose.footnotes_html, footnotes=prose.footnotes, places=prose.places,
            words=prose.words, claims=prose.claims, sourced_claims=prose.sourced_claims, path=name,
        )  # fmt: skip

    def _check_footnotes(self, name: str, original: Iterable[Footnote], translated: Iterable[Footnote]) -> None:
        """Hold a translation to the original's notes: the same ones, citing the same."""
        ours, theirs = ({note.label: note for note in notes} for notes in (translated, original))
        for label in theirs.keys() - ours.keys():
            self.report.problem(name, None, f"footnote [^{label}] of the original is missing")
        for label, note in ours.items():
            if label not in theirs:
                self.report.problem(name, None, f"footnote [^{label}] is not in the original")
            elif {*note.sources, *note.works} != {*theirs[label].sources, *theirs[label].works}:
                cited = ", ".join(sorted({*theirs[label].sources, *theirs[label].works})) or "nothing"
                self.report.problem(name, None, f"footnote [^{label}] cites something else; the original cites {cited}")
