"""The look is told once: Streamlit's theme repeats what geo/web/tokens.css says."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOKENS = (ROOT / "geo" / "web" / "tokens.css").read_text(encoding="utf-8")
THEME = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
SAME = {
    "primaryColor": "accent", "backgroundColor": "paper", "secondaryBackgroundColor": "card", "textColor": "ink",
    "linkColor": "accent", "borderColor": "rule", "codeTextColor": "ink", "codeBackgroundColor": "card",
}  # fmt: skip


def tokens(scheme: str) -> dict[str, str]:
    """Return the tokens of a scheme; the dark ones stand over the light ones."""
    light, _, dark = TOKENS.partition("prefers-color-scheme: dark")
    found = dict(re.findall(r"--sm-([\w-]+): ([^;]+);", light))
    return found if scheme == "light" else found | dict(re.findall(r"--sm-([\w-]+): ([^;]+);", dark))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_streamlit_has_the_colours_of_the_tokens(scheme: str) -> None:
    expected = {option: tokens(scheme)[token] for option, token in SAME.items()}
    assert THEME[scheme] == expected


def test_streamlit_has_the_type_of_the_tokens() -> None:
    assert THEME["font"].replace("'", '"') == tokens("light")["sans"]


def test_neither_theme_is_forced_on_a_reader() -> None:
    assert "base" not in THEME
