"""What Lighthouse says of the pages, but for its timings: those are in benchmarks/lighthouse.py."""

from __future__ import annotations

import pytest

from tests.lighthouse import scores
from tests.static import served

#: Of Streamlit's page, which compiles text as code, Lighthouse would have a stricter policy than it can run under.
BEST_PRACTICES = 0.95


@pytest.mark.parametrize("path", ["", "embed?step=shushi-2020"], ids=["story", "embed"])
def test_the_app(app_url: str, path: str) -> None:
    found, told = scores(f"{app_url}{path}", "accessibility", "best-practices")
    assert found["accessibility"] == 1, told
    assert found["best-practices"] >= BEST_PRACTICES, told


def test_the_story_in_one_file(everything) -> None:
    with served(everything.folder, compressed=True) as address:
        found, told = scores(f"{address}story.html", "accessibility", "best-practices")
    assert found["accessibility"] == 1, told
    assert found["best-practices"] >= BEST_PRACTICES, told
