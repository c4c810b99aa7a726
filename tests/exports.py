"""What the tests of exports share: one run of `export all` for the shipped story, and a story with a hostile title."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
#: A title that breaks what is not escaped, and letters of four scripts.
HOSTILE = """Say "hi" & <b>bye</b> 'now' </script> 🗺 Շուշի Шуша Şuşa Ə $x^2$ {{ 7 * 7 }}"""


@dataclass(frozen=True)
class Everything:
    """The folder of `export all`, how long it took, and what it said meanwhile."""

    folder: Path
    seconds: float
    cpu_seconds: float
    told: str


def export_everything(folder: Path) -> Everything:
    """Export everything there is of the shipped story, as a user does."""
    begun, cpu = time.monotonic(), _children_seconds()
    done = run_geo("export", "all", "-o", str(folder), "--story", str(ROOT))
    seconds = time.monotonic() - begun
    assert done.returncode == 0, done.stderr
    return Everything(folder, seconds, _children_seconds() - cpu, done.stderr)


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run_geo(*arguments: str, cwd: Path = ROOT, hash_seed: str = "random") -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "geo", *arguments], cwd=cwd, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": hash_seed},
    )  # fmt: skip


def hostile_copy(folder: Path) -> Path:
    """Give a copied story, its first step and a place the hostile title."""
    text = (folder / "narrative" / "story.yaml").read_text(encoding="utf-8")
    lines = ["title: >-\n  " + HOSTILE if line.startswith("title:") else line for line in text.splitlines()]
    (folder / "narrative" / "story.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    step = sorted((folder / "narrative").glob("*.md"))[0]
    lines = step.read_text(encoding="utf-8").splitlines()
    lines = ["title: >-\n  " + HOSTILE if line.startswith("title:") else line for line in lines]
    step.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder
