"""What a reader meets: contestants in one browser, taking turns, measured frame by frame."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Browser, BrowserContext, Frame, Page, sync_playwright

from benchmarks import servers, story
from tests.browser.conftest import CHROMIUM_ARGS, chromium_path, free_port, serve
from tests.browser.relay import HOST, Relay, relayed

HERE = Path(__file__).parent
VIEWPORT = {"width": 1440, "height": 900}
FRAME_MS = 1000 / 60
READING_TURNS = 40
#: So often between the same two steps, to and fro, before it goes on between others.
MOVES = 3
#: After a step: a flight takes 0.8 s.
REST_MS = 1000
#: So long after the server's last word on a key nothing more comes, and no longer than this is it waited for.
QUIET_MS, ANSWERED_MS = 800, 15_000


@dataclass(frozen=True)
class Contestant:
    """Who takes part, in what, and how its controls are found."""

    id: str
    label: str
    source: str  # a Streamlit script, a page of the static server, or "app", "file"
    path: str = ""
    timeline: str = ""  # "own", "native" or "range"; "" for none
    step: str = ""  # "scroll", "radio" or "" for none
    pixels: bool = False
    lead: bool = False  # one of ours


CONTESTANTS = (
    Contestant("page", "this project, Story page", "app", "", "own", "scroll", lead=True),
    Contestant("embed", "this project, embedded map", "app", "embed", "own", lead=True),
    Contestant("file", "this project, exported story (from file)", "file", "", "own", "scroll", lead=True),
    Contestant("explore", "this project, Explore page (native widgets)", "app", "explore", "native", lead=True),
    Contestant("floor", "bare Streamlit page with a slider (the floor)", "floor_app.py", "", "native"),
    Contestant("folium_rebuild", "streamlit-folium, map rebuilt", "peers/folium_rebuild.py", "", "native", "radio"),
    Contestant(
        "folium_group", "streamlit-folium, feature_group_to_add", "peers/folium_group.py", "", "native", "radio"
    ),
    Contestant("pydeck", "st.pydeck_chart", "peers/pydeck_chart.py", "", "native", "radio", pixels=True),
    Contestant("leaflet", "Leaflet + scrollama", "static", "leaflet.html", "range", "scroll"),
    Contestant("maplibre", "MapLibre GL JS + scrollama", "static", "maplibre.html", "range", "scroll"),
    Contestant("timelinejs", "TimelineJS (draws no polygons)", "static", "timeline.html"),
)


@dataclass
class Servers:
    """Everything that has been started, and where it answers."""

    urls: dict[str, str] = field(default_factory=dict)
    processes: dict[str, psutil.Process] = field(default_factory=dict)
    arguments: list[str] = field(default_factory=list)


@contextmanager
def stopping(process: subprocess.Popen) -> Iterator[subprocess.Popen]:
    try:
        yield process
    finally:
        process.terminate()
        process.wait(15)


def _uvicorn(app: str, log: Path, *extra: str) -> tuple[subprocess.Popen, int]:
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        app,
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--no-access-log",
        *extra,
    ]
    with log.open("w") as output:
        process = subprocess.Popen(command, cwd=story.ROOT, stdout=output, stderr=subprocess.STDOUT)
    deadline = time.monotonic() + 30
    while "running on" not in log.read_text():
        if time.monotonic() > deadline or process.poll() is not None:
            raise RuntimeError(f"{app} did not start:\n{log.read_text()}")
        time.sleep(0.05)
    return process, port


@contextmanager
def running(folder: Path, wanted: tuple[Contestant, ...] = CONTESTANTS) -> Iterator[Servers]:
    """Start a server for each source that is wanted, and the stand-in for the networks that peers load from."""
    started = Servers()
    with ExitStack() as stack:
        cert, key, digest = servers.certificate(folder)
        process, port = _uvicorn(
            "benchmarks.servers:cdn", folder / "cdn.txt", "--ssl-certfile", str(cert), "--ssl-keyfile", str(key)
        )
        stack.enter_context(stopping(process))
        rules = [f"MAP {host} 127.0.0.1:{port}" for host in servers.CDN_HOSTS]
        rules += [f"MAP {HOST} 127.0.0.1", "MAP * ~NOTFOUND", "EXCLUDE 127.0.0.1", "EXCLUDE localhost"]
        started.arguments = [
            *CHROMIUM_ARGS, "--disable-quic", f"--host-resolver-rules={','.join(rules)}",
            f"--ignore-certificate-errors-spki-list={digest}", "--enable-unsafe-swiftshader",
        ]  # fmt: skip

        def start(source: str) -> tuple[str, str | None]:
            if source == "file":
                made = export_story(folder)
                return source, made.as_uri() if made else None
            if source == "static":
                process, port = _uvicorn("benchmarks.servers:peers", folder / "peers.txt")
                url = f"http://127.0.0.1:{port}/"
            else:
                script = "app.py" if source == "app" else f"benchmarks/{source}"
                process, url = serve(script, folder / f"{Path(source).stem}.txt")
            stack.enter_context(stopping(process))
            started.processes[source] = psutil.Process(process.pid)
            return source, url

        with ThreadPoolExecutor() as pool:
            urls = pool.map(start, dict.fromkeys(c.source for c in wanted))
            started.urls = {source: url for source, url in urls if url}
        yield started


def export_story(folder: Path) -> Path | None:
    """The story as one file, if this version of the project exports it."""
    target = folder / "story.html"
    command = [sys.executable, "-m", "geo", "export", "story", "-o", str(target)]
    done = subprocess.run(command, cwd=story.ROOT, capture_output=True, text=True)
    if done.returncode or not target.is_file():
        print(f"  no exported story: {(done.stderr or done.stdout).strip()[-200:]}", file=sys.stderr)
        return None
    return target


@contextmanager
def browser(arguments: list[str]) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium_path(), args=arguments)
        try:
            yield found
        finally:
            found.close()


def settings(contestant: Contestant, units: tuple[str, ...] | None, letters: dict[str, str] | None) -> str:
    known = {
        "colors": story.colors(), "letters": letters or story.letters(), "units": units or story.drawn_units(),
        "pixels": contestant.pixels,
    }  # fmt: skip
    return (HERE / "probe.js").read_text().replace("__SETTINGS__", json.dumps(known))


class Seat:
    """One contestant's page, open in a browser context of its own, with its traffic counted."""

    def __init__(
        self,
        found: Browser,
        contestant: Contestant,
        url: str,
        units: tuple[str, ...] | None = None,
        letters: dict[str, str] | None = None,
    ) -> None:
        self.contestant = contestant
        self.url = url
        self.context: BrowserContext = found.new_context(viewport=VIEWPORT, locale="en-GB")
        self.context.add_init_script(settings(contestant, units, letters))
        self.page: Page = self.context.new_page()
        self.socket_bytes = 0
        self.http_bytes = 0
        self.requests = 0
        self.page.on("websocket", lambda s: (s.on("framereceived", self._frame), s.on("framesent", self._frame)))
        self.cdp = self.context.new_cdp_session(self.page)
        self.cdp.send("Network.enable")
        self.cdp.send("Performance.enable")
        self.cdp.on("Network.loadingFinished", self._finished)
        self._cached: set[str] = set()
        self.cdp.on("Network.requestServedFromCache", lambda e: self._cached.add(e["requestId"]))
        self.day = 0

    def _frame(self, data: str | bytes) -> None:
        self.socket_bytes += len(data)

    def _finished(self, event: dict[str, Any]) -> None:
        if event["requestId"] not in self._cached and event["encodedDataLength"] > 0:
            self.http_bytes += int(event["encodedDataLength"])
            self.requests += 1

    def open(self) -> float:
        """Load the page; return after how many ms the first polygon was on the map."""
        self.page.goto(self.url, wait_until="commit")
        first = self.page.evaluate("bench.opened")
        if first is None:
            raise RuntimeError(f"{self.contestant.id}: no polygon was drawn within 30 seconds")
        return first

    def interactive(self) -> float:
        """When the first polygons were there and the main thread had come to rest (no task over 50 ms for a second)."""
        self.page.wait_for_timeout(1000)
        return self.page.evaluate("Math.max(bench.first, ...bench.tasks.map((t) => t[1]))")

    def metrics(self) -> dict[str, float]:
        return {m["name"]: m["value"] for m in self.cdp.send("Performance.getMetrics")["metrics"]}

    def traffic(self) -> dict[str, float]:
        """HTTP bytes and requests, those of workers included, and websocket bytes, so far."""
        extra = [0, 0]
        for worker in self.page.workers:
            try:
                found = worker.evaluate("performance.getEntriesByType('resource').map((e) => e.transferSize)")
            except Exception:  # a worker that has ended has nothing to say
                continue
            extra[0] += sum(found)
            extra[1] += sum(1 for size in found if size)
        return {"http": self.http_bytes + extra[0], "requests": self.requests + extra[1], "socket": self.socket_bytes}

    def inside(self) -> Page | Frame:
        """The map document, whether it is the page or a frame of it."""
        for frame in self.page.frames:
            if frame.evaluate("Boolean(window.storyMap)"):
                return frame
        return self.page

    # --- what a reader does ---------------------------------------------------------------
    def stand_on(self, index: int) -> None:
        """Bring the timeline to a change day, unmeasured."""
        kind = self.contestant.timeline
        if kind == "own":
            self.inside().evaluate("(date) => storyMap.setState({date})", story.change_days()[index])
            self.inside().locator("[data-timeline]").focus()
        elif kind == "range":
            self.page.locator("#day").focus()
            self.page.evaluate(
                "(i) => { const d = document.querySelector('#day'); d.value = i;"
                " d.dispatchEvent(new Event('input')); }",
                index,
            )
        elif kind == "native":
            slider = self.page.get_by_role("slider").first
            slider.focus()
            for _ in range(60):
                now = self._native_index()
                if now is None or now == index:
                    break
                self.page.keyboard.press("ArrowRight" if now < index else "ArrowLeft")
                self.page.wait_for_timeout(120)
        self.page.wait_for_timeout(500)

    def _native_index(self) -> int | None:
        text = self.page.get_by_role("slider").first.get_attribute("aria-valuetext")
        return story.change_days().index(text) if text in story.change_days() else None

    def measured(self, wanted: str | None, act: Callable[[], object], rest: int = 0) -> dict[str, Any]:
        self.page.evaluate("(wanted) => bench.arm(wanted)", wanted)
        self.page.wait_for_timeout(40)
        act()
        result = self.page.evaluate("bench.result")
        if rest:
            self.page.wait_for_timeout(rest)
        return result

    def turn_timeline(self, key: str, wanted: str | None) -> dict[str, Any]:
        """Press an arrow key on the slider of days."""
        return self.measured(wanted, lambda: self.page.keyboard.press(key))

    def go_to_step(self, index: int, wanted: str | None = None, measure: bool = True) -> dict[str, Any] | None:
        """Scroll to a step's card, or choose the step in the list."""
        step = story.steps()[index]

        def act() -> None:
            if self.contestant.step == "radio":
                self.page.get_by_text(f"{index + 1}. {step['title']}", exact=True).click()
            else:
                self._scroll(step["id"])

        if not measure:
            act()
            self.page.wait_for_timeout(REST_MS)
            return None
        return self.measured(wanted, act, REST_MS)

    def _scroll(self, step: str) -> None:
        self.page.evaluate(
            '(id) => bench.act(() => document.querySelector(`[data-step="${id}"] h2`)'
            ".scrollIntoView({block: 'center', behavior: 'instant'}))",
            step,
        )

    def scroll_to(self, step: str, wanted: str, rest: int) -> dict[str, Any]:
        return self.measured(wanted, lambda: self._scroll(step), rest)

    def begin(self) -> None:
        """Stand on the first card, the pointer over the text, until all that came with it is over."""
        self.go_to_step(0, measure=False)
        self.page.mouse.move(300, 500)
        self.page.wait_for_timeout(REST_MS)

    def scroll_story(self) -> dict[str, Any]:
        """Turn the wheel from the first card to the last; count the frames that were missed."""
        self.begin()
        before = self.metrics()
        self.page.evaluate("bench.watchFrames()")
        at_end = (
            "() => [...document.querySelectorAll('[data-step]')].at(-1).getBoundingClientRect().top < innerHeight / 2"
        )
        for turn in range(900):
            self.page.mouse.wheel(0, 120)
            self.page.wait_for_timeout(12)
            if turn % 10 == 9 and self.page.evaluate(at_end):
                break
        return self._frames(before)

    def read_on(self) -> dict[str, Any]:
        """Turn the wheel from the first card on, a window a second, as one who looks through it; count likewise."""
        self.begin()
        before = self.metrics()
        self.page.evaluate("bench.watchFrames()")
        for _ in range(READING_TURNS):
            self.page.mouse.wheel(0, 90)
            self.page.wait_for_timeout(100)
        return self._frames(before)

    def scrub(self) -> dict[str, Any]:
        """Drag the timeline's thumb over all days."""
        slider = self.inside().locator("[data-timeline]")
        box = slider.bounding_box()
        y = box["y"] + box["height"] / 2
        self.page.mouse.move(box["x"] + 2, y)
        self.page.mouse.down()
        before = self.metrics()
        self.page.evaluate("bench.watchFrames()")
        for i in range(1, 151):
            self.page.mouse.move(box["x"] + 2 + (box["width"] - 4) * i / 150, y)
            self.page.wait_for_timeout(12)
        self.page.mouse.up()
        return self._frames(before)

    def _frames(self, before: dict[str, float]) -> dict[str, Any]:
        found = self.page.evaluate("bench.stop()")
        after = self.metrics()
        lengths = found["lengths"]
        missed = sum(max(0, round(length / FRAME_MS) - 1) for length in lengths)
        seconds = sum(lengths) / 1000
        return {
            "frames": len(lengths), "missed": missed, "share": missed / (len(lengths) + missed),
            "longest": max(lengths), "blank": found["blank"], "seconds": seconds,
            "main_thread": (after["TaskDuration"] - before["TaskDuration"]) / seconds,
        }  # fmt: skip

    def close(self) -> None:
        self.context.close()


