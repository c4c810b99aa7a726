"""The Explore page: any day, named days, two days compared; the map, the figures and the sources answer together.

Widgets, map and address show one state, kept in the session. A widget's callback changes it, and the map is told of
the change with a number `rev`; what the reader does on the map itself, and with Back and Forward, comes in as a report
with a number `ack`. The address is written by the browser, in the grammar that geo/state.py and geo/web/state.mjs read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from html import escape
from typing import Any

import streamlit as st

from geo.describe import describe, events_around
from geo.export.data import control_geojson
from geo.model import ARTICLE_FORM, COMPARE_MODES, CONTROL, GROUPS, NO_NAMES, Event, Name, State, Story, View
from geo.payload import encode_view
from geo.state import default_state, read_query, write_query
from geo.toponyms import missing_forms, name_on, renamed
from geo.ui import figures
from geo.ui.assets import StoryAssets
from geo.ui.chart import steps_chart
from geo.ui.explore_setup import (
    encode_state,
    forms_of,
    line_pairs,
    place_names,
    place_view,
)  # fmt: skip
from geo.ui.map_component import mount_map
from geo.ui.put_right import show_ignored

__all__ = ["show_explore"]

#: How many events are listed before and after the day.
EVENTS_BEFORE, EVENTS_AFTER = 4, 3
#: Pixels of a field with a whole day and its calendar, and of one that can be cleared as well.
DAY_FIELD, CLEARED_FIELD = 160, 210
#: Kinds of events that say what they are; a change needs no word.
TOLD_KINDS = ("claim", "status", "state", "baseline")


@dataclass
class Shown:
    """What this reader's page shows, and how far map and page know of each other."""

    story: Story
    state: State
    ignored: list[str] = field(default_factory=list)
    form: str = ARTICLE_FORM
    view: View | None = None
    rev: int = 0
    ack: int = 0
    #: Whether this run brought a report. The map has done by then all that was asked of any widget, so that what the
    #: run brings of a widget beside it is old: where it stood before the last answer had come.
    reported: bool = False
    #: Where the slider stood when the last report was written, unless something else was asked for since. If it stands
    #: elsewhere now, it stays there: a later report is on its way, and a reader's next key would go on from where it
    #: was put back to.
    slider: str | None = None


def show_explore(assets: StoryAssets) -> None:
    """Show the page."""
    story = assets.story
    shown = current(story)
    sync_widgets(story, shown)
    shown.reported = False
    with st.container(key="explore"):
        with st.container(key="explore_stage"):
            with st.container(key="explore_map"):
                show_map(assets, shown)
            with st.container(key="explore_days"):
                choose_day(story, shown)
        with st.container(key="explore_side"):
            show_ignored(story, shown.ignored)
            show_reading(story, shown)
            choose_comparison(story, shown)
            choose_names(story, shown)
            choose_layers(story)
            show_events(story, shown)
            show_chart(assets, shown)
            show_method(story, shown)


# -- one state -----------------------------------------------------------------------------------------------------


def current(story: Story) -> Shown:
    """Return what is shown. On entering the page the address says it."""
    entering = "explore_day" not in st.session_state
    if entering or "explore_shown" not in st.session_state:
        state, ignored = read_query(story, dict(st.query_params))
        st.session_state.explore_shown = Shown(story, replace(state, step=None), ignored, form_of(story, state))
    shown: Shown = st.session_state.explore_shown
    if shown.story is not story:  # its files were saved since: what is gone from it is put right
        state, shown.ignored = read_query(story, write_query(story, shown.state))
        shown.state, shown.story, shown.rev = state, story, shown.rev + 1
    return shown


def form_of(story: Story, state: State) -> str:
    """Return the form of names that comes back when the names are shown again."""
    return state.names if state.names and state.names != NO_NAMES else story.defaults.names


