"""The script Streamlit runs for each reader."""

from __future__ import annotations

import streamlit as st

from geo.ui.current import current_assets, current_problems
from geo.ui.story_page import show_story

st.set_page_config(page_title="Story map", layout="wide", initial_sidebar_state="collapsed")

assets = current_assets()
problems = current_problems()
if problems is not None:
    st.title("This story cannot be shown yet")
    st.write(f"{len(problems.problems)} problems; the same list comes from `python -m geo check`.")
    st.code("\n".join(str(problem) for problem in problems.problems), language=None)
elif assets is not None:
    show_story(assets)
