import assert from "node:assert/strict";
import { test } from "node:test";
import { fitView, project, unproject } from "../../geo/web/view.mjs";

const ZOOMS = { min: 3, max: 13, snap: 0.05 };
const near = (found, wanted, by = 0.001) => assert.ok(Math.abs(found - wanted) <= by, `${found} is not ${wanted}`);

test("the world is 256 pixels wide at zoom 0 and twice as wide at each further zoom", () => {
  assert.deepEqual(project([0, 0], 0), [128, 128]);
  assert.deepEqual(project([180, 0], 1), [512, 256]);
  near(project([0, 85.0511288], 0)[1], 0); // where Web Mercator ends
});

test("a point goes to the plane and back", () => {
  const [lon, lat] = unproject(project([46.75, 39.76], 10.5), 10.5);
  near(lon, 46.75, 1e-9);
  near(lat, 39.76, 1e-9);
});

test("a box is fitted between margins of 12 pixels, to the next smaller step of the zoom", () => {
  // 90° are 64 pixels at zoom 0; 676 / 64 = 2 ** 3.40.
  const { center, zoom } = fitView({ bounds: [-45, -1, 45, 1] }, { width: 700, height: 500 }, ZOOMS);
  near(zoom, 3.4, 1e-9);
  near(center[0], 0, 1e-9);
  near(center[1], 0, 1e-9);
});

test("a wide map leaves room for the legend at its right", () => {
  // 826 / 64 = 2 ** 3.69; half of 150 pixels at zoom 3.65 are 8.402°.
  const { center, zoom } = fitView({ bounds: [-45, -1, 45, 1] }, { width: 1000, height: 500 }, ZOOMS);
  near(zoom, 3.65, 1e-9);
  near(center[0], 8.402);
});

test("a tall box is fitted by its height", () => {
  // 85.05° south to north are 256 pixels at zoom 0; 2024 - 24 = 2000 of them are 2 ** 2.97, which is less than the least zoom.
  assert.equal(fitView({ bounds: [0, -85.0511288, 1, 85.0511288] }, { width: 4000, height: 2024 }, ZOOMS).zoom, 3);
  near(fitView({ bounds: [0, -85.0511288, 1, 85.0511288] }, { width: 4000, height: 2024 }, { ...ZOOMS, min: 0 }).zoom, 2.95, 1e-9);
});

test("a given zoom is rounded to a step and kept within the map's", () => {
  const at = (zoom, zooms = ZOOMS) => fitView({ center: [46, 40], zoom }, { width: 700, height: 500 }, zooms);
  near(at(7.53).zoom, 7.55, 1e-9);
  assert.equal(at(20).zoom, 13);
  assert.equal(at(7.53, { ...ZOOMS, snap: 0 }).zoom, 7.53);
  assert.deepEqual(at(8).center, [46, 40]);
});

test("a map without a size has a zoom all the same", () => {
  assert.equal(fitView({ bounds: [45, 38, 48, 41] }, { width: 0, height: 0 }, ZOOMS).zoom, 8);
});
