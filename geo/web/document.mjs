/**
 * The map document: one map with all its controls, driven by `window.storyMap` from a host of the
 * same origin, by messages from any other, by its own URL, and by the reader.
 */
import { areasAt, controllerLabel, lastChange, roundKm2 } from "./control.mjs";
import { h } from "./dom.mjs";
import { mountHatches } from "./hatches.mjs";
import { mountMap } from "./map.mjs";
import { mountLegend, mountNotice, mountTools, mountCard } from "./panels.mjs";
import { applyPartial, defaultState, stateFromQuery, stateToQuery, stepState } from "./state.mjs";
import { say } from "./strings.mjs";
import { mountTimeline } from "./timeline.mjs";
import { formatDay, formatNumber } from "./timescale.mjs";

const FOCUS_ZOOM = 10.5;

/** A sentence for those who do not see the map, made from the same figures as the legend. */
export function describe(payload, state, control) {
  const { lang } = payload.story;
  const areas = areasAt(payload.units, payload.edges, control);
  const parts = payload.controllers.filter((c) => areas.has(c.id)).map((c) =>
    say("area", { controller: controllerLabel(c, state.date), km2: formatNumber(roundKm2(areas.get(c.id).km2), lang) }));
  const changes = payload.events.filter((e) => e.kind === "change");
  const day = lastChange(changes.map((e) => e.date).sort(), state.date);
  const events = changes.filter((e) => e.date === day);
  const last = events.length ? say("lastChange", { what: events.map((e) => e.what.replace(/\.$/, "")).join("; "), day: formatDay(day, lang) }) : "";
  return say("description", { day: formatDay(state.date, lang), areas: parts.join(", "), last });
}

export function mount({ L, topojson, map, payload }) {
  const root = document.getElementById("storymap");
  const container = map.getContainer();
  const over = h("div.sm-over");
  root.append(over);

  const read = stateFromQuery(payload, location.search);
  let state = read.state;
  const embedded = window.parent !== window;
  root.dataset.ui = state.ui;

  const hatches = mountHatches(payload.controllers);
  const card = mountCard({ root: over, payload, onClose: () => { if (state.event) setState({ event: null }, { cause: "event" }); } });
  const drawing = mountMap({ L, topojson, map, payload, hatches, onUnit: (id) => card.showUnit(id) });
  const full = state.ui === "full";
  const notice = mountNotice({ root: over });
  const tools = full ? mountTools({
    root: over, payload,
    onLayers: (layers) => setState({ layers }, { cause: "layers" }),
    onNames: (names) => setState({ names }, { cause: "names" }),
    onCompare: (compare) => setState({ compare }, { cause: "compare" }),
    onPlace: (id) => setState({ highlight: [id], view: { center: payload.places[id].lonlat, zoom: Math.max(map.getZoom(), FOCUS_ZOOM) } }, { cause: "search" }),
    onReset: () => reset(),
    onOpen: () => card.close(),
  }) : null;
  const legend = state.ui === "none" ? null : mountLegend({ root: over, payload, hatches });
  const timeline = full || state.ui === "timeline" ? mountTimeline({
    root, payload,
    onDay: (date, cause) => setState({ date }, { cause }),
    onEvent: (event) => setState({ event }, { cause: "event" }),
    onPeriod: (period) => setState({ date: period.date, ...(period.layers ? { layers: period.layers } : {}) }, { cause: "period" }),
  }) : null;
  const description = h("p.sm-hidden", { id: "sm-description", role: "status" });
  root.append(description, h("p.sm-attribution", { "data-attribution": true }, payload.story.attribution.join(" · ")));
  container.setAttribute("role", "region");
  container.setAttribute("aria-label", say("map"));
  container.setAttribute("aria-describedby", "sm-description");
  container.setAttribute("data-map", "");

  function base() {
    return (state.step && stepState(payload, state.step, state)) || { ...defaultState(payload), names: state.names, ui: state.ui };
  }
  const differs = () => ["date", "layers", "compare", "highlight"].some((key) => JSON.stringify(state[key]) !== JSON.stringify(base()[key]));

  let announce = 0;
  function render() {
    const control = drawing.draw(state);
    timeline?.update(state);
    legend?.update(state, control);
    tools?.update(state, differs());
    card.update(state);
    // Said when the map has come to rest, not on every day a scrub passes.
    clearTimeout(announce);
    announce = setTimeout(() => { description.textContent = describe(payload, state, control); }, 400);
  }

  /** Put some of the state over the present one. @returns what of it was ignored, in words. */
  function setState(partial, { cause = "host", animate = true } = {}) {
    const before = state;
    const applied = applyPartial(payload, state, partial);
    if (cause !== "play" && cause !== "host-date") timeline?.stop();
    state = applied.state;
    render();
    if (partial.view !== undefined || (partial.step !== undefined && before.view !== state.view)) drawing.show(state.view, animate);
    if (cause === "host" || cause === "url") notice.update(applied.ignored);
    if (partial.step && partial.date === undefined) playOnEntering(partial.step);
    tell(cause);
    return applied.ignored;
  }

  function playOnEntering(id) {
    const play = payload.steps.find((s) => s.id === id)?.play;
    if (play && timeline && !matchMedia("(prefers-reduced-motion: reduce)").matches) timeline.start(play.from, play.to);
  }

  function reset() {
    const to = base();
    setState({ date: to.date, layers: to.layers, compare: to.compare, highlight: to.highlight, view: to.view }, { cause: "reset" });
  }

  /** Open what a URL says, from the story's defaults on: for Back and Forward. */
  function openQuery(query) {
    const opened = stateFromQuery(payload, query);
    timeline?.stop();
    state = { ...opened.state, ui: state.ui };
    render();
    drawing.show(state.view, false);
    notice.update(opened.ignored);
    tell("url");
    return opened.ignored;
  }

  const getState = () => ({ ...structuredClone(state), playing: Boolean(timeline?.isPlaying()) });

  function tell(cause) {
    const detail = { state: getState(), cause, query: stateToQuery(payload, state) };
    window.dispatchEvent(new CustomEvent("storymap:change", { detail }));
    if (embedded) window.parent.postMessage({ type: "storymap:change", ...detail }, "*");
  }

  window.addEventListener("message", ({ data, source }) => {
    if (data?.type !== "storymap:set" || typeof data.state !== "object") return;
    const ignored = setState(data.state);
    source?.postMessage({ type: "storymap:set:done", id: data.id ?? null, ignored, state: getState() }, { targetOrigin: "*" });
  });

  // In a page that scrolls, the wheel belongs to the page: zoom asks for Ctrl, as in other maps.
  if (embedded) {
    container.addEventListener("wheel", (e) => (e.ctrlKey || e.metaKey ? map.scrollWheelZoom.enable() : map.scrollWheelZoom.disable()), { capture: true, passive: true });
  }

  drawing.show(state.view, false);
  render();
  notice.update(read.ignored);
  map.on("movestart", () => root.toggleAttribute("data-moving", true));
  map.on("moveend", () => root.toggleAttribute("data-moving", false));

  return { ready: Promise.resolve(), setState, getState, openQuery, version: payload.version };
}
