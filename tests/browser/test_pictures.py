"""The pages look as they did: a few pictures, compared blurred, for letters differ from machine to machine.

After a change of the look that is meant, `python -m tests.pictures.write` writes them anew.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.browser.conftest import until
from tests.browser.pictures import FOLDER, MEAN, PICTURES, WORST, difference, take


@pytest.mark.parametrize("name", PICTURES)
def test_a_page_looks_as_it_did(page: Page, app_url: str, tmp_path: Path, name: str) -> None:
    now = take(page, app_url, name, tmp_path / "shot.png")
    with Image.open(FOLDER / f"{name}.webp") as kept:
        mean, worst = difference(now, kept)
    now.save(tmp_path / f"{name}-now.png")
    assert mean <= MEAN, f"{mean:.1f} on the whole; see {tmp_path}"
    assert worst <= WORST, f"{worst:.1f} in one part; see {tmp_path}"


def test_another_day_s_map_would_be_noticed(page: Page, app_url: str, tmp_path: Path) -> None:
    take(page, app_url, "embed", tmp_path / "shot.png")
    page.evaluate("storyMap.setState({ date: '2020-12-01' })")
    until(lambda: page.evaluate("storyMap.getState().date") == "2020-12-01")
    page.wait_for_timeout(300)
    page.screenshot(path=tmp_path / "other.png")
    with Image.open(FOLDER / "embed.webp") as kept, Image.open(tmp_path / "other.png") as shot:
        mean, worst = difference(shot.convert("RGB").resize(kept.size, Image.Resampling.LANCZOS), kept)
    assert worst > WORST or mean > MEAN


def test_the_pictures_are_small() -> None:
    for name in PICTURES:
        assert (FOLDER / f"{name}.webp").stat().st_size < 60_000
