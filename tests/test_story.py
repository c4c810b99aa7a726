"""Whole stories: the tiny good one, and those of tests/stories/bad, each with what it must be told."""

import json
import shutil
from contextlib import suppress
from datetime import date
from pathlib import Path
from types import MappingProxyType

import pytest

from geo.errors import StoryProblems
from geo.story import load_story

STORIES = Path(__file__).parent / "stories"
TWO_VALLEYS = STORIES / "two-valleys"
BAD = sorted(path for path in (STORIES / "bad").iterdir() if path.is_dir())


def test_the_tiny_story(valleys):
    assert (valleys.id, valleys.title, valleys.author, valleys.lang) == ("two-valleys", "Two valleys", "Nobody", "en")
    assert (valleys.first, valleys.last) == (date(1900, 1, 1), date(1905, 12, 31))
    assert dict(valleys.article) == {
        "title": "Two valleys",
        "author": "Nobody",
        "publisher": "Nowhere Press",
        "year": "1906",
    }
    assert list(valleys.controllers) == ["lowlanders", "uplanders", "mission"]
    assert list(valleys.layers) == ["control", "control_1901", "north", "rivers", "towns", "relief"]
    assert list(valleys.features) == ["control", "north", "rivers", "towns"]
    assert list(valleys.units) == ["alder", "birch", "cedar", "elm", "fir", "moor", "tarn"]
    assert [(edge.a, edge.b) for edge in valleys.edges] == [
        ("alder", "birch"), ("alder", "elm"), ("birch", "cedar"), ("birch", "fir"), ("birch", "tarn"),
        ("cedar", "moor"), ("elm", "fir"), ("fir", "moor"),
    ]  # fmt: skip
    assert [(edge.a, edge.accuracy, edge.error_km) for edge in valleys.edges if edge.stated] == [
        ("alder", "digitised", 0.5), ("birch", "surveyed", 0.1),
    ]  # fmt: skip
    assert valleys.attribution == ("Two Valleys Survey (CC0-1.0)",)
    assert [(span.share, span.label) for span in valleys.timeline] == [(0.25, "before"), (0.75, "after")]
    assert [str(warning) for warning in valleys.warnings] == [
        "narrative/03-mission.md:10: unsourced claim, no footnote: “Nothing else is known of that …”"
    ]


def test_a_controller_has_its_earlier_label_until_a_day(valleys):
    lowlanders = valleys.controllers["lowlanders"]
    assert lowlanders.label_on(date(1901, 12, 31)) == "Lowland League"
    assert lowlanders.label_on(date(1902, 1, 1)) == "Lowlanders"


def test_a_story_cannot_be_changed(valleys):
    with pytest.raises(AttributeError):
        valleys.title = "Another"
    with pytest.raises(TypeError):
        valleys.units["oak"] = None
    for name in (
        "controllers",
        "layers",
        "features",
        "units",
        "rows",
        "events",
        "sources",
        "works",
        "places",
        "voices",
    ):
        assert isinstance(getattr(valleys, name), MappingProxyType), name


def test_a_story_is_the_same_from_another_folder(valleys, copied, monkeypatch):
    monkeypatch.chdir(copied)
    assert [step.html for step in load_story().steps] == [step.html for step in valleys.steps]


@pytest.mark.parametrize("folder", BAD, ids=lambda path: path.name)
def test_a_bad_story_is_told_everything(folder: Path, tmp_path: Path):
    story = tmp_path / "story"
    shutil.copytree(TWO_VALLEYS, story)
    shutil.copytree(folder, story, dirs_exist_ok=True)
    deleted = folder / "deleted.txt"
    for name in deleted.read_text().split() if deleted.exists() else ():
        shutil.rmtree(story / name) if name.endswith("/") else (story / name).unlink()
    with pytest.raises(StoryProblems) as caught:
        load_story(story)
    assert "\n".join(map(str, caught.value.problems)) + "\n" == (folder / "expected.txt").read_text(encoding="utf-8")


def test_there_are_bad_stories_of_every_file():
    told = "".join((folder / "expected.txt").read_text() for folder in BAD)
    for path in TWO_VALLEYS.rglob("*.*"):
        assert path.relative_to(TWO_VALLEYS).as_posix() in told, path


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(StoryProblems, match="there is no such folder"):
        load_story(tmp_path / "nowhere")


