"""Areas and lengths are worked out by hand.

A square of 0.1 degrees whose lower side is the equator: between the equator and latitude f the ellipsoid has, over a
width of w radians, the area w · a² · (1 − e²) / 2 · [sin f / (1 − e² sin² f) + 1/(2e) · ln((1 + e sin f) / (1 − e sin f))]
(Snyder 1987, Map Projections, eq. 3-12), for so small an f nearly w · a² · (1 − e²) · sin f. With a = 6378.137 km,
e² = 0.00669438 and w = f = 0.1° = 0.00174532925 this is 0.00174532925 · 40680631.59 · 0.99330562 · 0.00174532837
= 123.0907 km². A geodesic differs from a parallel by some square metres here.

0.1 degrees of the equator are a · 0.00174532925 = 11.1319 km; 0.1 degrees of a meridian from the equator
a · (1 − e²) · 0.00174532925 = 11.0574 km.
"""

import json

import pytest
import shapely

from geo.errors import Report, UnknownId
from geo.layers import check_coverage, check_swapped, layer_frame, line_km, load_features, polygon_km2, shared_edges
from geo.model import Layer


def layer(kind="area", id="a"):
    return Layer(id, "A", f"{id}.geojson", "context", kind, {}, "schematic", 1, "-", "-", "-", "-")


def collection(*geometries, **members):
    features = [
        {"type": "Feature", "properties": {"id": f"f{number}"}, "geometry": geometry}
        for number, geometry in enumerate(geometries, start=1)
    ]
    return {"type": "FeatureCollection", "features": features, **members}


def read(folder, data, kind="area"):
    (folder / "layers").mkdir(exist_ok=True)
    (folder / "layers" / "a.geojson").write_text(json.dumps(data))
    report = Report()
    features = load_features(report, folder, layer(kind))
    return features, [p.message for p in report.problems], [w.message for w in report.warnings]


SQUARE = {"type": "Polygon", "coordinates": [[[20, 0], [20.1, 0], [20.1, 0.1], [20, 0.1], [20, 0]]]}


def test_area_of_a_square_at_the_equator():
    assert polygon_km2(shapely.box(20, 0, 20.1, 0.1)) == pytest.approx(123.0907, abs=0.001)


def test_area_of_a_square_over_the_equator():
    assert polygon_km2(shapely.box(20, -0.1, 20.1, 0.1)) == pytest.approx(246.1814, abs=0.001)


def test_a_hole_is_taken_away():
    hole = shapely.box(20.04, 0.04, 20.06, 0.06)
    ring = shapely.box(20, 0, 20.1, 0.1).difference(hole)
    assert polygon_km2(ring) == pytest.approx(123.0907 - polygon_km2(hole), abs=0.001)
    assert polygon_km2(ring.reverse()) == pytest.approx(polygon_km2(ring))


def test_parts_are_added():
    parts = shapely.MultiPolygon([shapely.box(20, 0, 20.1, 0.1), shapely.box(30, 0, 30.1, 0.1).reverse()])
    assert polygon_km2(parts) == pytest.approx(246.1814, abs=0.001)


def test_nothing_has_no_area_and_no_length():
    assert polygon_km2(shapely.Polygon()) == 0
    assert line_km(shapely.LineString()) == 0


def test_the_area_of_the_whole_ellipsoid():
    # 510,065,622 km²: the surface of WGS 84 (Moritz 2000, Geodetic Reference System 1980, differs in the last digit).
    octant = shapely.Polygon([(0, 0), (90, 0), (90, 90), (0, 90)])
    assert polygon_km2(octant) * 8 == pytest.approx(510_065_622, abs=1)


def test_lengths_along_equator_and_meridian():
    assert line_km(shapely.LineString([(20, 0), (20.1, 0)])) == pytest.approx(11.1319, abs=0.0001)
    assert line_km(shapely.LineString([(20, 0), (20, 0.1)])) == pytest.approx(11.0574, abs=0.0001)
    assert line_km(shapely.MultiLineString([[(20, 0), (20.1, 0)], [(30, 0), (30, 0.1)]])) == pytest.approx(
        22.1893, abs=0.0002
    )


