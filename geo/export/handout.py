"""The story on paper: each step with a map of its own, footnotes, and all sources at the end, as one PDF.

Typst flows text into pages: it is one wheel without system libraries, its PDFs are tagged, and it hyphenates. Words
reach it as data, never as its markup. The maps are the pictures' own drawings, as vectors with text as text.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from itertools import groupby
from math import log2
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import typst

from geo.errors import UnknownId, unknown
from geo.export.atlas import Atlas
from geo.export.image import render_swatch, render_vector_map, sheet_for
from geo.export.look import look
from geo.export.state import full_state
from geo.export.typeset import drawable
from geo.page import render_cards

if TYPE_CHECKING:
    from geo.export.look import Look
    from geo.export.scene import LegendRow, Scene
    from geo.model import State, Step, Story

__all__ = ["PAPERS", "check_paper", "handout_jobs", "render_handout"]

#: Sizes of paper, with Typst's names for them.
PAPERS = {"a4": "a4", "letter": "us-letter"}
#: CSS pixels of a step's map beside its legend, and of one that has the page's width to itself.
_BESIDE, _ALONE = (480.0, 360.0), (680.0, 400.0)
_TEMPLATE = Path(__file__).with_name("handout.typ")
#: Elements that say nothing on paper: they lead to something, open something, or lead back.
_LEFT_OUT = {"sm-hint", "sm-languages", "fn-back"}
_BLOCKS = {
    "aside", "blockquote", "caption", "dd", "details", "div", "dl", "dt", "footer", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hr", "li", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_VOID = {"br", "hr"}

#: A text, or an element as {tag, kids, …}.
Node = Any


def check_paper(text: str) -> str:
    """Return the size of paper that a word means.

    Raises
    ------
    UnknownId
        If there is none of that name; the text has the choices.
    """
    if text not in PAPERS:
        raise UnknownId(unknown("paper", text, PAPERS))
    return text


def handout_jobs(story: Story) -> int:
    """Return how many parts `render_handout` tells of."""
    return len(story.steps) + 1


def render_handout(
    story: Story, *, names: str | None = None, paper: str = "a4", tell: Callable[[str], None] = lambda _: None
) -> bytes:
    """Return the story as a PDF: title and contents, a page for each step with its map, sources and method.

    Parameters
    ----------
    story : Story
        Any story.
    names : str, optional
        The form of the places' names on all maps.
    paper : str
        One of `PAPERS`.
    tell : callable
        Gets the title of each step when its map is drawn, and of the whole at the end.

    Raises
    ------
    UnknownId
        If there is no such paper.
    """
    size = PAPERS[check_paper(paper)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = {**_whole(story), "paper": size, "sections": list(_Maps(story, folder, names).sections(tell))}
        _resolve_links(data)
        for node in _nodes(data["closing"]):
            if "url" in node:  # a reader of paper cannot follow a title
                node["printed"] = True
        text = json.dumps(data, ensure_ascii=False)
        (folder / "handout.json").write_text(text, encoding="utf-8")
        fonts = _fonts(all(char.isspace() or drawable(char) for char in set(text)))
        made = typst.Compiler(_TEMPLATE.read_bytes(), root=folder, font_paths=fonts).compile(
            format="pdf", pdf_standards="ua-1", timestamp=0
        )
    tell(story.title)
    assert isinstance(made, bytes)
    return made


@cache
def _fonts(ours_suffice: bool) -> typst.Fonts:
    """Return Typst's own reading face, and DejaVu for the maps and the scripts that it has not.

    The machine's fonts are asked only for a script that neither has, so that others get the same bytes everywhere.
    """
    return typst.Fonts(
        include_system_fonts=not ours_suffice, font_paths=[Path(mpl.get_data_path()) / "fonts" / "ttf"]
    )  # fmt: skip


# -- what the template reads -----------------------------------------------------------------------------------------


def _whole(story: Story) -> dict[str, Any]:
    tree = _parse(render_cards(story))
    style = look("print")
    return {
        "lang": story.lang, "title": story.title, "author": story.author, "subtitle": story.subtitle,
        "opening": [node for node in _find(tree, "sm-opening")["kids"] if node["tag"] != "h1"],
        "contents": _text(_find(tree, "sm-contents")["kids"][0]["kids"][0]["kids"][0]),
        "closing": _find(tree, "sm-closing")["kids"],
        "accuracy": story.words.say("accuracy") if story.units else "",
        "colors": {name: style.token(name) for name in ("ink", "muted", "rule", "accent")},
    }  # fmt: skip


class _Maps:
    """Draws the steps' maps into a folder; what several legends share is drawn once."""

    def __init__(self, story: Story, folder: Path, names: str | None) -> None:
        self.atlas, self.folder, self.names = Atlas(story), folder, names
        self.swatches: dict[object, str] = {}

    def sections(self, tell: Callable[[str], None]) -> Iterator[dict[str, Any]]:
        """Yield the sections of the story with their steps."""
        for title, steps in groupby(self.atlas.story.steps, key=lambda step: step.section):
            found = []
            for step in steps:
                found.append(self._step(step))
                tell(step.title)
            yield {"title": title, "steps": found}

    def _step(self, step: Step) -> dict[str, Any]:
        story = self.atlas.story
        state = full_state(story, step=step.id, names=self.names)
        scene = self._scene(state, _BESIDE)
        if not scene.legend:
            scene = self._scene(state, _ALONE)
        (self.folder / f"map-{step.id}.svg").write_bytes(render_vector_map(scene))
        legend = [
            {"swatch": self._swatch(row, scene.look), "title": row.title, "figures": row.figures}
            for row in scene.legend
        ]  # fmt: skip
        dated = state.date is not None and step.date_label
        return {
            "id": step.id, "title": step.title, "when": step.date_label, "body": _parse(step.html)["kids"],
            "notes": [item for part in _parse(step.footnotes_html)["kids"] for item in part["kids"]],
            "map": f"map-{step.id}.svg", "alt": scene.description, "caption": scene.caption, "legend": legend,
            "day": story.words.say("on", day=story.words.day(state.date)) if state.date and dated else "",
            "credits": scene.credits,
        }  # fmt: skip

    def _scene(self, state: State, size: tuple[float, float]) -> Scene:
        """Return a step's map so that it shows as much land as the picture of the step, which is larger."""
        view = state.view
        if view is not None and view.zoom is not None:
            state = replace(state, view=replace(view, zoom=view.zoom + log2(size[0] / sheet_for(16 / 9).map_width)))
        return self.atlas.scene(state, *size, palette="print")

    def _swatch(self, row: LegendRow, style: Look) -> str:
        shape = row.shape
        key = shape.fill, shape.hatch, shape.stripes, shape.stroke, shape.width, shape.dash, shape.cap
        if key not in self.swatches:
            self.swatches[key] = f"swatch-{len(self.swatches)}.svg"
            (self.folder / self.swatches[key]).write_bytes(render_swatch(row, style))
        return self.swatches[key]