def change(story: Story, view: View | None = None, **fields: Any) -> None:
    """Change what is shown, and move the map if a view is given. A new day ends an event's card."""
    shown: Shown = st.session_state.explore_shown
    if shown.reported:
        return
    if "date" in fields and "event" not in fields and fields["date"] != shown.state.date:
        fields["event"] = None
    shown.state = replace(shown.state, **fields)
    shown.form = form_of(story, shown.state) if shown.state.names != NO_NAMES else shown.form
    shown.ignored, shown.view, shown.rev, shown.slider = [], view, shown.rev + 1, None


def heard(story: Story) -> None:
    """Take over what the map reports: the state that its address opens."""
    report = (st.session_state.get("explore_frame") or {}).get("report")
    shown: Shown = st.session_state.explore_shown
    if not report or report["n"] <= shown.ack:
        return
    state, ignored = read_query(story, report["query"])
    shown.state, shown.ignored, shown.ack, shown.view = replace(state, step=None), ignored, report["n"], None
    shown.form = form_of(story, state) if state.names != NO_NAMES else shown.form
    shown.reported = True
    shown.slider = report["slider"]


def sync_widgets(story: Story, shown: Shown) -> None:
    """Let every widget stand at the state, whoever changed it."""
    state = shown.state
    assert state.date is not None
    layers = state.layers or ()
    values: dict[str, Any] = {
        "explore_period": next((p.id for p in story.periods if p.date == state.date), None),
        "explore_slider": max(day for day in figures.event_days(story) if day <= state.date),
        "explore_day": state.date,
        "explore_compare": next((p.id for p in story.periods if p.date == state.compare), None),
        "explore_compare_day": state.compare,
        "explore_mode": state.mode,
        "explore_names": state.names,
        **{
            f"explore_layers_{group}": [id for id, x in story.layers.items() if x.group == group and id in layers]
            for group in GROUPS
        },
    }  # fmt: skip
    moved = shown.slider not in (None, str(st.session_state.get("explore_slider")))
    for key, value in values.items():
        if key not in st.session_state or (st.session_state[key] != value and not (key == "explore_slider" and moved)):
            st.session_state[key] = value


# -- the map -------------------------------------------------------------------------------------------------------


def show_map(assets: StoryAssets, shown: Shown) -> None:
    """Frame the map document, or bring it up to date."""
    story, state = assets.story, shown.state
    mount_map("explore_frame", {
        "document": assets.document.path, "module": assets.explore_module.path, "style": assets.explore_style.path,
        "setup": assets.explore_setup.path, "query": write_query(story, state), "rev": shown.rev, "ack": shown.ack,
        "form": shown.form, "state": encode_state(state), "view": shown.view and encode_view(shown.view),
    }, partial(heard, story))  # fmt: skip


# -- the day -------------------------------------------------------------------------------------------------------


def choose_day(story: Story, shown: Shown) -> None:
    """Offer the named days, the days of events, and any day."""

    def pick(key: str) -> None:
        day = st.session_state[key]
        if day:
            change(story, date=day)

    def pick_period() -> None:
        period = next((p for p in story.periods if p.id == st.session_state.explore_period), None)
        if period:
            layers = shown.state.layers if period.layers is None else period.layers
            change(story, date=period.date, layers=layers)

    def move(days: list[date]) -> None:
        if days:
            change(story, date=days[0])

    with st.container(key="explore_when", horizontal=True, vertical_alignment="center"):
        st.segmented_control(
            story.words.say("periods"), [p.id for p in story.periods], key="explore_period", on_change=pick_period,
            format_func=lambda id: next(p.label for p in story.periods if p.id == id), label_visibility="collapsed",
        )  # fmt: skip
        st.date_input(
            story.words.say("anyDay"), min_value=story.first, max_value=story.last, format="YYYY-MM-DD",
            key="explore_day", on_change=pick, args=("explore_day",), label_visibility="collapsed", width=DAY_FIELD,
        )  # fmt: skip
        days, day = figures.event_days(story), shown.state.date
        assert day is not None
        st.button(
            "", icon=":material/chevron_left:", key="explore_previous", help=story.words.say("eventBefore"),
            on_click=move, args=([d for d in reversed(days) if d < day],),
        )  # fmt: skip
        st.button(
            "", icon=":material/chevron_right:", key="explore_next", help=story.words.say("eventAfter"),
            on_click=move, args=([d for d in days if d > day],),
        )  # fmt: skip
        st.button(
            story.words.say("resetAll"), key="explore_reset", on_click=reset, args=(story,),
            help=story.words.say("resetAllHelp"),
        )  # fmt: skip
    st.select_slider(
        story.words.say("eventDays"), figures.event_days(story), key="explore_slider", on_change=pick,
        args=("explore_slider",), format_func=story.words.day, label_visibility="collapsed",
    )  # fmt: skip


