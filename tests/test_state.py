"""The URL's state: the same cases that the browser's code answers in tests/web/explore.test.mjs."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from geo.state import default_state, event_state, read_query, step_state, write_query

CASES = json.loads((Path(__file__).parent / "golden" / "queries.json").read_text(encoding="utf-8"))


def plain(state) -> dict:
    day = state.date.isoformat()
    return {
        "date": day, "layers": list(state.layers), "names": state.names, "mode": state.mode,
        "handle": state.handle,
        "compare": state.compare.isoformat() if state.compare else None,
        "highlight": list(state.highlight), "step": state.step, "event": state.event,
    }  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["query"] or "nothing")
def test_a_query_is_read_as_the_browser_reads_it(valleys, case):
    state, ignored = read_query(valleys, case["query"])
    assert plain(state) == case["state"]
    assert ignored == case["ignored"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["query"] or "nothing")
def test_a_state_is_written_as_the_shortest_query_that_opens_it(valleys, case):
    state, _ = read_query(valleys, case["query"])
    assert write_query(valleys, state) == case["written"]
    assert read_query(valleys, case["written"])[0] == state


def test_a_mapping_is_read_as_a_query(valleys):
    assert read_query(valleys, {"date": "1901-05-09", "embed": "true"}) == read_query(valleys, "?date=1901-05-09")


def test_a_step_and_an_event_bring_their_own_state(valleys):
    start = default_state(valleys)
    assert step_state(valleys, "pass", start).compare == date(1900, 1, 2)
    assert event_state(valleys, "tarn-1902", start).highlight == ("tarn",)
    assert step_state(valleys, "over", start) is None
    assert event_state(valleys, "flood", start) is None
