/**
 * What lies over the map: legend, layers, search, the card of a unit, the line of what was ignored.
 */
import { areasAt, controllerLabel, frontLength, frontsAt, indexLog, passagesBetween, publishedFor, roundKm2, signature } from "./control.mjs";
import { h, sourceLine } from "./dom.mjs";
import { LINE_STYLES } from "./map.mjs";
import { nameOf, renamed, searchPlaces } from "./names.mjs";
import { COMPARE_MODES, NO_NAMES } from "./state.mjs";
import { say } from "./strings.mjs";
import { formatDay, formatDecimal, formatNumber } from "./timescale.mjs";

const GROUPS = ["control", "administrative", "places", "context"];

/** Day, controllers with km² and share, the line and its accuracy: what the colours mean, and the way to how they are known. */
export function mountLegend({ root, payload, hatches, onMethod }) {
  const mapped = Object.values(payload.units).reduce((sum, u) => sum + (u.frame ? 0 : u.km2), 0);
  const title = h("span.sm-legend-title");
  const chips = h("span.sm-legend-chips");
  const rows = h("ul.sm-legend-rows");
  const wide = matchMedia("(min-width: 700px)");
  const box = h("details.sm-legend", { "data-covers-map": true, open: wide.matches },
    h("summary", { onclick: () => wide.removeEventListener("change", follow) }, title, chips), rows,
    mapped ? h("p.sm-legend-note", {}, say("accuracy")) : null,
    h("button.sm-legend-method", { type: "button", "data-method": true, onclick: onMethod }, say("method")));
  root.append(box);
  // A frame may get its width long after it was read: on a slide that is hidden at first it has none. What a reader chose stays.
  const follow = () => { box.open = wide.matches; };
  wide.addEventListener("change", follow);
  const row = (picture, ...text) => h("li", {}, picture, h("span", {}, ...text));

  // Published figures hold for a state of control; each state is looked up once.
  const log = indexLog(payload.log);
  const ranges = new Map();
  function published(control, controller) {
    const key = `${controller} ${signature(control)}`;
    if (!ranges.has(key)) ranges.set(key, publishedFor(payload, log, control, controller));
    return ranges.get(key);
  }

  const labelOn = (id, day) => controllerLabel(payload.controllers.find((c) => c.id === id), day);
  const km2 = (x) => say("km2", { km2: formatNumber(roundKm2(x)) });

  /** What passed between two days, what stayed, and that both are all the land there is. */
  function showDifference({ before, after, earlier, later }) {
    title.textContent = say("between", { from: formatDay(earlier), to: formatDay(later) });
    const found = passagesBetween(payload.units, before, after);
    const passed = found.filter((p) => p.from !== p.to);
    if (!passed.length) rows.append(h("li", { "data-no-difference": true }, say("noDifference")));
    for (const { from, to, km2: area } of [...passed, ...found.filter((p) => p.from === p.to)]) {
      const same = from === to;
      const picture = hatches.swatch(same ? hatches.paleFill(to) : hatches.passedFill(from, to));
      const words = same ? say("unchanged", { controller: labelOn(to, later) }) : say("passed", { from: labelOn(from, earlier), to: labelOn(to, later) });
      if (!same) chips.append(hatches.swatch(hatches.passedFill(from, to)));
      rows.append(h("li", { "data-legend-passed": `${from}>${to}`, "data-km2": area }, picture, h("span", {}, words, h("br"), h("b.sm-figure", {}, km2(area)))));
    }
    rows.append(h("li.sm-legend-total", { "data-legend-total": mapped }, h("span", {}, say("mapped"), " ", h("b.sm-figure", {}, km2(mapped)))));
  }

  /** Who held how much on each side of the handle. */
  function showSides({ earlier, later, before, after }) {
    title.textContent = say("leftRight", { left: formatDay(earlier), right: formatDay(later) });
    const [left, right] = [before, after].map((control) => areasAt(payload.units, payload.edges, control));
    for (const c of payload.controllers) {
      if (!left.has(c.id) && !right.has(c.id)) continue;
      chips.append(hatches.swatch(hatches.fill(c.id)));
      const area = (areas) => km2(areas.get(c.id)?.km2 ?? 0);
      rows.append(h("li", { "data-legend-controller": c.id }, hatches.swatch(hatches.fill(c.id)),
        h("span", {}, h("b", {}, controllerLabel(c, right.has(c.id) ? later : earlier)), h("br"),
          h("span.sm-figure", {}, say("leftRight", { left: area(left), right: area(right) })))));
    }
  }

  /** A story without a log is read from its layers. */
  function showLayers(state) {
    title.textContent = payload.story.timeline.length ? say("on", { day: formatDay(state.date) }) : say("legend");
    for (const layer of payload.layers) {
      if (!state.layers.includes(layer.id) || layer.kind === "raster") continue;
      const s = layer.style;
      const paint = [s.fill, s.stroke, s.color].find((color) => color && color !== "none") ?? "#555555";
      const picture = layer.kind === "area" ? hatches.swatch(paint, s.fill_opacity || 1)
        : hatches.lineSwatch({ color: paint, weight: layer.kind === "line" ? s.stroke_width ?? 2 : 8, dashArray: s.dash ?? null, lineCap: "round" });
      rows.append(h("li", { "data-legend-layer": layer.id }, picture, h("span", {}, layer.title)));
    }
  }

  /** All that the rows say: while days go by it is mostly the same. */
  let told = null;

  function update(state, control, { mode = null, difference = null, other = null } = {}) {
    const labels = payload.controllers.map((c) => controllerLabel(c, state.date));
    const days = state.compare || !mapped ? [state.date, state.compare, mode] : [];
    const now = [...state.layers, ...days, ...labels, signature(control)].join("|");
    if (now !== told) fill(state, control, { mode, difference, other });
    else if (!days.length) title.textContent = say("on", { day: formatDay(state.date) });
    told = now;
  }

  function fill(state, control, { mode, difference, other }) {
    title.textContent = say("on", { day: formatDay(state.date) });
    rows.replaceChildren();
    if (!mapped) {
      chips.replaceChildren(say("legend"));
      showLayers(state);
      return;
    }
    chips.replaceChildren(say("legend"));
    if (!state.layers.includes("control") || !control.size) {
      rows.append(h("li", {}, say("noControl")));
      return;
    }
    if (difference) {
      showDifference(difference);
      return;
    }
    if (mode === "swipe") {
      const first = state.compare < state.date;
      showSides({
        earlier: first ? state.compare : state.date, later: first ? state.date : state.compare,
        before: first ? other : control, after: first ? control : other,
      });
      return;
    }
    const areas = areasAt(payload.units, payload.edges, control);
    for (const c of payload.controllers) {
      const area = areas.get(c.id);
      if (!area) continue;
      chips.append(hatches.swatch(hatches.fill(c.id)));
      const percent = (area.km2 / mapped) * 100;
      rows.append(h("li", { "data-legend-controller": c.id }, hatches.swatch(hatches.fill(c.id)),
        h("span", {}, h("b", {}, controllerLabel(c, state.date)), h("br"),
          h("span.sm-figure", {}, say("km2", { km2: formatNumber(roundKm2(area.km2)) })), " ",
          h("span.sm-error", {}, area.error_km2 ? say("error", { km2: formatNumber(Math.max(10, roundKm2(area.error_km2))) }) : ""),
          h("br"), h("span.sm-error", {}, say("share", { percent: percent < 1 ? "<1" : Math.round(percent) })),
          ...publishedLine(published(control, c.id)))));
    }
    const length = frontLength(frontsAt(payload.edges, control));
    const digitised = length.total - (length.schematic ?? 0);
    const km = (x) => formatNumber(x < 10 ? Math.round(x) : roundKm2(x));
    if (digitised >= 1) rows.append(row(hatches.lineSwatch(LINE_STYLES.front), say("lengthDigitised", { km: km(digitised) })));
    if (length.schematic >= 1) rows.append(row(hatches.lineSwatch(LINE_STYLES.schematic), say("lengthSchematic", { km: km(length.schematic) })));
    if (state.compare === state.date) rows.append(h("li", { "data-no-difference": true }, say("sameDay", { day: formatDay(state.date) })));
    else if (state.compare && !frontsAt(payload.edges, other).length) rows.append(h("li", { "data-no-line": true }, say("compareNoLine", { day: formatDay(state.compare) })));
    else if (state.compare) rows.append(row(hatches.lineSwatch(LINE_STYLES.compare), say("compareLine", { day: formatDay(state.compare) })));
    const open = [...control.values()].find((c) => c.uncertain);
    if (open) rows.append(row(hatches.swatch(hatches.uncertainFill(open.controller, open.other)), say("uncertain")));
  }

  function publishedLine(range) {
    if (!range) return [];
    const number = (km2) => formatNumber(Math.round(km2));
    const figure = range.least === range.most ? number(range.least) : `${number(range.least)}–${number(range.most)}`;
    const titles = range.sources.map((id) => payload.sources[id]?.title).filter(Boolean).join("; ");
    return [h("br"), h("span.sm-error", { title: titles }, say("published", { km2: figure }))];
  }

  return { update };
}

