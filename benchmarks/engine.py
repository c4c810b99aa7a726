"""What the engine costs: imports, start-up, a question, a payload, an export; and how all of it grows."""

from __future__ import annotations

import gc
import math
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks import story
from benchmarks.synthetic import write_story
from geo.control import areas_on, control_on, diff
from geo.map import render_document
from geo.payload import payload_json
from geo.story import load_story
from tests.browser.conftest import serve

#: What `1 ×` is: about what the story of this repository has.
UNITS, EVENTS = 41, 104
SIZES = (1, 3, 10, 30, 100)
#: The longest first, so that two at a time end together.
SINGLE_EXPORTS = ("gif", "pptx", "handout", "story", "pdf", "png", "svg", "html")


def _python(code: str) -> float:
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], cwd=story.ROOT, check=True, capture_output=True)
    return (time.perf_counter() - begin) * 1000


def timed(work: Callable[[], object], least_seconds: float = 0.15) -> float:
    """Median ms of a call."""
    rows: list[float] = []
    begin = time.perf_counter()
    while len(rows) < 3 or (time.perf_counter() - begin < least_seconds and len(rows) < 200):
        start = time.perf_counter()
        work()
        rows.append((time.perf_counter() - start) * 1000)
    return statistics.median(rows)


def imports() -> dict[str, float]:
    """Seconds until a fresh interpreter has imported each part, in ms, less the interpreter itself."""
    parts = {"engine": "import geo.story, geo.control", "document": "import geo.map", "app": "import geo.ui.routes"}
    empty = statistics.median(_python("pass") for _ in range(3))
    streamlit = statistics.median(_python("import streamlit") for _ in range(2)) - empty
    found = {name: statistics.median(_python(code) for _ in range(2)) - empty for name, code in parts.items()}
    return {"streamlit": streamlit, **found}


def startup() -> dict[str, float]:
    """From `streamlit run` to the health route, and to the first map document; floor beside it."""
    found: dict[str, list[float]] = {"floor": [], "health": [], "document": []}
    with tempfile.TemporaryDirectory() as logs:
        for number in range(2):
            for name, script in (("floor", "benchmarks/floor_app.py"), ("health", "app.py")):
                begin = time.perf_counter()
                process, url = serve(script, Path(logs) / f"{name}{number}.txt")
                found[name].append((time.perf_counter() - begin) * 1000)
                if name == "health":
                    urllib.request.urlopen(f"{url}embed", timeout=30).read()
                    found["document"].append((time.perf_counter() - begin) * 1000)
                process.terminate()
                process.wait(10)
    return {name: statistics.median(rows) for name, rows in found.items()}


def questions() -> dict[str, float]:
    """Median ms of what is asked of a loaded story."""
    told = story.story()
    first, last = date(1994, 5, 12), told.last
    return {
        "load and check": timed(lambda: load_story(story.ROOT), 1),
        "control_on": timed(lambda: control_on(told, first)),
        "areas_on": timed(lambda: areas_on(told, first)),
        "diff": timed(lambda: diff(told, first, last)),
        "payload": timed(lambda: payload_json(told), 1),
        "map document": timed(lambda: render_document(told), 1),
    }


def exports() -> dict[str, float]:
    """Ms of each export of this version, interpreter and imports included.

    Two at a time, one for each core, but for the site, which takes them all.
    """
    with tempfile.TemporaryDirectory() as folder:

        def export(kind: str) -> float:
            target = Path(folder) / (
                kind if kind == "site" else f"export.{ {'story': 'html', 'handout': 'pdf'}.get(kind, kind) }"
            )
            command = [sys.executable, "-m", "geo", "export", kind, "--force", "-o", str(target)]
            if kind in ("html", "png", "svg", "pdf", "gif"):
                command += ["--step", story.steps()[1]["id"]]
            begin = time.perf_counter()
            subprocess.run(command, cwd=story.ROOT, check=True, capture_output=True, timeout=240)
            return (time.perf_counter() - begin) * 1000

        with ThreadPoolExecutor(2) as two:
            found = dict(zip(SINGLE_EXPORTS, two.map(export, SINGLE_EXPORTS), strict=True))
        return {**found, "site": export("site")}


def exponent(sizes: tuple[int, ...], values: list[float]) -> float:
    """Slope of log(value) over log(size), by least squares."""
    xs, ys = [math.log(s) for s in sizes], [math.log(v) for v in values]
    x, y = statistics.fmean(xs), statistics.fmean(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum((a - x) ** 2 for a in xs)


def growth() -> dict[str, Any]:
    """A made-up story at 1 to 100 times the size: units and events grow together."""
    rows: dict[str, list[float]] = {
        "control_on": [],
        "diff": [],
        "check": [],
        "payload": [],
        "payload_bytes": [],
        "units": [],
    }
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            path = write_story(Path(folder) / str(size), UNITS * size, EVENTS * size)
            loads = []
            for _ in range(3 if size < 30 else 1):
                begin = time.perf_counter()
                made = load_story(path)
                loads.append((time.perf_counter() - begin) * 1000)
            rows["check"].append(statistics.median(loads))
            gc.freeze()  # as the app does (geo/ui/current.py): a story that stays is not looked through for garbage
            rows["control_on"].append(timed(lambda made=made: control_on(made, made.last)))
            rows["diff"].append(timed(lambda made=made: diff(made, made.first, made.last)))
            begin = time.perf_counter()
            text = payload_json(made)
            rows["payload"].append((time.perf_counter() - begin) * 1000)
            rows["payload_bytes"].append(len(text))
            rows["units"].append(len(made.units))
            gc.unfreeze()
    fitted = {k: exponent(SIZES, v) for k, v in rows.items() if k != "units"}
    # The small sizes hold fixed costs, which flatter the fit: also over the largest three alone.
    tail = {k: exponent(SIZES[2:], v[2:]) for k, v in rows.items() if k != "units"}
    return {"sizes": list(SIZES), "rows": rows, "exponent": fitted, "exponent_from_10": tail}
