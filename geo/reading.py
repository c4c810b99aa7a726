"""Files in, values with their line numbers out.

YAML, CSV and GeoJSON all end up as a `Record`: named entries that know where they stand, and that write into the report
whatever is missing, misspelt or out of range. So every reader says the same thing in the same words.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PureWindowsPath
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from .dates import parse_day
from .errors import BadDay, Report, guess, unknown
from .model import Bounds

__all__ = [
    "Entry",
    "Record",
    "check_size",
    "load_json",
    "load_table",
    "load_text",
    "load_yaml",
    "parse_yaml",
    "resolve",
]

#: No number of a story is as large.
LARGEST = 1e12

#: Bytes that a file of a kind may have. A story is read whole, by its author's machine and by each reader's browser.
MOST_BYTES = {
    ".geojson": 30_000_000, ".csv": 20_000_000, ".yaml": 1_000_000, ".md": 300_000, ".png": 5_000_000,
    ".webp": 5_000_000, ".avif": 5_000_000, ".jpg": 5_000_000, ".jpeg": 5_000_000,
}  # fmt: skip
#: Lists and groups within one another; a story needs five.
DEEPEST = 40

_COLOR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})\Z")
_NUMBER = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?\Z")
_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{}]')
_ID = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*\Z")


@dataclass(frozen=True)
class Entry:
    """A value, the line it stands on (None in GeoJSON), and the text it was written as."""

    value: Any
    line: int | None
    raw: str


class Record:
    """Named entries of one YAML mapping, CSV row or GeoJSON feature.

    Every getter returns None, and writes a problem, if the entry is missing, empty or not what is asked for; an
    `optional` entry that is missing or empty returns None in silence.

    Parameters
    ----------
    report : Report
        Where problems go.
    path : str
        The file, relative to the story.
    entries : mapping of str to Entry
        The fields found.
    line : int or None
        Where the record begins.
    where : str
        What the record is, in words, put before each message: ``layer 'lakes'``.
    """

    def __init__(
        self, report: Report, path: str, entries: Mapping[str, Entry], line: int | None, where: str = ""
    ) -> None:
        self.report = report
        self.path = path
        self.entries = entries
        self.line = line
        self.where = where

    def __contains__(self, key: str) -> bool:
        return key in self.entries

    def line_of(self, key: str) -> int | None:
        """Return the line of a field, or of the record if it lacks the field."""
        return self.entries[key].line if key in self.entries else self.line

    def problem(self, key: str, message: str) -> None:
        """Write a problem at the line of field `key`."""
        self.report.problem(self.path, self.line_of(key), self._placed(message))

    def warn(self, key: str, message: str) -> None:
        """Write a warning at the line of field `key`."""
        self.report.warn(self.path, self.line_of(key), self._placed(message))

    def check_fields(self, required: Sequence[str], optional: Sequence[str] = ()) -> None:
        """Name all missing fields at once, and each unknown one with its nearest guess."""
        missing = [key for key in required if key not in self.entries]
        if missing:
            fields = "field" if len(missing) == 1 else "fields"
            self.problem("", f"{fields} {', '.join(missing)} missing; needed: {', '.join(required)}")
        for key in self.entries:
            if key not in required and key not in optional:
                self.problem(key, unknown("field", key, [*required, *optional]))

    def raw(self, key: str) -> Any:
        """Return the value as it was read, or None."""
        return self.entries[key].value if key in self.entries else None

    def text(self, key: str, *, optional: bool = False) -> str | None:
        """Return a text without blanks at its ends."""
        entry = self._entry(key, optional)
        if entry is None:
            return None
        if isinstance(entry.value, (dict, list)):
            self.problem(key, f"{key} must be a text")
            return None
        return entry.raw.strip()

    def note(self, key: str) -> str:
        """Return an optional text, empty if there is none."""
        return self.text(key, optional=True) or ""

    def id(self, key: str) -> str | None:
        """Return an id: lower-case ascii letters and digits, joined by single hyphens or underscores."""
        text = self.text(key)
        if text is not None and not _ID.match(text):
            self.problem(key, f"{key} '{text}' is no id; an id has a–z and 0–9, joined by single - or _")
            return None
        return text

    def choice(self, key: str, allowed: Collection[str], *, optional: bool = False, what: str = "") -> str | None:
        """Return a text that is one of `allowed`."""
        text = self.text(key, optional=optional)
        if text is not None and text not in allowed:
            if not self.report.is_spoilt(what or key, text):
                self.problem(key, unknown(what or key, text, list(allowed)))
            return None
        return text

    def number(
        self, key: str, *, optional: bool = False, least: float | None = None, most: float | None = None
    ) -> float | None:
        """Return a finite number, within `least` and `most` if these are given."""
        entry = self._entry(key, optional)
        if entry is None:
            return None
        value = entry.value
        if isinstance(value, str):
            value = float(value) if _NUMBER.match(value.strip()) else None
        if not _is_number(value):
            self.problem(key, f"{key} '{entry.raw}' is no number")
            return None
        if (least is not None and value < least) or (most is not None and value > most):
            allowed = f"{least:g} to {most:g}" if least is not None and most is not None else (
                f"{least:g} or more" if least is not None else f"at most {most:g}"
            )  # fmt: skip
            self.problem(key, f"{key} is {value:g}; allowed: {allowed}")
            return None
        return value

    def flag(self, key: str, *, optional: bool = False) -> bool | None:
        """Return true or false."""
        entry = self._entry(key, optional)
        if entry is None:
            return None
        if not isinstance(entry.value, bool):
            self.problem(key, f"{key} '{entry.raw}' must be true or false")
            return None
        return entry.value

    def day(self, key: str, *, optional: bool = False) -> date | None:
        """Return a day."""
        entry = self._entry(key, optional)
        if entry is None:
            return None
        try:
            return parse_day(entry.raw)
        except BadDay as error:
            self.problem(key, f"{key}: {error}")
            return None

    def color(self, key: str, *, optional: bool = False) -> str | None:
        """Return a colour as ``#rgb`` or ``#rrggbb``."""
        text = self.text(key, optional=optional)
        if text is not None and not _COLOR.match(text):
            self.problem(key, f'{key} \'{text}\' is no colour; write it as "#rgb" or "#rrggbb", with quotes')
            return None
        return text

    def items(self, key: str, *, optional: bool = False) -> list[Entry] | None:
        """Return the entries of a list."""
        entry = self._entry(key, optional)
        if entry is None:
            return None
        if not isinstance(entry.value, list):
            self.problem(key, f"{key} must be a list, for example [a, b]")
            return None
        return entry.value

    def names(
        self, key: str, known: Iterable[str] | None = None, *, optional: bool = False, what: str = ""
    ) -> tuple[str, ...] | None:
        """Return the texts of a list; each one must be known, and stand there once."""
        items = self.items(key, optional=optional)
        if items is None:
            return None
        allowed = None if known is None else list(known)
        found: list[str] = []
        for item in items:
            text = item.raw.strip()
            if isinstance(item.value, (dict, list)) or not text:
                self._at(item.line, f"{key} holds something that is no name")
            elif allowed is not None and text not in allowed:
                if self.report.is_spoilt(what or key, text):
                    continue
                self._at(item.line, unknown(what or key, text, allowed))
            elif text in found:
                self._at(item.line, f"{what or key} '{text}' stands twice in {key}")
            else:
                found.append(text)
        return tuple(found)

    def joined(self, key: str) -> tuple[str, ...]:
        """Return the ids of a cell that joins them with ``;``, or none for an empty cell."""
        text = self.text(key, optional=True) or ""
        return tuple(part.strip() for part in text.split(";") if part.strip())

    def record(self, key: str, *, optional: bool = False) -> Record | None:
        """Return the mapping under `key`."""
        entry = self._entry(key, optional)
        if entry is None:
            return None
        if not isinstance(entry.value, dict):
            self.problem(key, f"{key} must be a group of named fields")
            return None
        return Record(self.report, self.path, entry.value, entry.line, f"{self.where} {key}".strip())

    def records(self, key: str, what: str, *, optional: bool = False) -> list[Record]:
        """Return the mappings of the list under `key`; each is called by its id if it has one."""
        found = []
        for number, item in enumerate(self.items(key, optional=optional) or [], start=1):
            if not isinstance(item.value, dict):
                self._at(item.line, f"{what} {number} must be a group of named fields")
                continue
            name = item.value["id"].raw if "id" in item.value else None
            found.append(
                Record(
                    self.report, self.path, item.value, item.line, f"{what} '{name}'" if name else f"{what} {number}"
                )
            )
        return found

    def floats(self, key: str, count: int, shape: str, *, optional: bool = False) -> tuple[float, ...] | None:
        """Return a list of exactly `count` numbers; `shape` says in words what they are."""
        items = self.items(key, optional=optional)
        if items is None:
            return None
        values = [item.value for item in items]
        if len(values) != count or not all(map(_is_number, values)):
            self.problem(key, f"{key} must be {count} numbers: {shape}")
            return None
        return tuple(float(value) for value in values)

    def bounds(self, key: str, *, optional: bool = False) -> Bounds | None:
        """Return bounds in degrees, checked to be west < east and south < north."""
        values = self.floats(key, 4, "[west, south, east, north]", optional=optional)
        if values is None:
            return None
        west, south, east, north = values
        if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
            self.problem(key, f"{key} {list(values)} must be west < east and south < north, in degrees")
            return None
        return west, south, east, north

    def _entry(self, key: str, optional: bool) -> Entry | None:
        entry = self.entries.get(key)
        if entry is None:
            return None  # check_fields has said so
        if entry.value is None or (isinstance(entry.value, str) and not entry.value.strip()):
            if not optional:
                self.problem(key, f"{key} is empty")
            return None
        return entry

    def _at(self, line: int | None, message: str) -> None:
        self.report.problem(self.path, line, self._placed(message))

    def _placed(self, message: str) -> str:
        return f"{self.where}: {message}" if self.where else message


