"""Growth in the browser: the page with a made-up story of 1 and 10 times the units, events, vertices and steps."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from benchmarks.browser import REST_MS, Contestant, Seat
from benchmarks.engine import EVENTS, UNITS
from benchmarks.synthetic import write_story
from geo.control import control_on
from geo.story import load_story
from tests.browser.conftest import serve

#: What grows: units and events together, vertices of an edge, steps.
CASES = {
    "1 ×": (UNITS, EVENTS, 24, 26),
    "10 × units and events": (UNITS * 10, EVENTS * 10, 24, 26),
    "10 × vertices": (UNITS, EVENTS, 240, 26),
    "10 × steps": (UNITS, EVENTS, 24, 260),
}
PAGE = Contestant("page", "page", "app", "", "own", "scroll", lead=True)


def measure(found: Browser, turns: int = 12) -> dict[str, Any]:
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, (units, events, points, steps) in CASES.items():
            path = write_story(Path(folder) / name.replace(" ", "-"), units, events, points, steps)
            told = load_story(path)
            drawn = tuple(told.units)
            letters = dict(zip(told.controllers, "abc", strict=True))
            process, url = serve("app.py", Path(folder) / "log.txt", str(path))
            try:
                seat = Seat(found, PAGE, url, drawn, letters)
                first = seat.open()
                seat.page.wait_for_timeout(2000)
                days = sorted({row.date for row in told.log})
                middle = len(days) // 2

                def word(day, told=told, drawn=drawn, letters=letters):
                    control = control_on(told, day)
                    return "".join(letters[control[unit].controller] for unit in drawn)

                seat.inside().evaluate("(date) => storyMap.setState({date})", days[middle].isoformat())
                seat.inside().locator("[data-timeline]").focus()
                seat.page.wait_for_timeout(500)
                timeline = []
                for turn in range(turns):
                    key, day = ("ArrowRight", days[middle + 1]) if turn % 2 == 0 else ("ArrowLeft", days[middle])
                    timeline.append(seat.turn_timeline(key, word(day)))
                here = steps // 2
                there = next(i for i in range(here, steps) if word(told.steps[i].date) != word(told.steps[here].date))
                step_rows = []
                for turn in range(turns // 2):
                    step = told.steps[here if turn % 2 == 0 else there]
                    step_rows.append(seat.scroll_to(step.id, word(step.date), REST_MS))
                results[name] = {
                    "first": first, "timeline": timeline, "step": step_rows[1:],
                    "heap": seat.metrics()["JSHeapUsedSize"],
                    "median": statistics.median(row["ms"] for row in timeline),
                }  # fmt: skip
                seat.close()
            finally:
                process.terminate()
                process.wait(10)
    return results
