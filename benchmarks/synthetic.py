"""A made-up story of any size: a grid of cells that share wavy edges, a log that moves a front over it, and steps."""

from __future__ import annotations

import json
import math
from datetime import date, timedelta
from pathlib import Path

import shapely

from geo.layers import polygon_km2

FIRST = date(1900, 1, 1)
SIDES = ("one", "two", "three")
CELL = 0.12


def write_story(folder: Path, units: int, events: int, points: int = 24, steps: int = 26) -> Path:
    """Write a story of about `units` units with `points` vertices an edge, `events` changes and `steps` cards."""
    layers, narrative = folder / "layers", folder / "narrative"
    layers.mkdir(parents=True)
    narrative.mkdir()
    columns = max(2, round(math.sqrt(units)))
    rows = max(2, round(units / columns))
    cells = _cells(columns, rows, points)
    (layers / "control_units.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": cells}))
    ids = [cell["properties"]["unit"] for cell in cells]

    happened = [f"start,baseline,{FIRST},{FIRST},{FIRST},,All is held by the first side,one,S1,"]
    log = [f"start,{unit},{FIRST},{FIRST},{FIRST},one,whole,S1," for unit in sorted(ids)]
    day = FIRST
    for number in range(events):
        day += timedelta(days=7)
        unit, side = ids[number % len(ids)], SIDES[(number // len(ids) + 1) % 3]
        happened.append(f"e{number},change,{day},{day},{day},,Cell {unit} passed,{side},S1,")
        log.append(f"e{number},{unit},{day},{day},{day},{side},whole,S1,")
    (layers / "events.csv").write_text(
        "event,kind,earliest,date,latest,place,what,controller,source,note\n" + "\n".join(happened) + "\n"
    )
    (layers / "control_events.csv").write_text(
        "event,unit,earliest,date,latest,controller,extent,source,note\n" + "\n".join(log) + "\n"
    )
    (layers / "sources.csv").write_text("id,title,publisher,url,kind,note\nS1,A survey,Nobody,,derived,\n")
    (layers / "edges.csv").write_text("a,b,accuracy,error_km,source,note\n")
    (layers / "names.csv").write_text("place,form,name,script,valid_from,valid_to\n")
    (layers / "areas_published.csv").write_text("subject,km2,as_of,source,note,controller,date,district\n")
    (narrative / "works.csv").write_text("work,citation,url,article_footnotes\n")
    sides = "\n".join(
        f"  - {{id: {side}, label: Side {side}, description: Made up, color: '{color}', hatch: {hatch}}}"
        for side, color, hatch in zip(
            SIDES, ("#ddcc77", "#aa4499", "#88ccee"), ("none", "diagonal", "dots"), strict=True
        )
    )
    (layers / "catalogue.yaml").write_text(f"""controllers:
{sides}
layers:
  - id: control
    title: Control on the day
    file: control_units.geojson
    group: control
    kind: area
    style: {{fill_opacity: 0.6, stroke: "#333333", stroke_width: 1}}
    accuracy: schematic
    error_km: 1
    source: Made up
    license: CC0-1.0
    attribution: Nobody
    description: A grid
    visible: true
""")
    bounds = [0, 0, round(columns * CELL, 3), round(rows * CELL, 3)]
    (narrative / "story.yaml").write_text(f"""id: grid
title: A grid
author: Nobody
lang: en
names:
  - {{id: article, label: As written}}
voices: {{derived: computed}}
periods:
  - {{id: start, label: Start, date: {FIRST}}}
defaults:
  date: {FIRST}
  layers: [control]
  names: article
  view: {{bounds: {bounds}}}
""")
    for number in range(steps):
        at = FIRST + (day - FIRST) * number // max(1, steps - 1)
        (narrative / f"{number:04}-step.md").write_text(f"""---
id: step-{number}
title: Step {number}
date: {at}
view: {{bounds: {bounds}}}
layers: [control]
section: Grid
---
{"A made-up paragraph about a cell. " * 20}[^S1]
""")
    return folder


def _cells(columns: int, rows: int, points: int) -> list[dict]:
    """Cells whose common edges are drawn once and used twice, so that they are a coverage."""

    def corner(x: int, y: int) -> tuple[float, float]:
        shake = 0.012 if 0 < x < columns and 0 < y < rows else 0
        return x * CELL + shake * math.sin(7 * x + 3 * y), y * CELL + shake * math.cos(5 * x + 11 * y)

    def edge(a: tuple[int, int], b: tuple[int, int]) -> list[tuple[float, float]]:
        (x0, y0), (x1, y1) = corner(*a), corner(*b)
        found = []
        for i in range(points + 1):
            t = i / points
            wave = 0.008 * math.sin(math.pi * t) * math.sin(9 * t + a[0] * 2.1 + a[1] * 1.3)
            found.append(
                (
                    round(x0 + (x1 - x0) * t - wave * (y1 - y0) / CELL, 5),
                    round(y0 + (y1 - y0) * t + wave * (x1 - x0) / CELL, 5),
                )
            )
        return found

    cells = []
    for y in range(rows):
        for x in range(columns):
            a, b, c, d = (x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)
            ring = edge(a, b)[:-1] + edge(b, c)[:-1] + edge(d, c)[::-1][:-1] + edge(a, d)[::-1]
            properties = {
                "unit": f"c{x}-{y}", "name": f"Cell {x} {y}", "district": None, "oblast": False,
                "km2": round(polygon_km2(shapely.Polygon(ring)), 2), "frame": False, "fitted": "",
                "accuracy": "schematic", "error_km": 1, "source": "Made up", "note": "",
            }  # fmt: skip
            cells.append(
                {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}
            )
    return cells
