"""The shipped layers, held against figures and days that were worked out from the sources by hand.

Nothing of the engine is used here: the files have to be right by themselves.
"""

from __future__ import annotations

import csv
import json
import re
from itertools import combinations
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import Geod
from shapely.geometry import Point

ROOT = Path(__file__).parent.parent
LAYERS = ROOT / "layers"
GEOJSON = sorted(path.relative_to(LAYERS).as_posix() for path in LAYERS.rglob("*.geojson"))
TABLES = sorted(path.name for path in LAYERS.glob("*.csv"))
GEOD = Geod(ellps="WGS84")

AZERBAIJAN, ARMENIAN, ZONE = "azerbaijan", "armenian_forces", "peacekeepers_zone"


def rows(name: str) -> list[dict[str, str]]:
    with (LAYERS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def km2(geometry) -> float:
    return abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(geometry))[0]) / 1e6


@pytest.fixture(scope="module")
def units() -> gpd.GeoDataFrame:
    return gpd.read_file(LAYERS / "control_units.geojson").set_index("unit")


@pytest.fixture(scope="module")
def log() -> list[dict[str, str]]:
    return rows("control_events.csv")


@pytest.fixture(scope="module")
def towns() -> dict[str, Point]:
    frame = gpd.read_file(LAYERS / "context" / "towns.geojson")
    return dict(zip(frame["place"], frame.geometry, strict=True))


def control_on(log: list[dict[str, str]], day: str) -> dict[str, str]:
    control: dict[str, str] = {}
    for row in log:  # sorted by date, which a test of its own makes sure of
        if row["date"] <= day:
            control[row["unit"]] = row["controller"]
    return control


def held(units: gpd.GeoDataFrame, log: list[dict[str, str]], controller: str, day: str) -> float:
    control = control_on(log, day)
    return sum(unit.km2 for unit in units.itertuples() if not unit.frame and control[unit.Index] == controller)


# -- areas -----------------------------------------------------------------------------------------------------------


def test_land_held_by_armenian_forces_in_1994_is_within_3_percent_of_the_published_11458(units, log):
    assert held(units, log, ARMENIAN, "1994-05-12") == pytest.approx(11458, rel=0.03)


def test_peacekeepers_zone_of_december_2020_lies_in_the_published_range(units, log):
    assert 2800 <= held(units, log, ZONE, "2020-12-01") <= 3200


@pytest.mark.parametrize(
    ("district", "published"),
    [("kalbajar", 1936), ("lachin", 1835), ("qubadli", 802), ("jabrayil", 1050), ("zangilan", 707)],
)
def test_whole_districts_are_within_6_percent_of_their_published_area(units, district, published):
    assert units.loc[units.district == district, "km2"].sum() == pytest.approx(published, rel=0.06)


def test_oblast_is_within_2_percent_of_the_published_4388(units):
    assert units.loc[units.oblast, "km2"].sum() == pytest.approx(4388, rel=0.02)


def test_horadiz_and_jojug_marjanli_come_to_the_published_21000_hectares(units):
    assert units.km2["fuzuli-horadiz"] + units.km2["jabrayil-marjanli"] == pytest.approx(210, rel=0.02)


def test_the_whole_mapped_area_is_soviet_azerbaijan_in_1988(units, log):
    assert set(control_on(log, "1988-02-20").values()) == {AZERBAIJAN}
    assert held(units, log, AZERBAIJAN, "1988-02-20") == pytest.approx(units.loc[~units.frame, "km2"].sum())


def test_only_one_controller_is_left_after_september_2023(log):
    assert set(control_on(log, "2023-09-20").values()) == {AZERBAIJAN}


def test_areas_in_the_file_are_geodesic(units):
    for unit in units.itertuples():
        assert unit.km2 == pytest.approx(km2(unit.geometry), abs=0.01)


# -- days ------------------------------------------------------------------------------------------------------------

