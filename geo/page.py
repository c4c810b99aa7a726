"""The cards of a story: opening, steps with their footnotes, contents, sources. Plain HTML, no host."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from functools import partial
from html import unescape
from itertools import groupby
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from geo.browser import JINJA, bundle
from geo.control import areas_on
from geo.dates import language_name
from geo.poster import first_state, render_poster
from geo.prose import render_source, render_work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from geo.language import Words
    from geo.model import Footnote, Source, Step, Story, Work

#: The browser modules of the page around the map document, each after those it imports from.
PAGE_MODULES = (
    "strings", "dom", "address", "names", "reading", "footnotes", "help", "view", "poster", "wheel", "story",
)  # fmt: skip

#: The style of the page around the map document, after its letters.
PAGE_STYLES = ("tokens.css", "poster.css", "story.css")

#: The browser modules of the pages that explore and that have slides, each after those it imports from.
EXPLORE_MODULES = ("strings", "timescale", "dom", "address", "explore")
SLIDES_MODULES = ("strings", "dom", "address", "slides")

#: The reading typeface, subset by script; a browser loads only those whose letters it meets.
FONT_FACES = (
    ("source-serif-4-latin-400-normal", 400, "normal", "latin"),
    ("source-serif-4-latin-600-normal", 600, "normal", "latin"),
    ("source-serif-4-latin-400-italic", 400, "italic", "latin"),
    ("source-serif-4-latin-ext-400-normal", 400, "normal", "latin-ext"),
    ("source-serif-4-cyrillic-400-normal", 400, "normal", "cyrillic"),
)
UNICODE_RANGES = {
    "latin": "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,U+2122,U+2212",
    "latin-ext": "U+0100-0130,U+0132-0151,U+0154-02BA,U+1E00-1EFF",
    "cyrillic": "U+0400-052F,U+2116",
}

#: Areas are read rounded to this many km².
ROUNDING_KM2 = 10


def render_cards(
    story: Story, pages: Sequence[tuple[str, str]] = (), languages: Sequence[str] = (), *, script: str = ""
) -> str:
    """The cards and the frame for the map document, as an HTML fragment.

    `pages` are titles and addresses of the host's other pages, where there are any; `languages` those that the host
    shows the story in, where there are several. `script` is an element that runs before the cards are read,
    for a page that has all in it.
    Everything in it is escaped here or was sanitised when the narrative was parsed.
    """
    sections = [(section, list(steps)) for section, steps in groupby(story.steps, key=lambda step: step.section)]
    return JINJA.get_template("cards.html.j2").render(
        **writing(story.words),
        browser_words=json.dumps(story.words.for_browser("common", "page"), ensure_ascii=False, sort_keys=True),
        story=story,
        poster=render_poster(story, first_state(story)),
        script=script,
        tagged=partial(tag_names, story),
        pages=pages,
        languages=[(lang, language_name(lang)) for lang in languages] if len(languages) > 1 else [],
        has=" ".join(part for part, there in (("timeline", story.timeline), ("units", story.units)) if there),
        database_license=any(layer.license.startswith("ODbL") for layer in story.layers.values()),
        contributing=(story.path / "CONTRIBUTING.md").is_file(),
        render_work=render_work,
        render_source=render_source,
        sections=sections,
        works=works_cited(story),
        voices=sources_by_voice(story),
        layers=[layer for layer in story.layers.values() if layer.day is None],
        fitted=sorted({unit.fitted for unit in story.units.values() if unit.fitted}),
        comparisons=published_beside_computed(story),
        lines=lines_by_source(story),
        noted=[step for step in story.steps if '<aside class="note"' in step.html],
    )


def tag_names(story: Story, text: str) -> str:
    """Tell in which language a name in brackets after its place is, so that a screen reader says it in that tongue."""

    def tag(found: re.Match[str]) -> str:
        place = story.places.get(unescape(found["place"]))
        names = [name for names in place.names.values() for name in names] if place else []
        foreign = {name.name: name.lang for name in names if name.lang != story.lang}
        lang = foreign.get(unescape(found["name"]))
        return f'{found["before"]}<span lang="{escape(lang)}">{found["name"]}</span>' if lang else found[0]

    return re.sub(r'(?P<before>data-place="(?P<place>[^"]+)"[^>]*>[^<]*</a> \()(?P<name>[^()<]+)(?=\))', tag, text)


def writing(words: Words) -> dict[str, object]:
    """Return what a template says its words and figures with; what is filled in is escaped unless it is safe."""

    def say(key: str, /, **values: object) -> Markup:
        # The catalogue's own text is escaped as well: a language may be anybody's file.
        names = {name: f"{{{name}}}" for name in values}
        text = escape(words.say(key, **names))
        return Markup(re.sub(r"\{(\w+)\}", lambda found: str(escape(values.get(found[1], ""))), text))

    return {"say": say, "figure": words.figure, "decimal": words.decimal}


def page_module() -> str:
    """The browser code of the page as one ES module that exports ``show`` and ``leave``; it begins where told to."""
    return (
        f"const page = {bundle(PAGE_MODULES, '{ show, leave, begin }')};\n"
        "export const { show, leave } = page;\npage.begin();\n"
    )


def explore_module() -> str:
    """The browser code of the page that explores, as one ES module that exports ``show`` and ``leave``."""
    return f"export const {{ show, leave }} = {bundle(EXPLORE_MODULES, '{ show, leave }')};\n"


def slides_module() -> str:
    """The browser code of the page of slides, as one ES module that exports ``mount``."""
    return f"const page = {bundle(SLIDES_MODULES, '{ mount }')};\nexport const mount = page.mount;\n"


def font_css(addresses: dict[str, str]) -> str:
    """``@font-face`` rules for the fonts at these addresses, by the names in `FONT_FACES`."""
    return "".join(
        f'@font-face{{font-family:"Source Serif 4";font-style:{style};font-weight:{weight};font-display:swap;'
        f"src:url({addresses[name]}) format('woff2');unicode-range:{UNICODE_RANGES[script]}}}\n"
        for name, weight, style, script in FONT_FACES
    )


def works_cited(story: Story) -> list[tuple[Work, list[Step]]]:
    """Each work the narrative cites with the steps that cite it, by citation."""
    steps = _users(story, lambda note: note.works)
    pairs = [(story.works[id], users) for id, users in steps.items()]
    return sorted(pairs, key=lambda pair: pair[0].citation.casefold())


def sources_by_voice(story: Story) -> list[tuple[str, list[tuple[Source, list[Step]]]]]:
    """The sources of narrative and log, by whose voice they are; those of the log alone have no steps."""
    steps = _users(story, lambda note: note.sources)
    groups: dict[str, list[tuple[Source, list[Step]]]] = defaultdict(list)
    for source in story.sources.values():
        groups[source.voice].append((source, steps.get(source.id, [])))
    return sorted(groups.items())


def _users(story: Story, cited: Callable[[Footnote], Iterable[str]]) -> dict[str, list[Step]]:
    users: dict[str, list[Step]] = defaultdict(list)
    for step in story.steps:
        for id in dict.fromkeys(id for note in step.footnotes for id in cited(note)):
            users[id].append(step)
    return users


def lines_by_source(story: Story) -> list[tuple[str, str, float, float]]:
    """Where the lines between units come from: (source, accuracy, error in km, length in km), the longest first."""
    lengths: dict[tuple[str, str, float], float] = defaultdict(float)
    for edge in story.edges:
        lengths[edge.source, edge.accuracy, edge.error_km] += edge.km
    return sorted(((*line, km) for line, km in lengths.items()), key=lambda row: -row[3])


def published_beside_computed(story: Story) -> list[dict[str, object]]:
    """Published areas of a controller on a day beside the computed ones, in km², with the difference in per cent."""
    rows: list[dict[str, object]] = []
    for figure in story.published:
        if figure.controller is None or figure.date is None or not figure.km2:
            continue
        held = areas_on(story, figure.date)[figure.controller].units
        computed = sum(story.units[id].km2 for id in held if figure.district in (None, story.units[id].district))
        rows.append(
            {
                "subject": figure.subject,
                "published": figure.km2,
                "computed": round(computed / ROUNDING_KM2) * ROUNDING_KM2,
                "difference": (computed / figure.km2 - 1) * 100,
                "sources": _titles(story, figure.sources),
            }
        )
    return rows


def _titles(story: Story, ids: Iterable[str]) -> list[Source]:
    return [story.sources[id] for id in ids if id in story.sources]
