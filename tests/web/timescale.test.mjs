import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { clampDay, dayNumber, formatDay, formatNumber, isDay, makeScale, neighbourDay } from "../../geo/web/timescale.mjs";
import { setWords } from "../../geo/web/strings.mjs";
import { words } from "./words.mjs";

// Two stretches of 100 days each; the second has three quarters of the width.
const scale = makeScale([
  { from: "2001-01-01", to: "2001-04-11", share: 0.25, label: "slow" },
  { from: "2001-04-11", to: "2001-07-20", share: 0.75, label: "fast" },
]);

test("days count from 1970", () => {
  assert.equal(dayNumber("1970-01-02"), 1);
  assert.equal(dayNumber("2000-03-01") - dayNumber("2000-02-28"), 2); // a leap year
});

test("only calendar days are days", () => {
  assert.deepEqual(["2020-02-29", "2021-02-29", "2020-13-01", "20201108", "8 Nov"].map(isDay), [true, false, false, false, false]);
});

test("each stretch has its share of the width", () => {
  assert.equal(scale.position("2001-01-01"), 0);
  assert.equal(scale.position("2001-04-11"), 0.25);
  assert.equal(scale.position("2001-02-20"), 0.125); // 50 of 100 days
  assert.equal(scale.position("2001-07-20"), 1);
});

test("positions lead back to their days", () => {
  for (const day of ["2001-01-01", "2001-01-02", "2001-04-10", "2001-04-11", "2001-04-12", "2001-07-20"]) {
    assert.equal(scale.day(scale.position(day)), day);
  }
});

test("what lies outside is the nearest end", () => {
  assert.equal(scale.position("1999-01-01"), 0);
  assert.equal(scale.day(1.5), "2001-07-20");
  assert.equal(clampDay("2030-01-01", "2001-01-01", "2001-07-20"), "2001-07-20");
});

test("neighbours are the next change on either side, or the day itself at the end", () => {
  const days = ["2001-02-01", "2001-03-01"];
  assert.equal(neighbourDay(days, "2001-01-15", 1), "2001-02-01");
  assert.equal(neighbourDay(days, "2001-02-01", 1), "2001-03-01");
  assert.equal(neighbourDay(days, "2001-02-15", -1), "2001-02-01");
  assert.equal(neighbourDay(days, "2001-03-01", 1), "2001-03-01");
  assert.equal(neighbourDay(days, "2001-01-15", -1), "2001-01-15");
});

test("days and numbers are written as people write them", () => {
  assert.equal(formatDay("2020-11-08"), "8 November 2020");
  assert.equal(formatNumber(11460), "11,460");
});

test("every language writes days and numbers as Python does", () => {
  const golden = JSON.parse(readFileSync(new URL("../golden/formats.json", import.meta.url), "utf8"));
  for (const [lang, { formats, days, numbers }] of Object.entries(golden)) {
    setWords({ texts: {}, formats });
    for (const [day, text] of Object.entries(days)) assert.equal(formatDay(day), text, lang);
    for (const [number, text] of Object.entries(numbers)) assert.equal(formatNumber(Number(number)), text, lang);
  }
  setWords(words);
});
