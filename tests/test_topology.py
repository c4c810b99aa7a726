import json

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.model import Feature
from geo.topology import decode_topology, encode_topology


def features(**shapes):
    return tuple(Feature(id, shape) for id, shape in shapes.items())


def encode(decimals=5, **objects):
    return encode_topology(objects, {}, decimals)


def test_two_squares_share_their_edge():
    topology = encode(0, a=features(x=shapely.box(0, 0, 1, 1), y=shapely.box(1, 0, 2, 1)))
    assert topology["transform"] == {"scale": [1.0, 1.0], "translate": [0, 0]}
    # The common edge from (1, 0) to (1, 1), and what is left of each ring; all after the first point as differences.
    assert topology["arcs"] == [
        [[1, 0], [0, 1]],
        [[1, 1], [-1, 0], [0, -1], [1, 0]],
        [[1, 0], [1, 0], [0, 1], [-1, 0]],
    ]
    assert topology["objects"]["a"] == {
        "type": "GeometryCollection",
        "geometries": [
            {"type": "Polygon", "id": "x", "arcs": [[0, 1]]},
            {"type": "Polygon", "id": "y", "arcs": [[-1, 2]]},
        ],
    }


def test_an_enclave_is_one_arc_seen_from_both_sides():
    hole = shapely.box(1, 1, 2, 2)
    topology = encode(0, a=features(ring=shapely.box(0, 0, 3, 3).difference(hole), hole=hole))
    assert len(topology["arcs"]) == 2
    outer, inner = topology["objects"]["a"]["geometries"]
    assert len(outer["arcs"]) == 2
    assert inner["arcs"][0][0] in (outer["arcs"][1][0], ~outer["arcs"][1][0])


def test_arcs_are_shared_between_objects():
    topology = encode(0, a=features(x=shapely.box(0, 0, 1, 1)), b=features(z=shapely.box(0, 0, 1, 1).reverse()))
    assert len(topology["arcs"]) == 1
    assert [topology["objects"][name]["geometries"][0]["arcs"] for name in "ab"] in ([[[0]], [[0]]], [[[0]], [[-1]]])


def test_a_line_along_an_edge_shares_it_and_is_cut_where_it_leaves():
    line = shapely.LineString([(1, -1), (1, 0), (1, 1), (1, 2)])
    topology = encode(0, a=features(x=shapely.box(0, 0, 1, 1), y=shapely.box(1, 0, 2, 1)), b=features(r=line))
    arcs = topology["objects"]["b"]["geometries"][0]["arcs"]
    assert len(arcs) == 3
    assert arcs[1] in (0, -1)


def test_points_and_properties():
    topology = encode_topology({"p": features(x=shapely.Point(20.12345, 40))}, {"p": {"x": {"rank": 1}}}, 5)
    assert topology["objects"]["p"]["geometries"] == [
        {"type": "Point", "id": "x", "properties": {"rank": 1}, "coordinates": [0, 0]}
    ]
    assert topology["transform"]["translate"] == [20.12345, 40.0]


def test_a_part_that_is_smaller_than_the_grid_goes():
    parts = shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(5, 5, 5.1, 5.1)])
    topology = encode(0, a=features(x=parts))
    assert topology["objects"]["a"]["geometries"][0]["type"] == "Polygon"


SHAPES = {
    "polygon": shapely.box(0, 0, 1, 1).difference(shapely.box(0.2, 0.2, 0.4, 0.4)),
    "parts": shapely.MultiPolygon([shapely.box(2, 2, 3, 3), shapely.box(4, 4, 5, 5)]),
    "line": shapely.LineString([(0, 0), (0.5, 0.25), (1, 1)]),
    "lines": shapely.MultiLineString([[(0, 0), (0.5, 0.25)], [(7, 7), (8, 8), (7, 8), (7, 7)]]),
    "point": shapely.Point(-3.25, 2.125),
}


def test_what_is_encoded_can_be_decoded():
    found = decode_topology(encode(5, all=features(**SHAPES)), "all")
    assert list(found) == list(SHAPES)
    for id, shape in SHAPES.items():
        assert shapely.normalize(found[id]) == shapely.normalize(shape), id


@given(st.lists(st.integers(0, 3), min_size=16, max_size=16))
def test_any_coverage_comes_back_as_the_same_coverage(owners):
    """A grid of 4 by 4 cells, each given to one of four units, which so have parts, holes, corners and long edges."""
    cells = [shapely.box(x / 10, y / 10, (x + 1) / 10, (y + 1) / 10) for x in range(4) for y in range(4)]
    joined = {
        f"u{unit}": shapely.set_precision(
            shapely.union_all([c for c, owner in zip(cells, owners, strict=True) if owner == unit]), 0.1
        )
        for unit in sorted(set(owners))
    }
    # Vertices that only one side has would be no coverage: give every ring all points of the grid.
    units = {id: shapely.segmentize(shape, 0.1001) for id, shape in joined.items()}
    topology = json.loads(json.dumps(encode(5, units=features(**units), again=features(**units))))
    for name in ("units", "again"):
        back = decode_topology(topology, name)
        assert shapely.coverage_is_valid(list(back.values()))
        for id, shape in units.items():
            assert back[id].symmetric_difference(shape).area == pytest.approx(0, abs=1e-9)
    points = np.concatenate([np.cumsum(arc, axis=0)[:2] for arc in topology["arcs"]])
    segments = {tuple(map(tuple, np.cumsum(arc, axis=0))) for arc in topology["arcs"]}
    assert len(segments) == len(topology["arcs"])  # no arc travels twice
    assert not any(line[::-1] in segments - {line} for line in segments)
    assert points.dtype.kind == "i"
