/**
 * Names on the map: which a state asks for, in which form, and where each finds room among the others and beside what
 * lies over the map.
 */
import { h } from "./dom.mjs";
import { placeLabels } from "./labels.mjs";
import { LOOK } from "./look.mjs";
import { nameOf } from "./names.mjs";
import { NO_NAMES } from "./state.mjs";

/** Size, weight and spacing of a name by kind or rank, and from which zoom a place of a rank has its name. */
const TEXT = LOOK.labels;
const LABEL_ZOOM = LOOK.labelZoom;
const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif";

/** @param isBusy whether names would come too early */
export function mountLabels({ map, payload, layers, isBusy }) {
  const labels = new Map();
  const pane = map.createPane("labels");
  Object.assign(pane.style, { zIndex: 620, pointerEvents: "none" });
  pane.setAttribute("aria-hidden", "true");
  const canvas = document.createElement("canvas").getContext("2d");

  /** A layer of points is highlighted by its places. */
  const highlightedPlaces = (id) => (layers.byId.get(id)?.kind === "point" ? layers.featuresOf(id).map((f) => f.properties.place) : [id]);

  function labelSources(state) {
    const wanted = new Map();
    if (state.names === NO_NAMES) return wanted;
    for (const id of state.layers) {
      const layer = layers.byId.get(id);
      if (!layer || layer.kind === "raster" || layer.day) continue;
      if (layer.label) wanted.set(`${id}:`, { place: layer.label.place, at: layer.label.lonlat, rank: 0, kind: "area" });
      for (const f of layers.featuresOf(id)) {
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

  /** Some names hold only for a time: labels are drawn again when a day crosses such a limit. */
  const limits = [...new Set(Object.values(payload.places).flatMap((p) => Object.values(p.names).flat().flatMap((n) => [n.from, n.to])).filter(Boolean))];
  const isSame = (a, b) => ["layers", "highlight", "names"].every((key) => a[key] === b[key]) && !limits.some((d) => a.date < d !== b.date < d);

  /** The state whose names are wanted, and the one whose names there are. */
  let wantedFor = null;
  let thereFor = null;

  const isLate = () => wantedFor && !(thereFor && isSame(thereFor, wantedFor));

  /** Names come in the next frame, or when the map has come to rest: polygons come first. */
  function draw(state) {
    wantedFor = state;
    if (isLate() || waits) arrangeSoon();
  }

  function bring(state) {
    thereFor = state;
    const wanted = labelSources(state);
    for (const [id, label] of labels) {
      if (!wanted.has(id)) { label.element.remove(); labels.delete(id); }
    }
    for (const [id, source] of wanted) {
      const name = nameOf(payload.places, source.place ?? id, state.names, state.date);
      let label = labels.get(id);
      if (!label) {
        const text = h("span.sm-label-text");
        const element = h("div.sm-label", { "data-place": source.place ?? id }, h("i.sm-dot"), text);
        label = { element, text };
        pane.append(element);
        labels.set(id, label);
        element.classList.add("is-hidden"); // until it has its place
      }
      label.source = source;
      if (label.text.textContent !== name.name) label.text.textContent = name.name;
      label.text.lang = name.lang;
      label.element.className = `sm-label sm-${source.kind} sm-rank-${source.rank}${source.strong ? " is-strong" : ""}${label.element.classList.contains("is-hidden") ? " is-hidden" : ""}`;
    }
  }

  /** Put a name at its point. In a plane of their own, without one for each: a flight need not lay them over each other. */
  function place({ element, source }) {
    const { x, y } = map.latLngToLayerPoint([source.at[1], source.at[0]]);
    element.style.transform = `translate(${x}px, ${y}px)`;
  }

  // On the way to another zoom no name stands where it belongs: they are away until the map has come to rest.
  let moving = false;
  map.on("zoomstart flightstart", () => { moving = true; pane.dataset.away = ""; });
  map.on("moveend flightend", () => { moving = false; });

  /** Whether names were last asked for too early. */
  let waits = false;

  /** In the next frame, once: to see what covers the map the browser has to lay out the page. */
  let arranging = 0;
  function arrangeSoon() {
    arranging ||= requestAnimationFrame(() => { arranging = 0; arrange(); });
  }

  function arrange() {
    waits = moving || isBusy();
    if (waits) return; // there is time when the map has come to rest
    if (isLate()) bring(wantedFor);
    for (const label of labels.values()) place(label);
    delete pane.dataset.away;
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

  map.on("moveend flightend resize", arrangeSoon); // a zoom ends with a move

  return { draw, arrange, watchCoverings, destroy() { cancelAnimationFrame(arranging); covered.disconnect(); } };
}