def cpu_ms(process: psutil.Process | None) -> float:
    return sum(process.cpu_times()[:2]) * 1000 if process else 0.0


def pairs() -> list[tuple[int, int]]:
    """Neighbouring steps between which the map changes; steps that play a span of days on entering are left out."""
    told = story.story().steps
    found = []
    for i in range(len(told) - 1):
        one, two = told[i], told[i + 1]
        controls = all("control" in (s.layers or story.story().defaults.layers) for s in (one, two))
        changes = story.word(one.date.isoformat()) != story.word(two.date.isoformat())
        if controls and changes and not (one.play or two.play):
            found.append((i, i + 1))
    return found


def explore_days() -> tuple[str, str]:
    """Two neighbouring days of events, the stops of the Explore page's slider, between which the map changes."""
    told = story.story()
    days = {e.date for e in told.events.values()} | {p.date for p in told.periods} | {told.first}
    stops = sorted(day.isoformat() for day in days if told.first <= day <= told.last)
    return next(pair for pair in pairwise(stops) if story.word(pair[0]) != story.word(pair[1]))


def available(found: Browser, running_servers: Servers) -> tuple[Contestant, ...]:
    """Who can take part: the exported story and the Explore page only where this version has them."""
    there = [c for c in CONTESTANTS if c.source in running_servers.urls]
    page = found.new_page()
    try:
        explore = next((c for c in there if c.id == "explore"), None)
        if explore:
            page.goto(running_servers.urls["app"] + explore.path)
            try:
                page.get_by_role("slider").first.wait_for(timeout=15_000)
            except Exception:
                print("  no Explore page with a native slider", file=sys.stderr)
                there.remove(explore)
    finally:
        page.close()
    return tuple(there)