TURNS = {
    "shushi": [("1992-05-09", AZERBAIJAN, ARMENIAN), ("2020-11-08", ARMENIAN, AZERBAIJAN)],
    "khojaly": [
        ("1992-02-26", AZERBAIJAN, ARMENIAN),
        ("2020-11-10", ARMENIAN, ZONE),
        ("2023-09-20", ZONE, AZERBAIJAN),
    ],
    "lachin": [
        ("1992-05-18", AZERBAIJAN, ARMENIAN),
        ("2020-11-10", ARMENIAN, ZONE),
        ("2022-08-26", ZONE, AZERBAIJAN),
    ],
    "zabukh": [("1992-05-18", AZERBAIJAN, ARMENIAN), ("2022-08-26", ZONE, AZERBAIJAN)],
    "sus": [("2020-11-10", ARMENIAN, ZONE), ("2022-08-26", ZONE, AZERBAIJAN)],
    "kalbajar": [("1993-04-03", AZERBAIJAN, ARMENIAN), ("2020-11-25", ARMENIAN, AZERBAIJAN)],
    "martakert": [
        ("1991-12-31", AZERBAIJAN, ARMENIAN),
        ("1992-07-04", ARMENIAN, AZERBAIJAN),
        ("1993-06-27", AZERBAIJAN, ARMENIAN),
        ("2020-11-10", ARMENIAN, ZONE),
        ("2023-09-20", ZONE, AZERBAIJAN),
    ],
    "agdam": [("1993-07-23", AZERBAIJAN, ARMENIAN), ("2020-11-20", ARMENIAN, AZERBAIJAN)],
    "fuzuli": [("1993-08-23", AZERBAIJAN, ARMENIAN), ("2020-10-17", ARMENIAN, AZERBAIJAN)],
    "jabrayil": [("1993-08-18", AZERBAIJAN, ARMENIAN), ("2020-10-09", ARMENIAN, AZERBAIJAN)],
    "qubadli": [("1993-08-31", AZERBAIJAN, ARMENIAN), ("2020-10-25", ARMENIAN, AZERBAIJAN)],
    "zangilan": [("1993-10-29", AZERBAIJAN, ARMENIAN), ("2020-10-20", ARMENIAN, AZERBAIJAN)],
    "hadrut": [("1991-12-31", AZERBAIJAN, ARMENIAN), ("2020-10-15", ARMENIAN, AZERBAIJAN)],
    "horadiz": [("1993-10-24", AZERBAIJAN, ARMENIAN), ("1994-01-06", ARMENIAN, AZERBAIJAN)],
    "stepanakert": [
        ("1991-12-31", AZERBAIJAN, ARMENIAN),
        ("2020-11-10", ARMENIAN, ZONE),
        ("2023-09-20", ZONE, AZERBAIJAN),
    ],
    "askeran": [
        ("1991-12-31", AZERBAIJAN, ARMENIAN),
        ("2020-11-10", ARMENIAN, ZONE),
        ("2023-09-20", ZONE, AZERBAIJAN),
    ],
    "malibeyli": [("1992-02-11", AZERBAIJAN, ARMENIAN)],
    "gushchular": [("1992-02-11", AZERBAIJAN, ARMENIAN)],
    "garadaghly": [("1992-02-17", AZERBAIJAN, ARMENIAN)],
    "maragha": [("1992-04-10", ARMENIAN, AZERBAIJAN)],
    "yeghtsahogh": [("1992-05-17", AZERBAIJAN, ARMENIAN)],
    "lisagor": [("1992-05-09", AZERBAIJAN, ARMENIAN), ("2020-11-10", ARMENIAN, ZONE)],
    "shahumyan": [("1992-06-13", ARMENIAN, AZERBAIJAN)],
    "madagiz": [("1994-04-10", AZERBAIJAN, ARMENIAN), ("2020-10-03", ARMENIAN, AZERBAIJAN)],
    "talish": [("1994-04-11", AZERBAIJAN, ARMENIAN), ("2020-10-03", ARMENIAN, AZERBAIJAN)],
    "alkhanli": [("1994-01-06", ARMENIAN, AZERBAIJAN)],
    "jojug-marjanli": [("1994-01-06", ARMENIAN, AZERBAIJAN)],
    "mincivan": [("1993-10-29", AZERBAIJAN, ARMENIAN), ("2020-10-22", ARMENIAN, AZERBAIJAN)],
    "aghband": [("2020-10-22", ARMENIAN, AZERBAIJAN)],
    "togh": [("2020-11-09", ARMENIAN, AZERBAIJAN)],
    "azokh": [("2020-11-09", ARMENIAN, AZERBAIJAN)],
    "mets-tagher": [("2020-11-09", ARMENIAN, AZERBAIJAN)],
    "avetaranots": [("2020-11-09", ARMENIAN, AZERBAIJAN)],
    "taghavard": [("2020-11-09", ARMENIAN, AZERBAIJAN)],
    "hin-tagher": [("2020-12-12", ARMENIAN, AZERBAIJAN)],
    "khtsaberd": [("2020-12-12", ARMENIAN, AZERBAIJAN)],
    "charektar": [("2020-11-10", ARMENIAN, ZONE)],
    "dadivank": [("2020-11-25", ARMENIAN, AZERBAIJAN)],
}