def test_a_good_file(tmp_path):
    features, problems, warnings = read(tmp_path, collection(SQUARE))
    assert [(feature.id, feature.geometry.bounds) for feature in features] == [("f1", (20, 0, 20.1, 0.1))]
    assert (problems, warnings) == ([], [])


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4326", "EPSG:4326"])
def test_old_files_may_say_that_they_are_in_wgs84(tmp_path, name):
    _, problems, _ = read(tmp_path, collection(SQUARE, crs={"type": "name", "properties": {"name": name}}))
    assert problems == []


def test_another_reference_system(tmp_path):
    _, problems, _ = read(tmp_path, collection(SQUARE, crs={"type": "name", "properties": {"name": "EPSG:3857"}}))
    assert problems == ["the coordinates are in EPSG:3857; save the layer in WGS 84 (EPSG:4326)"]


def test_a_self_intersection_is_placed(tmp_path):
    bow = {"type": "Polygon", "coordinates": [[[20, 0], [21, 1], [21, 0], [20, 1], [20, 0]]]}
    _, problems, _ = read(tmp_path, collection(bow))
    assert problems == ["feature 'f1' is no valid Polygon: self-intersection at longitude 20.50000, latitude 0.50000"]


@pytest.mark.parametrize(
    ("geometry", "expected"),
    [
        (None, "feature 'f1' has no geometry"),
        ({"type": "LineString", "coordinates": [[0, 0], [1, 1]]}, "feature 'f1' is a LineString; layer 'a' has kind area: Polygon or MultiPolygon or Point"),
        ({"type": "Polygon", "coordinates": []}, "feature 'f1' has an empty geometry"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}, "feature 'f1' has coordinates that cannot be read as a Polygon"),
        ({"type": "Polygon", "coordinates": 5}, "feature 'f1' has coordinates that cannot be read as a Polygon"),
        (
            {"type": "Polygon", "coordinates": [[[10**400, 0], [1, 1], [2, 2], [0, 0]]]},
            "feature 'f1' has coordinates that cannot be read as a Polygon",
        ),
        ({"type": "Polygon"}, "feature 'f1' has coordinates that cannot be read as a Polygon"),
        ({"type": "Polygon", "coordinates": [[["a", 0], [1, 1], [2, 2], [0, 0]]]}, "feature 'f1' has coordinates that cannot be read as a Polygon"),
        ({"type": "Polygon", "coordinates": [[[0, 100], [1, 100], [1, 101], [0, 100]]]}, "feature 'f1': (0, 100) is no longitude and latitude; longitude comes first, these look swapped"),
        ({"type": "Polygon", "coordinates": [[[5e5, 4e6], [6e5, 4e6], [6e5, 5e6], [5e5, 4e6]]]}, "feature 'f1': (500000, 4e+06) is no longitude and latitude; these look projected; save the layer in WGS 84 (EPSG:4326)"),
    ],
)  # fmt: skip
def test_geometries_that_are_none(tmp_path, geometry, expected):
    features, problems, _ = read(tmp_path, collection(geometry))
    assert features == ()
    assert problems == [expected]


@pytest.mark.parametrize("feature", [None, 5, {"type": "Point"}, {"type": "Feature", "properties": []}])
def test_features_that_are_none(tmp_path, feature):
    features, problems, _ = read(tmp_path, {"type": "FeatureCollection", "features": [feature]})
    assert features == ()
    assert len(problems) == 1


def test_left_handed_rings_and_many_decimals_are_warnings(tmp_path):
    left = {"type": "Polygon", "coordinates": [[[20, 0], [20, 0.1], [20.1, 0.1], [20.1, 0], [20, 0]]]}
    fine = {"type": "Polygon", "coordinates": [[[20.123456, 0], [20.2, 0], [20.2, 0.1], [20.123456, 0]]]}
    features, problems, warnings = read(tmp_path, collection(left, fine))
    assert len(features) == 2
    assert problems == []
    assert warnings == [
        "1 features have rings of the wrong hand (RFC 7946), first: 'f1'",
        "1 features have more than 5 decimals, first: 'f2'",
    ]


def coverage_problems(**shapes):
    report = Report()
    check_coverage(report, "layers/u.geojson", shapes)
    return [problem.message for problem in report.problems]


def test_neighbours_that_share_their_vertices_are_a_coverage():
    assert coverage_problems(a=shapely.box(0, 0, 1, 1), b=shapely.box(1, 0, 2, 1)) == []


