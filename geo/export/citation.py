"""How a map is cited: APA (7th edition, works without an author of their own) and BibTeX, with the article it follows."""  # noqa: E501

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from geo.describe import day_label

if TYPE_CHECKING:
    from geo.model import State, Story

__all__ = ["cite_apa", "cite_bibtex"]


def cite_apa(story: Story, state: State, url: str, seen: date) -> str:
    """Return the citation of a map in one state, then that of the article."""
    words = story.words
    retrieved = words.say("retrieved", day=words.day(seen), url=url)
    lines = [f"{_map_title(story, state)} [{_cited(story)}]. ({words.say('undated')}). {retrieved}"]
    article = story.article
    if article:
        parts = [
            _inverted(article.get("author", story.author)),
            f"({article.get('year', words.say('undated'))}).",
            article["title"] + ".",
        ]
        lines.append(" ".join([*parts, (article.get("publisher", "") + ".").lstrip(".")]).strip())
    return "\n\n".join(lines)


def cite_bibtex(story: Story, state: State, url: str, seen: date) -> str:
    """Return BibTeX entries of a map in one state and of the article."""
    key = re.sub(r"[^a-z0-9]+", "", story.id.casefold()) or "storymap"
    note = _cited(story)
    entries = [
        f"@misc{{{key}-map,\n"
        f"  title = {{{_tex(_map_title(story, state))}}},\n"
        f"  howpublished = {{{_tex(note)}}},\n"
        f"  url = {{{url}}},\n"
        f"  urldate = {{{seen.isoformat()}}}\n}}"
    ]
    article = story.article
    if article.get("title"):
        fields = {
            "author": _family_first(article.get("author", story.author)), "title": article.get("title", ""),
            "institution": article.get("publisher", ""), "year": str(article.get("year", "")),
        }  # fmt: skip
        lines = ",\n".join(f"  {name} = {{{_tex(value)}}}" for name, value in fields.items() if value)
        entries.append(f"@techreport{{{key}-article,\n{lines}\n}}")
    return "\n\n".join(entries)


def _cited(story: Story) -> str:
    return story.words.say("citedMapAfter" if story.author else "citedMap", author=story.author)


def _map_title(story: Story, state: State) -> str:
    day = day_label(story, state.date)
    return story.words.say("mapTitle", title=story.title, day=day) if day else story.title


def _family_first(name: str) -> str:
    given, _, family = name.rpartition(" ")
    return f"{family}, {given}" if given else name


def _inverted(name: str) -> str:
    """Return ``Family, G.``, as APA has it.

    Examples
    --------
    >>> _inverted("Ada Mary Lovelace")
    'Lovelace, A. M.'
    """
    *given, family = name.split()
    return f"{family}, {' '.join(part[0] + '.' for part in given)}" if given else name


def _tex(text: str) -> str:
    return re.sub(r"([&%$#_{}])", r"\\\1", text)
