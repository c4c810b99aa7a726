/**
 * What the map shows: {step, event, date, layers, names, compare, mode, handle, highlight, view, ui, lang}.
 * Python reads the same queries the same way (geo/state.py). Pure: a state is read from a URL query, a step or a caller, checked against the payload, and
 * written back as the shortest query that opens it again. What is wrong is put right and told.
 */
import { say } from "./strings.mjs";
import { clampDay, isDay } from "./timescale.mjs";

export const UI_MODES = ["full", "timeline", "legend", "none"];

/** How a second day is shown: its line over the map, two maps with a handle between, or what passed. */
export const COMPARE_MODES = ["outline", "swipe", "difference"];

/** Where the handle between two days stands at first, in per cent of the map's width. */
const HALF = 50;

/** In place of a form of names: a map without any, for exercises. */
export const NO_NAMES = "none";

/** The story's own starting state. */
export function defaultState(payload) {
  const d = payload.story.defaults;
  return {
    step: null, event: null, date: d.date, layers: [...d.layers], names: d.names ?? "article", compare: null, mode: "outline",
    handle: HALF, highlight: [], view: d.view, ui: "full", lang: payload.story.lang,
  };
}

/** What a step shows when it is entered; names, ui and language stay the reader's. */
export function stepState(payload, id, base = defaultState(payload)) {
  const step = payload.steps.find((s) => s.id === id);
  if (!step) return null;
  return {
    ...base, step: id, event: null, date: step.date, layers: [...step.layers], compare: step.compare ?? null, mode: "outline", handle: HALF,
    highlight: [...(step.highlight ?? [])], view: step.view,
  };
}

/** Everything that can be highlighted: units, layers, places. */
function knows(payload, id) {
  return id in payload.units || id in payload.places || payload.layers.some((l) => l.id === id);
}

/** Check one field. @returns {[value, problem]} the value to use (undefined: leave as it was). */
function checkField(payload, key, value) {
  const { first, last } = payload.story;
  const day = (word) => {
    if (!isDay(value)) return [undefined, say("notADay", { key: word, value })];
    const clamped = clampDay(value, first, last);
    return [clamped, clamped === value ? null : say("outside", { key: word, day: value, first, last, shown: clamped })];
  };
  const list = (word, known) => {
    const items = Array.isArray(value) ? value : String(value).split(",").filter(Boolean);
    const good = items.filter(known);
    const bad = items.filter((item) => !known(item));
    return [good, bad.length ? say("unknownMany", { key: word, values: bad.join(", ") }) : null];
  };
  const choice = (word, allowed) =>
    allowed.includes(value) ? [value, null] : [undefined, say("notOneOf", { key: word, value, allowed: allowed.join(", ") })];

  switch (key) {
    case "date": return day("date");
    case "compare": return value === null || value === "" ? [null, null] : day("compare");
    case "layers": return list("layers", (id) => payload.layers.some((l) => l.id === id));
    case "highlight": return list("highlight", (id) => knows(payload, id));
    case "names": return choice("names", [...payload.story.names.map((form) => form.id), NO_NAMES]);
    case "mode": return choice("mode", COMPARE_MODES);
    case "handle": return /^\d{1,3}$/.test(value) && Number(value) <= 100 ? [Number(value), null] : [undefined, say("notAHandle", { value })];
    case "ui": return choice("ui", UI_MODES);
    case "lang": return [payload.story.lang, value === payload.story.lang ? null : say("notALanguage", { value })];
    case "step": return payload.steps.some((s) => s.id === value) ? [value, null] : [undefined, say("unknownOne", { key, value })];
    case "view": return checkView(value);
    default: return [undefined, say("unknownParameter", { key })];
  }
}

/** A view is {center: [lon, lat], zoom} or {bounds: [w, s, e, n]}; in a URL "lon,lat,zoom" or "w,s,e,n". */
function checkView(value) {
  if (value && typeof value === "object") {
    const numbers = value.bounds ?? [...(value.center ?? []), value.zoom];
    if (numbers.every(Number.isFinite) && (value.bounds ? numbers.length === 4 : numbers.length === 3)) return [value, null];
  } else {
    const numbers = String(value).split(",").map(Number);
    if (numbers.every(Number.isFinite)) {
      const [lon, lat, zoom] = numbers;
      if (numbers.length === 3 && Math.abs(lon) <= 180 && Math.abs(lat) <= 85 && zoom >= 3 && zoom <= 14) return [{ center: [lon, lat], zoom }, null];
      const [w, s, e, n] = numbers;
      if (numbers.length === 4 && -180 <= w && w < e && e <= 180 && -85 <= s && s < n && n <= 85) return [{ bounds: numbers }, null];
    }
  }
  return [undefined, say("notAView")];
}

/**
 * Put `partial` over `state`. A step brings its own state first, an event its day and places; the
 * other fields then override them. An event is shown until the day is changed.
 * @returns {{state: object, ignored: string[]}}
 */
export function applyPartial(payload, state, partial) {
  const ignored = [];
  let next = { ...state };
  if (partial.step !== undefined) {
    if (partial.step === null) next.step = null;
    else {
      const entered = stepState(payload, partial.step, next);
      if (entered) next = entered;
      else ignored.push(say("unknownOne", { key: "step", value: partial.step }));
    }
  }
  if (partial.date !== undefined && partial.date !== next.date) next.event = null;
  if (partial.event) {
    const event = payload.events.find((e) => e.id === partial.event);
    if (event) next = { ...next, event: event.id, date: event.date, highlight: event.places.filter((id) => knows(payload, id)) };
    else ignored.push(say("unknownOne", { key: "event", value: partial.event }));
  } else if (partial.event === null) next.event = null;
  for (const [key, value] of Object.entries(partial)) {
    if (key === "step" || key === "event" || value === undefined) continue;
    const [good, problem] = checkField(payload, key, value);
    if (good !== undefined) next[key] = good;
    if (problem) ignored.push(problem);
  }
  if (partial.event && next.event && next.date !== payload.events.find((e) => e.id === next.event).date) next.event = null;
  return { state: next, ignored };
}

/** Read a state from a query string such as `?step=shushi-2020&names=azerbaijani`. */
export function stateFromQuery(payload, query, own = KEYS) {
  const partial = {};
  for (const [key, value] of new URLSearchParams(query)) {
    if (own.includes(key)) partial[key] = value;
  }
  return applyPartial(payload, defaultState(payload), partial);
}

export const KEYS = ["step", "event", "date", "layers", "names", "compare", "mode", "handle", "highlight", "view", "ui", "lang"];

const same = (a, b) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** Write only what differs from the step (or from the story's defaults). */
export function stateToQuery(payload, state) {
  let base = (state.step && stepState(payload, state.step)) || defaultState(payload);
  if (state.event) base = { ...applyPartial(payload, base, { event: state.event }).state, event: null };
  base = { ...base, lang: payload.story.original };
  const params = [];
  for (const key of KEYS) {
    if (key === "step" ? !state.step : same(state[key], base[key])) continue;
    params.push(`${key}=${encodeField(key, state[key])}`);
  }
  return params.length ? `?${params.join("&")}` : "";
}

function encodeField(key, value) {
  if (value === null) return "";
  if (key === "view") {
    const degrees = (value.bounds ?? value.center).map((x) => +x.toFixed(4));
    return (value.bounds ? degrees : [...degrees, +value.zoom.toFixed(2)]).join(",");
  }
  if (Array.isArray(value)) return value.map(encodeURIComponent).join(",");
  return encodeURIComponent(value);
}
