/**
 * What is drawn lies in groups from the ground up, and groups share planes: one SVG each. In every frame of a flight the
 * browser lays the planes over each other; with a plane for each group it has no time left for the page that scrolls.
 */
import { svg } from "./hatches.mjs";

/** Groups of each plane from the ground up. What a day changes is not in the plane of what stays. */
const PLANES = {
  held: ["ground", "control", "control-other"],
  land: ["relief", "areas", "lines"],
  marked: ["compare", "day-lines", "day-lines-other", "fronts", "marks"],
};

const Z_INDEX = { held: 210, land: 330, marked: 410 };

export function mountPlanes({ L, map }) {
  const groups = new Map(Object.values(PLANES).flat().map((name) => [name, svg("g", { "data-group": name })]));

  const Plane = L.SVG.extend({
    _initContainer() {
      L.SVG.prototype._initContainer.call(this);
      this._rootGroup.append(...PLANES[this.options.pane].map((name) => groups.get(name)));
    },
    _addPath(layer) {
      groups.get(layer.options.group).append(layer._path);
      layer.addInteractiveTarget(layer._path);
    },
  });

  const planeOf = new Map();
  for (const [pane, names] of Object.entries(PLANES)) {
    map.createPane(pane).style.zIndex = Z_INDEX[pane];
    const plane = new Plane({ pane, padding: 0.5 }).addTo(map);
    for (const name of names) planeOf.set(name, plane);
  }

  /** Options of a Leaflet path that is to be drawn in a group. */
  const within = (group) => ({ group, pane: planeOf.get(group).options.pane, renderer: planeOf.get(group) });

  function put(element, box) {
    for (const [key, value] of Object.entries(box)) element.setAttribute(key, value);
  }

  /** A picture over a box of the map (west, south, east, north; degrees), in a group. */
  const Picture = L.Layer.extend({
    initialize(href, box, group) {
      [this.box, this.group] = [box, group];
      this.element = svg("image", { href, preserveAspectRatio: "none" });
    },
    onAdd() {
      groups.get(this.group).append(this.element);
      this.place();
      planeOf.get(this.group).on("update", this.place, this);
    },
    onRemove() {
      planeOf.get(this.group).off("update", this.place, this);
      this.element.remove();
    },
    place() {
      const [west, south, east, north] = this.box;
      const { x, y } = map.latLngToLayerPoint([north, west]);
      const end = map.latLngToLayerPoint([south, east]);
      put(this.element, { x, y, width: end.x - x, height: end.y - y });
    },
    setOpacity(opacity) { this.element.setAttribute("opacity", opacity); },
  });

  // A clip is in a plane's own units, which a flight stretches: it is taken from where the plane is on the screen.
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
    const plane = group.ownerSVGElement;
    const drawn = plane.getBoundingClientRect();
    if (!drawn.width) return;
    const view = plane.viewBox.baseVal;
    const scale = view.width / drawn.width;
    const box = map.getContainer().getBoundingClientRect();
    const [from, to] = between;
    const seen = {
      x: view.x + (box.left + from - drawn.left) * scale, y: view.y + (box.top - drawn.top) * scale,
      width: (to - from) * scale, height: box.height * scale,
    };
    put(clipOf(name), seen);
    group.setAttribute("clip-path", `url(#clip-${name})`);
  }

  return { groups, within, clip, picture: (href, box, group) => new Picture(href, box, group) };
}
