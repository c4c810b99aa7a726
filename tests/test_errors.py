import pytest

from geo.errors import GeoStoryError, Problem, Report, StoryProblems, guess, unknown


def test_a_problem_is_written_as_compilers_do():
    assert str(Problem("narrative/01-a.md", 6, "too short")) == "narrative/01-a.md:6: too short"
    assert str(Problem("layers/a.geojson", None, "too short")) == "layers/a.geojson: too short"


@pytest.mark.parametrize(
    ("value", "known", "expected"),
    [
        ("lakse", ["lakes", "roads"], " Did you mean 'lakes'?"),
        ("Lakes", ["lakes", "roads"], " Did you mean 'lakes'?"),
        ("state borders", ["state_borders"], " Did you mean 'state_borders'?"),
        ("xyz", ["lakes", "roads"], ""),
        ("lakes", [], ""),
    ],
)
def test_guess(value, known, expected):
    assert guess(value, known) == expected


def test_unknown_names_all_of_a_short_list():
    assert unknown("hatch", "dot", ["none", "dots"]) == (
        "hatch 'dot' is unknown; known: none, dots. Did you mean 'dots'?"
    )


def test_unknown_of_nothing():
    assert unknown("layer", "a", []) == "layer 'a' is unknown; the story has none"


def test_unknown_names_what_resembles_in_a_long_list():
    known = [f"unit-{number:02}" for number in range(30)] + ["harbour"]
    assert unknown("unit", "harbor", known) == (
        "unit 'harbor' is unknown; known: harbour, … (31 in all). Did you mean 'harbour'?"
    )


def test_unknown_shows_a_few_of_a_long_list_if_nothing_resembles():
    known = [f"unit-{number:02}" for number in range(30)]
    assert unknown("unit", "?", known) == (
        "unit '?' is unknown; known: unit-00, unit-01, unit-02, unit-03, unit-04, unit-05, … (30 in all)."
    )


def test_a_report_raises_everything_at_once_sorted():
    report = Report()
    report.problem("b", 2, "second")
    report.problem("b", 10, "third")
    report.problem("a", None, "first")
    report.problem("b", 2, "second")
    report.warn("c", 1, "worth a look")
    with pytest.raises(StoryProblems) as caught:
        report.check()
    assert [problem.message for problem in caught.value.problems] == ["first", "second", "third"]
    assert [warning.message for warning in caught.value.warnings] == ["worth a look"]
    assert str(caught.value) == "3 problems in the story\na: first\nb:2: second\nb:10: third"
    assert isinstance(caught.value, GeoStoryError)


def test_a_report_without_problems_raises_nothing():
    report = Report()
    report.warn("a", 1, "worth a look")
    report.check()


def test_what_was_refused_is_not_called_unknown_as_well():
    report = Report()
    report.spoil("unit", "birch")
    report.lose("place")
    assert report.is_spoilt("unit", "birch")
    assert not report.is_spoilt("unit", "elm")
    assert report.is_spoilt("place, unit or layer", "anywhere")
    assert not report.is_spoilt("layer", "birch")
