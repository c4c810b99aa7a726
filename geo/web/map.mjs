/**
 * Draws a state on a Leaflet map: units by controller, the fronts between them, layers, labels.
 * All days are here already; a change of day restyles paths and moves lines, nothing is loaded.
 */
import { controlAt, controllerLabel, indexLog, signature } from "./control.mjs";
import { h, reducedMotion } from "./dom.mjs";
import { placeLabels } from "./labels.mjs";
import { LOOK } from "./look.mjs";
import { nameOf, renamed } from "./names.mjs";
import { NO_NAMES } from "./state.mjs";
import { say } from "./strings.mjs";

/** How the lines of the map look; the legend shows the same. */
export const LINE_STYLES = LOOK.lines;

/** Panes from the ground up; a layer goes into the pane of its kind. */
export const PANES = {
  ground: 210, control: 300, "control-other": 301, relief: 330, areas: 340, lines: 380, compare: 410, "day-lines": 416,
  "day-lines-other": 417, fronts: 420, marks: 460, labels: 620,
};

/** What a swipe clips: the day's own panes and those of the other day. */
export const DAY_PANES = ["control", "day-lines"];
export const OTHER_PANES = ["control-other", "day-lines-other"];

/** From which zoom a place of a rank has its label. */
const LABEL_ZOOM = LOOK.labelZoom;

/** How long the map is on its way to the next step. */
export const FLY_SECONDS = 0.8;

/** How much of a controller's colour its land outside the log has. */
const OUTSIDE_SHARE = LOOK.outsideShare;

/** Mix two #rrggbb colours: `share` of the first, the rest of the second. */
function mix(one, two, share) {
  const channel = (color, i) => parseInt(color.slice(1 + 2 * i, 3 + 2 * i), 16);
  return `#${[0, 1, 2].map((i) => Math.round(channel(one, i) * share + channel(two, i) * (1 - share)).toString(16).padStart(2, "0")).join("")}`;
}