@pytest.mark.parametrize(
    ("place", "day", "before", "after"),
    [(place, *turn) for place, turns in TURNS.items() for turn in turns],
)
def test_place_changes_hands_on_the_day(units, log, towns, place, day, before, after):
    unit = units.index[units.contains(towns[place])].item()
    assert control_on(log, str(np.datetime64(day) - 1))[unit] == before
    assert control_on(log, day)[unit] == after


@pytest.mark.parametrize(
    ("place", "day", "controller"),
    [
        ("shushi", "1991-12-31", AZERBAIJAN),
        ("karkijahan", "1992-03-01", ARMENIAN),
        ("kalbajar", "1994-01-15", ARMENIAN),
        ("drmbon", "1992-08-15", ARMENIAN),
        ("haterk", "1992-09-01", AZERBAIJAN),
        ("haterk", "1993-04-01", ARMENIAN),
        ("maragha", "1994-05-12", AZERBAIJAN),
        ("shahumyan", "1994-05-12", AZERBAIJAN),
        ("horadiz", "1993-09-04", AZERBAIJAN),
        ("farukh", "2022-03-28", ZONE),
        ("talish", "2016-04-05", ARMENIAN),
        ("karmir-shuka", "2020-12-01", ZONE),
        ("shosh", "2020-12-01", ZONE),
    ],
)
def test_place_is_held_on_the_day(units, log, towns, place, day, controller):
    assert control_on(log, day)[units.index[units.contains(towns[place])].item()] == controller


def test_april_2016_moves_no_unit(log):
    assert [row for row in log if row["date"].startswith("2016")] == []


@pytest.mark.parametrize(
    ("unit", "day"),
    [
        ("shushi-town", "2020-11-06"),
        ("hadrut-town", "2020-10-12"),
        ("jabrayil-town", "2020-10-06"),
        ("shahumyan-district", "1992-03-01"),
        ("askeran-north", "1993-01-01"),
        ("mardakert-drmbon", "1992-08-01"),
        ("mardakert-talish", "1993-12-01"),
        ("lachin-south", "1992-12-01"),
    ],
)
def test_open_days_are_drawn_as_uncertain(log, unit, day):
    spans = [(row["earliest"], row["latest"]) for row in log if row["unit"] == unit]
    assert any(earliest < latest and earliest <= day <= latest for earliest, latest in spans)


# -- form ------------------------------------------------------------------------------------------------------------


def test_units_are_a_coverage(units):
    assert shapely.coverage_is_valid(units.geometry.array)
    assert units.geometry.is_valid.all()


def test_frame_is_one_unit_that_stays_azerbaijani(units, log):
    frame = list(units.index[units.frame])
    assert frame == ["azerbaijan-frame"]
    assert [row["controller"] for row in log if row["unit"] in frame] == [AZERBAIJAN]


def test_log_is_sorted_complete_and_without_two_changes_of_a_unit_on_a_day(units, log):
    keys = [(row["date"], row["unit"]) for row in log]
    assert keys == sorted(keys)
    assert len(keys) == len(set(keys))
    assert {row["unit"] for row in log if row["date"] == "1988-02-19"} == set(units.index)
    assert all(row["earliest"] <= row["date"] <= row["latest"] for row in log)


def test_every_log_row_belongs_to_an_event_that_moves_the_map(log):
    kinds = {row["event"]: row["kind"] for row in rows("events.csv")}
    assert {kinds[row["event"]] for row in log} == {"baseline", "change"}


