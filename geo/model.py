"""The frozen values of a story. Parsed once at the edge; everything after trusts them.

Conventions that hold in every module: a pair is ``(lon, lat)`` in degrees on WGS 84, bounds are ``(west, south, east,
north)``, areas are geodesic square kilometres, lengths geodesic kilometres, and a day is a `datetime.date`.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

from .errors import Problem
from .language import Words, english

__all__ = [
    "ACCURACIES",
    "ARTICLE_FORM",
    "COMPARE_MODES",
    "CONTROL",
    "EVENT_KINDS",
    "EXTENTS",
    "GROUPS",
    "HATCHES",
    "KINDS",
    "NO_NAMES",
    "UIS",
    "Bounds",
    "Control",
    "ControlEvent",
    "ControlUnit",
    "Controller",
    "Defaults",
    "Edge",
    "Event",
    "Feature",
    "Footnote",
    "Layer",
    "LonLat",
    "Name",
    "NameForm",
    "Period",
    "PeriodLabel",
    "Place",
    "Play",
    "PublishedArea",
    "Source",
    "State",
    "Step",
    "Story",
    "TimelineSpan",
    "View",
    "Work",
]  # fmt: skip

ACCURACIES = ("surveyed", "digitised", "schematic")
GROUPS = ("control", "administrative", "places", "context")
KINDS = ("area", "line", "point", "raster")
HATCHES = ("none", "diagonal", "back-diagonal", "horizontal", "vertical", "cross", "dots")
EVENT_KINDS = ("baseline", "change", "claim", "status", "state")
EXTENTS = ("whole", "inferred")
UIS = ("full", "timeline", "legend", "none")
#: How a second day is shown: its line over the map, two maps with a handle between, or what passed.
COMPARE_MODES = ("outline", "swipe", "difference")

#: The layer whose areas the log moves.
CONTROL = "control"
#: The form of a name that every place has, and that stands in where another is missing.
ARTICLE_FORM = "article"
#: In place of a form of names: a map without any, for exercises.
NO_NAMES = "none"

LonLat = tuple[float, float]
Bounds = tuple[float, float, float, float]
NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class View:
    """What part of the map is seen: either `bounds`, or `center` with `zoom`."""

    bounds: Bounds | None = None
    center: LonLat | None = None
    zoom: float | None = None


@dataclass(frozen=True)
class PeriodLabel:
    """A name that held until a day (the day itself not included)."""

    label: str
    until: datetime.date


@dataclass(frozen=True)
class Controller:
    """Who can hold a unit. `labels` are earlier names, oldest first; `label` is the one that holds after them."""

    id: str
    label: str
    labels: tuple[PeriodLabel, ...]
    description: str
    color: str
    hatch: str

    def label_on(self, day: datetime.date) -> str:
        """Return the name that held on `day`."""
        return next((earlier.label for earlier in self.labels if day < earlier.until), self.label)


@dataclass(frozen=True)
class Layer:
    """One entry of the catalogue: how something is drawn, and where it comes from.

    `day` is set for a layer that is drawn from the log on that day; `image_bounds` for a raster.
    """

    id: str
    title: str
    file: str
    group: str
    kind: str
    style: Mapping[str, Any]
    accuracy: str
    error_km: float
    source: str
    license: str
    attribution: str
    description: str
    visible: bool = False
    day: datetime.date | None = None
    image_bounds: Bounds | None = None


@dataclass(frozen=True, eq=False)
class Feature:
    """One feature of a layer. `id` is unique within the layer."""

    id: str
    geometry: BaseGeometry
    properties: Mapping[str, Any] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, eq=False)
class ControlUnit:
    """The smallest piece of land that changes hands as a whole.

    A `frame` unit never changes hands: it closes the front line, and is neither filled nor counted.
    """

    id: str
    name: str
    district: str
    oblast: bool
    km2: float
    frame: bool
    fitted: str
    accuracy: str
    error_km: float
    source: str
    note: str
    geometry: BaseGeometry


@dataclass(frozen=True, eq=False)
class Edge:
    """What two neighbouring units share. `a` < `b`; `stated` tells a row of edges.csv from the catalogue's default."""

    a: str
    b: str
    accuracy: str
    error_km: float
    source: str
    note: str
    stated: bool
    km: float
    geometry: BaseGeometry


@dataclass(frozen=True)
class Event:
    """What happened, for people: one row of events.csv."""

    id: str
    kind: str
    earliest: datetime.date
    date: datetime.date
    latest: datetime.date
    places: tuple[str, ...]
    what: str
    controller: str | None
    sources: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class ControlEvent:
    """What moves the map: one row of control_events.csv, one unit."""

    event: str
    unit: str
    earliest: datetime.date
    date: datetime.date
    latest: datetime.date
    controller: str
    extent: str
    sources: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Control:
    """Who holds a unit on a day.

    Attributes
    ----------
    controller : str
        As the last row of the log up to that day says.
    uncertain : bool
        Whether the day lies between the earliest and the latest day of a row that leaves more than one open.
    previous : str or None
        Who held it before that row; None at the baseline.
    row : ControlEvent
        The row of the log that is in force.
    """

    controller: str
    uncertain: bool
    previous: str | None
    row: ControlEvent


@dataclass(frozen=True)
class Source:
    """One row of sources.csv. `kind` tells whose voice it is, `voice` says so in words."""

    id: str
    title: str
    publisher: str
    url: str
    kind: str
    note: str
    voice: str


