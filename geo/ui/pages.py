"""The script Streamlit runs for each reader: the pages, or what keeps the story from being shown."""

from __future__ import annotations

from functools import partial

import streamlit as st

from geo.ui.current import LOOK_SECONDS, current
from geo.ui.explore_page import show_explore
from geo.ui.slides_page import show_slides
from geo.ui.story_page import show_story

#: Where an author looks at the own story; elsewhere a reader has a changed story with the next visit.
OWN_MACHINE = ("localhost", "127.0.0.1", "[::1]")

# The list stays in sight however far down the story is read.
ABOVE_THE_STORY = """<style>
.st-key-storymap_problems { position: fixed; inset: 0 0 auto 0; z-index: 1000; max-height: 45vh; overflow: auto;
  padding: 12px 16px; background: #fffdf8; box-shadow: 0 2px 14px rgba(40, 30, 15, .3); }
</style>"""

served = current()
problems, assets = served.problems, served.assets


@st.fragment(run_every=LOOK_SECONDS)
def follow(version: int) -> None:
    """Show the story again when its files were saved."""
    if current().version != version:
        st.rerun()


def show_problems() -> None:
    """List what is wrong with the last save, above the story before it."""
    assert problems is not None
    with st.container(key="storymap_problems"):
        count = len(problems.problems)
        before = " Below is the story as it was before." if assets is not None else ""
        if assets is not None:
            st.html(ABOVE_THE_STORY)
        st.error(f"{count} problem{'s' if count != 1 else ''} in the files as they are saved now.{before}")
        st.code("\n".join(str(problem) for problem in problems.problems), language=None)


if assets is None:
    st.set_page_config(page_title="Story map", layout="wide")
    st.title("This story cannot be shown yet")
    show_problems()
    st.write("The same list comes from `python -m geo check`. Save a file, and the story is read again.")
else:
    st.set_page_config(page_title=assets.story.title, layout="wide", initial_sidebar_state="collapsed")
    pages = [
        st.Page(partial(show_story, assets), title="Story", url_path="story", default=True),
        st.Page(partial(show_slides, assets), title="Slides", url_path="slides"),
    ]
    if assets.story.units:  # a story without control has no days to explore
        pages.insert(1, st.Page(partial(show_explore, assets), title="Explore", url_path="explore"))
    page = st.navigation(pages, position="hidden" if len(pages) == 1 else "top")
    if problems is not None:
        show_problems()
    page.run()

if st.context.url and st.context.url.split("//")[-1].split("/")[0].rsplit(":", 1)[0] in OWN_MACHINE:
    follow(served.version)