def _is_number(value: Any) -> bool:
    # Anything larger is a slip of the keyboard, and no float any more at some point.
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < LARGEST


def resolve(report: Report, root: Path, folder: str, name: str, asked_by: str, line: int | None) -> Path | None:
    """Return the file `name` of a story's folder, if it lies inside the story and exists.

    A story is handed around and opened by others: a path that leads out of it would show them somebody's files.
    """
    slashed = name.replace("\\", "/")
    try:
        path = (root / folder / slashed).resolve()
        found = path.is_file()
    except (ValueError, OSError, RuntimeError):  # a zero byte, a name that is too long, a loop of links
        report.problem(asked_by, line, f"file {name[:80]!r} is no name of a file")
        return None
    if Path(slashed).is_absolute() or PureWindowsPath(name).drive or not path.is_relative_to(root.resolve()):
        report.problem(asked_by, line, f"file '{name}' lies outside the story's folder")
        return None
    if slashed != name:  # it is a separator on some machines only
        report.problem(asked_by, line, f"file '{name}' has a backslash; write '{slashed}'")
        return None
    if path.is_dir():
        report.problem(asked_by, line, f"'{folder}/{name}' is a folder; name a file in it")
        return None
    if not found:
        files = [p.relative_to(root / folder).as_posix() for p in (root / folder).rglob("*") if p.is_file()]
        near = guess(name, files, cutoff=0.8)
        report.problem(asked_by, line, f"file '{folder}/{name}' does not exist.{near}")
        return None
    return path


