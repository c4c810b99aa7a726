import assert from "node:assert/strict";
import { test } from "node:test";
import { neighbourIn } from "../../geo/web/units.mjs";

// A cross of five with one far away to the north-east.
const points = new Map([["middle", [0, 0]], ["east", [2, 0]], ["west", [-2, 0]], ["north", [0, 3]], ["south", [0, -3]], ["far", [9, 8]]]);

test("arrows lead to the nearest piece in their direction", () => {
  assert.equal(neighbourIn(points, "middle", [1, 0]), "east");
  assert.equal(neighbourIn(points, "middle", [-1, 0]), "west");
  assert.equal(neighbourIn(points, "middle", [0, 1]), "north");
  assert.equal(neighbourIn(points, "middle", [0, -1]), "south");
});

test("where nothing lies ahead the piece stays", () => {
  assert.equal(neighbourIn(points, "far", [1, 0]), "far");
  assert.equal(neighbourIn(points, "south", [0, -1]), "south");
});