/** A lens, for where there is no room for words. */
function lens() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [k, v] of Object.entries({ class: "sm-search-icon", viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": 2.4, "aria-hidden": "true" })) svg.setAttribute(k, v);
  const shape = document.createElementNS("http://www.w3.org/2000/svg", "path");
  shape.setAttribute("d", "M17 10.5a6.5 6.5 0 1 1-13 0 6.5 6.5 0 0 1 13 0M15.5 15.5l6 6");
  svg.append(shape);
  return svg;
}

/** Buttons that open the list of layers and the search for places. */
export function mountTools({ root, payload, onLayers, onNames, onCompare, onMode, onPlace, onReset, onOpen }) {
  let state = null;
  const toggles = new Map();
  const groups = GROUPS.map((group) => {
    const layers = payload.layers.filter((l) => l.group === group);
    if (!layers.length) return null;
    return h("fieldset", {}, h("legend", {}, say(`group_${group}`)), ...layers.map((layer) => {
      const box = h("input", { type: "checkbox", "data-layer-toggle": layer.id, onchange: () => toggle(layer.id, box.checked) });
      toggles.set(layer.id, box);
      return h("label", { title: layer.description }, box, layer.title);
    }));
  });
  const names = h("select", { "data-names": true, onchange: () => onNames(names.value) }, ...payload.story.names.map((form) => h("option", { value: form.id }, form.label)));
  names.append(h("option", { value: NO_NAMES }, say("namesNone")));
  const compare = h("select", { "data-compare": true, onchange: () => onCompare(compare.value || null) });
  const mode = h("select", { "data-mode": true, onchange: () => onMode(mode.value) }, ...COMPARE_MODES.map((id) => h("option", { value: id }, say(`mode_${id}`))));
  const reset = h("button.sm-reset", { type: "button", "data-reset": true, onclick: onReset }, say("reset"));
  const panel = h("div.sm-panel", { id: "sm-layers", hidden: true, "data-covers-map": true },
    ...groups, h("fieldset", {}, h("label.sm-field", {}, say("names"), names), ...(payload.log.length ? [h("label.sm-field", {}, say("compare"), compare), h("label.sm-field", {}, say("mode"), mode)] : [])), reset);
  const opener = h("button.sm-tool", { type: "button", "aria-expanded": "false", "aria-controls": "sm-layers", onclick: () => open(panel.hidden) }, say("layers"));

  const input = h("input.sm-search", {
    type: "search", role: "combobox", placeholder: say("search"), "aria-label": say("search"), "aria-expanded": "false",
    "aria-controls": "sm-found", autocomplete: "off",
  });
  const found = h("ul.sm-found", { id: "sm-found", role: "listbox", hidden: true, "aria-label": say("search") });
  const told = h("p.sm-hidden", { role: "status" });
  root.append(h("div.sm-tools", { "data-covers-map": true }, opener, h("div.sm-search-box", {}, input, lens(), found, told)), panel);

  function open(yes) {
    panel.hidden = !yes;
    if (yes) onOpen();
    opener.setAttribute("aria-expanded", String(yes));
  }
  panel.addEventListener("keydown", (e) => { if (e.key === "Escape") { open(false); opener.focus(); } });

  function toggle(id, on) {
    onLayers(on ? payload.layers.map((l) => l.id).filter((l) => l === id || state.layers.includes(l)) : state.layers.filter((l) => l !== id));
  }

  // --- search ----------------------------------------------------------------------------
  let active = -1;
  function search() {
    const places = searchPlaces(payload.places, input.value);
    active = -1;
    found.replaceChildren(...places.map((place, i) => {
      const now = nameOf(payload.places, place.id, state.names, state.date);
      return h("li", { role: "option", id: `sm-found-${i}`, "aria-selected": "false", "data-found": place.id, onpointerdown: (e) => { e.preventDefault(); choose(place.id); } },
        h("b", { lang: now.lang }, now.name), now.name === place.name ? "" : ` ${place.name}`);
    }));
    if (input.value.trim() && !places.length) found.append(h("li.is-empty", {}, say("searchNone")));
    const shown = Boolean(input.value.trim());
    found.hidden = !shown;
    input.setAttribute("aria-expanded", String(shown));
    told.textContent = shown ? (places.length ? say("searchFound", { n: places.length }) : say("searchNone")) : "";
  }
  function choose(id) {
    input.value = "";
    search();
    onPlace(id);
  }
  input.addEventListener("input", search);
  input.addEventListener("blur", () => { found.hidden = true; });
  input.addEventListener("keydown", (e) => {
    const options = [...found.querySelectorAll("[role=option]")];
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      e.preventDefault();
      active = Math.max(0, Math.min(options.length - 1, active + (e.key === "ArrowDown" ? 1 : -1)));
      options.forEach((o, i) => o.setAttribute("aria-selected", String(i === active)));
      if (options[active]) input.setAttribute("aria-activedescendant", options[active].id);
    } else if (e.key === "Enter") {
      e.preventDefault();
      const option = options[Math.max(0, active)];
      if (option) choose(option.dataset.found);
    } else if (e.key === "Escape") { input.value = ""; search(); }
  });

  let offered = null;

  function update(next, changed) {
    state = next;
    for (const [id, box] of toggles) box.checked = state.layers.includes(id);
    names.value = state.names;
    const days = [...new Set([...payload.story.periods.map((p) => p.date), ...(state.compare ? [state.compare] : [])])].sort();
    if (offered !== (offered = days.join())) compare.replaceChildren(h("option", { value: "" }, say("compareNone")), ...days.map((d) => h("option", { value: d }, formatDay(d))));
    compare.value = state.compare ?? "";
    mode.value = state.mode;
    mode.disabled = !state.compare;
    reset.disabled = !changed;
    reset.textContent = say(state.step ? "reset" : "resetStory");
  }

  return { update, close: () => open(false) };
}

