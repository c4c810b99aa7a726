import assert from "node:assert/strict";
import { test } from "node:test";
import { between, covers, placeIn, viewFrom } from "../../geo/web/flight.mjs";

const near = (found, wanted) => {
  for (const [key, value] of Object.entries(wanted)) assert.ok(Math.abs(found[key] - value) < 1e-6, `${key}: ${found[key]}, not ${value}`);
};

test("a picture of the view a quarter of the world to the east lies, one zoom closer, 128 pixels to the right and twice as large", () => {
  // At zoom 1 the world is 512 pixels wide: a quarter of it is 128.
  near(placeIn({ center: [0, 0], zoom: 1 }, { center: [90, 0], zoom: 0 }), { scale: 2, x: 128, y: 0 });
});

test("the view that is seen is found again from where the picture lies", () => {
  const drawn = { center: [46.8, 39.8], zoom: 8.5 };
  const seen = { center: [46.2, 40.1], zoom: 9.75 };
  const found = viewFrom(placeIn(seen, drawn), drawn);
  near({ lon: found.center[0], lat: found.center[1], zoom: found.zoom }, { lon: 46.2, lat: 40.1, zoom: 9.75 });
});

test("on the way from one to four times as large the middle is two, where a point has gone a third of its way", () => {
  near(between({ scale: 1, x: 0, y: 30 }, { scale: 4, x: 300, y: 0 }, 0.5), { scale: 2, x: 100, y: 20 });
});

test("without a change of size the middle is half of the way", () => {
  near(between({ scale: 1, x: 0, y: 0 }, { scale: 1, x: 10, y: -4 }, 0.5), { scale: 1, x: 5, y: -2 });
});

test("a picture of 160 by 160 pixels around a map of 100 may be moved by 30 before the map's edge shows, one of 320 by 110", () => {
  const size = { width: 100, height: 100 };
  for (const [scale, most] of [[1, 30], [2, 110]]) {
    assert.ok(covers({ scale, x: most - 0.01, y: -most + 0.01 }, size, 0.3));
    assert.ok(!covers({ scale, x: most + 0.01, y: 0 }, size, 0.3));
    assert.ok(!covers({ scale, x: 0, y: -most - 0.01 }, size, 0.3));
  }
});

test("one half as large does not cover the map at all; its middle it does, up to 40 pixels", () => {
  const size = { width: 100, height: 100 };
  assert.ok(!covers({ scale: 0.5, x: 0, y: 0 }, size, 0.3));
  assert.ok(covers({ scale: 0.5, x: 39.9, y: 0 }, size, 0.3, 0));
  assert.ok(!covers({ scale: 0.5, x: 40.1, y: 0 }, size, 0.3, 0));
});
