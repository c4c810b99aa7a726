import json
import runpy
from datetime import date
from pathlib import Path

import pytest

from geo.dates import Span, format_day, format_number, format_span, parse_day
from geo.errors import BadDay
from geo.language import english

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("text", ["2000-02-29", " 2000-02-29 ", date(2000, 2, 29)])
def test_parse_day(text):
    assert parse_day(text) == date(2000, 2, 29)


@pytest.mark.parametrize("text", ["1999-02-29", "2000-13-01", "2000-00-10", "0000-01-01"])
def test_a_day_that_the_calendar_lacks(text):
    with pytest.raises(BadDay, match=f"'{text}' is no day of the calendar"):
        parse_day(text)


@pytest.mark.parametrize(
    "text", ["", "2000", "2000-2-29", "29.2.2000", "2000-02-29T00:00", "2000/02/29", None, "２０００-01-01"]
)
def test_a_day_written_otherwise(text):
    with pytest.raises(BadDay, match="year-month-day"):
        parse_day(text)


def test_a_span_has_its_days_in_order():
    with pytest.raises(BadDay, match="earliest <= date <= latest"):
        Span(date(2000, 1, 2), date(2000, 1, 1), date(2000, 1, 3))


@pytest.mark.parametrize(("day", "open_"), [(8, False), (9, True), (10, True), (11, True), (12, False)])
def test_a_span_leaves_its_own_days_open(day, open_):
    span = Span(date(2000, 1, 9), date(2000, 1, 10), date(2000, 1, 11))
    assert not span.is_exact
    assert span.leaves_open(date(2000, 1, day)) is open_


def test_an_exact_span_leaves_nothing_open():
    day = date(2000, 1, 9)
    assert Span(day, day, day).is_exact
    assert not Span(day, day, day).leaves_open(day)


@pytest.mark.parametrize(
    ("earliest", "latest", "expected"),
    [
        ((2000, 2, 9), (2000, 2, 9), "9 February 2000"),
        ((2000, 2, 9), (2000, 2, 15), "9–15 February 2000"),
        ((2000, 2, 28), (2000, 3, 1), "28 February – 1 March 2000"),
        ((1999, 12, 31), (2000, 1, 1), "31 December 1999 – 1 January 2000"),
    ],
)
def test_format_span(earliest, latest, expected):
    assert format_span(date(*earliest), date(*latest)) == expected


def test_a_language_writes_days_and_numbers_in_its_own_way():
    assert format_day(date(2000, 2, 9), "hy") == "09 փետրվարի, 2000 թ."
    assert format_day(date(2000, 2, 9), "zh") == "2000年2月9日"
    assert format_span(date(2000, 2, 9), date(2000, 2, 15), "de") == "9. Februar 2000 – 15. Februar 2000"
    assert format_number(11490.5, "de") == "11.491"


def test_a_language_nobody_knows_has_days_that_all_can_read():
    assert format_day(date(2000, 2, 9), "qps") == "2000-02-09"
    assert format_span(date(2000, 2, 9), date(2000, 2, 15), "qps") == "2000-02-09 – 2000-02-15"
    assert format_number(11490, "qps") == "11\u202f490"


def test_the_browser_writes_as_python_does():
    """The file is read by tests/web/timescale.test.mjs, which writes the same days and numbers by the same formats."""
    written = runpy.run_path(str(GOLDEN / "write.py"))["written"]()
    golden = json.loads((GOLDEN / "formats.json").read_text(encoding="utf-8"))
    assert golden == written, "if this is meant: python tests/golden/write.py"


@pytest.mark.parametrize(
    ("km2", "expected"),
    [
        (0, "0 km²"),
        (0.4, "less than 10 km²"),
        (9.99, "less than 10 km²"),
        (10, "10 km²"),
        (14.9, "10 km²"),
        (15, "20 km²"),
        (25, "30 km²"),
        (11490.89, "11,490 km²"),
    ],
)
def test_format_area(km2, expected):
    assert english().area(km2) == expected
