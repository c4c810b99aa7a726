/**
 * The wire between Python and the browser: the payload that Python's tests compare byte for byte is
 * read here by the browser's own code, with answers worked out from the tiny story's log by hand.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { areasAt, controlAt, frontsAt, indexLog } from "../../geo/web/control.mjs";
import { stateFromQuery, stateToQuery, stepState } from "../../geo/web/state.mjs";
import { makeScale } from "../../geo/web/timescale.mjs";
import "./words.mjs";

const here = (path) => new URL(path, import.meta.url);
const payload = JSON.parse(readFileSync(here("../golden/two-valleys.json"), "utf8"));
const topojson = createRequire(import.meta.url)("../../geo/web/vendor/topojson-client-3.1.0/topojson-client.min.js");
const on = (day) => controlAt(indexLog(payload.log), day);
const brief = (day) => Object.fromEntries([...on(day)].map(([unit, c]) => [unit, c.controller + (c.uncertain ? "?" : "")]));

test("the payload is of the version this code reads", () => {
  assert.equal(payload.version, 1);
});

test("control on a day is what the log says", () => {
  const start = { alder: "lowlanders", birch: "lowlanders", cedar: "lowlanders", elm: "lowlanders", fir: "lowlanders", moor: "lowlanders", tarn: "lowlanders" };
  assert.deepEqual(brief("1901-05-07"), start);
  assert.deepEqual(brief("1901-05-08"), { ...start, birch: "lowlanders?" });
  assert.deepEqual(brief("1901-05-09"), { ...start, birch: "uplanders?", cedar: "uplanders" });
  assert.deepEqual(brief("1901-05-12"), { ...start, birch: "uplanders", cedar: "uplanders" });
  assert.deepEqual(brief("1905-11-10"), { ...start, birch: "mission", cedar: "uplanders?", tarn: "mission" });
  assert.deepEqual(brief("1905-12-02"), { ...start, birch: "mission", tarn: "mission" });
});

test("the areas of all controllers add up to the mapped area on any day", () => {
  const mapped = Object.values(payload.units).reduce((sum, u) => sum + (u.frame ? 0 : u.km2), 0);
  for (const day of ["1900-01-01", "1901-05-09", "1902-02-01", "1905-11-10", "1905-12-02"]) {
    const total = [...areasAt(payload.units, payload.edges, on(day)).values()].reduce((sum, a) => sum + a.km2, 0);
    assert.ok(Math.abs(total - mapped) < 1e-6, day);
  }
});

test("the fronts that are drawn are those of the table: shared arcs whose sides differ", () => {
  for (const day of ["1900-01-01", "1901-05-09", "1902-02-01", "1905-11-10"]) {
    const control = on(day);
    const pairs = new Set();
    topojson.mesh(payload.topology, payload.topology.objects.control, (a, b) => {
      if (a !== b && control.get(a.id).controller !== control.get(b.id).controller) pairs.add([a.id, b.id].sort().join("|"));
      return false;
    });
    assert.deepEqual([...pairs].sort(), frontsAt(payload.edges, control).map((e) => `${e.a}|${e.b}`).sort(), day);
  }
});

test("every step and period is a state that survives its URL", () => {
  for (const step of payload.steps) {
    const state = stepState(payload, step.id);
    assert.deepEqual(stateFromQuery(payload, stateToQuery(payload, state)), { state, ignored: [] });
  }
  for (const { date } of payload.story.periods) {
    const { state, ignored } = stateFromQuery(payload, `?date=${date}`);
    assert.deepEqual([state.date, ignored], [date, []]);
  }
});

test("the timeline covers the story, and forms of names are known", () => {
  const scale = makeScale(payload.story.timeline);
  assert.equal(scale.first, payload.story.first);
  assert.equal(scale.last, payload.story.last);
  for (const place of Object.values(payload.places)) {
    for (const form of Object.keys(place.names)) assert.ok(payload.story.names.some((n) => n.id === form), form);
  }
});
