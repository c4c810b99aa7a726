"""Fixtures for the engine's tests."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from geo.story import LoadedStory, load_story

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
