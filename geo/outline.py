"""Which section of the article is told in which steps, with which of its footnotes and works."""

from __future__ import annotations

from dataclasses import dataclass

from .model import Step, Story

__all__ = ["Section", "outline", "render_outline"]


@dataclass(frozen=True)
class Section:
    """A section of the article: the steps that tell it, the article's footnotes and the works they cite."""

    title: str
    steps: tuple[Step, ...]
    footnotes: tuple[int, ...]
    works: tuple[str, ...]


def outline(story: Story) -> tuple[Section, ...]:
    """Return the sections in the article's order, empty ones included; without a list, in the order of the steps."""
    titles = story.sections or tuple(dict.fromkeys(step.section for step in story.steps))
    sections = []
    for title in titles:
        steps = tuple(step for step in story.steps if step.section == title)
        notes = [note for step in steps for note in step.footnotes]
        numbers = sorted({int(note.label) for note in notes if note.label.isdigit()})
        works = tuple(dict.fromkeys(work for note in notes for work in note.works))
        sections.append(Section(title, steps, tuple(numbers), works))
    return tuple(sections)


def render_outline(story: Story) -> str:
    """Return the outline as a markdown table, with the claims and works counted under it."""
    lines = ["| section | steps | article's footnotes | works |", "|---|---|---|---|"]
    for section in outline(story):
        steps = ", ".join(step.title for step in section.steps) or "**none**"
        numbers = ", ".join(str(number) for number in section.footnotes) or "–"
        lines.append(f"| {section.title} | {steps} | {numbers} | {len(section.works)} |")
    works = {work for section in outline(story) for work in section.works}
    claims = sum(step.claims for step in story.steps)
    sourced = sum(step.sourced_claims for step in story.steps)
    lines += ["", f"{len(story.steps)} steps, {claims} claims, {sourced} of them sourced, {len(works)} works cited."]
    return "\n".join(lines) + "\n"
