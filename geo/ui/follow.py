"""An author's open page follows each save; elsewhere a reader has a changed story with the next visit.

The page itself asks for the version of what is served, a few bytes beside Streamlit. A fragment that Streamlit runs
each second would make it work through the whole page each time, under the hands of whoever scrolls.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from geo.ui.current import LOOK_SECONDS, current

__all__ = ["VERSION_PATH", "follow", "serve_version"]

#: Relative to the page.
VERSION_PATH = "storymap/version"

#: Where an author looks at the own story.
OWN_MACHINE = ("localhost", "127.0.0.1", "::1")

# A page out of sight asks nothing, and a server that does not answer is asked less and less often.
FOLLOWER = """
export default function ({ data, setTriggerValue }) {
  let known = data.version;
  let wait = data.wait;
  let timer = 0;
  const next = () => { timer = setTimeout(look, wait); };
  async function look() {
    if (!document.hidden) {
      const answer = await fetch(new URL(data.path, document.baseURI), { cache: "no-store" }).catch(() => null);
      const version = answer?.ok ? await answer.text() : known;
      wait = answer?.ok ? data.wait : 2 * wait;
      if (!timer) return; // this page has gone meanwhile
      if (version !== known) setTriggerValue("saved", true);
      known = version;
    }
    next();
  }
  next();
  return () => { clearTimeout(timer); timer = 0; };
}
"""


def follow(version: int) -> None:
    """Run the script again when there is another version than the one it has shown."""
    if urlsplit(st.context.url or "").hostname in OWN_MACHINE:
        component = st.components.v2.component("storymap_follow", js=FOLLOWER)
        data = {"path": VERSION_PATH, "version": str(version), "wait": 1000 * LOOK_SECONDS}
        component(key="follow", data=data, on_saved_change=lambda: None)


def serve_version(request: Request) -> Response:
    """``/storymap/version``: the number of the last reading of the story's files."""
    return PlainTextResponse(str(current().version), headers={"Cache-Control": "no-store"})
