import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import shapely

from geo.layers import polygon_km2

ROOT = Path(__file__).parents[1]
TWO_VALLEYS = ROOT / "tests" / "stories" / "two-valleys"


def run(*words, cwd=TWO_VALLEYS):
    """Run the command line as a person does, in another process; return its status, output and what it said beside."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "160", "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "geo", *words], cwd=cwd, env=env, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


def test_check_of_a_good_story():
    status, out, err = run("check")
    assert status == 0
    assert out == (
        "ok: 3 steps, 6 layers, 6 units, 1 frame units, 8 edges, 9 events, 13 rows in the log, 4 places, 3 sources, 2 works, "
        "76 words, 9 claims, 7 of them sourced, 1 warnings\n"
    )
    assert (
        err == "warning: narrative/03-mission.md:10: unsourced claim, no footnote: “Nothing else is known of that …”\n"
    )


def test_check_of_a_bad_story(copied):
    (copied / "layers" / "events.csv").unlink()
    (copied / "layers" / "control_events.csv").unlink()
    status, out, err = run("check", str(copied), cwd=ROOT)
    assert (status, out) == (1, "")
    assert err == (
        "warning: narrative/03-mission.md:10: unsourced claim, no footnote: “Nothing else is known of that …”\n"
        "layers/control_events.csv: the file is missing.\nlayers/events.csv: the file is missing.\n2 problems in the story\n"
    )


def test_check_as_json(copied):
    status, out, _ = run("check", "--json")
    found = json.loads(out)
    assert (status, found["ok"], found["problems"], found["counts"]["steps"]) == (0, True, [], 3)
    assert found["warnings"][0]["line"] == 10
    (copied / "layers" / "events.csv").unlink()
    status, out, _ = run("check", "--json", str(copied))
    found = json.loads(out)
    assert (status, found["ok"]) == (1, False)
    assert found["problems"] == [{"path": "layers/events.csv", "line": None, "message": "the file is missing."}]


def test_control_as_a_table():
    status, out, err = run("control", "--date", "1901-05-09")
    assert (status, err) == (0, "")
    assert out == (
        "9 May 1901, of the 620 km² that are mapped\n"
        "controller      area     share  error     uncertain  units  published\n"
        "Lowland League  390 km²  63%    ± 40 km²             4\n"
        "Uplanders       230 km²  37%    ± 40 km²  100 km²    2      240 km² (V2)\n"
        "\n"
        "fronts: 51 km (digitised 11 km, schematic 29 km, surveyed 11 km)\n"
        "\n"
        "unit   name   controller      area     since\n"
        "alder  Alder  Lowland League  120 km²  1900-01-01\n"
        "birch  Birch  Uplanders       100 km²  1901-05-09  uncertain\n"
        "cedar  Cedar  Uplanders       120 km²  1901-05-09\n"
        "elm    Elm    Lowland League  120 km²  1900-01-01\n"
        "fir    Fir    Lowland League  120 km²  1900-01-01\n"
        "tarn   Tarn   Lowland League  20 km²   1900-01-01\n"
    )


def test_control_as_geojson():
    status, out, _ = run("control", "--date", "1901-05-09", "--format", "geojson")
    found = json.loads(out)
    assert status == 0
    assert (found["type"], found["license"]) == ("FeatureCollection", "CC0-1.0")
    assert [(f["properties"]["unit"], f["properties"]["controller"], f["properties"]["km2"], f["properties"]["uncertain"]) for f in found["features"]] == [
        ("alder", "lowlanders", 123.09, False),
        ("birch", "uplanders", 103.4, True),
        ("cedar", "uplanders", 123.09, False),
        ("elm", "lowlanders", 123.09, False),
        ("fir", "lowlanders", 123.09, False),
        ("tarn", "lowlanders", 19.69, False),
    ]  # fmt: skip
    for feature in found["features"]:
        shape = shapely.geometry.shape(feature["geometry"])
        assert polygon_km2(shape) == pytest.approx(feature["properties"]["km2"], abs=0.01)
        assert shape.exterior.is_ccw


def test_control_as_csv():
    _, out, _ = run("control", "--date", "1901-05-09", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert rows[1] == {
        "unit": "birch", "name": "Birch", "district": "north", "controller": "uplanders", "km2": "103.40", "uncertain": "true",
        "since": "1901-05-09", "event": "pass-1901",
    }  # fmt: skip


def test_control_after_the_story_is_told():
    status, out, err = run("control", "--date", "1999-01-01", "--format", "csv")
    assert status == 0
    assert out.startswith("unit,")
    assert err == "note: the story ends on 1905-12-31; 1999-01-01 shows the last state of its log\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["control", "--date", "1899-12-31"], "the log begins on 1900-01-01"),
        (["control", "--date", "9.5.1901"], "'9.5.1901' is no day; write it as year-month-day"),
        (["control", "--date", "1901-02-29"], "is no day of the calendar"),
        (["control"], "Missing option '--date'"),
        (["control", "--date", "1901-05-09", "--format", "xml"], "'xml' is not one of 'table', 'geojson', 'csv'"),
        (["control", "--date", "1901-05-09", "--story", "nowhere"], "there is no folder 'nowhere'"),
        (["diff", "--from", "1901-05-09"], "Missing option '--to'"),
        (["diff", "--from", "1901-05-09", "--to", "1800-01-01"], "the log begins on 1900-01-01"),
        (["check", "nowhere"], "there is no folder 'nowhere'"),
        (["chekc"], "No such command 'chekc'"),
    ],
)
def test_wrong_use(words, said):
    status, out, err = run(*words)
    assert (status, out) == (2, "")
    assert said in " ".join(err.replace("│", " ").split())


def test_diff_as_a_table():
    status, out, err = run("diff", "--from", "1902-02-01", "--to", "1905-12-01")
    assert (status, err) == (0, "")
    assert out == (
        "from 1 February 1902 to 1 December 1905\n"
        "from       to              area\n"
        "Uplanders  Lowlanders      120 km²\n"
        "Uplanders  Mission's zone  120 km²\n"
        "\n"
        "unit   name   from       to              area\n"
        "birch  Birch  Uplanders  Mission's zone  100 km²\n"
        "cedar  Cedar  Uplanders  Lowlanders      120 km²\n"
        "tarn   Tarn   Uplanders  Mission's zone  20 km²\n"
    )


def test_diff_takes_days_in_any_order_and_holds_unchanged_units():
    _, out, _ = run("diff", "--from", "1905-12-01", "--to", "1902-02-01", "--format", "geojson")
    found = [f["properties"] for f in json.loads(out)["features"]]
    assert found == [
        {"unit": "alder", "from": "lowlanders", "to": "lowlanders", "km2": 123.09},
        {"unit": "birch", "from": "mission", "to": "uplanders", "km2": 103.4},
        {"unit": "cedar", "from": "lowlanders", "to": "uplanders", "km2": 123.09},
        {"unit": "elm", "from": "lowlanders", "to": "lowlanders", "km2": 123.09},
        {"unit": "fir", "from": "lowlanders", "to": "lowlanders", "km2": 123.09},
        {"unit": "tarn", "from": "mission", "to": "uplanders", "km2": 19.69},
    ]


@pytest.mark.parametrize(
    ("start", "end", "why"),
    [
        ("1901-05-09", "1901-05-09", "the days are the same"),
        ("1901-06-01", "1901-12-31", "nothing passed from one to another"),
    ],
)
def test_no_difference_is_said(start, end, why):
    assert run("diff", "--from", start, "--to", end) == (0, f"no difference between {start} and {end}: {why}\n", "")
    status, out, err = run("diff", "--from", start, "--to", end, "--format", "csv")
    assert (status, out.count("\n"), err) == (0, 7, f"no difference between {start} and {end}: {why}\n")


def test_budget():
    status, out, _ = run("budget")
    lines = [line.split() for line in out.splitlines()]
    assert status == 0
    assert lines[0] == ["part", "raw", "kB", "gzip", "kB", "budget", "kB"]
    assert {line[0] for line in lines[1:6]} == {"embed", "payload", "images", "leaflet", "code"}
    assert {line[0]: line[-1] for line in lines[1:6]}["payload"] == "120"


@pytest.mark.parametrize("command", [[], ["check"], ["control"], ["diff"], ["budget"]])
def test_help_teaches_with_examples(command):
    status, out, _ = run(*command, "--help")
    assert status == 0
    assert f"python -m geo {' '.join(command)}".strip() in out


def test_help_waits_for_no_library():
    code = "import sys; import geo.cli; print(sorted({'shapely', 'pyproj', 'geopandas', 'pandas', 'numpy', 'nh3'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_pipe_that_closes_early_is_no_error():
    command = f"{sys.executable} -m geo control --date 1901-05-09 --format geojson | head -c 10"
    done = subprocess.run(
        command,
        shell=True,
        cwd=TWO_VALLEYS,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "words", [["control", "--date", "2000-01-01"], ["diff", "--from", "2000-01-01", "--to", "2001-01-01"]]
)
def test_nobody_holds_anything_in_a_plain_story(words):
    status, out, err = run(*words, "--story", "examples/larger_than_it_looks", cwd=ROOT)
    assert (status, out) == (2, "")
    assert "no layer of control" in err
