"""A story's folder in, a `Story` out, with every reference checked.

The folder holds `layers/` and `narrative/`. All files are read to their ends before anything is raised, so that an
author sees everything there is to put right at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from . import catalogue as cat
from . import checks, control, events, layers, narrative, toponyms, wording
from .dates import parse_day
from .errors import BadDay, Report
from .language import ENGLISH
from .model import (
    ARTICLE_FORM,
    CONTROL,
    ControlEvent,
    ControlUnit,
    Defaults,
    Event,
    Feature,
    Layer,
    NameForm,
    Period,
    Source,
    Step,
    Story,
    TimelineSpan,
)  # fmt: skip
from .prose import Cited
from .reading import Record, load_table, load_text, load_yaml, resolve
from .translation import in_language, load_translations, load_words

if TYPE_CHECKING:
    import geopandas

__all__ = ["PLAIN_REQUIRED", "STORY", "STORY_OPTIONAL", "STORY_REQUIRED", "LoadedStory", "load_story"]

STORY = "narrative/story.yaml"

STORY_REQUIRED = ("id", "title", "author", "lang", "periods", "defaults")
PLAIN_REQUIRED = ("id", "title", "author", "lang", "defaults")
STORY_OPTIONAL = (
    "subtitle",
    "first",
    "last",
    "timeline",
    "names",
    "voices",
    "article",
    "attribution",
    "sections",
    "wording",
)


class LoadedStory(Story):
    """A `Story` with what is asked of it most, for those who work in a notebook.

    Examples
    --------
    >>> import geo
    >>> story = geo.load_story("tests/stories/two-valleys")
    >>> story.control("1901-06-01").loc["birch", "controller"]
    'uplanders'
    >>> round(float(story.control("1901-06-01")["km2"].sum()))
    615
    >>> story.diff("1901-01-01", "1902-03-01").query("`from` != to")[["from", "to"]].agg(" → ".join, axis=1).to_dict()
    {'birch': 'lowlanders → uplanders', 'cedar': 'lowlanders → uplanders', 'tarn': 'lowlanders → uplanders'}
    >>> story.map("1901-06-01")  # doctest: +ELLIPSIS
    <geo.map.OfflineMap object at ...>
    """

    def map(self, day: date | str | None = None) -> Any:
        """Return the map document of a day as a folium map, which shows itself in a notebook and loads nothing.

        Parameters
        ----------
        day : datetime.date or str, optional
            The day on which it opens; the story's own if none is given. All other days are in it as well.

        Raises
        ------
        BadDay
            If `day` cannot be read or lies before the story.
        """
        shown = None if day is None else parse_day(day)
        if shown is not None and shown < self.first:
            raise BadDay(f"the story begins on {self.first}; it has no map of {shown}")
        # By name, because the map stands above the story: nothing here may need folium.
        story_map: Any = import_module("geo.map").story_map
        return story_map(self, f"?date={shown}" if shown else "")

    def control(self, day: date | str) -> geopandas.GeoDataFrame:
        """Return who holds what on a day; see `geo.control.control_frame` for columns, units and CRS.

        Raises
        ------
        BadDay
            If `day` cannot be read or lies before the log.
        """
        return control.control_frame(self, parse_day(day))

    def diff(self, start: date | str, end: date | str) -> geopandas.GeoDataFrame:
        """Return what passed between two days; see `geo.control.diff_frame`."""
        return control.diff_frame(self, parse_day(start), parse_day(end))


@dataclass(frozen=True)
class _Drawn:
    """What the layers folder holds once it is read."""

    layers: Mapping[str, Layer]
    features: Mapping[str, tuple[Feature, ...]]
    day_features: Mapping[str, tuple[Feature, ...]]
    units: Mapping[str, ControlUnit]


def load_story(path: str | Path = ".", lang: str | None = None) -> LoadedStory:
    """Return the story in a folder, in the language it was written in or in one that it has been translated into.

    Parameters
    ----------
    path : str or pathlib.Path
        The folder that holds `layers/` and `narrative/`.
    lang : str, optional
        One of the story's languages.

    Raises
    ------
    StoryProblems
        With every problem of every file, each with its file and line.
    UnknownId
        If the story has not been translated into the language.
    """
    root, report = Path(path), Report()
    if not root.is_dir():
        report.problem(str(path), None, "there is no such folder")
    for folder in ("layers", "narrative"):
        if root.is_dir() and not (root / folder).is_dir():
            report.problem(folder, None, "the folder is missing; a story has layers/ and narrative/")
    report.check()

    catalogue = load_yaml(report, root, cat.CATALOGUE)
    meta = load_yaml(report, root, STORY)
    if catalogue is None or meta is None:
        report.check()
    assert catalogue is not None
    assert meta is not None
    # Without controllers, control layer and log a story is a plain one: layers and steps, dates only where it has any.
    plain = (
        "controllers" not in catalogue
        and CONTROL not in [record.raw("id") for record in catalogue.records("layers", "layer")]
        and not (root / events.LOG).exists()
    )
    catalogue.check_fields(("layers",) if plain else ("controllers", "layers"))
    meta.check_fields(
        PLAIN_REQUIRED if plain else STORY_REQUIRED, ("periods", *STORY_OPTIONAL) if plain else STORY_OPTIONAL
    )

    story_id, own = meta.id("id"), meta.text("lang")
    if own and not toponyms.is_tag(own):
        meta.problem("lang", f"lang '{own}' is no language tag; write for example en or sr-Latn")
    voices = _parse_words(meta, "voices")
    sources = cat.parse_sources(
        load_table(report, root, cat.SOURCES, cat.SOURCE_COLUMNS, required=not plain, what="source"), voices
    )
    works = narrative.parse_works(
        load_table(report, root, narrative.WORKS, narrative.WORK_COLUMNS, required=False, what="work")
    )
    words = load_words(report, root, own or ENGLISH)
    cited = Cited((), sources, works, words)
    controllers = {} if plain else cat.parse_controllers(catalogue)
    if not controllers and not plain:
        report.lose("controller")
    drawn = _load_layers(report, root, catalogue, plain)
    control_layer = drawn.layers.get(CONTROL)

    forms = _parse_forms(meta)
    names = toponyms.parse_names(
        load_table(report, root, toponyms.NAMES, toponyms.NAME_COLUMNS, required=not plain, what="place"), forms
    )
    places = toponyms.parse_places(report, drawn.layers, drawn.features, drawn.units, names)
    if "place" not in report.lost:
        toponyms.check_names(report, places)
        checks.check_labels(report, catalogue, drawn.layers, places)
    if not forms:
        found_forms = dict.fromkeys(form for found in names.values() for form in found) or [ARTICLE_FORM]
        forms = tuple(NameForm(form, form) for form in found_forms)
    cited.places = places

    used = cited.used_sources
    happened = events.parse_events(
        load_table(report, root, events.EVENTS, events.EVENT_COLUMNS, required=not plain, what="event"),
        controllers, places, sources, used,
    )  # fmt: skip
    log, rows = ((), {}) if plain else _load_log(report, root, happened, drawn.units, controllers, sources, used)
    districts = [unit.district for unit in drawn.units.values() if unit.district]
    published = events.parse_published(
        load_table(report, root, events.PUBLISHED, events.PUBLISHED_COLUMNS, required=False),
        controllers, districts, sources, used,
    )  # fmt: skip
    edge_rows = load_table(report, root, layers.EDGES, layers.EDGE_COLUMNS, required=False)
    edges = layers.parse_edges(report, edge_rows, control_layer, drawn.units) if control_layer else ()
    used.update(id for row in edge_rows for id in row.joined("source") if id in sources)

    first = None if _has_lost(report, "controller") else checks.first_day(rows)
    around = narrative.Surroundings(
        drawn.layers, drawn.features, drawn.units, {place.id: place.lonlat for place in places.values()},
        [form.id for form in forms], first, meta.note("lang") or "en", plain,
    )  # fmt: skip
    steps = narrative.load_steps(report, root, around, cited)
    defaults = _parse_defaults(meta, around)
    periods = _parse_periods(meta, drawn.layers, first, optional=plain)
    first, last = _parse_ends(meta, first, happened, log, steps, plain)
    if plain and first is None:
        first, last = narrative.UNDATED, narrative.UNDATED
    timeline = _parse_timeline(meta, first, last)

    # What the log adds up to can be told only where the log and its units are whole.
    made_of = {
        cat.CATALOGUE,
        cat.SOURCES,
        events.EVENTS,
        events.LOG,
        f"layers/{control_layer.file}" if control_layer else "",
    }
    if not any(problem.path in made_of for problem in report.problems):
        for id, found in drawn.day_features.items():
            checks.check_day_layer(report, drawn.layers[id], found, drawn.units, rows, controllers)
    if not report.problems:
        checks.check_states(report, events.EVENTS, happened, places, drawn.units, rows)
        _warn(report, drawn, sources, cited, steps, periods, defaults)
        checks.warn_article_footnotes(report, steps, works)
        checks.warn_colors(report, catalogue, controllers, drawn.layers)
        checks.warn_lengths(report, steps)
        checks.warn_views(report, steps, drawn.layers, drawn.features, defaults.layers if defaults else ())
        checks.warn_sections(report, STORY, _parse_sections(meta), steps)
        _warn_wording(report, root, meta, steps, happened)
    report.check()

    assert first is not None
    assert last is not None
    assert defaults is not None
    story = LoadedStory(
        path=root,
        id=story_id or "",
        title=meta.text("title") or "",
        subtitle=meta.note("subtitle"),
        author=meta.text("author") or "",
        lang=own or "",
        article=MappingProxyType(_parse_words(meta, "article")),
        first=first,
        last=last,
        attribution=_attribution(meta, drawn.layers.values()),
        periods=periods,
        defaults=defaults,
        timeline=timeline,
        name_forms=forms,
        voices=MappingProxyType(voices),
        controllers=MappingProxyType(controllers),
        layers=drawn.layers,
        features=drawn.features,
        units=drawn.units,
        edges=edges,
        log=log,
        rows=MappingProxyType(rows),
        events=MappingProxyType(happened),
        sources=MappingProxyType(sources),
        works=MappingProxyType(works),
        places=MappingProxyType(places),
        published=published,
        steps=steps,
        sections=_parse_sections(meta),
        words=words,
    )
    translations = load_translations(report, story)
    report.check()
    languages = (story.lang, *translations)
    loaded = replace(
        story, languages=languages, translations=MappingProxyType(translations), warnings=report.sorted_warnings()
    )  # fmt: skip
    return cast(LoadedStory, in_language(loaded, lang))


# -- layers/ ---------------------------------------------------------------------------------------------------------


def _load_layers(report: Report, root: Path, catalogue: Record, plain: bool) -> _Drawn:
    found = cat.parse_layers(catalogue)
    lines = {record.raw("id"): record.line_of("file") for record in catalogue.records("layers", "layer")}
    features: dict[str, tuple[Feature, ...]] = {}
    day_features: dict[str, tuple[Feature, ...]] = {}
    main = found.get(CONTROL)
    if main is None and not plain:
        report.lose("unit")
        report.lose("district")
        if not report.is_spoilt("layer", CONTROL):
            catalogue.problem("layers", f"the catalogue has no layer '{CONTROL}', whose areas the log moves")
    for record in catalogue.records("layers", "layer"):
        if record.raw("kind") == "point" and report.is_spoilt("layer", str(record.raw("id"))):
            report.lose("place")
    for id, layer in found.items():
        if resolve(report, root, "layers", layer.file, cat.CATALOGUE, lines.get(id)) is None:
            if id == CONTROL:
                report.lose("unit")
                report.lose("district")
            if layer.kind == "point":
                report.lose("place")
            continue
        if layer.kind == "raster":
            layers.check_image(report, root, layer)
            continue
        if layer.day is None:
            before = len(report.problems)
            features[id] = layers.load_features(report, root, layer)
            if not features[id] and len(report.problems) > before:
                report.lose("unit" if id == CONTROL else "place" if layer.kind == "point" else "layer")
        elif plain:
            report.problem(
                cat.CATALOGUE, lines.get(id), f"layer '{id}' has a day, but there is no log from which to draw it"
            )
        elif main is None or layer.file != main.file:
            day_features[id] = layers.load_features(report, root, layer)
    layers.check_swapped(report, found, features)
    units: dict[str, ControlUnit] = {}
    if main is not None and features.get(CONTROL):
        units = layers.parse_units(report, main, features[CONTROL])
        layers.check_coverage(
            report, f"layers/{main.file}", {feature.id: feature.geometry for feature in features[CONTROL]}
        )
    return _Drawn(MappingProxyType(found), MappingProxyType(features), day_features, MappingProxyType(units))


def _load_log(
    report: Report,
    root: Path,
    happened: Mapping[str, Event],
    units: Mapping[str, ControlUnit],
    controllers: Mapping[str, cat.Controller],
    sources: Mapping[str, Source],
    used: set[str],
) -> tuple[tuple[ControlEvent, ...], dict[str, tuple[ControlEvent, ...]]]:
    before = len(report.problems)
    table = load_table(report, root, events.LOG, events.LOG_COLUMNS)
    log = events.parse_log(table, happened, units, controllers, sources, used)
    rows = events.rows_by_unit(log, units)
    # A row that was refused leaves a hole; what follows from the hole is not the author's next mistake.
    if len(report.problems) == before and not _has_lost(report, "event", "controller"):
        events.check_baselines(Record(report, events.LOG, {}, None), rows, happened, units)
    return log, rows


def _has_lost(report: Report, *kinds: str) -> bool:
    """Whether some of these were refused: what a log without them adds up to is nobody's mistake."""
    return any(kind in report.lost or report.broken.get(kind) for kind in kinds)