def reset(story: Story) -> None:
    """Take back everything, names and view included."""
    start = default_state(story)
    st.session_state.explore_place = None
    change(
        story, view=start.view, date=start.date, layers=start.layers, names=start.names, compare=None, mode="outline",
        handle=start.handle, highlight=(), event=None,
    )  # fmt: skip


# -- comparison, names, layers -------------------------------------------------------------------------------------


def choose_comparison(story: Story, shown: Shown) -> None:
    """Offer a second day and the ways to show it; the line of one named day over another is one press."""

    def pick_period() -> None:
        id = st.session_state.explore_compare
        change(story, compare=next((p.date for p in story.periods if p.id == id), None))

    st.html(heading(story, "compareHead"))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.segmented_control(
            story.words.say("secondDay"), [p.id for p in story.periods], key="explore_compare", on_change=pick_period,
            format_func=lambda id: next(p.label for p in story.periods if p.id == id), label_visibility="collapsed",
        )  # fmt: skip
        st.date_input(
            story.words.say("anySecondDay"), value=None, min_value=story.first, max_value=story.last,
            format="YYYY-MM-DD", key="explore_compare_day", label_visibility="collapsed", width=CLEARED_FIELD,
            on_change=lambda: change(story, compare=st.session_state.explore_compare_day),
        )  # fmt: skip
    st.segmented_control(
        story.words.say("mode"), COMPARE_MODES, key="explore_mode",
        format_func=lambda mode: story.words.say(f"modeShort_{mode}"),
        label_visibility="collapsed", disabled=shown.state.compare is None,
        on_change=lambda: change(story, mode=st.session_state.explore_mode or shown.state.mode),
    )  # fmt: skip
    with st.container(horizontal=True):
        for old, new in line_pairs(story):
            st.button(
                story.words.say("lineOver", old=old.label, new=new.label), key=f"explore_line_{old.id}_{new.id}",
                on_click=partial(change, story, date=new.date, compare=old.date, mode="outline"),
            )  # fmt: skip


def choose_names(story: Story, shown: Shown) -> None:
    """Offer the forms of names, a map without any, and a search for places."""
    forms = forms_of(story)

    def label(id: str) -> str:
        # The same in every form: an option whose words change is another option to Streamlit, and a chosen one is lost.
        return " · ".join(place_names(story, story.places[id]))

    def pick_place() -> None:
        id = st.session_state.explore_place
        if id is None:
            change(story, highlight=())
        else:
            change(story, place_view(story.places[id]), highlight=(id,))

    def toggle() -> None:
        change(story, names=shown.form if shown.state.names == NO_NAMES else NO_NAMES)

    st.html(heading(story, "namesHead"))
    with st.container(key="explore_naming"):
        st.selectbox(
            story.words.say("namesOfPlaces"), list(forms), key="explore_names", format_func=forms.__getitem__,
            on_change=lambda: change(story, names=st.session_state.explore_names),
        )  # fmt: skip
        st.selectbox(
            story.words.say("search"), [id for id, place in story.places.items() if place.lonlat], index=None,
            format_func=label, key="explore_place", on_change=pick_place, placeholder=story.words.say("byAnyName"),
        )  # fmt: skip
    st.button(
        story.words.say("showNames" if shown.state.names == NO_NAMES else "hideNames"), key="explore_toggle_names",
        on_click=toggle, shortcut="n", help=story.words.say("hideNamesHelp"),
    )  # fmt: skip


