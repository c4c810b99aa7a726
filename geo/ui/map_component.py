"""The map document within a Streamlit page: one component that frames it once and drives it in place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

__all__ = ["LOADER", "mount_map"]

# Streamlit sends a component's script again with every change of its data, so this one only calls the real one.
LOADER = """
export default (host) => {
  const page = import(new URL(host.data.module, document.baseURI).href);
  page.then((module) => module.show(host));
  return () => { page.then((module) => module.leave(host)); };
}
"""


def mount_map(key: str, data: Mapping[str, Any], on_report: Callable[[], None]) -> None:
    """Show the map, or bring the one that is shown up to date.

    Parameters
    ----------
    key : str
        The component's identity: without it a change of `data` would load the map again.
    data : mapping
        Addresses of document, module, style and of the setup that all readers share; the state to show and its
        number `rev`; the number `ack` of the last report that was heard.
    on_report : callable
        Called when the map tells of a state of its own: its query and number are in `st.session_state[key]["report"]`.
    """
    component = st.components.v2.component("storymap_explore", js=LOADER, isolate_styles=False)
    component(key=key, data=dict(data), on_report_change=on_report)
