"""The catalogue: what is drawn, how, and where it comes from.

Provenance is mandatory. A layer without source, license, attribution and accuracy is not a layer, because a reader
could not ask anybody whether it is right.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from .errors import unknown
from .model import ACCURACIES, GROUPS, HATCHES, KINDS, Controller, Layer, PeriodLabel, Source
from .reading import Record

__all__ = [
    "CATALOGUE", "CONTROLLER_REQUIRED", "DASH", "LAYER_OPTIONAL", "LAYER_REQUIRED", "SOURCES",
    "SOURCE_COLUMNS", "STYLE", "parse_controllers", "parse_layers", "parse_sources", "use_sources",
]  # fmt: skip

CATALOGUE = "layers/catalogue.yaml"
SOURCES = "layers/sources.csv"
SOURCE_COLUMNS = ("id", "title", "publisher", "url", "kind", "note")

LAYER_REQUIRED = (
    "id", "title", "file", "group", "kind", "style", "accuracy", "error_km",
    "source", "license", "attribution", "description",
)  # fmt: skip
LAYER_OPTIONAL = ("visible", "day", "bounds")
CONTROLLER_REQUIRED = ("id", "label", "description", "color", "hatch")

#: Lengths of dashes and gaps, as SVG has them.
DASH = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:[ ,]+[0-9]+(?:\.[0-9]+)?)*\Z")

#: What a style may say, by kind of layer, and how it is read.
STYLE: Mapping[str, Mapping[str, str]] = {
    "area": {
        "fill": "color", "fill_opacity": "share", "stroke": "color", "stroke_width": "size", "dash": "dash",
        "label": "label",
    },
    "line": {"stroke": "color", "stroke_width": "size", "stroke_opacity": "share", "dash": "dash"},
    "point": {"color": "color", "radius": "size", "label": "flag"},
    "raster": {"opacity": "share", "fade_zoom": "size"},
}  # fmt: skip


def parse_controllers(catalogue: Record) -> dict[str, Controller]:
    """Return the controllers of the catalogue by id, in the order of the legend."""
    found: dict[str, Controller] = {}
    report = catalogue.report
    for record in catalogue.records("controllers", "controller"):
        before = len(report.problems)
        record.check_fields(CONTROLLER_REQUIRED, ("labels",))
        id = record.id("id")
        label, description = record.text("label"), record.text("description")
        color, hatch = record.color("color"), record.choice("hatch", HATCHES)
        labels = _parse_labels(record)
        if id in found:
            record.problem("id", "the id stands twice")
        if len(report.problems) == before and id and label and description and color and hatch:
            found[id] = Controller(id, label, labels, description, color, hatch)
        else:
            report.spoil("controller", id)
    return found


def _parse_labels(record: Record) -> tuple[PeriodLabel, ...]:
    labels: list[PeriodLabel] = []
    for entry in record.records("labels", "label", optional=True):
        entry.where = f"{record.where} {entry.where}"
        entry.check_fields(("label", "until"))
        text, until = entry.text("label"), entry.day("until")
        if text and until:
            if labels and until <= labels[-1].until:
                entry.problem("until", f"until {until} is not after {labels[-1].until}; write the oldest label first")
            labels.append(PeriodLabel(text, until))
    return tuple(labels)


def parse_layers(catalogue: Record) -> dict[str, Layer]:
    """Return the layers of the catalogue by id, in drawing order, bottom first."""
    found: dict[str, Layer] = {}
    report = catalogue.report
    for record in catalogue.records("layers", "layer"):
        before = len(report.problems)
        record.check_fields(LAYER_REQUIRED, LAYER_OPTIONAL)
        id = record.id("id")
        texts = {
            key: record.text(key) or ""
            for key in ("title", "file", "source", "license", "attribution", "description")
        }  # fmt: skip
        group, kind = record.choice("group", GROUPS), record.choice("kind", KINDS)
        accuracy, error_km = record.choice("accuracy", ACCURACIES), record.number("error_km", least=0)
        style = _parse_style(record, kind) if kind else {}
        bounds = record.bounds("bounds", optional=True)
        if kind == "raster" and bounds is None:
            record.problem("bounds", "a raster needs bounds: [west, south, east, north]")
        if id in found:
            record.problem("id", "the id stands twice")
        visible = record.flag("visible", optional=True) or False
        day = record.day("day", optional=True)
        if len(report.problems) == before and id and group and kind and accuracy and error_km is not None:
            found[id] = Layer(
                id=id, group=group, kind=kind, accuracy=accuracy, error_km=error_km, style=MappingProxyType(style),
                visible=visible, day=day, image_bounds=bounds, **texts,
            )  # fmt: skip
        else:
            report.spoil("layer", id)
    return found


def _parse_style(layer: Record, kind: str) -> dict[str, Any]:
    """Return what a style says; a group within it is the style of the features with that word as their `status`."""
    record = layer.record("style")
    if record is None:
        return {}
    groups = [key for key, entry in record.entries.items() if isinstance(entry.value, dict)]
    record.check_fields((), (*STYLE[kind], *groups))
    style: dict[str, Any] = {}
    for key in record.entries:
        if key in groups:
            group = record.record(key)
            assert group is not None
            group.check_fields((), tuple(STYLE[kind]))
            style[key] = {
                name: _parse_mark(group, name, STYLE[kind][name]) for name in group.entries if name in STYLE[kind]
            }
        elif key in STYLE[kind]:
            style[key] = _parse_mark(record, key, STYLE[kind][key])
    return style


def _parse_mark(record: Record, key: str, how: str) -> Any:
    match how:
        case "color":
            # `none` is how a style says that nothing is drawn there.
            return "none" if record.raw(key) in ("none", None) else record.color(key)
        case "share":
            return record.number(key, least=0, most=1)
        case "size":
            return record.number(key, least=0)
        case "label":
            # A layer whose features make one whole is labelled once, by the place it is.
            return record.flag(key) if isinstance(record.raw(key), bool) else record.id(key)
        case "dash":
            text = record.text(key, optional=True)
            if text in (None, "none"):
                return None
            if not DASH.match(text):
                record.problem(key, f"{key} '{text}' is no pattern of dashes; write lengths of dash and gap, as 5 3")
            return text
        case _:
            return record.flag(key)


def parse_sources(rows: list[Record], voices: Mapping[str, str]) -> dict[str, Source]:
    """Return the sources by id.

    Parameters
    ----------
    rows : list of Record
        The rows of sources.csv.
    voices : mapping of str to str
        What a kind of source is called in front of readers; a kind that is not among them stands for itself.
    """
    found: dict[str, Source] = {}
    for row in rows:
        id, title, url = row.text("id"), row.text("title"), row.note("url")
        kind = row.text("kind")
        row.where = f"source '{id}'" if id else ""
        if id in found:
            row.problem("id", "the id stands twice")
        if url and not url.startswith(("http://", "https://")):
            row.problem("url", f"url '{url}' must begin with https:// or http://")
        if voices and kind and kind not in voices:
            row.warn("kind", f"kind '{kind}' has no words in story.yaml's voices; readers see it as it is")
        if not (id and title and kind):
            row.report.spoil("source", id)
        elif id not in found:
            found[id] = Source(id, title, row.note("publisher"), url, kind, row.note("note"), voices.get(kind, kind))
    return found


def use_sources(row: Record, key: str, sources: Mapping[str, Source], used: set[str]) -> tuple[str, ...]:
    """Return the source ids of a cell, each of them known, and note them in `used`."""
    ids = row.joined(key)
    for id in ids:
        if id in sources:
            used.add(id)
        elif not row.report.is_spoilt("source", id):
            row.problem(key, unknown("source", id, sources))
    return ids
