"""The script Streamlit runs for each reader: the pages, or what keeps the story from being shown."""

from __future__ import annotations

from functools import partial

import streamlit as st

from geo.ui.current import current_assets, current_problems
from geo.ui.story_page import show_story

problems = current_problems()
assets = current_assets()

if problems is not None:
    st.set_page_config(page_title="Story map", layout="wide")
    st.title("This story cannot be shown yet")
    st.write(f"{len(problems.problems)} problems; the same list comes from `python -m geo check`.")
    st.code("\n".join(str(problem) for problem in problems.problems), language=None)
elif assets is not None:
    st.set_page_config(page_title=assets.story.title, layout="wide", initial_sidebar_state="collapsed")
    pages = [st.Page(partial(show_story, assets), title="Story", url_path="story", default=True)]
    st.navigation(pages, position="hidden" if len(pages) == 1 else "top").run()
