"""Many pictures of one story at once, and other long work, by as many processes as there are cores."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geo.export.atlas import Atlas
    from geo.model import State

__all__ = ["Picture", "Work", "draw_pictures"]

#: Other work for the same processes: a function that is found by its module, and what it is given.
Work = tuple[Callable[..., object], tuple[object, ...]]


@dataclass(frozen=True)
class Picture:
    """A picture to draw: of which state, where to, of which kind and size."""

    state: State
    path: Path
    kind: str
    size: tuple[int, int] = (1920, 1080)
    palette: str = "screen"


_atlas: Atlas | None = None


def _begin(folder: str, lang: str | None) -> None:
    global _atlas
    from geo.export.atlas import Atlas
    from geo.story import load_story

    _atlas = Atlas(load_story(folder, lang))


def _draw(picture: Picture) -> str:
    from geo.export.image import render_image

    assert _atlas is not None
    data = render_image(_atlas, picture.state, picture.kind, size=picture.size, palette=picture.palette)
    picture.path.parent.mkdir(parents=True, exist_ok=True)
    picture.path.write_bytes(data)
    return picture.path.name


def draw_pictures(
    folder: Path,
    pictures: Sequence[Picture],
    tell: Callable[[str], None] = lambda _: None,
    more: Sequence[Work] = (),
    lang: str | None = None,
) -> None:
    """Draw pictures of the story in `folder`.

    Parameters
    ----------
    folder : pathlib.Path
        The story, which each process loads for itself.
    pictures : sequence of Picture
        What to draw.
    tell : callable
        Gets the name of each picture when it is there, and what each work returns.
    more : sequence of Work
        Work to begin with, because it takes longer than any picture.
    lang : str, optional
        The language of the pictures; the story's own if none is given.
    """
    if not pictures and not more:
        return
    workers = min(len(pictures) + len(more), os.cpu_count() or 1)
    # A new process, not a copy of this one: this one may be a server with threads.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(str(folder), lang)) as pool:
        waiting = [pool.submit(function, *given) for function, given in more]
        waiting += [pool.submit(_draw, picture) for picture in pictures]
        for done in as_completed(waiting):
            tell(str(done.result()))
