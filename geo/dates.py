"""Days, the spans that sources leave open, and how a card prints them.

A day is a `datetime.date`; text is ISO 8601 (``2000-02-29``) and nothing else, because ``3.2.2000`` is read as two
different days on the two sides of an ocean.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from .errors import BadDay

__all__ = ["Span", "format_day", "format_number", "format_span", "formats", "language_name", "parse_day", "plural"]

_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})\Z")


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
        return _day(text.year, text.month, text.day)
    match = _ISO.match(str(text).strip())
    if not match:
        raise BadDay(f"'{text}' is no day; write it as year-month-day, for example 2000-02-29")
    try:
        return _day(*map(int, match.groups()))
    except ValueError as error:
        raise BadDay(f"'{text}' is no day of the calendar ({error})") from None


@cache
def _day(year: int, month: int, day: int) -> date:
    """Return the one object of a day: a log names the same days over and over, and is gone through all along."""
    return date(year, month, day)


def formats(lang: str) -> dict[str, object]:
    """Return how a language writes days and numbers, for Python and the browser alike.

    Returns
    -------
    dict
        ``day``, a pattern with ``{d}``, ``{dd}``, ``{m}``, ``{mm}``, ``{month}`` and ``{y}``; ``months``, twelve names;
        ``group``, what stands between thousands; ``decimal``, what stands before decimals. They are those of the
        Unicode CLDR, by way of Babel; a language that it does not know has days as ISO writes them, which all can
        read. Plain English is written as in Britain.

    Examples
    --------
    >>> formats("en")["day"], formats("es")["day"], formats("qaa")["day"]
    ('{d} {month} {y}', '{d} de {month} de {y}', '{y}-{mm}-{dd}')
    """
    return _formats("en-GB" if lang == "en" else lang)


@cache
def _formats(lang: str) -> dict[str, object]:
    from babel import Locale, UnknownLocaleError
    from babel.dates import get_date_format, get_era_names, get_month_names

    try:
        locale = Locale.parse(lang, sep="-")
    except (UnknownLocaleError, ValueError):
        return {"day": "{y}-{mm}-{dd}", "months": [], "group": "\u202f", "decimal": "."}
    era = get_era_names("abbreviated", locale)[1]
    fields = {"d": "{d}", "dd": "{dd}", "M": "{m}", "MM": "{mm}", "MMMM": "{month}", "LLLL": "{month}", "G": era}

    def field(found: re.Match[str]) -> str:
        if found[1] is not None:
            return found[1] or "'"  # quoted words, or an apostrophe written twice
        return fields.get(found[0], "{y}")

    pattern = re.sub(r"'([^']*)'|d+|M+|L+|G+|y+", field, get_date_format("long", locale).pattern)
    months = [name for _, name in sorted(get_month_names("wide", "format", locale).items())]
    symbols = locale.number_symbols
    symbols = symbols.get("latn", symbols)
    return {"day": pattern, "months": months, "group": symbols["group"], "decimal": symbols["decimal"]}


def language_name(lang: str) -> str:
    """Return what a language calls itself; its tag, if nobody knows it.

    Examples
    --------
    >>> language_name("fr"), language_name("qaa")
    ('français', 'qaa')
    """
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(lang, sep="-").get_display_name() or lang
    except (UnknownLocaleError, ValueError):
        return lang


def plural(n: int, lang: str) -> str:
    """Return how a language counts `n` things: ``zero``, ``one``, ``two``, ``few``, ``many`` or ``other``.

    Examples
    --------
    >>> [plural(n, "en") for n in (0, 1, 2)], [plural(n, "ru") for n in (1, 3, 5)]
    (['other', 'one', 'other'], ['one', 'few', 'many'])
    """
    from babel import Locale, UnknownLocaleError

    try:
        return str(Locale.parse(lang, sep="-").plural_form(n))
    except (UnknownLocaleError, ValueError):
        return "one" if n == 1 else "other"


def format_day(day: date, lang: str = "en") -> str:
    """Return a day as a card prints it in a language.

    Examples
    --------
    >>> format_day(date(2000, 2, 9))
    '9 February 2000'
    >>> format_day(date(2000, 2, 9), "fr")
    '9 février 2000'
    """
    known = formats(lang)
    months = known["months"]
    assert isinstance(months, list)
    fields = {
        "d": str(day.day), "dd": f"{day.day:02}", "m": str(day.month), "mm": f"{day.month:02}", "y": str(day.year),
        "month": months[day.month - 1] if months else "",
    }  # fmt: skip
    return re.sub(r"\{(\w+)\}", lambda found: fields[found[1]], str(known["day"]))


def format_number(value: float, lang: str = "en") -> str:
    """Return a number without decimals, halves rounded up, its thousands apart as a language has them.

    Examples
    --------
    >>> format_number(11490.5), format_number(11490.5, "de")
    ('11,491', '11.491')
    """
    return f"{int(value + 0.5):,}".replace(",", str(formats(lang)["group"]))


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
        return f"{format_day(earliest, lang).removesuffix(f' {earliest.year}')} – {format_day(latest, lang)}"
    return f"{earliest.day}–{format_day(latest, lang)}"