def test_changes_that_move_no_unit_are_the_ones_that_are_smaller_than_any_unit(log):
    changes = {row["event"] for row in rows("events.csv") if row["kind"] == "change"}
    assert changes - {row["event"] for row in log} == {"lele-tepe-1994", "lele-tepe-2016", "talish-heights-2016"}


def test_no_unit_differs_from_its_neighbours_for_nothing(units, log):
    histories: dict[str, list[tuple[str, ...]]] = {unit: [] for unit in units.index}
    for row in log:
        histories[row["unit"]].append((row["date"], row["earliest"], row["latest"], row["controller"]))
    same = [
        (a, b)
        for a, b in combinations(sorted(units.index), 2)
        if units.district[a] == units.district[b]
        and histories[a] == histories[b]
        and units.geometry[a].boundary.intersection(units.geometry[b].boundary).length > 0
    ]
    # Stepanakert is a unit because the log names the city.
    assert same == [("askeran-town", "stepanakert-city")]


@pytest.mark.parametrize("table", ["events.csv", "control_events.csv", "areas_published.csv"])
def test_sources_are_known(table):
    known = {row["id"] for row in rows("sources.csv")}
    for row in rows(table):
        assert row["source"], row
        assert set(row["source"].split(";")) <= known, row


def test_sources_give_wikipedia_by_its_own_address():
    kinds = {"treaty_press_research", "armenian", "azerbaijani", "encyclopedia", "derived", "other"}
    for row in rows("sources.csv"):
        assert row["kind"] in kinds, row
        if row["publisher"].startswith("Wikipedia"):
            assert re.match(r"https://[a-z]+\.wikipedia\.org/", row["url"]), row


def test_edges_are_between_neighbours_and_in_order(units):
    pairs = [(row["a"], row["b"]) for row in rows("edges.csv")]
    assert pairs == sorted(set(pairs))
    for a, b in pairs:
        assert a < b
        assert units.geometry[a].boundary.intersection(units.geometry[b].boundary).length > 0, (a, b)


@pytest.mark.parametrize(
    ("a", "b", "accuracy", "error_km"),
    [
        ("agdam-east", "agdam-town", "digitised", "0.4"),
        ("shushi-town", "shushi-west", "schematic", "3"),
        ("kalbajar-town", "mardakert-sarsang", "schematic", "1.3"),
        ("mardakert-madagiz", "mardakert-town", "schematic", "2"),
        ("lachin-north", "lachin-town", "schematic", "1"),
        ("jabrayil-town", "qubadli-district", "digitised", "1"),
        ("azerbaijan-frame", "shahumyan-district", "digitised", "0.4"),
    ],
)
def test_edge_says_how_well_it_is_known(a, b, accuracy, error_km):
    row = next(row for row in rows("edges.csv") if (row["a"], row["b"]) == (a, b))
    assert (row["accuracy"], row["error_km"]) == (accuracy, error_km)


@pytest.mark.parametrize(
    ("name", "day"),
    [("control_pre_1994", "1988-02-20"), ("control_1994", "1994-05-12"), ("control_2020", "2020-12-01")],
)
def test_period_file_is_what_the_log_adds_up_to(units, log, name, day):
    frame = gpd.read_file(LAYERS / f"{name}.geojson").set_index("controller")
    control = control_on(log, day)
    for controller, area in frame.geometry.items():
        parts = units[~units.frame & (units.index.map(control) == controller)].geometry
        assert shapely.equals(area, shapely.coverage_union_all(parts.array))
        assert frame.km2[controller] == pytest.approx(held(units, log, controller, day), abs=0.05)


@pytest.mark.parametrize("name", ["nagorno_karabakh", "districts", "lachin_corridor", "shushi", "agdam"])
def test_administrative_layers_share_their_vertices_with_the_units(units, name):
    known = {tuple(xy) for xy in shapely.get_coordinates(units.geometry.array)}
    frame = gpd.read_file(LAYERS / f"{name}.geojson")
    frame = frame[frame.geom_type != "Point"]
    outline = {tuple(xy) for xy in shapely.get_coordinates(frame.geometry.array)}
    if name == "lachin_corridor":  # its sides run across units; only where it meets their edges it must share
        edges = shapely.union_all(units.geometry.boundary.array)
        outline = {xy for xy in outline if shapely.distance(edges, Point(xy)) < 1e-7}
    assert outline <= known


