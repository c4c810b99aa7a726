"""The story this process serves: shared by all connections, and read again when one of its files is saved."""

from __future__ import annotations

import gc
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from geo.errors import StoryProblems
from geo.model import Story
from geo.story import load_story
from geo.ui.assets import StoryAssets

#: How often the files are looked at, in seconds: a save is seen while the author turns to the browser.
LOOK_SECONDS = 1.0

Fingerprint = frozenset[tuple[str, int, int]]


def story_directory() -> Path:
    """``streamlit run app.py -- DIR`` names a story; without it, the one beside ``app.py``."""
    return Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2]


def fingerprint(folder: Path) -> Fingerprint:
    """Name, time and size of every file of a story; a file that goes while we look is not there."""
    found = set()
    for part in ("layers", "narrative", "words"):
        for path in (folder / part).rglob("*"):
            try:
                if path.is_file():
                    stat = path.stat()
                    found.add((str(path), stat.st_mtime_ns, stat.st_size))
            except OSError:
                continue
    return frozenset(found)


@dataclass(frozen=True)
class Current:
    """What is served. `assets` is the last story that could be read, `problems` those of the last save, if any.

    `version` counts the readings, so that an open page can tell that there was another one.
    """

    version: int = 0
    assets: StoryAssets | None = None
    problems: StoryProblems | None = None


@dataclass
class Shelf:
    """Holds the story of a folder and reads it again after a save; a broken save keeps the last good story."""

    folder: Callable[[], Path] = story_directory
    load: Callable[[Path], Story] = load_story
    clock: Callable[[], float] = time.monotonic
    _current: Current = field(default_factory=Current)
    _seen: Fingerprint | None = None
    _looked: float = float("-inf")
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def current(self) -> Current:
        """Return what there is to serve; at most once in `LOOK_SECONDS` the files are looked at."""
        with self._lock:
            if self.clock() - self._looked >= LOOK_SECONDS:
                now = fingerprint(self.folder())
                if now != self._seen:
                    self._read()
                    self._seen = now
                self._looked = self.clock()
            return self._current

    def _read(self) -> None:
        last = self._current
        try:
            self._current = Current(last.version + 1, StoryAssets(self.load(self.folder())))
        except StoryProblems as problems:
            self._current = Current(last.version + 1, last.assets, problems)
        # Streamlit collects garbage after every run, through all that is alive: story and libraries, which stay, need
        # not be looked through each time.
        gc.unfreeze()
        gc.collect()
        gc.freeze()


_SHELF = Shelf()


def current() -> Current:
    """What this process serves now."""
    return _SHELF.current()


def current_assets() -> StoryAssets | None:
    """The assets of the last story that could be read, or None if there was none yet."""
    return current().assets


def current_problems() -> StoryProblems | None:
    """The problems of the last save, or None."""
    return current().problems
