"""The Slides page: a map at 16:9 as it will look, the presenter's view, codes to copy, files to take along."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from html import escape

import streamlit as st

from geo.describe import day_label
from geo.export.citation import cite_apa, cite_bibtex
from geo.export.state import named_states, state_title
from geo.model import UIS, State, Story
from geo.state import default_state, read_query, write_query
from geo.ui.assets import StoryAssets
from geo.ui.put_right import show_ignored

__all__ = ["show_slides"]

#: The name of the state that was chosen on the Explore page, beside those of steps and periods.
EXPLORED = "explored"
#: Formats of one map and of the whole story; the words before a hyphen say which kind of file it is.
MAP_FORMATS = ("png", "png-4k", "png-4x3", "png-print", "svg", "pdf", "html")
STORY_FORMATS = ("pptx", "handout", "gif", "story")
_SIZES = {"png-4k": "3840x2160", "png-4x3": "1440x1080"}
_MEDIA = {
    "png": "image/png", "svg": "image/svg+xml", "pdf": "application/pdf", "html": "text/html", "gif": "image/gif",
    "handout": "application/pdf", "story": "text/html",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}  # fmt: skip

# As on the Explore page: this script only loads the real one, and tells it of what was chosen.
LOADER = """
export default function ({ parentElement, data, setStateValue }) {
  const url = (path) => new URL(path, document.baseURI).href;
  parentElement.storyMapReport = (value) => setStateValue("slide", value);
  if (!parentElement.storyMapSlides) {
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = url(data.style);
    const root = document.createElement("div");
    parentElement.replaceChildren(style, root);
    parentElement.storyMapSlides = import(url(data.module)).then((page) =>
      page.mount(root, { ...data, document: url(data.document), cards: url(data.cards) }, (value) => parentElement.storyMapReport(value)));
  } else {
    parentElement.storyMapSlides.then((page) => page.update(data));
  }
  return () => setTimeout(() => {
    if (parentElement.isConnected || !parentElement.storyMapSlides) return;
    parentElement.storyMapSlides.then((page) => page.destroy());
    delete parentElement.storyMapSlides;
  }, 0);
}
"""  # noqa: E501


def show_slides(assets: StoryAssets) -> None:
    """Show the page."""
    story = assets.story
    enter(story)
    states = choices(story)
    with st.container(key="slides"):
        stage, side = st.columns([7, 4], gap="large")
    uis = [ui for ui in UIS[::-1] if story.timeline or ui != "timeline"]
    with side:
        show_ignored(story, st.session_state.slides_ignored)
        name = choose(story, states)
        ui = st.segmented_control(
            story.words.say("shownOnMap"), uis, format_func=lambda ui: story.words.say(f"ui_{ui}"), default=uis[-2],
            required=True, key="slides_ui",
        )  # fmt: skip
    state = states[name]
    with stage:
        show_stage(assets, states, name, ui)
        if st.toggle(story.words.say("showPicture"), key="slides_picture"):
            show_picture(assets, state)
    with side:
        show_codes(story, state, ui)
        offer_downloads(assets, name, state)


def enter(story: Story) -> None:
    """Keep what the address asks for when the page is entered: later it follows the slide."""
    if "slides_choice" not in st.session_state:
        st.session_state.slides_query = dict(st.query_params)
        st.session_state.slides_ignored = read_query(story, st.session_state.slides_query)[1]


def asked_state(story: Story) -> State | None:
    """Return the state that the address asked for; None if it left the choice to us."""
    query = st.session_state.slides_query
    state, _ = read_query(story, query)
    return None if state == default_state(story) and "date" not in query else state


def choices(story: Story) -> dict[str, State]:
    """Return the states that can be chosen: the one of the address or the Explore page, the steps, the periods."""
    found = named_states(story)
    asked, shown = asked_state(story), st.session_state.get("explore_shown")
    if asked is not None and asked not in found.values():
        return {EXPLORED: asked, **found}
    return found if shown is None else {EXPLORED: shown.state, **found}


def choose(story: Story, states: Mapping[str, State]) -> str:
    """Let a slide be chosen; the address names one at first."""
    if st.session_state.get("slides_choice") not in states:
        asked = asked_state(story)
        st.session_state.slides_choice = next((name for name in states if states[name] == asked), next(iter(states)))
    return st.selectbox(
        story.words.say("slide"), list(states), format_func=partial(title_of, story, states), key="slides_choice",
        help=story.words.say("slideHelp"), on_change=moved,
    )  # fmt: skip


def moved() -> None:
    """Say no longer what of the address was put right: it is another one now."""
    st.session_state.slides_ignored = []


def address_of(story: Story, state: State) -> str:
    """Return the query that opens a slide on this page; the story's starting state, which needs none, says its day."""
    query = write_query(story, state)
    if state != default_state(story) or state.date is None:
        return query
    return "&".join(filter(None, (f"?date={state.date}", query.removeprefix("?"))))


