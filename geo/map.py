"""The map document: one HTML text that holds the map, its controls and every day of the story.

This is the only module that knows folium. folium makes the Leaflet map; everything a person wrote
reaches the browser in one escaped JSON block and never passes through branca, which compiles what
it renders as a template a second time.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

import folium
from branca.element import Element, Figure, MacroElement
from folium.template import Template as FoliumTemplate

from geo.browser import JINJA, ZOOMS, bundle, inline_json, inline_script, web_text
from geo.payload import payload_json

if TYPE_CHECKING:
    from geo.model import Story

__all__ = ["OfflineMap", "content_security_policy", "document_sizes", "render_document", "story_map"]

#: Reads and simplifies the shapes that the payload shares arcs of.
TOPOJSON = (
    "vendor/topojson-client-3.1.0/topojson-client.min.js", "vendor/topojson-simplify-3.0.3/topojson-simplify.min.js",
)  # fmt: skip

#: The browser modules of the document, each after those it imports from.
DOCUMENT_MODULES = (
    "strings", "timescale", "control", "state", "labels", "names", "dom", "look", "view",
    "vendor/lineclip-2.0.0/lineclip", "sheet", "hatches", "plane",
    "held", "compare", "layers", "labelling", "flight", "map", "timeline", "panels", "paper", "units", "keys",
    "document", "opening",
)  # fmt: skip

#: The style of the document, after Leaflet's.
DOCUMENT_STYLES = ("tokens.css", "document.css")


@cache
def leaflet_css() -> str:
    """Leaflet's style without its pictures, which our document has no use for."""
    return re.sub(r"url\(images/[^)]*\)", "none", web_text("vendor/leaflet-1.9.4/leaflet.css"))


class OfflineFigure(Figure):
    """A page without anything from elsewhere: what it needs is written into it."""

    _template = JINJA.get_template("document.html.j2")

    def __init__(self, *, lang: str, title: str, payload: str, query: str = "", poster: str = "") -> None:
        super().__init__(title=title)
        self.lang = lang
        self.query = query
        self.poster = poster and f"<style>{web_text('poster.css')}</style>{poster}"
        self.payload = inline_json(payload)
        self.styles = [leaflet_css(), *map(web_text, DOCUMENT_STYLES)]
        self.leaflet = inline_script(web_text("vendor/leaflet-1.9.4/leaflet.js"))
        self.scripts = [
            inline_script("\n".join(map(web_text, TOPOJSON))),
            inline_script("const StoryMap = " + bundle(DOCUMENT_MODULES, "{ open }") + ";"),
        ]
        self.header = Element()  # replaces branca's own meta tag; ours is in the template
        self.header._parent = self

    def opening(self, map_script: str) -> str:
        """Return the script that opens the document; Leaflet and folium's map are made in it after the first frame."""
        return (
            f"StoryMap.open({{ topojson, zooms: {json.dumps(ZOOMS)}, "
            'payload: JSON.parse(document.getElementById("storymap-payload").textContent), '
            f"startMap() {{\n{self.leaflet}\n{map_script}\n}} }});"
        )


class OfflineMap(folium.Map):
    """A folium map that loads nothing: Leaflet is in the figure, and there are no tiles."""

    _template = FoliumTemplate("""
        {% macro html(this, kwargs) %}
        <div class="folium-map" id={{ this.get_name()|tojson }}></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        const {{ this.get_name() }} = window.{{ this.get_name() }} = L.map({{ this.get_name()|tojson }},
            {center: {{ this.location|tojson }}, ...{{ this.options|tojavascript }}});
        {% endmacro %}
        """)

    def __init__(self, **options: Any) -> None:
        super().__init__(tiles=None, **options)
        self.default_js, self.default_css = [], []
        self._id = "storymap"  # branca's is random; equal input shall give equal bytes


class StoryLayers(MacroElement):
    """Hands the folium map to the browser code, which draws all of the story on it."""

    _template = FoliumTemplate("""
        {% macro script(this, kwargs) %}
        return {L, map: {{ this._parent.get_name() }}};
        {% endmacro %}
        """)

    def __init__(self) -> None:
        super().__init__()
        self._name = "StoryLayers"
        self._id = "storymap"


def story_map(story: Story, query: str = "", poster: str = "") -> OfflineMap:
    """The folium map of a story, in a figure of its own; it shows itself in a notebook.

    `query` is what it opens with where its address has none: a file has the state within it. `poster` is an HTML
    fragment that is seen in the map's place until the map has been read (geo/poster.py).
    """
    figure = OfflineFigure(lang=story.lang, title=story.title, payload=payload_json(story), query=query, poster=poster)
    # Where it opens is part of the state and set by the browser code; this is only a start.
    document_map = OfflineMap(
        location=[0, 0],
        zoom_start=7,
        zoom_snap=ZOOMS["snap"],
        zoom_delta=0.5,
        min_zoom=ZOOMS["min"],
        max_zoom=ZOOMS["max"],
        attribution_control=False,
        world_copy_jump=False,
    )
    document_map.add_to(figure)
    StoryLayers().add_to(document_map)
    return document_map


def render_document(story: Story, query: str = "", poster: str = "") -> str:
    """The map document as HTML text, the same bytes for the same story, query and poster; see `story_map`.

    Raises
    ------
    AssertionError
        Never for a person's mistake: only if a change of ours made the document ask for something
        from elsewhere.
    """
    html: str = story_map(story, query, poster).get_root().render()
    remote = re.findall(r"""<(?:link|script|img|iframe)\b[^>]*\b(?:src|href)\s*=(?!\s*["']?data:)[^>]*>""", html)
    assert not remote, f"the map document must be complete in itself, but has {remote}"
    return html


def content_security_policy(*pages: str) -> str:
    """The policy of pages that are complete in themselves: their own inline scripts by hash, and nothing from anywhere.

    Inline styles are allowed because labels and timeline are placed by them. A page framed by ``srcdoc`` lives under
    the policy of the page around it, which is why there may be more than one.
    """
    scripts = [script for page in pages for script in re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)]
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in scripts)
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def document_sizes(story: Story, poster: str = "") -> dict[str, tuple[int, int]]:
    """What the map document weighs beside its payload, as (raw bytes, gzip bytes), with the whole under ``embed``."""
    figure = story_map(story, poster=poster).get_root()
    assert isinstance(figure, OfflineFigure)
    topojson, ours = figure.scripts
    parts = {
        "leaflet": figure.leaflet + leaflet_css(),
        "code": topojson + ours + "".join(map(web_text, DOCUMENT_STYLES)),
        "embed": figure.render(),
    }
    return {name: (len(text.encode()), len(gzip.compress(text.encode(), 9, mtime=0))) for name, text in parts.items()}
