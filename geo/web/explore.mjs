/**
 * The Explore page's part in the browser: it frames the map document, hands on what the page's
 * widgets ask for, keeps the address, and has the view for a classroom. The host calls `update` on
 * every change; the map is never loaded again. What the reader does on the map itself, in the
 * presenter's view or with Back and Forward is reported to the host as the query that opens it.
 */
import { withOthers } from "./address.mjs";
import { h, sourceLine } from "./dom.mjs";
import { say, setWords } from "./strings.mjs";
import { formatDay, isDay } from "./timescale.mjs";

/** Causes of a change that the host knows of already. */
const OF_HOST = new Set(["host", "url", "widget", "slider", "typed"]);
/** What is drawn along, a slider or a handle, is one entry in the history, not one a day. */
const DRAWN = new Set(["slider", "swipe"]);
const ONE_ENTRY_MS = 1_000;
/** So long an answer of the host may be one to an older press than what is shown. */
const ANSWER_MS = 2_500;
/** What the host has not answered for so long it has not heard. */
const LOST_MS = 10_000;
/** In the view for a classroom the map is drawn this much larger. */
const PRESENT_SCALE = 1.5;
const REPORT_MS = 250;
/** So soon after a pointer a field's new value is the reader's. */
const TOUCH_MS = 250;

/** The query of a map's state with the reader's view, and with what others keep in the address. */
export function joinQuery(query, view, search) {
  const own = query.replace(/^\?/, "").split("&").filter((part) => part && !part.startsWith("view=") && !part.startsWith("ui="));
  if (view) own.push(`view=${[...view.center, view.zoom].join(",")}`);
  return withOthers(own.join("&"), search);
}

/** The period or day that a key leads to: the next after `day` in `days`, or the one before; null for other keys. */
export function presentKey(key, day, periods, days) {
  const after = (list) => list.find((d) => d > day) ?? null;
  const before = (list) => [...list].reverse().find((d) => d < day) ?? null;
  if (key === "ArrowRight" || key === "PageDown" || key === " ") return after(periods);
  if (key === "ArrowLeft" || key === "PageUp") return before(periods);
  if (key === "ArrowDown") return after(days);
  if (key === "ArrowUp") return before(days);
  return null;
}

/**
 * What a press on one of the host's groups of buttons asks for, so that the map need not wait for the
 * host, which says the same a moment later.
 *
 * @param name the group or button: "period", "compare", "mode", "layers_…", "previous", "next", "toggle_names", "line_…", "reset"
 * @param index which of a group's buttons
 * @returns a part of a state, or null where there is nothing to do
 */
export function pressed(name, index, state, { days, periods, modes, layers, buttons, form }) {
  if (name === "toggle_names") return { names: state.names === "none" ? form : "none" };
  if (name === "previous" || name === "next") {
    const date = name === "next" ? days.find((d) => d > state.date) : [...days].reverse().find((d) => d < state.date);
    return date ? { date } : null;
  }
  if (buttons?.[name]) return buttons[name];
  if (name === "period") return periods[index].date === state.date ? null : { date: periods[index].date, ...(periods[index].layers ? { layers: periods[index].layers } : {}) };
  if (name === "compare") return { compare: periods[index].date === state.compare ? null : periods[index].date };
  if (name === "mode") return modes[index] === state.mode ? null : { mode: modes[index] };
  const id = layers[name.replace("layers_", "")]?.[index];
  if (!id) return null;
  const on = new Set(state.layers.includes(id) ? state.layers.filter((l) => l !== id) : [...state.layers, id]);
  return { layers: layers.all.filter((l) => on.has(l)) };
}

/** The host's fields for a day, with the slider's, and the calendar that one of a day's opens elsewhere in the page. */
const DAYS = ".st-key-explore_day, .st-key-explore_compare_day";
const FIELDS = `.st-key-explore_slider, ${DAYS}`;
const CALENDAR = "[data-testid=stDateInputCalendar]";