def title_of(story: Story, states: Mapping[str, State], name: str) -> str:
    """Return what a slide is called in the list."""
    state = states[name]
    day = day_label(story, state.date)
    title = story.words.say("exploredNow") if name == EXPLORED else state_title(story, state)
    return story.words.say("titleAndDay", title=title, day=day) if day else title


def show_stage(assets: StoryAssets, states: Mapping[str, State], name: str, ui: str) -> None:
    """Frame the map at 16:9."""
    story = assets.story
    component = st.components.v2.component("storymap_slides", js=LOADER, isolate_styles=False)
    component(
        key="slides_stage",
        data={
            "module": assets.slides_module.path, "style": assets.slides_style.path, "cards": assets.cards.path,
            "document": assets.document.path, "ui": ui, "current": name,
            "words": story.words.for_browser("frames"),
            "slides": [
                {"name": id, "title": title_of(story, states, id), "query": write_query(story, state),
                 "address": address_of(story, state), "note": f"{story.title}: {title_of(story, states, id)}"}
                for id, state in states.items()
            ],
        },
        on_slide_change=heard,
    )  # fmt: skip


def heard() -> None:
    """Follow the stage to the slide that it went to."""
    name = (st.session_state.get("slides_stage") or {}).get("slide")
    if name:
        st.session_state.slides_choice = name
        moved()


def show_picture(assets: StoryAssets, state: State) -> None:
    """Show the picture that the formats without interaction hold."""
    words = assets.story.words
    with st.spinner(words.say("drawing")):
        st.image(make(assets, "png", state), caption=words.say("pictureCaption"), width="stretch")


def show_codes(story: Story, state: State, ui: str) -> None:
    """Show what can be copied: the frame, the link, the citation."""
    base = (st.context.url or "").split("?")[0].rstrip("/").removesuffix("/slides")
    query = write_query(story, replace(state, ui="full"))
    address = f"{base}/embed{query}{'&' if query else '?'}ui={ui}"
    link = f"{base}/{query}"
    frame, link_tab, apa, bibtex = st.tabs([story.words.say("frame"), story.words.say("link"), "APA", "BibTeX"])
    title = escape(state_title(story, state), quote=True)
    frame.code(
        f'<iframe src="{escape(address)}" title="{title}" width="1280" height="720"\n'
        '  style="border:0; width:100%; height:auto; aspect-ratio:16/9" loading="lazy" allowfullscreen></iframe>',
        language=None, wrap_lines=True,
    )  # fmt: skip
    link_tab.code(link, language=None, wrap_lines=True)
    today = datetime.now(UTC).date()
    apa.code(cite_apa(story, state, link, today), language=None, wrap_lines=True)
    bibtex.code(cite_bibtex(story, state, link, today), language=None, wrap_lines=True)


def offer_downloads(assets: StoryAssets, name: str, state: State) -> None:
    """Offer each format; a file is made when its button is pressed."""
    story = assets.story
    st.markdown(f"**{story.words.say('thisMapOnly')}**")
    with st.container(key="slides_map_files"):
        for kind in MAP_FORMATS:
            _button(story, kind, name, partial(make, assets, kind, state))
    st.markdown(f"**{story.words.say('wholeStory')}**")
    with st.container(key="slides_story_files"):
        for kind in STORY_FORMATS:
            if kind != "gif" or story.log:
                _button(story, kind, "", partial(make, assets, kind, state))
    st.markdown(story.words.say("siteHint", site="`python -m geo export site`", all="`… export all`"))


def _button(story: Story, kind: str, name: str, data: Callable[[], bytes]) -> None:
    ending = {"story": "html", "handout": "pdf"}.get(kind, kind.partition("-")[0])
    suffix = kind if kind == "handout" else kind.partition("-")[2]
    file = "-".join(filter(None, (story.id, name, suffix))) + f".{ending}"
    st.download_button(
        story.words.say(f"format_{kind}"), data, file_name=file, mime=_MEDIA[kind.partition("-")[0]],
        key=f"slides_{kind}", on_click="ignore", width="stretch",
    )  # fmt: skip


def make(assets: StoryAssets, kind: str, state: State) -> bytes:
    """Return a file, made once for all who ask for the same of the same story."""
    query = "" if kind in STORY_FORMATS else write_query(assets.story, state)
    return _make(kind, query, assets.document.digest, assets.story)


@st.cache_data(max_entries=64, show_spinner=False)
def _make(kind: str, query: str, version: str, _story: Story) -> bytes:
    from geo.export.run import Options, render_single

    state, _ = read_query(_story, query)
    base = kind.partition("-")[0]
    options = Options(size=_SIZES.get(kind), palette="print" if kind == "png-print" else "screen")
    return render_single(_story, base, options, state=state)
