"""The pictures of ``docs/your-own-story.md``: each change of the guide, made to a new story and looked at.

::

    python -m tools.picture_guide

The guide is read, too: the code blocks that it tells an author to put into a file are what is put there, so that what
it says is what is seen (and the tests check that the result has nothing to remark).
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from geo.new import write_new_story

ROOT = Path(__file__).resolve().parents[1]
GUIDE = ROOT / "docs" / "your-own-story.md"
PICTURES = ROOT / "docs" / "images" / "your-own-story"

_BLOCK = re.compile(r"<!-- (new|add|replace): (\S+?)(?: after (.+?))? -->\n+```\w*\n(.*?)```", re.DOTALL)
_PICTURE = re.compile(r"!\[[^\]]*\]\(images/your-own-story/(\S+)\.jpg\)<!-- (\S+) -->")


def apply_guide(folder: Path, show: Callable[[str, str], None] = lambda name, query: None) -> None:
    """Make all changes of the guide to a new story in `folder`, and call `show` with each picture it comes by.

    A block is a whole file (``new``), lines for the end of one (``add``), lines behind a line (``add … after``), or a
    line in place of the first that begins alike up to its colon (``replace``).
    """
    write_new_story(folder)
    text = GUIDE.read_text(encoding="utf-8")
    for found in sorted([*_BLOCK.finditer(text), *_PICTURE.finditer(text)], key=lambda match: match.start()):
        if found.re is _PICTURE:
            show(found[1], found[2])
        else:
            how, name, after, block = found.groups()
            path = folder / name
            old = path.read_text(encoding="utf-8") if path.exists() else ""
            path.write_text(_changed(old, how, after, block), encoding="utf-8")


def _changed(old: str, how: str, after: str | None, block: str) -> str:
    if how == "new":
        return block
    if how == "replace":
        start = re.escape(block.split(":")[0])
        new, count = re.subn(rf"(?m)^{start}:.*\n", lambda _: block, old, count=1)
        assert count, block
        return new
    if after is None:
        return old + block
    assert f"{after}\n" in old, after
    return old.replace(f"{after}\n", f"{after}\n{block}", 1)


def main() -> None:
    """Take the pictures."""
    from PIL import Image
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import CHROMIUM_ARGS, chromium_path, serve

    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        folder = Path(place) / "my-story"
        write_new_story(folder)
        process, url = serve("app.py", Path(place) / "log.txt", str(folder))
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGS)
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        PICTURES.mkdir(parents=True, exist_ok=True)

        def take(name: str, query: str) -> None:
            page.wait_for_timeout(1_500)  # the app looks at its files once a second
            page.goto(url + query)
            page.locator("[data-story][data-ready]").wait_for()
            page.wait_for_timeout(2_500)
            page.screenshot(path=Path(place) / "shot.png")
            picture = Image.open(Path(place) / "shot.png").convert("RGB")
            picture.save(PICTURES / f"{name}.jpg", quality=82, optimize=True)

        shutil.rmtree(folder)
        apply_guide(folder, take)
        browser.close()
        process.terminate()
        process.wait(10)


if __name__ == "__main__":
    main()
