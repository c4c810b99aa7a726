"""Control over the whole time as a chart of steps: its corners are the events, nothing is smoothed.

Drawn as a small SVG of our own, on the story's own scale of time, in which the months of change have room. It costs
the page no library, and a new day moves one line.
"""

from __future__ import annotations

from datetime import date
from html import escape

from geo.model import Story
from geo.ui import figures

__all__ = ["position", "steps_chart", "steps_picture"]

#: Of the drawing, in units of its own; the page scales it.
WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 440, 190, 46, 8, 24
#: About how wide a letter is.
LETTER = 7
#: How many lines across, at most.
GRID_LINES = 4
STYLE = "text{font:11px system-ui,sans-serif;opacity:.72}.ex-grid{stroke:black;stroke-opacity:.14;fill:none}"


def position(story: Story, day: date) -> float:
    """Return where a day stands on the story's scale of time, 0 to 1."""
    start = 0.0
    total = sum(span.share for span in story.timeline)
    for span in story.timeline:
        width = span.share / total
        if day <= span.end:
            return start + width * max(0, (day - span.start).days) / (span.end - span.start).days
        start += width
    return 1.0


def _x(story: Story, day: date) -> float:
    return round(LEFT + position(story, day) * (WIDTH - LEFT), 1)


def _ground(story: Story) -> str:
    """Return what no day changes: steps, lines, labels and legend's order."""
    days = [*figures.change_days(story), story.last]
    held = [figures.areas(story, day) for day in days]
    total = sum(area.km2 for area in held[0].values())
    plot = HEIGHT - TOP - BOTTOM

    def y(km2: float) -> float:
        return round(TOP + plot * (1 - km2 / total), 1)

    parts = []
    below = [0.0] * len(days)
    for id, controller in story.controllers.items():
        above = [low + areas[id].km2 for low, areas in zip(below, held, strict=True)]
        corners = []
        for levels in (above, below):
            line = [(_x(story, days[0]), y(levels[0]))]
            for day, before, level in zip(days[1:], levels, levels[1:], strict=False):
                line += [(_x(story, day), y(before)), (_x(story, day), y(level))]
            corners.append(line)
        points = " ".join(f"{x},{y}" for x, y in [*corners[0], *reversed(corners[1])])
        title = f"<title>{escape(controller.label)}</title>"
        parts.append(f'<polygon points="{points}" fill="{escape(controller.color)}">{title}</polygon>')
        below = above
    step = next(s for power in range(12) for s in (10**power, 2 * 10**power, 5 * 10**power) if total / s <= GRID_LINES)
    level = 0
    while level <= total:
        parts.append(
            f'<path d="M{LEFT},{y(level)}H{WIDTH}" class="ex-grid"/>'
            f'<text x="{LEFT - 6}" y="{y(level) + 3.5}" text-anchor="end">{story.words.figure(level)}</text>'
        )
        level += step
    start = 0.0
    for span in story.timeline:
        width = span.share / sum(s.share for s in story.timeline)
        x, anchor = LEFT + (start + width / 2) * (WIDTH - LEFT), "middle"
        if x + len(span.label) * LETTER / 2 > WIDTH:  # the last span may be narrower than what it is called
            x, anchor = WIDTH, "end"
        parts.append(f'<path d="M{_x(story, span.start)},{TOP}V{HEIGHT - BOTTOM + 5}" class="ex-grid"/>')
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - 6}" text-anchor="{anchor}">{escape(span.label)}</text>')
        start += width
    return "".join(parts)


def steps_picture(story: Story) -> str:
    """Return the chart without a day as SVG: one picture for all readers."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
        f"<style>{STYLE}</style>{_ground(story)}</svg>"
    )


def steps_chart(story: Story, day: date, picture: str) -> str:
    """Return the chart with a line at `day`, as HTML, and the key of its colours.

    Parameters
    ----------
    story : Story
        Its controllers give the colours, its timeline the scale.
    day : datetime.date
        Where the line stands.
    picture : str
        Address of what `steps_picture` draws. Streamlit lets no SVG into a page, but pictures.
    """
    held = ", ".join(
        f"{story.controllers[id].label_on(day)} {story.words.area(area.km2)}"
        for id, area in figures.areas(story, day).items() if area.units
    )  # fmt: skip
    key = "".join(
        f'<li><i style="background:{escape(c.color)}"></i>{escape(c.label)}</li>' for c in story.controllers.values()
    )
    words = story.words
    label = words.say(
        "chartLabel", first=words.day(story.first), last=words.day(story.last), day=words.day(day), held=held
    )  # fmt: skip
    left = _x(story, day) / WIDTH
    return (
        f'<figure class="ex-chart"><div><img src="{escape(picture)}" alt="{escape(label)}" width="{WIDTH}" '
        f'height="{HEIGHT}"><i class="ex-now" data-now="{day}" style="left:{left:.2%}"></i></div>'
        f'<ul class="ex-key">{key}</ul></figure>'
    )
