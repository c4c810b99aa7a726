"""The payload of the tiny story, byte for byte as the browser's own tests read it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import shapely

from geo.payload import build_payload, payload_json, payload_sizes
from geo.story import load_story
from geo.topology import decode_topology

ROOT = Path(__file__).parents[1]
GOLDEN = Path(__file__).parent / "golden" / "two-valleys.json"


def test_the_payload_is_the_golden_one(valleys):
    # On purpose changed? `python tests/golden/write.py` writes it anew; look at the difference before keeping it.
    assert payload_json(valleys) + "\n" == GOLDEN.read_text(encoding="utf-8")


def test_another_process_writes_the_same_bytes():
    code = (
        "import sys; from geo import load_story; from geo.payload import payload_json; "
        "sys.stdout.buffer.write(payload_json(load_story('tests/stories/two-valleys')).encode() + b'\\n')"
    )
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=True,
        )
        assert done.stdout == GOLDEN.read_bytes()


def test_it_is_plain_json_with_sorted_keys(valleys):
    text = payload_json(valleys)
    assert json.loads(text) == build_payload(valleys)
    assert text == json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert "Բիրչտոն" in text  # letters, not escapes


def test_its_parts(valleys):
    payload = build_payload(valleys)
    assert sorted(payload) == [
        "controllers", "edges", "events", "layers", "log", "places", "published", "sources", "steps", "story", "topology",
        "units", "version", "words",
    ]  # fmt: skip
    assert payload["version"] == 1
    assert payload["story"]["first"] == "1900-01-01"
    assert payload["story"]["timeline"][1] == {
        "from": "1901-05-01",
        "to": "1905-12-31",
        "share": 0.75,
        "label": "after",
    }
    assert payload["story"]["defaults"]["view"] == {"bounds": [-20.0, -0.1, -19.7, 0.1]}
    assert payload["log"][7] == {
        "unit": "birch", "event": "pass-1901", "earliest": "1901-05-08", "date": "1901-05-09", "latest": "1901-05-11",
        "controller": "uplanders", "extent": "whole", "sources": ["V1", "V2"], "note": "",
    }  # fmt: skip
    assert payload["edges"][0] == {
        "a": "alder", "b": "birch", "accuracy": "digitised", "error_km": 0.5, "length_km": 11.06, "source": "Boundary stones",
    }  # fmt: skip
    assert payload["edges"][1]["source"] == ""  # the control layer's own
    assert payload["places"]["birchton"]["names"]["lowland"][0] == {
        "name": "Бёрчтон", "lang": "ru", "from": None, "to": "1905-11-10",
    }  # fmt: skip
    assert payload["sources"]["V2"]["voice"] == "upland side"


def test_a_step_without_layers_has_the_defaults(valleys):
    steps = {step["id"]: step for step in build_payload(valleys)["steps"]}
    assert steps["mission"]["layers"] == ["control", "towns"]
    assert steps["mission"]["view"] == {"center": [-19.85, 0.05], "zoom": 12}
    assert steps["pass"]["play"] == {"from": "1901-05-01", "to": "1901-05-09"}


def test_layers_know_their_object(valleys):
    layers = {layer["id"]: layer for layer in build_payload(valleys)["layers"]}
    objects = build_payload(valleys)["topology"]["objects"]
    assert {id: layer["object"] for id, layer in layers.items()} == {
        "control": "control", "control_1901": "control", "north": "north", "rivers": "rivers", "towns": "towns", "relief": None,
    }  # fmt: skip
    assert set(objects) == {"control", "north", "rivers", "towns"}  # a period travels as a day, not as geometry
    assert layers["control_1901"]["day"] == "1901-12-31"
    assert layers["relief"]["image"].startswith("data:image/png;base64,iVBOR")
    assert layers["relief"]["bounds"] == [-20.0, -0.1, -19.7, 0.1]


def test_geometry_loses_nothing_on_the_way(valleys):
    back = decode_topology(build_payload(valleys)["topology"], "control")
    assert shapely.coverage_is_valid(list(back.values()))
    for id, unit in valleys.units.items():
        assert back[id].symmetric_difference(unit.geometry).area == pytest.approx(0, abs=1e-12)


def test_neighbours_share_arcs_over_all_layers(valleys):
    objects = build_payload(valleys)["topology"]["objects"]

    def arcs(name, id):
        item = next(g for g in objects[name]["geometries"] if g["id"] == id)
        rings = [item["arcs"]] if item["type"] == "LineString" else item["arcs"]
        return {arc if arc >= 0 else ~arc for ring in rings for arc in ring}

    assert len(arcs("control", "birch") & arcs("control", "tarn")) == 1
    assert len(arcs("control", "birch") & arcs("control", "elm")) == 0  # they touch in a corner
    assert arcs("north", "north") <= {a for unit in ("alder", "birch", "cedar") for a in arcs("control", unit)}
    assert arcs("rivers", "ford") & arcs("control", "fir")


def test_sizes(valleys):
    sizes = payload_sizes(valleys)
    raw, packed = sizes["payload"]
    assert raw == len(payload_json(valleys).encode()) - len('"image":"",') - len(
        next(layer["image"] for layer in build_payload(valleys)["layers"] if "image" in layer)
    )
    assert 2000 < packed < raw
    assert sizes["topology"][0] < raw
    assert sizes["images"][0] > 60


def test_an_area_is_named_where_it_has_most_room(copied):
    catalogue = copied / "layers" / "catalogue.yaml"
    north = copied / "layers" / "north.geojson"
    data = json.loads(north.read_text())
    # A district may carry the point it is named after; the name stands in the area all the same.
    point = {"type": "Point", "coordinates": [-19.6, 0.05]}
    data["features"].append({"type": "Feature", "properties": {"id": "p"}, "geometry": point})
    north.write_text(json.dumps(data))
    text = catalogue.read_text()
    catalogue.write_text(text.replace('dash: "4 3"}', "label: true}"))
    areas = build_payload(load_story(copied))["topology"]["objects"]["north"]["geometries"]
    # The middle of a strip of 0.3 by 0.1 degrees: 0.05 from its long sides, anywhere along it.
    lon, lat = areas[0]["properties"]["label_lonlat"]
    assert lat == pytest.approx(0.05, abs=0.01)
    assert -19.95 <= lon <= -19.75
    assert areas[0]["properties"]["place"] == "north"
    assert "label_lonlat" not in areas[1].get("properties", {})
    catalogue.write_text(text.replace('dash: "4 3"}', "label: north}"))
    layer = build_payload(load_story(copied))["layers"][2]
    assert layer["label"]["place"] == "north"
    assert layer["label"]["lonlat"][1] == pytest.approx(0.05, abs=0.01)
