"""Lighthouse, run on pages that this machine serves; the tests ask it for what is no timing, the benchmarks for the rest."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path

from tests.browser.conftest import CHROMIUM_ARGS, chromium_path

LIGHTHOUSE = Path(__file__).resolve().parents[1] / "node_modules" / ".bin" / "lighthouse"


def scores(url: str, *categories: str, desktop: bool = False) -> tuple[dict[str, float], list[str]]:
    """Return the score of each category, 0 to 1, and the names of the audits that cost something."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [
            str(LIGHTHOUSE), url, "--quiet", "--output=json", f"--output-path={report}",
            f"--only-categories={','.join(categories)}",
            f"--chrome-flags=--headless=new {' '.join(CHROMIUM_ARGS)} --user-data-dir={folder}/profile",
        ]  # fmt: skip
        command += ["--preset=desktop"] * desktop
        done = subprocess.run(
            command, env={**os.environ, "CHROME_PATH": chromium_path()}, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        found = json.loads(report.read_text(encoding="utf-8"))
    refs = [ref for category in found["categories"].values() for ref in category["auditRefs"] if ref["weight"]]
    audits = [(ref["id"], found["audits"][ref["id"]]["score"]) for ref in refs]
    told = [f"{name} {score}" for name, score in audits if score is not None and score < 1]
    return {name: category["score"] for name, category in found["categories"].items()}, told
