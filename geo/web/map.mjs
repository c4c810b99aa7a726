/**
 * Draws a state on a Leaflet map: units by controller, the fronts between them, layers, labels.
 * All days are here already; a change of day restyles paths and moves lines, nothing is loaded.
 */
import { controllerLabel, signature } from "./control.mjs";
import { h, reducedMotion } from "./dom.mjs";
import { mountFlight } from "./flight.mjs";
import { heldLook, markOther } from "./held.mjs";
import { mountLabels } from "./labelling.mjs";
import { mountLayers } from "./layers.mjs";
import { LOOK } from "./look.mjs";
import { renamed } from "./names.mjs";
import { PADDING } from "./plane.mjs";
import { boxOf } from "./sheet.mjs";
import { NO_NAMES } from "./state.mjs";
import { say } from "./strings.mjs";
import { fitView } from "./view.mjs";

/** How the lines of the map look; the legend shows the same. */
export const LINE_STYLES = LOOK.lines;

/** What a swipe clips: the day's own groups and those of the other day. */
export const DAY_GROUPS = ["control", "day-lines"];
export const OTHER_GROUPS = ["control-other", "day-lines-other"];

/** How far a map goes in and out, and in what steps. */
const zoomsOf = (map) => ({ min: map.getMinZoom(), max: map.getMaxZoom(), snap: map.options.zoomSnap });

