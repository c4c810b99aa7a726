"""One place, several names, each with the years in which it holds.

Every place has at least one name of the form `article`; where another form is missing, that one stands in, so that a
map never shows a nameless point. Which forms there are is data: names.csv has them, story.yaml may give them words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from types import MappingProxyType

import shapely

from .errors import Report
from .model import ARTICLE_FORM, ControlUnit, Feature, Layer, LonLat, Name, NameForm, Place
from .reading import Record

__all__ = [
    "NAMES", "NAME_COLUMNS", "check_names", "is_tag", "missing_forms", "name_on", "parse_names", "parse_places",
    "renamed",
]  # fmt: skip

NAMES = "layers/names.csv"
NAME_COLUMNS = ("place", "form", "name", "script", "valid_from", "valid_to")

#: A language tag with an optional script, as in BCP 47: `en`, `sr-Latn`.
_TAG = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?\Z")


def is_tag(text: str) -> bool:
    """Return whether a text is a language tag with an optional script and region, as in BCP 47: `en`, `sr-Latn`."""
    return _TAG.match(text) is not None


def parse_names(rows: Iterable[Record], forms: Sequence[NameForm]) -> dict[str, dict[str, list[Name]]]:
    """Return the names by place and form, in the order of the file.

    Parameters
    ----------
    rows : iterable of Record
        The rows of names.csv.
    forms : sequence of NameForm
        The forms that story.yaml declares; with none, every form that occurs is allowed.
    """
    allowed = [form.id for form in forms]
    found: dict[str, dict[str, list[Name]]] = {}
    for row in rows:
        before = len(row.report.problems)
        place, name, lang = row.id("place"), row.text("name"), row.text("script")
        form = row.choice("form", allowed) if allowed else row.id("form")
        start, end = row.day("valid_from", optional=True), row.day("valid_to", optional=True)
        if lang and not is_tag(lang):
            row.problem("script", f"script '{lang}' is no language tag; write for example en, hy or sr-Latn")
        if start and end and start >= end:
            row.problem("valid_to", f"valid_to {end} must be after valid_from {start}")
        if len(row.report.problems) > before or not (place and name and lang and form):
            row.report.spoil("name", place)
            continue
        others = found.setdefault(place, {}).setdefault(form, [])
        new = Name(name, lang, start, end)
        for other in others:
            if _overlap(new, other):
                row.problem(
                    "name", f"'{name}' and '{other.name}' are both the {form} form of '{place}' at the same time"
                )
        others.append(new)
    return found


def _overlap(a: Name, b: Name) -> bool:
    starts = [name.valid_from or date.min for name in (a, b)]
    ends = [name.valid_to or date.max for name in (a, b)]
    return max(starts) < min(ends)


def parse_places(
    report: Report,
    layers: Mapping[str, Layer],
    features: Mapping[str, tuple[Feature, ...]],
    units: Mapping[str, ControlUnit],
    names: Mapping[str, Mapping[str, list[Name]]],
) -> dict[str, Place]:
    """Return the places by id: those with a point first, in the order of their layers, then those with names only.

    A place without a point of its own (a district, a state) lies where the layer, unit, district or feature of the same
    id lies, if there is one.
    """
    found: dict[str, Place] = {}
    owner: dict[str, str] = {}
    for id, layer in layers.items():
        if layer.kind != "point":
            continue
        for feature in features.get(id, ()):
            place = feature.properties.get("place")
            if place in (None, ""):
                continue
            if not isinstance(place, str):
                report.problem(f"layers/{layer.file}", None, f"feature '{feature.id}': place must be an id")
                continue
            point = (float(feature.geometry.x), float(feature.geometry.y))
            if place in found:  # the same place may be a town on one map and a mark on another, but not elsewhere
                if found[place].lonlat != point:
                    report.problem(
                        f"layers/{layer.file}", None, f"place '{place}' is at {list(point)}, but in layer "
                        f"'{owner[place]}' at {list(found[place].lonlat or ())}",
                    )  # fmt: skip
                continue
            rank = feature.properties.get("rank")
            found[place] = Place(
                place, point, rank if isinstance(rank, int) else None, str(feature.properties.get("kind") or ""),
                _frozen(names.get(place, {})),
            )  # fmt: skip
            owner[place] = id
    for place, forms in names.items():
        if place not in found:
            found[place] = Place(place, _point_of(place, layers, features, units), None, "", _frozen(forms))
    return found


def _frozen(forms: Mapping[str, list[Name]]) -> Mapping[str, tuple[Name, ...]]:
    return MappingProxyType({form: tuple(names) for form, names in forms.items()})


def _point_of(
    id: str, layers: Mapping[str, Layer], features: Mapping[str, tuple[Feature, ...]], units: Mapping[str, ControlUnit]
) -> LonLat | None:
    shapes = [feature.geometry for feature in features.get(id, ()) or features.get(id.replace("-", "_"), ())]
    if not shapes:
        shapes = [u.geometry for u in units.values() if id in (u.id, u.district) and not u.frame]
    if not shapes:
        shapes = [f.geometry for layer in layers for f in features.get(layer, ()) if f.id == id]
    if not shapes:
        return None
    point = shapely.point_on_surface(shapely.union_all(shapes))
    return (round(point.x, 5), round(point.y, 5))


def check_names(report: Report, places: Mapping[str, Place]) -> None:
    """Write a problem for each place that has no name of the form that stands in for the others."""
    for place in places.values():
        if not place.names.get(ARTICLE_FORM) and not report.is_spoilt("name", place.id):
            has = f"it has {', '.join(place.names)}" if place.names else "it has none"
            report.problem(NAMES, None, f"place '{place.id}' has no name of form '{ARTICLE_FORM}'; {has}")


def name_on(place: Place, form: str, day: date) -> Name | None:
    """Return the name of that form that holds on `day`, else the article's, else None.

    Where no name of a form holds on the day, the nearest earlier or later one of it is *not* taken: a name that is
    not in use yet would be a claim.
    """
    for wanted in (form, ARTICLE_FORM):
        for name in place.names.get(wanted, ()):
            if name.holds_on(day):
                return name
    return None


def missing_forms(places: Mapping[str, Place], forms: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return, by form, the places that lack it and show the article's name instead."""
    return {form: tuple(id for id, place in places.items() if form not in place.names) for form in forms}


