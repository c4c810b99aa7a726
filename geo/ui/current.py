"""The story this process serves: loaded once, shared by all connections."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

from geo.errors import StoryProblems
from geo.story import load_story
from geo.ui.assets import StoryAssets


def story_directory() -> Path:
    """``streamlit run app.py -- DIR`` names a story; without it, the one beside ``app.py``."""
    return Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2]


@cache
def loaded() -> StoryAssets | StoryProblems:
    try:
        return StoryAssets(load_story(story_directory()))
    except StoryProblems as problems:
        return problems


def current_assets() -> StoryAssets | None:
    """The story's assets, or None while the story has problems."""
    result = loaded()
    return result if isinstance(result, StoryAssets) else None


def current_problems() -> StoryProblems | None:
    result = loaded()
    return result if isinstance(result, StoryProblems) else None
