"""Control on a day as files for other programs: GeoJSON that opens as it is, CSV for a table."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import shapely

from geo.control import control_on
from geo.model import CONTROL

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geo.model import Story

__all__ = ["control_csv", "control_geojson", "csv_text", "feature_collection"]


def control_geojson(story: Story, day: date) -> str:
    """Return who held what on a day as RFC 7946 GeoJSON, frames left out."""
    held = control_on(story, day)
    return feature_collection(story, f"control on {day}", [
        (unit.geometry, {
            "unit": unit.id, "name": unit.name, "controller": held[unit.id].controller, "km2": unit.km2,
            "uncertain": held[unit.id].uncertain,
        })
        for unit in story.units.values() if not unit.frame
    ])  # fmt: skip


def control_csv(story: Story, day: date) -> str:
    """Return who held what on a day as a table."""
    held = control_on(story, day)
    return csv_text(("unit", "name", "district", "controller", "km2", "uncertain", "since", "event"), [
        (
            unit.id, unit.name, unit.district, held[unit.id].controller, f"{unit.km2:.2f}",
            str(held[unit.id].uncertain).lower(), held[unit.id].row.date.isoformat(), held[unit.id].row.event,
        )
        for unit in story.units.values() if not unit.frame
    ])  # fmt: skip


def csv_text(header: Iterable[str], rows: Iterable[Sequence[object]]) -> str:
    """Return rows as CSV with one line feed a row."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return target.getvalue()


def feature_collection(story: Story, name: str, features: Iterable[tuple[BaseGeometry, dict[str, Any]]]) -> str:
    """Return features as GeoJSON with their layer's license, one feature a line, so that days can be compared."""
    layer = story.layers[CONTROL]
    items = [
        json.dumps({
            "type": "Feature",
            "properties": properties,
            "geometry": shapely.geometry.mapping(shapely.orient_polygons(geometry)),
        }, ensure_ascii=False)
        for geometry, properties in features
    ]  # fmt: skip
    head = {"name": name, "attribution": layer.attribution, "license": layer.license}
    members = ", ".join(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in head.items())
    return '{"type": "FeatureCollection", ' + members + ', "features": [\n' + ",\n".join(items) + "\n]}\n"
