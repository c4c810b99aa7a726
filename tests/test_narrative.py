from datetime import date

import pytest

from geo.errors import StoryProblems
from geo.model import Play, View
from geo.story import load_story

STEP = """\
---
id: {id}
title: A step
date: {date}
view: {view}
{more}
---
One.[^V1]
"""


def write_step(folder, *, id="new", date="1902-01-01", view="{focus: birch}", more=""):
    (folder / "narrative" / "04-new.md").write_text(
        STEP.format(id=id, date=date, view=view, more=more).replace("\n\n---", "\n---")
    )


def new_step(folder, **fields):
    write_step(folder, **fields)
    return load_story(folder).step("new")


def problems_of(folder, **fields):
    write_step(folder, **fields)
    with pytest.raises(StoryProblems) as caught:
        load_story(folder)
    return [str(problem).removeprefix("narrative/04-new.md:") for problem in caught.value.problems]


def test_steps_come_in_the_order_of_their_files(valleys):
    assert [step.id for step in valleys.steps] == ["before", "pass", "mission"]
    assert [step.path for step in valleys.steps] == [
        "narrative/01-before.md",
        "narrative/02-pass.md",
        "narrative/03-mission.md",
    ]


def test_a_step_with_everything(valleys):
    step = valleys.step("pass")
    assert step.title == "Over the pass: Բիրչտոն 🏔"
    assert (step.date, step.date_label) == (date(1901, 5, 9), "8–11 May 1901")
    assert step.layers == ("control", "rivers", "towns")
    assert step.highlight == ("birch", "birchton", "north")
    assert step.compare == date(1900, 1, 2)
    assert step.play == Play(date(1901, 5, 1), date(1901, 5, 9))
    assert (step.section, step.names) == ("The pass", "upland")
    assert step.places == ("birchton", "tarn")
    assert (step.claims, step.sourced_claims) == (6, 5)
    assert [(note.label, note.number, note.references) for note in step.footnotes] == [
        ("2", 1, 2),
        ("V2", 2, 2),
        ("V1", 3, 2),
    ]


def test_a_step_with_little(valleys):
    step = valleys.step("mission")
    assert step.date_label == "1 December 1905"
    assert (step.layers, step.highlight, step.compare, step.play, step.names) == (None, (), None, None, None)


def test_a_step_that_is_not_there(valleys):
    assert valleys.step("nowhere") is None


def test_a_readme_is_no_step(copied):
    (copied / "narrative" / "README.md").write_text("# How to write a step\n")
    assert len(load_story(copied).steps) == 3