def _warn_wording(
    report: Report, root: Path, meta: Record, steps: Sequence[Step], happened: Mapping[str, Event]
) -> None:
    """Look for the words of the story's own list, if it has one, in its steps and in what its events say."""
    name = meta.note("wording")
    if not name or resolve(report, root, ".", name, STORY, meta.line_of("wording")) is None:
        return
    avoided = wording.parse_avoided(load_text(report, root, name) or "")
    if not avoided:
        meta.warn("wording", f"no word stands in the first column of a table in {name}")
    wording.warn_wording(
        report, [(step.path, None, load_text(report, root, step.path) or "") for step in steps], avoided
    )
    for event in happened.values():
        for _, seen, word in wording.find_avoided(event.what, avoided):
            report.warn(events.EVENTS, None, f"event '{event.id}': “{seen}” is a word this story avoids (`{word}`)")


# -- story.yaml ------------------------------------------------------------------------------------------------------


def _parse_words(meta: Record, key: str) -> dict[str, str]:
    record = meta.record(key, optional=True)
    return {} if record is None else {name: record.text(name) or "" for name in record.entries}


def _parse_sections(meta: Record) -> tuple[str, ...]:
    return tuple(str(entry.raw).strip() for entry in meta.items("sections", optional=True) or [])


def _parse_forms(meta: Record) -> tuple[NameForm, ...]:
    forms = []
    for record in meta.records("names", "names", optional=True):
        record.check_fields(("id", "label"))
        id, label = record.id("id"), record.text("label")
        if id and label:
            forms.append(NameForm(id, label))
    return tuple(forms)