def choose_layers(story: Story) -> None:
    """Offer every layer, by group."""

    def pick() -> None:
        on = {id for group in GROUPS for id in st.session_state.get(f"explore_layers_{group}") or ()}
        change(story, layers=tuple(id for id in story.layers if id in on))

    with st.expander(story.words.say("layers")):
        for group in GROUPS:
            layers = [id for id, layer in story.layers.items() if layer.group == group]
            if layers:
                st.pills(
                    story.words.say(f"group_{group}"), layers, selection_mode="multi",
                    key=f"explore_layers_{group}", on_change=pick, format_func=lambda id: story.layers[id].title,
                )  # fmt: skip


# -- what it says --------------------------------------------------------------------------------------------------


def in_names(story: Story, state: State) -> Callable[[str], str]:
    """Return what writes a text of ours as HTML, with its places in the chosen names."""
    assert state.date is not None
    form, day = state.names or ARTICLE_FORM, state.date

    def html(text: str) -> str:
        return to_html(renamed(text, story.places, form, day))

    return html


def to_html(parts: tuple[str | Name, ...]) -> str:
    """Return a renamed text as HTML, each name in its language."""
    return "".join(
        f'<span lang="{escape(part.lang)}">{escape(part.name)}</span>' if isinstance(part, Name) else escape(part)
        for part in parts
    )


def show_reading(story: Story, shown: Shown) -> None:
    """Say in words and figures what the map shows."""
    state = shown.state
    assert state.date is not None
    control = CONTROL in (state.layers or ())
    form = state.names if state.names != NO_NAMES else ARTICLE_FORM
    words = describe(story, state.date, state.compare, form or ARTICLE_FORM, control=control)
    head = f'<h1 class="ex-day" data-day="{state.date}">{story.words.day(state.date)}</h1>'
    # In a container, so that what follows keeps its place, and an open list stays open, however many tables there are.
    with st.container(key="explore_reading"):
        st.html(f'{head}<p class="ex-words" data-words>{to_html(words)}</p>')
        if control:
            st.html(areas_table(story, state.date))
            st.html(published_table(story, state.date))
        if control and state.compare and state.compare != state.date:
            st.html(passed_table(story, min(state.date, state.compare), max(state.date, state.compare)))


def areas_table(story: Story, day: date) -> str:
    """Return who holds how much on a day as an HTML table."""
    areas = {id: area for id, area in figures.areas(story, day).items() if area.units}
    total = sum(area.km2 for area in areas.values())
    rows = []
    for id, area in areas.items():
        controller = story.controllers[id]
        error = f" <small>± {story.words.area(max(10.0, area.error_km2))}</small>" if area.error_km2 else ""
        rows.append(
            f'<tr data-controller="{escape(id)}" data-km2="{area.km2:.4f}">'
            f'<th scope="row">{chip(controller.color)}{escape(controller.label_on(day))}</th>'
            f"<td>{story.words.area(area.km2)}{error}</td><td>{share(story, area.share)}</td></tr>"
        )
    return (
        f'<table class="ex-areas" data-areas><thead><tr>{heads(story, "heldBy", "areaHead", "shareHead")}</tr></thead>'
        f'<tbody>{"".join(rows)}</tbody><tfoot><tr data-total="{total:.4f}">'
        f'<th scope="row">{escape(story.words.say("mapped"))}</th><td>{story.words.area(total)}</td>'
        f"<td>{share(story, 1)}</td></tr></tfoot></table>"
    )


def published_table(story: Story, day: date) -> str:
    """Return the published figures that can be set beside a day's areas, and how the areas are rounded, as HTML."""
    areas = {id: area for id, area in figures.areas(story, day).items() if area.units}
    rows = [
        f'<tr data-published><th scope="row">{escape(figure.subject)} {source_links(story, figure.sources)}</th>'
        f"<td>{km2(story, figure.km2)}</td><td>{difference(story, areas[figure.controller].km2, figure.km2)}</td></tr>"
        for figure in figures.published(story, day) if figure.controller in areas
    ]  # fmt: skip
    table = (
        f"<details class='ex-published'><summary>{escape(story.words.say('publishedFigures', n=len(rows)))}</summary>"
        f"<table><thead><tr>{heads(story, 'figureHead', 'publishedHead', 'thisMap')}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table></details>" * bool(rows)
    )
    note = story.words.say("roundedNote")
    if any(story.units[id].fitted for area in areas.values() for id in area.units):
        note += " " + story.words.say("fittedNote")
    return f'{table}<p class="ex-note">{escape(note)}</p>'


