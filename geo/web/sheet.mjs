/**
 * The sheet that the map is drawn on: Web Mercator at one zoom, in whole numbers from the corner of the story's land.
 * What lies on it is projected once, whatever the view; a view moves and scales the sheet. Pure.
 */
import { clipPolygon, clipPolyline } from "./vendor/lineclip-2.0.0/lineclip.mjs";
import { project } from "./view.mjs";

/** A unit of the sheet is a pixel of this zoom: finer than the closest view, and than the grid of the coordinates. */
export const SHEET_ZOOM = 14;

/** A point is left out where the triangle it makes with its neighbours is smaller than this, in square pixels. */
const LEAST_AREA = 3;
/** Zooms so near to each other share what is left. */
const LEVEL = 0.5;

/** The numbers of the arcs that an object's areas and lines are made of. */
const arcsOf = (object) => (object?.geometries ?? []).flatMap(({ arcs = [] }) => arcs.flat(Infinity)).map((i) => (i < 0 ? ~i : i));

/**
 * @param topojson topojson-client and topojson-simplify
 * @param topology TopoJSON in degrees
 * @param first the name of the object that is drawn before a map is there
 * @returns {{corner: number[], point: function, whole: object, topologyAt: function}} the sheet's origin as [lon, lat];
 *   where a [lon, lat] lies on the sheet; the topology on the sheet, of which there is only the first object until the
 *   same is asked for as fine as a zoom can show, for all but points
 */
export function makeSheet(topojson, topology, first = "control") {
  const { scale, translate } = topology.transform;
  const corner = translate;
  const [left, bottom] = project(corner, SHEET_ZOOM);
  const point = (lonlat) => {
    const [x, y] = project(lonlat, SHEET_ZOOM);
    return [Math.round(x - left), Math.round(y - bottom)];
  };
  function lay(arc) {
    let [x, y] = [0, 0];
    return arc.map(([dx, dy]) => {
      x += dx;
      y += dy;
      return point([x * scale[0] + translate[0], y * scale[1] + translate[1]]);
    });
  }
  // What is drawn first waits for its own arcs alone, which are a third of them.
  const arcs = [];
  const layOut = (numbers) => { for (const i of numbers) arcs[i] ??= lay(topology.arcs[i]); };
  layOut(arcsOf(topology.objects[first]));
  const whole = { type: "Topology", objects: topology.objects, arcs };

  // Arcs keep their ends, so what shares an arc goes on sharing it.
  let weighed = null;
  const levels = new Map();
  function topologyAt(zoom) {
    const level = Math.ceil(zoom / LEVEL) * LEVEL;
    layOut(topology.arcs.keys());
    weighed ??= topojson.presimplify(whole);
    if (!levels.has(level)) levels.set(level, topojson.simplify(weighed, LEAST_AREA / sheetScale(level) ** 2));
    return levels.get(level);
  }
  return { corner, point, whole, topologyAt };
}

/** How many pixels a unit of the sheet has at a zoom. */
export const sheetScale = (zoom) => 2 ** (zoom - SHEET_ZOOM);

/** So many points of a line are a piece: who paints a map tile by tile then passes over what lies in other tiles. */
const PIECE = 24;

/** What SVG calls nothing: a path without any `d` keeps the one it had. */
export const NOTHING = "M0 0";

function lineData(line) {
  let [x, y] = line[0];
  const start = `M${x} ${y}`;
  let steps = "";
  for (let i = 1; i < line.length; i += 1) {
    const [nextX, nextY] = line[i];
    if (nextX === x && nextY === y) continue;
    steps += `${nextX - x} ${nextY - y} `;
    [x, y] = [nextX, nextY];
  }
  return steps ? `${start}l${steps}` : start;
}

/** The parts of a geometry on the sheet: its lines, or the rings of its polygons; points have none. */
function partsOf({ type, coordinates }) {
  switch (type) {
    case "LineString": return { lines: [coordinates], closed: false };
    case "MultiLineString": return { lines: coordinates, closed: false };
    case "Polygon": return { lines: coordinates, closed: true };
    case "MultiPolygon": return { lines: coordinates.flat(), closed: true };
    default: return { lines: [], closed: false };
  }
}

/** The box around points: [least x, least y, most x, most y]. */
export function boxOf(line) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of line) {
    if (x < box[0]) box[0] = x;
    if (y < box[1]) box[1] = y;
    if (x > box[2]) box[2] = x;
    if (y > box[3]) box[3] = y;
  }
  return box;
}

const apart = (a, b) => a[2] < b[0] || b[2] < a[0] || a[3] < b[1] || b[3] < a[1];
const within = (a, b) => b[0] <= a[0] && b[1] <= a[1] && a[2] <= b[2] && a[3] <= b[3];

/** A part of a geometry, to be cut to boxes: what is far from a view costs its painter nothing. */
function cuttable(line, closed) {
  const around = boxOf(line);
  const end = closed ? "z" : "";
  let data = null;
  const rounded = (part) => `${lineData(part.map(([x, y]) => [Math.round(x), Math.round(y)]))}${end}`;

  return (box) => {
    if (!box || within(around, box)) return (data ??= lineData(line) + end);
    if (apart(around, box)) return "";
    const parts = closed ? [clipPolygon(line, box)] : clipPolyline(line, box);
    return parts.filter((part) => part.length).map(rounded).join("");
  };
}

/**
 * A geometry as a path that is cut to boxes.
 * @returns {function(number[]): string} the `d` of an SVG path for what lies in a box; as it is without one
 */
export function cutter(geometry) {
  const { lines, closed } = partsOf(geometry);
  const parts = lines.filter((line) => line.length).map((line) => cuttable(line, closed));
  return (box) => parts.map((cut) => cut(box)).join("") || NOTHING;
}

/**
 * The lines of a geometry, areas' edges as well, as paths in pieces that are cut to boxes.
 * @returns {function(number[]): {data: string, from: number}[]} for each piece in a box the `d` of an SVG path, and how
 *   far along its line it begins, in units of the sheet
 */
export function lineCutter(geometry) {
  const pieces = partsOf(geometry).lines.flatMap((line) => {
    let from = 0;
    return Array.from({ length: Math.ceil((line.length - 1) / PIECE) }, (_, i) => {
      const points = line.slice(i * PIECE, (i + 1) * PIECE + 1);
      const piece = { cut: cuttable(points, false), from };
      from += lengthOf(points);
      return piece;
    });
  });
  return (box) => pieces.map(({ cut, from }) => ({ data: cut(box), from })).filter(({ data }) => data);
}

const lengthOf = (line) => line.reduce((sum, [x, y], i) => (i ? sum + Math.hypot(x - line[i - 1][0], y - line[i - 1][1]) : 0), 0);
