"""The page at the app's root: Streamlit's own, which begins with the story before Streamlit's code is there.

Streamlit's page is an empty one with three megabytes of code; a story in it has to wait for that code, its connection
and a run of the script. This one names the story's parts in its head, so that they load side by side with Streamlit's,
and the map is there first. Streamlit then finds the story in the page (geo/web/story.mjs) and keeps it.
"""

from __future__ import annotations

import json
from functools import cache
from html import escape
from pathlib import Path

import streamlit
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from geo.ui.assets import StoryAssets
from geo.ui.current import current_assets

__all__ = ["first_page", "serve_first_page", "streamlit_page"]


@cache
def streamlit_page() -> str:
    """Return Streamlit's own page."""
    return (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")


def first_page(assets: StoryAssets | None) -> str:
    """Return Streamlit's page with the parts of a story in its head; without a story as it is."""
    page = streamlit_page()
    if assets is None:
        return page
    story, parts = assets.story, assets.story_parts
    # A "<" could end the block; in JSON it has another way to be written.
    block = json.dumps(parts).replace("<", "\\u003c")
    head = (
        f'<meta name="description" content="{escape(story.subtitle)}">'
        f'<script type="application/json" id="storymap-story">{block}</script>'
        f'<script type="module" async src="./{parts["module"]}"></script>'
        f'<link rel="preload" as="fetch" crossorigin href="./{parts["cards"]}">'
        f'<link rel="stylesheet" href="./{parts["style"]}">'
    )
    return page.replace("<title>Streamlit</title>", f"<title>{escape(story.title)}</title>{head}", 1)


def serve_first_page(request: Request) -> Response:
    """Answer ``/``: the story begins before Streamlit does."""
    assets = current_assets()
    asked = assets and assets.in_language(request.query_params.get("lang"))
    return HTMLResponse(first_page(asked), headers={"Cache-Control": "no-cache"})
