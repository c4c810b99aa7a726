"""Lighthouse's scores, timings included: `python -m benchmarks.lighthouse` prints them (about two minutes).

On a phone with a slow network, as Lighthouse simulates it, and on a desktop. Story page and framed map come from the
app, the one-file story from a host that compresses.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.browser.conftest import ROOT, serve
from tests.lighthouse import scores
from tests.static import served

CATEGORIES = ("performance", "accessibility", "best-practices")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        export = [sys.executable, "-m", "geo", "export", "story", "-o", str(folder / "story.html")]
        subprocess.run(export, check=True, cwd=ROOT, capture_output=True)
        process, app = serve("app.py", folder / "log.txt")
        try:
            with served(folder, compressed=True) as files:
                pages = {"story": app, "embed": f"{app}embed?step=shushi-2020", "one file": f"{files}story.html"}
                for title, url in pages.items():
                    for desktop in (False, True):
                        found, told = scores(url, *CATEGORIES, desktop=desktop)
                        figures = "  ".join(f"{found[category]:.2f}" for category in CATEGORIES)
                        print(f"{title:9} {'desktop' if desktop else 'phone':8} {figures}  {'; '.join(told)}")
        finally:
            process.terminate()
            process.wait(10)


if __name__ == "__main__":
    main()
