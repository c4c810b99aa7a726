"""The poster: the land as it is held in the state that a page opens with, drawn within the page itself.

A reader sees it while the rest is still being read; geo/web/poster.mjs lays it where the map will have it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.browser import JINJA, ZOOMS, bundle, inline_script
from geo.control import control_on, other_side
from geo.look import browser_look, layer_style, mix, paint
from geo.mercator import world_pixels
from geo.model import CONTROL
from geo.payload import encode_view
from geo.state import default_state, step_state

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from shapely.geometry.base import BaseGeometry

    from geo.model import Control, State, Story, View

__all__ = ["first_state", "poster_element", "poster_script", "render_poster"]

#: What lays a poster, where the page's own code comes after all cards, or after all of the map.
_MODULES = ("view", "poster")

#: The size of a large map in CSS pixels: at this size the poster is as fine as the map.
_WIDTH, _HEIGHT = 1300, 1000
#: As in geo/web/sheet.mjs: corners whose triangle is smaller than so many square pixels are left out.
_LEAST_AREA = 3
#: As in geo/web/held.mjs: seams between neighbours are closed by a stroke of the unit's own colour, in pixels.
_SEAM = 0.8
#: Ground is drawn so far from the middle of a view, in sizes of its box: a map may be much wider or higher than that.
_REACH = np.array([2, 1.2])
#: A line of the ground may part from the data's by so many pixels: it is seen for a moment.
_TOLERANCE = 3


def first_state(story: Story) -> State | None:
    """Return what the story's first step shows; None if it shows more than one day."""
    first = story.steps[0] if story.steps else None
    return step_state(story, first.id, default_state(story)) if first and not first.play else None


def poster_script() -> str:
    """Return what lays the poster before it as soon as it is read, if the address asks for nothing else."""
    return inline_script(
        f"({bundle(_MODULES, 'showPoster')})(document.currentScript.previousElementSibling, "
        "!location.search && !location.hash);"
    )


def poster_element(story: Story, state: State | None) -> str:
    """Return the poster of a state with what lays it, for a page that has all in it; empty if there is none."""
    poster = render_poster(story, state)
    return poster and f"{poster}<script>{poster_script()}</script>"


def render_poster(story: Story, state: State | None) -> str:
    """Return a state's land as an HTML fragment; empty if it shows none, or more than one day."""
    if not state or not state.view or state.compare or CONTROL not in (state.layers or ()):
        return ""
    units = {id: unit.geometry for id, unit in story.units.items() if not unit.frame}
    if not units:
        return ""
    assert state.date is not None
    west, south, *_ = shapely.total_bounds(list(units.values()))
    sheet = _Sheet(state.view, [round(west, 4), round(south, 4)])
    control, fills = control_on(story, state.date), _Fills(story, state.date)
    return JINJA.get_template("poster.html.j2").render(
        place={"view": encode_view(state.view), "zooms": ZOOMS, "corner": sheet.corner, "zoom": sheet.zoom},
        ground=list(_ground(story, state, sheet)),
        units=[
            {
                "id": id, "controller": control[id].controller, "fill": fills.of(control[id]),
                "color": story.controllers[control[id].controller].color, "path": path,
            }
            for id, path in sheet.coverage(units).items()
        ],
        patterns=fills.patterns,
        timeline=bool(story.timeline),
        opacity=browser_look()["controlOpacity"],
        seam=_SEAM,
    )  # fmt: skip


def _ground(story: Story, state: State, sheet: _Sheet) -> Iterator[dict[str, Any]]:
    """Yield the land and waters under the colours, as the map has them: fill, stroke, width, path."""
    for layer in (story.layers[id] for id in state.layers or () if id in story.layers):
        if layer.kind != "area" or layer.group != "context":
            continue
        for feature in story.features.get(layer.id, ()):
            style, path = layer_style(layer, feature), sheet.area(feature.geometry)
            fill, stroke = paint(style.get("fill")), paint(style.get("stroke"))
            holder = story.controllers.get(str(feature.properties.get("controller")))
            if fill and holder:  # land outside the log that is one controller's has its colour, paler
                fill = mix(holder.color, fill, browser_look()["outsideShare"])
            if path:
                yield {
                    "path": path, "fill": fill or "none", "opacity": style.get("fill_opacity", 0.2),
                    "stroke": stroke or "none", "width": style.get("stroke_width", 1),
                }  # fmt: skip


