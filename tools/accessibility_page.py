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
  rest, not while the timeline is scrubbed or played. What is drawn is hidden from screen readers, since all of it is
  in the description, the legend and the list of pieces of land.
- The pieces of land are one tab stop; arrows go to the neighbour in their direction, Enter opens history and sources.
- The timeline is a slider that says its day in words. Nothing is told by colour alone: each controller has a hatch,
  open days are striped, schematic lines are dashed.
- A name that is written in another language than the story's has that language's tag, on the map, in the cards and in
  the tables, so that it is spoken as it should be.
- With reduced motion the map jumps and nothing plays by itself. In the dark all pages are dark, as the system asks. At
  400 % zoom and with letters of twice the size nothing is cut off, from 320 to 2,560 px nothing is beyond the edge.
- On a phone the map keeps two fifths of the window while a step is read, and what is touched is 44 px high; links
  within sentences are as high as their lines, and the marks of the timeline only show.

What watches over it, in `tests/`: `browser/test_axe.py` runs axe-core (all rules of WCAG 2.2 A and AA) over every page
with everything opened, in light and dark, on a desktop and a phone; `browser/test_keyboard.py` uses Story, Explore and
Slides with the keyboard alone; `browser/test_windows.py` has the sizes, fingers, letters, motion and forced colours;
`browser/test_labels.py` the names on the map at every step; `test_colours.py` contrast, and colours as they are seen in
grey and by colour-blind readers; `browser/test_lighthouse.py` Lighthouse's accessibility (1.00) and best practices.

No rule and nothing of a page is left out of these runs. In the calendar that Streamlit opens on the Explore page the
buttons that choose month and year are named by a node that is not in the page; `geo/web/explore.mjs` lets them be named
by the month and year that they show.

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
