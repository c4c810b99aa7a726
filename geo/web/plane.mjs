/**
 * What is drawn lies in groups from the ground up, all of them in one SVG: the plane. In every frame of a flight, and of
 * a page that scrolls beside it, the browser lays a map's planes over each other; where it draws without a graphics card
 * each one more is a third of what it has time for.
 *
 * Shapes lie on the sheet (sheet.mjs), on which they are projected once: when the map has come to rest the plane moves
 * and scales its part of the sheet, and a shape has another path only where it is seen finer or is cut elsewhere. Lines
 * keep their width and hatches their size. What is a line and no more is a group of short paths: the browser paints in
 * tiles, and strokes the whole of each path that reaches into one, which took longest of all.
 */
import { svg } from "./hatches.mjs";
import { cutter, lineCutter, sheetScale } from "./sheet.mjs";
import { project } from "./view.mjs";

/** The groups of the plane from the ground up. */
const PLANE_GROUPS = [
  "ground", "control", "control-other", "relief", "areas", "lines",
  "compare", "day-lines", "day-lines-other", "fronts", "marks",
];

/** The plane among Leaflet's panes: under labels, over tiles. */
const Z_INDEX = 210;

/** So far beyond the map's edges the plane reaches, as a part of its size: what a drag may bring into view. */
export const PADDING = 0.3;

/** To a browser a line of less than a pixel is a hairline, which takes a fifth off all drawing while a story is scrolled. */
const HAIRLINE = 0.98;

/** Circles of a size in pixels are no part of the sheet; they lie above it. */
const UPRIGHT = "marks";

/** So far outside of the plane a shape is cut, in pixels: no line along the cut is seen. */
const OUTSIDE = 20;

let counted = 0;

