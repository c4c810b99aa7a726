"""The timeline as a loop, for slides that take no page: a frame for each day on which something changes."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from geo.errors import BadDay
from geo.export.files import ExportError
from geo.export.image import foot_for, render_frame, sheet_for
from geo.export.look import look

if TYPE_CHECKING:
    from geo.export.atlas import Atlas
    from geo.model import State, Story

__all__ = ["MOST_BYTES", "change_days", "render_animation"]

MOST_BYTES = 3_000_000
#: Tried in this order until the loop is small enough: height in pixels, and colours.
_SIZES = ((720, 160), (720, 96), (630, 64), (540, 64), (450, 48), (360, 48))
_FRAME_MS, _LAST_MS = 900, 3_000


def change_days(story: Story, start: date, end: date) -> list[date]:
    """Return the first day, each day after it on which control changes, and the last day.

    Raises
    ------
    BadDay
        If the last day is not after the first.
    ExportError
        If there is nothing that could change.
    """
    if not story.log:
        raise ExportError("a loop shows who held what from day to day; this story has no log of changes")
    if end <= start:
        raise BadDay(f"a loop runs forward: {end} is not after {start}")
    return sorted({start, end, *(row.date for row in story.log if start < row.date < end)})


def render_animation(
    atlas: Atlas, state: State, start: date, end: date, *,
    palette: str = "screen", tell: Callable[[str], None] = lambda _: None,
) -> bytes:  # fmt: skip
    """Return a GIF of the days between two days in one view, looped, at most 3 MB.

    Raises
    ------
    ExportError
        If even the smallest frames come to more, because there are too many days.
    """
    days = change_days(atlas.story, start, end)
    height, aspect = _SIZES[0][0], 16 / 9
    states = [replace(state, step=None, date=day, compare=None) for day in days]
    # The same in all, or the map would move from frame to frame.
    sheet = sheet_for(aspect, foot_for(atlas.story, states, aspect))
    frames = []
    for day, shown in zip(days, states, strict=True):
        frames.append(render_frame(atlas, shown, height, sheet, palette))
        tell(day.isoformat())
    for height, colors in _SIZES:
        data = _loop(frames, height, colors, _exact_colors(atlas, palette))
        if len(data) <= MOST_BYTES:
            return data
    raise ExportError(f"{len(days)} days do not fit into {MOST_BYTES / 1e6:.0f} MB; choose days nearer to each other")


def _exact_colors(atlas: Atlas, palette: str) -> list[tuple[int, ...]]:
    """Return the colours that must not be approximated: those of text, lines and controllers."""
    style = look(palette)
    wanted = [*(style.token(name) for name in ("ink", "muted", "accent", "rule")), style.paper, style.label_ink["halo"]]
    wanted += [line["color"] for line in style.lines.values()]
    wanted += [controller.color for controller in atlas.story.controllers.values()]
    return [tuple(bytes.fromhex(color[1:])) for color in dict.fromkeys(wanted)]


def _loop(frames: list[Image.Image], height: int, colors: int, exact: list[tuple[int, ...]]) -> bytes:
    """Return frames as a GIF with one palette, in which what did not change is left out."""
    size = (height * 16 // 9, height)
    small = [frame.resize(size, Image.Resampling.LANCZOS) for frame in frames]
    # The palette is of a strip of all frames, so that no day's colours are missing from it.
    strip = Image.new("RGB", (size[0] // 4, size[1] // 4 * len(small)))
    for i, frame in enumerate(small):
        strip.paste(frame.resize((size[0] // 4, size[1] // 4)), (0, i * (size[1] // 4)))
    found = strip.quantize(colors - len(exact), method=Image.Quantize.MEDIANCUT).getpalette() or []
    table = [channel for color in exact for channel in color] + found[: (colors - len(exact)) * 3]
    palette = Image.new("P", (1, 1))
    palette.putpalette(table)
    indexed = [np.asarray(frame.quantize(palette=palette, dither=Image.Dither.NONE)) for frame in small]
    unchanged = len(table) // 3  # one index more than the palette's, transparent
    table += [0, 0, 0]
    pictures = []
    for before, now in zip([None, *indexed[:-1]], indexed, strict=True):
        pixels = now if before is None else np.where(now == before, unchanged, now).astype(np.uint8)
        picture = Image.fromarray(pixels)
        picture.putpalette(table)
        pictures.append(picture)
    target = io.BytesIO()
    pictures[0].save(
        target, "GIF", save_all=True, append_images=pictures[1:], loop=0, optimize=False, disposal=1,
        transparency=unchanged, duration=[_FRAME_MS] * (len(pictures) - 1) + [_LAST_MS],
    )  # fmt: skip
    return target.getvalue()