def test_a_name_without_a_number_is_a_warning(copied):
    (copied / "narrative" / "03-mission.md").rename(copied / "narrative" / "mission.md")
    assert (
        "narrative/mission.md: the name does not begin with a number; files are read in the order of their names"
        in [str(warning) for warning in load_story(copied).warnings]
    )


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("{center: [-19.85, 0.01], zoom: 10.5}", View(center=(-19.85, 0.01), zoom=10.5)),
        ("{bounds: [-20, -0.1, -19.7, 0.1]}", View(bounds=(-20, -0.1, -19.7, 0.1))),
        ("{focus: birchton, zoom: 11}", View(center=(-19.89, 0.05), zoom=11)),  # a place
        ("{focus: birch}", View(bounds=(-19.9, 0, -19.8, 0.1))),  # a unit
        ("{focus: birch, zoom: 9}", View(center=(-19.85, 0.05), zoom=9)),
        ("{focus: south}", View(bounds=(-20, -0.1, -19.8, 0))),  # a district: Elm and Fir
        ("{focus: rivers}", View(bounds=(-20, -0.05, -19.75, 0))),  # a layer
        ("{focus: ford}", View(bounds=(-20, -0.05, -19.75, 0))),  # a feature
        ("{focus: control_1901}", View(bounds=(-20, -0.1, -19.7, 0.1))),  # drawn from the log: all units but the frame
    ],
)
def test_views(copied, view, expected):
    found = new_step(copied, view=view).view
    assert found == expected


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("11", "view must be a group of named fields"),
        ("{zoom: 11}", "view: a view is one of {focus: id, zoom: 11}, {bounds: [west, south, east, north]} or {center: [lon, lat], zoom: 11}"),
        ("{focus: birch, bounds: [-20, -0.1, -19.7, 0.1]}", "view: a view is one of {focus: id, zoom: 11}, {bounds: [west, south, east, north]} or {center: [lon, lat], zoom: 11}"),
        ("{focus: brich}", "view: focus 'brich' is unknown; known: birch, birchton, control, control_1901, alder, cedar, elm, elmstead, fir, ford, moor, north, relief, rivers, south, tarn, towns. Did you mean 'birch'?"),
        ("{focus: birchton}", "view: focus 'birchton' is a point, so it needs a zoom"),
        ("{focus: birch, zoom: 99}", "view: zoom is 99; allowed: 0 to 22"),
        ("{bounds: [1, 2, 3]}", "view: bounds must be 4 numbers: [west, south, east, north]"),
        ("{bounds: [1, 2, 0, 3]}", "view: bounds [1.0, 2.0, 0.0, 3.0] must be west < east and south < north, in degrees"),
        ("{bounds: [1, 2, 3, 4], zoom: 3}", "view: field 'zoom' is unknown; known: bounds."),
        ("{center: [0, 91], zoom: 3}", "view: center 0, 91 is no longitude and latitude"),
        ("{center: [0, 1]}", "view: a center needs a zoom"),
    ],
)  # fmt: skip
def test_views_that_are_none(copied, view, expected):
    found = problems_of(copied, view=view)[0]
    if "known: birch," in expected:  # seventeen names, in alphabetical order
        assert found.startswith("5: view: focus 'brich' is unknown; known: alder, birch, birchton, cedar, control,")
        assert found.endswith("tarn, towns. Did you mean 'birch'?")
    else:
        assert found == f"5: {expected}"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("layers: control", ["6: layers must be a list, for example [a, b]"]),
        ("layers: [control, contrl]", ["6: layer 'contrl' is unknown; known: control, control_1901, north, rivers, towns, relief. Did you mean 'control'?"]),
        ("highlight: [[birch]]", ["6: highlight holds something that is no name"]),
        ("compare: 1902-01-01", ["6: compare 1902-01-01 is the step's own date; there is nothing to compare"]),
        ("compare: 1899-12-31", ["6: compare 1899-12-31 lies before 1900-01-01, where the log begins"]),
        ("play: {from: 1902-01-01}", ["6: play: field to missing; needed: from, to"]),
        ("play: {from: 1902-01-01, to: 1901-01-01}", ["6: play: play runs forward: from 1902-01-01 is not before to 1901-01-01"]),
        ("names: artikel", ["6: names 'artikel' is unknown; known: article, upland, lowland. Did you mean 'article'?"]),
        ("nmaes: article", ["6: field 'nmaes' is unknown; known: id, title, date, view, date_label, layers, highlight, compare, play, section, names. Did you mean 'names'?"]),
    ],
)  # fmt: skip
def test_front_matter_that_is_wrong(copied, more, expected):
    assert problems_of(copied, more=more) == expected


def test_a_play_that_ends_on_another_day_is_a_warning(copied):
    write_step(copied, more="play: {from: 1901-01-01, to: 1901-12-31}")
    assert "narrative/04-new.md:6: play ends on 1901-12-31, but the step shows 1902-01-01" in map(
        str, load_story(copied).warnings
    )


def test_a_footnote_of_the_article_that_cites_another_work_is_a_warning(copied):
    path = copied / "narrative" / "02-pass.md"
    path.write_text(path.read_text().replace("[^2]", "[^3]"))
    assert "narrative/02-pass.md: footnote [^3] cites 'walker1903', which the article cites in 2, 7" in map(
        str, load_story(copied).warnings
    )


def test_windows_line_ends(copied):
    path = copied / "narrative" / "01-before.md"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_story(copied).step("before").html == load_story(copied.parent / "story").step("before").html
