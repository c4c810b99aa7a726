"""The Story page: cards and map document, hosted by one component that never needs the server again."""

from __future__ import annotations

import streamlit as st

from geo.ui.assets import StoryAssets

# Streamlit sends a component's script again with every change of its data, so this one only loads
# the real one, and its data changes only when the author has saved another story: then the page is
# built anew at the step in its address. It is called again on each rerun with the same node; the cleanup
# it returns may also run for a call that was superseded while the node lives on.
LOADER = """
export default function ({ parentElement, data }) {
  const url = (path) => new URL(path, document.baseURI).href;
  const shown = JSON.stringify(data);
  if (parentElement.storyPage && parentElement.storyShown !== shown) {
    parentElement.storyPage.then((page) => page.destroy());
    delete parentElement.storyPage;
  }
  if (!parentElement.storyPage) {
    parentElement.storyShown = shown;
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = url(data.style);
    const root = document.createElement("div");
    parentElement.replaceChildren(style, root);
    const addresses = { cards: url(data.cards), document: url(data.document) };
    parentElement.storyPage = import(url(data.module)).then((page) => page.mount(root, addresses));
  }
  return () => setTimeout(() => {
    if (parentElement.isConnected || !parentElement.storyPage) return;
    parentElement.storyPage.then((page) => page.destroy());
    delete parentElement.storyPage;
  }, 0);
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
    component(
        key="story",
        data={
            "module": assets.module.path,
            "style": assets.style.path,
            "cards": assets.cards.path,
            "document": assets.document.path,
        },
    )
