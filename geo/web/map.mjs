/**
 * Draws a state on a Leaflet map: units by controller, the fronts between them, layers, labels.
 * All days are here already; a change of day restyles paths and moves lines, nothing is loaded.
 */
import { controlAt, controllerLabel, indexLog, signature } from "./control.mjs";
import { h, reducedMotion } from "./dom.mjs";
import { placeLabels } from "./labels.mjs";
import { nameOf } from "./names.mjs";

/** How the lines of the map look; the legend shows the same. */
export const LINE_STYLES = {
  front: { color: "#1f1a14", weight: 2.4, lineCap: "round", lineJoin: "round" },
  schematic: { color: "#1f1a14", weight: 2.2, dashArray: "7 6", lineCap: "butt", lineJoin: "round" },
  casing: { color: "#fffdf7", weight: 5, opacity: .8, lineCap: "round", lineJoin: "round" },
  compare: { color: "#123f8c", weight: 3, dashArray: "1 7", lineCap: "round", lineJoin: "round" },
  highlight: { color: "#b3261e", weight: 2.4, lineJoin: "round", fill: false },
};

/** Panes from the ground up; a layer goes into the pane of its kind. */
const PANES = { ground: 210, control: 300, relief: 330, areas: 340, lines: 380, compare: 410, fronts: 420, marks: 460, labels: 620 };

/** From which zoom a place of a rank has its label. */
const LABEL_ZOOM = { 0: 0, 1: 6.5, 2: 8, 3: 9.6, 4: 10.6 };

const FLY_SECONDS = 0.8;