def chip(color: str) -> str:
    """Return a controller's colour as a small square."""
    return f'<i style="background:{escape(color)}"></i>'


def share(story: Story, part: float) -> str:
    """Return a part of the whole in per cent; what is there is never 0 %."""
    return story.words.say("percentOfWhole", percent="<1" if 0 < part < 0.005 else f"{part * 100:.0f}")


def km2(story: Story, area: float) -> str:
    """Return an area that somebody published, as exactly as it was."""
    return story.words.say("km2", km2=story.words.figure(area))


def heading(story: Story, key: str) -> str:
    """Return a heading of the side as HTML."""
    return f'<h2 class="ex-head">{escape(story.words.say(key))}</h2>'


def heads(story: Story, *keys: str) -> str:
    """Return the heads of a table's columns as HTML."""
    return "".join(f'<th scope="col">{escape(story.words.say(key))}</th>' for key in keys)


def passed_table(story: Story, start: date, end: date) -> str:
    """Return what passed between two days, and what stayed, as an HTML table that adds up to the mapped area."""
    sums: dict[tuple[str, str], float] = {}
    for passage in figures.passed(story, start, end):
        pair = passage.start, passage.end
        sums[pair] = sums.get(pair, 0.0) + passage.km2
    rows = []
    for (a, b), km2 in sorted(sums.items(), key=lambda item: (item[0][0] == item[0][1], item[0])):
        one, two = story.controllers[a], story.controllers[b]
        words = (
            chip(two.color) + escape(story.words.say("unchanged", controller=two.label_on(end))) if a == b
            else f"{chip(one.color)}{escape(one.label_on(start))} <br>{chip(two.color)}"
            + escape(story.words.say("passedTo", controller=two.label_on(end)))
        )  # fmt: skip
        rows.append(
            f'<tr data-passed="{escape(a)}>{escape(b)}" data-km2="{km2:.4f}"><th scope="row">{words}</th>'
            f"<td>{story.words.area(km2)}</td></tr>"
        )
    total = story.words.area(sum(sums.values()))
    return (
        '<table class="ex-areas" data-passages><thead><tr><th scope="col">'
        + escape(story.words.say("between", **{"from": story.words.day(start), "to": story.words.day(end)}))
        + f"</th>{heads(story, 'areaHead')}</tr></thead><tbody>{''.join(rows)}</tbody>"
        f'<tfoot><tr><th scope="row">{escape(story.words.say("mapped"))}</th><td>{total}</td></tr></tfoot></table>'
    )


def difference(story: Story, computed: float, published: float) -> str:
    """Return by how much the map's area is off a published one."""
    off = computed - published
    return story.words.say(
        "differenceOf", km2=("+" if off >= 0 else "−") + story.words.figure(abs(off)),
        percent=story.words.decimal(f"{(computed / published - 1) * 100:+.1f}".replace("-", "−")),
    )  # fmt: skip


def source_links(story: Story, ids: tuple[str, ...]) -> str:
    """Return a list of sources, closed: geo/web/explore.mjs fills it from the map's own when a reader opens it."""
    found = [id for id in ids if id in story.sources]
    if not found:
        return ""
    name = escape(story.words.count(len(found), "sources"))
    return f'<details class="ex-sources" data-sources="{escape(" ".join(found))}"><summary>{name}</summary></details>'


# -- events --------------------------------------------------------------------------------------------------------


