"""What the pages send to every reader alike, prepared once: bytes, digest, compression, headers.

An asset's address holds its digest, so a browser may keep it for ever and never asks again.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass
from functools import cached_property

import brotli

from geo.browser import WEB, web_text
from geo.map import content_security_policy, render_document
from geo.model import Story
from geo.page import FONT_FACES, PAGE_STYLES, explore_module, font_css, page_module, render_cards, slides_module
from geo.poster import poster_element
from geo.state import default_state
from geo.ui.chart import steps_picture
from geo.ui.explore_setup import explore_setup

#: The app's pages beside the story: the word for each is also its address.
OTHER_PAGES = ("explore", "slides")


def other_pages(story: Story) -> tuple[tuple[str, str], ...]:
    """Return the pages that a story has: without control there are no days to explore."""
    pages = OTHER_PAGES if story.units else OTHER_PAGES[1:]
    query = "" if story.lang == story.original else f"?lang={story.lang}"
    return tuple((story.words.say(page), page + query) for page in pages)


FOREVER = "public, max-age=31536000, immutable"

#: Of 11; the two above it take 20 times as long for another 6 per cent.
BROTLI_QUALITY = 9


@dataclass(frozen=True)
class Asset:
    """One thing to serve: its name, media type, bytes and extra headers."""

    name: str
    media_type: str
    content: bytes
    headers: tuple[tuple[str, str], ...] = ()

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()[:16]

    @property
    def path(self) -> str:
        """Address below the app's root, without a leading slash, so that any base path works."""
        return f"storymap/{self.digest}/{self.name}"

    def compressed(self, encoding: str) -> bytes:
        """The content as ``br`` or ``gzip``, made once and kept."""
        return self._brotli if encoding == "br" else self._gzip

    @cached_property
    def _gzip(self) -> bytes:
        return gzip.compress(self.content, 9, mtime=0)

    @cached_property
    def _brotli(self) -> bytes:
        return brotli.compress(self.content, quality=BROTLI_QUALITY)


def _document(text: str) -> Asset:
    """A map document; without frame-ancestors anybody may frame it: an asterisk leaves out decks opened from a file."""
    policy = ("Content-Security-Policy", content_security_policy(text))
    return Asset("map.html", "text/html; charset=utf-8", text.encode(), (policy,))


class StoryAssets:
    """All assets of one story."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.document = _document(render_document(story))
        cards = render_cards(story, other_pages(story), story.languages)
        self.cards = Asset("cards.html", "text/html; charset=utf-8", cards.encode())
        self.module = Asset("story.mjs", "text/javascript; charset=utf-8", page_module().encode())
        self.fonts = [
            Asset(f"{name}.woff2", "font/woff2", (WEB / "fonts" / f"{name}.woff2").read_bytes())
            for name, *_ in FONT_FACES
        ]
        paths = {font.name.removesuffix(".woff2"): f"../../{font.path}" for font in self.fonts}
        style = font_css(paths) + "".join(map(web_text, PAGE_STYLES))
        self.style = Asset("story.css", "text/css; charset=utf-8", style.encode())

        self.explore_module = Asset("explore.mjs", "text/javascript; charset=utf-8", explore_module().encode())
        explore_style = font_css(paths) + web_text("tokens.css") + web_text("explore.css")
        self.explore_style = Asset("explore.css", "text/css; charset=utf-8", explore_style.encode())
        setup = json.dumps(explore_setup(story), ensure_ascii=False) if story.units else "{}"
        self.explore_setup = Asset("explore.json", "application/json", setup.encode())
        self.chart = Asset("chart.svg", "image/svg+xml", (steps_picture(story) if story.units else "").encode())

        self.slides_module = Asset("slides.mjs", "text/javascript; charset=utf-8", slides_module().encode())
        slides_style = font_css(paths) + web_text("tokens.css") + web_text("slides.css")
        self.slides_style = Asset("slides.css", "text/css; charset=utf-8", slides_style.encode())

    @property
    def story_parts(self) -> dict[str, str]:
        """Addresses of what the Story page is put together from."""
        return {
            "module": self.module.path, "style": self.style.path, "cards": self.cards.path,
            "document": self.document.path,
        }  # fmt: skip

    @cached_property
    def embed(self) -> Asset:
        """What a page of somebody else frames, where its address asks for nothing else; made when first asked for."""
        return _document(render_document(self.story, poster=poster_element(self.story, default_state(self.story))))

    @cached_property
    def _translated(self) -> dict[str, StoryAssets]:
        """The same in the story's other languages, made when the first of them is asked for."""
        return {lang: StoryAssets(told) for lang, told in self.story.translations.items()}

    def in_language(self, lang: str | None) -> StoryAssets:
        """Return the assets in a language; in the story's own for one that it has not, which the map then says."""
        return self._translated[lang] if lang and lang in self.story.translations else self

    def __iter__(self):
        yield from (self.document, self.cards, self.module, self.style, *self.fonts)
        yield from (self.slides_module, self.slides_style)
        yield from (self.explore_module, self.explore_style, self.explore_setup, self.chart)
        for other in self._translated.values():
            yield from other
        yield self.embed
