"""What a browser gets first of each page: Streamlit's own, with the story's parts named in its head.

Streamlit's page is an empty one with three megabytes of code; a story in it has to wait for that code, its connection
and a run of the script. With their names in the head, the parts load side by side with Streamlit's, and on the Story
page the map is there first. Streamlit then finds the story in the page (geo/web/story.mjs) and keeps it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from html import escape
from pathlib import Path

import streamlit
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from geo.browser import inline_json
from geo.ui.assets import Asset, StoryAssets
from geo.ui.current import current_assets

__all__ = ["first_page", "serve_first_page", "streamlit_page"]

#: Where a widget is to come, Streamlit lets a grey field shimmer: dozens of them hold up what they stand for.
STILL = '<style>[data-testid="stSkeleton"], [data-testid="stAppSkeleton"] * { animation: none !important; }</style>'


@cache
def streamlit_page() -> str:
    """Return Streamlit's own page."""
    return (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")


def first_page(assets: StoryAssets | None, page: str = "") -> str:
    """Return what a browser gets first of a page: Streamlit's own where there is no story.

    Parameters
    ----------
    assets : StoryAssets or None
        Of the story, in the language that is asked for.
    page : str
        Its address: nothing for the story, or one of `OTHER_PAGES`.
    """
    if assets is None:
        return streamlit_page()
    story = assets.story
    head = {"": _story_head, "explore": _explore_head, "slides": _slides_head}[page](assets)
    about = f'<title>{escape(story.title)}</title><meta name="description" content="{escape(story.subtitle)}">'
    return streamlit_page().replace("<title>Streamlit</title>", about + STILL + head, 1)


def _story_head(assets: StoryAssets) -> str:
    """The story itself begins at once."""
    parts = assets.story_parts
    block = inline_json(json.dumps(parts))
    return (
        f'<script type="application/json" id="storymap-story">{block}</script>'
        f'<script type="module" async src="./{parts["module"]}"></script>'
        f'<link rel="preload" as="fetch" crossorigin href="./{parts["cards"]}">'
        f'<link rel="stylesheet" href="./{parts["style"]}">'
    )


def _explore_head(assets: StoryAssets) -> str:
    return _early(assets.explore_module, assets.explore_style, assets.explore_setup) if assets.story.units else ""


def _slides_head(assets: StoryAssets) -> str:
    return _early(assets.slides_module, assets.slides_style)


def _early(module: Asset, *others: Asset) -> str:
    """The component of a page of Streamlit's widgets asks for these when Streamlit has come so far."""
    links = (f'<link rel="prefetch" href="./{other.path}">' for other in others)
    return f'<link rel="modulepreload" href="./{module.path}">' + "".join(links)


def serve_first_page(page: str) -> Callable[[Request], Response]:
    """Return what answers for a page's address."""

    def serve(request: Request) -> Response:
        assets = current_assets()
        asked = assets and assets.in_language(request.query_params.get("lang"))
        return HTMLResponse(first_page(asked, page), headers={"Cache-Control": "no-cache"})

    return serve