@pytest.mark.parametrize("name", sorted(path.relative_to(TWO_VALLEYS).as_posix() for path in TWO_VALLEYS.rglob("*.*")))
@pytest.mark.parametrize("damage", ["empty", "missing", "half", "binary", "folder"])
def test_no_damage_to_a_file_is_a_traceback(copied, name, damage):
    path = copied / name
    data = path.read_bytes()
    path.unlink()
    if damage == "half":
        path.write_bytes(data[: len(data) // 2])
    elif damage == "binary":
        path.write_bytes(bytes(range(256)) * 4)
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "folder":
        path.mkdir()
    with suppress(StoryProblems):  # half a table, or a table that may be missing, can be a good one
        load_story(copied)


def edit(folder, name, old, new):
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def warnings_of(folder):
    return [str(warning) for warning in load_story(folder).warnings]


def test_warnings(copied):
    edit(copied, "layers/sources.csv", "V3,", "V4,Nobody reads this,,,gossip,\nV3,")
    edit(copied, "narrative/02-pass.md", "layers: [control, rivers, towns]", "layers: [control, towns]")
    edit(
        copied,
        "layers/events.csv",
        "birchton,Birchton is held by the uplanders,uplanders",
        "birchton,Birchton is not,mission",
    )
    edit(
        copied,
        "layers/control_events.csv",
        "tarn-1902,tarn,1902-02-01,1902-02-01,1902-02-01,uplanders",
        "tarn-1902,tarn,1902-02-02,1902-02-02,1902-02-02,mission",
    )
    assert warnings_of(copied) == [
        "layers/catalogue.yaml: no step and no period shows these layers: rivers",
        "layers/control_events.csv:11: the log has 'mission', event 'tarn-1902' has 'uplanders'",
        "layers/control_events.csv:11: 1902-02-02 is not within the days of event 'tarn-1902', 1902-02-01 to 1902-02-01",
        "layers/events.csv: state 'birch-state' has birchton held by 'mission' on 1902-03-02; the log has unit 'birch' held by 'uplanders'",
        "layers/sources.csv: nothing cites these sources: V4",
        "layers/sources.csv:4: source 'V4': kind 'gossip' has no words in story.yaml's voices; readers see it as it is",
        "narrative/03-mission.md:10: unsourced claim, no footnote: “Nothing else is known of that …”",
    ]


def test_voices_and_names_may_be_left_out(copied):
    path = copied / "narrative" / "story.yaml"
    text = path.read_text(encoding="utf-8")
    start, end = text.index("voices:"), text.index("periods:")
    path.write_text(text[:start] + text[end:], encoding="utf-8")
    story = load_story(copied)
    assert [form.id for form in story.name_forms] == ["article", "upland", "lowland"]
    assert story.sources["V2"].voice == "uplander"


def test_a_story_without_a_timeline_has_one_span(copied):
    path = copied / "narrative" / "story.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("timeline:")], encoding="utf-8")
    story = load_story(copied)
    assert [(span.start, span.end, span.share) for span in story.timeline] == [(date(1900, 1, 1), date(1905, 12, 1), 1)]


def test_tables_that_may_be_missing(copied):
    (copied / "layers" / "edges.csv").unlink()
    (copied / "layers" / "areas_published.csv").unlink()
    story = load_story(copied)
    assert story.published == ()
    assert {edge.accuracy for edge in story.edges} == {"schematic"}


def test_a_period_file_may_be_drawn_unit_by_unit(copied):
    """What `geo control --format geojson` writes is a period file as it is."""
    units = json.loads((copied / "layers" / "control_units.geojson").read_text())
    for feature in units["features"]:
        feature["properties"] = {
            "unit": feature["properties"]["unit"],
            "controller": "uplanders" if feature["properties"]["unit"] in ("birch", "cedar") else "lowlanders",
        }
    units["features"] = [f for f in units["features"] if f["properties"]["unit"] != "moor"]
    (copied / "layers" / "control_1901.geojson").write_text(json.dumps(units))
    load_story(copied)


def test_credits_may_be_summed_up(copied):
    edit(copied, "narrative/story.yaml", "lang: en\n", "lang: en\nattribution: [Two Valleys Survey, A friend]\n")
    assert load_story(copied).attribution == ("Two Valleys Survey", "A friend")


def test_a_layer_may_be_labelled_as_a_place_and_styled_by_status(copied):
    edit(
        copied,
        "layers/catalogue.yaml",
        'dash: "4 3"}',
        'dash: "4 3", label: north, open: {stroke: "#fff", dash: none}}',
    )
    style = load_story(copied).layers["north"].style
    assert style["label"] == "north"
    assert style["open"] == {"stroke": "#fff", "dash": None}


def test_a_story_may_not_be_without_end(copied):
    """Limits are far above any story, and below what would keep a reader's machine busy."""
    text = (copied / "narrative" / "01-before.md").read_text(encoding="utf-8")
    for number in range(4, 502):
        step = text.replace("id: before", f"id: before-{number}", 1)
        (copied / "narrative" / f"{number}-more.md").write_text(step, encoding="utf-8")
    line = [[round(-19.9 + number % 1_000 / 10_000, 4), 0.0] for number in range(400_001)]
    river = {"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": line}}
    (copied / "layers" / "rivers.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [river]}))
    with pytest.raises(StoryProblems) as caught:
        load_story(copied)
    told = "\n".join(map(str, caught.value.problems))
    assert "narrative: the story has 501 steps; allowed: 500" in told
    assert "layers/rivers.geojson: " in told
    assert "allowed: 400000" in told.replace(",", "")
