"""The Story page: cards and map document, hosted by one component that never needs the server again."""

from __future__ import annotations

import streamlit as st

from geo.ui.assets import StoryAssets

# The real code is the module's, which the page may have begun already (geo/ui/first_page.py).
LOADER = """
export default (host) => {
  const page = import(new URL(host.data.module, document.baseURI).href);
  page.then((module) => module.show(host));
  return () => { page.then((module) => module.leave(host)); };
}
"""

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
