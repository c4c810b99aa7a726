from datetime import date

import pytest

from geo.errors import Report
from geo.model import Name, NameForm, Place
from geo.reading import Entry, Record
from geo.toponyms import missing_forms, name_on, parse_names

FORMS = (NameForm("article", "Article"), NameForm("other", "Other"))


def rows(report, *cells):
    columns = ("place", "form", "name", "script", "valid_from", "valid_to")
    return [
        Record(report, "names.csv", {k: Entry(v, line, v) for k, v in zip(columns, row, strict=True)}, line)
        for line, row in enumerate(cells, start=2)
    ]


def test_names_by_place_and_form():
    report = Report()
    found = parse_names(
        rows(
            report,
            ("hill", "article", "Hill", "en", "", ""),
            ("hill", "other", "Բլուր", "hy", "", "1920-05-01"),
            ("hill", "other", "Гора", "ru", "1920-05-01", ""),
        ),
        FORMS,
    )
    assert not report.problems
    assert found["hill"]["other"] == [
        Name("Բլուր", "hy", None, date(1920, 5, 1)),
        Name("Гора", "ru", date(1920, 5, 1), None),
    ]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (("Hill", "article", "Hill", "en", "", ""), "place 'Hill' is no id; an id has a–z and 0–9, joined by single - or _"),
        (("hill", "articel", "Hill", "en", "", ""), "form 'articel' is unknown; known: article, other. Did you mean 'article'?"),
        (("hill", "article", "", "en", "", ""), "name is empty"),
        (("hill", "article", "Hill", "Latin", "", ""), "script 'Latin' is no language tag; write for example en, hy or sr-Latn"),
        (("hill", "article", "Hill", "en", "1990", ""), "valid_from: '1990' is no day; write it as year-month-day, for example 2000-02-29"),
        (("hill", "article", "Hill", "en", "1990-01-02", "1990-01-02"), "valid_to 1990-01-02 must be after valid_from 1990-01-02"),
    ],
)  # fmt: skip
def test_names_that_are_none(row, expected):
    report = Report()
    assert parse_names(rows(report, row), FORMS) == {}
    assert [problem.message for problem in report.problems] == [expected]


@pytest.mark.parametrize(
    ("first", "second", "overlap"),
    [("1920-05-01", "1920-05-01", False), ("1920-05-02", "1920-05-01", True), ("", "1920-05-01", True)],
)
def test_two_names_of_one_form_do_not_hold_at_once(first, second, overlap):
    report = Report()
    parse_names(rows(report, ("hill", "other", "A", "en", "", first), ("hill", "other", "B", "en", second, "")), FORMS)
    expected = ["'B' and 'A' are both the other form of 'hill' at the same time"] if overlap else []
    assert [problem.message for problem in report.problems] == expected


@pytest.mark.parametrize("lang", ["en", "hy-Latn", "az-Cyrl", "sr-Latn-RS", "hyw"])
def test_language_tags(lang):
    report = Report()
    parse_names(rows(report, ("hill", "article", "Hill", lang, "", "")), FORMS)
    assert not report.problems


HILL = Place(
    "hill",
    None,
    None,
    "",
    {
        "article": (Name("Hill", "en"),),
        "other": (Name("Alt", "de", None, date(1920, 5, 1)), Name("Neu", "de", date(1930, 1, 1), None)),
    },
)


@pytest.mark.parametrize(
    ("form", "day", "expected"),
    [
        ("article", date(1900, 1, 1), "Hill"),
        ("other", date(1920, 4, 30), "Alt"),
        ("other", date(1920, 5, 1), "Hill"),  # the first day on which the old name no longer holds: none does
        ("other", date(1929, 12, 31), "Hill"),
        ("other", date(1930, 1, 1), "Neu"),
        ("third", date(1930, 1, 1), "Hill"),
    ],
)
def test_the_name_that_holds_on_a_day(form, day, expected):
    assert name_on(HILL, form, day).name == expected


def test_a_place_without_names():
    assert name_on(Place("x", None, None, "", {}), "article", date(2000, 1, 1)) is None


def test_which_places_lack_a_form(valleys):
    assert missing_forms(valleys.places, ["article", "upland"]) == {
        "article": (),
        "upland": ("elmstead", "tarn", "north"),
    }


def test_places_of_the_tiny_story(valleys):
    assert list(valleys.places) == ["birchton", "elmstead", "tarn", "north"]
    assert valleys.places["birchton"].lonlat == (-19.89, 0.05)
    # `north` has a name but no point: it lies where the layer of that id does.
    assert valleys.places["north"].lonlat == pytest.approx((-19.85, 0.05), abs=0.1)
    day = date(1905, 11, 10)
    names = [name_on(valleys.places["birchton"], form.id, day).name for form in valleys.name_forms]
    assert names == ["Birchton", "Բիրչտոն", "Берёзовск"]
