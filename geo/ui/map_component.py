"""The map document within a Streamlit page: one component that frames it once and drives it in place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

__all__ = ["mount_map"]

# Streamlit sends a component's script again with every change of its data, so this one only loads the
# real one. It is called again on each change with the same node; the cleanup it returns may also run
# for a call that was superseded while the node lives on.
LOADER = """
export default function ({ parentElement, data, setStateValue }) {
  const url = (path) => new URL(path, document.baseURI).href;
  parentElement.storyMapReport = (value) => setStateValue("report", value);
  if (!parentElement.storyMapPage) {
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = url(data.style);
    const root = document.createElement("div");
    parentElement.replaceChildren(style, root);
    parentElement.storyMapPage = import(url(data.module)).then((page) =>
      page.mount(root, { ...data, document: url(data.document) }, (value) => parentElement.storyMapReport(value)));
  } else {
    parentElement.storyMapPage.then((page) => page.update({ ...data, document: url(data.document) }));
  }
  return () => setTimeout(() => {
    if (parentElement.isConnected || !parentElement.storyMapPage) return;
    parentElement.storyMapPage.then((page) => page.destroy());
    delete parentElement.storyMapPage;
  }, 0);
}
"""


def mount_map(key: str, data: Mapping[str, Any], on_report: Callable[[], None]) -> None:
    """Show the map, or bring the one that is shown up to date.

    Parameters
    ----------
    key : str
        The component's identity: without it a change of `data` would load the map again.
    data : mapping
        Addresses of document, module and style; the state to show and its number `rev`; the number `ack` of the last
        report that was heard.
    on_report : callable
        Called when the map tells of a state of its own: its query and number are in `st.session_state[key]["report"]`.
    """
    component = st.components.v2.component("storymap_explore", js=LOADER, isolate_styles=False)
    component(key=key, data=dict(data), on_report_change=on_report)
