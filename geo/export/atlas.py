"""From a story and a state to the scene that pictures and decks draw."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import shapely

from geo.control import areas_on, control_on, fronts_on, other_side, published_on
from geo.describe import day_label
from geo.export.look import Look, look
from geo.export.naming import labels
from geo.export.scene import Group, LegendRow, Relief, ScaleBar, Scene, Shape
from geo.export.window import Window, window_of
from geo.look import layer_style, mix, paint
from geo.mercator import world_pixels
from geo.model import CONTROL, Control, Layer, State, Story
from geo.payload import build_payload

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["Atlas", "credits_of"]

#: Length of the equator on the sphere of Web Mercator (EPSG:3857).
EQUATOR_KM = 40075.016685578488
#: What of a shape lies further outside the sheet than this is cut off.
_MARGIN = 8
#: Pixels by which a drawn line may part from the data's; at four times the size still less than half of one.
_TOLERANCE = 0.1
_DOT_RADIUS = {1: 3.5}


class Atlas:
    """A story made ready for drawing: projected once, drawn in as many states and sizes as are asked for."""

    def __init__(self, story: Story) -> None:
        self.story = story

    @cached_property
    def _payload(self) -> dict[str, Any]:
        return build_payload(self.story)

    @cached_property
    def _units(self) -> Mapping[str, BaseGeometry]:
        return self._project((id, unit.geometry) for id, unit in self.story.units.items())

    @cached_property
    def _edges(self) -> Mapping[tuple[str, str], BaseGeometry]:
        return self._project(((edge.a, edge.b), edge.geometry) for edge in self.story.edges)

    @cached_property
    def _features(self) -> Mapping[str, Mapping[str, BaseGeometry]]:
        return {
            id: self._project((feature.id, feature.geometry) for feature in features)
            for id, features in self.story.features.items()
        }

    @staticmethod
    def _project(geometries: Iterable[tuple[Any, BaseGeometry]]) -> dict[Any, BaseGeometry]:
        """Return geometries in pixels of the whole world at zoom 0, which every window is a part of."""
        found = dict(geometries)
        projected = shapely.transform(list(found.values()), lambda lonlat: world_pixels(lonlat, 0))
        return dict(zip(found, projected, strict=True))

    # -- a scene -----------------------------------------------------------------------------------------------------

    def scene(self, state: State, width: float, height: float, palette: str = "screen") -> Scene:
        """Return a state on a sheet of `width` by `height` CSS pixels; its fields must all be filled."""
        assert state.date is not None
        assert state.layers is not None
        assert state.view is not None
        window = window_of(state.view, width, height)
        drawing = _Drawing(self, state, window, (width, height), look(palette))
        return Scene(
            state=state,
            width=width,
            height=height,
            look=drawing.look,
            ground=drawing.ground,
            control=drawing.control_group(),
            relief=drawing.relief(),
            over=tuple(group for group in drawing.over() if group.shapes),
            labels=labels(self.story, self._payload, state, window, (width, height), drawing.look),
            legend=drawing.legend(),
            scale=drawing.scale_bar(),
            caption=drawing.caption(),
            credits=credits_of(self.story, state),
            description=drawing.description(),
            accuracy=drawing.words.say("accuracy"),
        )


class _Drawing:
    """One state on one sheet, group by group."""

    def __init__(self, atlas: Atlas, state: State, window: Window, size: tuple[float, float], style: Look) -> None:
        self.atlas, self.story, self.state, self.window, self.look = atlas, atlas.story, state, window, style
        self.width, self.height = size
        self.words = atlas.story.words
        self.day: date = state.date  # type: ignore[assignment]
        self.layers = [self.story.layers[id] for id in state.layers or () if id in self.story.layers]
        self.has_control = CONTROL in (state.layers or ()) and bool(self.story.units)
        self.control: Mapping[str, Control] = control_on(self.story, self.day) if self.story.units else {}

    @cached_property
    def ground(self) -> tuple[Group, ...]:
        """The land and waters under the colours."""
        return tuple(
            self._area_layer(layer) for layer in self.layers if layer.kind == "area" and layer.group == "context"
        )

    def _on_sheet(self, geometry: BaseGeometry) -> BaseGeometry:
        placed = shapely.simplify(self.window.place(geometry), _TOLERANCE)
        edge = -_MARGIN, -_MARGIN, self.width + _MARGIN, self.height + _MARGIN
        return shapely.clip_by_rect(placed if placed.is_valid else shapely.make_valid(placed), *edge)

    # -- layers ------------------------------------------------------------------------------------------------------

    def _area_layer(self, layer: Layer) -> Group:
        shapes = []
        for feature in self.story.features.get(layer.id, ()):
            if "Polygon" not in feature.geometry.geom_type:
                continue
            style = layer_style(layer, feature)
            fill = paint(style.get("fill"))
            holder = self.story.controllers.get(str(feature.properties.get("controller")))
            if fill and layer.group == "context":
                fill = mix(fill, self.look.sea, self.look.ground_strength) if self.look.ground_strength < 1 else fill
            if fill and holder:  # land outside the log that is one controller's has its colour, paler
                fill = mix(holder.color, fill, self.look.outside_share)
            shape = self._shape(layer, feature.id, feature.properties.get("name"), style, fill)
            shapes += [shape] if shape else []
        return Group(layer.id, layer.title, tuple(shapes))

    def _shape(self, layer: Layer, id: str, name: Any, style: Mapping[str, Any], fill: str | None) -> Shape | None:
        geometry = self._on_sheet(self.atlas._features[layer.id][id])
        if geometry.is_empty:
            return None
        width = float(style.get("stroke_width", 1))
        return Shape(
            id=f"{layer.id}-{id}",
            name=str(name or id),
            geometry=geometry,
            fill=fill,
            fill_opacity=float(style.get("fill_opacity", 0.2)) if fill else 1.0,
            stroke=(paint(style.get("stroke")) or paint(style.get("color"))) if width > 0 else None,
            width=width,
            stroke_opacity=float(style.get("stroke_opacity", 1)),
            dash=_dash(style.get("dash")),
        )

    def over(self) -> Iterable[Group]:
        """Yield what lies over the colours: areas, lines, the compared line, fronts, what is highlighted, marks."""
        for layer in self.layers:
            if layer.kind == "area" and layer.group != "context" and layer.id != CONTROL and layer.day is None:
                yield self._area_layer(layer)
        for layer in self.layers:
            if layer.kind == "line":
                shapes = [
                    self._shape(layer, feature.id, feature.properties.get("name"), layer_style(layer, feature), None)
                    for feature in self.story.features.get(layer.id, ())
                ]  # fmt: skip
                yield Group(layer.id, layer.title, tuple(shape for shape in shapes if shape))
        for layer in self.layers:
            if layer.day is not None:
                yield Group(layer.id, layer.title, self._line(layer.id, self._mesh(layer.day), {
                    "color": layer.style.get("stroke"), "weight": layer.style.get("stroke_width", 2),
                    "dashArray": layer.style.get("dash"),
                }))  # fmt: skip
        if self.state.compare and self.story.units:
            title = self.words.say("compareLine", day=self.words.day(self.state.compare))
            yield Group("compare", title, self._cased("compare", title, self._mesh(self.state.compare), "compare"))
        if self.has_control:
            yield from self._fronts()
        outlines = self._outlines()
        if outlines:
            title = self.words.say("shapeHighlight")
            yield Group("highlight", title, self._cased("highlight", title, outlines, "highlight"))
        for layer in self.layers:
            if layer.kind == "point":
                yield self._marks(layer)

    def _line(self, id: str, geometry: BaseGeometry, style: Mapping[str, Any], name: str = "") -> tuple[Shape, ...]:
        placed = self._on_sheet(geometry)
        if placed.is_empty or paint(style.get("color")) is None:
            return ()
        return (
            Shape(
                id=id,
                name=name or id,
                geometry=placed,
                stroke=style["color"],
                width=float(style["weight"]),
                stroke_opacity=float(style.get("opacity", 1)),
                dash=_dash(style.get("dashArray")),
                cap=str(style.get("lineCap", "round")),
            ),
        )

    def _cased(self, id: str, name: str, geometry: BaseGeometry, style: str) -> tuple[Shape, ...]:
        border = self.words.say("shapeBorder", name=name)
        casing = self._line(f"{id}-casing", geometry, self.look.lines["casing"], border)
        return casing + self._line(id, geometry, self.look.lines[style], name)

    def _mesh(self, day: date, *accuracies: str) -> BaseGeometry:
        edges = [
            self.atlas._edges[front.edge.a, front.edge.b]
            for front in fronts_on(self.story, day)
            if not accuracies or front.edge.accuracy in accuracies
        ]
        lines = shapely.union_all(edges)
        return shapely.line_merge(lines) if lines.geom_type == "MultiLineString" else lines

    def _fronts(self) -> Iterable[Group]:
        everything = self._mesh(self.day)
        title = self.words.say("shapeFront", day=self.words.day(self.day))
        shapes = self._line(
            "front-casing", everything, self.look.lines["casing"], self.words.say("shapeBorder", name=title)
        )
        shapes += self._line("front", self._mesh(self.day, "surveyed", "digitised"), self.look.lines["front"], title)
        shapes += self._line(
            "front-schematic",
            self._mesh(self.day, "schematic"),
            self.look.lines["schematic"],
            self.words.say("shapeSchematic", name=title),
        )
        yield Group("fronts", title, shapes)

    def _outlines(self) -> BaseGeometry | None:
        wanted = set(self.state.highlight)
        shapes = [
            shapely.union_all([g for g in self.atlas._features[layer].values() if "Polygon" in g.geom_type])
            for layer in self.story.layers if layer in wanted and layer in self.atlas._features and layer != CONTROL
        ]  # fmt: skip
        units = [geometry for id, geometry in self.atlas._units.items() if id in wanted]
        shapes += [shapely.union_all(units)] if units else []
        shapes = [shape.boundary for shape in shapes if not shape.is_empty]
        return shapely.union_all(shapes) if shapes else None

    def _marks(self, layer: Layer) -> Group:
        shapes = []
        for feature in self.story.features.get(layer.id, ()):
            if feature.properties.get("place") and layer.style.get("label"):
                continue  # the dot of its label
            x, y = self.window.point(feature.geometry.coords[0])
            if 0 <= x <= self.width and 0 <= y <= self.height:
                shapes.append(Shape(
                    id=f"{layer.id}-{feature.id}", name=str(feature.properties.get("name") or feature.id),
                    geometry=shapely.Point(x, y), fill=layer.style.get("color", self.look.label_ink["town"]),
                    stroke=self.look.label_ink["halo"], width=1.4, radius=float(layer.style.get("radius", 4)),
                ))  # fmt: skip
        return Group(layer.id, layer.title, tuple(shapes))

    # -- control -----------------------------------------------------------------------------------------------------

    def fill_of(self, id: str, ground: str, control: Control | None = None) -> Shape:
        """Return how a controller's land looks over a ground, without a geometry."""
        controllers = self.story.controllers

        def over(color: str) -> str:
            return mix(color, ground, self.look.control_opacity)

        stripes = None
        if control is not None and control.uncertain:
            other = other_side(self.story, control, self.day)
            stripes = over(controllers[other].color if other else self.look.paper)
        return Shape(
            id=id, name="", geometry=shapely.Point(), fill=over(controllers[id].color),
            hatch="none" if stripes else controllers[id].hatch, stripes=stripes,
        )  # fmt: skip

    def control_group(self) -> Group:
        """Return the units in the colours of those who hold them on the day."""
        title = day_label(self.story, self.day)
        shapes = []
        for id, unit in self.story.units.items() if self.has_control else ():
            if unit.frame:
                continue
            geometry = self._on_sheet(self.atlas._units[id])
            if geometry.is_empty:
                continue
            control = self.control[id]
            paint = self.fill_of(control.controller, self._ground_at(geometry), control)
            label = self.story.controllers[control.controller].label_on(self.day)
            called = "shapeUnitOpen" if control.uncertain else "shapeUnit"
            shapes.append(Shape(
                id=id, name=self.words.say(called, unit=unit.name, controller=label), geometry=geometry,
                fill=paint.fill, hatch=paint.hatch, stripes=paint.stripes, stroke=paint.fill, width=0.8,
            ))  # fmt: skip
        return Group(CONTROL, self.words.say("shapeControl", day=title), tuple(shapes))

    def _ground_at(self, geometry: BaseGeometry) -> str:
        """Return the colour of the land under a unit: units are opaque, so that their seams show nothing."""
        point = geometry.representative_point()
        color = self.look.sea
        for group in self.ground:
            for shape in group.shapes:
                if shape.fill and shape.geometry.covers(point):
                    color = mix(shape.fill, color, shape.fill_opacity)
        return color

    @cached_property
    def usual_ground(self) -> str:
        """The colour of the land under most units, for the legend."""
        seen = [self._on_sheet(self.atlas._units[id]) for id, unit in self.story.units.items() if not unit.frame]
        grounds = Counter(self._ground_at(geometry) for geometry in seen if not geometry.is_empty)
        return max(sorted(grounds), key=lambda color: grounds[color]) if grounds else self.look.paper

    def relief(self) -> Relief | None:
        """Return the raster layer that is on, faded by zoom as in the browser."""
        for layer in self.layers:
            if layer.kind != "raster" or layer.image_bounds is None:
                continue
            fade = 1 - (self.window.zoom - float(layer.style.get("fade_zoom", 99))) / 2
            opacity = float(layer.style.get("opacity", 1)) * min(1.0, max(0.0, fade)) * self.look.relief_strength
            west, south, east, north = layer.image_bounds
            left, top = self.window.point((west, north))
            right, bottom = self.window.point((east, south))
            if opacity > 0:
                return Relief(self.story.path / "layers" / layer.file, (left, top, right, bottom), opacity)
        return None

    # -- what is said about it ---------------------------------------------------------------------------------------

    def legend(self) -> tuple[LegendRow, ...]:
        """Return the rows of the legend: who holds how much, what the lines mean and how exact they are."""
        if not self.story.units:
            return tuple(self._layer_row(layer) for layer in self.layers if layer.kind != "raster")
        if not self.has_control:
            return ()
        story, words = self.story, self.words
        areas, published = areas_on(story, self.day), published_on(story, self.day)
        mapped = sum(area.km2 for area in areas.values())
        ground = self.usual_ground
        rows = []
        for id, area in areas.items():
            if not area.units:
                continue
            error = " " + words.say("error", km2=words.figure(max(10, _tens(area.error_km2)))) if area.error_km2 else ""
            percent = area.km2 / mapped * 100 if mapped else 0
            figures = [
                words.say("km2", km2=words.figure(_tens(area.km2))) + error,
                words.say("share", percent="<1" if percent < 1 else int(percent + 0.5)),
            ]
            others = sorted(figure.km2 for figure in published if figure.controller == id)
            if others:
                least, most = words.figure(others[0]), words.figure(others[-1])
                figures.append(words.say("published", km2=least if least == most else f"{least}–{most}"))
            rows.append(LegendRow(self.fill_of(id, ground), story.controllers[id].label_on(self.day), tuple(figures)))
        lengths: dict[bool, float] = {True: 0.0, False: 0.0}
        for front in fronts_on(story, self.day):
            lengths[front.edge.accuracy == "schematic"] += front.edge.km
        for schematic, style, key in ((False, "front", "lengthDigitised"), (True, "schematic", "lengthSchematic")):
            km = lengths[schematic]
            if km >= 1:
                text = words.say(key, km=words.figure(int(km + 0.5) if km < 10 else _tens(km)))
                rows.append(LegendRow(self._sample(style), text))
        if self.state.compare:
            line = self._sample("compare")
            if fronts_on(story, self.state.compare):
                rows.append(LegendRow(line, words.say("compareLine", day=words.day(self.state.compare))))
            else:
                none = words.say("compareNoLine", day=words.day(self.state.compare))
                rows.append(LegendRow(replace(line, stroke=None), none))
        uncertain = next((control for control in self.control.values() if control.uncertain), None)
        if uncertain:
            rows.append(LegendRow(self.fill_of(uncertain.controller, ground, uncertain), words.say("uncertain")))
        return tuple(rows)

    def _layer_row(self, layer: Layer) -> LegendRow:
        """Return how a layer looks: what there is to explain in a story without a log."""
        style = layer.style
        colors = (style.get(key) for key in ("fill", "stroke", "color"))
        color = next((color for color in colors if color not in (None, "none")), "#555555")
        shape = Shape(id=layer.id, name=layer.title, geometry=shapely.Point(), fill=color)
        if layer.kind == "line":
            width, dash = float(style.get("stroke_width", 2)), _dash(style.get("dash"))
            shape = replace(shape, fill=None, stroke=color, width=width, dash=dash)
        elif layer.kind == "area":
            shape = replace(shape, fill=mix(color, self.look.paper, float(style.get("fill_opacity", 1)) or 1.0))
        return LegendRow(shape, layer.title)

    def _sample(self, style: str) -> Shape:
        found = self.look.lines[style]
        return Shape(
            id=style, name=style, geometry=shapely.Point(), stroke=found["color"], width=found["weight"],
            dash=_dash(found.get("dashArray")), cap=found.get("lineCap", "round"),
        )  # fmt: skip

    def scale_bar(self) -> ScaleBar:
        """Return the longest round length that takes no more than a fifth of the sheet."""
        size = 256 * 2**self.window.zoom
        middle = (self.window.top + self.height / 2) / size
        lat = math.atan(math.sinh(math.pi * (1 - 2 * middle)))
        km_per_pixel = EQUATOR_KM * math.cos(lat) / size
        most = self.width / 5 * km_per_pixel
        power = 10 ** math.floor(math.log10(most))
        km = max(step * power for step in (1, 2, 5) if step * power <= most)
        said = self.words.say("km", km=f"{km:g}") if km >= 1 else self.words.say("metres", m=f"{km * 1000:g}")
        return ScaleBar(said, km / km_per_pixel)

    def caption(self) -> str:
        """Return what happened last up to the day, as the timeline says it."""
        told = [e for e in self.story.events.values() if e.kind in ("change", "status") and e.date <= self.day]
        last = max(told, key=lambda event: event.date, default=None)
        if last is None:
            return ""
        last = [event for event in told if event.date == last.date][-1]
        return last.what if last.date == self.day else f"{self.words.day(last.date)}: {last.what}"

    def description(self) -> str:
        """Return the map in a sentence, for those who do not see it."""
        if not self.has_control:
            titles = (layer.title for layer in self.layers if layer.kind != "raster")
            return self.words.say("descriptionLayers", layers=", ".join(titles))
        words = self.words
        parts = [
            words.say(
                "area", controller=self.story.controllers[id].label_on(self.day),
                km2=words.say("km2", km2=words.figure(_tens(area.km2))),
            )
            for id, area in areas_on(self.story, self.day).items() if area.units
        ]  # fmt: skip
        return words.say("mapOfControlOn", day=words.day(self.day), areas=", ".join(parts))


