"""A story as the browser reads it: one versioned JSON with all days in it.

The browser filters; no date change asks anybody for geometry. Keys are sorted and numbers rounded, so that one story is
always the same bytes, which a digest may name.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import shapely

from .model import (
    CONTROL,
    ControlEvent,
    Controller,
    ControlUnit,
    Edge,
    Event,
    Feature,
    Layer,
    Name,
    Place,
    PublishedArea,
    Source,
    Step,
    Story,
    View,
)
from .topology import encode_topology

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["VERSION", "build_payload", "encode_view", "payload_json", "payload_sizes"]

VERSION = 1
#: Decimals of a degree on the wire: eleven metres, less than a pixel of the closest zoom (13, at the equator: 19 m).
DECIMALS = 4
#: What of a feature's properties the browser needs; names of places travel apart, provenance with the layer.
_PROPERTIES = ("name", "place", "rank", "kind", "label", "label_lonlat", "controller", "status", "note", "elevation_m")
_IMAGE_TYPES = {".webp": "image/webp", ".avif": "image/avif", ".png": "image/png", ".jpg": "image/jpeg"}


def build_payload(story: Story) -> dict[str, Any]:
    """Return the payload, version 1, of JSON values only.

    Days are ISO text, pairs ``[lon, lat]``, areas km², lengths km. ``topology`` is TopoJSON with one object for each
    layer that has geometry; a layer drawn from the log on its own `day` uses the object of the control layer. A key
    may be added within a version; none changes its meaning.
    """
    return {
        "version": VERSION,
        "words": story.words.for_browser("common", "document", "state"),
        "story": _story(story),
        "controllers": [_controller(controller) for controller in story.controllers.values()],
        "layers": [_layer(story, layer) for layer in story.layers.values()],
        "topology": _topology(story),
        "units": {unit.id: _unit(unit) for unit in story.units.values()},
        "log": [_row(row) for row in story.log],
        "events": [_event(event) for event in story.events.values()],
        "edges": [_edge(edge) for edge in story.edges],
        "places": {place.id: _place(place) for place in story.places.values()},
        "sources": {source.id: _source(source) for source in story.sources.values()},
        "published": [_published(figure) for figure in story.published],
        "steps": [_step(story, step) for step in story.steps],
    }


def payload_json(story: Story) -> str:
    """Return the payload as compact JSON with sorted keys; the same story gives the same text."""
    return _dump(build_payload(story))


def payload_sizes(story: Story) -> dict[str, tuple[int, int]]:
    """Return what each part of the payload weighs, as (raw bytes, gzip bytes), with the whole under ``payload``.

    Images of raster layers have a budget of their own and stand apart, under ``images``.
    """
    payload = build_payload(story)
    images = [layer.pop("image") for layer in payload["layers"] if "image" in layer]
    parts = {"payload": payload, **payload, "images": images}
    return {name: _weigh(_dump(part)) for name, part in parts.items() if name != "version"}


def _weigh(text: str) -> tuple[int, int]:
    data = text.encode()
    return len(data), len(gzip.compress(data, compresslevel=9, mtime=0))


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def _story(story: Story) -> dict[str, Any]:
    defaults = story.defaults
    return {
        "id": story.id, "title": story.title, "subtitle": story.subtitle, "author": story.author, "lang": story.lang,
        "original": story.original,
        "first": _day(story.first), "last": _day(story.last), "attribution": list(story.attribution),
        "periods": [
            {
                "id": p.id, "label": p.label, "date": _day(p.date),
                "layers": None if p.layers is None else list(p.layers),
            }
            for p in story.periods
        ],
        "defaults": {
            "date": _day(defaults.date), "layers": list(defaults.layers), "names": defaults.names,
            "view": encode_view(defaults.view),
        },
        "names": [{"id": form.id, "label": form.label} for form in story.name_forms],
        "timeline": [
            {"from": _day(t.start), "to": _day(t.end), "share": t.share, "label": t.label} for t in story.timeline
        ],
    }  # fmt: skip


def _controller(controller: Controller) -> dict[str, Any]:
    return {
        "id": controller.id, "label": controller.label, "description": controller.description,
        "color": controller.color, "hatch": controller.hatch,
        "labels": [{"label": earlier.label, "until": _day(earlier.until)} for earlier in controller.labels],
    }  # fmt: skip


def _unit(unit: ControlUnit) -> dict[str, Any]:
    return {
        "name": unit.name, "district": unit.district, "oblast": unit.oblast, "km2": unit.km2, "frame": unit.frame,
        "fitted": unit.fitted, "accuracy": unit.accuracy, "error_km": unit.error_km, "source": unit.source,
        "note": unit.note,
    }  # fmt: skip


def _row(row: ControlEvent) -> dict[str, Any]:
    return {
        "unit": row.unit, "event": row.event, "earliest": _day(row.earliest), "date": _day(row.date),
        "latest": _day(row.latest), "controller": row.controller, "extent": row.extent, "sources": list(row.sources),
        "note": row.note,
    }  # fmt: skip


def _event(event: Event) -> dict[str, Any]:
    return {
        "id": event.id, "kind": event.kind, "earliest": _day(event.earliest), "date": _day(event.date),
        "latest": _day(event.latest), "places": list(event.places), "what": event.what,
        "controller": event.controller, "sources": list(event.sources), "note": event.note,
    }  # fmt: skip


def _edge(edge: Edge) -> dict[str, Any]:
    return {
        "a": edge.a, "b": edge.b, "accuracy": edge.accuracy, "error_km": edge.error_km,
        "length_km": round(edge.km, 2),
        "source": edge.source if edge.stated else "",  # the default is with the control layer already
    }  # fmt: skip


def _place(place: Place) -> dict[str, Any]:
    return {
        "lonlat": list(place.lonlat) if place.lonlat else None, "rank": place.rank, "kind": place.kind,
        "names": {form: [_name(name) for name in names] for form, names in place.names.items()},
    }  # fmt: skip


def _name(name: Name) -> dict[str, Any]:
    return {"name": name.name, "lang": name.lang, "from": _day(name.valid_from), "to": _day(name.valid_to)}


def _source(source: Source) -> dict[str, Any]:
    return {
        "title": source.title, "publisher": source.publisher, "url": source.url, "kind": source.kind,
        "voice": source.voice, "note": source.note,
    }  # fmt: skip


def _published(figure: PublishedArea) -> dict[str, Any]:
    return {
        "subject": figure.subject, "km2": figure.km2, "as_of": figure.as_of, "source": ";".join(figure.sources),
        "note": figure.note, "controller": figure.controller, "date": _day(figure.date), "district": figure.district,
    }  # fmt: skip


def _step(story: Story, step: Step) -> dict[str, Any]:
    layers = story.defaults.layers if step.layers is None else step.layers
    return {
        "id": step.id, "title": step.title, "date": _day(step.date), "date_label": step.date_label,
        "view": encode_view(step.view), "layers": list(layers), "highlight": list(step.highlight),
        "compare": _day(step.compare), "names": step.names, "section": step.section,
        "play": {"from": _day(step.play.start), "to": _day(step.play.end)} if step.play else None,
    }  # fmt: skip


def _layer(story: Story, layer: Layer) -> dict[str, Any]:
    encoded: dict[str, Any] = {
        "id": layer.id, "title": layer.title, "group": layer.group, "kind": layer.kind, "style": dict(layer.style),
        "accuracy": layer.accuracy, "error_km": layer.error_km, "source": layer.source, "license": layer.license,
        "attribution": layer.attribution, "description": layer.description, "visible": layer.visible,
        "day": _day(layer.day), "object": None if layer.kind == "raster" else CONTROL if layer.day else layer.id,
    }  # fmt: skip
    if isinstance(layer.style.get("label"), str):  # one name for all of it, such as a region of several districts
        whole = shapely.union_all([f.geometry for f in story.features[layer.id] if "Polygon" in f.geometry.geom_type])
        encoded["label"] = {"place": layer.style["label"], "lonlat": _label_point(whole)}
    if layer.kind == "raster":
        path = story.path / "layers" / layer.file
        kind = _IMAGE_TYPES.get(path.suffix.lower(), "application/octet-stream")
        encoded["image"] = f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"
        encoded["bounds"] = list(layer.image_bounds or ())
    return encoded


def _topology(story: Story) -> dict[str, Any]:
    properties: dict[str, Mapping[str, Mapping[str, Any]]] = {}
    for id, features in story.features.items():
        if id != CONTROL:  # units travel apart, with everything known about them
            labelled = story.layers[id].kind == "area" and story.layers[id].style.get("label") is True
            properties[id] = {feature.id: _properties(story, feature, labelled) for feature in features}
    return encode_topology(story.features, properties, DECIMALS)


def _properties(story: Story, feature: Feature, labelled: bool) -> dict[str, Any]:
    kept = {key: feature.properties[key] for key in _PROPERTIES if feature.properties.get(key) is not None}
    if feature.id in story.places:
        kept.setdefault("place", feature.id)
    if labelled and "Polygon" in feature.geometry.geom_type:
        kept.setdefault("label_lonlat", _label_point(feature.geometry))
    return kept


def _label_point(area: BaseGeometry) -> list[float]:
    """Return where the name of an area has most room: the middle of the largest circle that fits in."""
    center, _ = shapely.maximum_inscribed_circle(area, tolerance=0.01).coords
    return [round(center[0], 3), round(center[1], 3)]


def encode_view(view: View) -> dict[str, Any]:
    """Return a view as the document takes it."""
    if view.bounds is not None:
        return {"bounds": list(view.bounds)}
    return {"center": list(view.center or ()), "zoom": view.zoom}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