/** A card over the map: a unit with its whole history, or an event; both with their sources. */
export function mountCard({ root, payload, onClose }) {
  const controllers = new Map(payload.controllers.map((c) => [c.id, c]));
  const events = new Map(payload.events.map((e) => [e.id, e]));
  const title = h("h2");
  const body = h("div");
  const card = h("section.sm-fact-card", { hidden: true, "data-card": true, "data-covers-map": true, tabindex: -1, "aria-live": "off" },
    h("button.sm-close", { type: "button", "aria-label": say("close"), onclick: () => close() }, "×"), title, body);
  root.append(card);
  card.addEventListener("keydown", (e) => { if (e.key === "Escape") close(); });
  let shown = null;
  let namesShown = null;

  function close() {
    if (card.hidden) return;
    card.hidden = true;
    shown = null;
    onClose();
  }

  function open(key, heading, ...content) {
    title.replaceChildren(...heading);
    body.replaceChildren(...content.filter(Boolean));
    namesShown = state.names;
    card.hidden = false;
    card.scrollTop = 0;
    shown = key;
  }

  function sourceLinks(ids) {
    const found = ids.filter((id) => payload.sources[id]);
    return h("span.sm-sources", {}, ...found.map((id) => h("span.sm-source", { "data-source": id }, ...sourceLine(payload.sources[id]))));
  }

  const when = (r) => (r.earliest === r.latest ? formatDay(r.date)
    : say("about", { day: formatDay(r.date), from: formatDay(r.earliest), to: formatDay(r.latest) }));

  let state = null;
  /** A text of ours with its places in the chosen names. */
  const inNames = (text) => renamed(payload.places, text, state.names, state.date)
    .map((part) => (part.name ? h("span", { lang: part.lang }, part.name) : part));

  function showUnit(id) {
    const unit = payload.units[id];
    const rows = payload.log.filter((r) => r.unit === id).sort((a, b) => (a.date < b.date ? -1 : 1));
    open(`unit ${id}`, state.names === NO_NAMES ? [say("noName")] : inNames(unit.name),
      h("ol.sm-history", {}, ...rows.map((r) => h("li", {},
        h("b", {}, controllerLabel(controllers.get(r.controller), r.date)), h("br"), when(r), r.extent === "inferred" ? `, ${say("inferred")}` : "",
        h("br"), ...inNames(events.get(r.event)?.what), " ", ...inNames(r.note), " ", sourceLinks(r.sources)))),
      h("p.sm-accuracy", {}, say("accuracyOf", { accuracy: say(`accuracy_${unit.accuracy}`), km: formatDecimal(unit.error_km) }), " ", ...inNames(unit.fitted), " ", ...inNames(unit.note)));
    card.focus({ preventScroll: true });
  }

  function showEvent(id) {
    const key = `event ${id}`;
    if (shown === key && namesShown === state.names) return;
    const event = events.get(id);
    open(key, [formatDay(event.date)], h("p", {}, ...inNames(event.what)),
      event.earliest < event.latest ? h("p.sm-accuracy", {}, say("open", { from: formatDay(event.earliest), to: formatDay(event.latest) })) : null, event.note ? h("p.sm-accuracy", {}, ...inNames(event.note)) : null, sourceLinks(event.sources));
  }

  /** Where each layer on the map comes from, and how far to trust it. */
  function showMethod() {
    fillMethod();
    card.focus({ preventScroll: true });
  }

  function fillMethod() {
    const layers = payload.layers.filter((l) => state.layers.includes(l.id));
    open("method", [say("method")],
      ...(Object.keys(payload.units).length ? [h("p", {}, say("methodLog")), h("p", {}, say("methodOpen"))] : []),
      h("dl.sm-layers", {}, ...layers.flatMap((l) => [h("dt", {}, l.title), h("dd", {}, ...inNames(l.description), " ",
        h("span.sm-accuracy", {}, say("layerMade", { source: l.source, accuracy: say(`accuracy_${l.accuracy}`), km: formatDecimal(l.error_km), license: l.license })))])));
  }

  /** An event's card goes when its day is left; a unit's stays until it is closed. */
  function update(next) {
    state = next;
    if (shown?.startsWith("unit ") && namesShown !== state.names) showUnit(shown.slice(5));
    else if (shown === "method") fillMethod();
    if (state.event) showEvent(state.event);
    else if (shown?.startsWith("event ")) { card.hidden = true; shown = null; }
  }

  return { showUnit, showMethod, update, close };
}

/** One visible line that says what was put right. */
export function mountNotice({ root }) {
  const line = h("p.sm-notice", { role: "status", hidden: true, "data-ignored": true });
  root.append(line);
  return {
    update(problems) {
      line.hidden = !problems.length;
      line.textContent = problems.length ? say("ignored", { problems: problems.join("; ") }) : "";
    },
  };
}
