"""Control on a day, read straight from ``layers/control_events.csv``.

The three period files are written from this. The engine has its own reading of the
log; the tests set the two against each other.
"""

from __future__ import annotations

import csv
from pathlib import Path


def load_rows(path: Path) -> list[dict[str, str]]:
    """Read a table of ``layers/`` as dictionaries of text."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def control_on(rows: list[dict[str, str]], day: str) -> dict[str, str]:
    """Controller of each unit on an ISO `day`: the row with the greatest ``date`` not after it."""
    control: dict[str, str] = {}
    for row in sorted(rows, key=lambda row: row["date"]):
        if row["date"] <= day:
            control[row["unit"]] = row["controller"]
    return control