# -- HTML into nodes -------------------------------------------------------------------------------------------------


class _Tree(HTMLParser):
    """Reads our own HTML, in which every element is closed, into nodes; white space is that of running text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[dict[str, Any]] = [{"tag": "", "classes": [], "kids": []}]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        node: dict[str, Any] = {"tag": tag, "classes": (given.get("class") or "").split(), "kids": []}
        node |= {key: given[key] for key in ("id", "href", "start") if given.get(key)}
        self.open[-1]["kids"].append(node)
        if tag not in _VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        text = data if any(node["tag"] == "pre" for node in self.open) else re.sub(r"\s+", " ", data)
        self.open[-1]["kids"].append(text)


def _parse(html: str) -> dict[str, Any]:
    tree = _Tree()
    tree.feed(html)
    tree.close()
    return _tidy(tree.open[0])


def _tidy(node: dict[str, Any]) -> dict[str, Any]:
    """Drop what says nothing on paper, and the white space between blocks."""
    kids = [kid for kid in node["kids"] if isinstance(kid, str) or not _LEFT_OUT & set(kid["classes"])]
    kids = [kid if isinstance(kid, str) else _tidy(kid) for kid in kids]
    blocks = any(not isinstance(kid, str) and kid["tag"] in _BLOCKS for kid in kids)
    return {**node, "kids": [kid for kid in kids if not (blocks and isinstance(kid, str) and not kid.strip())]}


def _nodes(node: Node) -> Iterator[dict[str, Any]]:
    """Yield the elements of a tree, the outer before the inner."""
    if isinstance(node, dict):
        if "kids" in node:
            yield node
        for value in node.values():
            yield from _nodes(value)
    elif isinstance(node, (list, tuple)):
        for item in node:
            yield from _nodes(item)


def _find(tree: Node, name: str) -> dict[str, Any]:
    return next(node for node in _nodes(tree) if name in node["classes"])


def _text(node: Node) -> str:
    return node if isinstance(node, str) else "".join(map(_text, node["kids"])).strip()


def _resolve_links(data: dict[str, Any]) -> None:
    """Let links within the paper lead to what is on it; others, such as a place's on the map, become plain text."""
    anchors = {node["id"] for node in _nodes(data) if node.get("id")} | set(_step_ids(data["sections"]))
    for node in _nodes(data):
        href = node.pop("href", "")
        if href.startswith("#"):
            if href[1:] in anchors:
                node["to"] = href[1:]
        elif href:
            node["url"] = href


def _step_ids(sections: Iterable[dict[str, Any]]) -> Iterator[str]:
    for section in sections:
        for step in section["steps"]:
            yield step["id"]
