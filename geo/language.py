"""The interface's own words: one catalogue, English complete, other languages beside it; and how they write figures.

What a story says is the author's; what buttons, legends and sentences about it say is here. A language is a file of the
same shape as ``geo/words/en.yaml``, in the engine or in a story's own ``words`` folder. What it lacks is English.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from .dates import format_day, format_number, format_span, formats, plural

__all__ = ["ENGLISH", "WORDS", "Words", "english", "placeholders"]

ENGLISH = "en"
#: The folder of languages, in the engine as in a story.
WORDS = "words"
#: Ways to count that English has not; a language may add them.
_MORE_COUNTS = ("zero", "two", "few", "many")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, eq=False)
class Words:
    """The words of one language: `sections` of texts by key, complete, since English stands in for what is missing."""

    lang: str
    sections: Mapping[str, Mapping[str, str]]

    def say(self, key: str, /, **values: object) -> str:
        """Return the words for a key such as ``"legend"``, with ``{x}`` filled in.

        Raises
        ------
        KeyError
            If the catalogue has no such key: a mistake of ours, never of a person's.
        """
        for texts in self.sections.values():
            if key in texts:
                return _PLACEHOLDER.sub(lambda found: str(values.get(found[1], "")), texts[key])
        raise KeyError(key)

    def count(self, n: int, key: str, /, **values: object) -> str:
        """Return the words for `n` things, by the language's own way to count: ``key_one``, ``key_other`` and so on."""
        counted = f"{key}_{plural(n, self.lang)}"
        known = any(counted in texts for texts in self.sections.values())
        return self.say(counted if known else f"{key}_other", n=n, **values)

    def day(self, day: datetime.date) -> str:
        """Return a day as a card prints it."""
        return format_day(day, self.lang)

    def span(self, earliest: datetime.date, latest: datetime.date) -> str:
        """Return the days from one to another, as short as they allow."""
        return format_span(earliest, latest, self.lang)

    def area(self, km2: float) -> str:
        """Return an area as people read it: rounded to 10 km², since no line on a map is better than that.

        Examples
        --------
        >>> [english().area(km2) for km2 in (11491.37, 4.2, 0)]
        ['11,490 km²', 'less than 10 km²', '0 km²']
        """
        if 0 < km2 < 10:
            return self.say("lessThanTen")
        return self.say("km2", km2=self.figure(int(km2 / 10 + 0.5) * 10))  # halves go up, as people round

    def figure(self, value: float) -> str:
        """Return a number without decimals, its thousands apart."""
        return format_number(value, self.lang)

    def decimal(self, text: str) -> str:
        """Return a number that is written with a point as the language writes it."""
        return text.replace(".", str(formats(self.lang)["decimal"]))

    def for_browser(self, *sections: str) -> dict[str, object]:
        """Return sections of the words as one, with how days and numbers are written."""
        texts = {key: text for section in sections for key, text in self.sections[section].items()}
        return {"lang": self.lang, "texts": texts, "formats": formats(self.lang)}

    def over(self, lang: str, texts: Mapping[str, str]) -> Words:
        """Return these words with those of another language over them."""
        return Words(
            lang,
            {
                section: {key: texts.get(key, text) for key, text in found.items()}
                for section, found in self.sections.items()
            }
            | {"counted": {key: text for key, text in texts.items() if key.rpartition("_")[2] in _MORE_COUNTS}},
        )


def placeholders(text: str) -> set[str]:
    """Return what is filled into a text.

    Examples
    --------
    >>> sorted(placeholders("From {from} to {to}"))
    ['from', 'to']
    """
    return set(_PLACEHOLDER.findall(text))


@cache
def english() -> Words:
    """Return the words of the engine's own language."""
    from ruamel.yaml import YAML

    text = (files("geo") / WORDS / f"{ENGLISH}.yaml").read_text(encoding="utf-8")
    return Words(ENGLISH, YAML(typ="safe", pure=True).load(text))
