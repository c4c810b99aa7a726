import assert from "node:assert/strict";
import { test } from "node:test";
import { placeLabels } from "../../geo/web/labels.mjs";
import { fold, nameOf, searchPlaces } from "../../geo/web/names.mjs";
import { stepAt, stepForKey } from "../../geo/web/reading.mjs";

test("the step being read is the last whose top has passed the line", () => {
  const tops = [-900, -100, 400, 1200];
  assert.equal(stepAt(tops, 450), 2);
  assert.equal(stepAt(tops, 399), 1);
  assert.equal(stepAt(tops, 400), 2);
  assert.equal(stepAt([500, 900], 450), 0); // the opening is still on screen
  assert.equal(stepAt(tops, 5000), 3);
});

test("keys move by a step and stop at the ends", () => {
  assert.equal(stepForKey("ArrowDown", false, 2, 8), 3);
  assert.equal(stepForKey(" ", true, 2, 8), 1);
  assert.equal(stepForKey("PageUp", false, 0, 8), 0);
  assert.equal(stepForKey("End", false, 2, 8), 7);
  assert.equal(stepForKey("x", false, 2, 8), null);
});

const PLACES = {
  river: { lonlat: [1, 2], rank: 2, names: { article: [{ name: "Old River", lang: "en", from: null, to: "1990-01-01" }, { name: "New River", lang: "en", from: "1990-01-01", to: null }], azerbaijani: [{ name: "Çay Əlaqə", lang: "az", from: null, to: null }] } },
  hill: { lonlat: [1, 2], rank: 1, names: { article: [{ name: "Riverhill", lang: "en", from: null, to: null }] } },
};

test("a name is the one of the form and the day; a missing form falls back to the article's", () => {
  assert.deepEqual(nameOf(PLACES, "river", "article", "1989-12-31"), { name: "Old River", lang: "en", fallback: false });
  assert.deepEqual(nameOf(PLACES, "river", "azerbaijani", "1989-12-31"), { name: "Çay Əlaqə", lang: "az", fallback: false });
  assert.deepEqual(nameOf(PLACES, "hill", "azerbaijani", "2020-01-01"), { name: "Riverhill", lang: "en", fallback: true });
});

test("search does without case and diacritics, and puts beginnings first", () => {
  assert.equal(fold("Çay Əlaqə"), "cay elaqe");
  assert.deepEqual(searchPlaces(PLACES, "river").map((p) => p.id), ["hill", "river"]);
  assert.deepEqual(searchPlaces(PLACES, "ELAQE").map((p) => p.id), ["river"]);
  assert.deepEqual(searchPlaces(PLACES, " "), []);
});

const label = (id, x, priority) => ({ id, x, y: 50, w: 40, h: 8, gap: 4, priority, centred: false });

test("a label goes to the east of its point, or to the next side that is free", () => {
  // `a` takes 54 to 94 px; the map ends at 130, so `b` at 98 px has neither east nor west.
  const chosen = placeLabels([label("b", 98, 1), label("a", 50, 2)], { width: 130, height: 100 });
  assert.deepEqual([...chosen], [["a", "e"], ["b", "n"]]);
});

test("of two labels that cannot both be shown the more important one is", () => {
  // the point of `b` lies under the text of `a`
  assert.deepEqual([...placeLabels([label("b", 70, 1), label("a", 50, 2)], { width: 200, height: 100 }).keys()], ["a"]);
});

test("labels keep clear of panels and of the map's edge", () => {
  assert.deepEqual([...placeLabels([label("a", 50, 1)], { width: 200, height: 100 }, [{ x: 60, y: 0, w: 140, h: 100 }])], [["a", "w"]]);
  assert.equal(placeLabels([label("a", 50, 1)], { width: 60, height: 100 }).size, 1);
  assert.equal(placeLabels([label("a", 20, 1)], { width: 40, height: 100 }).size, 0);
});
