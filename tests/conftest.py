"""Fixtures for the engine's tests."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

from geo.story import LoadedStory, load_story
from tests.exports import Everything, export_everything, hostile_copy

# How long an example takes is the benchmarks' business; on a busy machine it would fail here by chance.
settings.register_profile("storymap", deadline=None)
settings.load_profile("storymap")

STORIES = Path(__file__).parent / "stories"
TWO_VALLEYS = STORIES / "two-valleys"


@pytest.fixture(scope="session")
def valleys() -> LoadedStory:
    """The tiny good story: a grid of 0.1 degrees at the equator, see tests/stories/two-valleys."""
    return load_story(TWO_VALLEYS)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the tiny good story that a test may spoil."""
    return Path(shutil.copytree(TWO_VALLEYS, tmp_path / "story"))


@pytest.fixture(scope="session")
def shipped() -> LoadedStory:
    """The story that this project ships."""
    return load_story(STORIES.parents[1])


@pytest.fixture(scope="session")
def everything(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Everything:
    """All exports of the shipped story, made once for all tests in all their processes."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    made = shared / "export.json"
    with FileLock(shared / "export.lock"):
        if not made.is_file():
            exported = export_everything(shared / "export")
            made.write_text(json.dumps(asdict(exported) | {"folder": str(exported.folder)}), encoding="utf-8")
    found = json.loads(made.read_text(encoding="utf-8"))
    return Everything(**found | {"folder": Path(found["folder"])})


@pytest.fixture
def hostile(copied: Path) -> LoadedStory:
    """The tiny story with a title that breaks what is not escaped."""
    return load_story(hostile_copy(copied))