def load_text(report: Report, root: Path, name: str, *, required: bool = True) -> str | None:
    """Return the text of ``root/name``; a byte order mark is dropped, and line ends become those of Unix."""
    path = root / name
    if path.is_dir():
        report.problem(name, None, "this is a folder; a file of this name is expected")
        return None
    if not path.is_file():
        if required:
            # Only the same name written otherwise is a guess: its neighbours in the folder are other files.
            alike = [
                p.name
                for p in sorted(path.parent.glob("*"))
                if p.name.casefold().startswith(path.stem.casefold() + ".")
            ]
            near = f" Did you mean '{alike[0]}'?" if alike else ""
            report.problem(name, None, f"the file is missing.{near}")
        return None
    if not path.resolve().is_relative_to(root.resolve()):
        report.problem(name, None, "the file is a link that leads out of the story's folder")
        return None
    if not check_size(report, name, path):
        return None
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        report.problem(name, None, f"the file cannot be read ({error.strerror})")
        return None
    except UnicodeDecodeError as error:
        if data.startswith(b"PK\x03\x04"):
            report.problem(name, None, "this is a ZIP archive under another name; unpack it, or save the file as text")
            return None
        line = data[: error.start].count(b"\n") + 1
        hint = "UTF-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "another encoding"
        report.problem(name, line, f"the text is not UTF-8 (it looks like {hint}); save the file as UTF-8")
        return None
    if not text.strip():
        report.problem(name, None, "the file is empty")
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def check_size(report: Report, name: str, path: Path) -> bool:
    """Write a problem if a file is larger than one of its kind may be; return whether it is not."""
    size, most = path.stat().st_size, MOST_BYTES.get(path.suffix.casefold(), max(MOST_BYTES.values()))
    if size > most:
        report.problem(name, None, f"the file has {size / 1e6:.1f} MB; allowed: {most / 1e6:g} MB")
    return size <= most


