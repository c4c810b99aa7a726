"""JSON Schemas of what authors write in YAML, made from the same constants that the readers check against.

An editor that knows them completes and checks while one types: the catalogue, the story file, and the front matter of
a step. What needs other files (is this layer there? is this a unit?) only ``check`` can tell.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .catalogue import CONTROLLER_REQUIRED, LAYER_OPTIONAL, LAYER_REQUIRED, STYLE
from .model import ACCURACIES, GROUPS, HATCHES, KINDS
from .narrative import PLAIN_STEP_REQUIRED, STEP_OPTIONAL, STEP_REQUIRED, ZOOMS
from .story import PLAIN_REQUIRED, STORY_OPTIONAL, STORY_REQUIRED

__all__ = ["SCHEMAS", "render_schemas", "write_schemas"]

_DIALECT = "http://json-schema.org/draft-07/schema#"
_TEXT: Mapping[str, Any] = {"type": "string", "minLength": 1}
# YAML reads 2000 as a number: editors hand it on as what it is.
_WORD: Mapping[str, Any] = {"type": ["string", "number"]}
_ID: Mapping[str, Any] = {
    "type": ["string", "integer"],
    "pattern": "^[a-z0-9]+([-_][a-z0-9]+)*$",
    "description": "a–z and 0–9, joined by single - or _",
}
_DAY: Mapping[str, Any] = {
    "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "description": "year-month-day",
}  # fmt: skip
_COLOR: Mapping[str, Any] = {"type": "string", "pattern": "^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$"}
_LINE_OR_NONE: Mapping[str, Any] = {"anyOf": [_COLOR, {"const": "none"}, {"type": "null"}]}
_SIZE: Mapping[str, Any] = {"type": "number", "minimum": 0}
_SHARE: Mapping[str, Any] = {"type": "number", "minimum": 0, "maximum": 1}
_ZOOM: Mapping[str, Any] = {"type": "number", "minimum": ZOOMS[0], "maximum": ZOOMS[1]}
_NAMES: Mapping[str, Any] = {"type": "array", "items": _WORD, "uniqueItems": True}
_BOUNDS: Mapping[str, Any] = {
    "type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4,
    "description": "[west, south, east, north] in degrees",
}  # fmt: skip

_MARKS: Mapping[str, Mapping[str, Any]] = {
    "color": _LINE_OR_NONE,
    "share": _SHARE,
    "size": _SIZE,
    "label": {"anyOf": [{"type": "boolean"}, _ID]},
    "dash": {"anyOf": [{"type": "string", "pattern": "^[0-9., ]+$|^none$"}, {"type": ["number", "null"]}]},
    "flag": {"type": "boolean"},
}


def _group(required: Iterable[str], fields: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object", "required": list(required), "properties": dict(fields), "additionalProperties": False,
    }  # fmt: skip


def _view() -> dict[str, Any]:
    return {
        "description": "{focus: id, zoom: 11}, {bounds: [west, south, east, north]} or {center: [lon, lat], zoom: 11}",
        "oneOf": [
            _group(("focus",), {"focus": _WORD, "zoom": _ZOOM}),
            _group(("bounds",), {"bounds": _BOUNDS}),
            _group(
                ("center", "zoom"),
                {
                    "center": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
                    "zoom": _ZOOM,
                },
            ),
        ],
    }


def _style(kind: str) -> dict[str, Any]:
    """A style of one kind; a group within it is the style of the features with that word as their status."""
    marks = {name: _MARKS[how] for name, how in STYLE[kind].items()}
    return {"type": "object", "properties": marks, "additionalProperties": _group((), marks)}


def _layer() -> dict[str, Any]:
    fields: dict[str, Any] = {
        "id": _ID, "title": _TEXT, "file": _TEXT, "group": {"enum": list(GROUPS)}, "kind": {"enum": list(KINDS)},
        "style": {"type": "object"}, "accuracy": {"enum": list(ACCURACIES)}, "error_km": _SIZE, "source": _TEXT,
        "license": _TEXT, "attribution": _TEXT, "description": _TEXT, "visible": {"type": "boolean"}, "day": _DAY,
        "bounds": _BOUNDS,
    }  # fmt: skip
    assert set(fields) == {*LAYER_REQUIRED, *LAYER_OPTIONAL}
    layer = _group(LAYER_REQUIRED, fields)
    layer["allOf"] = [
        {"if": {"properties": {"kind": {"const": kind}}}, "then": {"properties": {"style": _style(kind)}}}
        for kind in KINDS
    ]
    return layer


def _catalogue() -> dict[str, Any]:
    label = _group(("label", "until"), {"label": _TEXT, "until": _DAY})
    controller = _group(
        CONTROLLER_REQUIRED,
        {
            "id": _ID, "label": _TEXT, "labels": {"type": "array", "items": label}, "description": _TEXT,
            "color": _COLOR, "hatch": {"enum": list(HATCHES)},
        },
    )  # fmt: skip
    return _group(
        ("layers",),
        {
            "controllers": {"type": "array", "items": controller},
            "layers": {"type": "array", "items": _layer(), "minItems": 1},
        },
    )


def _story() -> dict[str, Any]:
    period = _group(("id", "label", "date"), {"id": _ID, "label": _WORD, "date": _DAY, "layers": _NAMES})
    words = {"type": "object", "additionalProperties": _WORD}
    span = _group(("from", "to", "share"), {"from": _DAY, "to": _DAY, "share": _SHARE, "label": _WORD})
    fields: dict[str, Any] = {
        "id": _ID, "title": _TEXT, "subtitle": _TEXT, "author": _TEXT, "lang": _TEXT, "first": _DAY, "last": _DAY,
        "periods": {"type": "array", "items": period},
        "defaults": _group(("layers", "view"), {"date": _DAY, "layers": _NAMES, "names": _WORD, "view": _view()}),
        "timeline": {"type": "array", "items": span},
        "names": {"type": "array", "items": _group(("id", "label"), {"id": _ID, "label": _WORD})},
        "voices": words, "article": words, "attribution": _NAMES, "sections": _NAMES, "wording": _TEXT,
    }  # fmt: skip
    assert set(fields) == {*STORY_REQUIRED, *STORY_OPTIONAL}
    return _group(PLAIN_REQUIRED, fields)


def _step() -> dict[str, Any]:
    fields: dict[str, Any] = {
        "id": _ID, "title": _WORD, "date": _DAY, "date_label": _WORD, "view": _view(), "layers": _NAMES,
        "highlight": _NAMES, "compare": _DAY, "play": _group(("from", "to"), {"from": _DAY, "to": _DAY}),
        "section": _WORD, "names": _WORD,
    }  # fmt: skip
    assert set(fields) == {*STEP_REQUIRED, *STEP_OPTIONAL}
    return _group(PLAIN_STEP_REQUIRED, fields)


#: File name of a schema, what it is of, and how it is made.
SCHEMAS = {
    "catalogue.schema.json": ("layers/catalogue.yaml", _catalogue),
    "story.schema.json": ("narrative/story.yaml", _story),
    "step.schema.json": ("the front matter of a step", _step),
}


def render_schemas() -> dict[str, str]:
    """Return the JSON text of each schema by its file name."""
    return {
        name: json.dumps({"$schema": _DIALECT, "title": of, **make()}, ensure_ascii=False, indent=1) + "\n"
        for name, (of, make) in SCHEMAS.items()
    }


def write_schemas(folder: Path) -> None:
    """Write the schemas into a folder, which is made if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in render_schemas().items():
        (folder / name).write_text(text, encoding="utf-8")
