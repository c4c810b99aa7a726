# ruff: noqa: E501 - the page's own text stands in here as it is read
"""The measured figures as docs/performance.md: medians, p95, ratios, and what was aimed at."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.browser import CONTESTANTS

SOAK = "## Soak"
LABELS = {c.id: c.label for c in CONTESTANTS}
Found = dict[str, Any]


def median(values: Iterable[float]) -> float:
    rows = list(values)
    return statistics.median(rows) if rows else float("nan")


def p95(values: Iterable[float]) -> float:
    rows = sorted(values)
    return rows[min(len(rows) - 1, round(0.95 * (len(rows) - 1)))] if rows else float("nan")


def table(head: list[str], rows: Iterable[list[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'|'.join(['---', *['--:'] * (len(head) - 1)])}|"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def number(value: float, digits: int = 0) -> str:
    return "–" if value != value else f"{value:,.{digits}f}"


def good(found: Found, who: str, what: str) -> list[dict[str, Any]]:
    """The turns that ended with the right polygons."""
    return [row for row in found["interactions"].get(who, {}).get(what, []) if row["right"]]


def ms(found: Found, who: str, what: str) -> float:
    return median(row["ms"] for row in good(found, who, what))


def first(found: Found, who: str) -> float:
    return median(row["first"] for row in found["cold"].get(who, []))


# --- targets -------------------------------------------------------------------------------
def targets(found: Found) -> list[tuple[str, str, str, bool | None]]:
    """What is aimed at: the aim, the figure, and whether it is met (None where it could not be measured)."""
    rows: list[tuple[str, str, str, bool | None]] = []

    def add(what: str, aim: str, value: float, passes: Callable[[float], bool], text: str) -> None:
        known = value == value
        rows.append((what, aim, text if known else "not measured", passes(value) if known else None))

    for who in ("page", "embed"):
        frames = median(row["frames"] for row in good(found, who, "timeline"))
        add(f"{who}: timeline → right polygons", "≤ 1 frame", frames, lambda v: v <= 1, f"{frames:.0f} frame")
    ours = ms(found, "page", "timeline")
    for peer, aim in (("folium_group", 10), ("folium_rebuild", 20)):
        ratio = ms(found, peer, "timeline") / ours
        add(
            f"timeline, beside {LABELS[peer]}",
            f"≥ {aim} × faster",
            ratio,
            lambda v, aim=aim: v >= aim,
            f"{ratio:.1f} ×",
        )
    frames = median(row["frames"] for row in good(found, "page", "step"))
    add("page: step → right polygons", "≤ 2 frames", frames, lambda v: v <= 2, f"{frames:.0f} frames")
    ours = ms(found, "page", "step")
    for peer, aim in (("folium_group", 5), ("folium_rebuild", 10)):
        ratio = ms(found, peer, "step") / ours
        add(f"step, beside {LABELS[peer]}", f"≥ {aim} × faster", ratio, lambda v, aim=aim: v >= aim, f"{ratio:.1f} ×")
    moves = [
        row
        for who in ("page", "embed", "file")
        for what in ("timeline", "step")
        for row in found["interactions"].get(who, {}).get(what, [])
    ]
    moves += [
        row
        for who in ("page", "file")
        for kind in ("read", "scroll", "scrub")
        for row in found["scrolling"].get(who, {}).get(kind, [])
    ]
    blank = sum(row["blank"] for row in moves)
    add("frames without polygons, all of ours", "0", blank, lambda v: v == 0, f"{blank}")
    share = median(row["share"] for row in found["scrolling"].get("page", {}).get("scroll", []))
    add("page: frames missed while scrolling the whole story", "≤ 1 %", share, lambda v: v <= 0.01, f"{share:.1%}")

    ratio = ms(found, "explore", "timeline") / ms(found, "floor", "timeline")
    add(
        "Explore: native widget → map settled, beside the floor", "≤ 1.1 ×", ratio, lambda v: v <= 1.1, f"{ratio:.2f} ×"
    )
    socket = median(found.get("line", {}).get("explore", []))
    add("Explore: websocket a change", "≤ 8 kB", socket, lambda v: v <= 8000, f"{socket / 1000:.1f} kB")
    more = cpu(found, "explore") - cpu(found, "floor")
    add("Explore: server CPU a change, above the floor", "≤ 10 ms", more, lambda v: v <= 10, f"{more:+.0f} ms")

    ratio = first(found, "page") / first(found, "floor")
    add("page: first polygons, cold, beside the floor", "≤ 1.15 ×", ratio, lambda v: v <= 1.15, f"{ratio:.2f} ×")
    ratio = first(found, "embed") / first(found, "page")
    add("embed: first polygons, cold, beside the page", "≤ 0.25 ×", ratio, lambda v: v <= 0.25, f"{ratio:.2f} ×")
    best = min((first(found, who) for who in ("leaflet", "maplibre") if found["cold"].get(who)), default=float("nan"))
    ratio = first(found, "embed") / best
    add(
        "embed: first polygons, beside the fastest browser-only peer", "< 1 ×", ratio, lambda v: v < 1, f"{ratio:.2f} ×"
    )
    size = median(row["http"] for row in found["cold"].get("embed", []))
    add("embed: all bytes", "≤ 300 kB", size, lambda v: v <= 300_000, f"{size / 1000:.0f} kB")
    value = first(found, "file")
    add("exported story: first polygons from file", "≤ 200 ms", value, lambda v: v <= 200, f"{value:.0f} ms")

    crowd = found["load"]
    failed = sum(row["failed"] for row in crowd["app"])
    add("200 connections in 10 s: failed", "0", failed, lambda v: v == 0, f"{failed}")
    ratio = median(r["p95"] for r in crowd["app"]) / median(r["p95"] for r in crowd["floor"])
    add(
        "200 connections: p95 of the first run, beside the floor",
        "≤ 1.15 ×",
        ratio,
        lambda v: v <= 1.15,
        f"{ratio:.2f} ×",
    )
    readers = crowd["readers"]
    add("1,000 readers of the embed in 10 s: failed", "0", readers["failed"], lambda v: v == 0, f"{readers['failed']}")
    add("1,000 readers: p95", "≤ 300 ms", readers["p95"], lambda v: v <= 300, f"{readers['p95']:.0f} ms")

    big = found["growth"]["10 × units and events"]
    frames = median(row["frames"] for row in big["timeline"] if row["right"])
    add("10 × units and events: timeline", "≤ 2 frames", frames, lambda v: v <= 2, f"{frames:.0f} frames")
    for what, name in (("control_on", "control on a day"), ("check", "check")):
        value = found["engine_growth"]["exponent"][what]
        add(f"engine to 100 ×: {name}, exponent", "≤ 1.1", value, lambda v: v <= 1.1, f"{value:.2f}")
    add("the benchmark itself", "< 15 min", found["seconds"], lambda v: v < 900, f"{found['seconds'] / 60:.1f} min")
    return rows


def cpu(found: Found, who: str) -> float:
    rows = found["interactions"].get(who, {}).get("timeline", [])
    return statistics.fmean(row["cpu"] for row in rows) if rows else float("nan")


def targets_table(found: Found) -> str:
    signs = {True: "yes", False: "**no**", None: "–"}
    return table(["aim", "target", "measured", "met"], [[a, b, c, signs[d]] for a, b, c, d in targets(found)])


# --- sections ------------------------------------------------------------------------------
def interactions_section(found: Found) -> str:
    rows = []
    floor = ms(found, "floor", "timeline")
    for who, kinds in found["interactions"].items():
        cells = [LABELS[who]]
        for what in ("timeline", "step"):
            turns, right = kinds.get(what, []), good(found, who, what)
            if not turns:
                cells += ["–", "–", "–"]
                continue
            cells += [
                f"{number(median(r['ms'] for r in right))} / {number(p95(r['ms'] for r in right))}",
                number(median(r["frames"] for r in right)), str(sum(r["blank"] for r in turns)),
            ]  # fmt: skip
        turns = kinds.get("timeline", [])
        cells += [
            number(ms(found, who, "timeline") / floor, 2), number(median(found.get("line", {}).get(who, [])) / 1000, 1),
            number(cpu(found, who)), f"{sum(not r['right'] for what in kinds.values() for r in what)}",
        ]  # fmt: skip
        rows.append(cells)
    head = [
        "contestant", "timeline, ms median / p95", "frames", "blank frames", "step, ms median / p95", "frames",
        "blank frames", "timeline × floor", "websocket kB a change", "server CPU ms a change", "turns that did not end right",
    ]  # fmt: skip
    return table(head, rows)


def cold_section(found: Found) -> str:
    rows = []
    floor = first(found, "floor")
    for who, visits in found["cold"].items():
        if not visits:
            continue

        def of(key: str, visits: list = visits) -> float:
            return median(row[key] for row in visits if key in row)

        rows.append([
            LABELS[who], f"{number(of('first'))} / {number(p95(r['first'] for r in visits))}", number(of("first") / floor, 2),
            number(of("interactive")), number(of("http") / 1000), number(of("requests")), number(of("socket") / 1000, 1),
            number(of("main_thread")), number(of("heap") / 1e6, 1), number(of("warm_first")),
            number(of("warm_http") / 1000, 1), number(of("warm_requests")),
        ])  # fmt: skip
    head = [
        "contestant", "first polygons, ms median / p95", "× floor", "interactive ms", "HTTP kB", "requests", "websocket kB",
        "main thread ms", "JavaScript heap MB", "second visit: first polygons ms", "HTTP kB", "requests",
    ]  # fmt: skip
    return table(head, rows)


KINDS_OF_MOVING = (
    ("scroll", "whole story by the wheel"), ("read", "its first cards, a window a second"),
    ("scrub", "whole timeline by dragging"),
)  # fmt: skip


def scrolling_section(found: Found) -> str:
    rows = []
    for who, kinds in found["scrolling"].items():
        for kind, name in KINDS_OF_MOVING:
            turns = kinds.get(kind, [])
            if turns:
                rows.append([
                    LABELS[who], name, number(median(r["frames"] for r in turns)), f"{median(r['share'] for r in turns):.1%}",
                    number(median(r["longest"] for r in turns)), str(sum(r["blank"] for r in turns)),
                    f"{median(r['main_thread'] for r in turns):.0%}",
                ])  # fmt: skip
    head = ["contestant", "", "frames", "frames missed", "longest ms", "blank frames", "main thread busy"]
    return table(head, rows)


def growth_section(found: Found) -> str:
    rows = []
    for name, case in found["growth"].items():
        line, step = ([r for r in case[what] if r["right"]] for what in ("timeline", "step"))
        rows.append([
            name, number(case["first"]), f"{number(median(r['ms'] for r in line))} ({number(median(r['frames'] for r in line))})",
            f"{number(median(r['ms'] for r in step))} ({number(median(r['frames'] for r in step))})", number(case["heap"] / 1e6, 1),
        ])  # fmt: skip
    return table(
        ["size", "first polygons, warm server, ms", "timeline ms (frames)", "step ms (frames)", "heap MB"], rows
    )


def engine_section(found: Found) -> str:
    grown = found["engine_growth"]
    head = ["", *(f"{size} ×" for size in grown["sizes"]), "exponent, 1–100 ×", "exponent, 10–100 ×"]
    units = {
        "control_on": "control on a day, ms",
        "diff": "diff, ms",
        "check": "load and check, ms",
        "payload": "payload, ms",
    }
    rows = [["units", *(str(n) for n in grown["rows"]["units"]), "", ""]]
    rows += [
        [name, *(number(v, 1) for v in grown["rows"][key]), number(grown["exponent"][key], 2), number(grown["exponent_from_10"][key], 2)]
        for key, name in units.items()
    ]  # fmt: skip
    one = [[name, number(value, 2)] for name, value in found["questions"].items()]
    start = [[f"import {name}", number(value)] for name, value in found["imports"].items()]
    start += [
        ["from `streamlit run` to the health route: floor", number(found["startup"]["floor"])],
        ["… this project", number(found["startup"]["health"])],
        ["… and to the first map document", number(found["startup"]["document"])],
    ]
    out = [table(head, rows), table(["this story", "ms"], one), table(["start", "ms"], start)]
    if found.get("exports"):
        out.append(
            table(
                ["export, whole command, two at a time; the site alone", "ms"],
                [[f"`{k}`", number(v)] for k, v in found["exports"].items()],
            )
        )
    return "\n\n".join(out)


def load_section(found: Found) -> str:
    crowd, died = found["load"], found["killed"]
    rows = []
    for name, turns in (("floor", crowd["floor"]), ("this project", crowd["app"])):
        for turn in turns:
            rows.append([
                f"{turn['count']} connections, {name}", str(turn["failed"]), number(turn["median"]), number(turn["p95"]),
                number(turn["longest"]), number(turn["bytes"] / 1000, 1), number(turn["cpu_ms"], 1), number(turn["mb"] / turn["count"] * 1000),
            ])  # fmt: skip
    turn = crowd["readers"]
    rows.append([
        f"{turn['count']} readers of the embed", str(turn["failed"]), number(turn["median"]), number(turn["p95"]),
        number(turn["longest"]), number(turn["bytes"] / 1000), number(turn["cpu_ms"], 2), "–",
    ])  # fmt: skip
    head = [
        "within 10 s",
        "failed",
        "median ms",
        "p95 ms",
        "longest ms",
        "kB each",
        "server CPU ms each",
        "server memory kB each",
    ]
    back = "not within 40 s" if died["back_seconds"] is None else f"after {died['back_seconds']:.0f} s"
    words = (
        f"Server killed while 100 readers arrived: {died['right']} of {died['steps']} steps showed the right polygons with "
        f"no server there; the page was connected again {back} of its return, "
        f"{'in the same state' if died['same_state'] else '**in another state**'}, and "
        f"{'scrolled on' if died['scrolls_on'] else '**did not scroll on**'}."
    )
    return f"{table(head, rows)}\n\n{words}"


def soak_section(found: Found) -> str:
    rows = found["rows"]
    grown = found["late_mb"] / found["early_mb"] - 1
    return (
        f"{SOAK}\n\n`make soak`, {datetime.now(UTC):%d %B %Y}: {found['minutes']:g} minutes, {found['visits']} connections that came, "
        f"asked for three runs and went (at most {max(r['connections'] for r in rows)} at once), {found['readers']} readers of the "
        f"embed, {found['failed']} failed. Memory of the server after two minutes: {found['early_mb']:.0f} MB in the first half, "
        f"{found['late_mb']:.0f} MB in the second ({grown:+.1%}).\n"
    )


def put_soak(document: Path, section: str) -> None:
    """Replace the soak's section, which a run of the benchmark leaves alone."""
    before = document.read_text(encoding="utf-8") if document.exists() else "# Performance\n"
    document.write_text(f"{before.split(SOAK)[0].rstrip()}\n\n{section}", encoding="utf-8")


