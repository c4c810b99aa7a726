/**
 * The units of land as they are held: a path for each on the sheet, painted by who holds it. Drawn before the map is
 * there, which then takes them over.
 */
import { controlAt, indexLog } from "./control.mjs";
import { svg } from "./hatches.mjs";
import { mountPlane } from "./plane.mjs";
import { makeSheet } from "./sheet.mjs";

/** Seams between neighbours are closed by a stroke of the unit's own colour, in pixels. */
const SEAM = 0.8;

/**
 * A story's land before there is a map of it: the sheet, the plane, the units of the day, and control on any day.
 */
export function drawLand({ topojson, payload, hatches }) {
  const sheet = makeSheet(topojson, payload.topology);
  const plane = mountPlane(sheet);
  const object = payload.topology.objects.control;
  const geometries = object?.geometries.filter(({ id }) => !payload.units[id].frame) ?? [];
  const drawUnits = (group, mark) => drawUnitsIn({ topojson, geometries, plane, group, mark });
  const log = indexLog(payload.log);
  const controlOn = (day) => (object ? controlAt(log, day) : new Map());
  const units = drawUnits("control", markUnit);

  /** Paint the units as they were held on a state's day, and show them in a node as the map will: see `showIn`. */
  function showFirst(state, node, size, view) {
    units.paint(controlOn(state.date), (id, c) => heldLook(payload, hatches, c));
    plane.groups.get("control").append(...units.elements.values());
    plane.showIn(node, size, view);
  }

  return { sheet, plane, geometries, controlOn, units, drawUnits, showFirst };
}

/**
 * The paths of all units for a group, in which they are put when they are to be seen.
 * @param mark (element, id, c, key) writes on an element what it shows
 * @returns {{elements: Map<string, SVGPathElement>, paint: function}} elements by unit
 */
function drawUnitsIn({ topojson, geometries, plane, group, mark }) {
  const elements = new Map(geometries.map((geometry) => {
    // A path is pointed at, not tabbed to: the list of units is the keyboard's way (units.mjs).
    const element = svg("path", { "stroke-width": SEAM, "stroke-linejoin": "round", "fill-rule": "evenodd", "vector-effect": "non-scaling-stroke", tabindex: "-1" });
    plane.drawOn(element, (topology) => topojson.feature(topology, geometry).geometry);
    return [geometry.id, element];
  }));
  // Units are opaque inside a translucent group: their seams then do not show twice.
  plane.groups.get(group).classList.add("sm-control");
  const painted = new Map();

  /** Paint all units: `look` (id, c) gives what each is known by, its fill, and the colour of its seams. */
  function paint(control, look) {
    for (const [id, element] of elements) {
      const c = control.get(id);
      const { key, fill, color } = look(id, c);
      // What is seen may stay while what it stands for changes: "unchanged" has one look on all days.
      const full = `${key} ${c.controller} ${c.uncertain}`;
      if (painted.get(id) === full) continue;
      painted.set(id, full);
      element.setAttribute("fill", plane.paint(fill));
      element.setAttribute("stroke", color);
      mark(element, id, c, key);
    }
  }

  return { elements, paint };
}

/** How a unit is drawn that is held so. */
export function heldLook(payload, hatches, c) {
  const { color } = payload.controllers.find(({ id }) => id === c.controller);
  return c.uncertain ? { key: `${c.controller}?${c.other ?? ""}`, fill: hatches.uncertainFill(c.controller, c.other), color }
    : { key: c.controller, fill: hatches.fill(c.controller), color };
}

/** What a unit of the day shows, for whoever asks what is seen. */
export function markUnit(element, id, c, key) {
  element.dataset.unit = id;
  element.dataset.controller = c.controller;
  if (c.uncertain) element.dataset.uncertain = "true";
  else delete element.dataset.uncertain;
  if (key.includes(">")) element.dataset.passed = key;
  else delete element.dataset.passed;
}

/** What a unit of the other day shows. */
export function markOther(element, id, c) {
  element.dataset.otherUnit = id;
  element.dataset.otherController = c.controller;
}
