"""The Explore page in AppTest: every widget drives the map's state, the table says what the engine says."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import geopandas
import pandas
import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from geo import load_story
from geo.cli import app
from geo.control import areas_on, control_on, diff
from geo.export.data import control_geojson
from geo.model import GROUPS
from geo.state import write_query
from geo.ui import explore_page, figures
from geo.ui.chart import position, steps_chart, steps_picture
from geo.ui.current import Shelf
from geo.ui.explore_setup import explore_setup
from tests.exports import run_geo

ROOT = Path(__file__).resolve().parents[1]
STORY = load_story(ROOT)
SHELF = Shelf(folder=lambda: ROOT)
DAYS = (STORY.last - STORY.first).days


def page() -> None:
    from geo.ui.current import current_assets
    from geo.ui.explore_page import show_explore

    show_explore(current_assets())


@pytest.fixture
def explore(monkeypatch):
    """Open the page at a query."""
    monkeypatch.setattr("geo.ui.current._SHELF", SHELF)

    def open_at(**query: str) -> AppTest:
        app = AppTest.from_function(page, default_timeout=60)
        for key, value in query.items():
            app.query_params[key] = value
        app.run()
        assert not app.exception
        return app

    return open_at


def data(app: AppTest) -> dict:
    """What the map's component is told."""
    element = next(e for e in walk(app.main) if getattr(e, "type", "") == "bidi_component")
    return json.loads(element.proto.json)


def walk(block):
    for child in block.children.values():
        yield child
        if hasattr(child, "children"):
            yield from walk(child)


def state(app: AppTest) -> dict:
    return data(app)["state"]


def html(app: AppTest) -> str:
    return "".join(element.proto.body for element in walk(app.main) if element.type == "html")


def group(app: AppTest, key: str):
    return app.button_group(key=key)


def random_days(count: int, seed: int) -> list[date]:
    chance = random.Random(seed)
    return [STORY.first + timedelta(chance.randint(0, DAYS)) for _ in range(count)]


# -- widgets ---------------------------------------------------------------------------------------------------------


def test_the_page_opens_with_the_story_s_own_state(explore):
    found = state(explore())
    assert found["date"] == STORY.defaults.date.isoformat()
    assert found["layers"] == list(STORY.defaults.layers)
    assert (found["compare"], found["mode"], found["names"]) == (None, "outline", STORY.defaults.names)


@pytest.mark.parametrize("period", STORY.periods, ids=lambda p: p.id)
def test_a_period_sets_the_day_on_every_widget(explore, period):
    app = explore(date="1999-09-09")
    group(app, "explore_period").set_value(period.id).run()
    assert state(app)["date"] == period.date.isoformat()
    assert app.date_input(key="explore_day").value == period.date
    assert app.select_slider(key="explore_slider").value == period.date
    assert data(app)["rev"] == 1


def test_slider_field_and_buttons_choose_a_day(explore):
    app = explore()
    days = figures.event_days(STORY)
    app.select_slider(key="explore_slider").set_value(days[10]).run()
    assert state(app)["date"] == days[10].isoformat()
    app.button(key="explore_next").click().run()
    assert state(app)["date"] == days[11].isoformat()
    app.button(key="explore_previous").click().run()
    assert state(app)["date"] == days[10].isoformat()
    app.date_input(key="explore_day").set_value(days[10] + timedelta(1)).run()
    assert state(app)["date"] == (days[10] + timedelta(1)).isoformat()
    assert app.select_slider(key="explore_slider").value <= days[10] + timedelta(1)
    assert not app.exception


def test_every_layer_has_its_toggle(explore):
    app = explore()
    for name in GROUPS:
        for id in [id for id, layer in STORY.layers.items() if layer.group == name]:
            before = state(app)["layers"]
            toggle = group(app, f"explore_layers_{name}")
            now = [x for x in toggle.value if x != id] if id in before else [*toggle.value, id]
            toggle.set_value(now).run()
            assert set(state(app)["layers"]) == set(before) ^ {id}


def test_a_second_day_by_period_or_field_in_every_mode(explore):
    app = explore()
    first, last = STORY.periods[0], STORY.periods[-1]
    group(app, "explore_compare").set_value(first.id).run()
    assert state(app)["compare"] == first.date.isoformat()
    assert app.date_input(key="explore_compare_day").value == first.date
    for mode in ("swipe", "difference", "outline"):
        group(app, "explore_mode").set_value(mode).run()
        assert state(app)["mode"] == mode
    app.date_input(key="explore_compare_day").set_value(date(1993, 4, 3)).run()
    assert state(app)["compare"] == "1993-04-03"
    app.date_input(key="explore_compare_day").set_value(last.date).run()
    assert group(app, "explore_compare").value == last.id


