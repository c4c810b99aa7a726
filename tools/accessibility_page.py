"""Write ``docs/accessibility.md``: what a screen reader is given for three steps of the story.

    python -m tools.accessibility_page

Starts the app, opens it in headless Chromium and reads the accessibility tree of the card and of the map document.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM_ARGS, StoryPage, chromium_path, serve

PAGE = Path(__file__).parent.parent / "docs" / "accessibility.md"
STEPS = ("oblast", "shushi-2020", "statement-2020")

HEAD = """# Accessibility

What the story does for readers with a keyboard, a screen reader, large type, little sight or a phone:

- The story is read in its own order: a heading for each step, its text, its footnotes; the map comes after the cards,
  and a link at the top, or the key M, leads to it. T leads back. `?` shows all keys; the single-letter keys can be
  turned off on that sheet.
- The map has a name and a description made from the same figures as its legend, said politely when it has come to
  rest, not while the timeline is scrubbed or played.
- The pieces of land are one tab stop; arrows go to the neighbour in their direction, Enter opens history and sources.
- The timeline is a slider that says its day in words. Nothing is told by colour alone: each controller has a hatch,
  open days are striped, schematic lines are dashed.
- With reduced motion the map jumps and nothing plays by itself. In the dark the page is dark. At 400 % zoom nothing is
  cut off.
- `tests/browser/test_accessibility.py` runs axe-core (WCAG 2.2 A and AA) over page and map document with everything
  opened, on a desktop and on a phone, and uses the story by keyboard.

Below is the accessibility tree of three steps as Chromium gives it to a screen reader (made by
`python -m tools.accessibility_page`): the card, then the map document beside it.
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        process, url = serve("app.py", Path(folder) / "log.txt")
        try:
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGS)
            parts = [HEAD]
            for step in STEPS:
                story = StoryPage(browser.new_page(viewport={"width": 1440, "height": 900}), url, f"?step={step}")
                story.page.wait_for_timeout(700)
                card = story.page.locator(f'[data-step="{step}"]').aria_snapshot()
                document = story.frame.locator("body").aria_snapshot()
                parts.append(f"\n## {step}\n\n```yaml\n{card}\n```\n\n```yaml\n{document}\n```\n")
            browser.close()
        finally:
            process.terminate()
            process.wait(10)
    PAGE.write_text("".join(parts), encoding="utf-8")
    print(f"{PAGE.relative_to(PAGE.parents[1])}: {len(STEPS)} steps")


if __name__ == "__main__":
    main()
