"""Find what the narrative says in the article's own words without quotation marks.

    python -m tools.overlap ARTICLE.txt [DIR]

Compares every run of ten words of the steps, outside quotation marks and footnotes, with the article's
text, which is not part of this repository. Exit status 1 if a run is found.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

LONGEST = 9  # words in a row that two writers may share by chance


def words(text: str) -> list[str]:
    """Lower-case words without punctuation."""
    return re.findall(r"\w+", text.lower())


def own_words(markdown: str) -> str:
    """A step's text without front matter, quotations, footnotes and the addresses of links."""
    body = re.sub(r"\A---\n.*?\n---\n", "", markdown, flags=re.DOTALL)
    body = re.sub(r"“[^”]*”", " | ", body)
    body = re.sub(r"^\[\^[^\]]+\]:.*$", " ", body, flags=re.MULTILINE)
    return re.sub(r"\[\^[^\]]+\]|\]\([^)]*\)", " ", body)


def shared_runs(narrative: str, article: str) -> list[str]:
    """Runs of more than `LONGEST` words that stand in both texts."""
    size = LONGEST + 1
    theirs = words(article)
    known = {tuple(theirs[i : i + size]) for i in range(len(theirs) - LONGEST)}
    found = []
    for part in own_words(narrative).split("|"):
        ours = words(part)
        runs = (tuple(ours[i : i + size]) for i in range(len(ours) - LONGEST))
        found += [" ".join(run) for run in runs if run in known]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("article", type=Path)
    parser.add_argument("story", type=Path, nargs="?", default=Path("."))
    arguments = parser.parse_args()
    article = arguments.article.read_text(encoding="utf-8")
    steps = sorted((arguments.story / "narrative").glob("*.md"))
    found = [(step, run) for step in steps for run in shared_runs(step.read_text(encoding="utf-8"), article)]
    for step, run in found:
        print(f"{step}: “{run}” stands in the article")
    print(f"{len(steps)} steps, {len(found)} runs of {LONGEST + 1} words shared with the article")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