def test_the_line_of_one_day_over_another_is_one_press(explore):
    app = explore(date="1993-04-03", mode="swipe")
    pairs = [key for key in (b.key for b in app.button) if key.startswith("explore_line_")]
    assert pairs == ["explore_line_1994_2020"]  # before 1994 there is no line
    app.button(key=pairs[0]).click().run()
    found = state(app)
    assert (found["date"], found["compare"], found["mode"]) == ("2020-12-01", "1994-05-12", "outline")


def test_names_are_chosen_hidden_and_shown_again(explore):
    app = explore()
    app.selectbox(key="explore_names").set_value("azerbaijani").run()
    assert state(app)["names"] == "azerbaijani"
    app.button(key="explore_toggle_names").click().run()
    assert state(app)["names"] == "none"
    app.button(key="explore_toggle_names").click().run()
    assert state(app)["names"] == "azerbaijani"


def test_a_place_is_found_by_any_of_its_names_and_the_map_goes_there(explore):
    app = explore()
    box = app.selectbox(key="explore_place")
    assert any("Şuşa" in label and "Шуша" in label for label in box.options)
    box.set_value("shushi").run()
    assert state(app)["highlight"] == ["shushi"]
    assert data(app)["view"]["center"] == list(STORY.places["shushi"].lonlat)


def test_a_chosen_place_outlives_a_change_of_names_and_day(explore):
    app = explore(date="2020-11-08")
    app.selectbox(key="explore_place").set_value("shushi").run()
    app.selectbox(key="explore_names").set_value("armenian").run()
    app.button(key="explore_previous").click().run()
    assert not app.exception
    assert app.selectbox(key="explore_place").value == "shushi"


def test_an_event_of_the_list_can_be_opened_and_is_left_with_its_day(explore):
    app = explore(event="shushi-2020")
    assert state(app)["event"] == "shushi-2020"
    assert 'href="?event=shushi-2020"' in html(app)
    assert explore_setup(STORY)["widgets"]["events"]["shushi-2020"]["zoom"] > 8
    app.button(key="explore_previous").click().run()
    assert state(app)["event"] is None


def test_reset_takes_everything_back(explore):
    app = explore(date="1993-04-03", layers="control,rivers", names="russian", compare="2020-12-01", mode="difference")
    app.button(key="explore_reset").click().run()
    fresh = state(explore())
    assert state(app) == fresh
    assert data(app)["view"] == explore_setup(STORY)["home"]


# -- address ---------------------------------------------------------------------------------------------------------


def test_what_is_wrong_in_the_address_is_put_right_and_told(explore):
    app = explore(date="1980-01-01", layers="control,lakez", names="klingon", compare="never")
    warning = app.warning[0].value
    for word in ("1980-01-01", "outside", "lakez", "klingon", "never"):
        assert word in warning
    assert state(app)["date"] == STORY.first.isoformat()
    app.button(key="explore_next").click().run()
    assert not app.warning


def test_random_addresses_open_exactly_their_state(explore):
    for day, other in zip(random_days(10, 1), random_days(10, 2), strict=True):
        app = explore(date=str(day), compare=str(other), mode="swipe", names="armenian", layers="control,districts")
        found = state(app)
        assert (found["date"], found["compare"], found["mode"], found["names"]) == (
            str(day), str(other), "swipe", "armenian",
        )  # fmt: skip
        assert found["layers"] == ["control", "districts"]
        assert write_query(STORY, explore_page.replace(app.session_state["explore_shown"].state)) == data(app)["query"]


def test_two_equal_days_say_that_there_is_no_difference(explore):
    app = explore(date="2020-11-08", compare="2020-11-08", mode="difference")
    assert "No difference: both days are 8 November 2020" in html(app)


# -- figures ---------------------------------------------------------------------------------------------------------


