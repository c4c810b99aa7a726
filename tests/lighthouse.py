"""Lighthouse, run on pages that this machine serves; the tests ask it for what is no timing, the benchmarks for the rest."""

from __future__ import annotations

import gzip
import http.server
import json
import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
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


class Compressed(http.server.BaseHTTPRequestHandler):
    """Files as any static host sends them: compressed."""

    folder: Path

    def do_GET(self) -> None:
        path = self.folder / self.path.partition("?")[0].lstrip("/")
        if not path.is_file():
            self.send_error(404)
            return
        body = gzip.compress(path.read_bytes())
        self.send_response(200)
        kind = {".html": "text/html", ".mjs": "text/javascript", ".css": "text/css"}.get(path.suffix, "font/woff2")
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def compressed(folder: Path) -> Iterator[str]:
    """Serve a folder on a free port of this machine; gives its address."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Files", (Compressed,), {"folder": folder}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()