def url_of(contestant: Contestant, running_servers: Servers) -> str:
    base = running_servers.urls[contestant.source]
    return base if contestant.source == "file" else base + contestant.path


def cold(found: Browser, running_servers: Servers, taking_part: tuple[Contestant, ...], rounds: int) -> dict[str, list]:
    """First visits, in turns, and one second visit each, after a visit to each server that is not counted."""
    for contestant in taking_part:
        if contestant.source in ("file", "static"):
            continue
        seat = Seat(found, contestant, url_of(contestant, running_servers))
        seat.open()
        seat.close()
    results: dict[str, list] = {c.id: [] for c in taking_part}
    for number in range(rounds):
        for contestant in taking_part:
            seat = Seat(found, contestant, url_of(contestant, running_servers))
            first = seat.open()
            interactive = seat.interactive()
            metrics, traffic = seat.metrics(), seat.traffic()
            row = {
                "first": first, "interactive": interactive, **traffic, "main_thread": metrics["TaskDuration"] * 1000,
                "heap": metrics["JSHeapUsedSize"], "nodes": metrics["Nodes"],
            }  # fmt: skip
            if number == 0:
                seat.http_bytes = seat.requests = seat.socket_bytes = 0
                row["warm_first"] = seat.open()
                seat.page.wait_for_timeout(500)
                row |= {f"warm_{key}": value for key, value in seat.traffic().items()}
            seat.close()
            results[contestant.id].append(row)
    return results


