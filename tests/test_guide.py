"""docs/your-own-story.md does what it says: all its changes to a new story, in order, with nothing to remark."""

import json
import re

import pytest

from geo.control import control_on
from geo.dates import parse_day
from geo.map import story_map
from geo.story import load_story
from tools.picture_guide import GUIDE, PICTURES, apply_guide


@pytest.fixture(scope="module")
def guided(tmp_path_factory):
    folder = tmp_path_factory.mktemp("guide") / "my-story"
    apply_guide(folder)
    return load_story(folder)


def test_there_is_nothing_to_remark(guided):
    assert guided.warnings == ()


def test_every_change_has_been_made(guided):
    assert guided.steps[-1].id == "strand"
    assert "road" in guided.step("league").layers
    assert control_on(guided, parse_day("1806-09-12"))["westcliff"].uncertain
    assert guided.places["mill"].names["greek"][0].name == "Μύλος"
    assert guided.controllers["council"].color == "#ee8866"


def test_every_picture_is_there():
    named = re.findall(r"images/your-own-story/(\S+)\.jpg", GUIDE.read_text(encoding="utf-8"))
    assert sorted(named) == sorted(path.stem for path in PICTURES.iterdir())
    assert len(named) == 6


def test_the_notebook_runs(monkeypatch):
    """Its cells, one after the other, as Jupyter would; what a map shows of itself needs nothing from elsewhere."""
    notebook = json.loads((GUIDE.parent / "notebook.ipynb").read_text(encoding="utf-8"))
    monkeypatch.chdir(GUIDE.parent)
    names: dict = {}
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for cell in cells:
        exec(compile(cell, "notebook", "exec"), names)
    assert len(cells) >= 4


def test_a_map_shows_itself(guided):
    html = guided.map("1805-09-14")._repr_html_()
    assert "date=1805-09-14" in html
    assert not re.findall(r"&lt;(?:script|link|img|iframe)\b[^&]*(?:src|href)=(?!&quot;data:)", html)
    assert type(guided.map()) is type(story_map(guided))
    with pytest.raises(ValueError, match="the story begins on 1800-01-01"):
        guided.map("1799-12-31")
