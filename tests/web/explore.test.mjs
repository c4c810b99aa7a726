/**
 * What the Explore page adds to the browser's code: two days compared, names in texts, sentences, and
 * the same queries and sentences that Python's tests hold (tests/golden).
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { swipeForKey } from "../../geo/web/compare.mjs";
import { controlAt, indexLog, passagesBetween } from "../../geo/web/control.mjs";
import { describe } from "../../geo/web/document.mjs";
import { fieldAsks, joinQuery, optionKey, presentKey, pressed } from "../../geo/web/explore.mjs";
import { renamed, renamedText } from "../../geo/web/names.mjs";
import { defaultState, stateFromQuery, stateToQuery } from "../../geo/web/state.mjs";
import "./words.mjs";

const golden = (name) => JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), "utf8"));
const payload = golden("two-valleys");
const on = (day) => controlAt(indexLog(payload.log), day);

for (const { query, state: wanted, ignored, written } of golden("queries")) {
  test(`the query “${query}” is read and written as Python does`, () => {
    const read = stateFromQuery(payload, query);
    for (const [key, value] of Object.entries(wanted)) assert.deepEqual(read.state[key], value, key);
    assert.deepEqual(read.ignored, ignored);
    assert.equal(stateToQuery(payload, read.state), written);
  });
}

for (const { date, compare, names, text } of golden("sentences")) {
  test(`the map of ${date}, beside ${compare}, is told as Python tells it`, () => {
    assert.equal(describe(payload, { ...defaultState(payload), date, compare, names }, on(date), compare && on(compare)), text);
  });
}

test("what passed and what stayed is all the mapped land, in either order of days", () => {
  const mapped = Object.values(payload.units).reduce((sum, u) => sum + (u.frame ? 0 : u.km2), 0);
  for (const [a, b] of [["1900-01-02", "1905-12-31"], ["1905-12-31", "1901-05-09"], ["1902-02-01", "1902-02-01"]]) {
    const found = passagesBetween(payload.units, on(a), on(b));
    assert.ok(Math.abs(found.reduce((sum, p) => sum + p.km2, 0) - mapped) < 1e-6);
  }
  const passed = passagesBetween(payload.units, on("1901-05-07"), on("1901-05-09")).filter((p) => p.from !== p.to);
  assert.deepEqual(passed.map((p) => [p.from, p.to, p.km2]), [["lowlanders", "uplanders", payload.units.birch.km2 + payload.units.cedar.km2]]);
});

test("places in a text take the chosen form, quotations and missing forms stay", () => {
  const { places } = payload;
  assert.deepEqual(renamed(places, "Near Birchton.", "upland", "1902-01-01"), ["Near ", { name: "Բիրչտոն", lang: "hy" }, "."]);
  assert.equal(renamedText(places, "“Birchton” and Birchton", "upland", "1902-01-01"), "“Birchton” and Բիրչտոն");
  assert.equal(renamedText(places, "Elmstead, Birchtonians", "upland", "1902-01-01"), "Elmstead, Birchtonians");
  assert.equal(renamedText(places, "Birchton", "none", "1902-01-01"), "Birchton");
});

test("the handle goes by keys and stops at the ends", () => {
  assert.equal(swipeForKey("ArrowRight", 50), 52);
  assert.equal(swipeForKey("PageDown", 5), 0);
  assert.equal(swipeForKey("End", 3), 100);
  assert.equal(swipeForKey("a", 3), null);
});

test("the address has the reader's view and keeps what is not ours", () => {
  assert.equal(joinQuery("?date=1901-05-09&ui=legend", { center: [1.5, 2], zoom: 9 }, "?embed=true&date=1900-01-01"), "?date=1901-05-09&view=1.5,2,9&embed=true");
  assert.equal(joinQuery("", null, "?view=1,2,3"), "");
});

test("in front of a class keys go through periods and changes and stop at the ends", () => {
  const periods = ["1900-01-02", "1902-03-01"];
  const days = ["1900-01-01", "1901-05-09", "1902-02-01"];
  assert.equal(presentKey("ArrowRight", "1901-01-01", periods, days), "1902-03-01");
  assert.equal(presentKey("PageUp", "1902-03-01", periods, days), "1900-01-02");
  assert.equal(presentKey("ArrowLeft", "1900-01-02", periods, days), null);
  assert.equal(presentKey("ArrowDown", "1901-05-09", periods, days), "1902-02-01");
  assert.equal(presentKey("x", "1901-05-09", periods, days), null);
});

test("a press on a group of buttons asks for what the host will say", () => {
  const widgets = {
    periods: [{ date: "1900-01-02", layers: null }, { date: "1902-03-01", layers: ["control"] }], modes: ["outline", "swipe"],
    layers: { all: ["control", "towns", "rivers"], context: ["rivers"] },
  };
  const state = { date: "1900-01-02", compare: "1902-03-01", mode: "outline", layers: ["control", "towns"] };
  assert.deepEqual(pressed("period", 1, state, widgets), { date: "1902-03-01", layers: ["control"] });
  assert.equal(pressed("period", 0, state, widgets), null);
  assert.deepEqual(pressed("compare", 1, state, widgets), { compare: null });
  assert.deepEqual(pressed("mode", 1, state, widgets), { mode: "swipe" });
  assert.deepEqual(pressed("next", 0, state, { ...widgets, days: ["1899-01-01", "1901-01-01"] }), { date: "1901-01-01" });
  assert.equal(pressed("previous", 0, state, { ...widgets, days: ["1901-01-01"] }), null);
  assert.deepEqual(pressed("toggle_names", 0, { ...state, names: "none" }, { ...widgets, form: "upland" }), { names: "upland" });
  assert.deepEqual(pressed("layers_context", 0, state, widgets), { layers: ["control", "towns", "rivers"] });
});

test("a field's new value asks for its day, and half a day for nothing", () => {
  const widgets = { days: ["1900-01-02", "1901-05-09"], first: "1900-01-01", last: "1905-12-31" };
  assert.deepEqual(fieldAsks("slider", "1", widgets), { date: "1901-05-09" });
  assert.equal(fieldAsks("slider", "7", widgets), null);
  assert.deepEqual(fieldAsks("day", "1901-02-28", widgets), { date: "1901-02-28" });
  assert.equal(fieldAsks("day", "1901-02-30", widgets), null);
  assert.equal(fieldAsks("day", "1899-12-31", widgets), null); // the host refuses it
  assert.equal(fieldAsks("compare_day", "1906-01-01", widgets), null);
  assert.deepEqual(fieldAsks("compare_day", "1901-02-28", widgets), { compare: "1901-02-28" });
});

test("a place is found by all its names in whatever order the list shows them", () => {
  assert.equal(optionKey(" Birch · Aspen · Ç "), optionKey("Ç · Birch · Aspen"));
});