/** Which of the fields something lies in: "slider", "day", "compare_day", or null. */
const fieldOf = (target) => target.closest?.(FIELDS)?.className.match(/st-key-explore_(slider|compare_day|day)/)[1] ?? null;

/** A place by all its names, however an option of the list orders them: the key of the setup's `places`. */
export function optionKey(text) {
  return text.trim().split(" · ").sort().join(" · ");
}

/**
 * What a field's new value asks for: the slider's is a place among the days of events, a date field's a day in full.
 * A day that is outside the story's own the host refuses.
 */
export function fieldAsks(field, value, { days, first, last }) {
  if (field === "slider") return days[Number(value)] ? { date: days[Number(value)] } : null;
  if (!isDay(value) || value < first || value > last) return null;
  return field === "compare_day" ? { compare: value } : { date: value };
}

export function mount(root, first, report) {
  setWords(first.words);
  document.documentElement.lang = first.words.lang;
  const abort = new AbortController();
  const listen = (target, type, handler, options = {}) => target.addEventListener(type, handler, { ...options, signal: abort.signal });
  const path = location.pathname;
  let data = first;
  let shown = first.rev;
  let sent = first.ack;
  let timer = 0;

  const frame = h("iframe", { "data-storymap": true, title: say("exploreMap") });
  const day = h("output.sm-present-day");
  const button = (words, onclick, attributes = {}) => h("button", { type: "button", onclick, ...attributes }, words);
  const periods = h("div.sm-present-periods", { role: "group", "aria-label": say("periods") }, ...first.periods.map((p) =>
    button(p.label, () => go(p.date), { "data-present-period": p.id, "aria-pressed": "false" })));
  const bar = h("div.sm-present-bar", { hidden: true, "data-present-bar": true }, day, periods,
    h("div.sm-present-buttons", {}, button("‹", () => step("ArrowUp"), { "aria-label": say("previous") }), button("›", () => step("ArrowDown"), { "aria-label": say("next") }),
      button(say("namesShort"), toggleNames, { "data-present-names": true }), button(say("leave"), () => present(false), { "data-present-leave": true })));
  const opener = button(say("present"), () => present(true), { class: "sm-present", "data-present": true, "data-covers-map": true, title: say("presentHelp") });
  root.replaceChildren(frame, opener, bar);
  root.classList.add("sm-explore");

  const map = () => frame.contentWindow?.storyMap;

  // --- address ---------------------------------------------------------------------------
  /** The view is part of the address once it is not the story's own. */
  function query() {
    const { view } = map().getState();
    const given = JSON.stringify(view) === JSON.stringify(data.home) ? null : view.center ? view : map().getView(true);
    return joinQuery(map().getQuery(), map().getView() ?? given, location.search);
  }

  function write(push) {
    const url = `${path}${query()}`;
    if (location.pathname !== path || url === path + location.search) return;
    history[push ? "pushState" : "replaceState"](history.state, "", url);
  }

  function tell() {
    clearTimeout(timer);
    sent += 1;
    const n = sent;
    // While a day is typed, an answer would be written over what is typed; and what the host hears from the field
    // afterwards, before its answer is here, brings along where all other widgets stood.
    const send = () => {
      if (document.querySelector(CALENDAR)) timer = setTimeout(send, REPORT_MS);
      else report({ query: location.search, n, slider: sliderDay() });
    };
    timer = setTimeout(send, REPORT_MS);
  }

  /** Page and map are not to part for good because a press or a report was lost on its way: the map's state is told once more. */
  function expectAnswer() {
    clearTimeout(expected);
    expected = setTimeout(() => { if (map() && (ahead || data.ack < sent)) tell(); }, LOST_MS);
  }

  /** The day that the slider stands at: if it is at another when the report arrives, a hand is on it. */
  const sliderDay = () => first.widgets.days[Number(document.querySelector(".st-key-explore_slider input")?.value)] ?? null;

  // Streamlit would run the page again with the new query, and keep that query for all later runs;
  // here the map moves at once and the host hears of it in the one way it hears of everything.
  listen(window, "popstate", (event) => {
    if (location.pathname !== path || !map()) return;
    event.stopImmediatePropagation();
    map().openQuery(location.search);
    tell();
  }, { capture: true });

  // --- the document ----------------------------------------------------------------------
  listen(frame, "load", () => {
    const inside = frame.contentWindow;
    if (!inside.storyMap) return;
    inside.addEventListener("storymap:change", ({ detail }) => {
      drawBar(detail.state);
      if (detail.cause === "url") return;
      const drawn = DRAWN.has(detail.cause);
      const scrubbed = drawn && performance.now() - written < ONE_ENTRY_MS;
      if (drawn) written = performance.now();
      write(!scrubbed);
      if (!OF_HOST.has(detail.cause)) tell();
    });
    inside.addEventListener("storymap:view", () => write(false));
    inside.addEventListener("keydown", onKey);
    write(false);
    drawBar(inside.storyMap.getState());
    document.querySelectorAll("details[data-sources][open]").forEach(listSources);
    root.toggleAttribute("data-ready", true);
    catchUp();
  });
  function open({ document: address, query: asked, rev }) {
    shown = rev;
    frame.src = `${address}?${[asked.replace(/^\?/, ""), "ui=legend"].filter(Boolean).join("&")}`;
  }
  open(first);

  /**
   * Hand on what the widgets ask for, unless something newer is on its way to the host. Where its answer is another
   * than what was asked for, and none follows, it hears from the map what the reader sees.
   */
  function catchUp() {
    clearTimeout(later);
    if (!map() || data.ack < sent) return;
    if (ahead && Object.entries(ahead.part).some(([key, value]) => String(data.state[key]) !== String(value))) {
      if (data.rev === shown) return; // not answered yet
      if (performance.now() < ahead.until) {
        later = setTimeout(catchUp, ANSWER_MS);
      } else {
        ahead = null;
        tell();
      }
      return;
    }
    ahead = null;
    if (data.rev === shown) return;
    shown = data.rev;
    map().setState({ ...data.state, ...(data.view ? { view: data.view } : {}) });
  }

  function update(next) {
    const moved = next.document !== data.document;
    data = { ...data, ...next };
    if (moved) open(next); // the story was saved: the map is another one
    catchUp();
    if (map()) drawBar(map().getState());
  }

  // --- widgets ahead of the host -----------------------------------------------------------
  let ahead = null;
  let later = 0;
  let expected = 0;
  let written = 0;

  function goAhead(part, cause = "widget") {
    if (!map() || !part) return;
    const { view, ...asked } = part; // a view is the host's to give, and no part of its state
    const unanswered = data.ack < sent || (ahead !== null && !(cause === "typed" && ahead.cause === "typed"));
    ahead = { cause, part: { ...(performance.now() < (ahead?.until ?? 0) ? ahead.part : {}), ...asked }, until: performance.now() + ANSWER_MS };
    map().setState(part, { cause });
    expectAnswer();
    // The host may take two presses for one, and where a widget stood before its answer had come for a wish of the
    // reader's: what was asked for before it answered it hears again, from the map. Of a day that is typed it hears
    // once, when its calendar closes.
    if (unanswered) tell();
  }

  listen(document, "click", (event) => {
    if (!map()) return;
    const option = event.target.closest?.("[role=option]");
    if (option) {
      goAhead(chosen(option));
      return;
    }
    const link = event.target.closest?.("a[data-event-link]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      const id = link.dataset.eventLink;
      map().setState({ event: id, ...(first.widgets.events[id] ? { view: first.widgets.events[id] } : {}) }, { cause: "event" });
      return;
    }
    const button = event.target.closest?.("button");
    const widget = button?.closest("[class*=st-key-explore_]");
    const name = widget?.className.match(/st-key-explore_((?:period|compare|mode|previous|next|reset|toggle_names)(?= |$)|(?:layers|line)_[^ ]+)/)?.[1];
    if (!name || button.disabled) return;
    const index = [...button.parentElement.querySelectorAll("button")].indexOf(button);
    goAhead(pressed(name, index, map().getState(), { ...first.widgets, form: data.form }));
  }, { capture: true });

  /** What an option of an open list asks for. */
  function chosen(option) {
    const { names, places } = first.widgets;
    const open = (key) => document.querySelector(`.st-key-explore_${key} [aria-expanded=true]`);
    if (open("names")) {
      const form = names.find(({ label }) => label === option.textContent.trim());
      return form && { names: form.id };
    }
    const place = open("place") && places[optionKey(option.textContent)];
    return place && { highlight: [place.id], view: place.view };
  }
  listen(document, "keydown", (event) => {
    if (event.key !== "Enter" || !map()) return;
    // A day that is typed is taken over by the host when its calendar closes, for which it wants Escape.
    if (event.target.closest?.(DAYS)) event.target.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    const option = document.getElementById(event.target.getAttribute?.("aria-activedescendant"));
    if (option?.matches("[role=option]")) goAhead(chosen(option));
  }, { capture: true });

  // The map has every source in it: no day's lists are sent again with what the host says of the day.
  listen(document, "toggle", ({ target }) => { if (target.matches?.("details[data-sources][open]")) listSources(target); }, { capture: true });

  function listSources(list) {
    if (!map() || list.querySelector("ul")) return;
    const found = map().getSources(list.dataset.sources.split(" "));
    list.append(h("ul", {}, ...found.map((source) => h("li", {}, ...sourceLine(source)))));
  }

  // Slider and fields say where they are by their own attributes. A key sets them within its own task, however long
  // that takes; a pointer soon. What the host writes into them is no such answer to a hand, nor is what it writes into
  // one field, however soon, to a hand on another.
  const NO_HAND = { field: null, until: 0 };
  const KEYS = ["keydown", "beforeinput"]; // a key that writes comes as both, in tasks of their own
  let hand = NO_HAND;
  // Unlike a timer, a message is heard before what arrives over the line while the key's task goes on.
  const { port1: keyDone, port2: keyAtWork } = new MessageChannel();
  keyDone.onmessage = () => { if (hand.until === Infinity) hand = { ...hand, until: 0 }; };
  function touch({ type, target, buttons }) {
    const field = fieldOf(target) ?? (target.closest?.(CALENDAR) ? hand.field : null);
    if (KEYS.includes(type) && field) {
      hand = { field, until: Infinity };
      keyAtWork.postMessage(null);
    } else if (type === "pointermove") {
      if (buttons && hand.field) hand = { field: hand.field, until: performance.now() + TOUCH_MS };
    } else if (field || type === "pointerdown") {
      hand = field ? { field, until: performance.now() + TOUCH_MS } : NO_HAND;
    }
  }
  for (const type of [...KEYS, "pointerdown", "pointerup", "pointermove", "focusin"]) {
    listen(document, type, touch, { capture: true, passive: true });
  }
  const fields = new MutationObserver((changes) => {
    for (const { target } of changes) {
      const field = fieldOf(target);
      if (!field || field !== hand.field || performance.now() > hand.until) continue;
      const slider = field === "slider";
      const asked = fieldAsks(field, target.getAttribute("value") ?? target.value, first.widgets);
      const [key, value] = Object.entries(asked ?? {})[0] ?? [];
      // In a day's field, what the host has said already is its answer to an earlier key, come late. The slider is where
      // the hand left it, also when that is back where it was before the host has heard that it went.
      if (key && (slider || value !== data.state[key]) && value !== map()?.getState()[key]) goAhead(asked, slider ? "slider" : "typed");
    }
  });
  fields.observe(document.body, { subtree: true, attributes: true, attributeFilter: ["aria-valuetext", "value"] });

  // In the host's calendar the buttons that choose month and year are named by a node that it leaves out, so that
  // only "month" was heard, not which: they are named by what they show, and "month" describes them.
  const calendar = new MutationObserver(() => {
    for (const button of document.querySelectorAll(`${CALENDAR} button[aria-label][aria-labelledby]`)) {
      if (button.getAttribute("aria-labelledby").split(" ").every((id) => document.getElementById(id))) continue;
      button.title = button.getAttribute("aria-label");
      button.removeAttribute("aria-label");
      button.removeAttribute("aria-labelledby");
    }
  });
  calendar.observe(document.body, { subtree: true, childList: true });

  // --- for a classroom ---------------------------------------------------------------------
  const presenting = () => root.hasAttribute("data-presenting");

  function present(on) {
    if (on === presenting()) return;
    root.toggleAttribute("data-presenting", on);
    document.documentElement.toggleAttribute("data-sm-presenting", on);
    root.style.setProperty("--sm-present-scale", String(PRESENT_SCALE));
    bar.hidden = !on;
    opener.hidden = on;
    if (on) {
      // The page fills the window in any case; the screen too where the browser allows it.
      root.requestFullscreen?.().catch(() => {});
      bar.querySelector("[data-present-leave]").focus();
    } else {
      if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
      opener.focus();
    }
  }
  listen(document, "fullscreenchange", () => { if (!document.fullscreenElement) present(false); });

  function go(date) {
    map()?.setState({ date }, { cause: "present" });
  }

  function step(key) {
    const to = map() && presentKey(key, map().getState().date, first.periods.map((p) => p.date).sort(), first.days);
    if (to) go(to);
  }

  function toggleNames() {
    const { names } = map().getState();
    map().setState({ names: names === "none" ? data.form : "none" }, { cause: "present" });
  }

  function onKey(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.("input, textarea, [role=slider], [contenteditable]")) return;
    if (event.key === " " && event.target.closest?.("button, a, summary")) return;
    if (event.key.toLowerCase() === "n" && map()) { // the host has the same key on its button, and takes longer
      event.preventDefault();
      event.stopPropagation();
      toggleNames();
    } else if (presenting() && event.key === "Escape") present(false);
    else if (presenting()) {
      const to = presentKey(event.key, map().getState().date, first.periods.map((p) => p.date).sort(), first.days);
      if (!to && !event.key.startsWith("Arrow") && !event.key.startsWith("Page")) return;
      event.preventDefault();
      if (to) go(to);
    }
  }
  listen(document, "keydown", onKey, { capture: true });

  function drawBar(state) {
    day.textContent = formatDay(state.date);
    for (const p of periods.children) p.setAttribute("aria-pressed", String(first.periods.find(({ id }) => id === p.dataset.presentPeriod).date === state.date));
  }

  return {
    update,
    destroy() {
      clearTimeout(timer);
      clearTimeout(later);
      clearTimeout(expected);
      abort.abort();
      keyDone.close();
      fields.disconnect();
      calendar.disconnect();
      document.documentElement.toggleAttribute("data-sm-presenting", false);
      root.replaceChildren();
    },
  };
}

/**
 * The host's two words. `show` comes again with each change of the data, with the same node; `leave`
 * may also come for a call that was superseded while the node lives on.
 */
export function show({ parentElement: node, data, setStateValue }) {
  const url = (path) => new URL(path, document.baseURI).href;
  const given = { ...data, document: url(data.document) };
  node.storyMapReport = (value) => setStateValue("report", value);
  if (node.storyMapPage) {
    node.storyMapPage.then((page) => page.update(given));
    return;
  }
  const root = h("div");
  node.replaceChildren(h("link", { rel: "stylesheet", href: url(data.style) }), root);
  node.storyMapPage = fetch(url(data.setup)).then((answer) => answer.json())
    .then((setup) => mount(root, { ...setup, ...given }, (value) => node.storyMapReport(value)));
}

export function leave({ parentElement: node }) {
  setTimeout(() => {
    if (node.isConnected || !node.storyMapPage) return;
    node.storyMapPage.then((page) => page.destroy());
    delete node.storyMapPage;
  }, 0);
}