class _Fills:
    """Fills as in geo/web/hatches.mjs: a controller's colour under its hatch, stripes of two where a day is open."""

    def __init__(self, story: Story, day: date) -> None:
        self.story, self.day = story, day
        self.look = browser_look()
        self._patterns: dict[str, tuple[Any, ...]] = {}

    @property
    def patterns(self) -> list[tuple[Any, ...]]:
        """The patterns that the fills refer to: id, size in pixels, colour, lines, and the lines' colour and width."""
        return list(self._patterns.values())

    def of(self, control: Control) -> str:
        """Return the fill of a unit that is held so."""
        controllers = self.story.controllers
        one = controllers[control.controller]
        if control.uncertain:
            stripes, other = self.look["stripes"], other_side(self.story, control, self.day)
            second = controllers[other].color if other else stripes["blank"]
            id = f"poster-open-{one.id}-{other or 'none'}"
            return self._pattern(id, 16, one.color, stripes["path"], second, stripes["width"])
        lines = self.look["hatches"][one.hatch]
        return self._pattern(f"poster-{one.id}", 8, one.color, lines, self.look["hatchInk"], 1) if lines else one.color

    def _pattern(self, id: str, *drawn: Any) -> str:
        self._patterns[id] = (id, *drawn)
        return f"url(#{id})"


class _Sheet:
    """Web Mercator at one whole zoom, in pixels from a corner, as fine as is seen of a view on a large map."""

    def __init__(self, view: View, corner: Sequence[float]) -> None:
        self.corner = list(corner)
        if view.bounds is None:
            assert view.center is not None
            self.zoom = math.ceil(view.zoom or 0)
            middle, reach = world_pixels(view.center, self.zoom), np.array([_WIDTH, _HEIGHT])
        else:
            ends = world_pixels(np.array(view.bounds).reshape(2, 2), 0)
            size = abs(ends[1] - ends[0])
            self.zoom = math.ceil(math.log2(min(_WIDTH / size[0], _HEIGHT / size[1])))
            middle, reach = ends.mean(axis=0) * 2**self.zoom, size * 2**self.zoom * _REACH
        self.origin = world_pixels(corner, self.zoom)
        self.window = (*(middle - reach - self.origin), *(middle + reach - self.origin))

    def area(self, shape: BaseGeometry) -> str:
        """Return the part of an area that may be seen as the data of an SVG path."""
        if "Polygon" not in shape.geom_type:
            return ""
        placed = shapely.make_valid(shapely.simplify(self._place(shape), _TOLERANCE))
        return _path(shapely.clip_by_rect(placed, *self.window))

    def coverage(self, shapes: Mapping[str, BaseGeometry]) -> dict[str, str]:
        """Return neighbours as the data of SVG paths; what they share they go on sharing."""
        placed = [self._place(shape) for shape in shapes.values()]
        return dict(zip(shapes, map(_path, shapely.coverage_simplify(placed, math.sqrt(_LEAST_AREA))), strict=True))

    def _place(self, shape: BaseGeometry) -> BaseGeometry:
        return shapely.transform(shape, lambda lonlat: world_pixels(lonlat, self.zoom) - self.origin)


def _path(shape: BaseGeometry) -> str:
    """Return polygons as the data of an SVG path, in whole pixels, each point from the one before."""
    data = ""
    for polygon in (part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"):
        for ring in (polygon.exterior, *polygon.interiors):
            points = np.round(np.array(ring.coords)[:-1]).astype(int)
            steps = [f"{dx} {dy}" for dx, dy in np.diff(points, axis=0) if dx or dy]
            if len(steps) > 1:  # what is smaller than a pixel has no area
                data += f"M{points[0][0]} {points[0][1]}l{' '.join(steps)}z"
    return data
