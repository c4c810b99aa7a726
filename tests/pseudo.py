"""A language that nobody speaks: English with accents, longer by two fifths. Whatever is not in it was never asked for."""

from __future__ import annotations

import json
import re
from pathlib import Path

from geo.language import english

LANG = "qps"
_ACCENTED = str.maketrans("aceinorsuyzACEINORSUYZ", "áćéíñóŕšúýžÁĆÉÍŃÓŔŠÚÝŽ")


def pseudo(text: str) -> str:
    """Return a text in the language; what is filled in stays as it is."""
    parts = re.split(r"(\{\w+\})", text)
    accented = "".join(part if part.startswith("{") else part.translate(_ACCENTED) for part in parts)
    letters = sum(char.isalpha() for char in re.sub(r"\{\w+\}", "", text))
    # Keys of the keyboard are what is printed on them; a figure's unit is no word either.
    return accented if letters < 4 else f"{accented}{'~' * max(1, letters * 2 // 5)}"


def write_pseudo(story: Path, lang: str = LANG) -> None:
    """Put the language into a story's folder, and let the story be in it."""
    lines = []
    for section, texts in english().sections.items():
        lines.append(f"{section}:")
        lines += [f"  {key}: {json.dumps(pseudo(text), ensure_ascii=False)}" for key, text in texts.items()]
    (story / "words").mkdir()
    (story / "words" / f"{lang}.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    file = story / "narrative" / "story.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("lang: en", f"lang: {lang}"), encoding="utf-8")
