"""How fast the story map is, beside its peers, on one story in one browser.

    python -m benchmarks                run everything and write docs/performance.md (under 15 minutes)
    python -m benchmarks --quick        a few turns of each, printed, nothing written
    python -m benchmarks load           websocket connections, readers, a server that dies
    python -m benchmarks large          a story of 200 steps and 2,000 events, scrolled beside the shipped one
    python -m benchmarks soak           ten minutes of comings and goings; writes its section of docs/performance.md

The peers' libraries come from npm (`npm ci` in this folder) and from requirements.txt beside this file; nothing is
loaded from a network while it runs. Loopback alone is used.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import browser, engine, growth, large, load, report  # noqa: E402

RESULTS = Path(__file__).parent / "results"


def full(quick: bool) -> dict[str, Any]:
    """Everything but the soak, in one run."""
    begin = time.perf_counter()
    found: dict[str, Any] = {"machine": {**browser.uname(), "quick": quick}}

    def chapter(name: str) -> None:
        print(
            f"{time.perf_counter() - begin:5.0f} s  {name}  (load {os.getloadavg()[0]:.1f})",
            file=sys.stderr,
            flush=True,
        )

    with (
        tempfile.TemporaryDirectory() as folder,
        browser.running(Path(folder)) as running,
        browser.browser(running.arguments) as chromium,
    ):
        found["machine"]["browser"] = chromium.version
        taking_part = browser.available(chromium, running)
        chapter("first and second visits")
        found["cold"] = browser.cold(chromium, running, taking_part, 1 if quick else 3)
        chapter("timeline and steps")
        turns = (4, 4) if quick else (7, 5)
        found["interactions"] = browser.interactions(chromium, running, taking_part, *turns)
        chapter("bytes on the line")
        found["line"] = browser.line(chromium, running, taking_part, 3)
        chapter("scrolling and scrubbing")
        found["scrolling"] = browser.scrolling(chromium, running, taking_part, 1)
    chapter("growth in the browser")
    with browser.browser([*browser.CHROMIUM_ARGS]) as chromium:
        found["growth"] = growth.measure(chromium, 4 if quick else 6)
    chapter("the engine")
    found["imports"], found["startup"] = engine.imports(), engine.startup()
    found["questions"], found["engine_growth"] = engine.questions(), engine.growth()
    if not quick:
        chapter("exports")
        found["exports"] = engine.exports()
    chapter("load")
    found["load"] = load.measure(turns=1)  # `make load` makes more
    chapter("a server that dies")
    with browser.browser([*browser.CHROMIUM_ARGS]) as chromium:
        found["killed"] = load.killed(chromium)
    found["machine"]["load_after"] = os.getloadavg()[0]
    found["seconds"] = time.perf_counter() - begin
    chapter("done")
    return found


def keep(name: str, found: dict[str, Any]) -> None:
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(found, indent=1))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", default="all", choices=["all", "load", "soak", "large", "crowd", "report"])
    parser.add_argument("rest", nargs="*", help=argparse.SUPPRESS)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--minutes", type=float, default=10)
    asked = parser.parse_args()
    document = ROOT / "docs" / "performance.md"
    if asked.what == "crowd":
        load.crowd("connections", asked.rest[0], int(asked.rest[1]), float(asked.rest[2]))
    elif asked.what == "load":
        found = {"load": load.measure()}
        with browser.browser([*browser.CHROMIUM_ARGS]) as chromium:
            found["killed"] = load.killed(chromium)
        keep("load", found)
        print(report.load_section(found))
    elif asked.what == "large":
        with browser.browser([*browser.CHROMIUM_ARGS]) as chromium:
            found = large.measure(chromium)
        keep("large", found)
        print(large.table(found))
    elif asked.what == "soak":
        found = load.soak(asked.minutes)
        keep("soak", found)
        section = report.soak_section(found)
        print(section)
        if asked.minutes >= 10:
            report.put_soak(document, section)
    elif asked.what == "report":
        report.write(document, json.loads((RESULTS / "all.json").read_text()))
    else:
        found = full(asked.quick)
        keep("quick" if asked.quick else "all", found)
        if asked.quick:
            print(report.text(found))
        else:
            report.write(document, found)
            print(report.targets_table(found))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