/** How much of a controller's colour its land outside the log has. */
const OUTSIDE_SHARE = 0.34;

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

  for (const [name, z] of Object.entries(PANES)) {
    const pane = map.createPane(name);
    pane.style.zIndex = z;
    if (name !== "control" && name !== "marks") pane.style.pointerEvents = "none";
  }
  // Units are opaque inside a translucent pane: their strokes then close the hairline seams
  // between neighbours without showing twice.
  map.getPane("control").classList.add("sm-control-pane");
  const renderers = new Map();
  const renderer = (pane) => {
    if (!renderers.has(pane)) renderers.set(pane, L.svg({ pane, padding: 0.5 }));
    return renderers.get(pane);
  };

  const controlObject = topology.objects.control;
  const latLngs = (geometry) => L.GeoJSON.coordsToLatLngs(geometry.coordinates, 1);

  // --- units -----------------------------------------------------------------------------
  const paths = new Map();
  if (controlObject) {
    for (const feature of topojson.feature(topology, controlObject).features) {
      if (units[feature.id].frame) continue;
      const layer = L.geoJSON(feature, {
        pane: "control", renderer: renderer("control"),
        style: { stroke: true, weight: 0.8, opacity: 1, fillOpacity: 1 },
      }).getLayers()[0];
      layer.on("click", () => onUnit(feature.id));
      layer.bindTooltip(() => unitTooltip(feature.id), { sticky: true, direction: "top", className: "sm-tooltip" });
      paths.set(feature.id, layer);
    }
  }
  const unitGroup = L.layerGroup([...paths.values()]);

  function unitTooltip(id) {
    const c = shown.control.get(id);
    const by = controllerLabel(controllers.get(c.controller), shown.state.date);
    return h("div", {}, h("strong", {}, units[id].name), h("br"), c.uncertain ? `${by} ?` : by);
  }

  function paintUnits(control) {
    for (const [id, layer] of paths) {
      const c = control.get(id);
      const key = c.uncertain ? `${c.controller}?${c.other ?? ""}` : c.controller;
      if (layer.smKey === key && layer.smElement === layer.getElement()) continue;
      const color = controllers.get(c.controller).color;
      layer.setStyle({
        color, fillColor: c.uncertain ? hatches.uncertainFill(c.controller, c.other) : hatches.fill(c.controller),
      });
      const element = layer.getElement();
      if (!element) continue;
      element.dataset.unit = id;
      element.dataset.controller = c.controller;
      if (c.uncertain) element.dataset.uncertain = "true";
      else delete element.dataset.uncertain;
      // A path is pointed at, not tabbed to: the list of units is the keyboard's way (see panels.mjs).
      element.setAttribute("tabindex", "-1");
      layer.smKey = key;
      layer.smElement = element;
    }
  }

  // --- fronts ----------------------------------------------------------------------------
  const line = (style, className, pane = "fronts") => L.polyline([], { ...LINE_STYLES[style], pane, renderer: renderer(pane), interactive: false, className });
  const fronts = { casing: line("casing"), front: line("front", "sm-front"), schematic: line("schematic", "sm-front-schematic") };
  // The other day's line lies under today's: where both run together, today's is seen.
  const compareLines = { casing: line("casing", "", "compare"), compare: line("compare", "sm-compare", "compare") };
  const frontGroup = L.layerGroup(Object.values(fronts));
  const compareGroup = L.layerGroup(Object.values(compareLines));

  function mesh(control, keep = () => true) {
    return latLngs(topojson.mesh(topology, controlObject, (a, b) =>
      a !== b && control.get(a.id).controller !== control.get(b.id).controller && keep(accuracyOf(a.id, b.id))));
  }

  function drawFronts(control) {
    fronts.casing.setLatLngs(mesh(control));
    fronts.front.setLatLngs(mesh(control, (kind) => kind !== "schematic"));
    fronts.schematic.setLatLngs(mesh(control, (kind) => kind === "schematic"));
  }

  function drawCompare(day) {
    const lines = day ? mesh(controlAt(log, day)) : [];
    compareLines.casing.setLatLngs(lines);
    compareLines.compare.setLatLngs(lines);
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
      l.bindTooltip(() => h("div", {}, h("strong", {}, l.feature.properties.name), ...(l.feature.properties.note ? [h("br"), l.feature.properties.note] : [])), { className: "sm-tooltip", direction: "top" });
    });
    return group;
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
    for (const group of [unitGroup, frontGroup]) {
      if (control && !map.hasLayer(group)) group.addTo(map);
      else if (!control && map.hasLayer(group)) group.remove();
    }
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
      }
      label.source = source;
      if (label.text.textContent !== name.name) label.text.textContent = name.name;
      label.text.lang = name.lang;
      label.text.classList.toggle("is-fallback", name.fallback);
      label.element.className = `sm-label sm-${source.kind} sm-rank-${source.rank}${source.strong ? " is-strong" : ""}`;
    }
    arrangeLabels();
  }

  const TEXT = { state: [12.5, 600, 3], area: [12, 600, 1] };
  const TOWN_SIZE = { 1: [13, 600], 2: [12, 500], 3: [11.5, 400], 4: [11, 400] };

  function arrangeLabels() {
    const zoom = map.getZoom();
    const size = map.getSize();
    if (!size.x || !size.y) return;
    const candidates = [];
    for (const [id, { source, text }] of labels) {
      if (!source.strong && zoom < (LABEL_ZOOM[source.rank] ?? 9)) continue;
      const [px, weight, spacing = 0] = TEXT[source.kind] ?? (source.strong ? [14.5, 700] : TOWN_SIZE[source.rank] ?? TOWN_SIZE[3]);
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

  /** Panels that lie over the map: labels keep clear of them. */
  function obstacles() {
    const box = map.getContainer().getBoundingClientRect();
    return [...document.querySelectorAll("[data-covers-map]")].map((panel) => {
      const r = panel.getBoundingClientRect();
      return { x: r.left - box.left, y: r.top - box.top, w: r.width, h: r.height };
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
    map.stop();
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

  // --- one state on the map ---------------------------------------------------------------
  const shown = { state: null, control: new Map(), signature: null, compare: null };

  function draw(state) {
    const before = shown.state;
    const control = controlObject ? controlAt(log, state.date) : new Map();
    shown.state = state;
    shown.control = control;
    if (!before || before.layers !== state.layers) showLayers(state.layers);
    const sign = signature(control);
    if (controlObject && map.hasLayer(unitGroup)) {
      paintUnits(control);
      if (sign !== shown.signature) { drawFronts(control); shown.signature = sign; }
    }
    if (controlObject && shown.compare !== state.compare) {
      drawCompare(state.compare);
      if (state.compare) compareGroup.addTo(map);
      else compareGroup.remove();
      shown.compare = state.compare;
    }
    if (!before || before.highlight !== state.highlight) drawHighlight(state.highlight);
    if (!before || before.layers !== state.layers || before.highlight !== state.highlight || before.names !== state.names || namesChange(before.date, state.date)) drawLabels(state);
    return control;
  }

  /** Some names hold only for a time: labels are redrawn when a day crosses such a limit. */
  const limits = [...new Set(Object.values(payload.places).flatMap((p) => Object.values(p.names).flat().flatMap((n) => [n.from, n.to])).filter(Boolean))];
  const namesChange = (a, b) => limits.some((d) => a < d !== b < d);

  map.on("zoomend moveend resize", arrangeLabels);
  const observer = new ResizeObserver(() => { if (map.getContainer().clientWidth) map.invalidateSize({ animate: false }); });
  observer.observe(map.getContainer());

  return { draw, show, arrangeLabels, destroy() { observer.disconnect(); map.remove(); } };
}
