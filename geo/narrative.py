"""Steps: one markdown file each, its front matter the state of the map, its body the card.

Files are read in the order of their names; ``01-`` in front of each makes that the order of the story.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import shapely

from .dates import format_day
from .errors import Report, unknown
from .model import ControlUnit, Feature, Layer, Play, Step, View, Work
from .prose import Cited, render_prose
from .reading import Record, load_text, parse_yaml

__all__ = [
    "NARRATIVE",
    "PLAIN_STEP_REQUIRED",
    "STEP_OPTIONAL",
    "STEP_REQUIRED",
    "UNDATED",
    "WORKS",
    "WORK_COLUMNS",
    "Surroundings",
    "load_steps",
    "parse_view",
    "parse_works",
    "split_step",
]

NARRATIVE = "narrative"
WORKS = "narrative/works.csv"
WORK_COLUMNS = ("work", "citation", "url", "article_footnotes")
#: Steps a story may have.
MOST_STEPS = 500
#: Deepest zoom of a web map.
ZOOMS = (0, 22)

#: The day of a step of a story without log that names none; it is shown to nobody.
UNDATED = date.min

_FENCE = "---"
STEP_REQUIRED = ("id", "title", "date", "view")
PLAIN_STEP_REQUIRED = ("id", "title", "view")
STEP_OPTIONAL = ("date_label", "layers", "highlight", "compare", "play", "section", "names")
_VIEW_SHAPES = "{focus: id, zoom: 11}, {bounds: [west, south, east, north]} or {center: [lon, lat], zoom: 11}"


@dataclass(frozen=True)
class Surroundings:
    """What the front matter of a step may name."""

    layers: Mapping[str, Layer]
    features: Mapping[str, tuple[Feature, ...]]
    units: Mapping[str, ControlUnit]
    points: Mapping[str, tuple[float, float] | None]
    forms: Sequence[str]
    first: date | None
    lang: str
    #: Whether the story has no log, so that a step need not have a day.
    plain: bool = False

    def shapes(self, id: str) -> list[shapely.geometry.base.BaseGeometry]:
        """Return the geometries that an id means: a unit, a district, a layer, or a feature of a layer."""
        if id in self.units:
            return [self.units[id].geometry]
        district = [unit.geometry for unit in self.units.values() if unit.district == id and not unit.frame]
        if district:
            return district
        if id in self.layers and self.layers[id].day is not None:
            return [unit.geometry for unit in self.units.values() if not unit.frame]
        if id in self.features:
            return [feature.geometry for feature in self.features[id]]
        return [feature.geometry for found in self.features.values() for feature in found if feature.id == id]

    def ids(self) -> list[str]:
        """Return everything that can be focused or highlighted: places, layers, units, districts, features."""
        districts = {unit.district for unit in self.units.values() if unit.district}
        named = {
            feature.id for found in self.features.values() for feature in found if not feature.id.isdecimal()
        }  # fmt: skip
        return sorted({*self.points, *self.layers, *self.units, *districts, *named})


def load_steps(report: Report, root: Path, around: Surroundings, cited: Cited) -> tuple[Step, ...]:
    """Return the steps of ``narrative/*.md``, in the order of their file names. A README.md is none."""
    folder = root / NARRATIVE
    paths = sorted(path for path in folder.glob("*.md") if path.name.casefold() != "readme.md")
    for path in sorted(folder.glob("*")):
        if re.match(r"\d+-", path.name) and path.suffix != ".md":
            report.warn(f"{NARRATIVE}/{path.name}", None, "this is read as no step; the name of a step ends in .md")
    if not paths:
        report.problem(NARRATIVE, None, "the story has no step; a step is a file like narrative/01-beginning.md")
    if len(paths) > MOST_STEPS:
        report.problem(NARRATIVE, None, f"the story has {len(paths)} steps; allowed: {MOST_STEPS}")
    steps: dict[str, Step] = {}
    for path in paths[:MOST_STEPS]:
        name = f"{NARRATIVE}/{path.name}"
        if not re.match(r"\d+-", path.name):
            report.warn(name, None, "the name does not begin with a number; files are read in the order of their names")
        text = load_text(report, root, name)
        step = None if text is None else _parse_step(report, name, text, around, cited)
        if step is not None:
            if step.id in steps:
                report.problem(name, 2, f"step '{step.id}' stands in {steps[step.id].path} as well")
            steps[step.id] = step
    return tuple(steps.values())


def split_step(report: Report, name: str, text: str) -> tuple[Record, str, int] | None:
    """Return a step's front matter, its text and the line on which that begins; None if it cannot be read."""
    lines = text.split("\n")
    ends = [number for number, line in enumerate(lines) if line.rstrip() == _FENCE]
    if not ends or ends[0] != 0 or len(ends) < 2:
        report.problem(
            name, 1, "front matter is missing: a step begins with a line ---, its fields, and another line ---"
        )
        return None
    record = parse_yaml(report, name, "\n".join(lines[1 : ends[1]]) + "\n", first_line=2)
    if record is None:
        return None
    body = "\n".join(lines[ends[1] + 1 :])
    if not body.strip():
        report.problem(name, ends[1] + 1, "the step has no text")
    return record, body, ends[1] + 2


def _parse_step(report: Report, name: str, text: str, around: Surroundings, cited: Cited) -> Step | None:
    before = len(report.problems)
    parts = split_step(report, name, text)
    if parts is None:
        return None
    record, body, line = parts
    if around.plain:
        record.check_fields(PLAIN_STEP_REQUIRED, ("date", *STEP_OPTIONAL))
    else:
        record.check_fields(STEP_REQUIRED, STEP_OPTIONAL)
    id, title, day = record.id("id"), record.text("title"), record.day("date")
    if around.plain and "date" not in record:
        day = UNDATED
    view = parse_view(record, "view", around)
    layers = record.names("layers", around.layers, optional=True, what="layer")
    highlight = record.names("highlight", around.ids(), optional=True, what="place, unit or layer") or ()
    compare, play = record.day("compare", optional=True), _parse_play(record)
    names = record.choice("names", around.forms, optional=True)
    _check_days(record, day, compare, play, around.first)
    prose = render_prose(report, name, body, line, id or "step", cited)
    if len(report.problems) > before or not (id and title and day and view):
        report.spoil("step", id)
        return None
    printed = "" if day == UNDATED else format_day(day, around.lang)
    return Step(
        id=id, title=title, date=day, date_label=record.note("date_label") or printed, view=view,
        layers=layers, highlight=highlight, compare=compare, play=play, section=record.note("section"), names=names,
        html=prose.html, footnotes_html=prose.footnotes_html, footnotes=prose.footnotes, places=prose.places,
        words=prose.words, claims=prose.claims, sourced_claims=prose.sourced_claims, path=name,
    )  # fmt: skip


def _parse_play(record: Record) -> Play | None:
    play = record.record("play", optional=True)
    if play is None:
        return None
    play.check_fields(("from", "to"))
    start, end = play.day("from"), play.day("to")
    if start and end and start >= end:
        play.problem("to", f"play runs forward: from {start} is not before to {end}")
    return Play(start, end) if start and end else None


def _check_days(record: Record, day: date | None, compare: date | None, play: Play | None, first: date | None) -> None:
    for key, value in (("date", day), ("compare", compare), ("play", play.start if play else None)):
        if first and value and value < first:
            record.problem(key, f"{key} {value} lies before {first}, where the log begins")
    if compare and compare == day:
        record.problem("compare", f"compare {compare} is the step's own date; there is nothing to compare")
    if play and day and play.end != day:
        record.warn("play", f"play ends on {play.end}, but the step shows {day}")


def parse_view(record: Record, key: str, around: Surroundings) -> View | None:
    """Return a view as bounds, or as center and zoom; a focus is resolved to one of them.

    A place becomes its point with the given zoom. A unit, district, layer or feature becomes the middle of its bounds
    if a zoom is given, and its bounds if none is.
    """
    view = record.record(key)
    if view is None:
        return None
    found = [name for name in ("focus", "bounds", "center") if name in view]
    if len(found) != 1:
        view.problem("", f"a view is one of {_VIEW_SHAPES}")
        return None
    view.check_fields((), {"focus": ("focus", "zoom"), "bounds": ("bounds",), "center": ("center", "zoom")}[found[0]])
    zoom = view.number("zoom", optional=True, least=ZOOMS[0], most=ZOOMS[1])
    if found == ["bounds"]:
        bounds = view.bounds("bounds")
        return View(bounds=bounds) if bounds else None
    if found == ["focus"]:
        return _focus(view, around, zoom)
    center = view.floats("center", 2, "[lon, lat]")
    if zoom is None and "zoom" not in view:
        view.problem("center", "a center needs a zoom")
    if center is None or zoom is None:
        return None
    if abs(center[0]) > 180 or abs(center[1]) > 90:
        view.problem("center", f"center {center[0]:g}, {center[1]:g} is no longitude and latitude")
        return None
    return View(center=(center[0], center[1]), zoom=zoom)


def _focus(view: Record, around: Surroundings, zoom: float | None) -> View | None:
    id = view.text("focus")
    if id is None:
        return None
    point = around.points.get(id)
    if point is not None and zoom is not None:
        return View(center=point, zoom=zoom)
    shapes = around.shapes(id)
    if shapes:
        west, south, east, north = (round(float(value), 5) for value in shapely.total_bounds(shapes))
        if zoom is None and (west, south) != (east, north):
            return View(bounds=(west, south, east, north))
        if zoom is not None:
            return View(center=(round((west + east) / 2, 5), round((south + north) / 2, 5)), zoom=zoom)
    if view.report.is_spoilt("place unit layer", id):
        return None
    if id not in around.ids():
        view.problem("focus", unknown("focus", id, around.ids()))
    elif zoom is None:
        view.problem("focus", f"focus '{id}' is a point, so it needs a zoom")
    else:
        view.problem("focus", f"focus '{id}' has no place on the map")
    return None


def parse_works(rows: Sequence[Record]) -> dict[str, Work]:
    """Return the works by id, in the order of the file."""
    found: dict[str, Work] = {}
    for row in rows:
        before = len(row.report.problems)
        id, citation, url = row.text("work"), row.text("citation"), row.note("url")
        notes = row.joined("article_footnotes")
        if any(not note.isdecimal() for note in notes):
            row.problem("article_footnotes", "article_footnotes must be numbers joined by ;")
        if url and not url.startswith(("http://", "https://")):
            row.problem("url", f"url '{url}' must begin with https:// or http://")
        if id in found:
            row.problem("work", f"work '{id}' stands twice")
        if len(row.report.problems) == before and id and citation:
            found[id] = Work(id, citation, url, tuple(int(note) for note in notes))
        else:
            row.report.spoil("work", id)
    return found