def credits_of(story: Story, state: State) -> tuple[str, ...]:
    """Return where a state's picture comes from: the last change and its sources, the layers' owners, the story."""
    words, found = story.words, []
    layers = [story.layers[id] for id in state.layers or () if id in story.layers]
    if CONTROL in (state.layers or ()) and story.units:
        day = state.date or story.last
        last = max((row for row in story.log if row.date <= day), key=lambda row: row.date, default=None)
        event = story.events.get(last.event) if last else None
        if event:
            titles = [story.sources[id] for id in event.sources if id in story.sources]
            names = "; ".join(", ".join(filter(None, (s.title, s.publisher))) for s in titles)
            found.append(words.say("pictureControl", day=words.day(event.date), sources=names))
    credits = dict.fromkeys(part.strip() for layer in layers for part in layer.attribution.split(";"))
    after = ", ".join(str(story.article[key]) for key in ("author", "year") if story.article.get(key))
    story_map = words.say("storyMapAfter" if after else "storyMap", title=story.title, author=after)
    found.append(words.say("pictureCredits", credits="; ".join(credits), story=story_map))
    return tuple(found)


def _dash(text: Any) -> tuple[float, ...]:
    return tuple(map(float, str(text).replace(",", " ").split())) if text else ()


def _tens(value: float) -> int:
    return int(value / 10 + 0.5) * 10
