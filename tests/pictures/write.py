"""Write the pictures anew, after a change of the look that is meant: `python -m tests.pictures.write`. Look at them."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM_ARGS, chromium_path, serve
from tests.browser.pictures import FOLDER, PICTURES, take


def main() -> None:
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        process, url = serve("app.py", folder / "log.txt")
        try:
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGS)
            for picture in PICTURES:
                page = browser.new_context(locale="en-GB").new_page()
                file = FOLDER / f"{picture}.webp"
                take(page, url, picture, folder / "shot.png").save(file, quality=72, method=6)
                print(f"{file.name}: {file.stat().st_size:,} bytes")
                page.close()
        finally:
            process.terminate()
            process.wait(10)


if __name__ == "__main__":
    main()
