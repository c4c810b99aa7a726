"""The Story page: cards and map document, hosted by one component that never needs the server again."""

from __future__ import annotations

import streamlit as st

from geo.ui.assets import StoryAssets
from geo.ui.map_component import LOADER

# The story fills the window; Streamlit's own paddings and header would cut it.
FULL_BLEED = """<style>
[data-testid="stHeader"] { display: none; }
[data-testid="stMainBlockContainer"] { padding: 0; max-width: none; }
[data-testid="stMainBlockContainer"] > [data-testid="stVerticalBlock"] { gap: 0; }
</style>"""


def show_story(assets: StoryAssets) -> None:
    """Mount the story in the page."""
    st.html(FULL_BLEED)
    component = st.components.v2.component("storymap_story", js=LOADER, isolate_styles=False)
    component(key="story", data=assets.story_parts)
