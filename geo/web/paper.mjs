/**
 * Steps for paper. One live map cannot stand beside every step of a printed story, so each step is
 * drawn by the same code on a second, hidden map and copied out of it as an SVG picture.
 */
import { h } from "./dom.mjs";
import { svg } from "./hatches.mjs";
import { drawLand } from "./held.mjs";
import { mountMap } from "./map.mjs";
import { mountLegend } from "./panels.mjs";
import { NOTHING } from "./sheet.mjs";
import { defaultState, stepState } from "./state.mjs";

const PAPER_WIDTH = 480;
const PAPER_HEIGHT = 360;
/** A zoom is chosen for a map about this wide: a smaller one shows as much land further out. */
const ZOOM_WIDTH = 828;
const DRAWN = ["d", "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "vector-effect"];

/**
 * Each hatch as lines over a whole picture. A browser prints a pattern as a bitmap for each shape that
 * has it, 80 MB in a long story; lines that are clipped to the shapes stay lines.
 */
function hatchSheets(host) {
  const across = (size, most) => Array.from({ length: Math.ceil(most / size) }, (_, i) => i * size);
  return [...host.querySelectorAll("pattern")].map((pattern) => {
    const size = Number(pattern.getAttribute("width"));
    const path = pattern.querySelector("path").cloneNode();
    const moved = (x, y) => path.getAttribute("d").replace(/M(-?[\d.]+),(-?[\d.]+)/g, (_, left, top) => `M${+left + x},${+top + y}`);
    path.setAttribute("d", across(size, PAPER_WIDTH).flatMap((x) => across(size, PAPER_HEIGHT).map((y) => moved(x, y))).join(""));
    path.id = `sheet-${pattern.id}`;
    return path;
  });
}

/**
 * @param describe (state, control) → the map in words
 * @returns {{defs: SVGElement, steps: Map<string, HTMLElement>}} the hatches that all pictures share,
 *   and each step's figure by its id
 */
export function drawSteps({ L, topojson, payload, hatches, names, describe }) {
  const box = h("div", { style: `position:fixed;left:-${2 * PAPER_WIDTH}px;top:0;width:${PAPER_WIDTH}px;height:${PAPER_HEIGHT}px`, "aria-hidden": "true" });
  document.body.append(box);
  const map = L.map(box, { zoomSnap: 0, minZoom: 3, maxZoom: 13, zoomControl: false, attributionControl: false, zoomAnimation: false, fadeAnimation: false });
  const drawing = mountMap({ L, topojson, map, payload, hatches, land: drawLand({ topojson, payload, hatches }), onUnit() {} });
  const beside = h("div");
  const legend = mountLegend({ root: beside, payload, hatches });
  const steps = new Map();
  for (const { id } of payload.steps) {
    const state = stepState(payload, id, { ...defaultState(payload), names });
    const { view } = state;
    drawing.show(view.center ? { ...view, zoom: view.zoom + Math.log2(PAPER_WIDTH / ZOOM_WIDTH) } : view, false);
    const control = drawing.draw(state);
    drawing.arrangeLabels();
    legend.update(state, control, drawing.shown);
    const picture = copyMap({ map, groups: drawing.groups, id, host: hatches.host }, describe(state, control));
    const told = beside.querySelector(".sm-legend-title").cloneNode(true);
    steps.set(id, h("figure.sm-paper", {}, picture, h("figcaption", {}, told, beside.querySelector(".sm-legend-rows").cloneNode(true),
      h("p.sm-credit", {}, payload.story.attribution.join(" · ")))));
  }
  drawing.destroy();
  box.remove();
  // The legends' small pictures keep the patterns themselves.
  const defs = hatches.host.cloneNode(true);
  defs.firstChild.append(...hatchSheets(hatches.host));
  return { defs, steps };
}

/** The map as it is drawn now, as one SVG: groups from the ground up, then the names. */
function copyMap({ map, groups, id, host }, label) {
  const { x, y } = map.layerPointToContainerPoint([0, 0]);
  const drawn = [...groups].map(([name, group]) => {
    const shapes = [...group.children].filter((node) => node.getAttribute("d") !== NOTHING);
    const copies = shapes.map((node) => (node.tagName === "path" ? copyPath(node, host) : node.cloneNode(true)));
    const transform = `translate(${x} ${y}) ${group.parentNode.getAttribute("transform") ?? ""}`; // that of the sheet, for what lies on it
    const placed = svg("g", { transform }, ...copies);
    return svg("g", { opacity: getComputedStyle(group).opacity }, placed, ...copyHatches(shapes, `${id}-${name}`, transform));
  });
  const names = [...map.getPane("labels").querySelectorAll(".sm-label:not(.is-hidden)")].flatMap((node) => copyLabel(node, map.getContainer()));
  const sea = svg("rect", { width: PAPER_WIDTH, height: PAPER_HEIGHT, fill: getComputedStyle(map.getContainer()).backgroundColor });
  return svg("svg", { viewBox: `0 0 ${PAPER_WIDTH} ${PAPER_HEIGHT}`, role: "img", "aria-label": label }, sea, ...drawn, ...names);
}

/** The id of the pattern that a shape is filled with, if it is one; the hatch itself, not the plane's own of it. */
const patternOf = (path) => path.getAttribute("fill")?.match(/^url\("?#(.+?)(?:-on-\d+)?"?\)$/)?.[1];

/** A shape with its fill's ground alone: what is drawn on it follows for all shapes of one fill at once. */
function copyPath(path, host) {
  const copy = svg("path", Object.fromEntries(DRAWN.filter((key) => path.hasAttribute(key)).map((key) => [key, path.getAttribute(key)])));
  const pattern = patternOf(path);
  if (pattern) copy.setAttribute("fill", host.querySelector(`[id="${pattern}"] rect`).getAttribute("fill"));
  return copy;
}

function copyHatches(shapes, name, transform) {
  const byPattern = new Map();
  for (const path of shapes) {
    const pattern = patternOf(path);
    if (pattern) byPattern.set(pattern, [...(byPattern.get(pattern) ?? []), path]);
  }
  return [...byPattern].flatMap(([pattern, paths]) => {
    const clip = `clip-${name}-${pattern}`;
    const opacity = paths[0].getAttribute("fill-opacity") ?? 1;
    return [
      svg("clipPath", { id: clip }, svg("path", { d: paths.map((path) => path.getAttribute("d")).join(""), "clip-rule": "evenodd", transform })),
      svg("g", { "clip-path": `url(#${clip})`, opacity }, svg("use", { href: `#sheet-${pattern}` })),
    ];
  });
}

function copyLabel(label, container) {
  const from = container.getBoundingClientRect();
  const [dot, text] = label.children;
  const style = getComputedStyle(text);
  const size = parseFloat(style.fontSize);
  const at = text.getBoundingClientRect();
  const written = style.textTransform === "uppercase" ? text.textContent.toUpperCase() : text.textContent;
  const halo = { stroke: "#fffdf7", "stroke-width": 3, "stroke-linejoin": "round", "paint-order": "stroke" };
  const words = svg("text", {
    x: at.left - from.left, y: (at.top + at.bottom) / 2 - from.top + size * 0.36, "font-size": size, "font-weight": style.fontWeight,
    "font-style": style.fontStyle, "letter-spacing": style.letterSpacing === "normal" ? 0 : style.letterSpacing, fill: style.color, lang: text.lang, ...halo,
  }, written);
  const point = dot.getBoundingClientRect();
  if (!point.width) return [words];
  const color = getComputedStyle(dot).backgroundColor;
  const ring = (more, fill) => svg("circle", { cx: (point.left + point.right) / 2 - from.left, cy: (point.top + point.bottom) / 2 - from.top, r: point.width / 2 + more, fill });
  const rings = label.classList.contains("is-strong") ? [ring(4, color), ring(2, halo.stroke)] : [ring(1.4, halo.stroke)];
  return [...rings, ring(0, color), words];
}