export function mountPlane(sheet) {
  const groups = new Map(PLANE_GROUPS.map((name) => [name, svg("g", { "data-group": name })]));
  const defs = svg("defs", {});
  const laid = svg("g", {}, ...PLANE_GROUPS.filter((name) => name !== UPRIGHT).map((name) => groups.get(name)));
  const contents = [defs, laid, groups.get(UPRIGHT)];
  const serial = (counted += 1);
  /** Where the sheet's origin lies on the plane, how large it is there, how fine, and what of it there is. */
  let origin = [0, 0];
  let scale = 1;
  let topology = sheet.whole;
  let box = null;

  // --- shapes --------------------------------------------------------------------------------
  /** What is drawn, to be drawn finer or coarser, and cut elsewhere, as the view asks for. */
  const drawings = new Set();

  function redraw(drawn) {
    const isLine = drawn.element.localName === "g";
    if (drawn.of !== topology) [drawn.of, drawn.cut] = [topology, (isLine ? lineCutter : cutter)(drawn.draw(topology))];
    const data = drawn.cut(box);
    if (isLine) drawPieces(drawn.element, data);
    else if (drawn.data !== data) drawn.element.setAttribute("d", data);
    drawn.data = data;
  }

  /** The pieces of a line in its group; its dashes go on from one to the next. */
  function drawPieces(group, pieces) {
    const dashed = group.hasAttribute("stroke-dasharray");
    while (group.children.length > pieces.length) group.lastChild.remove();
    for (const [i, { data, from }] of pieces.entries()) {
      const path = group.children[i] ?? group.appendChild(svg("path", { "vector-effect": "non-scaling-stroke" }));
      if (path.getAttribute("d") !== data) path.setAttribute("d", data);
      if (dashed) path.setAttribute("stroke-dashoffset", from * scale);
    }
  }

  /**
   * Draw on a path, or a line in a group, until it is removed: `draw` gives its geometry from the sheet's topology, as
   * fine as that is.
   */
  function drawOn(element, draw) {
    const drawn = { element, draw, of: null, cut: null, data: null };
    drawings.add(drawn);
    redraw(drawn);
    return {
      redraw(other) { [drawn.draw, drawn.of] = [other, null]; redraw(drawn); },
      remove() { drawings.delete(drawn); },
    };
  }

  // --- where the sheet lies ------------------------------------------------------------------
  /**
   * Lay the sheet on a plane whose origin is a point of the world at this zoom.
   * @param bounds what of the plane there is, [left, top, right, bottom] in its pixels; all without it
   */
  function lay(zoom, [left, top], bounds = null) {
    const [atX, atY] = project(sheet.corner, zoom);
    const [x, y] = [atX - left, atY - top];
    const size = sheetScale(zoom);
    if (bounds) box = [(bounds[0] - x) / size, (bounds[1] - y) / size, (bounds[2] - x) / size, (bounds[3] - y) / size];
    const stretched = scale !== size;
    [origin, scale] = [[x, y], size];
    for (const drawn of drawings) redraw(drawn);
    laid.setAttribute("transform", `translate(${x} ${y}) scale(${size})`);
    if (stretched) for (const pattern of defs.children) turn(pattern);
  }

  const turn = (pattern) => pattern.setAttribute("patternTransform", `scale(${1 / scale}) ${pattern.dataset.turned}`.trim());

  /** A fill for what lies on the sheet: a hatch of its own, that has the size of the one it is made from. */
  function paint(fill) {
    const base = /^url\(#(.+)\)$/.exec(fill)?.[1];
    if (!base) return fill;
    const id = `${base}-on-${serial}`;
    if (![...defs.children].some((pattern) => pattern.id === id)) {
      const turned = document.getElementById(base).getAttribute("patternTransform") ?? "";
      const pattern = svg("pattern", { id, href: `#${base}`, "data-turned": turned });
      turn(pattern);
      defs.append(pattern);
    }
    return `url(#${id})`;
  }

  // --- before the map is there --------------------------------------------------------------
  let first = null;

  /** Show what is drawn in a node of this size, as the map will; until `attach`. */
  function showIn(node, { width, height }, { center, zoom }) {
    const [x, y] = project(center, zoom);
    lay(zoom, [Math.round(x - width / 2), Math.round(y - height / 2)]);
    first = svg("svg", { width, height, "aria-hidden": "true", class: "sm-first" }, ...contents);
    node.append(first);
  }

  // --- on the map ----------------------------------------------------------------------------
  let theMap = null;
  let renderer = null;
  let [Shape, Picture] = [];

  function attach({ L, map }) {
    theMap = map;
    const Plane = L.SVG.extend({
      _initContainer() {
        L.SVG.prototype._initContainer.call(this);
        this._rootGroup.append(...contents);
      },
      _update() {
        L.SVG.prototype._update.call(this);
        if (map._animatingZoom && this._bounds) return; // as Leaflet's own
        const { x, y } = map.getPixelOrigin();
        const { min, max } = this._bounds;
        topology = sheet.topologyAt(map.getZoom());
        lay(map.getZoom(), [x, y], [min.x - OUTSIDE, min.y - OUTSIDE, max.x + OUTSIDE, max.y + OUTSIDE]);
      },
      // A shape that was drawn before the map was there stays as it is drawn; a line is a group.
      _initPath(layer) {
        const { element, className } = layer.options;
        if (element) {
          layer._path = element;
          element.classList.add("leaflet-interactive");
        } else if (layer.isLine) {
          layer._path = svg("g", { class: className ?? "" });
          this._updateStyle(layer);
        } else { L.SVG.prototype._initPath.call(this, layer); return; }
        this._layers[L.stamp(layer)] = layer;
      },
      _updateStyle(layer) {
        if (!layer.options.element) L.SVG.prototype._updateStyle.call(this, layer);
      },
      _addPath(layer) {
        groups.get(layer.options.group).append(layer._path);
        layer.addInteractiveTarget(layer._path);
      },
    });

    Shape = L.Path.extend({
      initialize(draw, options) {
        L.setOptions(this, options);
        this.isLine = options.fill === false; // from the beginning: an area may lose its fill for a while
        this.draw = draw;
      },
      onAdd() {
        L.Path.prototype.onAdd.call(this);
        if (this.options.element) return;
        if (!this.isLine) this._path.setAttribute("vector-effect", "non-scaling-stroke");
        this.drawn = drawOn(this._path, this.draw);
      },
      onRemove() {
        this.drawn?.remove();
        L.Path.prototype.onRemove.call(this);
      },
      /** Draw something else from now on. */
      redrawAs(draw) {
        this.draw = draw;
        if (this._map) this.drawn.redraw(draw);
        return this;
      },
      getCenter() { return this.options.center; },
      _project() {},
      _update() {},
    });

    Picture = L.Layer.extend({
      initialize(element, group) { [this.element, this.group] = [element, group]; },
      onAdd() { groups.get(this.group).append(this.element); },
      onRemove() { this.element.remove(); },
      setOpacity(opacity) { this.element.setAttribute("opacity", opacity); },
    });

    map.createPane("plane").style.zIndex = Z_INDEX;
    renderer = new Plane({ pane: "plane", padding: PADDING }).addTo(map);
    first?.remove();
    first = null;
  }

  /** Options of a Leaflet path that is to be drawn in a group. */
  const within = (group) => ({ group, pane: "plane", renderer });

  /** A shape on the sheet, as a Leaflet path in a group; `draw` gives its geometry from the sheet's topology. */
  const shape = (draw, group, options = {}) => new Shape(draw, {
    ...options, weight: options.weight === 1 ? HAIRLINE : options.weight, fillColor: paint(options.fillColor), ...within(group),
  });

  /** A picture over a box of the map (west, south, east, north; degrees), in a group, as a Leaflet layer. */
  function picture(href, [west, south, east, north], group) {
    const [x, y] = sheet.point([west, north]);
    const [right, bottom] = sheet.point([east, south]);
    return new Picture(svg("image", { href, preserveAspectRatio: "none", x, y, width: right - x, height: bottom - y }), group);
  }

  // --- what a group shows of itself ----------------------------------------------------------
  const clips = new Map();
  function clipOf(name) {
    if (!clips.has(name)) {
      const rect = svg("rect", {});
      groups.get(name).before(svg("clipPath", { id: `clip-${name}` }, rect));
      clips.set(name, rect);
    }
    return clips.get(name);
  }

  /** Show of a group what lies between two x of the map, in pixels from its left; all of it without them. */
  function clip(name, between = null) {
    const group = groups.get(name);
    if (!between) { group.removeAttribute("clip-path"); return; }
    // A clip is in the sheet's units, and a flight stretches the plane: it is taken from where that is on the screen.
    const plane = group.ownerSVGElement;
    const drawn = plane.getBoundingClientRect();
    if (!drawn.width) return;
    const view = plane.viewBox.baseVal;
    const stretch = view.width / drawn.width;
    const seenAt = theMap.getContainer().getBoundingClientRect();
    const [x, y] = origin;
    const [from, to] = between;
    const seen = {
      x: (view.x + (seenAt.left + from - drawn.left) * stretch - x) / scale, y: (view.y + (seenAt.top - drawn.top) * stretch - y) / scale,
      width: ((to - from) * stretch) / scale, height: (seenAt.height * stretch) / scale,
    };
    for (const [key, value] of Object.entries(seen)) clipOf(name).setAttribute(key, value);
    group.setAttribute("clip-path", `url(#clip-${name})`);
  }

  return { groups, paint, drawOn, showIn, attach, within, shape, picture, clip };
}