/** @param land the story's land as it was drawn before the map was there (held.mjs) */
export function mountMap({ L, topojson, map, payload, hatches, land, onUnit }) {
  const { units } = payload;
  const { plane, controlOn } = land;
  const controllers = new Map(payload.controllers.map((c) => [c.id, c]));
  const accuracy = new Map(payload.edges.map((e) => [`${e.a}|${e.b}`, e.accuracy]));
  const accuracyOf = (a, b) => accuracy.get(a < b ? `${a}|${b}` : `${b}|${a}`);

  /** What the map shows now. */
  const shown = { state: null, passing: false, layers: null, highlight: null, control: new Map(), signature: null, compare: null, mode: null, other: null, difference: null };

  // What is drawn is told in words beside it and pointed at, not read: the list of units is the keyboard's way.
  map.getPane("mapPane").setAttribute("aria-hidden", "true");
  plane.attach({ L, map });
  const flight = mountFlight({ map, pane: map.getPane("plane"), beyond: PADDING });

  const controlObject = payload.topology.objects.control;

  // --- units -----------------------------------------------------------------------------
  const middles = middlesOf({ topojson, payload, geometries: land.geometries });

  /** Units as Leaflet has them, which may be touched. `at` gives the day that the group shows, and control on it. */
  function touchable({ elements }, group, at) {
    return [...elements].map(([id, element]) => {
      const [lon, lat] = middles.get(id);
      const layer = plane.shape(null, group, { element, center: L.latLng(lat, lon) });
      layer.on("click", () => onUnit(id));
      return layer.bindTooltip(() => unitTooltip(id, at()), { sticky: true, direction: "top", className: "sm-tooltip" });
    });
  }
  const unitGroup = L.layerGroup(touchable(land.units, "control", () => ({ day: shown.state.date, control: shown.control })));
  let other = null; // the second day's units and lines, made when a swipe first asks for them

  /** A text of ours with its places in the chosen names. */
  const inNames = (text) => renamed(payload.places, text, shown.state.names, shown.state.date)
    .map((part) => (part.name ? h("span", { lang: part.lang }, part.name) : part));

  function unitTooltip(id, { day, control }) {
    const title = shown.state.names === NO_NAMES ? [say("noName")] : inNames(units[id].name);
    const label = (c, on) => `${controllerLabel(controllers.get(c.controller), on)}${c.uncertain ? " ?" : ""}`;
    const { difference } = shown;
    const passed = difference && difference.before.get(id).controller !== difference.after.get(id).controller;
    const text = passed
      ? say("passed", { from: label(difference.before.get(id), difference.earlier), to: label(difference.after.get(id), difference.later) })
      : label(control.get(id), day);
    return h("div", {}, h("strong", {}, ...title), h("br"), text);
  }

  const asHeld = (id, c) => heldLook(payload, hatches, c);

  function passedLook(from, to) {
    const pale = hatches.paleFill(to);
    return from === to ? { key: `=${to}`, fill: pale, color: pale }
      : { key: `${from}>${to}`, fill: hatches.passedFill(from, to), color: controllers.get(to).color };
  }

  // --- fronts ----------------------------------------------------------------------------
  const nothing = () => ({ type: "MultiLineString", coordinates: [] });
  const line = (style, className, group) => plane.shape(nothing, group, { ...LINE_STYLES[style], fill: false, interactive: false, className });
  const frontLines = (group, suffix = "") => ({
    casing: line("casing", "", group), front: line("front", `sm-front${suffix}`, group), schematic: line("schematic", `sm-front-schematic${suffix}`, group),
  });
  const fronts = frontLines("day-lines");
  // The other day's line lies under today's: where both run together, today's is seen.
  const compareLines = { casing: line("casing", "", "compare"), compare: line("compare", "sm-compare", "compare") };
  const frontGroup = L.layerGroup(Object.values(fronts));
  const compareGroup = L.layerGroup(Object.values(compareLines));

  /** Where the two sides of an edge differ, by what `side` says of a unit. */
  const mesh = (side, keep = () => true) => (topology) =>
    topojson.mesh(topology, controlObject, (a, b) => a !== b && side(a.id) !== side(b.id) && keep(accuracyOf(a.id, b.id)));
  const holderIn = (control) => (id) => control.get(id).controller;

  function drawFronts(lines, side) {
    lines.casing.redrawAs(mesh(side));
    lines.front.redrawAs(mesh(side, (kind) => kind !== "schematic"));
    lines.schematic.redrawAs(mesh(side, (kind) => kind === "schematic"));
  }

  function toggleGroup(group, on) {
    if (on && !map.hasLayer(group)) group.addTo(map);
    else if (!on && map.hasLayer(group)) group.remove();
  }

  /** The second day, as the state's mode has it: its line, a map of its own, or what passed. */
  function drawCompare(state, control) {
    const day = state.compare;
    const second = day ? controlOn(day) : null;
    const mode = day && day !== state.date && state.layers.includes("control") ? state.mode : "outline";
    const key = `${day} ${mode}`;
    if (key !== shown.compare) {
      const outlined = Boolean(day) && mode === "outline";
      for (const l of Object.values(compareLines)) l.redrawAs(outlined ? mesh(holderIn(second)) : nothing);
      toggleGroup(compareGroup, outlined);
      if (mode === "swipe" && !other) {
        const lines = frontLines("day-lines-other", "-other");
        const made = land.drawUnits("control-other", markOther);
        const layers = touchable(made, "control-other", () => ({ day: shown.state.compare, control: shown.other }));
        other = { ...made, lines, group: L.layerGroup([...layers, ...Object.values(lines)]) };
      }
      if (other) toggleGroup(other.group, mode === "swipe");
      if (mode === "swipe") {
        other.paint(second, asHeld);
        drawFronts(other.lines, holderIn(second));
      }
      shown.compare = key;
    }
    shown.other = second;
    shown.mode = day ? mode : null;
    const first = day < state.date;
    shown.difference = mode !== "difference" ? null
      : { before: first ? second : control, after: first ? control : second, earlier: first ? day : state.date, later: first ? state.date : day };
  }

  // --- layers and labels -----------------------------------------------------------------
  /** Whether more is about to change, or the map is on its way. */
  const isBusy = () => shown.passing || flight.isFlying();
  const layers = mountLayers({ L, topojson, map, payload, hatches, land, controllers, shown, inNames });
  const labels = mountLabels({ map, payload, layers, isBusy });

  function showLayers(ids) {
    const control = Boolean(controlObject) && ids.includes("control");
    for (const group of [unitGroup, frontGroup]) toggleGroup(group, control);
    layers.show(ids, control);
  }

  // --- highlight -------------------------------------------------------------------------
  const highlight = line("highlight", "sm-highlight", "fronts");
  const highlightCasing = plane.shape(nothing, "fronts", { ...LINE_STYLES.casing, weight: 5.5, fill: false, interactive: false });

  function drawHighlight(ids) {
    const wanted = new Set(ids);
    const outlined = payload.layers.filter((layer) => wanted.has(layer.id))
      .map((layer) => (payload.topology.objects[layer.object]?.geometries ?? []).filter((g) => /Polygon/.test(g.type ?? "")));
    outlined.push(controlObject?.geometries.filter((g) => wanted.has(g.id)) ?? []);
    const together = outlined.filter((geometries) => geometries.length);
    const draw = (topology) => ({ type: "MultiPolygon", coordinates: together.flatMap((geometries) => topojson.merge(topology, geometries).coordinates) });
    for (const l of [highlightCasing, highlight]) {
      l.redrawAs(draw);
      toggleGroup(l, together.length > 0);
    }
  }

  // --- view ------------------------------------------------------------------------------
  // Until the reader moves the map, a change of its size fits the view again.
  let fitted = null;
  map.on("dragstart", () => { fitted = null; });
  map.on("zoomstart", () => { if (!flight.isOurs()) fitted = null; });
  map.on("resize", () => { if (fitted) show(fitted, false); });

  function show(view, animate) {
    if (!view) return;
    fitted = view;
    const { x: width, y: height } = map.getSize();
    const to = fitView(view, { width, height }, zoomsOf(map));
    if (animate && !reducedMotion() && width > 0) flight.flyTo(to);
    else flight.show(to);
  }

  /** Where the reader has moved the map to; null while it shows the view it was given, unless that is asked for. */
  function readerView(given = false) {
    const { lng, lat } = map.getCenter();
    return fitted && !given ? null : { center: [+lng.toFixed(4), +lat.toFixed(4)], zoom: +map.getZoom().toFixed(2) };
  }

  // --- one state on the map ---------------------------------------------------------------
  /** @param passing whether it is gone by: then it is shown who holds what, and no more */
  function draw(state, passing = false) {
    const control = controlOn(state.date);
    Object.assign(shown, { state, control, passing });
    if (!passing && shown.layers !== state.layers) {
      showLayers(state.layers);
      shown.layers = state.layers;
    }
    if (controlObject) {
      drawCompare(state, control);
      if (map.hasLayer(unitGroup)) {
        const { difference } = shown;
        const passed = difference && ((id) => [difference.before.get(id).controller, difference.after.get(id).controller]);
        land.units.paint(control, passed ? (id) => passedLook(...passed(id)) : asHeld);
        const sign = `${signature(control)}${difference ? signature(shown.other) : ""}`;
        if (sign !== shown.signature) {
          drawFronts(fronts, passed ? (id) => passed(id).join() : holderIn(control));
          shown.signature = sign;
        }
      }
    }
    if (passing) return control;
    if (shown.highlight !== state.highlight) {
      drawHighlight(state.highlight);
      shown.highlight = state.highlight;
    }
    labels.draw(state);
    return control;
  }

  const observer = new ResizeObserver(() => { if (map.getContainer().clientWidth) map.invalidateSize({ animate: false }); });
  observer.observe(map.getContainer());

  // --- one unit in the keyboard's focus ----------------------------------------------------
  const focusRing = plane.shape(nothing, "fronts", { color: "#123f8c", weight: 4, fill: false, interactive: false, className: "sm-focus-ring" });

  /** Outline a unit, or none; it comes into view if it is not. */
  function focusUnit(id) {
    if (!id) { focusRing.remove(); return; }
    const geometry = land.geometries.find((g) => g.id === id);
    focusRing.redrawAs((topology) => topojson.feature(topology, geometry).geometry).addTo(map).bringToFront();
    const [lon, lat] = middles.get(id);
    if (!map.getBounds().contains([lat, lon])) map.panTo([lat, lon], { animate: !reducedMotion() });
  }

  return {
    draw, show, readerView, clip: plane.clip, groups: plane.groups, arrangeLabels: labels.arrange, watchCoverings: labels.watchCoverings,
    shown, focusUnit, isBusy, unitPoints: middles, destroy() { observer.disconnect(); labels.destroy(); map.remove(); },
  };
}

/** The middle of each unit's box, as [lon, lat]. */
function middlesOf({ topojson, payload, geometries }) {
  return new Map(geometries.map((geometry) => {
    const { type, coordinates } = topojson.feature(payload.topology, geometry).geometry;
    const [west, south, east, north] = boxOf(type === "Polygon" ? coordinates.flat() : coordinates.flat(2));
    return [geometry.id, [(west + east) / 2, (south + north) / 2]];
  }));
}
