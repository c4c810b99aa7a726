"""The script Streamlit runs for each reader: the pages, or what keeps the story from being shown."""

from __future__ import annotations

from functools import partial
from html import escape

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from geo.language import english
from geo.model import Story
from geo.ui.current import current
from geo.ui.explore_page import show_explore
from geo.ui.follow import follow
from geo.ui.slides_page import show_slides
from geo.ui.story_page import show_story

# The list stays in sight however far down the story is read.
ABOVE_THE_STORY = """<style>
.st-key-storymap_problems { position: fixed; inset: 0 0 auto 0; z-index: 1000; max-height: 45vh; overflow: auto;
  padding: 12px 16px; background: #fffdf8; box-shadow: 0 2px 14px rgba(40, 30, 15, .3); }
</style>"""

# The bar of the pages beside the story is as the story's own; on a phone it goes when the page is scrolled.
BAR = """<style>
[data-testid="stHeader"] { display: none; }
[data-testid="stMainBlockContainer"] { padding: 0 1.5rem 4rem; max-width: none; }
.st-key-storymap_pages { position: sticky; top: 0; z-index: 5; height: 2.75rem; margin: 0 -1.5rem; padding: 0 1.5rem;
  width: calc(100% + 3rem) !important; max-width: none; align-items: center; gap: .25rem; flex-wrap: nowrap;
  background: var(--sm-paper); border-bottom: 1px solid var(--sm-rule); }
.st-key-storymap_pages > :first-child { flex: 1; min-width: 0; }
.st-key-storymap_pages > :not(:first-child) { flex: none; }
.sm-bar-title { margin: 0; overflow: hidden; font: 600 1rem/1.2 var(--sm-serif); color: var(--sm-ink);
  text-overflow: ellipsis; white-space: nowrap; }
.st-key-storymap_pages a, .sm-bar-page { display: flex; align-items: center; min-height: 44px; margin: 0;
  padding: 0 .6rem; background: none; font: 400 14px/1.2 var(--sm-sans); color: var(--sm-ink); }
.st-key-storymap_pages a:hover { background: none; }
.st-key-storymap_pages a p { font-size: inherit; color: var(--sm-accent); text-decoration: none; }
.st-key-storymap_pages a:hover p { text-decoration: underline; }
.sm-bar-page { font-weight: 600; }
[data-testid="stMain"] :focus-visible { outline: var(--sm-focus) !important; outline-offset: 2px; }
@media (pointer: coarse) {
  [data-testid="stMain"] :is(button:not([role="slider"]), summary, [role="tab"], [data-testid="stCheckbox"] label) {
    min-height: 44px; min-width: 44px; align-items: center; }
  [data-testid="stMain"] :is([data-testid="stSelectbox"], [data-testid="stDateInput"]) [role="group"] {
    min-height: 44px; }
}
@media (max-width: 900px) {
  .st-key-storymap_pages { position: static; padding: 0 .9rem; }
  .st-key-storymap_pages > :first-child { display: none; }
}
</style>"""

served = current()
problems = served.problems
assets = served.assets and served.assets.in_language(st.query_params.get("lang"))


def show_problems() -> None:
    """List what is wrong with the last save, above the story before it."""
    assert problems is not None
    with st.container(key="storymap_problems"):
        count = len(problems.problems)
        words = english() if assets is None else assets.story.words
        before = "" if assets is None else f" {words.say('asBefore')}"
        if assets is not None:
            st.html(ABOVE_THE_STORY)
        st.error(words.count(count, "problems") + before)
        st.code("\n".join(str(problem) for problem in problems.problems), language=None)


def show_bar(story: Story, pages: list[StreamlitPage], shown: StreamlitPage) -> None:
    """Show the story's title and the way to the other pages, which keeps what was chosen on this one."""
    st.html(BAR)
    query = {"lang": story.lang} if story.lang != story.original else None
    with st.container(key="storymap_pages", horizontal=True):
        st.html(f'<p class="sm-bar-title">{escape(story.title)}</p>')
        for other in pages:
            if other is shown:
                st.html(f'<p class="sm-bar-page" aria-current="page">{escape(other.title)}</p>', width="content")
            else:
                st.page_link(other, width="content", query_params=query)


if assets is None:
    st.set_page_config(page_title="Story map", layout="wide")
    st.title("This story cannot be shown yet")
    show_problems()
    st.write("The same list comes from `python -m geo check`. Save a file, and the story is read again.")
else:
    st.set_page_config(page_title=assets.story.title, layout="wide", initial_sidebar_state="collapsed")
    pages = [
        st.Page(partial(show_story, assets), title=assets.story.words.say("story"), url_path="story", default=True),
        st.Page(partial(show_slides, assets), title=assets.story.words.say("slides"), url_path="slides"),
    ]
    if assets.story.units:
        title = assets.story.words.say("explore")
        pages.insert(1, st.Page(partial(show_explore, assets), title=title, url_path="explore"))
    page = st.navigation(pages, position="hidden")
    if problems is not None:
        show_problems()
    if page is not pages[0]:  # the story has a bar of its own
        show_bar(assets.story, pages, page)
    page.run()

follow(served.version)
