"""An engine for interactive story maps: layers and a narrative in, a map with a timeline out.

>>> import geo
>>> story = geo.load_story("tests/stories/two-valleys")
>>> story.control("1902-03-01").groupby("controller")["km2"].sum().round().to_dict()
{'lowlanders': 369.0, 'uplanders': 246.0}

The modules stand in one order and import only from those before them: errors, model, dates, reading, catalogue, layers,
events, control, prose, narrative, toponyms, checks, wording, story, outline, topology, payload. None of them names a
place, a year or a colour: those are data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .errors import GeoStoryError, StoryProblems
    from .model import Story
    from .story import load_story

__all__ = ["GeoStoryError", "Story", "StoryProblems", "load_story"]
__version__ = "0.1.0"

_HOME = {"load_story": "story", "Story": "model", "GeoStoryError": "errors", "StoryProblems": "errors"}


def __getattr__(name: str) -> Any:
    """Load what is asked for when it is asked for, so that ``--help`` need not wait for a geometry library."""
    if name not in _HOME:
        raise AttributeError(f"module 'geo' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(f".{_HOME[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
