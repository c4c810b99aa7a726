"""Control on a day, and all that follows from it: areas, fronts, and what passed between two days.

Control is computed, never drawn. Everything here is a pure function of the story's coverage and its log.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from .errors import BadDay
from .model import Control, ControlEvent, Edge, PublishedArea, Story

if TYPE_CHECKING:
    import geopandas

__all__ = [
    "Area", "Front", "Passage", "areas_on", "control_frame", "control_of", "control_on", "diff", "diff_frame",
    "fronts_on", "other_side", "passages", "published_on",
]  # fmt: skip


@dataclass(frozen=True)
class Area:
    """What a controller holds on a day.

    Attributes
    ----------
    controller : str
        Its id.
    km2 : float
        Geodesic area of its units; frames are not counted.
    share : float
        Its part of the mapped area, 0 to 1.
    error_km2 : float
        What the errors of its fronts leave open, see `areas_on`.
    uncertain_km2 : float
        The part of `km2` in units that the sources leave open on that day.
    fitted_km2 : float
        The part of `km2` in units that were fitted to a published figure, so that it agrees with that figure by making.
    units : tuple of str
        Ids of its units, sorted.
    """

    controller: str
    km2: float
    share: float
    error_km2: float
    uncertain_km2: float
    fitted_km2: float
    units: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Front:
    """An edge whose two sides are held by different controllers on a day."""

    edge: Edge
    left: str
    right: str
    uncertain: bool


@dataclass(frozen=True)
class Passage:
    """What became of one unit between two days. `start` and `end` are controllers; equal ones mean no change."""

    unit: str
    start: str
    end: str
    km2: float

    @property
    def changed(self) -> bool:
        """Whether the unit passed from one controller to another."""
        return self.start != self.end


def control_of(rows: tuple[ControlEvent, ...], day: date) -> Control | None:
    """Return who holds a unit on `day`, or None before its first row.

    Parameters
    ----------
    rows : tuple of ControlEvent
        The rows of one unit, oldest first.
    day : datetime.date
        Any day.
    """
    row = previous = None
    uncertain = False
    for candidate in rows:
        if candidate.date <= day:
            row, previous = candidate, row
        # A change that is only possibly under way counts from its earliest day, before the map changes.
        uncertain = uncertain or (
            candidate.earliest < candidate.latest and candidate.earliest <= day <= candidate.latest
        )
    if row is None:
        return None
    return Control(row.controller, uncertain, previous.controller if previous else None, row)


def control_on(story: Story, day: date) -> dict[str, Control]:
    """Return who holds each unit on `day`, frames included, by unit id.

    After the last row of the log its state goes on.

    Raises
    ------
    BadDay
        If the log has not begun for some unit.
    """
    phases = _PHASES.get(story) or _PHASES.setdefault(story, _Phases(story.rows))
    if day < phases.first:
        raise BadDay(f"the log begins on {story.first}; it does not say who held what on {day}")
    return phases.on(day)


class _Phases:
    """The log as stretches of days through which nothing about a unit changes, those of one unit after the next's.

    `control_of` says what holds. This keeps what it said, in arrays that one pass looks through for any day.
    """

    def __init__(self, rows_by_unit: Mapping[str, tuple[ControlEvent, ...]]) -> None:
        starts: list[int] = []
        begins: list[int] = []
        controls: list[Control] = []
        for rows in rows_by_unit.values():
            starts.append(len(begins))
            for day in sorted(_turns(rows)):
                if control := control_of(rows, day):
                    begins.append(day.toordinal())
                    controls.append(control)
        self.units = tuple(rows_by_unit)
        self.first = max((rows[0].date for rows in rows_by_unit.values()), default=date.min)
        self.starts = np.array(starts, dtype=np.intp)
        self.begins = np.array(begins, dtype=np.int32)
        self.controls = np.array(controls, dtype=object)

    def on(self, day: date) -> dict[str, Control]:
        """Return what holds for each unit on `day`, which must not lie before `first`."""
        begun = np.add.reduceat(self.begins <= day.toordinal(), self.starts, dtype=np.intp)
        return dict(zip(self.units, self.controls[self.starts + begun - 1].tolist(), strict=True))


#: A story never changes, so its phases live as long as it does.
_PHASES: WeakKeyDictionary[Story, _Phases] = WeakKeyDictionary()


def _turns(rows: tuple[ControlEvent, ...]) -> set[date]:
    """Return every day from which on `control_of` may say something else."""
    turns = {row.date for row in rows}
    for row in rows:
        if row.earliest < row.latest:
            turns |= {row.earliest, min(row.latest, date.max - timedelta(1)) + timedelta(1)}
    return turns


def other_side(story: Story, control: Control, day: date) -> str | None:
    """Return the controller on the far side of a unit's change whose day is open, as the browser's stripes have it."""
    rows = story.rows[control.row.unit]
    open_row = max(
        (i for i, row in enumerate(rows) if row.earliest < row.latest and row.earliest <= day <= row.latest), default=-1
    )
    if open_row < 0:
        return None
    later = rows[open_row].date > day
    other = rows[open_row].controller if later else rows[open_row - 1].controller if open_row else None
    return None if other == control.controller else other


def areas_on(story: Story, day: date) -> dict[str, Area]:
    """Return what each controller holds on `day`, in the order of the legend; those that hold nothing are included.

    Notes
    -----
    `error_km2` is the sum of length times error over the controller's fronts: what would pass if every front lay
    wrong by its whole error, and all of them to the same side. It is a bound, not a likely error.
    """
    control = control_on(story, day)
    mapped = sum(unit.km2 for unit in story.units.values() if not unit.frame)
    errors = dict.fromkeys(story.controllers, 0.0)
    for front in fronts_on(story, day):
        for controller in (front.left, front.right):
            errors[controller] += front.edge.km * front.edge.error_km
    areas = {}
    for controller in story.controllers:
        held = [
            story.units[id] for id, c in control.items() if c.controller == controller and not story.units[id].frame
        ]
        km2 = math.fsum(unit.km2 for unit in held)
        areas[controller] = Area(
            controller=controller,
            km2=km2,
            share=km2 / mapped if mapped else 0.0,
            error_km2=errors[controller] if held else 0.0,
            uncertain_km2=math.fsum(unit.km2 for unit in held if control[unit.id].uncertain),
            fitted_km2=math.fsum(unit.km2 for unit in held if unit.fitted),
            units=tuple(sorted(unit.id for unit in held)),
        )
    return areas


def fronts_on(story: Story, day: date) -> tuple[Front, ...]:
    """Return the edges whose two sides differ on `day`, by their ids.

    A frame counts as a side; the outside of the mapped land does not, so a state border is no front.
    """
    control = control_on(story, day)
    fronts = []
    for edge in story.edges:
        left, right = control[edge.a], control[edge.b]
        if left.controller != right.controller:
            fronts.append(Front(edge, left.controller, right.controller, left.uncertain or right.uncertain))
    return tuple(fronts)


def diff(story: Story, start: date, end: date) -> tuple[Passage, ...]:
    """Return what became of each unit between two days, in either order of days, unchanged units included, frames not.

    Raises
    ------
    BadDay
        If one of the days lies before the log.
    """
    before, after = control_on(story, start), control_on(story, end)
    return tuple(
        Passage(id, before[id].controller, after[id].controller, unit.km2)
        for id, unit in story.units.items() if not unit.frame
    )  # fmt: skip


def passages(story: Story, start: date, end: date) -> dict[tuple[str, str], float]:
    """Return the km² that passed between two days, by (from, to); pairs between which nothing passed are left out."""
    sums: dict[tuple[str, str], list[float]] = {}
    for passage in diff(story, start, end):
        if passage.changed:
            sums.setdefault((passage.start, passage.end), []).append(passage.km2)
    return {pair: math.fsum(sums[pair]) for pair in sorted(sums)}


def published_on(story: Story, day: date) -> tuple[PublishedArea, ...]:
    """Return the published figures that can be set beside what each controller holds on `day`.

    A figure is for one day; it also holds on any other on which its controller holds the same units. Figures of a
    single district are left out.
    """
    held = areas_on(story, day)
    return tuple(
        figure for figure in story.published
        if figure.controller and figure.date and not figure.district and figure.date >= story.first
        and areas_on(story, figure.date)[figure.controller].units == held[figure.controller].units
    )  # fmt: skip


def control_frame(story: Story, day: date) -> geopandas.GeoDataFrame:
    """Return control on a day as a GeoDataFrame.

    Returns
    -------
    geopandas.GeoDataFrame
        Indexed by unit id, frames left out; columns ``name``, ``district``, ``controller``, ``previous``,
        ``uncertain``, ``km2`` (geodesic) and ``geometry``, in WGS 84 (EPSG:4326), longitude first.
    """
    control = control_on(story, day)
    ids = [id for id, unit in story.units.items() if not unit.frame]
    return _frame(story, ids, {
        "name": [story.units[id].name for id in ids],
        "district": [story.units[id].district for id in ids],
        "controller": [control[id].controller for id in ids],
        "previous": [control[id].previous for id in ids],
        "uncertain": [control[id].uncertain for id in ids],
        "km2": [story.units[id].km2 for id in ids],
    })  # fmt: skip


def diff_frame(story: Story, start: date, end: date) -> geopandas.GeoDataFrame:
    """Return `diff` as a GeoDataFrame in EPSG:4326, by unit id; columns ``from``, ``to``, ``km2``, ``geometry``."""
    found = diff(story, start, end)
    return _frame(story, [p.unit for p in found], {
        "from": [p.start for p in found],
        "to": [p.end for p in found],
        "km2": [p.km2 for p in found],
    })  # fmt: skip


def _frame(story: Story, ids: list[str], columns: Mapping[str, list[object]]) -> geopandas.GeoDataFrame:
    import geopandas  # half a second that nobody else should wait for

    return geopandas.GeoDataFrame(
        {"unit": ids, **columns}, geometry=[story.units[id].geometry for id in ids], crs="EPSG:4326"
    ).set_index("unit")
