"""A story in a language: the interface's words for it, from the engine's folder of languages or the story's own."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from .errors import Report, unknown
from .language import ENGLISH, WORDS, Words, english, placeholders
from .reading import Record, load_yaml

__all__ = ["load_words"]

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
