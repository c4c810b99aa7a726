"""How long until the right polygons are on the map, beside a bare Streamlit slider in the same run.

    python benchmarks/interaction.py [--repeat 30]

Starts the app and the floor on this machine, opens both in headless Chromium, and prints medians and
95th percentiles in milliseconds and in frames, with the ratio to the floor. Contestants take turns, so
that whatever else the machine does falls on all of them alike.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.browser.conftest import CHROMIUM_ARGS, chromium_path, serve  # noqa: E402

# Waits, frame by frame, until what is drawn is what the state says; returns ms and frames. The colours
# are compared with those the browser's own engine has for the day, which the tests hold to Python's.
TIMELINE = """async (key) => {
    const slider = document.querySelector('[data-timeline]');
    const paths = () => [...document.querySelectorAll('path[data-unit]')];
    const seen = () => paths().map((path) => path.dataset.controller + path.getAttribute('fill')).join();
    const before = seen();
    const born = performance.now();
    let frames = 0;
    slider.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
    const right = seen() !== before;
    await new Promise((done) => requestAnimationFrame(done));
    frames += 1;
    return { ms: performance.now() - born, frames, right };
}"""

STEP = """async (id) => {
    const frame = document.querySelector('iframe[data-storymap]').contentWindow;
    const card = document.querySelector(`[data-step="${id}"] h2`);
    const born = performance.now();
    let frames = 0;
    card.scrollIntoView({ block: 'center', behavior: 'instant' });
    while (frame.storyMap.getState().step !== id && frames < 60) {
        await new Promise((done) => requestAnimationFrame(done));
        frames += 1;
    }
    return { ms: performance.now() - born, frames, right: frame.storyMap.getState().step === id };
}"""

# Armed before the key is pressed; measured from the key's arrival in the page.
FLOOR = """() => {
    const seen = () => document.querySelector('#seen')?.dataset.value;
    window.measured = new Promise((done) => addEventListener('keydown', async () => {
        const before = seen();
        const born = performance.now();
        let frames = 0;
        while (seen() === before && performance.now() - born < 5000) {
            await new Promise((next) => requestAnimationFrame(next));
            frames += 1;
        }
        done({ ms: performance.now() - born, frames, right: seen() !== before });
    }, { capture: true, once: true }));
}"""


def percentile(values: list[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(part * (len(ordered) - 1)))]


def measure(story: Page, floor: Page, repeat: int) -> dict[str, list[dict]]:
    frame = next(f for f in story.frames if "/storymap/" in f.url)
    steps = story.eval_on_selector_all("[data-step]", "cards => cards.map((c) => c.dataset.step)")
    found: dict[str, list[dict]] = {"timeline": [], "step": [], "floor": []}
    for i in range(repeat):
        key = "ArrowRight" if i % 2 == 0 else "ArrowLeft"
        frame.evaluate("storyMap.setState({date: '1992-05-18'})")
        story.wait_for_timeout(150)
        found["timeline"].append(frame.evaluate(TIMELINE, key))
        found["step"].append(story.evaluate(STEP, steps[(i + 1) % len(steps)]))
        story.wait_for_timeout(1200)
        floor.get_by_role("slider").focus()
        floor.evaluate(FLOOR)
        floor.keyboard.press(key)
        found["floor"].append(floor.evaluate("window.measured"))
        floor.wait_for_timeout(150)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=30)
    repeat = parser.parse_args().repeat
    with tempfile.TemporaryDirectory() as logs, sync_playwright() as playwright:
        app, app_url = serve("app.py", Path(logs) / "app.txt")
        base, base_url = serve("benchmarks/floor_app.py", Path(logs) / "floor.txt")
        try:
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGS)
            story, floor = (browser.new_page(viewport={"width": 1440, "height": 900}) for _ in range(2))
            story.goto(app_url)
            story.locator("[data-story][data-ready]").wait_for()
            floor.goto(base_url)
            floor.locator("#seen").wait_for()
            story.wait_for_timeout(1500)
            found = measure(story, floor, repeat)
            browser.close()
        finally:
            for process in (app, base):
                process.terminate()
                process.wait(10)
    base_ms = statistics.median(row["ms"] for row in found["floor"])
    print(f"{'':28}{'ms median':>10}{'p95':>8}{'frames':>8}{'wrong':>7}{'x floor':>9}")
    labels = {"timeline": "timeline -> polygons", "step": "step -> polygons", "floor": "bare Streamlit slider"}
    for name, label in labels.items():
        ms = [row["ms"] for row in found[name]]
        frames = statistics.median(row["frames"] for row in found[name])
        wrong = sum(not row["right"] for row in found[name])
        middle = statistics.median(ms)
        print(f"{label:28}{middle:10.1f}{percentile(ms, 0.95):8.1f}{frames:8.0f}{wrong:7d}{middle / base_ms:9.2f}")
    return 0


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except subprocess.SubprocessError as problem:
        raise SystemExit(f"the benchmark could not start what it measures: {problem}") from problem
