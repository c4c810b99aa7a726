"""Control, areas, fronts and differences of the tiny story, worked out by hand.

Its units are squares of 0.1 degrees (123.09 km², see test_layers.py), the tarn a hole of 0.04 degrees in Birch
(19.69 km², which leaves Birch 103.40), the moor a frame.
"""

import dataclasses
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.control import (
    areas_on,
    control_frame,
    control_of,
    control_on,
    diff,
    diff_frame,
    fronts_on,
    passages,
    published_on,
)
from geo.errors import BadDay
from geo.events import rows_by_unit
from geo.model import ControlEvent

ALL = ["alder", "birch", "cedar", "elm", "fir", "moor", "tarn"]


def held(story, day, controller):
    return [unit for unit, c in control_on(story, day).items() if c.controller == controller]


def uncertain(story, day):
    return [unit for unit, c in control_on(story, day).items() if c.uncertain]


@pytest.mark.parametrize(
    ("day", "uplanders", "mission"),
    [
        (date(1900, 1, 1), [], []),
        (date(1901, 5, 8), [], []),  # the day before, although the sources leave it open
        (date(1901, 5, 9), ["birch", "cedar"], []),
        (date(1902, 1, 31), ["birch", "cedar"], []),
        (date(1902, 2, 1), ["birch", "cedar", "tarn"], []),
        (date(1905, 11, 9), ["birch", "cedar", "tarn"], []),
        (date(1905, 11, 10), ["cedar"], ["birch", "tarn"]),
        (date(1905, 11, 30), ["cedar"], ["birch", "tarn"]),
        (date(1905, 12, 1), [], ["birch", "tarn"]),
        (date(2000, 1, 1), [], ["birch", "tarn"]),  # after the log its state goes on
    ],
)
def test_control_on_either_side_of_each_event(valleys, day, uplanders, mission):
    assert held(valleys, day, "uplanders") == uplanders
    assert held(valleys, day, "mission") == mission
    assert held(valleys, day, "lowlanders") == [unit for unit in ALL if unit not in uplanders + mission]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(1901, 5, 7), []),
        (date(1901, 5, 8), ["birch"]),  # the earliest day
        (date(1901, 5, 9), ["birch"]),
        (date(1901, 5, 11), ["birch"]),  # the latest day
        (date(1901, 5, 12), []),
        (date(1905, 11, 9), []),
        (date(1905, 11, 10), ["cedar"]),
        (date(1905, 12, 1), ["cedar"]),
        (date(1905, 12, 2), []),
    ],
)
def test_a_unit_is_uncertain_from_the_earliest_to_the_latest_day(valleys, day, expected):
    assert uncertain(valleys, day) == expected


def test_control_knows_the_row_and_who_was_there_before(valleys):
    control = control_on(valleys, date(1905, 11, 10))
    assert (control["birch"].previous, control["birch"].row.event) == ("uplanders", "mission-1905")
    assert (control["elm"].previous, control["elm"].row.event) == (None, "start")


def test_before_the_log_nobody_knows(valleys):
    with pytest.raises(BadDay, match="the log begins on 1900-01-01; it does not say who held what on 1899-12-31"):
        control_on(valleys, date(1899, 12, 31))
    assert control_of(valleys.rows["elm"], date(1899, 12, 31)) is None


def test_areas(valleys):
    areas = areas_on(valleys, date(1901, 5, 9))
    assert list(areas) == ["lowlanders", "uplanders", "mission"]
    up, low, mission = areas["uplanders"], areas["lowlanders"], areas["mission"]
    assert up.km2 == pytest.approx(103.40 + 123.09)
    assert low.km2 == pytest.approx(3 * 123.09 + 19.69)  # alder, elm, fir, tarn; the moor is a frame
    assert up.share == pytest.approx(226.49 / 615.45)
    assert up.uncertain_km2 == pytest.approx(103.40)
    assert low.fitted_km2 == pytest.approx(123.09)  # elm
    assert up.units == ("birch", "cedar")
    assert (mission.km2, mission.share, mission.error_km2, mission.units) == (0, 0, 0, ())


def test_fronts(valleys):
    assert fronts_on(valleys, date(1900, 1, 1)) == ()
    fronts = fronts_on(valleys, date(1901, 5, 9))
    # Birch and Fir touch Cedar and Elm in a corner only; the outside of the map is no side; the frame is one.
    assert [(f.edge.a, f.edge.b, f.left, f.right, f.uncertain) for f in fronts] == [
        ("alder", "birch", "lowlanders", "uplanders", True),
        ("birch", "fir", "uplanders", "lowlanders", True),
        ("birch", "tarn", "uplanders", "lowlanders", True),
        ("cedar", "moor", "uplanders", "lowlanders", False),
    ]
    # Meridian 0.1°, equator 0.1°, four sides of 0.04° (8.906 km along parallels, 8.846 along meridians), equator 0.1°.
    assert [f.edge.km for f in fronts] == pytest.approx([11.0574, 11.1319, 17.7515, 11.1319], abs=0.0005)
    assert [f.edge.accuracy for f in fronts] == ["digitised", "surveyed", "schematic", "schematic"]


def test_the_error_of_an_area_is_length_times_error_of_its_fronts(valleys):
    areas = areas_on(valleys, date(1901, 5, 9))
    # 11.06 · 0.5 + 11.13 · 0.1 + 17.75 · 1 + 11.13 · 1 = 35.53; both sides have the same fronts.
    assert areas["uplanders"].error_km2 == pytest.approx(35.53, abs=0.01)
    assert areas["lowlanders"].error_km2 == areas["uplanders"].error_km2


