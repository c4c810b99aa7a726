"""The deck, read back by python-pptx, checked against the schema, and looked at in LibreOffice."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import numpy as np
import openxml_audit
import openxml_audit.context
import pytest
from PIL import Image, ImageFilter
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE

from geo.export.atlas import Atlas
from geo.export.deck import render_deck
from geo.export.drawingml import SHEET
from geo.export.image import render_map
from geo.export.state import full_state, period_state
from tests.exports import HOSTILE

#: How far LibreOffice's page may be from our own picture of the same map, both blurred by three pixels: mean
#: difference of the worst channel (of 255), and per cent of pixels that differ by more than 40.
MEAN, FAR = 8.0, 3.0


@pytest.fixture(scope="session")
def deck(everything):
    return Presentation(str(everything.folder / "slides.pptx"))


def shapes_of(container) -> list:
    """All shapes, groups opened."""
    found = []
    for shape in container:
        found.append(shape)
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
            found += shapes_of(shape.shapes)
    return found


def group(slide, name: str):
    return next(s for s in shapes_of(slide.shapes) if s.shape_type == MSO_SHAPE_TYPE.GROUP and s.name.startswith(name))


def test_the_slides_are_a_title_the_steps_the_periods_side_by_side_and_sources(deck, shipped):
    titles = [slide.shapes.title.text for slide in deck.slides]
    labels = [period.label for period in shipped.periods]
    assert titles == [
        shipped.title, *(step.title for step in shipped.steps), *(f"{label}: who held what" for label in labels),
        "Pre-1994, 1994 and 2020", "Sources",
    ]  # fmt: skip


def test_every_unit_on_a_slide_is_a_freeform_with_its_name(deck, shipped):
    atlas = Atlas(shipped)
    for slide, step in zip(list(deck.slides)[1:], shipped.steps, strict=False):
        scene = atlas.scene(full_state(shipped, step=step.id), SHEET.map_width, SHEET.map_height)
        wanted = {shape.name for shape in scene.control.shapes if shape.geometry.intersects(_sheet())}
        units = group(slide, "Control on").shapes
        named = {s.name for s in units if s.shape_type == MSO_SHAPE_TYPE.FREEFORM}
        assert wanted <= named, step.id
        names = [s.name for s in group(slide, "Names").shapes if s.has_text_frame and s.text_frame.text]
        assert len(names) == len(scene.labels)


def _sheet():
    import shapely

    return shapely.box(1, 1, SHEET.map_width - 1, SHEET.map_height - 1)


def test_the_three_periods_are_side_by_side(deck, shipped):
    slide = deck.slides[-2]
    maps = [s for s in slide.shapes if s.shape_type == MSO_SHAPE_TYPE.GROUP and s.name == "Map"]
    assert len(maps) == len(shipped.periods)
    assert len({shape.top for shape in maps}) == 1
    for left, right in zip(maps, maps[1:], strict=False):  # noqa: RUF007
        assert left.left + left.width < right.left


def test_notes_hold_the_narrative_and_its_sources(deck, shipped):
    for slide in deck.slides:
        notes = slide.notes_slide.notes_text_frame.text
        assert len(notes) > 100
        assert "Sources" in notes
    for slide, step in zip(list(deck.slides)[1:], shipped.steps, strict=False):
        notes = slide.notes_slide.notes_text_frame.text
        for id in (id for note in step.footnotes for id in note.sources):
            assert shipped.sources[id].url in notes
    last = deck.slides[-1].notes_slide.notes_text_frame.text
    assert all(source.title in last for source in shipped.sources.values())


def test_a_slide_has_alternative_texts_a_short_text_a_legend_and_footnotes(deck, shipped):
    for slide in list(deck.slides)[1 : len(shipped.steps) + 1]:
        map_group = next(s for s in slide.shapes if s.shape_type == MSO_SHAPE_TYPE.GROUP and s.name == "Map")
        assert map_group._element.nvGrpSpPr.cNvPr.get("descr", "").startswith("Map of control on")
        by_name = {shape.name: shape for shape in slide.shapes}
        text = by_name["Text"].text_frame
        assert 40 < len(text.text) < 700
        assert by_name["Footnotes"].text_frame.text
        assert any(name.startswith("Legend: ") for name in by_name)
        # Each number in the text has its note at the foot.
        numbers = {run.text.strip(",") for run in text.paragraphs[0].runs if run.font._element.get("baseline")}
        foot = by_name["Footnotes"].text_frame.text
        if "…" not in foot:
            assert all(f"{number}. " in foot for number in numbers), slide.shapes.title.text


def test_nothing_lies_off_the_slide(deck):
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0, shape.name
            assert shape.top >= 0, shape.name
            assert shape.left + shape.width <= deck.slide_width + 12_700, shape.name
            assert shape.top + shape.height <= deck.slide_height + 12_700, (slide.shapes.title.text, shape.name)


def faults(path: Path, monkeypatch) -> list[str]:
    """What the schema has against a deck.

    For the place in its messages the validator counts the siblings before each element, which of a border's thousands
    of points takes ten times as long as all the rest: here it need not say which one it was.
    """
    monkeypatch.setattr(openxml_audit.context, "_sibling_position", lambda element: 1)
    result = openxml_audit.validate_pptx(path)
    assert result.is_valid == (not result.errors)
    return [str(error) for error in result.errors]


def test_the_deck_is_valid_by_the_schema(everything, monkeypatch):
    assert faults(everything.folder / "slides.pptx", monkeypatch)[:5] == []


def test_a_fault_against_the_schema_would_be_noticed(valleys, tmp_path: Path, monkeypatch):
    deck = Presentation(io.BytesIO(render_deck(valleys)))
    points = deck.slides[1].shapes._spTree.findall(".//{*}lnTo/{*}pt")
    del points[-1].attrib["x"]
    deck.save(str(tmp_path / "spoilt.pptx"))
    assert len(faults(tmp_path / "spoilt.pptx", monkeypatch)) == 1


def test_the_same_story_gives_the_same_deck(valleys):
    assert render_deck(valleys) == render_deck(valleys)


def test_a_hostile_title_survives_in_a_deck(hostile, tmp_path: Path, monkeypatch):
    data = render_deck(hostile)
    read = Presentation(io.BytesIO(data))
    assert read.slides[0].shapes.title.text == HOSTILE
    assert read.slides[1].shapes.title.text == HOSTILE
    assert HOSTILE in read.slides[1].notes_slide.notes_text_frame.text
    assert read.core_properties.title == HOSTILE
    path = tmp_path / "hostile.pptx"
    path.write_bytes(data)
    assert faults(path, monkeypatch) == []


# -- LibreOffice -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def pages(everything, tmp_path_factory) -> list[Image.Image]:
    """The deck's pages as LibreOffice shows them."""
    assert shutil.which("soffice"), "these tests need LibreOffice: `make browser` installs it"
    folder = tmp_path_factory.mktemp("office")
    command = [
        "soffice",
        "--headless",
        f"-env:UserInstallation=file://{folder}/profile",
        "--convert-to",
        "pdf",
        "--outdir",
    ]
    done = subprocess.run(
        [*command, str(folder), str(everything.folder / "slides.pptx")], capture_output=True, text=True, timeout=300
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    subprocess.run(["pdftoppm", "-r", "72", "-png", str(folder / "slides.pdf"), str(folder / "page")], check=True)
    return [Image.open(path).convert("RGB") for path in sorted(folder.glob("page-*.png"))]


def difference(page: Image.Image, picture: Image.Image) -> tuple[float, float]:
    """Mean difference of the worst channel, and per cent of pixels further apart than 40."""
    one, two = (np.asarray(image.filter(ImageFilter.GaussianBlur(3)), dtype=float) for image in (page, picture))
    apart = np.abs(one - two).max(axis=2)
    return float(apart.mean()), float((apart > 40).mean() * 100)


def test_libreoffice_shows_the_same_maps_as_the_pictures(pages, shipped, deck):
    assert len(pages) == len(deck.slides)
    atlas = Atlas(shipped)
    states = [full_state(shipped, step=step.id) for step in shipped.steps]
    states += [period_state(shipped, period) for period in shipped.periods]
    worst = (0.0, 0.0)
    for page, state in zip(pages[1:], states, strict=False):
        scale = page.width / SHEET.width
        box = (0, 0, int(SHEET.map_width * scale) - 2, int(SHEET.map_height * scale) - 2)
        scene = atlas.scene(state, SHEET.map_width, SHEET.map_height)
        found = difference(page.crop(box), render_map(scene, scale).convert("RGB").crop(box))
        assert found[0] <= MEAN, (state.step, state.date, found)
        assert found[1] <= FAR, (state.step, state.date, found)
        worst = max(worst[0], found[0]), max(worst[1], found[1])
    print(
        f"\nLibreOffice beside the pictures: at most {worst[0]:.1f} of 255 in the mean, {worst[1]:.1f} % of pixels far off"
    )


def test_another_days_map_would_be_noticed(pages, shipped):
    atlas = Atlas(shipped)
    index = [step.id for step in shipped.steps].index("bishkek-1994")
    page = pages[1 + index]
    scale = page.width / SHEET.width
    box = (0, 0, int(SHEET.map_width * scale) - 2, int(SHEET.map_height * scale) - 2)
    other = full_state(shipped, step="bishkek-1994", day=shipped.last)
    scene = atlas.scene(other, SHEET.map_width, SHEET.map_height)
    found = difference(page.crop(box), render_map(scene, scale).convert("RGB").crop(box))
    assert found[0] > MEAN
    assert found[1] > FAR