def _parse_defaults(meta: Record, around: narrative.Surroundings) -> Defaults | None:
    record = meta.record("defaults")
    if record is None:
        return None
    needed = ("layers", "view") if around.plain else ("date", "layers", "names", "view")
    record.check_fields(needed, ("date", "names") if around.plain else ())
    day, view = record.day("date"), narrative.parse_view(record, "view", around)
    shown = record.names("layers", around.layers, what="layer")
    form = record.choice("names", around.forms)
    _check_not_before(record, "date", day, around.first)
    if around.plain:
        day, form = day or narrative.UNDATED, form or next(iter(around.forms))
    return Defaults(day, shown, form, view) if day and shown is not None and form and view else None


def _parse_periods(meta: Record, known: Mapping[str, Layer], first: date | None, optional: bool) -> tuple[Period, ...]:
    periods: list[Period] = []
    for record in meta.records("periods", "period", optional=optional):
        record.check_fields(("id", "label", "date"), ("layers",))
        id, label, day = record.id("id"), record.text("label"), record.day("date")
        shown = record.names("layers", known, optional=True, what="layer")
        _check_not_before(record, "date", day, first)
        if id in [period.id for period in periods]:
            record.problem("id", "the id stands twice")
        if id and label and day:
            periods.append(Period(id, label, day, shown))
    return tuple(periods)


