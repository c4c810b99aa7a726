"""Writing GeoJSON: RFC 7946, one feature a line, the same bytes each time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from tools.coverage import tidy

Feature = tuple[Mapping[str, Any], BaseGeometry]


def write_features(path: Path, features: Iterable[Feature]) -> None:
    """Write a FeatureCollection in the order given.

    One feature a line keeps differences readable. No ``crs`` member: RFC 7946
    knows WGS 84 only. At most five decimals; polygons right-handed.
    """
    lines = [_feature_text(properties, geometry) for properties, geometry in features]
    text = '{"type": "FeatureCollection", "features": [\n' + ",\n".join(lines) + "\n]}\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _feature_text(properties: Mapping[str, Any], geometry: BaseGeometry) -> str:
    if geometry.geom_type in ("Polygon", "MultiPolygon"):
        geometry = tidy(geometry)
    shape = mapping(geometry)
    feature = {
        "type": "Feature",
        "properties": dict(properties),
        "geometry": {"type": shape["type"], "coordinates": _rounded(shape["coordinates"])},
    }
    return json.dumps(feature, ensure_ascii=False, separators=(", ", ": "))


def _rounded(coordinates: Any) -> Any:
    if isinstance(coordinates, (list, tuple)):
        return [_rounded(part) for part in coordinates]
    return round(float(coordinates), 5)
