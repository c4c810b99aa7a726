"""Days, the spans that sources leave open, and how a card prints them.

A day is a `datetime.date`; text is ISO 8601 (``2000-02-29``) and nothing else, because ``3.2.2000`` is read as two
different days on the two sides of an ocean.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from datetime import date

from .errors import BadDay

__all__ = ["Span", "format_area", "format_day", "format_span", "parse_day"]

_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})\Z")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, order=True)
class Span:
    """The best day that sources give for an event, within the days they leave open.

    Attributes
    ----------
    earliest, date, latest : datetime.date
        Always ``earliest <= date <= latest``; all three are the same day where nothing is disputed.
    """

    earliest: datetime.date
    date: datetime.date
    latest: datetime.date

    def __post_init__(self) -> None:
        if not self.earliest <= self.date <= self.latest:
            raise BadDay(
                f"the days are out of order: earliest {self.earliest}, date {self.date}, latest {self.latest}; "
                "they must be earliest <= date <= latest"
            )

    @property
    def is_exact(self) -> bool:
        """Whether the sources leave one day only."""
        return self.earliest == self.latest

    def leaves_open(self, day: datetime.date) -> bool:
        """Return whether `day` is one of the days between which the sources do not decide, ends included."""
        return self.earliest < self.latest and self.earliest <= day <= self.latest


def parse_day(text: object) -> date:
    """Return the day that an ISO date names.

    Parameters
    ----------
    text : str or datetime.date
        ``YYYY-MM-DD``.

    Raises
    ------
    BadDay
        If it is written in another way, or the calendar has no such day.

    Examples
    --------
    >>> parse_day("2000-02-29")
    datetime.date(2000, 2, 29)
    """
    if isinstance(text, date):
        return date(text.year, text.month, text.day)
    match = _ISO.match(str(text).strip())
    if not match:
        raise BadDay(f"'{text}' is no day; write it as year-month-day, for example 2000-02-29")
    try:
        return date(*map(int, match.groups()))
    except ValueError as error:
        raise BadDay(f"'{text}' is no day of the calendar ({error})") from None


def format_day(day: date, lang: str = "en") -> str:
    """Return a day as a card prints it.

    English has month names; any other language gets the ISO form, which all of them can read.

    Examples
    --------
    >>> format_day(date(2000, 2, 9))
    '9 February 2000'
    >>> format_day(date(2000, 2, 9), "fr")
    '2000-02-09'
    """
    if not lang.startswith("en"):
        return day.isoformat()
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def format_span(earliest: date, latest: date, lang: str = "en") -> str:
    """Return the days from `earliest` to `latest`, as short as they allow.

    Examples
    --------
    >>> format_span(date(2000, 2, 9), date(2000, 2, 15))
    '9–15 February 2000'
    >>> format_span(date(2000, 2, 28), date(2000, 3, 1))
    '28 February – 1 March 2000'
    >>> format_span(date(1999, 12, 31), date(2000, 1, 1))
    '31 December 1999 – 1 January 2000'
    """
    if earliest == latest:
        return format_day(earliest, lang)
    if not lang.startswith("en") or earliest.year != latest.year:
        return f"{format_day(earliest, lang)} – {format_day(latest, lang)}"
    if earliest.month != latest.month:
        return f"{earliest.day} {_MONTHS[earliest.month - 1]} – {format_day(latest, lang)}"
    return f"{earliest.day}–{format_day(latest, lang)}"


def format_area(km2: float, lang: str = "en") -> str:
    """Return an area as people read it: rounded to 10 km², since no line on the map is better than that.

    Examples
    --------
    >>> format_area(11491.37)
    '11,490 km²'
    >>> format_area(4.2)
    'less than 10 km²'
    >>> format_area(0)
    '0 km²'
    """
    if 0 < km2 < 10:
        return "less than 10 km²"
    tens = int(km2 / 10 + 0.5) * 10  # halves go up, as people round, not to the even ten
    return f"{tens:,} km²" if lang.startswith("en") else f"{tens:,} km²".replace(",", "\u202f")