@pytest.mark.parametrize(("name", "lonlat"), [("shushi", (46.75115, 39.76326)), ("agdam", (46.93048, 39.99324))])
def test_town_layers_hold_the_town_as_a_point_inside_its_district(name, lonlat):
    frame = gpd.read_file(LAYERS / f"{name}.geojson").set_index("id").geometry
    town, district = frame[f"{name}-centre"], frame[f"{name}-district"]
    assert (town.x, town.y) == lonlat
    assert district.contains(town)


def test_states_fit_the_units_vertex_by_vertex(units):
    states = gpd.read_file(LAYERS / "context" / "states.geojson").set_index("id").geometry
    abroad = [states[id] for id in ("armenia", "iran", "nakhichevan", "georgia", "turkey", "russia")]
    assert shapely.coverage_is_valid([*units.geometry, *abroad])
    assert shapely.coverage_is_valid(states.array)


@pytest.mark.parametrize("name", GEOJSON)
def test_geojson_is_rfc_7946(name):
    text = (LAYERS / name).read_text(encoding="utf-8")
    data = json.loads(text)
    assert data["type"] == "FeatureCollection"
    assert "crs" not in data
    frame = gpd.read_file(LAYERS / name)
    assert frame.geometry.is_valid.all()
    coordinates = shapely.get_coordinates(frame.geometry.array)
    assert np.abs(coordinates - coordinates.round(5)).max() < 1e-9
    west, south, east, north = frame.total_bounds  # longitude first: nothing here lies east of 64° or south of 33°
    assert 20 < west <= east < 65
    assert 33 < south <= north < 60
    for part in shapely.get_parts(frame.geometry.array):
        if part.geom_type == "Polygon":
            assert part.exterior.is_ccw
            assert not any(ring.is_ccw for ring in part.interiors)


def test_a_place_stands_in_one_layer_and_has_a_name():
    places: list[str] = []
    for name in GEOJSON:
        frame = gpd.read_file(LAYERS / name)
        if "place" in frame:
            places += list(frame["place"])
    assert len(places) == len(set(places))
    assert set(places) <= {row["place"] for row in rows("names.csv") if row["form"] == "article"}


def test_crimea_is_part_of_ukraine():
    region = gpd.read_file(LAYERS / "context" / "region.geojson").set_index("id")
    assert list(region.index[region.contains(Point(34.1, 45.0))]) == ["ukraine"]


def test_pipeline_keeps_out_of_armenia():
    line = gpd.read_file(LAYERS / "context" / "btc_pipeline.geojson").geometry.item()
    region = gpd.read_file(LAYERS / "context" / "region.geojson").set_index("id")
    assert not line.intersects(region.geometry["armenia"])


@pytest.mark.parametrize("table", TABLES)
def test_our_own_words_take_no_side(table):
    loaded = re.compile(r"\b(liberat|occup|captur|conquer|invad|seiz|retak|retook|terroris|separatis)", re.IGNORECASE)
    for row in rows(table):
        for column in ("what", "note"):
            assert not loaded.search(row.get(column) or ""), row


@pytest.mark.parametrize("path", sorted(LAYERS.rglob("*.*")), ids=lambda path: path.name)
def test_no_file_speaks_of_the_machine_it_was_made_on(path):
    if path.suffix != ".avif":
        assert not re.search(r"(?:^|[\s\"'(=])/[a-z]+/\w|file://", path.read_text(encoding="utf-8"))


def test_relief_is_small_enough():
    assert (LAYERS / "context" / "relief.avif").stat().st_size <= 25_000


def test_no_text_names_a_source_by_its_row():
    """Readers see who says something; `S029` would tell only those who have the table."""
    ids = re.compile(rf"\b(?:{'|'.join(row['id'] for row in rows('sources.csv'))})\b")
    cells = [row[column] for name in TABLES for row in rows(name) for column in {"what", "note", "label"} & row.keys()]
    assert len(cells) > 300
    assert [text for text in cells if ids.search(text)] == []
    assert ids.findall((LAYERS / "catalogue.yaml").read_text(encoding="utf-8")) == []