export function mountMap({ L, topojson, map, payload, hatches, onUnit }) {
  const { topology, units } = payload;
  const controllers = new Map(payload.controllers.map((c) => [c.id, c]));
  const log = indexLog(payload.log);
  const accuracy = new Map(payload.edges.map((e) => [`${e.a}|${e.b}`, e.accuracy]));
  const accuracyOf = (a, b) => accuracy.get(a < b ? `${a}|${b}` : `${b}|${a}`);

  // What is drawn is told in words beside it and pointed at, not read: the list of units is the keyboard's way.
  map.getPane("mapPane").setAttribute("aria-hidden", "true");
  for (const [name, z] of Object.entries(PANES)) {
    const pane = map.createPane(name);
    pane.style.zIndex = z;
    if (!["control", "control-other", "marks"].includes(name)) pane.style.pointerEvents = "none";
  }
  // Units are opaque inside a translucent pane: their strokes then close the hairline seams
  // between neighbours without showing twice.
  for (const name of ["control", "control-other"]) map.getPane(name).classList.add("sm-control-pane");
  const renderers = new Map();
  const renderer = (pane) => {
    if (!renderers.has(pane)) renderers.set(pane, L.svg({ pane, padding: 0.5 }));
    return renderers.get(pane);
  };

  const controlObject = topology.objects.control;
  const latLngs = (geometry) => L.GeoJSON.coordsToLatLngs(geometry.coordinates, 1);

  // --- units -----------------------------------------------------------------------------
  /** Paths of all units in a pane, by id. `at` gives the day that the pane shows, and control on it. */
  function unitPaths(pane, at) {
    const made = new Map();
    for (const feature of controlObject ? topojson.feature(topology, controlObject).features : []) {
      if (units[feature.id].frame) continue;
      const layer = L.geoJSON(feature, {
        pane, renderer: renderer(pane),
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
  const line = (style, className, pane) => L.polyline([], { ...LINE_STYLES[style], pane, renderer: renderer(pane), interactive: false, className });
  const frontLines = (pane, suffix = "") => ({
    casing: line("casing", "", pane), front: line("front", `sm-front${suffix}`, pane), schematic: line("schematic", `sm-front-schematic${suffix}`, pane),
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

  // --- layers ----------------------------------------------------------------------------
  const layerById = new Map(payload.layers.map((l) => [l.id, l]));
  const features = new Map();
  const featuresOf = (id) => {
    if (!features.has(id)) {
      const object = topology.objects[layerById.get(id)?.object];
      features.set(id, object ? topojson.feature(topology, object).features : []);
    }
    return features.get(id);
  };

  const built = new Map();
  function leafletLayer(id) {
    if (!built.has(id)) built.set(id, buildLayer(layerById.get(id)));
    return built.get(id);
  }

  function buildLayer(layer) {
    const s = layer.style;
    if (layer.kind === "raster") {
      const [w, so, e, n] = layer.bounds;
      // Shadows lie over the colours: land shows through who holds it.
      const overlay = L.imageOverlay(layer.image, [[so, w], [n, e]], { pane: "relief", className: "sm-relief", interactive: false });
      // Past its `fade_zoom` an elevation grid has nothing more to say: two steps on it is gone.
      const fade = () => overlay.setOpacity((s.opacity ?? 1) * Math.min(1, Math.max(0, 1 - (map.getZoom() - (s.fade_zoom ?? 99)) / 2)));
      overlay.on("add", fade);
      map.on("zoomend", fade);
      return overlay;
    }
    if (layer.day) return controlOn(layer);
    const pane = layer.kind === "area" ? (layer.group === "context" ? "ground" : "areas") : layer.kind === "line" ? "lines" : "marks";
    const paint = (color) => (color === "none" ? undefined : color);
    const style = (feature) => {
      const byStatus = s[feature.properties?.status] ?? {};
      const t = { ...s, ...byStatus };
      // A state whose land outside the log is one controller's has that controller's colour, paler.
      const holder = controllers.get(feature.properties?.controller);
      if (holder && paint(s.fill)) t.fill = mix(holder.color, s.fill, OUTSIDE_SHARE);
      return {
        color: paint(t.stroke) ?? t.color ?? "#555", weight: t.stroke_width ?? 1, opacity: t.stroke_opacity ?? 1, dashArray: t.dash ?? null,
        stroke: (t.stroke_width ?? 1) > 0, fill: layer.kind === "area" && Boolean(paint(t.fill)), fillColor: paint(t.fill), fillOpacity: t.fill_opacity ?? 0.2,
        lineJoin: "round", lineCap: "round",
      };
    };
    const point = (f, at) => L.circleMarker(at, {
      pane, renderer: renderer(pane), radius: s.radius ?? 4, color: "#fffdf7", weight: 1.4, fillColor: s.color ?? "#222", fillOpacity: 1,
    });
    // Towns are dots of the labels themselves; other points are marks of their own.
    const drawn = featuresOf(layer.id).filter((f) => !(f.geometry.type === "Point" && f.properties.place && s.label));
    const group = L.geoJSON({ type: "FeatureCollection", features: drawn }, { pane, renderer: renderer(pane), interactive: false, style, pointToLayer: point });
    group.eachLayer((l) => {
      if (layer.kind !== "point" || !l.feature.properties.name) return;
      l.options.interactive = true;
      l.bindTooltip(() => pointTooltip(l.feature.properties), { className: "sm-tooltip", direction: "top" });
    });
    return group;
  }

  function pointTooltip({ place, name, note }) {
    const { names, date } = shown.state;
    if (names === NO_NAMES) return h("strong", {}, say("noName"));
    const title = payload.places[place] ? nameOf(payload.places, place, names, date) : { name, lang: null };
    return h("div", {}, h("strong", { lang: title.lang }, title.name), ...(note ? [h("br"), ...inNames(note)] : []));
  }

  /** A named day's layer: what each controller held, from the log; filled while the day's own control is off. */
  function controlOn(layer) {
    const control = controlAt(log, layer.day);
    const held = [...controllers.values()].map((c) => {
      const geometries = controlObject.geometries.filter((g) => !units[g.id].frame && control.get(g.id).controller === c.id);
      if (!geometries.length) return null;
      return L.geoJSON(topojson.merge(topology, geometries), {
        pane: "areas", renderer: renderer("areas"), interactive: false,
        style: { color: mix(c.color, "#000000", 0.62), weight: 2.6, fillColor: hatches.fill(c.id), fillOpacity: layer.style.fill_opacity ?? 0.6, lineJoin: "round" },
      });
    });
    return L.layerGroup(held.filter(Boolean));
  }

  function showLayers(ids) {
    const on = new Set(ids);
    for (const layer of payload.layers) {
      if (layer.id === "control") continue;
      const wanted = on.has(layer.id);
      const present = built.has(layer.id) && map.hasLayer(built.get(layer.id));
      if (wanted === present) continue;
      if (wanted) leafletLayer(layer.id).addTo(map);
      else built.get(layer.id).remove();
    }
    const control = on.has("control") && controlObject;
    for (const layer of payload.layers) {
      if (layer.day && on.has(layer.id)) built.get(layer.id).eachLayer((l) => l.setStyle({ fill: !control }));
    }
    for (const group of [unitGroup, frontGroup]) toggleGroup(group, Boolean(control));
  }

  // --- highlight -------------------------------------------------------------------------
  const highlight = L.polyline([], { ...LINE_STYLES.highlight, pane: "fronts", renderer: renderer("fronts"), interactive: false, className: "sm-highlight" });
  const highlightCasing = L.polyline([], { ...LINE_STYLES.casing, weight: 5.5, pane: "fronts", renderer: renderer("fronts"), interactive: false });

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

  // --- labels ----------------------------------------------------------------------------
  const labels = new Map();
  const canvas = document.createElement("canvas").getContext("2d");
  const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif";

  /** A layer of points is highlighted by its places. */
  const highlightedPlaces = (id) => (layerById.get(id)?.kind === "point" ? featuresOf(id).map((f) => f.properties.place) : [id]);

  function labelSources(state) {
    const wanted = new Map();
    if (state.names === NO_NAMES) return wanted;
    for (const id of state.layers) {
      const layer = layerById.get(id);
      if (!layer || layer.kind === "raster" || layer.day) continue;
      if (layer.label) wanted.set(`${id}:`, { place: layer.label.place, at: layer.label.lonlat, rank: 0, kind: "area" });
      for (const f of featuresOf(id)) {
        const p = f.properties ?? {};
        if (!p.place || !(p.place in payload.places)) continue;
        if (f.geometry.type === "Point" && layer.style.label) wanted.set(p.place, { at: f.geometry.coordinates, rank: p.rank ?? 2, kind: p.kind ?? "town" });
        else if (p.label_lonlat) wanted.set(`${id}:${p.place}`, { place: p.place, at: p.label_lonlat, rank: 0, kind: layer.group === "context" ? "state" : "area" });
      }
    }
    for (const id of state.highlight.flatMap(highlightedPlaces)) {
      const place = payload.places[id];
      if (!place?.lonlat) continue;
      for (const [key, other] of wanted) if (other.place === id) wanted.delete(key); // one name is enough
      wanted.set(id, { at: place.lonlat, rank: place.rank ?? 1, kind: place.kind ?? "town", strong: true });
    }
    return wanted;
  }

  function drawLabels(state) {
    const wanted = labelSources(state);
    for (const [id, label] of labels) {
      if (!wanted.has(id)) { label.marker.remove(); labels.delete(id); }
    }
    for (const [id, source] of wanted) {
      const name = nameOf(payload.places, source.place ?? id, state.names, state.date);
      let label = labels.get(id);
      if (!label) {
        const text = h("span.sm-label-text");
        const element = h("div.sm-label", { "data-place": source.place ?? id }, h("i.sm-dot"), text);
        const marker = L.marker([source.at[1], source.at[0]], {
          pane: "labels", interactive: false, keyboard: false,
          icon: L.divIcon({ html: element, className: "sm-label-anchor", iconSize: [0, 0] }),
        }).addTo(map);
        marker.getElement().setAttribute("aria-hidden", "true");
        label = { marker, element, text };
        labels.set(id, label);
        element.classList.add("is-hidden"); // until it has its place
      }
      label.source = source;
      if (label.text.textContent !== name.name) label.text.textContent = name.name;
      label.text.lang = name.lang;
      label.text.classList.toggle("is-fallback", name.fallback);
      label.element.className = `sm-label sm-${source.kind} sm-rank-${source.rank}${source.strong ? " is-strong" : ""}${label.element.classList.contains("is-hidden") ? " is-hidden" : ""}`;
    }
    arrangeSoon();
  }

  /** In the next frame, once: to see what covers the map the browser has to lay out the page, and polygons come first. */
  let arranging = 0;
  function arrangeSoon() {
    arranging ||= requestAnimationFrame(() => { arranging = 0; arrangeLabels(); });
  }

  const TEXT = LOOK.labels;

  function arrangeLabels() {
    const zoom = map.getZoom();
    const size = map.getSize();
    if (!size.x || !size.y) return;
    const candidates = [];
    for (const [id, { source, text }] of labels) {
      if (!source.strong && zoom < (LABEL_ZOOM[source.rank] ?? 9)) continue;
      const [px, weight, spacing = 0] = TEXT[source.kind] ?? (source.strong ? TEXT.strong : TEXT[source.rank] ?? TEXT[3]);
      canvas.font = `${weight} ${px}px ${FONT}`;
      const at = map.latLngToContainerPoint([source.at[1], source.at[0]]);
      const content = source.kind === "state" ? text.textContent.toUpperCase() : text.textContent;
      candidates.push({
        id, x: at.x, y: at.y, w: canvas.measureText(content).width + spacing * content.length + 4, h: px * 1.3, gap: source.strong ? 8 : 5,
        centred: source.kind === "state" || source.kind === "area",
        priority: (source.strong ? 100 : 0) + (source.kind === "state" ? 30 : source.kind === "area" ? 25 : 10 - source.rank * 2),
      });
    }
    const chosen = placeLabels(candidates, { width: size.x, height: size.y }, obstacles());
    for (const [id, { element }] of labels) {
      const side = chosen.get(id);
      element.dataset.side = side ?? "";
      element.classList.toggle("is-hidden", !side);
    }
  }

  /** What lies over the map: labels keep clear of it, also when it opens or grows, and of what a page lays on its frame. */
  const frame = window.frameElement; // null in a page from elsewhere
  const coverings = () => [...document.querySelectorAll("[data-covers-map], .leaflet-control-zoom"),
    ...(frame?.parentElement.querySelectorAll(":scope > [data-covers-map]") ?? [])];
  const covered = new ResizeObserver(arrangeSoon);
  const watchCoverings = () => coverings().forEach((panel) => covered.observe(panel));

  function obstacles() {
    const box = map.getContainer().getBoundingClientRect();
    return coverings().map((panel) => {
      const r = panel.getBoundingClientRect();
      const at = panel.ownerDocument === document ? { left: 0, top: 0 } : frame.getBoundingClientRect();
      return { x: r.left - at.left - box.left, y: r.top - at.top - box.top, w: r.width, h: r.height };
    }).filter((r) => r.w && r.h);
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
  const shown = { state: null, control: new Map(), signature: null, compare: null, mode: null, other: null, difference: null };

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
    if (!before || before.layers !== state.layers || before.highlight !== state.highlight || before.names !== state.names || namesChange(before.date, state.date)) drawLabels(state);
    return control;
  }

  /** Some names hold only for a time: labels are redrawn when a day crosses such a limit. */
  const limits = [...new Set(Object.values(payload.places).flatMap((p) => Object.values(p.names).flat().flatMap((n) => [n.from, n.to])).filter(Boolean))];
  const namesChange = (a, b) => limits.some((d) => a < d !== b < d);

  map.on("moveend resize", arrangeSoon); // a zoom ends with a move
  const observer = new ResizeObserver(() => { if (map.getContainer().clientWidth) map.invalidateSize({ animate: false }); });
  observer.observe(map.getContainer());

  // --- one unit in the keyboard's focus ----------------------------------------------------
  const focusRing = L.polyline([], { color: "#123f8c", weight: 4, pane: "fronts", renderer: renderer("fronts"), interactive: false, className: "sm-focus-ring" });

  /** Outline a unit, or none; it comes into view if it is not. */
  function focusUnit(id) {
    if (!id) { focusRing.remove(); return; }
    focusRing.setLatLngs(paths.get(id).getLatLngs()).addTo(map).bringToFront();
    if (!map.getBounds().contains(middles.get(id))) map.panTo(middles.get(id), { animate: !reducedMotion() });
  }
  const middles = new Map([...paths].map(([id, path]) => [id, path.getBounds().getCenter()]));
  const unitPoints = new Map([...middles].map(([id, at]) => [id, [at.lng, at.lat]]));

  return { draw, show, readerView, arrangeLabels, watchCoverings, shown, focusUnit, unitPoints, destroy() { cancelAnimationFrame(arranging); observer.disconnect(); covered.disconnect(); map.remove(); } };
}