def show_events(story: Story, shown: Shown) -> None:
    """List what happened about the day; a press on an event's day moves the map there (geo/web/explore.mjs)."""
    state = shown.state
    assert state.date is not None
    html = in_names(story, state)
    st.html(heading(story, "eventsHead"))
    events = events_around(story, state.date, EVENTS_BEFORE, EVENTS_AFTER)
    # Which of them are of this day is said apart, so that each stays the same while days go by, and is not sent again.
    now = ", ".join(f'.ex-event[data-event="{event.id}"]' for event in events if event.date == state.date)
    with st.container(key="explore_events"):
        st.html(f"<style>{now or '.ex-none'} {{ border-color: var(--sm-accent); }}</style>")
        for event in events:
            note = f'<p class="ex-note">{html(event.note)}</p>' if event.note else ""
            st.html(
                f'<div class="ex-event" data-event="{event.id}"><a href="?event={event.id}" '
                f'data-event-link="{event.id}">{story.words.day(event.date)}</a>{event_notes(story, event)}'
                f"<p>{html(event.what)}</p>{note}{source_links(story, event.sources)}</div>"
            )


def event_notes(story: Story, event: Event) -> str:
    """Return between which days the sources leave an event open, and what kind of entry it is."""
    notes = []
    if event.earliest < event.latest:
        notes.append(story.words.say("openDays", span=story.words.span(event.earliest, event.latest)))
    if event.kind in TOLD_KINDS:
        notes.append(story.words.say(f"kind_{event.kind}"))
    return f'<p class="ex-note">{escape(". ".join(notes))}</p>' if notes else ""


# -- chart, downloads, method --------------------------------------------------------------------------------------


def show_chart(assets: StoryAssets, shown: Shown) -> None:
    """Draw control over the whole time, and offer it and the day's state as files."""
    story = assets.story
    day = shown.state.date
    assert day is not None
    st.html(heading(story, "chartHead") + steps_chart(story, day, assets.chart.path))
    with st.container(horizontal=True):
        for label, name, mime, data in (
            ("chartCsv", f"{story.id}-over-time.csv", "text/csv", partial(figures.steps_csv, story)),
            ("areasCsv", f"{story.id}-{day}.csv", "text/csv", partial(figures.areas_csv, story, day)),
            (
                "mapGeojson", f"{story.id}-{day}.geojson", "application/geo+json",
                partial(control_geojson, story, day),
            ),
        ):  # fmt: skip
            st.download_button(
                story.words.say(label), data, name, mime, key=f"explore_download_{label}", on_click="ignore"
            )  # fmt: skip


def show_method(story: Story, shown: Shown) -> None:
    """Explain what the map's lines and stripes stand for, and list the names that fall back."""

    def say(key: str, /, **values: object) -> str:
        return escape(story.words.say(key, **values))

    st.html(
        f'<p class="ex-note" id="legend"><b>{say("stripedTerm")}</b>: {say("stripedMeans")} '
        f"<b>{say('dashedTerm')}</b>: {say('dashedMeans')}</p>"
    )
    with st.expander(story.words.say("method")):
        html, words = in_names(story, shown.state), story.words
        fitted = sorted({unit.fitted for unit in story.units.values() if unit.fitted})
        layers = "".join(
            f'<tr><th scope="row">{escape(x.title)}</th><td>{escape(x.source)}</td>'
            f"<td>{say('accuracyAbout', accuracy=words.say(x.accuracy), km=words.decimal(f'{x.error_km:g}'))}</td></tr>"
            for x in story.layers.values() if x.day is None
        )  # fmt: skip
        form = shown.state.names or ARTICLE_FORM
        lacking = [] if form == NO_NAMES else missing_forms(story.places, [form])[form]
        names = sorted(n.name for id in lacking for n in [name_on(story.places[id], ARTICLE_FORM, story.last)] if n)
        # Apart: the names change the one, nothing the other.
        st.html(
            f'<div class="ex-method"><p>{say("howMadeLong")}</p>'
            + "".join(f"<p>{html(sentence)}</p>" for sentence in fitted)
            + f"<p>{say('lackingNames', names=', '.join(names))}</p>" * bool(names)
            + "</div>"
        )
        st.html(
            f'<div class="ex-method"><table><thead><tr>{heads(story, "layerHead", "from", "accuracyHead")}</tr></thead>'
            f"<tbody>{layers}</tbody></table></div>"
        )
