/**
 * The map document: one map with all its controls, driven by `window.storyMap` from a host of the
 * same origin, by messages from any other, by its own URL, and by the reader.
 */
import { mountSwipe } from "./compare.mjs";
import { areasAt, controllerLabel, lastChange, passagesBetween, roundKm2 } from "./control.mjs";
import { h, reducedMotion } from "./dom.mjs";
import { forwardKeys } from "./keys.mjs";
import { DAY_GROUPS, mountMap, OTHER_GROUPS } from "./map.mjs";
import { renamedText, wordFor } from "./names.mjs";
import { drawSteps } from "./paper.mjs";
import { mountLegend, mountNotice, mountTools, mountCard } from "./panels.mjs";
import { applyPartial, defaultState, stateFromQuery, stateToQuery, stepState } from "./state.mjs";
import { say } from "./strings.mjs";
import { formatDay, formatNumber } from "./timescale.mjs";
import { mountUnits } from "./units.mjs";

const FOCUS_ZOOM = 10.5;

/** Sentences for those who do not see the map, from the same figures as the legend; Python says the same (geo/describe.py). */
export function describe(payload, state, control, other = null) {
  const day = (date) => formatDay(date);
  const km2 = (x) => (x > 0 && x < 10 ? say("lessThanTen") : say("km2", { km2: formatNumber(roundKm2(x)) }));
  const label = (id, date) => controllerLabel(payload.controllers.find((c) => c.id === id), date);
  const areas = areasAt(payload.units, payload.edges, control);
  const held = payload.controllers.filter((c) => areas.has(c.id)).map((c) =>
    say("area", { controller: controllerLabel(c, state.date), km2: km2(areas.get(c.id).km2) }));
  const sentences = held.length ? [say("description", { day: day(state.date), areas: held.join(", ") })]
    : [say("descriptionLayers", { layers: payload.layers.filter((l) => state.layers.includes(l.id)).map((l) => l.title).join(", ") })];

  const changes = payload.events.filter((e) => e.kind === "change");
  const last = lastChange(changes.map((e) => e.date).sort(), state.date);
  const what = changes.filter((e) => e.date === last).map((e) => e.what.replace(/\.$/, "")).join("; ");
  if (what) sentences.push(last === state.date ? say("todaysChange", { what }) : say("lastChange", { what, day: day(last) }));

  if (state.compare === state.date) sentences.push(`${say("sameDay", { day: day(state.date) })}.`);
  else if (other) {
    const first = state.compare < state.date;
    const [from, to] = first ? [state.compare, state.date] : [state.date, state.compare];
    const found = passagesBetween(payload.units, ...(first ? [other, control] : [control, other]));
    const passed = found.filter((p) => p.from !== p.to).map((p) => say("passedSentence", { km2: km2(p.km2), from: label(p.from, from), to: label(p.to, to) }));
    const stayed = found.filter((p) => p.from === p.to).reduce((sum, p) => sum + p.km2, 0);
    sentences.push(passed.length ? say("comparedWith", { from: day(from), to: day(to), passed: passed.join(", "), km2: km2(stayed) })
      : `${say("noDifference")}.`);
  }
  return renamedText(payload.places, sentences.join(" "), state.names, state.date);
}

