"""What is fuzzed: each reader takes a text and may answer with problems, and with nothing else.

An input is a good file with pieces cut, doubled, exchanged and strewn with what parsers stumble over, or a value built
from scratch. Equal seeds give equal inputs.
"""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

from geo import checks, events, layers, narrative, toponyms
from geo.catalogue import SOURCE_COLUMNS, parse_controllers, parse_layers, parse_sources
from geo.errors import GeoStoryError, Report
from geo.model import Layer, Story
from geo.narrative import Surroundings, parse_view
from geo.prose import Cited, render_prose
from geo.reading import load_table, parse_yaml
from geo.state import read_query
from geo.story import load_story

__all__ = ["KINDS", "Reader", "Source", "harmless", "make_readers", "temporary"]

Reader = Callable[[str], object]

STORY = Path(__file__).parents[1] / "tests" / "stories" / "two-valleys"
KINDS = ("geojson", "yaml", "csv", "markdown", "query")

#: What parsers stumble over.
PIECES = (
    "", "\x00", "\ufeff", "\u2028", "\u202e", "\ud7ff", "𝔘", "é", "'", '"', "\\", "`", "<", ">", "&", "{", "}", "[", "]",  # noqa: E501
    "(", ")", ":", ",", ";", "|", "#", "*", "&a", "*a", "!", "!!python/object", "!!binary", "%", "%00", "%2e%2e/", "../",  # noqa: E501
    "---\n", "...\n", "- ", "? ", "\n", "\r", "\t", "  ", "\n\n\n", "null", "true", "~", ".nan", ".inf", "-.inf", "NaN",
    "Infinity", "1e999", "-1e999", "1e-999", "0x10", "0o7", "1_000", "9" * 400, "-0", "00", "2000-02-30", "9999-12-31",
    "0000-00-00", "0001-01-01", "[^a]", "[^a]: ", "[^a]:\n    ", "@a", "[a](", "](place:", "](javascript:", "![", "> ",
    "> [!NOTE] ", "<script>", "<!--", "```\n", "| a |\n|---|\n", "{{", "{%", "*" * 60, "[" * 60, "(" * 60, "> " * 30,
    '{"type":"Feature"}', '"coordinates":', "[[[0,0],[1,1],[0,1],[1,0],[0,0]]]", "[[0,0],[0,0]]", "[]", "{}", "[null]",
    "180.0000001", "-90", "1e308", "MultiPolygon", "GeometryCollection", "<<: ", "=", "&step=", "&date=", "&view=1,2",
    "layers=", "highlight=", "compare=", "+", "%F0%9F%98%80", "%ff",
)  # fmt: skip

GEOMETRIES = (
    "Point",
    "LineString",
    "Polygon",
    "MultiPoint",
    "MultiLineString",
    "MultiPolygon",
    "GeometryCollection",
    "",
)
QUERY_KEYS = ("step", "event", "date", "layers", "names", "compare", "mode", "highlight", "view", "ui", "lang", "x")


