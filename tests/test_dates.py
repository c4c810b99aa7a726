from datetime import date

import pytest

from geo.dates import Span, format_area, format_day, format_span, parse_day
from geo.errors import BadDay


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


def test_another_language_has_days_that_all_can_read():
    assert format_day(date(2000, 2, 9), "hy") == "2000-02-09"
    assert format_span(date(2000, 2, 9), date(2000, 2, 15), "hy") == "2000-02-09 – 2000-02-15"


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
    assert format_area(km2) == expected


def test_format_area_of_another_language_groups_with_a_thin_space():
    assert format_area(11490.89, "hy") == "11\u202f490 km²"