def test_for_200_random_days_the_table_is_the_engine_s_and_adds_up(explore):
    mapped = sum(unit.km2 for unit in STORY.units.values() if not unit.frame)
    for day in random_days(200, 3):
        table = explore_page.areas_table(STORY, day)
        rows = dict(re.findall(r'data-controller="(\w+)" data-km2="([\d.]+)"', table))
        expected = {id: area.km2 for id, area in areas_on(STORY, day).items() if area.units}
        assert {id: float(km2) for id, km2 in rows.items()} == pytest.approx(expected, abs=1e-3)
        assert sum(map(float, rows.values())) == pytest.approx(mapped, abs=0.01)
        for id, km2 in expected.items():
            shown = re.search(rf'data-controller="{id}".*?<td>([\d,]+) km²', table)
            assert shown is None or int(shown[1].replace(",", "")) == pytest.approx(km2, abs=5.01)


def test_for_50_random_pairs_what_passed_and_what_stayed_adds_up():
    mapped = sum(unit.km2 for unit in STORY.units.values() if not unit.frame)
    for start, end in zip(random_days(50, 4), random_days(50, 5), strict=True):
        table = explore_page.passed_table(STORY, start, end)
        rows = [(a, b, float(km2)) for a, b, km2 in re.findall(r'data-passed="(\w+)>(\w+)" data-km2="([\d.]+)"', table)]
        assert sum(km2 for *_, km2 in rows) == pytest.approx(mapped, abs=0.01)
        stayed = sum(p.km2 for p in diff(STORY, start, end) if not p.changed)
        assert sum(km2 for a, b, km2 in rows if a == b) == pytest.approx(stayed, abs=0.01)


def test_the_command_line_has_the_same_figures_as_the_tables(monkeypatch):
    monkeypatch.setattr("geo.story.load_story", lambda folder: STORY)

    def answer(*words: str) -> list[dict[str, str]]:
        done = CliRunner().invoke(app, [*words, "--format", "csv"])
        assert done.exit_code == 0, done.stderr
        return list(csv.DictReader(done.stdout.splitlines()))

    slack = 0.005 * len(STORY.units)  # each unit is rounded to 0.01 km²
    mapped = sum(unit.km2 for unit in STORY.units.values() if not unit.frame)
    for day in random_days(50, 6):
        held: dict[str, float] = {}
        for row in answer("control", "--date", str(day)):
            if not STORY.units[row["unit"]].frame:
                held[row["controller"]] = held.get(row["controller"], 0.0) + float(row["km2"])
        assert sum(held.values()) == pytest.approx(mapped, abs=slack)
        rows = re.findall(r'data-controller="(\w+)" data-km2="([\d.]+)"', explore_page.areas_table(STORY, day))
        assert held == pytest.approx({id: float(km2) for id, km2 in rows}, abs=slack)
    for start, end in zip(random_days(50, 7), random_days(50, 8), strict=True):
        start, end = min(start, end), max(start, end)
        words = ("diff", "--from", str(start), "--to", str(end))
        passed: dict[tuple[str, str], float] = {}
        for row in answer(*words):
            pair = row["from"], row["to"]
            passed[pair] = passed.get(pair, 0.0) + float(row["km2"])
        assert sum(passed.values()) == pytest.approx(mapped, abs=slack)
        table = explore_page.passed_table(STORY, start, end)
        rows = re.findall(r'data-passed="(\w+)>(\w+)" data-km2="([\d.]+)"', table)
        assert passed == pytest.approx({(a, b): float(km2) for a, b, km2 in rows}, abs=slack)
    # Both commands write the same rows as shapes: of each the last once more, by a process that reads the story itself.
    for asked, sums in ((("control", "--date", str(day)), held), (words, passed)):
        found: dict = {}
        for feature in json.loads(run_geo(*asked, "--format", "geojson").stdout)["features"]:
            p = feature["properties"]
            key = p["controller"] if "controller" in p else (p["from"], p["to"])
            found[key] = found.get(key, 0.0) + p["km2"]
        assert found == pytest.approx(sums, abs=slack)


def test_published_figures_stand_beside_with_their_difference(explore):
    table = explore_page.published_table(STORY, date(1994, 5, 12))
    rows = re.findall(r"<tr data-published>.*?</tr>", table)
    assert len(rows) == len(figures.published(STORY, date(1994, 5, 12)))
    assert all("source" in row and "km²" in row and "%" in row for row in rows)


