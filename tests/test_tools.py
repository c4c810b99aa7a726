"""The scripts behind ``layers/``: coverage arithmetic, the log, and the page about the data."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely.geometry import LineString, Polygon, box

from tools.coverage import area_km2, join, length_km, shared_edge, simplify, split_faces, tidy
from tools.describe_layers import describe
from tools.geojson import write_features
from tools.log import control_on
from tools.units import load_cuts, load_units

ROOT = Path(__file__).parent.parent


def test_area_of_a_degree_square_at_the_equator():
    # A known figure for WGS 84: 12,308.8 km², whichever way the ring runs.
    assert area_km2(box(0, 0, 1, 1)) == pytest.approx(12308.8, abs=0.1)
    assert area_km2(box(0, 0, 1, 1, ccw=False)) == pytest.approx(12308.8, abs=0.1)


def test_a_hole_is_taken_off_the_area():
    ring = Polygon(box(0, 0, 1, 1).exterior, [box(0.25, 0.25, 0.75, 0.75).exterior])
    assert area_km2(ring) == pytest.approx(area_km2(box(0, 0, 1, 1)) - area_km2(box(0.25, 0.25, 0.75, 0.75)))


def test_length_of_a_degree_on_the_equator():
    assert length_km(LineString([(0, 0), (1, 0)])) == pytest.approx(111.319, abs=0.001)


def test_neighbours_share_a_line_and_corners_share_nothing():
    assert shared_edge(box(0, 0, 1, 1), box(1, 0, 2, 1)).length == 1
    assert shared_edge(box(0, 0, 1, 1), box(1, 1, 2, 2)).is_empty


def test_split_faces_gives_the_neighbour_the_vertex_at_which_a_cut_ends():
    left, right = box(46, 40, 47, 41), box(47, 40, 48, 41)
    faces = split_faces([left, right], [LineString([(45.9, 40.5), (47, 40.5)])])
    assert len(faces) == 3
    assert shapely.coverage_is_valid(faces)
    uncut = next(face for face in faces if face.contains(right.centroid))
    assert (47.0, 40.5) in {tuple(xy) for xy in shapely.get_coordinates(uncut)}


def test_split_faces_drops_loose_ends():
    assert len(split_faces([box(46, 40, 47, 41)], [LineString([(46.2, 40.2), (46.4, 40.4)])])) == 1


def test_simplify_keeps_shared_edges_shared_and_moves_no_vertex():
    wiggle = [(47, 40), (47.0005, 40.3), (47, 40.6), (47.2, 40.8), (47, 41)]
    left = Polygon([(46, 40), *wiggle, (46, 41)])
    right = Polygon([(48, 40), *wiggle, (48, 41)])
    simple = simplify([left, right], 2000)
    assert shapely.coverage_is_valid(simple)
    given = {tuple(xy) for xy in np.round(shapely.get_coordinates([left, right]), 5)}
    assert {tuple(xy) for xy in shapely.get_coordinates(simple)} < given
    assert (47.2, 40.8) in {tuple(xy) for xy in shapely.get_coordinates(simple)}


def test_join_makes_one_area_whatever_the_order():
    parts = [box(46, 40, 47, 41), box(47, 40, 48, 41)]
    assert join(parts).equals_exact(join(reversed(parts)))
    assert join(parts).geom_type == "Polygon"


def test_tidy_is_right_handed_and_has_five_decimals():
    area = tidy(Polygon([(0, 0), (0, 1.0000001), (1, 1), (1, 0)]))
    assert area.exterior.is_ccw
    assert shapely.get_coordinates(area).max() == 1


def test_write_features_is_rfc_7946(tmp_path):
    path = tmp_path / "some" / "file.geojson"
    write_features(path, [({"id": "ə"}, Polygon([(0, 0), (0, 1), (1, 1), (1, 0)]))])
    data = json.loads(path.read_text(encoding="utf-8"))
    assert data["features"][0]["properties"] == {"id": "ə"}
    ring = data["features"][0]["geometry"]["coordinates"][0]
    assert ring == [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.0, 0.0]]


def test_control_is_the_last_row_up_to_the_day():
    rows = [
        {"unit": "a", "date": "1993-01-01", "controller": "second"},
        {"unit": "a", "date": "1992-01-01", "controller": "first"},
        {"unit": "b", "date": "1992-06-01", "controller": "first"},
    ]
    assert control_on(rows, "1991-12-31") == {}
    assert control_on(rows, "1992-01-01") == {"a": "first"}
    assert control_on(rows, "1993-01-01") == {"a": "second", "b": "first"}


def test_every_own_cut_is_used_by_one_unit_and_every_unit_names_a_known_one():
    cuts, _ = load_cuts()
    units, _ = load_units()
    used = [cut for unit in units for cut in unit.within]
    assert sorted(used) == sorted(cuts)


def test_every_raw_piece_belongs_to_one_rest():
    units, _ = load_units()
    pieces = [piece for unit in units for piece in unit.pieces]
    assert len(pieces) == len(set(pieces))


def test_data_page_is_what_the_layers_say():
    page = ROOT / "docs" / "data.md"
    assert page.read_text(encoding="utf-8") == describe(ROOT / "layers"), "run python -m tools.describe_layers"


def test_overlap_finds_ten_words_in_a_row_and_leaves_quotations_alone():
    from tools.overlap import shared_runs

    article = "One two three four five six seven eight nine ten eleven."
    step = "---\nid: x\n---\nOne, two three four five six seven eight nine TEN twelve."
    assert shared_runs(step, article) == ["one two three four five six seven eight nine ten"]
    assert shared_runs(step.replace("One", "“One").replace("TEN", "ten”"), article) == []
    assert shared_runs(step.replace("five", "5"), article) == []
