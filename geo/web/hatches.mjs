/**
 * Fills: every controller has a colour and a hatch (so that it survives a grey printer), and a unit
 * whose day of change is open is striped in both colours. SVG patterns, made once and shared.
 */
import { LOOK } from "./look.mjs";

const SVG = "http://www.w3.org/2000/svg";
const HATCH_INK = LOOK.hatchInk;

/** How much of its colour land keeps that stayed with the same holder, where what passed is shown. */
const UNCHANGED_SHARE = 0.32;

/** An SVG element. */
export function svg(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

export function mountHatches(controllers) {
  const defs = svg("defs", {});
  const host = svg("svg", { width: 0, height: 0, "aria-hidden": "true", style: "position:absolute" }, defs);
  document.body.append(host);
  const byId = new Map(controllers.map((c) => [c.id, c]));
  const made = new Set();

  function pattern(id, size, ...children) {
    if (!made.has(id)) {
      defs.append(svg("pattern", { id, width: size, height: size, patternUnits: "userSpaceOnUse" }, ...children));
      made.add(id);
    }
    return `url(#${id})`;
  }

  /** The fill of a controller: its colour under its hatch. */
  function fill(id) {
    const c = byId.get(id);
    const lines = LOOK.hatches[c.hatch];
    if (!lines) return c.color;
    return pattern(`fill-${id}`, 8, svg("rect", { width: 8, height: 8, fill: c.color }),
      svg("path", { d: lines, stroke: HATCH_INK, "stroke-width": 1, fill: "none" }));
  }

  /** Broad stripes of two controllers: it is one of them, the sources do not say which yet. */
  function uncertainFill(id, other) {
    const one = byId.get(id).color;
    const two = other ? byId.get(other).color : LOOK.stripes.blank;
    return pattern(`open-${id}-${other ?? "none"}`, 16, svg("rect", { width: 16, height: 16, fill: one }),
      svg("path", { d: LOOK.stripes.path, stroke: two, "stroke-width": LOOK.stripes.width, fill: "none" }));
  }

  /** What passed: the new holder's colour under bars of the former one's, which stand another way for each pair. */
  function passedFill(from, to) {
    const order = [...byId.keys()].flatMap((a) => [...byId.keys()].filter((b) => b !== a).map((b) => `${a}>${b}`));
    const turn = (order.indexOf(`${from}>${to}`) * 180) / order.length;
    const id = `passed-${from}-${to}`;
    const paint = pattern(id, 12, svg("rect", { width: 12, height: 12, fill: byId.get(to).color }),
      svg("rect", { width: 3, height: 12, fill: byId.get(from).color }), svg("path", { d: "M0,0 v12 M3,0 v12", stroke: HATCH_INK, "stroke-width": 1 }));
    defs.querySelector(`#${id}`).setAttribute("patternTransform", `rotate(${turn})`);
    return paint;
  }

  /** What stayed with its holder, where what passed is shown. */
  function paleFill(id) {
    const channels = [1, 3, 5].map((i) => Math.round(parseInt(byId.get(id).color.slice(i, i + 2), 16) * UNCHANGED_SHARE + 255 * (1 - UNCHANGED_SHARE)));
    return `#${channels.map((c) => c.toString(16).padStart(2, "0")).join("")}`;
  }

  /** A small picture of a fill, for the legend. */
  function swatch(paint, opacity = 1) {
    const box = svg("svg", { width: 26, height: 16, viewBox: "0 0 26 16", "aria-hidden": "true", class: "sm-swatch" });
    box.append(svg("rect", { x: .5, y: .5, width: 25, height: 15, rx: 2, fill: paint, "fill-opacity": opacity, stroke: "rgba(0,0,0,.45)" }));
    return box;
  }

  function lineSwatch(style) {
    const line = (attributes) => svg("line", { x1: 1, x2: 25, y1: 8, y2: 8, ...attributes });
    return svg("svg", { width: 26, height: 16, viewBox: "0 0 26 16", "aria-hidden": "true", class: "sm-swatch" },
      line({ stroke: "#fff", "stroke-width": style.weight + 2.5 }),
      line({ stroke: style.color, "stroke-width": style.weight, "stroke-dasharray": style.dashArray ?? "none", "stroke-linecap": style.lineCap ?? "butt" }));
  }

  return { host, fill, uncertainFill, passedFill, paleFill, swatch, lineSwatch, destroy: () => host.remove() };
}