def _check_not_before(record: Record, key: str, day: date | None, first: date | None) -> None:
    if day and first and day < first:
        record.problem(key, f"{key} {day} lies before {first}, where the log begins")


def _parse_ends(
    meta: Record,
    first: date | None,
    happened: Mapping[str, Event],
    log: Sequence[ControlEvent],
    steps: Sequence[Step],
    plain: bool,
) -> tuple[date | None, date | None]:
    begin = meta.day("first", optional=True) or first
    _check_not_before(meta, "first", begin, first)
    days = [event.date for event in happened.values()] + [row.date for row in log]
    days += [step.date for step in steps if step.date != narrative.UNDATED]
    if begin is None and plain:
        begin = min(days, default=None)  # no log: the story begins with the first day it names
    end = meta.day("last", optional=True) or max(days, default=begin)
    if begin and end and end <= begin and not (plain and begin == end):
        meta.problem("last", f"last {end} is not after first {begin}")
    return begin, end


def _parse_timeline(meta: Record, first: date | None, last: date | None) -> tuple[TimelineSpan, ...]:
    spans: list[TimelineSpan] = []
    records = meta.records("timeline", "timeline", optional=True)
    for record in records:
        record.check_fields(("from", "to", "share"), ("label",))
        start, end, share = record.day("from"), record.day("to"), record.number("share", least=0, most=1)
        if start and end and start >= end:
            record.problem("to", f"to {end} is not after from {start}")
        elif start and end and share is not None:
            if spans and start != spans[-1].end:
                record.problem("from", f"from {start} must be {spans[-1].end}, where the span before it ends")
            spans.append(TimelineSpan(start, end, share, record.note("label")))
    if not records and first and last:
        return (TimelineSpan(first, last, 1.0),) if first < last else ()
    if spans and len(spans) == len(records):
        total = sum(span.share for span in spans)
        if abs(total - 1) > 1e-6:
            meta.problem("timeline", f"the shares of the timeline add up to {total:g}; they must add up to 1")
        if first and last and (spans[0].start, spans[-1].end) != (first, last):
            meta.problem(
                "timeline",
                f"the timeline runs from {spans[0].start} to {spans[-1].end}; the story from {first} to {last}",
            )
    return tuple(spans)


def _attribution(meta: Record, found: Iterable[Layer]) -> tuple[str, ...]:
    credits = [entry.raw.strip() for entry in meta.items("attribution", optional=True) or []]
    return tuple(dict.fromkeys(credits or (f"{layer.attribution} ({layer.license})" for layer in found)))


# -- warnings --------------------------------------------------------------------------------------------------------


def _warn(
    report: Report,
    drawn: _Drawn,
    sources: Mapping[str, Source],
    cited: Cited,
    steps: Sequence[Step],
    periods: Sequence[Period],
    defaults: Defaults | None,
) -> None:
    shown = [*(defaults.layers if defaults else ())]
    for layers_of in [*(step.layers for step in steps), *(period.layers for period in periods)]:
        shown += layers_of or ()
    known = [id for id, layer in drawn.layers.items() if not layer.visible and layer.day is None]
    checks.warn_unused(report, cat.CATALOGUE, "no step and no period shows these layers", known, shown)
    checks.warn_unused(report, cat.SOURCES, "nothing cites these sources", sources, cited.used_sources)
