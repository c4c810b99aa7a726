"""What the app serves while its author saves: the new story, or the last good one with what is wrong."""

from types import SimpleNamespace

import pytest

from geo.story import load_story
from geo.ui.current import Shelf


@pytest.fixture
def shelf(copied):
    clock = SimpleNamespace(now=0.0)
    shelf = Shelf(folder=lambda: copied, clock=lambda: clock.now)
    return SimpleNamespace(
        current=shelf.current, folder=copied, wait=lambda: setattr(clock, "now", clock.now + 1.0), shelf=shelf
    )


def save(folder, old, new):
    path = folder / "narrative" / "01-before.md"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_an_unchanged_story_is_read_once(shelf, monkeypatch):
    first = shelf.current()
    monkeypatch.setattr(shelf.shelf, "load", lambda folder: pytest.fail("read again"))
    shelf.wait()
    assert shelf.current() is first


def test_a_save_is_seen_after_a_second_and_not_before(shelf):
    shelf.current()
    save(shelf.folder, "Before the pass", "Long before the pass")
    assert shelf.current().version == 1
    shelf.wait()
    now = shelf.current()
    assert (now.version, now.assets.story.steps[0].title, now.problems) == (2, "Long before the pass", None)


def test_a_broken_save_keeps_the_last_good_story(shelf):
    good = shelf.current()
    save(shelf.folder, "date: 1900-01-02", "date: soon")
    shelf.wait()
    broken = shelf.current()
    assert broken.assets is good.assets
    assert [problem.line for problem in broken.problems.problems] == [4]
    save(shelf.folder, "date: soon", "date: 1900-01-03")
    shelf.wait()
    mended = shelf.current()
    assert mended.problems is None
    assert mended.assets.story.steps[0].date_label == "3 January 1900"


def test_a_story_that_is_broken_from_the_start_is_shown_when_it_is_mended(shelf):
    save(shelf.folder, "date: 1900-01-02", "date: soon")
    assert shelf.current().assets is None
    save(shelf.folder, "date: soon", "date: 1900-01-02")
    shelf.wait()
    assert shelf.current().assets.story.id == "two-valleys"


def test_a_file_that_comes_or_goes_is_a_change(shelf):
    first = shelf.current()
    (shelf.folder / "narrative" / "03-mission.md").unlink()
    shelf.wait()
    assert len(shelf.current().assets.story.steps) == len(first.assets.story.steps) - 1


def test_the_default_is_to_load_a_story():
    assert Shelf().load is load_story