def load_json(report: Report, root: Path, name: str) -> Any:
    """Return what a JSON file holds, or None."""
    text = load_text(report, root, name)
    if text is None:
        return None
    if _deepest(text) > DEEPEST:
        report.problem(name, None, f"lists and groups stand more than {DEEPEST} deep within one another")
        return None
    try:
        return json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        report.problem(name, error.lineno, f"this is no JSON: {error.msg} at column {error.colno}")
    except (ValueError, RecursionError) as error:
        report.problem(name, None, f"this is no JSON: {error}")
    return None


def load_table(
    report: Report, root: Path, name: str, columns: Sequence[str], *, required: bool = True, what: str = ""
) -> list[Record]:
    """Return the rows of a CSV file, each cell with the line its row begins on.

    Parameters
    ----------
    report, root, name : Report, pathlib.Path, str
        Where problems go, the story's folder, and the file below it.
    columns : sequence of str
        The columns that must be there, in any order; no other may be.
    required : bool
        Whether a missing file is a problem; a file that may be missing gives no rows.
    what : str
        What a row is. If the file cannot be read, mentions of such rows are not called unknown one by one.
    """
    before = len(report.problems)
    rows = _rows(report, root, name, columns, required, what)
    if not rows and len(report.problems) > before:
        report.lose(what)
    return rows


def _rows(report: Report, root: Path, name: str, columns: Sequence[str], required: bool, what: str) -> list[Record]:
    text = load_text(report, root, name, required=required)
    if text is None:
        return []
    reader = csv.reader(io.StringIO(text), strict=True)
    rows: list[Record] = []
    header: list[str] | None = None
    line = 0
    try:
        for cells in reader:
            start, line = line + 1, reader.line_num
            if header is None:
                header = [cell.strip() for cell in cells]
                if not _check_header(report, name, header, columns):
                    return []
            elif not cells:
                continue
            elif len(cells) != len(header):
                report.spoil(what, cells[0].strip())
                report.problem(
                    name, start, f"the row has {len(cells)} cells; the header has {len(header)} "
                    "(a text with a comma stands in double quotes)",
                )  # fmt: skip
            else:
                entries = {key: Entry(cell, start, cell) for key, cell in zip(header, cells, strict=True)}
                rows.append(Record(report, name, entries, start))
    except csv.Error as error:
        # `line` is the end of the last good row, so the fault began after it, wherever the reader noticed it.
        cause = "; a double quote that opens in this row is never closed" if "end of data" in str(error) else ""
        report.problem(name, line + 1, f"this is no CSV: {error}{cause}")
    return rows


def _check_header(report: Report, name: str, header: list[str], columns: Sequence[str]) -> bool:
    for sign, word in ((";", "';'"), ("\t", "tabs")):
        if len(header) == 1 and header[0].count(sign) >= len(columns) - 1 > 0:
            report.problem(name, 1, f"the columns are separated by {word}; save the file with commas")
            return False
    missing = [column for column in columns if column not in header]
    if missing:
        word = "column" if len(missing) == 1 else "columns"
        report.problem(name, 1, f"{word} {', '.join(missing)} missing; needed: {', '.join(columns)}")
    for column in header:
        if column not in columns:
            report.problem(name, 1, unknown("column", column, columns))
    twice = sorted({column for column in header if header.count(column) > 1})
    if twice:
        report.problem(name, 1, f"column {', '.join(twice)} stands twice")
    return not missing and not twice


