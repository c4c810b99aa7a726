"""What the pages look like, as pictures that a later state of them is compared with."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageChops, ImageFilter, ImageStat
from playwright.sync_api import Page

from tests.browser.conftest import StoryPage
from tests.browser.test_explore import ExplorePage
from tests.browser.test_slides import SlidesPage

FOLDER = Path(__file__).resolve().parents[1] / "pictures"
DESKTOP, PHONE = (1440, 900), (390, 844)
#: Kept at half the size: enough to see where things are and of what colour, and 60 kB at most.
SCALE = 0.5
#: Letters differ from machine to machine, so pictures are compared blurred, over so many px of the kept size …
BLUR = 6
#: … and may then differ by so much of 255: on the whole picture, and in its worst part of a tenth by a tenth.
MEAN, WORST = 4.0, 16.0


def _story(query: str):
    def open_page(page: Page, url: str) -> None:
        StoryPage(page, url, query)

    return open_page


def _slides(page: Page, url: str) -> None:
    SlidesPage(page, f"{url}slides?step=three-dates").wait_for_step("three-dates")


def _embed(page: Page, url: str) -> None:
    page.goto(f"{url}embed?step=bishkek-1994&ui=legend")
    page.locator("path[data-unit]").first.wait_for(state="attached")


PICTURES = {
    "story-opening": (DESKTOP, _story("")),
    "story-step": (DESKTOP, _story("?step=statement-2020")),
    "explore": (DESKTOP, lambda page, url: ExplorePage(page, url, "?date=2020-11-10")),
    "slides": (DESKTOP, _slides),
    "embed": (DESKTOP, _embed),
    "phone-step": (PHONE, _story("?step=bishkek-1994")),
}


def take(page: Page, url: str, name: str, file: Path) -> Image.Image:
    """Open a page and return its picture at the size in which pictures are kept."""
    (width, height), opened = PICTURES[name]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    opened(page, url)
    page.wait_for_timeout(600)
    page.screenshot(path=file)
    with Image.open(file) as shot:
        return shot.convert("RGB").resize((round(width * SCALE), round(height * SCALE)), Image.Resampling.LANCZOS)


def difference(one: Image.Image, two: Image.Image) -> tuple[float, float]:
    """Return how far two pictures are apart, of 255: on the whole, and in the worst of a hundred parts."""
    assert one.size == two.size
    blurred = [picture.convert("RGB").filter(ImageFilter.GaussianBlur(BLUR)) for picture in (one, two)]
    apart = ImageChops.difference(*blurred).convert("L")
    parts = apart.resize((10, 10), Image.Resampling.BOX)
    return ImageStat.Stat(apart).mean[0], float(parts.getextrema()[1])
