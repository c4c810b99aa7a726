"""What the pages send to every reader alike, prepared once: bytes, digest, compression, headers.

An asset's address holds its digest, so a browser may keep it for ever and never asks again.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cached_property

from geo.map import WEB, render_document, web_text
from geo.model import Story
from geo.page import page_module, render_cards

FOREVER = "public, max-age=31536000, immutable"

#: The reading typeface, subset by script; a browser loads only those whose letters it meets.
FONT_FACES = (
    ("source-serif-4-latin-400-normal", 400, "normal", "latin"),
    ("source-serif-4-latin-600-normal", 600, "normal", "latin"),
    ("source-serif-4-latin-400-italic", 400, "italic", "latin"),
    ("source-serif-4-latin-ext-400-normal", 400, "normal", "latin-ext"),
    ("source-serif-4-cyrillic-400-normal", 400, "normal", "cyrillic"),
)
UNICODE_RANGES = {
    "latin": "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,U+2122,U+2212",
    "latin-ext": "U+0100-0130,U+0132-0151,U+0154-02BA,U+1E00-1EFF",
    "cyrillic": "U+0400-052F,U+2116",
}


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

    @cached_property
    def compressed(self) -> bytes:
        return gzip.compress(self.content, 9, mtime=0)


def content_security_policy(html: str) -> str:
    """The policy of the map document: its own inline scripts by hash, and nothing from anywhere.

    Inline styles are allowed because labels and timeline are placed by them.
    """
    scripts = re.findall(r"<script>(.*?)</script>", html, flags=re.DOTALL)
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in scripts)
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors *"
    )


def font_css(paths: dict[str, str]) -> str:
    """``@font-face`` rules for fonts served beside the style sheet."""
    return "".join(
        f'@font-face{{font-family:"Source Serif 4";font-style:{style};font-weight:{weight};font-display:swap;'
        f"src:url(../../{paths[name]}) format('woff2');unicode-range:{UNICODE_RANGES[script]}}}\n"
        for name, weight, style, script in FONT_FACES
    )


class StoryAssets:
    """All assets of one story."""

    def __init__(self, story: Story) -> None:
        self.story = story
        document = render_document(story)
        self.document = Asset(
            "map.html",
            "text/html; charset=utf-8",
            document.encode(),
            (("Content-Security-Policy", content_security_policy(document)),),
        )
        self.cards = Asset("cards.html", "text/html; charset=utf-8", render_cards(story).encode())
        self.module = Asset("story.mjs", "text/javascript; charset=utf-8", page_module().encode())
        self.fonts = [
            Asset(f"{name}.woff2", "font/woff2", (WEB / "fonts" / f"{name}.woff2").read_bytes())
            for name, *_ in FONT_FACES
        ]
        paths = {font.name.removesuffix(".woff2"): font.path for font in self.fonts}
        style = font_css(paths) + web_text("tokens.css") + web_text("story.css")
        self.style = Asset("story.css", "text/css; charset=utf-8", style.encode())

    def __iter__(self):
        yield from (self.document, self.cards, self.module, self.style, *self.fonts)