def load_yaml(report: Report, root: Path, name: str) -> Record | None:
    """Return the mapping that a YAML file holds."""
    text = load_text(report, root, name)
    return None if text is None else parse_yaml(report, name, text)


class _TooDeep(Exception):  # noqa: N818 (says what it is)
    """Holds the line, counted from 0."""


class _Composer(Composer):
    """Stops at too deep a group while it is read: at the bottom of a thousand the parser would need seconds."""

    def __init__(self, loader: Any = None) -> None:
        super().__init__(loader)
        self.warn_double_anchors = False  # a mark that is used is a problem anyway
        self.depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.depth > DEEPEST:
            raise _TooDeep(self.loader.parser.peek_event().start_mark.line)
        self.depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1


def parse_yaml(report: Report, name: str, text: str, first_line: int = 1) -> Record | None:
    """Return the mapping in `text`, whose first line is line `first_line` of the file.

    Values are text, int, float, bool, None, list or dict of `Entry`; nothing else is made of them, dates stay text.
    """
    offset = first_line - 1
    try:
        yaml = YAML(typ="safe", pure=True)
        yaml.Composer = _Composer
        node = yaml.compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 + offset if mark else first_line
        what = " ".join(str(error.problem or error.context).split())
        begun = error.context_mark
        since = f" ({error.context} that begins in line {begun.line + 1 + offset})" if begun and error.context else ""
        tabs = "; indent with spaces, not with tabs" if "'\\t'" in what else ""
        report.problem(name, line, f"this is no YAML: {what}{since}{tabs}")
        return None
    except (YAMLError, ValueError) as error:
        report.problem(name, first_line, f"this is no YAML: {' '.join(str(error).split())}")
        return None
    except (_TooDeep, RecursionError) as error:
        line = first_line + (error.args[0] if isinstance(error, _TooDeep) else 0)
        report.problem(name, line, f"lists and groups stand more than {DEEPEST} deep within one another")
        return None
    if not isinstance(node, MappingNode):
        report.problem(name, first_line, "named fields are expected here, for example 'title: …'")
        return None
    entry = _entry(report, name, node, offset, set())
    return Record(report, name, entry.value, entry.line)


def _entry(report: Report, name: str, node: Node, offset: int, seen: set[int]) -> Entry:
    line = node.start_mark.line + 1 + offset
    if isinstance(node, (MappingNode, SequenceNode)):
        # What stands in two places may be written ten times in each, and so on: some lines would fill any memory.
        if id(node) in seen:
            report.problem(name, line, "a value with a mark (&name) is used again (*name); write it out in both places")
            return Entry(None, line, "")
        seen.add(id(node))
    if isinstance(node, MappingNode):
        fields: dict[str, Entry] = {}
        for key, value in node.value:
            text = str(key.value)
            if text in fields:
                report.problem(name, key.start_mark.line + 1 + offset, f"field '{text}' stands twice")
            entry = _entry(report, name, value, offset, seen)
            # A field is where its name is: a long text begins a line below.
            fields[text] = Entry(entry.value, key.start_mark.line + 1 + offset, entry.raw)
        return Entry(fields, line, "…")
    if isinstance(node, SequenceNode):
        return Entry([_entry(report, name, item, offset, seen) for item in node.value], line, "…")
    assert isinstance(node, ScalarNode)
    return Entry(_scalar(node), line, str(node.value))


def _scalar(node: ScalarNode) -> Any:
    tag, text = str(node.tag).rsplit(":", 1)[-1], str(node.value)
    if tag == "null":
        return None
    if tag == "bool":
        return text.casefold() == "true"
    if tag in ("int", "float"):
        try:
            return int(text, 0) if tag == "int" else float(text)
        except ValueError:
            return text
    return text


def _deepest(text: str) -> int:
    """Return how deep brackets stand within one another in a JSON text, those within its texts left out."""
    depth = deepest = 0
    for match in _BRACKET.finditer(text):
        sign = match[0]
        if sign in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in "]}":
            depth -= 1
    return deepest


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number of JSON")
