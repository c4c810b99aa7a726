"""A story far larger than any here: 200 steps, 500 units, 2,000 events."""

import csv
import datetime
import json
import random

import shapely

from geo.layers import polygon_km2
from geo.story import load_story

COLUMNS, ROWS, EVENTS, STEPS = 25, 20, 2_000, 200
FIRST = datetime.date(1900, 1, 1)

CATALOGUE = """\
controllers:
  - {id: a, label: A, description: A, color: "#ccbb44", hatch: none}
  - {id: b, label: B, description: B, color: "#4477aa", hatch: diagonal}
layers:
  - {id: control, title: Control, file: control_units.geojson, group: control, kind: area, style: {fill_opacity: 0.7},
     accuracy: schematic, error_km: 1, source: S, license: CC0-1.0, attribution: N, description: D}
"""
STORY = """\
id: large
title: Large
author: Nobody
lang: en
periods: [{id: a, label: A, date: 1900-01-01}]
defaults: {date: 1903-01-01, layers: [control], names: article, view: {focus: control}}
"""


def write_large(folder):
    for name in ("layers", "narrative"):
        (folder / name).mkdir(parents=True)
    units = [f"u-{i}-{j}" for i in range(COLUMNS) for j in range(ROWS)]
    features = []
    for number, unit in enumerate(units):
        x, y = -20 + number // ROWS / 10, number % ROWS / 10
        area = shapely.transform(
            shapely.segmentize(shapely.box(x, y, x + 0.1, y + 0.1), 0.0101), lambda points: points.round(5)
        )
        properties = {
            "unit": unit, "name": unit, "district": "", "oblast": False, "km2": round(polygon_km2(area), 2),
            "frame": False, "fitted": "", "accuracy": "schematic", "error_km": 1, "source": "S", "note": "",
        }  # fmt: skip
        features.append({"type": "Feature", "properties": properties, "geometry": shapely.geometry.mapping(area)})
    (folder / "layers" / "control_units.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": features})
    )
    chance, held = random.Random(1), dict.fromkeys(units, "a")
    events = [["base", "baseline", FIRST, FIRST, FIRST, "", "All held by A.", "a", "s", ""]]
    log = [["base", unit, FIRST, FIRST, FIRST, "a", "whole", "s", ""] for unit in sorted(units)]
    for number in range(1, EVENTS):
        day, unit = FIRST + datetime.timedelta(number), chance.choice(units)
        held[unit] = "b" if held[unit] == "a" else "a"
        events.append([f"e-{number}", "change", day, day, day, "", f"{unit} passes.", held[unit], "s", ""])
        log.append([f"e-{number}", unit, day, day, day, held[unit], "whole", "s", ""])
    for name, header, rows in (
        ("sources", "id,title,publisher,url,kind,note", [["s", "S", "", "", "k", ""]]),
        (
            "names",
            "place,form,name,script,valid_from,valid_to",
            [[unit, "article", unit, "en", "", ""] for unit in units],
        ),
        ("events", "event,kind,earliest,date,latest,place,what,controller,source,note", events),
        ("control_events", "event,unit,earliest,date,latest,controller,extent,source,note", log),
    ):
        with (folder / "layers" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header.split(","), *rows])
    (folder / "layers" / "catalogue.yaml").write_text(CATALOGUE)
    (folder / "narrative" / "story.yaml").write_text(STORY)
    paragraph = (
        "Some words of a paragraph, as long as such a paragraph is, so that it fills its lines on a card.[^s]\n\n"
    )
    for number in range(STEPS):
        (folder / "narrative" / f"{number:03}-step.md").write_text(
            f"---\nid: s-{number}\ntitle: Step {number}\ndate: {FIRST + datetime.timedelta(9 * number)}\n"
            f"view: {{focus: control}}\nlayers: [control]\nhighlight: [{units[number]}]\n---\n{3 * paragraph}"
        )
    return folder


def test_a_large_story_is_read_whole(tmp_path):
    story = load_story(write_large(tmp_path / "story"))
    assert (len(story.steps), len(story.units), len(story.events), story.warnings) == (200, 500, 2_000, ())