/** The rest of the document, around what opening.mjs has drawn. @returns window.storyMap */
export function mount({ L, map, topojson, payload, root, state: opened, ignored, hatches, land, timeline }) {
  const container = map.getContainer();
  const over = h("div.sm-over");
  container.closest("main").after(over); // before the timeline, for who goes by the Tab key
  let state = opened;
  const embedded = window.parent !== window;

  const card = mountCard({ root: over, payload, onClose: () => { if (state.event) setState({ event: null }, { cause: "event" }); } });
  const drawing = mountMap({ L, topojson, map, payload, hatches, land, onUnit: (id) => card.showUnit(id) });
  const full = state.ui === "full";
  const notice = mountNotice({ root: over });
  const tools = full ? mountTools({
    root: over, payload,
    onLayers: (layers) => setState({ layers }, { cause: "layers" }),
    onNames: (names) => setState({ names }, { cause: "names" }),
    onCompare: (compare) => setState({ compare }, { cause: "compare" }),
    onMode: (mode) => setState({ mode }, { cause: "mode" }),
    onPlace: (id) => setState({ highlight: [id], view: { center: payload.places[id].lonlat, zoom: Math.max(map.getZoom(), FOCUS_ZOOM) } }, { cause: "search" }),
    onReset: () => reset(),
    onOpen: () => card.close(),
  }) : null;
  const landUnits = mountUnits({ root: over, payload, points: drawing.unitPoints, onFocus: drawing.focusUnit, onOpen: (id) => card.showUnit(id) });
  const swipe = mountSwipe({ root: over, map, clipGroup: drawing.clip, onMoved: (handle) => setState({ handle }, { cause: "swipe" }) });
  const legend = state.ui === "none" ? null : mountLegend({ root: over, payload, hatches, onMethod: () => card.showMethod() });
  const description = h("p.sm-hidden", { id: "sm-description", role: "status" });
  root.append(description, h("p.sm-attribution", { "data-attribution": true, "data-covers-map": true }, payload.story.attribution.join(" · ")));
  for (const [name, key] of [["in", "zoomIn"], ["out", "zoomOut"]]) {
    const button = container.querySelector(`.leaflet-control-zoom-${name}`);
    for (const attribute of ["title", "aria-label"]) button?.setAttribute(attribute, say(key));
  }
  container.setAttribute("role", "region");
  container.setAttribute("aria-label", say("map"));
  container.setAttribute("aria-describedby", "sm-description");
  container.setAttribute("data-map", "");

  function base() {
    return (state.step && stepState(payload, state.step, state)) || { ...defaultState(payload), names: state.names, ui: state.ui };
  }
  const differs = () => ["date", "layers", "compare", "mode", "handle", "highlight"].some((key) => JSON.stringify(state[key]) !== JSON.stringify(base()[key]));

  let toldSoon = 0;
  let announce = 0;
  /** Whether the reader goes by: who holds what is shown, the rest waits until they stay. */
  let passing = false;
  let viewShown = state.view;

  function render() {
    toldSoon ||= requestAnimationFrame(tellOfMap);
    const control = drawing.draw(state, passing);
    timeline?.update(state);
    updateSwipe();
    clearTimeout(announce);
    if (passing) return;
    card.update(state);
    landUnits.update(state, control);
    // Said when the map has come to rest, not on every day a scrub passes.
    announce = setTimeout(() => { description.textContent = describe(payload, state, control, drawing.shown.other); landUnits.tell(); }, 400);
  }

  /** Legend and layers, a frame after the map: both in one take longer than there is for a frame. */
  function tellOfMap() {
    cancelAnimationFrame(toldSoon);
    toldSoon = 0;
    legend?.update(state, drawing.shown.control, drawing.shown);
    if (!passing) tools?.update(state, differs());
  }

  /** The earlier of the two days is on the left. */
  function updateSwipe() {
    const { date, compare, handle } = state;
    if (drawing.shown.mode !== "swipe") swipe.update(null);
    else if (compare < date) swipe.update({ left: OTHER_GROUPS, right: DAY_GROUPS, earlier: compare, later: date, handle });
    else swipe.update({ left: DAY_GROUPS, right: OTHER_GROUPS, earlier: date, later: compare, handle });
  }

  function show(animate) {
    viewShown = state.view;
    drawing.show(state.view, animate);
  }

  /**
   * Put some of the state over the present one.
   * @param goesBy whether the reader may be passing: `stay` then shows, and tells, what waits
   * @returns what of it was ignored, in words
   */
  function setState(partial, { cause = "host", animate = true, goesBy = false } = {}) {
    if (!goesBy && partial.step === undefined) stay(); // whoever changes something has stayed
    const applied = applyPartial(payload, state, partial);
    if (cause !== "play" && cause !== "host-date") timeline?.stop();
    state = applied.state;
    passing = goesBy;
    if (goesBy) root.toggleAttribute("data-moving", true);
    render();
    if (goesBy) return applied.ignored;
    if (partial.view !== undefined || (partial.step !== undefined && viewShown !== state.view)) show(animate);
    if (cause === "host" || cause === "url") notice.update(applied.ignored);
    if (partial.step && partial.date === undefined) playOnEntering(partial.step);
    tell(cause);
    return applied.ignored;
  }

  /** The reader stays with a step: the rest of what it shows. */
  function stay() {
    if (!passing) return;
    passing = false;
    root.toggleAttribute("data-moving", false);
    render();
    if (viewShown !== state.view) show(true);
    playOnEntering(state.step);
    tell("scroll");
  }

  function playOnEntering(id) {
    const play = payload.steps.find((s) => s.id === id)?.play;
    if (play && timeline && !reducedMotion()) timeline.start(play.from, play.to, drawing.isBusy); // there first, then the days
  }

  function reset() {
    const to = base();
    setState({ date: to.date, layers: to.layers, compare: to.compare, mode: to.mode, handle: to.handle, highlight: to.highlight, view: to.view }, { cause: "reset" });
  }

  /** Open what a URL says, from the story's defaults on: for Back and Forward. */
  function openQuery(query) {
    const opened = stateFromQuery(payload, query);
    timeline?.stop();
    state = { ...opened.state, ui: state.ui };
    passing = false;
    render();
    show(false);
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

  drawing.watchCoverings();
  forwardKeys(state.ui);
  // In a page that scrolls, the wheel belongs to the page: zoom asks for Ctrl, as in other maps.
  if (embedded) {
    container.addEventListener("wheel", (e) => (e.ctrlKey || e.metaKey ? map.scrollWheelZoom.enable() : map.scrollWheelZoom.disable()), { capture: true, passive: true });
  }

  show(false);
  render();
  tellOfMap();
  notice.update(ignored);
  map.on("movestart flightstart", () => root.toggleAttribute("data-moving", true));
  map.on("moveend flightend", () => root.toggleAttribute("data-moving", drawing.isBusy()));
  map.on("moveend", () => { if (drawing.readerView()) window.dispatchEvent(new CustomEvent("storymap:view", { detail: drawing.readerView() })); });

  /** Every step as a picture with its legend, for a page that is printed. */
  const paper = () => drawSteps({
    L, topojson, payload, hatches, names: state.names, describe: (shown, control) => describe(payload, shown, control),
  });

  return {
    ready: Promise.resolve(), paper, setState, stay, getState, openQuery, getView: drawing.readerView, getQuery: () => stateToQuery(payload, state),
    wordFor: (id, written) => wordFor(payload.places, id, written, state.names, state.date),
    getSources: (ids) => ids.map((id) => payload.sources[id]).filter(Boolean), version: payload.version,
  };
}