def test_an_overlap_is_measured():
    # 0.01 by 0.1 degrees at the equator: a tenth of 123.09 km².
    found = coverage_problems(a=shapely.box(0, 0, 0.11, 0.1), b=shapely.box(0.1, 0, 0.2, 0.1))
    assert found == ["units 'a' and 'b' overlap by 12.3 km² near longitude 0.1050, latitude 0.0500"]


def test_a_unit_within_another_overlaps_it():
    found = coverage_problems(a=shapely.box(0, 0, 0.1, 0.1), b=shapely.box(0.04, 0.04, 0.06, 0.06))
    assert found == ["units 'a' and 'b' overlap by 4.92 km² near longitude 0.0500, latitude 0.0500"]


def test_a_vertex_on_one_side_only():
    b = shapely.Polygon([(1, 0), (2, 0), (2, 1), (1, 1), (1, 0.5)])
    found = coverage_problems(a=shapely.box(0, 0, 1, 1), b=b)
    assert found == [
        "the edge between units 'a' and 'b' does not match vertex by vertex near longitude 1.0000, latitude 0.5000"
    ]


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (0.001, ["a narrow gap lies beside unit 'a' near longitude 1.0000, latitude 0.7000"]),
        (0.1, []),
    ],
)
def test_a_narrow_gap_is_a_warning_and_a_lake_is_none(width, expected):
    a = shapely.Polygon([(0, 0), (1, 0), (1, 0.6), (1, 0.8), (1, 1), (0, 1)])
    b = shapely.Polygon([(1, 0), (2, 0), (2, 1), (1, 1), (1, 0.8), (1 + width, 0.7), (1, 0.6)])
    report = Report()
    check_coverage(report, "layers/u.geojson", {"a": a, "b": b})
    assert not report.problems
    assert [warning.message for warning in report.warnings[:1]] == expected


def edges_of(**shapes):
    return {pair: shapely.normalize(line).wkt for pair, line in shared_edges(shapes).items()}


def test_an_edge_is_what_two_units_share():
    assert edges_of(b=shapely.box(0, 0, 1, 1), a=shapely.box(1, 0, 2, 1)) == {("a", "b"): "LINESTRING (1 0, 1 1)"}


def test_touching_in_a_corner_shares_nothing():
    assert edges_of(a=shapely.box(0, 0, 1, 1), b=shapely.box(1, 1, 2, 2)) == {}


def test_an_enclave_shares_its_whole_ring():
    hole = shapely.box(1, 1, 2, 2)
    found = shared_edges({"a": shapely.box(0, 0, 3, 3).difference(hole), "b": hole})
    assert list(found) == [("a", "b")]
    assert found["a", "b"].length == 4
    assert found["a", "b"].is_ring


def test_two_stretches_of_one_edge_are_one_multiline():
    # A gap in the middle is filled by a third unit.
    a = shapely.Polygon([(0, 0), (1, 0), (1, 1), (1, 2), (1, 3), (0, 3)])
    b = shapely.Polygon([(1, 0), (3, 0), (3, 3), (1, 3), (1, 2), (2, 2), (2, 1), (1, 1)])
    c = shapely.box(1, 1, 2, 2)
    found = shared_edges({"a": a, "b": b, "c": c})
    assert {pair: line.length for pair, line in found.items()} == {("a", "b"): 2, ("a", "c"): 1, ("b", "c"): 3}
    assert found["a", "b"].geom_type == "MultiLineString"


def test_swapped_axes_are_seen_against_the_other_layers():
    class Feature:
        def __init__(self, geometry):
            self.geometry = geometry

    right = (Feature(shapely.box(46, 39, 47, 40)),)
    wrong = (Feature(shapely.box(39, 46, 40, 47)),)
    layers = {id: layer(id=id) for id in "abc"}
    report = Report()
    check_swapped(report, layers, {"a": right, "b": right, "c": right})
    assert not report.problems
    check_swapped(report, layers, {"a": wrong, "b": right, "c": right})
    assert [str(problem) for problem in report.problems] == [
        "layers/a.geojson: longitude and latitude look swapped: the layer lies far from the others"
    ]


def test_a_layer_as_a_table(valleys):
    frame = layer_frame(valleys, "towns")
    assert frame.crs.to_epsg() == 4326
    assert list(frame.index) == ["birchton", "elmstead", "tarn"]
    assert frame.loc["birchton"].geometry.wkt == "POINT (-19.89 0.05)"
    with pytest.raises(UnknownId, match="Did you mean 'towns'"):
        layer_frame(valleys, "town")
