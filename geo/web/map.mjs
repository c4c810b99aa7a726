/**
 * Draws a state on a Leaflet map: units by controller, the fronts between them, layers, labels.
 * All days are here already; a change of day restyles paths and moves lines, nothing is loaded.
 */
import { controlAt, controllerLabel, indexLog, signature } from "./control.mjs";
import { h, reducedMotion } from "./dom.mjs";
import { mountLabels } from "./labelling.mjs";
import { mountLayers } from "./layers.mjs";
import { LOOK } from "./look.mjs";
import { renamed } from "./names.mjs";
import { mountPlanes } from "./planes.mjs";
import { NO_NAMES } from "./state.mjs";
import { say } from "./strings.mjs";

/** How the lines of the map look; the legend shows the same. */
export const LINE_STYLES = LOOK.lines;

/** What a swipe clips: the day's own groups and those of the other day. */
export const DAY_GROUPS = ["control", "day-lines"];
export const OTHER_GROUPS = ["control-other", "day-lines-other"];

/** How long the map is on its way to the next step. */
export const FLY_SECONDS = 0.8;

export function mountMap({ L, topojson, map, payload, hatches, onUnit }) {
  const { topology, units } = payload;
  const controllers = new Map(payload.controllers.map((c) => [c.id, c]));
  const log = indexLog(payload.log);
  const accuracy = new Map(payload.edges.map((e) => [`${e.a}|${e.b}`, e.accuracy]));
  const accuracyOf = (a, b) => accuracy.get(a < b ? `${a}|${b}` : `${b}|${a}`);

  /** What the map shows now. */
  const shown = { state: null, control: new Map(), signature: null, compare: null, mode: null, other: null, difference: null };

  // What is drawn is told in words beside it and pointed at, not read: the list of units is the keyboard's way.
  map.getPane("mapPane").setAttribute("aria-hidden", "true");
  const planes = mountPlanes({ L, map });
  // Units are opaque inside a translucent group: their strokes then close the hairline seams
  // between neighbours without showing twice.
  for (const name of ["control", "control-other"]) planes.groups.get(name).classList.add("sm-control");

  const controlObject = topology.objects.control;
  const latLngs = (geometry) => L.GeoJSON.coordsToLatLngs(geometry.coordinates, 1);

  // --- units -----------------------------------------------------------------------------
  /** Paths of all units in a group, by id. `at` gives the day that the group shows, and control on it. */
  function unitPaths(group, at) {
    const made = new Map();
    for (const feature of controlObject ? topojson.feature(topology, controlObject).features : []) {
      if (units[feature.id].frame) continue;
      const layer = L.geoJSON(feature, {
        ...planes.within(group),
        style: { stroke: true, weight: 0.8, opacity: 1, fillOpacity: 1 },
      }).getLayers()[0];
      layer.on("click", () => onUnit(feature.id));
      layer.bindTooltip(() => unitTooltip(feature.id, at()), { sticky: true, direction: "top", className: "sm-tooltip" });
      made.set(feature.id, layer);
    }
    return made;
  }
  const paths = unitPaths("control", () => ({ day: shown.state.date, control: shown.control }));
  const unitGroup = L.layerGroup([...paths.values()]);
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

  /** How a unit is drawn: what that is known by, its fill, and the colour of its seams. */
  function heldLook(c) {
    const { color } = controllers.get(c.controller);
    return c.uncertain ? { key: `${c.controller}?${c.other ?? ""}`, fill: hatches.uncertainFill(c.controller, c.other), color }
      : { key: c.controller, fill: hatches.fill(c.controller), color };
  }

  function passedLook(from, to) {
    const pale = hatches.paleFill(to);
    return from === to ? { key: `=${to}`, fill: pale, color: pale }
      : { key: `${from}>${to}`, fill: hatches.passedFill(from, to), color: controllers.get(to).color };
  }

  function paintUnits(layers, control, look, mark) {
    for (const [id, layer] of layers) {
      const { key, fill, color } = look(id);
      // What is seen may stay while what it stands for changes: "unchanged" has one look on all days.
      const full = `${key} ${control.get(id).controller} ${control.get(id).uncertain}`;
      if (layer.smKey === full && layer.smElement === layer.getElement()) continue;
      layer.setStyle({ color, fillColor: fill });
      const element = layer.getElement();
      if (!element) continue;
      mark(element, id, control.get(id), key);
      // A path is pointed at, not tabbed to: the list of units is the keyboard's way (see panels.mjs).
      element.setAttribute("tabindex", "-1");
      layer.smKey = full;
      layer.smElement = element;
    }
  }

  function markUnit(element, id, c, key) {
    element.dataset.unit = id;
    element.dataset.controller = c.controller;
    if (c.uncertain) element.dataset.uncertain = "true";
    else delete element.dataset.uncertain;
    if (key.includes(">")) element.dataset.passed = key;
    else delete element.dataset.passed;
  }

  function markOther(element, id, c) {
    element.dataset.otherUnit = id;
    element.dataset.otherController = c.controller;
  }

  // --- fronts ----------------------------------------------------------------------------
  const line = (style, className, group) => L.polyline([], { ...LINE_STYLES[style], ...planes.within(group), interactive: false, className });
  const frontLines = (group, suffix = "") => ({
    casing: line("casing", "", group), front: line("front", `sm-front${suffix}`, group), schematic: line("schematic", `sm-front-schematic${suffix}`, group),
  });
  const fronts = frontLines("day-lines");
  // The other day's line lies under today's: where both run together, today's is seen.
  const compareLines = { casing: line("casing", "", "compare"), compare: line("compare", "sm-compare", "compare") };
  const frontGroup = L.layerGroup(Object.values(fronts));
  const compareGroup = L.layerGroup(Object.values(compareLines));

  /** Where the two sides of an edge differ, by what `side` says of a unit. */
  function mesh(side, keep = () => true) {
    return latLngs(topojson.mesh(topology, controlObject, (a, b) => a !== b && side(a.id) !== side(b.id) && keep(accuracyOf(a.id, b.id))));
  }
  const holderIn = (control) => (id) => control.get(id).controller;

  function drawFronts(lines, side) {
    lines.casing.setLatLngs(mesh(side));
    lines.front.setLatLngs(mesh(side, (kind) => kind !== "schematic"));
    lines.schematic.setLatLngs(mesh(side, (kind) => kind === "schematic"));
  }

  function toggleGroup(group, on) {
    if (on && !map.hasLayer(group)) group.addTo(map);
    else if (!on && map.hasLayer(group)) group.remove();
  }

  /** The second day, as the state's mode has it: its line, a map of its own, or what passed. */
  function drawCompare(state, control) {
    const day = state.compare;
    const second = day ? controlAt(log, day) : null;
    const mode = day && day !== state.date && state.layers.includes("control") ? state.mode : "outline";
    const key = `${day} ${mode}`;
    if (key !== shown.compare) {
      const outline = day && mode === "outline" ? mesh(holderIn(second)) : [];
      compareLines.casing.setLatLngs(outline);
      compareLines.compare.setLatLngs(outline);
      toggleGroup(compareGroup, outline.length > 0);
      if (mode === "swipe" && !other) {
        const lines = frontLines("day-lines-other", "-other");
        const made = unitPaths("control-other", () => ({ day: shown.state.compare, control: shown.other }));
        other = { paths: made, lines, group: L.layerGroup([...made.values(), ...Object.values(lines)]) };
      }
      if (other) toggleGroup(other.group, mode === "swipe");
      if (mode === "swipe") {
        paintUnits(other.paths, second, (id) => heldLook(second.get(id)), markOther);
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
  const layers = mountLayers({ L, topojson, map, payload, hatches, log, controllers, planes, shown, inNames });
  const labels = mountLabels({ L, map, payload, layers });

  // What lies about the units waits, when the map opens, until a frame has shown them: it takes longer than they do.
  let unitsAlone = false;

  function showLayers(ids) {
    const control = Boolean(controlObject) && ids.includes("control");
    for (const group of [unitGroup, frontGroup]) toggleGroup(group, control);
    if (!control || !unitsAlone) layers.show(ids, control);
  }

  /** Show the units alone in the next frame, and all layers after it. */
  function showUnitsFirst() {
    unitsAlone = true;
    requestAnimationFrame(() => setTimeout(() => {
      if (!unitsAlone) return;
      unitsAlone = false;
      showLayers(shown.state.layers);
    }));
  }

  // --- highlight -------------------------------------------------------------------------
  const highlight = L.polyline([], { ...LINE_STYLES.highlight, ...planes.within("fronts"), interactive: false, className: "sm-highlight" });
  const highlightCasing = L.polyline([], { ...LINE_STYLES.casing, weight: 5.5, ...planes.within("fronts"), interactive: false });

  function drawHighlight(ids) {
    const wanted = new Set(ids);
    const outlines = [];
    for (const layer of payload.layers) {
      if (!wanted.has(layer.id)) continue;
      const object = topology.objects[layer.object];
      const geometries = (object?.geometries ?? []).filter((g) => /Polygon/.test(g.type ?? ""));
      if (geometries.length) outlines.push(topojson.merge(topology, geometries));
    }
    const some = controlObject ? controlObject.geometries.filter((g) => wanted.has(g.id)) : [];
    if (some.length) outlines.push(topojson.merge(topology, some));
    const rings = outlines.flatMap((o) => o.coordinates.flat(1));
    const lines = rings.map((ring) => L.GeoJSON.coordsToLatLngs(ring));
    highlightCasing.setLatLngs(lines);
    highlight.setLatLngs(lines);
    for (const l of [highlightCasing, highlight]) {
      if (lines.length && !map.hasLayer(l)) l.addTo(map);
      else if (!lines.length && map.hasLayer(l)) l.remove();
    }
  }

  // --- view ------------------------------------------------------------------------------
  // Until the reader moves the map, a change of its size fits the view again.
  let fitted = null;
  let moving = false;
  map.on("dragstart", () => { fitted = null; });
  map.on("zoomstart", () => { if (!moving) fitted = null; });
  map.on("resize", () => { if (fitted) show(fitted, false); });

  function show(view, animate) {
    if (!view) return;
    fitted = view;
    moving = true;
    const size = map.getSize();
    const move = animate && !reducedMotion() && size.x > 0;
    let center = view.center;
    let zoom = view.zoom;
    if (view.bounds) {
      const [w, s, e, n] = view.bounds;
      const bounds = L.latLngBounds([[s, w], [n, e]]);
      const right = size.x > 760 ? 150 : 0;
      const target = map._getBoundsCenterZoom(bounds, { paddingTopLeft: [12, 12], paddingBottomRight: [12 + right, 12] });
      center = [target.center.lng, target.center.lat];
      zoom = size.x ? target.zoom : 8;
    }
    if (move) map.flyTo([center[1], center[0]], zoom, { duration: FLY_SECONDS });
    else map.setView([center[1], center[0]], zoom, { animate: false });
    if (!move) moving = false;
  }
  map.on("moveend", () => { moving = false; });

  /** Where the reader has moved the map to; null while it shows the view it was given, unless that is asked for. */
  function readerView(given = false) {
    const { lng, lat } = map.getCenter();
    return fitted && !given ? null : { center: [+lng.toFixed(4), +lat.toFixed(4)], zoom: +map.getZoom().toFixed(2) };
  }

  // --- one state on the map ---------------------------------------------------------------
  function draw(state) {
    const before = shown.state;
    const control = controlObject ? controlAt(log, state.date) : new Map();
    shown.state = state;
    shown.control = control;
    if (!before || before.layers !== state.layers) showLayers(state.layers);
    if (controlObject) {
      drawCompare(state, control);
      if (map.hasLayer(unitGroup)) {
        const { difference } = shown;
        const passed = difference && ((id) => [difference.before.get(id).controller, difference.after.get(id).controller]);
        paintUnits(paths, control, passed ? (id) => passedLook(...passed(id)) : (id) => heldLook(control.get(id)), markUnit);
        const sign = `${signature(control)}${difference ? signature(shown.other) : ""}`;
        if (sign !== shown.signature) {
          drawFronts(fronts, passed ? (id) => passed(id).join() : holderIn(control));
          shown.signature = sign;
        }
      }
    }
    if (!before || before.highlight !== state.highlight) drawHighlight(state.highlight);
    labels.draw(state, before);
    return control;
  }

  const observer = new ResizeObserver(() => { if (map.getContainer().clientWidth) map.invalidateSize({ animate: false }); });
  observer.observe(map.getContainer());

  // --- one unit in the keyboard's focus ----------------------------------------------------
  const focusRing = L.polyline([], { color: "#123f8c", weight: 4, ...planes.within("fronts"), interactive: false, className: "sm-focus-ring" });

  /** Outline a unit, or none; it comes into view if it is not. */
  function focusUnit(id) {
    if (!id) { focusRing.remove(); return; }
    focusRing.setLatLngs(paths.get(id).getLatLngs()).addTo(map).bringToFront();
    if (!map.getBounds().contains(middles.get(id))) map.panTo(middles.get(id), { animate: !reducedMotion() });
  }
  const middles = new Map([...paths].map(([id, path]) => [id, path.getBounds().getCenter()]));
  const unitPoints = new Map([...middles].map(([id, at]) => [id, [at.lng, at.lat]]));

  return { draw, showUnitsFirst, show, readerView, clip: planes.clip, groups: planes.groups, arrangeLabels: labels.arrange, watchCoverings: labels.watchCoverings, shown, focusUnit, unitPoints, destroy() { unitsAlone = false; observer.disconnect(); labels.destroy(); map.remove(); } };
}
