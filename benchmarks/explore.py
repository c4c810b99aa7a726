"""How long from a press on a widget of the Explore page until the map shows it, beside a bare Streamlit slider.

    python benchmarks/explore.py [--repeat 30]

Measured from the key or pointer reaching the page to the frame in which the map's state is the one asked for; bare
slider and widgets take turns. Printed besides: how often the map document was loaded again, and how many frames had
no polygons.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.report import p95  # noqa: E402
from tests.browser.conftest import CHROMIUM_ARGS, chromium_path, serve  # noqa: E402

REST_MS = 700

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

ARM = """() => {
    const map = document.querySelector('iframe[data-storymap]').contentWindow.storyMap;
    const seen = () => JSON.stringify(map.getState());
    window.measured = new Promise((done) => {
        const go = async () => {
            removeEventListener('keydown', go, { capture: true });
            removeEventListener('pointerdown', go, { capture: true });
            const before = seen();
            const born = performance.now();
            while (seen() === before && performance.now() - born < 5000) {
                await new Promise((next) => requestAnimationFrame(next));
            }
            done({ ms: performance.now() - born, right: seen() !== before });
        };
        addEventListener('keydown', go, { capture: true });
        addEventListener('pointerdown', go, { capture: true });
    });
}"""

WATCH = """() => {
    window.born = true; window.blank = 0;
    const look = () => {
        if (!document.querySelector('path[data-unit]')) window.blank += 1;
        requestAnimationFrame(look);
    };
    look();
}"""


def widgets(page: Page) -> dict[str, Callable[[int], None]]:
    """What is pressed, by name; each gets the number of the turn and asks for another state each time."""

    def widget(key: str):
        return page.locator(f".st-key-explore_{key}")

    def turn(key: str, role: str, at: Callable[[int], int]) -> Callable[[int], None]:
        return lambda i: widget(key).get_by_role(role).nth(at(i)).click()

    def slide(i: int) -> None:
        slider = widget("slider").get_by_role("slider")
        slider.focus()
        page.evaluate(ARM)
        slider.press("ArrowLeft" if i % 2 == 0 else "ArrowRight")

    def type_day(key: str) -> Callable[[int], None]:
        def press(i: int) -> None:
            year = widget(key).get_by_role("spinbutton").first
            year.focus()
            page.evaluate(ARM)
            year.press("ArrowDown" if i % 2 == 0 else "ArrowUp")

        return press

    def choose(key: str, options: tuple[str, str]) -> Callable[[int], None]:
        def press(i: int) -> None:
            field = widget(key).locator("input")
            field.click()
            field.fill(options[i % 2])
            option = page.get_by_role("option", name=options[i % 2]).first
            option.wait_for()
            page.evaluate(ARM)
            option.click()

        return press

    forms, places = ("Armenian", "Russian"), ("Shushi", "Lachin")

    return {
        "slider": slide,
        "periods": turn("period", "radio", lambda i: i % 2),
        "event before or after": lambda i: widget("previous" if i % 2 else "next").get_by_role("button").click(),
        "second day": turn("compare", "radio", lambda i: i % 2),
        "any day, by key": type_day("day"),
        "shown as": turn("mode", "radio", lambda i: 1 + i % 2),
        "a line over a day": lambda i: page.locator("[class*=st-key-explore_line_] button").first.click(),
        "a layer": lambda i: widget("layers_administrative").get_by_role("button").first.click(),
        "names": choose("names", forms),
        "search of a place": choose("place", places),
        "an event": lambda i: page.locator("a[data-event-link]").nth(2 + i % 3).click(),
        "hide or show names": lambda i: widget("toggle_names").get_by_role("button").click(),
        "reset": lambda i: widget("reset").get_by_role("button").click(),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=30)
    repeat = parser.parse_args().repeat
    found: dict[str, list[dict]] = {}
    with tempfile.TemporaryDirectory() as logs, sync_playwright() as playwright:
        app, app_url = serve("app.py", Path(logs) / "app.txt")
        base, base_url = serve("benchmarks/floor_app.py", Path(logs) / "floor.txt")
        try:
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGS)
            page, floor = (browser.new_page(viewport={"width": 1440, "height": 900}) for _ in range(2))
            page.goto(f"{app_url}explore")
            page.locator(".sm-explore[data-ready]").wait_for()
            floor.goto(base_url)
            floor.locator("#seen").wait_for()
            frame = next(f for f in page.frames if "/storymap/" in f.url)
            frame.evaluate(WATCH)
            page.get_by_text("Layers", exact=True).click()
            page.wait_for_timeout(1500)
            for i in range(repeat):
                for name, press in widgets(page).items():
                    if name == "reset":
                        frame.evaluate("storyMap.setState({names: 'none'})")
                        page.wait_for_timeout(REST_MS)
                    page.bring_to_front()
                    page.evaluate(ARM)
                    press(i)
                    found.setdefault(name, []).append(page.evaluate("window.measured"))
                    page.wait_for_timeout(REST_MS)
                floor.bring_to_front()
                floor.get_by_role("slider").focus()
                floor.evaluate(FLOOR)
                floor.keyboard.press("ArrowRight" if i % 2 == 0 else "ArrowLeft")
                found.setdefault("bare Streamlit slider", []).append(floor.evaluate("window.measured"))
                floor.wait_for_timeout(REST_MS)
            reloads, blank = (0 if frame.evaluate("window.born") else 1), frame.evaluate("window.blank")
            browser.close()
        finally:
            for process in (app, base):
                process.terminate()
                process.wait(10)
    base_ms = statistics.median(row["ms"] for row in found["bare Streamlit slider"])
    print(f"{'':28}{'ms median':>10}{'p95':>8}{'wrong':>7}{'x floor':>9}")
    for name, rows in found.items():
        ms = [row["ms"] for row in rows]
        middle, wrong = statistics.median(ms), sum(not row["right"] for row in rows)
        print(f"{name:28}{middle:10.1f}{p95(ms):8.1f}{wrong:7d}{middle / base_ms:9.2f}")
    print(f"map loaded again: {reloads}; frames without polygons: {blank}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