def test_diff_has_every_unit_but_the_frame(valleys):
    found = diff(valleys, date(1900, 1, 1), date(1905, 12, 1))
    assert [(p.unit, p.start, p.end) for p in found if p.changed] == [
        ("birch", "lowlanders", "mission"),
        ("tarn", "lowlanders", "mission"),
    ]
    assert [p.unit for p in found] == [unit for unit in ALL if unit != "moor"]


def test_passages(valleys):
    found = passages(valleys, date(1902, 2, 1), date(1905, 12, 1))
    assert found == {
        ("uplanders", "lowlanders"): pytest.approx(123.09),
        ("uplanders", "mission"): pytest.approx(123.09),  # 103.40 + 19.69
    }
    assert passages(valleys, date(1901, 6, 1), date(1901, 6, 1)) == {}


def test_published_figures_hold_as_long_as_the_controller_holds_the_same(valleys):
    assert [p.km2 for p in published_on(valleys, date(1901, 12, 31))] == [240]
    assert [p.km2 for p in published_on(valleys, date(1901, 5, 9))] == [240]
    assert published_on(valleys, date(1902, 2, 1)) == ()  # the tarn has been added


def test_tables_for_a_notebook(valleys):
    frame = valleys.control("1901-05-09")
    assert frame.crs.to_epsg() == 4326
    assert list(frame.columns) == ["name", "district", "controller", "previous", "uncertain", "km2", "geometry"]
    assert frame.loc["birch", ["controller", "previous", "uncertain", "km2"]].tolist() == [
        "uplanders",
        "lowlanders",
        True,
        103.4,
    ]
    assert "moor" not in frame.index
    assert frame.equals(control_frame(valleys, date(1901, 5, 9)))
    passed = valleys.diff("1905-12-01", "1900-01-01")
    assert list(passed.columns) == ["from", "to", "km2", "geometry"]
    assert passed.loc["birch", ["from", "to"]].tolist() == ["mission", "lowlanders"]
    assert passed.equals(diff_frame(valleys, date(1905, 12, 1), date(1900, 1, 1)))
    with pytest.raises(BadDay):
        valleys.control("yesterday")


# -- laws ------------------------------------------------------------------------------------------------------------

FIRST = date(1900, 1, 1)
DAYS = st.dates(FIRST, date(1910, 1, 1))
CHANGES = st.lists(
    st.tuples(
        st.sampled_from([unit for unit in ALL if unit != "moor"]),
        st.integers(1, 60),
        st.sampled_from(["lowlanders", "uplanders", "mission"]),
        st.integers(0, 5),
        st.integers(0, 5),
    ),
    max_size=25,
    unique_by=lambda change: change[:2],
)


def with_log(story, changes):
    """Return the story with another log: a baseline, and changes some days after it."""
    first = [ControlEvent("start", unit, FIRST, FIRST, FIRST, "lowlanders", "whole", (), "") for unit in ALL]
    rows = [
        ControlEvent(
            "e",
            unit,
            FIRST + timedelta(day - before),
            FIRST + timedelta(day),
            FIRST + timedelta(day + after),
            who,
            "whole",
            (),
            "",
        )
        for unit, day, who, before, after in changes
    ]
    log = tuple(sorted(first + rows, key=lambda row: (row.date, row.unit)))
    return dataclasses.replace(story, log=log, rows=rows_by_unit(log, story.units))


@given(changes=CHANGES, day=st.dates(FIRST, FIRST + timedelta(70)))
def test_control_on_a_day_is_what_the_rows_of_each_unit_say(valleys, changes, day):
    story = with_log(valleys, changes)
    assert control_on(story, day) == {unit: control_of(rows, day) for unit, rows in story.rows.items()}


@given(changes=CHANGES, day=DAYS)
def test_areas_add_up_to_the_mapped_area_on_any_day(valleys, changes, day):
    areas = areas_on(with_log(valleys, changes), day).values()
    assert sum(area.km2 for area in areas) == pytest.approx(615.45)
    assert sum(area.share for area in areas) == pytest.approx(1)
    assert sorted(unit for area in areas for unit in area.units) == [unit for unit in ALL if unit != "moor"]


@given(changes=CHANGES, a=DAYS, b=DAYS)
def test_diff_backwards_is_diff_reversed(valleys, changes, a, b):
    story = with_log(valleys, changes)
    forward, back = diff(story, a, b), diff(story, b, a)
    assert [(p.unit, p.start, p.end, p.km2) for p in forward] == [(p.unit, p.end, p.start, p.km2) for p in back]
    assert passages(story, a, b) == {(x, y): km2 for (y, x), km2 in passages(story, b, a).items()}


@given(changes=CHANGES, a=DAYS, b=DAYS, c=DAYS)
def test_diffs_chain(valleys, changes, a, b, c):
    story = with_log(valleys, changes)
    for one, two, both in zip(diff(story, a, b), diff(story, b, c), diff(story, a, c), strict=True):
        assert (one.start, one.end, two.end) == (both.start, two.start, both.end)


@given(changes=CHANGES, day=DAYS)
def test_a_front_is_exactly_an_edge_between_different_controllers(valleys, changes, day):
    story = with_log(valleys, changes)
    control = control_on(story, day)
    fronts = {(front.edge.a, front.edge.b) for front in fronts_on(story, day)}
    for edge in story.edges:
        assert ((edge.a, edge.b) in fronts) == (control[edge.a].controller != control[edge.b].controller)


@given(changes=CHANGES, day=DAYS)
def test_control_changes_only_on_a_day_of_the_log(valleys, changes, day):
    story = with_log(valleys, changes)
    before, after = control_on(story, day), control_on(story, day + timedelta(1))
    changed = {unit for unit in ALL if before[unit].controller != after[unit].controller}
    assert changed <= {row.unit for row in story.log if row.date == day + timedelta(1)}
