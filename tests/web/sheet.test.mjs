import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { runInThisContext } from "node:vm";
import { cutter, lineCutter, makeSheet, NOTHING, sheetScale } from "../../geo/web/sheet.mjs";

globalThis.self = globalThis; // as in a browser
for (const name of ["topojson-client-3.1.0/topojson-client", "topojson-simplify-3.0.3/topojson-simplify"]) {
  runInThisContext(readFileSync(new URL(`../../geo/web/vendor/${name}.min.js`, import.meta.url), "utf8"));
}
const { topojson } = globalThis;

/** Two squares side by side, on a grid of a thousandth of a degree, whose common edge has a small tooth to the east. */
const TOPOLOGY = {
  type: "Topology", transform: { scale: [0.001, 0.001], translate: [46, 0] },
  arcs: [
    [[100, 0], [0, 50], [1, 0], [0, 1], [-1, 0], [0, 49]], // the common edge, northwards
    [[100, 100], [-100, 0], [0, -100], [100, 0]], // the rest of the western square
    [[100, 0], [100, 0], [0, 100], [-100, 0]], // the rest of the eastern one
  ],
  objects: {
    control: {
      type: "GeometryCollection",
      geometries: [{ type: "Polygon", id: "west", arcs: [[0, 1]] }, { type: "Polygon", id: "east", arcs: [[2, -1]] }],
    },
  },
};

test("the sheet's units are pixels of zoom 14 from the corner of the land", () => {
  const sheet = makeSheet(topojson, TOPOLOGY);
  assert.deepEqual(sheet.corner, [46, 0]);
  assert.deepEqual(sheet.point([47, 0]), [11651, 0]); // 2 ** 14 * 256 / 360
  assert.equal(sheetScale(14), 1);
  assert.equal(sheetScale(12), 0.25);
  assert.deepEqual(sheet.whole.arcs[2][1], [2330, 0]); // 0.2°
});

test("what is drawn first waits for its own arcs alone", () => {
  const [west, east] = TOPOLOGY.objects.control.geometries;
  const topology = { ...TOPOLOGY, objects: { control: { geometries: [west] }, rivers: { geometries: [east] } } };
  const sheet = makeSheet(topojson, topology, "control");
  assert.deepEqual(Object.keys(sheet.whole.arcs), ["0", "1"]);
  assert.equal(sheet.topologyAt(14).arcs.length, 3);
  assert.deepEqual(Object.keys(makeSheet(topojson, topology, "rivers").whole.arcs), ["0", "2"]);
});

test("what is smaller than can be seen is left out, alike for all that share it", () => {
  const sheet = makeSheet(topojson, TOPOLOGY);
  const corners = (zoom) => sheet.topologyAt(zoom).arcs.map((arc) => arc.length);
  // The tooth is 12 by 12 units: 144 square pixels at zoom 14, less than one at zoom 10.
  assert.deepEqual(corners(14), [6, 4, 4]);
  assert.deepEqual(corners(10), [2, 4, 4]);
  const [, edge] = sheet.topologyAt(10).arcs[0];
  assert.deepEqual(edge, sheet.whole.arcs[0].at(-1));
  const merged = topojson.merge(sheet.topologyAt(10), TOPOLOGY.objects.control.geometries);
  assert.equal(merged.coordinates.length, 1); // still one piece of land
  assert.equal(merged.coordinates[0].length, 1); // without a hole
});

test("a line is cut where it leaves the box", () => {
  const line = cutter({ type: "LineString", coordinates: [[0, 0], [100, 0], [100, 80]] });
  assert.equal(line([10, -5, 50, 5]), "M10 0l40 0 ");
  assert.equal(line(), "M0 0l100 0 0 80 ");
  assert.equal(line([-1, -1, 101, 81]), "M0 0l100 0 0 80 ");
  assert.equal(line([200, 200, 300, 300]), NOTHING);
});

test("a line that leaves the box and comes back is in two parts", () => {
  const line = cutter({ type: "LineString", coordinates: [[0, 0], [20, 0], [20, 10], [0, 10]] });
  assert.equal(line([-5, -5, 10, 15]), "M0 0l10 0 M10 10l-10 0 ");
});

/** The area of closed paths of relative lines. */
function area(data) {
  let sum = 0;
  for (const [, start, steps] of data.matchAll(/M([-\d]+ [-\d]+)l([-\d ]+)z/g)) {
    const points = [start.split(" ").map(Number)];
    const numbers = steps.trim().split(" ").map(Number);
    for (let i = 0; i < numbers.length; i += 2) points.push([points.at(-1)[0] + numbers[i], points.at(-1)[1] + numbers[i + 1]]);
    points.forEach(([x, y], i) => { const [nx, ny] = points[(i + 1) % points.length]; sum += (x * ny - nx * y) / 2; });
  }
  return Math.abs(sum);
}

test("an area is cut along the box and stays closed", () => {
  const square = [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]];
  const hole = [[2, 2], [2, 8], [8, 8], [8, 2], [2, 2]];
  const ring = cutter({ type: "Polygon", coordinates: [square, hole] });
  assert.equal(area(ring()), 64); // 100 - 36
  assert.equal(area(ring([-5, -5, 5, 20])), 32);
  assert.equal(ring([20, 20, 30, 30]), NOTHING);
});

test("points have no path, and nothing has one that draws nothing", () => {
  assert.equal(cutter({ type: "Point", coordinates: [1, 2] })(), NOTHING);
  assert.equal(cutter({ type: "MultiLineString", coordinates: [] })(), NOTHING);
  assert.equal(cutter({ type: "LineString", coordinates: [[3, 4], [3, 4]] })(), "M3 4");
});

test("a long line is drawn in pieces that share their ends, each with its way along the line", () => {
  const line = Array.from({ length: 31 }, (_, i) => [3 * i, 4 * i]); // 5 from point to point
  const pieces = lineCutter({ type: "LineString", coordinates: line });
  assert.deepEqual(pieces().map(({ data, from }) => [data.split("l")[0], from]), [["M0 0", 0], ["M72 96", 120]]); // 24 steps of 5
  assert.match(pieces()[0].data, /^M0 0l(3 4 ){24}$/);
  assert.match(pieces()[1].data, /^M72 96l(3 4 ){6}$/);
  assert.deepEqual(pieces([73, 90, 200, 200]).map(({ from }) => from), [120]);
});

test("the edge of an area is a line that comes back to where it began", () => {
  const square = [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]];
  const pieces = lineCutter({ type: "Polygon", coordinates: [square] });
  assert.deepEqual(pieces(), [{ data: "M0 0l10 0 0 10 -10 0 0 -10 ", from: 0 }]);
  assert.deepEqual(pieces([20, 20, 30, 30]), []);
  assert.deepEqual(lineCutter({ type: "MultiLineString", coordinates: [] })(), []);
});