class Source:
    """Makes inputs of one kind from good ones."""

    def __init__(self, kind: str, seed: int | random.Random) -> None:
        self.kind = kind
        # hypothesis hands in a source of chance of its own, so that it can make what it finds smaller
        self.random = seed if isinstance(seed, random.Random) else random.Random(f"{kind} {seed}")
        self.good = list(_good(kind))

    def text(self) -> str:
        """Return one input."""
        roll = self.random.random()
        if self.kind == "geojson" and roll < 0.5:
            return json.dumps(self._collection())
        if self.kind == "query" and roll < 0.7:
            return self._query()
        text = self.random.choice(self.good)
        for _ in range(self.random.choice((1, 1, 2, 3, 5, 9))):
            text = self._spoil(text)
        return text[:20_000]

    def _spoil(self, text: str) -> str:
        at, to = sorted(self.random.randrange(len(text) + 1) for _ in range(2))
        to = min(to, at + self.random.choice((0, 1, 3, 20, 400)))
        match self.random.randrange(5):
            case 0:
                return text[:at] + text[to:]
            case 1:
                return text[:to] + text[at:]
            case 2:
                return text[:at] + self.random.choice(PIECES) + text[at:]
            case 3:
                return text[:at] + self.random.choice(PIECES) * self.random.choice((1, 2, 30)) + text[to:]
            case _:
                other = self.random.choice(self.good)
                start = self.random.randrange(len(other) + 1)
                return text[:at] + other[start : start + 60] + text[to:]

    def _number(self) -> object:
        return self.random.choice(
            (0, 1, -1, 0.1, 180, -180, 181, 90, 91, 1e308, -1e308, 1e-320, 10**400, 4_500_000, None, "1", True, [], {},
             self.random.uniform(-180, 180), self.random.uniform(-90, 90), self.random.randrange(-3, 3))
        )  # fmt: skip

    def _coordinates(self, depth: int) -> object:
        if depth == 0 or self.random.random() < 0.04:
            return [self._number() for _ in range(self.random.choice((0, 1, 2, 2, 2, 2, 2, 3, 4)))]
        return [self._coordinates(depth - 1) for _ in range(self.random.choice((0, 1, 2, 3, 4, 5, 9)))]

    def _geometry(self, depth: int = 0) -> object:
        kind = self.random.choice(GEOMETRIES)
        if self.random.random() < 0.05 or depth > 3:
            return self._number()
        if kind == "GeometryCollection":
            return {"type": kind, "geometries": [self._geometry(depth + 1) for _ in range(self.random.randrange(3))]}
        return {"type": kind, "coordinates": self._coordinates(self.random.randrange(5))}

    def _collection(self) -> object:
        keys = (
            "unit",
            "place",
            "id",
            "name",
            "km2",
            "frame",
            "oblast",
            "rank",
            "controller",
            "accuracy",
            "error_km",
            "x",
        )
        features = [
            {
                "type": self.random.choice(("Feature", "Feature", "Feature", "Fature")),
                "properties": {
                    key: self.random.choice((self._number(), self.random.choice(PIECES)))
                    for key in self.random.sample(keys, self.random.randrange(len(keys)))
                },
                "geometry": self._geometry(),
            }
            for _ in range(self.random.randrange(4))
        ]
        return {
            "type": "FeatureCollection",
            "crs": self.random.choice((None, self._number(), {})),
            "features": features,
        }

    def _query(self) -> str:
        values = (
            "pass",
            "before",
            "1901-05-09",
            "control,towns",
            "upland",
            "-19.8,0,9",
            "full",
            "en",
            "birch",
            *PIECES,
        )
        pairs = [
            f"{self.random.choice(QUERY_KEYS)}={quote(self.random.choice(values) * self.random.choice((1, 1, 2)))}"
            for _ in range(self.random.randrange(5))
        ]
        return "?" + "&".join(pairs)


def _good(kind: str) -> Iterator[str]:
    endings = {"geojson": "layers/*.geojson", "csv": "*/*.csv", "markdown": "narrative/*.md", "yaml": "*/*.yaml"}
    if kind == "query":
        yield from (
            "?step=pass&names=upland",
            "?date=1901-05-09&layers=control,towns",
            "?view=-19.8,0.0,9.5&compare=1900-01-02",
        )
        return
    for path in sorted(STORY.glob(endings[kind])):
        yield path.read_text(encoding="utf-8")
    if kind == "yaml":  # the front matter of a step is YAML too
        for path in sorted(STORY.glob("narrative/*.md")):
            yield path.read_text(encoding="utf-8").split("---\n")[1]


def make_readers(folder: Path) -> dict[str, Reader]:
    """Return a reader for each kind; `folder` is where the files of the inputs are put."""
    story = load_story(STORY)
    return {
        "geojson": lambda text: _read_geojson(folder, text),
        "yaml": lambda text: _read_yaml(text, story),
        "csv": lambda text: _read_csv(folder, text, story),
        "markdown": lambda text: _read_step(folder, text, story),
        "query": lambda text: read_query(story, text),
    }