def interactions(
    found: Browser, running_servers: Servers, taking_part: tuple[Contestant, ...], days: int, steps: int
) -> dict[str, dict[str, list]]:
    """Timeline and steps: every contestant makes the same move before anybody makes the next."""
    seats = []
    before, after = explore_days()
    for contestant in taking_part:
        if contestant.timeline or contestant.step:
            start_at = f"?date={before}" if contestant.id == "explore" else ""
            seat = Seat(found, contestant, url_of(contestant, running_servers) + start_at)
            seat.open()
            seats.append(seat)
    seats[0].page.wait_for_timeout(2000)
    results: dict[str, dict[str, list]] = {s.contestant.id: {"timeline": [], "step": []} for s in seats}

    stops = story.change_days()
    start = 4
    for seat in seats:
        if seat.contestant.id == "explore":
            seat.page.get_by_role("slider").first.focus()
        else:
            seat.stand_on(start)
    at, direction = start, 1
    for turn in range(days):
        if not 0 <= at + direction < len(stops):
            direction = -direction
        at += direction
        for seat in seats:
            if not seat.contestant.timeline:
                continue
            plain = seat.contestant.pixels or seat.contestant.id == "floor"
            wanted = None if plain else story.word(stops[at])
            key = "ArrowRight" if direction > 0 else "ArrowLeft"
            if seat.contestant.id == "explore":  # its slider has other stops: between two of them, to and fro
                key, wanted = ("ArrowRight", story.word(after)) if turn % 2 == 0 else ("ArrowLeft", story.word(before))
            process = running_servers.processes.get(seat.contestant.source)
            spent = cpu_ms(process)
            row = seat.turn_timeline(key, wanted)
            row["cpu"] = cpu_ms(process) - spent
            results[seat.contestant.id]["timeline"].append(row)

    moves = pairs()
    walkers = [seat for seat in seats if seat.contestant.step]
    for number in range(steps):
        one, two = moves[(number // MOVES) % len(moves)]
        here, there = (one, two) if number % MOVES % 2 == 0 else (two, one)
        for seat in walkers:
            if number % MOVES == 0:
                seat.go_to_step(here, measure=False)
            wanted = None if seat.contestant.pixels else story.word(story.steps()[there]["date"])
            results[seat.contestant.id]["step"].append(seat.go_to_step(there, wanted))
    for seat in seats:
        seat.close()
    return results


def line(
    found: Browser, running_servers: Servers, taking_part: tuple[Contestant, ...], days: int
) -> dict[str, list[int]]:
    """Return the bytes that a turn of the slider of days puts on a reader's line, both ways, as they travel.

    Apart from the turns that are timed, which nothing stands in the way of; here all make theirs at once. Each turn is
    of a day that was not shown before, and is counted to the server's last word.
    """
    with ExitStack() as stack:
        seats: list[tuple[Seat, Relay]] = []
        for contestant in taking_part:
            if not contestant.timeline or contestant.source in ("file", "static"):
                continue
            relay = stack.enter_context(relayed(running_servers.urls[contestant.source]))
            seat = Seat(found, contestant, relay.url + contestant.path)
            stack.callback(seat.close)
            seat.open()
            seats.append((seat, relay))
        until_quiet(seats)
        for seat, _ in seats:
            if seat.contestant.id == "explore":  # it opens at its last day
                seat.page.get_by_role("slider").first.focus()
            else:
                seat.stand_on(4)
        until_quiet(seats)
        results: dict[str, list[int]] = {seat.contestant.id: [] for seat, _ in seats}
        for _ in range(days):
            before = [relay.bytes for _, relay in seats]
            for seat, _ in seats:
                seat.page.keyboard.press("ArrowLeft" if seat.contestant.id == "explore" else "ArrowRight")
            until_quiet(seats)
            for (seat, relay), counted in zip(seats, before, strict=True):
                results[seat.contestant.id].append(relay.bytes - counted)
        return results


def until_quiet(seats: list[tuple[Seat, Relay]]) -> None:
    """Wait until the servers have said their last words: nothing is on a line, and none is at work for a page."""
    deadline = time.monotonic() + ANSWERED_MS / 1000
    at_work = True
    before: list[int] = []
    while (at_work or [relay.bytes for _, relay in seats] != before) and time.monotonic() < deadline:
        before = [relay.bytes for _, relay in seats]
        seats[0][0].page.wait_for_timeout(QUIET_MS)
        at_work = any(
            seat.page.locator("[data-testid=stApp][data-test-script-state=running]").count() for seat, _ in seats
        )


def scrolling(
    found: Browser, running_servers: Servers, taking_part: tuple[Contestant, ...], rounds: int
) -> dict[str, Any]:
    """The whole story by the wheel, and the whole timeline by dragging."""
    results: dict[str, Any] = {}
    for _ in range(rounds):
        for contestant in taking_part:
            if contestant.step != "scroll":
                continue
            seat = Seat(found, contestant, url_of(contestant, running_servers))
            seat.open()
            seat.page.wait_for_timeout(1500)
            rows = results.setdefault(contestant.id, {"read": [], "scroll": [], "scrub": []})
            rows["read"].append(seat.read_on())
            rows["scroll"].append(seat.scroll_story())
            if contestant.timeline == "own":
                seat.page.wait_for_timeout(1500)
                rows["scrub"].append(seat.scrub())
            seat.close()
    return results


def uname() -> dict[str, Any]:
    """What the figures hold for."""
    return {"cores": os.cpu_count(), "load": os.getloadavg()[0], "python": sys.version.split()[0]}
