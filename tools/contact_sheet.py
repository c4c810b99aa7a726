"""One picture with the map of every step, to look at before a release.

    python -m tools.contact_sheet [DIR] -o contact-sheet.jpg

The map document is opened from a file in headless Chromium, so what is seen is what readers see.
"""

from __future__ import annotations

import argparse
import io
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import sync_playwright

from geo import Story, load_story
from geo.map import render_document
from tests.browser.conftest import CHROMIUM_ARGS, chromium_path

TILE = (900, 760)
COLUMNS = 4
CAPTION = 44
SETTLE_MS = 250


def photograph(story: Story, folder: Path) -> list[Image.Image]:
    """A picture of the map at every step."""
    page_file = folder / "map.html"
    page_file.write_text(render_document(story), encoding="utf-8")
    pictures = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGS)
        page = browser.new_page(viewport={"width": TILE[0], "height": TILE[1]}, reduced_motion="reduce")
        for step in story.steps:
            page.goto(f"{page_file.as_uri()}?step={step.id}")
            page.wait_for_function("window.storyMap")
            page.wait_for_timeout(SETTLE_MS)
            pictures.append(Image.open(io.BytesIO(page.screenshot())).convert("RGB"))
        browser.close()
    return pictures


def lay_out(story: Story, pictures: list[Image.Image]) -> Image.Image:
    """All pictures on one sheet, each under its number, title and day."""
    rows = -(-len(pictures) // COLUMNS)
    width, height = TILE[0] + 16, TILE[1] + CAPTION + 16
    sheet = Image.new("RGB", (COLUMNS * width, rows * height), "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.truetype("DejaVuSans.ttf", 22)
    for i, (step, picture) in enumerate(zip(story.steps, pictures, strict=True)):
        x, y = i % COLUMNS * width + 8, i // COLUMNS * height + 8
        draw.text((x, y + 8), f"{i + 1}  {step.title}  ({step.date_label})", fill="black", font=font)
        sheet.paste(picture, (x, y + CAPTION))
    return sheet


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("story", nargs="?", default=".")
    parser.add_argument("-o", "--output", default="contact-sheet.jpg")
    arguments = parser.parse_args()
    story = load_story(arguments.story)
    with tempfile.TemporaryDirectory() as folder:
        pictures = photograph(story, Path(folder))
    lay_out(story, pictures).save(arguments.output, quality=85)
    print(f"{len(pictures)} steps on {arguments.output}")


if __name__ == "__main__":
    main()