def _layer(kind: str) -> Layer:
    return Layer("control" if kind == "control" else "a", "A", "a.geojson", "context", "area" if kind == "control" else kind,  # noqa: E501
                 {}, "schematic", 1.0, "", "", "", "")  # fmt: skip


def _read_geojson(folder: Path, text: str) -> None:
    (folder / "layers").mkdir(exist_ok=True)
    (folder / "layers" / "a.geojson").write_text(text, encoding="utf-8", errors="replace")
    for kind in ("control", "area", "line", "point"):
        report = Report()
        layer = _layer(kind)
        features = layers.load_features(report, folder, layer)
        if kind == "control" and features:
            units = layers.parse_units(report, layer, features)
            layers.check_coverage(report, "a", {feature.id: feature.geometry for feature in features})
            layers.shared_edges({id: unit.geometry for id, unit in units.items()})
        toponyms.parse_places(report, {"a": layer}, {"a": features}, {}, {})
        layers.check_swapped(report, {"a": layer}, {"a": features})
        list(map(str, report.problems))


def _surroundings(story: Story) -> Surroundings:
    points = {place.id: place.lonlat for place in story.places.values()}
    forms = [form.id for form in story.name_forms]
    return Surroundings(story.layers, story.features, story.units, points, forms, story.first, story.lang)


def _read_yaml(text: str, story: Story) -> None:
    report = Report()
    record = parse_yaml(report, "a.yaml", text)
    if record is not None:
        parse_controllers(record)
        found = parse_layers(record)
        checks.check_labels(report, record, found, story.places)
        for key in record.entries:
            record.text(key), record.number(key), record.day(key), record.flag(key), record.id(key), record.color(key)
            record.names(key, story.layers), record.bounds(key)
            parse_view(record, key, _surroundings(story))
    list(map(str, report.problems))


def _read_csv(folder: Path, text: str, story: Story) -> None:
    (folder / "a.csv").write_text(text, encoding="utf-8", errors="replace", newline="")
    tables = (
        (SOURCE_COLUMNS, lambda rows: parse_sources(rows, {})),
        (toponyms.NAME_COLUMNS, lambda rows: toponyms.parse_names(rows, story.name_forms)),
        (events.EVENT_COLUMNS, lambda rows: events.parse_events(rows, story.controllers, story.places, story.sources, set())),  # noqa: E501
        (events.LOG_COLUMNS, lambda rows: events.parse_log(
            rows, story.events, story.units, story.controllers, story.sources, set())),
        (events.PUBLISHED_COLUMNS, lambda rows: events.parse_published(rows, story.controllers, (), story.sources, set())),  # noqa: E501
        (narrative.WORK_COLUMNS, narrative.parse_works),
    )  # fmt: skip
    for columns, parse in tables:
        report = Report()
        parse(load_table(report, folder, "a.csv", columns))
        list(map(str, report.problems))


def _read_step(folder: Path, text: str, story: Story) -> None:
    (folder / "narrative").mkdir(exist_ok=True)
    (folder / "narrative" / "01-a.md").write_text(text, encoding="utf-8", errors="replace")
    report = Report()
    cited = Cited(story.places, story.sources, story.works)
    narrative.load_steps(report, folder, _surroundings(story), cited)
    render_prose(report, "a.md", text, 1, "a", cited)
    list(map(str, report.problems))


def harmless(reader: Reader, text: str) -> BaseException | None:
    """Return what a reader raised that is not ours, or None."""
    try:
        reader(text)
    except GeoStoryError:
        return None
    except Exception as error:
        return error
    return None


def temporary() -> tempfile.TemporaryDirectory[str]:
    """A folder for the files of the inputs, in memory where the system has such a place."""
    shared = Path("/dev/shm")
    return tempfile.TemporaryDirectory(dir=shared if shared.is_dir() else None)
