"""``python -m geo new``: what it writes is a story without a single remark, in any folder, and never over another."""

import pytest

from geo.map import render_document
from geo.new import FolderInUse, write_new_story
from geo.page import render_cards
from geo.story import load_story
from tests.test_cli import ROOT, run

FOLDERS = ("my-story", "a story of mine", "Моя история 地図", "o'neill & co; $HOME")


@pytest.mark.parametrize("name", FOLDERS)
def test_new_check_and_page_in_any_folder(tmp_path, name):
    status, out, err = run("new", name, cwd=tmp_path)
    assert status == 0, err
    assert out.startswith("16 files written to ")
    status, out, err = run("check", name, cwd=tmp_path)
    assert (status, err) == (0, "")
    assert out.startswith("ok: 4 steps, 2 layers, 6 units")
    story = load_story(tmp_path / name)
    assert story.warnings == ()
    assert len(story.periods) == 2
    assert '"the-island"' in render_document(story)
    assert "The moor leaves" in render_cards(story)


def test_what_an_author_gets_first_is_little(tmp_path):
    written = write_new_story(tmp_path / "story")
    assert len([name for name in written if name.endswith(".geojson")]) == 2
    assert len([name for name in written if name.endswith(".md")]) == 5


def test_nothing_is_written_over(tmp_path):
    (tmp_path / "narrative").mkdir()
    before = sorted(tmp_path.rglob("*"))
    status, out, err = run("new", str(tmp_path), cwd=ROOT)
    assert (status, out) == (2, "")
    assert "is not empty" in err
    assert sorted(tmp_path.rglob("*")) == before


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "story").write_text("mine")
    with pytest.raises(FolderInUse, match="is not empty"):
        write_new_story(tmp_path / "story")
    with pytest.raises(FolderInUse, match="cannot be written"):
        write_new_story(tmp_path / "story" / "below")
    assert (tmp_path / "story").read_text() == "mine"


def test_an_empty_folder_will_do(tmp_path):
    assert "narrative/story.yaml" in write_new_story(tmp_path)
