import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { applyPartial, defaultState, stateFromQuery, stateToQuery, stepState } from "../../geo/web/state.mjs";
import "./words.mjs";

const payload = {
  story: { first: "1980-01-01", last: "2000-01-01", lang: "en", original: "en", names: [{ id: "article" }, { id: "armenian" }, { id: "russian" }], defaults: { date: "1990-01-01", layers: ["control"], names: "article", view: { center: [1, 2], zoom: 8 } } },
  layers: [{ id: "control" }, { id: "towns" }, { id: "rivers" }],
  units: { upper: {} }, places: { hill: {} },
  steps: [
    { id: "one", date: "1985-05-05", layers: ["control", "towns"], highlight: ["hill"], compare: null, view: { bounds: [0, 0, 1, 1] } },
    { id: "two", date: "1995-05-05", layers: ["control"], highlight: [], compare: "1985-05-05", view: { bounds: [1, 1, 2, 2] } },
  ],
};

const told = { ...payload, events: [{ id: "flood", date: "1988-08-08", places: ["hill", "sea"] }] };

test("an empty query is the story's own state", () => {
  assert.deepEqual(stateFromQuery(payload, ""), { state: defaultState(payload), ignored: [] });
});

test("a step brings its own state, and what else is asked for goes over it", () => {
  const { state } = stateFromQuery(payload, "?date=1999-01-01&step=two&layers=control,rivers");
  assert.equal(state.step, "two");
  assert.equal(state.date, "1999-01-01");
  assert.equal(state.compare, "1985-05-05");
  assert.deepEqual(state.layers, ["control", "rivers"]);
});

test("entering a step keeps the reader's names and takes back the rest", () => {
  const asked = stateFromQuery(payload, "?step=one&names=russian&layers=rivers").state;
  const { state } = applyPartial(payload, asked, { step: "two" });
  assert.equal(state.names, "russian");
  assert.deepEqual(state.layers, ["control"]);
});

test("a query says only what differs from the step", () => {
  assert.equal(stateToQuery(payload, stepState(payload, "two")), "?step=two");
  assert.equal(stateToQuery(payload, { ...stepState(payload, "two"), compare: null, names: "russian" }), "?step=two&names=russian&compare=");
  assert.equal(stateToQuery(payload, defaultState(payload)), "");
});

test("states survive a round trip through their URL", () => {
  const base = defaultState(payload);
  const states = [
    { ...base, date: "1991-02-03", compare: "1981-01-01", highlight: ["upper", "hill"] },
    { ...base, layers: [], names: "armenian", ui: "legend" },
    { ...stepState(payload, "one"), layers: ["rivers"], compare: "1999-12-31" },
    { ...stepState(payload, "two"), compare: null, highlight: ["hill"] },
    { ...base, view: { center: [46.75, 39.7632], zoom: 10.25 } },
    { ...base, view: { bounds: [46.5, 39.25, 47, 39.7632] } },
  ];
  for (const state of states) assert.deepEqual(stateFromQuery(payload, stateToQuery(payload, state)), { state, ignored: [] });
});

test("what is wrong is put right and told", () => {
  const { state, ignored } = stateFromQuery(payload, "?step=three&date=1990-02-30&layers=control,lakes&names=klingon&compare=2050-01-01&view=north");
  assert.equal(state.step, null);
  assert.equal(state.date, "1990-01-01");
  assert.deepEqual(state.layers, ["control"]);
  assert.equal(state.compare, "2000-01-01");
  assert.equal(ignored.length, 6);
  assert.match(ignored.join(), /three.*1990-02-30.*lakes.*klingon.*2050-01-01.*view/s);
});

test("parameters of others, such as the host's own, are none of ours", () => {
  assert.deepEqual(stateFromQuery(payload, "?embed=true&utm_source=x").ignored, []);
});

test("a link to an event shows its day and places until the day is changed", () => {
  const { state, ignored } = stateFromQuery(told, "?event=flood");
  assert.deepEqual([state.event, state.date, state.highlight, ignored], ["flood", "1988-08-08", ["hill"], []]);
  assert.equal(stateToQuery(told, state), "?event=flood");
  assert.equal(applyPartial(told, state, { date: "1989-01-01" }).state.event, null);
  assert.match(stateFromQuery(told, "?event=drought").ignored[0], /drought/);
});
