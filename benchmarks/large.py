"""How a story of 200 steps, 500 units and 2,000 events scrolls beside the shipped one: `python -m benchmarks large`.

The reader scrolls at a steady pace, some 1,200 pixels a second, past as many cards in either story. A frame is late if
it comes more than a frame and a half after the one before, that is: when the screen had to show one picture twice.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from tests.browser.conftest import ROOT, serve
from tests.test_large_story import write_large

FRAME_MS = 1000 / 60
SECONDS = 8
PIXELS_PER_FRAME = 20

#: What scrolls is the text beside the map.
SCROLL = """([seconds, pixels]) => new Promise((done) => {
    let scroller = document.querySelector("[data-step]");
    while (scroller !== document.documentElement && !(/auto|scroll/.test(getComputedStyle(scroller).overflowY)
        && scroller.scrollHeight > scroller.clientHeight)) scroller = scroller.parentElement;
    scroller.scrollTo({ top: 0, behavior: "instant" });
    const frames = [];
    let begun = null, last = null;
    const turn = (now) => {
        begun ??= now;
        if (last !== null) frames.push(now - last);
        last = now;
        scroller.scrollBy({ top: pixels, behavior: "instant" });
        if (now - begun < seconds * 1000) requestAnimationFrame(turn);
        else done(frames);
    };
    requestAnimationFrame(turn);
})"""


def scroll(page: Page, url: str, turns: int) -> dict[str, Any]:
    """Open a story and scroll it `turns` times from its beginning."""
    page.goto(url)
    page.locator("[data-story][data-ready]").wait_for()
    page.wait_for_timeout(3000)
    frames: list[float] = []
    cards = 0
    for _ in range(turns):
        frames += page.evaluate(SCROLL, [SECONDS, PIXELS_PER_FRAME])
        shown = "document.querySelector('[data-step][aria-current=step]').dataset.step"
        order = "[...document.querySelectorAll('[data-step]')].map((e) => e.dataset.step)"
        cards = page.evaluate(order).index(page.evaluate(shown))
    frames.sort()
    return {
        "frames": len(frames), "cards": cards, "median": statistics.median(frames),
        "p95": frames[int(len(frames) * 0.95)], "worst": frames[-1],
        "over": sum(frame > FRAME_MS + 1 for frame in frames) / len(frames),
        "late": sum(frame > 1.5 * FRAME_MS for frame in frames) / len(frames),
    }  # fmt: skip


def measure(found: Browser, turns: int = 3) -> dict[str, dict[str, Any]]:
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        stories = {"shipped": ROOT, "large": write_large(Path(folder) / "large")}
        for name, path in stories.items():
            process, url = serve("app.py", Path(folder) / f"{name}.txt", str(path))
            try:
                page = found.new_page(viewport={"width": 1440, "height": 900})
                results[name] = scroll(page, url, turns)
                page.close()
            finally:
                process.terminate()
                process.wait(10)
    return results


def table(results: dict[str, dict[str, Any]]) -> str:
    lines = ["| story | cards passed | median | 95 % | worst | over 16.7 ms | late |", "|---|---|---|---|---|---|---|"]
    lines += [
        f"| {name} | {row['cards']} | {row['median']:.1f} ms | {row['p95']:.1f} ms | {row['worst']:.0f} ms "
        f"| {row['over']:.1%} | {row['late']:.1%} |"
        for name, row in results.items()
    ]
    return "\n".join(lines)
