"""Words that a story avoids in its own voice: read from its own list, found with their file and line.

The list is a markdown table whose first column holds the words in backquotes; a star at the end stands for any ending.
What stands in quotation marks, in a footnote or in a block quotation is somebody else's and is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from .errors import Report

__all__ = ["find_avoided", "parse_avoided", "warn_wording"]

_ROW = re.compile(r"^\|\s*`([^`|]+)`\s*\|", re.MULTILINE)
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_TITLE = re.compile(r"^title:.*$", re.MULTILINE)
_NOT_OURS = re.compile(r"“[^”]*”|\"[^\"\n]*\"|^\[\^[^\]]+\]:.*$", re.MULTILINE)


def parse_avoided(text: str) -> dict[str, re.Pattern[str]]:
    r"""Return the words of a list with a pattern for each; the rest of the text may say what it likes.

    >>> sorted(parse_avoided("| avoid | instead |\n|---|---|\n| `gain*` | came to hold |"))
    ['gain*']
    """
    words = dict.fromkeys(word.strip() for word in _ROW.findall(text))
    return {word: _pattern(word) for word in words}


def _pattern(word: str) -> re.Pattern[str]:
    end = "" if word.endswith("*") else r"\b"
    return re.compile(r"\b" + re.escape(word.rstrip("*")) + end, re.IGNORECASE)


def find_avoided(text: str, avoided: dict[str, re.Pattern[str]]) -> list[tuple[int, str, str]]:
    """Return (line, what stands there, word of the list) for each avoided word in a markdown text with front matter."""
    kept = _FRONT_MATTER.sub(lambda match: _blank(match.group(), keep=_TITLE), text)
    kept = _NOT_OURS.sub(lambda match: _blank(match.group()), kept)
    found = []
    for word, pattern in avoided.items():
        for match in pattern.finditer(kept):
            end = re.match(r"\w*", kept[match.end() :])
            found.append((kept.count("\n", 0, match.start()) + 1, match.group() + (end.group() if end else ""), word))
    return sorted(found)


def _blank(text: str, keep: re.Pattern[str] | None = None) -> str:
    """Replace all but line ends (and what `keep` matches) by blanks, so that lines and places stay."""
    blank = re.sub(r"[^\n]", " ", text)
    for match in keep.finditer(text) if keep else ():
        blank = blank[: match.start()] + match.group() + blank[match.end() :]
    return blank


def warn_wording(
    report: Report, texts: Iterable[tuple[str, int | None, str]], avoided: dict[str, re.Pattern[str]]
) -> None:
    """Warn of each avoided word; `texts` are (file, line of a single line or None for a whole file, text)."""
    for name, line, text in texts:
        for at, seen, word in find_avoided(text, avoided):
            report.warn(name, line or at, f"“{seen}” is a word this story avoids in its own voice (`{word}`)")