def test_the_chart_s_line_moves_over_steps_on_the_story_s_own_scale():
    places = [position(STORY, day) for day in figures.change_days(STORY)]
    assert places == sorted(places)
    assert (position(STORY, STORY.first), position(STORY, STORY.last)) == pytest.approx((0, 1))
    picture = steps_picture(STORY)
    polygons = re.findall(r'<polygon points="([^"]+)"', picture)
    assert len(polygons) == len(STORY.controllers)
    for points in polygons:  # steps, not slopes: from corner to corner only one of x and y changes
        corners = [tuple(point.split(",")) for point in points.split()]
        assert all(a == c or b == d for (a, b), (c, d) in pairwise(corners))
    assert 'data-now="1994-05-12"' in steps_chart(STORY, date(1994, 5, 12), "chart.svg")


# -- downloads -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", ["1988-02-19", "1992-05-20", "2020-11-08", "2025-08-08"])
def test_the_geojson_opens_with_the_right_crs_columns_and_units(tmp_path, day):
    path = tmp_path / "day.geojson"
    path.write_text(control_geojson(STORY, date.fromisoformat(day)), encoding="utf-8")
    frame = geopandas.read_file(path)
    assert frame.crs.to_epsg() == 4326
    assert set(frame.columns) >= {"unit", "controller", "km2", "uncertain", "geometry"}
    held = control_on(STORY, date.fromisoformat(day))
    assert dict(zip(frame.unit, frame.controller, strict=True)) == {
        id: held[id].controller for id, unit in STORY.units.items() if not unit.frame
    }
    assert frame.geometry.is_valid.all()
    computed = frame.to_crs("ESRI:54034").area / 1e6  # equal-area, so km² can be compared
    assert computed.tolist() == pytest.approx(frame.km2.tolist(), rel=0.01)


def test_the_csv_files_open_and_say_what_the_engine_says():
    day = date(2020, 12, 1)
    areas = pandas.read_csv(io.BytesIO(figures.areas_csv(STORY, day)))
    expected = {id: area.km2 for id, area in areas_on(STORY, day).items() if area.units}
    assert areas.groupby("controller").km2.first().to_dict() == pytest.approx(expected, abs=0.01)
    assert (areas.km2 - areas.published_km2 - areas.difference_km2).abs().max() < 0.02
    steps = pandas.read_csv(io.BytesIO(figures.steps_csv(STORY)))
    assert list(steps.date) == [day.isoformat() for day in figures.change_days(STORY)]
    totals = steps[[f"{id}_km2" for id in STORY.controllers]].sum(axis=1)
    assert totals.max() - totals.min() < 0.05


# -- names -----------------------------------------------------------------------------------------------------------


def own_words(text: str) -> str:
    """The page's text without what may keep its spelling: sources, quotations, and the search's list of all names."""
    text = re.sub(r'<details class="ex-sources">.*?</details>', "", text, flags=re.DOTALL)
    text = re.sub(r'<div class="ex-method">.*?</div>', "", text, flags=re.DOTALL)
    return re.sub(r"“[^”]*”", "", re.sub(r"<[^>]+>", " ", text))


@pytest.mark.parametrize("form", [form.id for form in STORY.name_forms if form.id != "article"])
def test_no_place_in_words_tables_and_events_keeps_another_form(explore, form):
    for day in ("1992-05-20", "1993-10-24", "2020-11-09", "2022-08-26"):
        text = own_words(html(explore(date=day, names=form, compare="1994-05-12")))
        for place in STORY.places.values():
            chosen = [n.name for n in place.names.get(form, ()) if n.holds_on(date.fromisoformat(day))]
            for name in place.names["article"]:
                if chosen and chosen[0] != name.name and name.name[:1].isupper():
                    longer = [
                        n.name
                        for p in STORY.places.values()
                        for n in p.names["article"]
                        if name.name in n.name != name.name
                    ]
                    if not any(word in text for word in longer):
                        assert not re.search(rf"(?<!\w){re.escape(name.name)}(?!\w)", text), f"{name.name} on {day}"


@pytest.mark.parametrize("query", [{}, {"date": "1905-11-10", "compare": "1901-05-09", "mode": "difference"}])
def test_another_story_is_explored_as_well(monkeypatch, query):
    monkeypatch.setattr("geo.ui.current._SHELF", Shelf(folder=lambda: ROOT / "tests" / "stories" / "two-valleys"))
    app = AppTest.from_function(page, default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    assert state(app)["date"] == query.get("date", "1902-03-01")
    assert "km²" in html(app)
    app.button(key="explore_previous").click().run()
    assert not app.exception
