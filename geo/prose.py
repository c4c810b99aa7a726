"""Markdown in, safe HTML out: claims with anchors, footnotes, place links and callouts.

The pipeline is source → tokens → HTML. What an author writes is never HTML: raw HTML shows as the text it is, and what
comes out of the renderer is sanitised once more before anybody inserts it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from .errors import Report, guess, unknown
from .language import Words, english
from .model import Footnote, Source, Work

__all__ = ["Cited", "Prose", "render_prose", "render_source", "render_work"]

_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*\Z")
_CITED = re.compile(r"(?<![\w@.])@([A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?)")
_CALLOUT = re.compile(r"\[!(\w+)\][ \t]*(.*)\Z")
_EMPHASIS = re.compile(r"\*([^*]+)\*")
_EXTERNAL = 'rel="noopener noreferrer" target="_blank"'
_CALLOUTS = ("NOTE",)

_TAGS = {
    "a", "aside", "blockquote", "br", "cite", "code", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre",
    "span", "strong", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title", "class", "id", "role", "rel", "target", "aria-describedby", "aria-label", "data-place"},
    "aside": {"class", "id", "role", "aria-labelledby"},
    "cite": {"class", "data-work", "data-source"},
    "h3": {"id"}, "li": {"id"}, "p": {"id"}, "ol": {"class", "start"},
    "span": {"class"}, "sup": {"class"}, "td": {"style"}, "th": {"style"},
}  # fmt: skip

# Raw HTML stays off (`html: False`), and so do autolinks of bare words: a step says what it links.
_MARKDOWN = (
    MarkdownIt("commonmark", {"html": False}).enable("table").use(
        footnote_plugin, inline=False, move_to_end=False, always_match_refs=True
    )
)  # fmt: skip
# Which links are good is for `_link` to say, with file and line: the parser would leave a bad one standing as text.
_MARKDOWN.validateLink = lambda url: True  # type: ignore[method-assign]


@dataclass
class Cited:
    """What a text may refer to, and what of it has been used so far."""

    places: Iterable[str]
    sources: Mapping[str, Source]
    works: Mapping[str, Work]
    words: Words = field(default_factory=english)
    used_sources: set[str] = field(default_factory=set)
    used_works: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Prose:
    """A rendered text; the fields are those of `geo.model.Step`."""

    html: str
    footnotes_html: str
    footnotes: tuple[Footnote, ...]
    places: tuple[str, ...]
    words: int
    claims: int
    sourced_claims: int


@dataclass
class _Note:
    label: str
    line: int
    tokens: list[Token]
    number: int = 0
    references: int = 0
    sources: list[str] = field(default_factory=list)
    works: list[str] = field(default_factory=list)


def render_prose(report: Report, path: str, text: str, first_line: int, step: str, cited: Cited) -> Prose:
    """Return the HTML of a step's body.

    Parameters
    ----------
    report : Report
        Where problems go: footnotes without a definition or never used, unknown places and works, pictures.
    path, text, first_line : str, str, int
        The file, the markdown, and the line of the file on which it begins.
    step : str
        The id of the step; all anchors begin with it, so that several steps can stand on one page.
    cited : Cited
        The places, sources and works of the story.

    Notes
    -----
    Each paragraph, list item and quotation has the anchor ``<step>-p<k>``, counted from 1. A reference has
    ``fnref-<step>-<label>-<n>``, its note ``fn-<step>-<label>``.
    """
    return _Rendering(report, path, text, first_line, step, cited).render()


def render_source(source: Source) -> str:
    """Return a source as HTML: title with its link, publisher, and whose voice it is in words."""
    title = html.escape(source.title)
    if source.url:
        title = f'<a href="{html.escape(source.url)}" {_EXTERNAL}>{title}</a>'
    publisher = f", {html.escape(source.publisher)}" if source.publisher else ""
    voice = f' <span class="voice">({html.escape(source.voice)})</span>'
    return f'<cite class="source" data-source="{html.escape(source.id)}">{title}</cite>{publisher}{voice}'


def render_work(work: Work) -> str:
    """Return the citation of a work as HTML, linked if it has an address; ``*…*`` is emphasis."""
    text = _EMPHASIS.sub(r"<em>\1</em>", html.escape(work.citation))
    if work.url:
        text = f'<a href="{html.escape(work.url)}" {_EXTERNAL}>{text}</a>'
    return f'<cite class="work" data-work="{html.escape(work.id)}">{text}</cite>'


class _Rendering:
    """One text on its way; it holds what the passes over the tokens share."""

    def __init__(self, report: Report, path: str, text: str, first_line: int, step: str, cited: Cited) -> None:
        self.report, self.path, self.first_line = report, path, first_line
        self.step, self.cited = step, cited
        self.text = text
        self.lines = text.split("\n")
        self.known_places = set(cited.places)
        self.notes: dict[str, _Note] = {}
        self.order: list[_Note] = []
        self.places: list[str] = []
        self.env: dict[str, object] = {}
        self.words = self.claims = self.sourced = self.callouts = 0

    def render(self) -> Prose:
        tokens = self._take_definitions(_MARKDOWN.parse(self.text, self.env))
        tokens = self._open_callouts(tokens)
        for token in tokens:
            if token.type == "inline":
                self._inline(token, in_note=None)
                self.words += len(re.findall(r"\w[\w'’-]*", _plain_text(token)))
            elif token.type == "heading_open" and token.tag in ("h1", "h2"):
                self._problem(
                    token, None, "a heading within a step is ### or smaller: the step's title is the heading above"
                )
        self._anchor_claims(tokens)
        for note in list(self.order):
            for token in note.tokens:
                if token.type == "inline":
                    self._inline(token, in_note=note)
        for note in self.notes.values():
            if not note.number:
                self.report.problem(self.path, note.line, f"footnote [^{note.label}] is defined and never used")
        footnotes = tuple(self._footnote(note) for note in self.order)
        return Prose(
            html=_clean(self._html(tokens)),
            footnotes_html=self._list(footnotes),
            footnotes=footnotes,
            places=tuple(self.places),
            words=self.words,
            claims=self.claims,
            sourced_claims=self.sourced,
        )

    # -- passes ------------------------------------------------------------------------------------------------------

    def _take_definitions(self, tokens: list[Token]) -> list[Token]:
        """Move the definitions of footnotes out of the text into `notes`."""
        rest: list[Token] = []
        note: _Note | None = None
        for token in tokens:
            if token.type == "footnote_reference_open":
                label, line = token.meta["label"], self._line(token)
                note = _Note(label, line, [])
                if not _LABEL.match(label):
                    self.report.problem(self.path, line, f"footnote label '{label}' may have a–z, 0–9, - and _ only")
                if label in self.notes:
                    first = self.notes[label].line
                    self.report.problem(
                        self.path, line, f"footnote [^{label}] is defined twice; the first is in line {first}"
                    )
                else:
                    self.notes[label] = note
            elif token.type == "footnote_reference_close":
                note = None
            elif note is not None:
                note.tokens.append(token)
            else:
                rest.append(token)
        return rest

    def _open_callouts(self, tokens: list[Token]) -> list[Token]:
        """Make an aside with a heading of each quotation that begins with ``[!NOTE]``."""
        result: list[Token] = []
        stack: list[bool] = []
        index = 0
        while index < len(tokens):
            token = tokens[index]
            if token.type == "blockquote_open":
                callout = self._callout_title(tokens, index)
                stack.append(callout is not None)
                if callout is not None:
                    result += callout
                    paragraph = tokens[index + 2]
                    if not paragraph.children:  # the title was the whole paragraph
                        index += 4
                        continue
                    result += tokens[index + 1 : index + 4]
                    index += 4
                    continue
            elif token.type == "blockquote_close" and stack.pop():
                token.tag = "aside"
            result.append(token)
            index += 1
        return result

    def _callout_title(self, tokens: list[Token], index: int) -> list[Token] | None:
        inline = tokens[index + 2] if index + 2 < len(tokens) else None
        if inline is None or tokens[index + 1].type != "paragraph_open" or inline.type != "inline":
            return None
        first, _, rest = inline.content.partition("\n")
        match = _CALLOUT.match(first)
        if not match:
            return None
        kind, title = match.groups()
        if kind not in _CALLOUTS:
            self._problem(inline, f"[!{kind}]", unknown("callout", kind, _CALLOUTS))
        if not title:
            self._problem(
                inline, f"[!{kind}]", f"the callout has no title; write > [!{_CALLOUTS[0]}] and the title after it"
            )
        if inline.map:
            inline.map = [inline.map[0] + 1, inline.map[1]]
        inline.content = rest
        inline.children = self._parse_inline(rest) if rest.strip() else []
        self.callouts += 1
        id = f"{self.step}-note{self.callouts}"
        opened = tokens[index]
        opened.tag = "aside"
        opened.attrs = {"class": "note", "role": "note", "aria-labelledby": id}
        heading = Token("heading_open", "h3", 1, attrs={"id": id}, block=True)
        words = Token("inline", "", 0, content=title, children=self._parse_inline(title), map=opened.map, block=True)
        return [opened, heading, words, Token("heading_close", "h3", -1, block=True)]

    def _parse_inline(self, text: str) -> list[Token]:
        return _MARKDOWN.parseInline(text, self.env)[0].children or []

    def _inline(self, token: Token, in_note: _Note | None) -> None:
        """Replace references, place links and citations among the children of an inline token."""
        children: list[Token] = []
        for child in token.children or []:
            if child.type == "footnote_ref":
                children.append(self._reference(token, child, in_note))
                continue
            if child.type == "image":
                self._problem(token, "![", "pictures cannot be shown in a step; describe what is seen")
                continue
            if child.type == "link_open":
                self._link(token, child)
            elif child.type == "text" and in_note is not None and "@" in child.content:
                children += self._citations(token, child, in_note)
                continue
            children.append(child)
        token.children = children

    def _reference(self, token: Token, child: Token, in_note: _Note | None) -> Token:
        label = child.meta["label"]
        if in_note is not None:
            self._problem(token, f"[^{label}]", f"footnote [^{in_note.label}] refers to another footnote")
            return _raw("")
        note = self.notes.get(label)
        if note is None and label in self.cited.sources:
            note = self.notes[label] = _Note(label, self._line(token), _MARKDOWN.parse(f"@{label}"))
        if note is None:
            if self.report.is_spoilt("source", label):
                return _raw("")
            near = guess(label, [*self.notes, *self.cited.sources])
            self._problem(
                token,
                f"[^{label}]",
                f"footnote [^{label}] has no definition and is no source of layers/sources.csv.{near}",
            )
            return _raw("")
        if not note.number:
            self.order.append(note)
            note.number = len(self.order)
        note.references += 1
        slug = f"{self.step}-{html.escape(label)}"
        return _raw(
            f'<sup class="fn-ref"><a id="fnref-{slug}-{note.references}" href="#fn-{slug}" role="doc-noteref" '
            f'aria-describedby="fn-{slug}">{note.number}</a></sup>'
        )

    def _link(self, token: Token, child: Token) -> None:
        href = str(child.attrGet("href") or "")
        if href.startswith("place:"):
            place = href.removeprefix("place:")
            if place not in self.known_places:
                if self.report.is_spoilt("place", place):
                    return
                self._problem(token, href, unknown("place", place, self.cited.places))
                return
            child.attrs = {"class": "place", "data-place": place, "href": f"#place-{place}"}
            if place not in self.places:
                self.places.append(place)
        elif href.startswith(("http://", "https://")):
            child.attrs = {"href": href, "rel": "noopener noreferrer", "target": "_blank"}
        elif not href.startswith(("#", "mailto:")):
            self._problem(
                token,
                href,
                f"link '{href}' leads nowhere; a link is https://…, place:id of a place, or # and an anchor",
            )

    def _citations(self, token: Token, child: Token, note: _Note) -> list[Token]:
        parts: list[Token] = []
        end = 0
        for match in _CITED.finditer(child.content):
            key = match[1]
            if key in self.cited.works:
                rendered = render_work(self.cited.works[key])
                self.cited.used_works.add(key)
                note.works.append(key)
            elif key in self.cited.sources:
                rendered = render_source(self.cited.sources[key])
                self.cited.used_sources.add(key)
                note.sources.append(key)
            else:
                if not self.report.is_spoilt("work source", key):
                    self._problem(token, f"@{key}", unknown("work", key, [*self.cited.works, *self.cited.sources]))
                continue
            parts += [
                _text(child.content[end : match.start()]),
                _raw(_unstopped(rendered, child.content[match.end() :])),
            ]
            end = match.end()
        return [*parts, _text(child.content[end:])]

    def _anchor_claims(self, tokens: list[Token]) -> None:
        """Give each claim its anchor, and warn of one that carries no footnote."""
        items: list[Token] = []
        for index, token in enumerate(tokens):
            if token.type == "list_item_open":
                items.append(token)
            elif token.type == "list_item_close":
                items.pop()
            elif token.type == "paragraph_open":
                inline = tokens[index + 1]
                self.claims += 1
                # In a tight list the paragraph is hidden: the item carries the anchor.
                (items[-1] if token.hidden and items else token).attrSet("id", f"{self.step}-p{self.claims}")
                if any("fn-ref" in child.content for child in inline.children or [] if child.type == "html_inline"):
                    self.sourced += 1
                elif not _introduces(inline, tokens[index + 3 : index + 4]):
                    words = " ".join(_plain_text(inline).split()[:6])
                    self.report.warn(self.path, self._line(inline), f"unsourced claim, no footnote: “{words} …”")

    # -- output ------------------------------------------------------------------------------------------------------

    def _html(self, tokens: list[Token]) -> str:
        return _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, self.env).strip()

    def _footnote(self, note: _Note) -> Footnote:
        tokens = note.tokens
        if len(tokens) == 3 and tokens[0].type == "paragraph_open":
            tokens[0].hidden = tokens[2].hidden = True  # one paragraph needs no tags within its list item
        return Footnote(
            label=note.label, number=note.number, html=_clean(self._html(tokens)),
            sources=tuple(dict.fromkeys(note.sources)), works=tuple(dict.fromkeys(note.works)),
            references=note.references,
        )  # fmt: skip

    def _list(self, footnotes: tuple[Footnote, ...]) -> str:
        if not footnotes:
            return ""
        items = []
        for note in footnotes:
            slug = f"{self.step}-{note.label}"
            back = " ".join(
                f'<a class="fn-back" href="#fnref-{slug}-{n}" role="doc-backlink" '
                f'aria-label="{html.escape(self._back(note, n))}">↩</a>'
                for n in range(1, note.references + 1)
            )
            items.append(f'<li id="fn-{slug}">{note.html} {back}</li>')
        return _clean('<ol class="footnotes">\n' + "\n".join(items) + "\n</ol>")

    def _back(self, note: Footnote, place: int) -> str:
        key = "backToReference" if note.references == 1 else "backToPlace"
        return self.cited.words.say(key, n=note.number, place=place)

    def _problem(self, token: Token, needle: str | None, message: str) -> None:
        self.report.problem(self.path, self._line(token, needle), message)

    def _line(self, token: Token, needle: str | None = None) -> int:
        """Return the line of the file on which a block begins, or on which it has `needle`."""
        start, end = token.map or (0, 0)
        for number in range(start, min(end, len(self.lines))):
            if needle and needle in self.lines[number]:
                return self.first_line + number
        return self.first_line + start


def _introduces(inline: Token, following: list[Token]) -> bool:
    """Return whether a paragraph only announces the list, quotation or table after it, which has the footnotes."""
    opens = ("blockquote_open", "bullet_list_open", "ordered_list_open", "table_open")
    return inline.content.rstrip().endswith(":") and bool(following) and following[0].type in opens


def _plain_text(inline: Token) -> str:
    return "".join(
        " " if child.type in ("softbreak", "hardbreak") else child.content
        for child in inline.children or [] if child.type in ("text", "code_inline", "softbreak", "hardbreak")
    )  # fmt: skip


def _unstopped(rendered: str, after: str) -> str:
    """Drop the full stop that ends a citation if the sentence goes on after it."""
    if after[:1] in (",", ";", ".", ":"):
        return re.sub(r"\.((?:</\w+>)+)\Z", r"\1", rendered)
    return rendered


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _raw(content: str) -> Token:
    return Token("html_inline", "", 0, content=content)


def _clean(text: str) -> str:
    return nh3.clean(
        text, tags=_TAGS, attributes=_ATTRIBUTES, link_rel=None, url_schemes={"http", "https", "mailto"}
    )  # fmt: skip