def text(found: Found) -> str:
    machine = found["machine"]
    command = "`python -m benchmarks --quick`, a few turns of each," if machine["quick"] else "`make bench`"
    return f"""# Performance

Written by {command} on {datetime.now(UTC):%d %B %Y} in one run of {found["seconds"] / 60:.0f} minutes; run it to repeat every figure.
Machine: {machine["cores"]} cores, Python {machine["python"]}, headless Chromium {machine["browser"]} drawing in software, window
1440 × 900, servers and browser together on it. Load average {machine["load"]:.1f} when it began, {machine["load_after"]:.1f} when it
ended, of which the benchmark's own part is about 1 to 2: above that, others used the machine at the same time. **Trust ratios
and frames; milliseconds hold for that machine and hour only.** Contestants take turns, so that what else a machine does falls on
all of them.

## Aims

{targets_table(found)}

## From a reader's hand to the right polygons

From the key's or click's arrival in the page (for cards, from the scroll) until the first frame that shows, and goes on showing, who
holds each of the units on the chosen day has been made; all turns count, those that did not end right stand in the last column. Streamlit's contestants are moved
by a slider of days and a list of steps, the others by their own timeline and by scrolling to a card. MapLibre GL and deck.gl draw
with WebGL, which has no graphics card here; of deck.gl's picture only its last change can be seen.

{interactions_section(found)}

## Opening

A new browser context each time (nothing kept), warm servers; the second visit is in the same context. First polygons: a unit
is on the map (in the floor: the line of text). The Story page, the exported story and the embedded map have their first map
drawn in the page itself, whose place the map document then takes; that counts. Interactive: from then on no task over 50 ms
for a second.

{cold_section(found)}

## Scrolling and scrubbing

A frame is missed when the next one comes a sixtieth of a second too late or more. By the wheel the whole story goes by at some
four windows a second. So fast this project shows who holds what at each card, and legend and day with it; view, layers, names and
play come when the page slows to a window and a half a second. A window a second is a pace at which all of it comes at each card,
a flight of 0.8 s too. The browser-only peers fly at each card at either pace; beside map and timeline they have nothing to follow.

{scrolling_section(found)}

## Growth in the browser

A made-up coverage; 1 × is about this story's number of units, events, vertices and steps.

{growth_section(found)}

## The engine

{engine_section(found)}

## Load

One process; the crowd's own process runs on the same cores. A connection is a websocket that asks for a run of the page, as a
browser does, and stays until the last has been served; each row is a turn with a fresh server.

{load_section(found)}

## How it is measured

`benchmarks/` holds all of it. Every contestant tells the story of this repository with the same units, days and steps; peers also
draw {", ".join(_base())}, and are spared relief and placed labels, which only this project has. They are written as their
documentation has it: `peers/`. What folium's documents link to is answered by a stand-in on this machine, over TLS and
compressed, with headers that let the browser keep it; every other host is unknown to the browser. `probe.js` looks at what is
drawn in every frame of a turn and is idle otherwise. What a change puts on the websocket is counted apart from the timed
turns, between browser and server, both ways: compressed, with its frames, to the server's last word.
"""


def _base() -> tuple[str, ...]:
    from benchmarks.story import BASE_LAYERS

    return BASE_LAYERS


def write(document: Path, found: Found) -> None:
    before = document.read_text(encoding="utf-8") if document.exists() else ""
    soak = f"\n{SOAK}{before.split(SOAK)[1]}" if SOAK in before else ""
    document.write_text(text(found) + soak, encoding="utf-8")
