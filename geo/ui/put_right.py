"""What of an address was put right, said on the page that it opened."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from geo.model import Story

__all__ = ["show_ignored"]


def show_ignored(story: Story, ignored: Sequence[str]) -> None:
    """Say what of the address was put right, if anything was."""
    if ignored:
        st.warning(story.words.say("ignored", problems="; ".join(ignored)), icon=":material/link_off:")
