/**
 * The timeline: the day in large figures, a slider over all days with a tick for each change,
 * play, steps from change to change, and the story's named days.
 */
import { changeDays } from "./control.mjs";
import { h, reducedMotion } from "./dom.mjs";
import { say } from "./strings.mjs";
import { dayNumber, formatDay, makeScale, neighbourDay } from "./timescale.mjs";

/** A sweep over the whole timeline takes this long; a part of it, its share but no less. */
const FULL_SWEEP_MS = 26_000;
const SHORTEST_SWEEP_MS = 2_600;
/** Between two days of a sweep: no eye follows more. */
const TELL_MS = 30;
/** Under reduced motion nothing sweeps: the map goes from change to change. */
const CALM_STEP_MS = 1_200;

export function mountTimeline({ root, payload, onDay, onEvent, onPeriod }) {
  const scale = makeScale(payload.story.timeline);
  const days = changeDays(payload.log);
  let day = scale.first;
  let playing = null;

  // --- elements --------------------------------------------------------------------------
  const date = h("output.sm-date", { "aria-live": "off" });
  const caption = h("button.sm-caption", { type: "button", title: say("eventDetails"), onclick: () => { stop(); if (told) onEvent(told.id); } });
  let told = null;
  const thumb = h("span.sm-thumb", { "aria-hidden": "true" });
  const fill = h("span.sm-fill", { "aria-hidden": "true" });
  const ticks = h("span.sm-ticks", { "aria-hidden": "true" });
  const slider = h("div.sm-slider", {
    role: "slider", tabindex: 0, "data-timeline": true, "aria-label": say("timeline"),
    "aria-valuemin": dayNumber(scale.first), "aria-valuemax": dayNumber(scale.last),
  }, h("span.sm-track", { "aria-hidden": "true" }, ...scale.parts.map((p, i) =>
    h("span.sm-part", { style: `left:${p.start * 100}%;width:${(p.end - p.start) * 100}%`, "data-odd": i % 2 === 1 }))), fill, ticks, thumb);
  const parts = h("div.sm-parts", { "aria-hidden": "true" }, ...scale.parts.map((p) =>
    h("span", { style: `left:${p.start * 100}%;width:${(p.end - p.start) * 100}%` }, p.label)));
  const button = (name, icon, onclick) => h("button.sm-icon", { type: "button", "aria-label": say(name), title: say(name), onclick }, icon);
  const previous = button("previous", icon("M15 5 8 12l7 7M5 5v14"), () => go(neighbourDay(days, day, -1), "jump"));
  const next = button("next", icon("M9 5l7 7-7 7M19 5v14"), () => go(neighbourDay(days, day, 1), "jump"));
  const play = h("button.sm-icon.sm-play", { type: "button", onclick: () => (playing ? stop() : start()) });
  const periods = h("div.sm-periods", { role: "group", "aria-label": say("periods") }, ...payload.story.periods.map((p) =>
    h("button", { type: "button", "data-period": p.id, "aria-pressed": "false", onclick: () => { stop(); onPeriod(p); } }, p.label)));

  for (const change of days) ticks.append(h("i", { style: `left:${scale.position(change) * 100}%`, title: formatDay(change) }));
  for (const event of payload.events) {
    if (event.kind === "status") ticks.append(h("i.is-status", { style: `left:${scale.position(event.date) * 100}%` }));
  }

  root.append(
    h("div.sm-timeline", {},
      h("div.sm-timeline-head", {}, date, caption, h("div.sm-timeline-buttons", {}, previous, play, next), periods),
      h("div.sm-timeline-body", {}, slider, parts)));

  function icon(path) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    for (const [k, v] of Object.entries({ viewBox: "0 0 24 24", width: 20, height: 20, fill: "none", stroke: "currentColor", "stroke-width": 2, "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true" })) svg.setAttribute(k, v);
    const shape = document.createElementNS("http://www.w3.org/2000/svg", "path");
    shape.setAttribute("d", path);
    svg.append(shape);
    return svg;
  }

  function drawPlay() {
    const label = say(playing ? "pause" : "play");
    play.setAttribute("aria-label", label);
    play.title = label;
    play.replaceChildren(icon(playing ? "M8 5v14M16 5v14" : "M7 4.5 19 12 7 19.5z"));
    document.documentElement.toggleAttribute("data-playing", Boolean(playing));
  }

  // --- moving ----------------------------------------------------------------------------
  const go = (to, cause) => { stop(); if (to !== day) onDay(to, cause); };

  function dayAt(event) {
    const box = slider.getBoundingClientRect();
    return scale.day((event.clientX - box.left) / box.width);
  }

  slider.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    stop();
    slider.setPointerCapture(event.pointerId);
    slider.focus({ preventScroll: true });
    event.preventDefault();
    onDay(dayAt(event), "scrub");
  });
  slider.addEventListener("pointermove", (event) => {
    if (slider.hasPointerCapture(event.pointerId)) onDay(dayAt(event), "scrub");
  });
  slider.addEventListener("pointerup", (event) => {
    if (slider.hasPointerCapture(event.pointerId)) onDay(dayAt(event), "jump");
  });
  slider.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const moves = {
      ArrowRight: () => neighbourDay(days, day, 1), ArrowUp: () => neighbourDay(days, day, 1),
      ArrowLeft: () => neighbourDay(days, day, -1), ArrowDown: () => neighbourDay(days, day, -1),
      PageUp: () => scale.day(scale.position(day) + 0.1), PageDown: () => scale.day(scale.position(day) - 0.1),
      Home: () => scale.first, End: () => scale.last,
    };
    if (!moves[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    go(moves[event.key](), "jump");
  });

  /** Sweep from a day (or from here) to another (or to the end); `waits` says for how long the first day stays. */
  function start(from = day === scale.last ? scale.first : day, to = scale.last, waits = () => false) {
    stop();
    const begin = scale.position(from);
    const end = scale.position(to);
    if (end <= begin) return;
    const duration = Math.max(SHORTEST_SWEEP_MS, (end - begin) * FULL_SWEEP_MS);
    if (reducedMotion()) {
      const stops = [from, ...days.filter((d) => d > from && d < to), to];
      let i = 0;
      const timer = setInterval(() => { onDay(stops[i++], "play"); if (i === stops.length) stop(); }, CALM_STEP_MS);
      playing = () => clearInterval(timer);
    } else {
      let frame = 0;
      let told = -Infinity;
      let born = -Infinity;
      const tick = (now) => {
        if (born < 0 || waits()) born = now;
        const x = Math.min(1, (now - born) / duration);
        const at = x === 1 ? to : scale.day(begin + x * (end - begin));
        if (at !== day && (x === 1 || now - told >= TELL_MS)) {
          told = now;
          onDay(at, "play");
        }
        if (x === 1) stop();
        else frame = requestAnimationFrame(tick);
      };
      frame = requestAnimationFrame(tick);
      playing = () => cancelAnimationFrame(frame);
    }
    drawPlay();
  }

  function stop() {
    if (!playing) return;
    playing();
    playing = null;
    drawPlay();
  }

  function update(state) {
    day = state.date;
    const x = `${scale.position(day) * 100}%`;
    thumb.style.left = x;
    fill.style.width = x;
    const text = formatDay(day);
    date.textContent = text;
    slider.setAttribute("aria-valuenow", dayNumber(day));
    slider.setAttribute("aria-valuetext", text);
    for (const b of periods.children) {
      const period = payload.story.periods.find((p) => p.id === b.dataset.period);
      b.setAttribute("aria-pressed", String(period.date === day));
    }
    told = latestEvent(day);
    caption.hidden = !told;
    const words = told ? (told.date === day ? told.what : `${formatDay(told.date)}: ${told.what}`) : "";
    if (caption.textContent !== words) caption.textContent = words;
    caption.classList.toggle("is-today", told?.date === day);
  }

  const events = payload.events.filter((e) => e.kind === "change" || e.kind === "status");
  function latestEvent(to) {
    let found = null;
    for (const e of events) if (e.date <= to && (!found || e.date >= found.date)) found = e;
    return found;
  }

  drawPlay();
  return { update, start, stop, days, isPlaying: () => Boolean(playing) };
}
