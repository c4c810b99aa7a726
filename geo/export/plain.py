"""The narrative without a browser: its paragraphs as runs of text, for slides, notes and whoever else reads plain."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geo.model import Footnote, Step, Story

__all__ = ["Paragraph", "Run", "first_sentences", "footnote_line", "plain_text", "step_notes", "step_paragraphs"]


@dataclass(frozen=True)
class Run:
    """A piece of a paragraph: its words, or the number of a footnote."""

    text: str
    footnote: bool = False


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, heading, item or quotation; `note` for what stands in a note beside the text."""

    runs: tuple[Run, ...]
    kind: str = "p"
    note: bool = False

    def plain(self, *, footnotes: bool = True) -> str:
        """Return it as one line; footnotes as ``[1]``."""
        return "".join(
            f"[{run.text}]" if run.footnote else run.text for run in self.runs if footnotes or not run.footnote
        )


class _Reader(HTMLParser):
    """Reads the HTML that the narrative was made into: sanitised, so only its own few tags occur."""

    _BLOCKS = frozenset({"p", "li", "h3", "h4", "blockquote", "td", "th"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Paragraph] = []
        self.runs: list[Run] = []
        self.kinds: list[str] = []
        self.asides = 0
        self.in_footnote = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._BLOCKS:
            self._close()
            self.kinds.append(tag)
        self.asides += tag == "aside"
        self.in_footnote = self.in_footnote or tag == "sup"

    def handle_endtag(self, tag: str) -> None:
        if tag in self._BLOCKS:
            self._close()
            self.kinds = self.kinds[:-1]
        self.asides -= tag == "aside"
        if tag == "sup":
            self.in_footnote = False

    def handle_data(self, data: str) -> None:
        text = re.sub(r"\s+", " ", data)
        if text:
            self.runs.append(Run(text, self.in_footnote))

    def _close(self) -> None:
        if any(run.text.strip() for run in self.runs):
            first, *rest = self.runs
            runs = [Run(first.text.lstrip(), first.footnote), *rest]
            runs[-1] = Run(runs[-1].text.rstrip(), runs[-1].footnote)
            self.found.append(Paragraph(tuple(runs), self.kinds[-1] if self.kinds else "p", self.asides > 0))
        self.runs = []


def _paragraphs(html: str) -> tuple[Paragraph, ...]:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader._close()
    return tuple(reader.found)


def plain_text(html: str) -> str:
    """Return the words of a piece of HTML, as one line.

    Examples
    --------
    >>> plain_text("<p>One &amp; <em>two</em></p>")
    'One & two'
    """
    return " ".join(paragraph.plain() for paragraph in _paragraphs(html))


def step_paragraphs(step: Step) -> tuple[Paragraph, ...]:
    """Return the paragraphs of a step, those of its notes marked as such."""
    return _paragraphs(step.html)


def first_sentences(paragraphs: tuple[Paragraph, ...], most: int) -> tuple[Run, ...]:
    """Return as many whole sentences of the text as fit into `most` characters, their footnotes with them; one at least."""  # noqa: E501
    chosen: list[Run] = []
    count = 0
    for sentence in _sentences([p for p in paragraphs if not p.note and p.kind in ("p", "li", "blockquote")]):
        length = sum(len(run.text) for run in sentence)
        if chosen and count + length > most:
            break
        chosen += sentence
        count += length
    return tuple(chosen)


def _sentences(paragraphs: list[Paragraph]) -> list[list[Run]]:
    found: list[list[Run]] = []
    for paragraph in paragraphs:
        sentence: list[Run] = []
        for run in paragraph.runs:
            if run.footnote:
                (sentence or (found[-1] if found else sentence)).append(run)
                continue
            if not run.text.strip():
                sentence.append(run)
                continue
            *whole, rest = re.split(r"(?<=[.!?…][”’\"])\s+|(?<=[.!?…])\s+(?=[“‘\"A-ZА-ЯԱ-Ֆ])", run.text)
            for part in whole:
                if part:
                    found.append([*sentence, Run(part)])
                    sentence = []
            if rest.strip():
                begins = not sentence
                sentence.append(Run(rest.lstrip() if begins and whole else rest))
            elif whole:
                sentence = []
            if re.search(r"[.!?…][”’\"]?$", rest.rstrip()) and run is not paragraph.runs[-1]:
                found.append(sentence)
                sentence = []
        if sentence:
            found.append(sentence)
    # A space before each sentence but the first.
    return [
        [Run((" " if i and not sentence[0].text.startswith(" ") and not sentence[0].footnote else "")
             + sentence[0].text, sentence[0].footnote), *sentence[1:]]
        for i, sentence in enumerate(s for s in found if any(run.text.strip() for run in s))
    ]  # fmt: skip


def footnote_line(note: Footnote) -> str:
    """Return a footnote as one line with its number."""
    return f"{note.number}. {plain_text(note.html)}"


def step_notes(story: Story, step: Step) -> str:
    """Return all of a step for who speaks: the narrative, its notes, and every footnote with the address of its source."""  # noqa: E501
    lines = [f"{step.title} ({step.date_label})", ""]
    lines += [paragraph.plain() for paragraph in step_paragraphs(step)]
    if step.footnotes:
        lines += ["", story.words.say("sources")]
        for note in step.footnotes:
            addresses = [story.sources[id].url for id in note.sources] + [story.works[id].url for id in note.works]
            lines.append(" ".join([footnote_line(note), *filter(None, addresses)]))
    return "\n".join(lines)
