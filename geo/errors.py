"""What can go wrong with a story, said so that its author can put it right.

::

    GeoStoryError
    ├── StoryProblems     every problem of every file, found in one reading
    ├── BadDay            a day that is no day, or lies before the log begins
    └── UnknownId         a unit, layer, step or place that the story does not have

A person's mistake is never a traceback of somebody else's library: each file is read to its end, whatever is wrong is
written into a `Report`, and the report is raised once.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

__all__ = ["BadDay", "GeoStoryError", "Problem", "Report", "StoryProblems", "UnknownId", "guess", "unknown"]

#: How many allowed values a message names, and how many of a longer list.
NAMED, NEAREST = 20, 6


class GeoStoryError(Exception):
    """Root of everything this package raises on purpose."""


class BadDay(GeoStoryError, ValueError):  # noqa: N818 (says what it is)
    """A day that cannot be read, or a day before the log begins."""


class UnknownId(GeoStoryError, LookupError):  # noqa: N818
    """An id that the story does not have; the text names the nearest one."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to put right.

    Attributes
    ----------
    path : str
        The file, relative to the story's folder, with forward slashes.
    line : int or None
        Its line, counted from 1; None where a line means nothing (a missing file, a feature of a GeoJSON).
    message : str
        What was found, what is allowed, and the nearest guess.
    """

    path: str
    line: int | None
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}" if self.line else f"{self.path}: {self.message}"


class StoryProblems(GeoStoryError):  # noqa: N818
    """All problems of a story, raised once, after everything was read.

    Parameters
    ----------
    problems : iterable of Problem
        At least one.
    warnings : iterable of Problem
        What was noticed on the way and would not have stopped the story.
    """

    def __init__(self, problems: Iterable[Problem], warnings: Iterable[Problem] = ()) -> None:
        self.problems = tuple(problems)
        self.warnings = tuple(warnings)
        count = len(self.problems)
        head = "1 problem in the story" if count == 1 else f"{count} problems in the story"
        super().__init__("\n".join([head, *map(str, self.problems)]))


@dataclass
class Report:
    """Where the readers write down what they find; the only mutable thing that travels between them."""

    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    broken: dict[str, set[str]] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)

    def problem(self, path: str, line: int | None, message: str) -> None:
        """Note something that stops the story. The same words about the same line are noted once."""
        found = Problem(path, line, message)
        if found not in self.problems:
            self.problems.append(found)

    def warn(self, path: str, line: int | None, message: str) -> None:
        """Note something worth a look that does not stop the story."""
        found = Problem(path, line, message)
        if found not in self.warnings:
            self.warnings.append(found)

    def spoil(self, what: str, id: str | None) -> None:
        """Remember that `id` is there but was refused, so that nobody is told it is unknown on top of that."""
        if id:
            self.broken.setdefault(what, set()).add(id)

    def lose(self, what: str) -> None:
        """Remember that a whole file of these could not be read, so that not every mention of one is a problem."""
        self.lost.add(what)

    def is_spoilt(self, what: str, id: str) -> bool:
        """Return whether `id` was refused already. `what` may name several kinds: ``place, unit or layer``."""
        kinds = what.replace(",", " ").split()
        return any(kind in self.lost or id in self.broken.get(kind, ()) for kind in kinds)

    def check(self) -> None:
        """Raise everything that was noted.

        Raises
        ------
        StoryProblems
            If there is at least one problem.
        """
        if self.problems:
            raise StoryProblems(self._sorted(self.problems), self.sorted_warnings())

    def sorted_warnings(self) -> tuple[Problem, ...]:
        """Return the warnings by file and line."""
        return self._sorted(self.warnings)

    @staticmethod
    def _sorted(found: list[Problem]) -> tuple[Problem, ...]:
        return tuple(sorted(found, key=lambda problem: (problem.path, problem.line or 0)))


def guess(value: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """Return `` Did you mean 'x'?`` for the nearest known value, or an empty string.

    Letters count without regard to case, and `_`, `-` and a space count as one sign, since those are what people mix
    up.
    """
    names = list(known)
    plain = {_plain(name): name for name in names}
    near = difflib.get_close_matches(_plain(value), list(plain), n=1, cutoff=cutoff)
    return f" Did you mean '{plain[near[0]]}'?" if near else ""


def unknown(what: str, value: str, known: Iterable[str]) -> str:
    """Return the sentence for a value that is not among the known ones.

    Examples
    --------
    >>> unknown("layer", "lakse", ["lakes", "roads"])
    "layer 'lakse' is unknown; known: lakes, roads. Did you mean 'lakes'?"
    >>> unknown("layer", "lakes", [])
    "layer 'lakes' is unknown; the story has none"
    """
    names = list(known)
    if not names:
        return f"{what} '{value}' is unknown; the story has none"
    shown = names
    if (
        len(names) > NAMED
    ):  # forty names help nobody: those that resemble the value do, else a few to show what they are
        near = difflib.get_close_matches(_plain(value), [_plain(name) for name in names], n=NEAREST, cutoff=0.5)
        shown = [name for name in names if _plain(name) in near][:NEAREST] or names[:NEAREST]
    more = f", … ({len(names)} in all)" if len(shown) < len(names) else ""
    return f"{what} '{value}' is unknown; known: {', '.join(shown)}{more}.{guess(value, names)}"


def _plain(name: str) -> str:
    return name.casefold().replace("_", "-").replace(" ", "-")
