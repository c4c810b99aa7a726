"""One file that opens by a double click and asks for nothing: the map in one state, or the whole story."""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING

from geo.browser import JINJA, bundle, inline_json, inline_script, web_text
from geo.export.fonts import inline_fonts
from geo.export.state import state_title
from geo.map import content_security_policy, render_document
from geo.page import PAGE_MODULES, PAGE_STYLES, font_css, render_cards
from geo.payload import payload_json
from geo.poster import poster_element, poster_script
from geo.state import write_query

if TYPE_CHECKING:
    from geo.model import State, Story

__all__ = ["page_script", "page_style", "render_page", "render_state", "render_story", "with_policy"]

#: Where the policy goes: before anything that it is about.
_PAYLOAD = "%payload%"
_CHARSET = '<meta charset="utf-8">'


def render_state(story: Story, state: State) -> str:
    """Return one state as one interactive page, timeline included; an address with a query of its own overrides it."""
    document = render_document(story, write_query(story, state), poster_element(story, state))
    title = f"<title>{html.escape(state_title(story, state))}</title>"
    document = document.replace(f"<title>{html.escape(story.title)}</title>", title, 1)
    return with_policy(document, content_security_policy(document))


def render_story(story: Story) -> str:
    """Return the whole scrolling story as one page, fonts included."""
    document, cards = render_document(story), render_cards(story, script=f"<script>{poster_script()}</script>")
    page = render_page(
        story,
        document,
        cards,
        style=f"<style>{page_style(story, cards)}</style>",
        script=f"<script>{page_script()}</script>",
    )
    return with_policy(page, content_security_policy(page, document) + "; font-src data:")


def render_page(story: Story, document: str, cards: str, *, style: str, script: str) -> str:
    """Return the cards with the map document beside them, framed from its text.

    A page from a file may not look into another file, but it may look into a frame whose text it holds.
    """
    # The payload stands beside the document, not in its text, where each of its quotation marks would be two signs.
    payload = inline_json(payload_json(story))
    shell = document.replace(payload, _PAYLOAD, 1)
    return JINJA.get_template("page.html.j2").render(
        story=story,
        cards=cards,
        document=inline_json(json.dumps(shell, ensure_ascii=False)),
        payload=payload if shell != document else "null",
        style=style,
        script=script,
    )


def page_style(story: Story, cards: str) -> str:
    """Return the style of the page around the map document, with the letters of its typeface that these cards need."""
    fonts = inline_fonts(cards + payload_json(story))  # places are renamed from the payload
    return "body{margin:0}\n" + font_css(fonts) + "".join(map(web_text, PAGE_STYLES))


def page_script() -> str:
    """Return the page's browser code as a classic script, because a file may import no module."""
    return inline_script(
        f"const page = {bundle(PAGE_MODULES, '{ mount }')};\n"
        'page.mount(document.getElementById("storymap-page"), '
        '{ documentText: JSON.parse(document.getElementById("storymap-document").textContent)'
        f'.replace("{_PAYLOAD}", () => document.getElementById("storymap-data").textContent) }});'
    )


def with_policy(page: str, policy: str) -> str:
    """Write a Content-Security-Policy into a page that no server sends headers with."""
    meta = f'{_CHARSET}\n<meta http-equiv="Content-Security-Policy" content="{html.escape(policy, quote=False)}">'
    return page.replace(_CHARSET, meta, 1)
