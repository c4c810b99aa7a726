import assert from "node:assert/strict";
import { test } from "node:test";
import { areasAt, changeDays, controlAt, controllerLabel, frontLength, frontsAt, indexLog, lastChange, publishedFor, roundKm2 } from "../../geo/web/control.mjs";

// Two valleys: `upper` passes from green to violet on 10 May 1990 (the sources leave 8 to 12 May
// open) and back on 1 March 1995; `lower` never changes; `rim` is the frame.
const row = (unit, date, controller, earliest = date, latest = date) => ({ unit, date, controller, earliest, latest });
const LOG = [
  row("upper", "1995-03-01", "green"), row("upper", "1980-01-01", "green"),
  row("upper", "1990-05-10", "violet", "1990-05-08", "1990-05-12"),
  row("lower", "1980-01-01", "green"), row("rim", "1980-01-01", "green"),
];
const UNITS = { upper: { km2: 120.4, frame: false }, lower: { km2: 79.6, frame: false }, rim: { km2: 500, frame: true } };
const EDGES = [
  { a: "lower", b: "upper", length_km: 12, accuracy: "digitised", error_km: 0.5 },
  { a: "rim", b: "upper", length_km: 8, accuracy: "schematic", error_km: 2 },
  { a: "lower", b: "rim", length_km: 30, accuracy: "digitised", error_km: 0.5 },
];
const on = (day) => controlAt(indexLog(LOG), day);

test("a unit changes on the day itself, not before", () => {
  assert.equal(on("1990-05-09").get("upper").controller, "green");
  assert.equal(on("1990-05-10").get("upper").controller, "violet");
  assert.equal(on("1995-02-28").get("upper").controller, "violet");
  assert.equal(on("1995-03-01").get("upper").controller, "green");
});

test("a unit is uncertain from the earliest to the latest day, both included", () => {
  const seen = ["1990-05-07", "1990-05-08", "1990-05-12", "1990-05-13"].map((d) => on(d).get("upper").uncertain);
  assert.deepEqual(seen, [false, true, true, false]);
});

test("an uncertain unit names the controller on the other side of the change", () => {
  assert.equal(on("1990-05-08").get("upper").other, "violet");
  assert.equal(on("1990-05-11").get("upper").other, "green");
  assert.equal(on("1990-05-13").get("upper").other, null);
});

test("a change whose day is certain is never uncertain", () => {
  assert.equal(on("1995-03-01").get("upper").uncertain, false);
});

test("before the log a unit has its first controller", () => {
  assert.equal(on("1900-01-01").get("upper").controller, "green");
});

test("fronts are the edges whose sides differ, the frame being a side", () => {
  assert.deepEqual(frontsAt(EDGES, on("1989-01-01")), []);
  const fronts = frontsAt(EDGES, on("1991-01-01"));
  assert.deepEqual(fronts.map((e) => `${e.a}|${e.b}`), ["lower|upper", "rim|upper"]);
  assert.deepEqual(frontLength(fronts), { total: 20, digitised: 12, schematic: 8 });
});

test("areas leave the frame out, and their error is length times error of the fronts", () => {
  const areas = areasAt(UNITS, EDGES, on("1991-01-01"));
  assert.equal(areas.get("violet").km2, 120.4);
  assert.equal(areas.get("green").km2, 79.6);
  assert.equal(areas.get("violet").error_km2, 12 * 0.5 + 8 * 2); // 22
});

test("km² are read to the nearest ten", () => {
  assert.deepEqual([4, 5, 11458, 11455].map(roundKm2), [0, 10, 11460, 11460]);
});

test("change days leave the baseline out", () => {
  assert.deepEqual(changeDays(LOG), ["1990-05-10", "1995-03-01"]);
  assert.equal(lastChange(changeDays(LOG), "1990-05-09"), null);
  assert.equal(lastChange(changeDays(LOG), "1994-01-01"), "1990-05-10");
});

test("a controller has the name of the day", () => {
  const controller = { label: "Now", labels: [{ label: "Then", until: "1991-12-26" }] };
  assert.equal(controllerLabel(controller, "1991-12-25"), "Then");
  assert.equal(controllerLabel(controller, "1991-12-26"), "Now");
});

test("a published figure stands beside what holds the same units as on its day", () => {
  const published = [
    { controller: "violet", date: "1991-01-01", km2: 118, source: "A;B", district: null },
    { controller: "violet", date: "1992-01-01", km2: 125, source: "B", district: null },
    { controller: "green", date: "1991-01-01", km2: 80, source: "C", district: null },
  ];
  const payload = { published, units: UNITS };
  assert.deepEqual(publishedFor(payload, indexLog(LOG), on("1993-01-01"), "violet"), { least: 118, most: 125, sources: ["A", "B"] });
  assert.equal(publishedFor(payload, indexLog(LOG), on("1996-01-01"), "violet"), null); // holds nothing any more
  assert.equal(publishedFor(payload, indexLog(LOG), on("1996-01-01"), "green"), null); // holds more than on that day
});