@dataclass(frozen=True)
class Work:
    """One row of works.csv: what the article cites, and in which of its footnotes."""

    id: str
    citation: str
    url: str
    article_footnotes: tuple[int, ...]


@dataclass(frozen=True)
class Name:
    """A name that holds from `valid_from` (included) to `valid_to` (not included); None leaves the end open."""

    name: str
    lang: str
    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None

    def holds_on(self, day: datetime.date) -> bool:
        """Return whether the name is in use on `day`."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True)
class NameForm:
    """A set of names that a reader can choose."""

    id: str
    label: str


@dataclass(frozen=True)
class Place:
    """A place and its names by form. `lonlat` is None for what has names but no point on the map."""

    id: str
    lonlat: LonLat | None
    rank: int | None
    kind: str
    names: Mapping[str, tuple[Name, ...]]


@dataclass(frozen=True)
class PublishedArea:
    """A published figure, to be set beside a computed one where `controller` and `date`, or `district`, are given."""

    subject: str
    km2: float
    as_of: str
    sources: tuple[str, ...]
    note: str
    controller: str | None
    date: datetime.date | None
    district: str | None


@dataclass(frozen=True)
class Period:
    """A named day of the story, with the layers it switches on (None leaves the layers alone)."""

    id: str
    label: str
    date: datetime.date
    layers: tuple[str, ...] | None


@dataclass(frozen=True)
class TimelineSpan:
    """A stretch of time and its share of the timeline's width; all shares add up to 1."""

    start: datetime.date
    end: datetime.date
    share: float
    label: str = ""


@dataclass(frozen=True)
class Play:
    """The days through which the timeline runs once when a step is entered."""

    start: datetime.date
    end: datetime.date


@dataclass(frozen=True)
class Footnote:
    """A note of a step: its label in the file, its number on the card, and what it cites."""

    label: str
    number: int
    html: str
    sources: tuple[str, ...]
    works: tuple[str, ...]
    references: int


@dataclass(frozen=True)
class Step:
    """One card of the story and the state of the map beside it.

    `html` is the sanitised body and `footnotes_html` the list of notes under it; both are safe to insert as they are.
    `claims` counts paragraphs, list items and quotations; `sourced_claims` those of them that carry a footnote.
    """

    id: str
    title: str
    date: datetime.date
    date_label: str
    view: View
    layers: tuple[str, ...] | None
    highlight: tuple[str, ...]
    compare: datetime.date | None
    play: Play | None
    section: str
    names: str | None
    html: str
    footnotes_html: str
    footnotes: tuple[Footnote, ...]
    places: tuple[str, ...]
    words: int
    claims: int
    sourced_claims: int
    path: str
    #: The language of its text where that is not the story's: what has not been translated.
    lang: str = ""


@dataclass(frozen=True)
class Defaults:
    """The state of the map before anybody has chosen anything."""

    date: datetime.date
    layers: tuple[str, ...]
    names: str
    view: View


@dataclass(frozen=True)
class State:
    """What a map shows and which of its controls are on: exactly what the URL of a map says."""

    step: str | None = None
    date: datetime.date | None = None
    layers: tuple[str, ...] | None = None
    names: str | None = None
    compare: datetime.date | None = None
    highlight: tuple[str, ...] = ()
    view: View | None = None
    ui: str = "full"
    lang: str | None = None
    event: str | None = None
    mode: str = "outline"
    #: Where the handle between two days stands, in per cent of the map's width.
    handle: int = 50


@dataclass(frozen=True, eq=False)
class Story:
    """Everything a map document, a page or an export needs. Made by `geo.story.load_story`, which checks all of it.

    Mappings keep the order of their files. `log` is sorted by day, then unit; `events` by day. `rows` holds the log by
    unit, oldest first, and `features` the features of every layer that has geometry of its own.
    """

    path: Path
    id: str
    title: str
    subtitle: str
    author: str
    lang: str
    article: Mapping[str, str]
    first: datetime.date
    last: datetime.date
    attribution: tuple[str, ...]
    periods: tuple[Period, ...]
    defaults: Defaults
    timeline: tuple[TimelineSpan, ...]
    name_forms: tuple[NameForm, ...]
    voices: Mapping[str, str]
    controllers: Mapping[str, Controller]
    layers: Mapping[str, Layer]
    features: Mapping[str, tuple[Feature, ...]]
    units: Mapping[str, ControlUnit]
    edges: tuple[Edge, ...]
    log: tuple[ControlEvent, ...]
    rows: Mapping[str, tuple[ControlEvent, ...]]
    events: Mapping[str, Event]
    sources: Mapping[str, Source]
    works: Mapping[str, Work]
    places: Mapping[str, Place]
    published: tuple[PublishedArea, ...]
    steps: tuple[Step, ...]
    sections: tuple[str, ...] = ()
    words: Words = field(default_factory=english)
    warnings: tuple[Problem, ...] = ()
    #: The languages that it is told in, its own first; and the same story in each of the others.
    languages: tuple[str, ...] = ()
    translations: Mapping[str, Story] = field(default_factory=lambda: NOTHING)

    @property
    def original(self) -> str:
        """Return the language that the story was written in."""
        return self.languages[0] if self.languages else self.lang

    def step(self, id: str) -> Step | None:
        """Return the step of that id, or None."""
        return next((step for step in self.steps if step.id == id), None)