def renamed(text: str, places: Mapping[str, Place], form: str, day: date) -> tuple[str | Name, ...]:
    """Return a text of ours with its places in the chosen form: strings, and between them names.

    Texts are written with the article's names; where the form has none for the day, the article's stays. What stands
    in quotation marks is somebody's own words and stays as well, and so do common nouns. The browser does the same
    (geo/web/names.mjs).
    """
    if form == ARTICLE_FORM:
        return (text,)
    ids: dict[str, str] = {}
    for place in places.values():
        for name in place.names.get(ARTICLE_FORM, ()):
            if name.name[:1].isupper():
                ids.setdefault(name.name, place.id)
    if not ids:
        return (text,)
    parts: list[str | Name] = []
    done = 0
    for match in _article_names(tuple(ids)).finditer(text):
        named = places[ids[match[0]]].names.get(form, ()) if match[0] in ids else ()
        chosen = next((name for name in named if name.holds_on(day)), None)
        if chosen:
            parts += [text[done : match.start()], chosen]
            done = match.end()
    return (*parts, text[done:])


@lru_cache(maxsize=8)
def _article_names(names: tuple[str, ...]) -> re.Pattern[str]:
    """Match any of the names as a whole word, the longest first, or a quotation, so that nothing in it is found."""
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    return re.compile(f'“[^”]*”|"[^"]*"|(?<![^\\W\\d_])(?:{"|".join(map(re.escape, longest_first))})(?![^\\W\\d_])')
