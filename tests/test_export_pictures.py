"""Pictures: real vectors, text as text, the same bytes each time, and the figures of the engine printed on them."""

from __future__ import annotations

import io
import re
import subprocess
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import pytest
from PIL import Image, ImageChops
from pypdf import PdfReader

from geo.control import areas_on
from geo.dates import format_day
from geo.errors import BadDay, UnknownId
from geo.export.animation import MOST_BYTES, change_days, render_animation
from geo.export.atlas import Atlas
from geo.export.image import check_size, render_image, sheet_for
from geo.export.state import full_state, named_states, state_title
from geo.export.typeset import drawable, text_width, wrap
from geo.language import english
from tests.exports import HOSTILE, ROOT, run_geo

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def atlas(shipped):
    return Atlas(shipped)


@pytest.fixture(scope="module")
def svg(atlas, shipped):
    data = render_image(atlas, full_state(shipped, step="shushi-2020"), "svg")
    return ElementTree.fromstring(data)


@pytest.fixture(scope="module")
def pdf(atlas, shipped):
    return PdfReader(io.BytesIO(render_image(atlas, full_state(shipped, step="shushi-2020"), "pdf")))


def words(svg) -> list[str]:
    return ["".join(text.itertext()).strip() for text in svg.iter(f"{SVG}text")]


# -- vectors ---------------------------------------------------------------------------------------------------------


def test_an_svg_has_paths_and_text_and_no_picture_but_the_relief(svg):
    assert len(list(svg.iter(f"{SVG}path"))) > 100
    assert len(list(svg.iter(f"{SVG}image"))) == 1
    names = words(svg)
    for name in ("Shushi", "Stepanakert", "Karintak", "Shushi again", "8 November 2020"):
        assert name in names


def test_without_the_relief_there_is_no_picture_at_all(atlas, shipped):
    state = full_state(shipped, step="shushi-2020", layers=["states", "control", "towns"])
    found = ElementTree.fromstring(render_image(atlas, state, "svg"))
    assert not list(found.iter(f"{SVG}image"))
    page = PdfReader(io.BytesIO(render_image(atlas, state, "pdf"))).pages[0]
    assert not list(page.images)


def test_a_pdf_has_selectable_names_and_no_picture_but_the_relief(pdf):
    (page,) = pdf.pages
    text = page.extract_text()
    for name in ("Shushi", "Stepanakert", "Karintak", "8 November 2020", "© OpenStreetMap contributors"):
        assert name in text
    assert len(list(page.images)) == 1


def test_units_are_named_in_an_svg(svg, atlas, shipped):
    sheet = sheet_for(16 / 9)
    scene = atlas.scene(full_state(shipped, step="shushi-2020"), sheet.map_width, sheet.map_height)
    ids = {element.get("id") for element in svg.iter(f"{SVG}g")}
    assert {f"unit-{shape.id}" for shape in scene.control.shapes} <= ids
    assert len(scene.control.shapes) > 5


# -- what is printed -------------------------------------------------------------------------------------------------


def test_title_day_legend_scale_credits_and_sources_are_on_the_picture(svg, shipped):
    text = " ".join(words(svg))
    day = shipped.step("shushi-2020").date
    for area in areas_on(shipped, day).values():
        if area.units:
            assert shipped.controllers[area.controller].label_on(day) in text
            assert f"{english().area(area.km2)} ±" in text
    assert "10 km" in words(svg)
    assert "Schematic part" in text
    for credit in ("© OpenStreetMap contributors", "Relief from NOAA GLOBE", "Its sources: Battle of Shusha (2020)"):
        assert credit in text


def test_the_legend_is_that_of_the_day_in_every_state(atlas, shipped):
    for name, state in named_states(shipped).items():
        scene = atlas.scene(state, 800, 600)
        held = [area for area in areas_on(shipped, state.date).values() if area.units]
        rows = [row for row in scene.legend if row.figures]
        assert [row.title for row in rows] == [shipped.controllers[a.controller].label_on(state.date) for a in held], (
            name
        )
        for row, area in zip(rows, held, strict=True):
            assert row.figures[0].startswith(english().area(area.km2).replace("less than 10 km²", "0 km²"))
        assert {shape.id for shape in scene.control.shapes} <= set(shipped.units)


def test_names_follow_the_chosen_form(atlas, shipped):
    for form, name in (("armenian", "Շուշի"), ("azerbaijani", "Şuşa"), ("russian", "Шуша")):
        state = full_state(shipped, step="shushi-2020", names=form)
        found = words(ElementTree.fromstring(render_image(atlas, state, "svg")))
        assert any(name in word for word in found), (form, found)
    nameless = replace(full_state(shipped, step="shushi-2020"), names="none")
    assert atlas.scene(nameless, 800, 600).labels == ()


def test_labels_touch_neither_one_another_nor_the_frame(atlas, shipped):
    for state in named_states(shipped).values():
        boxes = [label.box for label in atlas.scene(state, 800, 600).labels]
        for i, (x, y, w, h) in enumerate(boxes):
            assert 0 <= x <= x + w <= 800
            assert 0 <= y <= y + h <= 600
            assert not any(x < a + c and a < x + w and y < b + d and b < y + h for a, b, c, d in boxes[:i])


def test_the_scale_bar_is_as_long_as_it_says(atlas, shipped):
    scene = atlas.scene(full_state(shipped, step="shushi-2020"), 800, 600)
    bounds = shipped.step("shushi-2020").view.bounds
    # A degree of latitude is 111.0 km here; the view's height is 576 pixels for 0.4 degrees, if that is the tighter side.
    km_per_pixel = float(scene.scale.label.removesuffix(" km")) / scene.scale.width
    assert km_per_pixel * 576 >= (bounds[3] - bounds[1]) * 111.0 * 0.99
    assert scene.scale.width <= 160


def test_a_comparison_is_an_outline_and_has_its_row(atlas, shipped):
    scene = atlas.scene(full_state(shipped, day=date(2020, 12, 1), compare=date(1994, 5, 12)), 800, 600)
    assert "compare" in [group.id for group in scene.over]
    assert "Line of 12 May 1994" in [row.title for row in scene.legend]
    scene = atlas.scene(full_state(shipped, day=date(1994, 5, 12), compare=date(1988, 2, 20)), 800, 600)
    (none,) = (row for row in scene.legend if "20 February 1988" in row.title)
    assert none.title.startswith("No line on")  # one side held everything: no sample of a line nobody sees
    assert none.shape.stroke is None


# -- sizes and palettes ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", ["1920x1080", "3840x2160", "1440x1080", "2880x2160"])
def test_a_picture_has_the_size_that_was_asked_for(valleys, size):
    picture = Image.open(io.BytesIO(render_image(Atlas(valleys), full_state(valleys), size=check_size(size))))
    assert f"{picture.width}x{picture.height}" == size


@pytest.mark.parametrize("size", ["1920", "0x0", "100x100", "99999x99999", "1080x1920", "-1x5", "1920x1080x3"])
def test_a_size_that_cannot_be_drawn_is_refused(size):
    with pytest.raises(UnknownId, match="such as 1920x1080"):
        check_size(size)


def test_print_is_on_white_and_keeps_colours_and_hatches_apart(atlas, shipped):
    state = full_state(shipped, step="three-dates")
    picture = Image.open(io.BytesIO(render_image(atlas, state, palette="print"))).convert("RGB")
    assert picture.getpixel((picture.width - 4, 4)) == (255, 255, 255)
    fills = {row.shape.fill for row in atlas.scene(state, 800, 600, "print").legend if row.figures}
    grey = {round(sum(int(fill[i : i + 2], 16) * w for i, w in ((1, 0.3), (3, 0.59), (5, 0.11)))) for fill in fills}
    hatches = {row.shape.hatch for row in atlas.scene(state, 800, 600, "print").legend if row.figures}
    assert len(fills) == len(hatches) == len(grey) == 3


@pytest.mark.parametrize("kind", [("-png",), ("-png", "-cairo")])
def test_a_pdf_shows_the_hatches_of_the_png_in_every_reader(atlas, shipped, tmp_path, kind):
    state = full_state(shipped, step="bishkek-1994", names="none")
    picture = Image.open(io.BytesIO(render_image(atlas, state, size=(960, 720), palette="print"))).convert("RGB")
    (tmp_path / "map.pdf").write_bytes(render_image(atlas, state, "pdf", size=(960, 720), palette="print"))
    reader = "pdftocairo" if "-cairo" in kind else "pdftoppm"
    subprocess.run([reader, "-r", "108", "-singlefile", "-png", "map.pdf", "page"], cwd=tmp_path, check=True)
    page = Image.open(tmp_path / "page.png").convert("RGB")
    assert page.size == picture.size
    # Over parts of 24 pixels: where lines fall within a pixel is a reader's own, how dark they are together is not.
    small = [shown.crop((0, 0, 696, 624)).resize((29, 26), Image.Resampling.BOX) for shown in (picture, page)]
    apart = max(most for _, most in ImageChops.difference(*small).getextrema())
    assert apart <= 12


# -- nothing is cut, nothing covers anything -------------------------------------------------------------------------


def boxes(svg) -> list[tuple[float, float, float, float, str]]:
    """Return left, top, right, bottom and words of each text, in pixels of a sheet."""
    found = []
    for text in svg.iter(f"{SVG}text"):
        style, told = text.get("style"), "".join(text.itertext()).strip()
        size, x, y = (float(n) / 0.75 for n in (re.search(r"([\d.]+)px", style)[1], text.get("x"), text.get("y")))
        bold = 700 if re.search(r"bold|700", style) else 400
        found.append((x, y - 0.75 * size, x + text_width(told, size, bold), y + 0.22 * size, told))
    return found


@pytest.mark.parametrize("size", [(800, 600), (1440, 1080), (1920, 1080)])
@pytest.mark.parametrize("asked", [{"step": "statement-2020"}, {"day": date(2020, 11, 10)}, {"day": date(1994, 5, 12)}])
def test_every_word_is_on_the_sheet_and_has_its_place(atlas, shipped, size, asked):
    state = full_state(shipped, names="azerbaijani", **asked)
    drawn = render_image(atlas, state, "svg", size=size, palette="print")
    sheet = sheet_for(size[0] / size[1])
    written = boxes(ElementTree.fromstring(drawn))
    column = [box for box in written if box[0] > sheet.map_width]
    start = next(i for i, box in enumerate(written) if box[-1].startswith("Control is"))
    foot = written[start:]
    for part, end in ((column, foot[0][1]), (foot, sheet.height)):
        for i, (left, top, right, bottom, told) in enumerate(part):
            assert right <= sheet.width - 12, told
            assert bottom <= end, told
            assert not any(left < c and a < right and top < d and b < bottom for a, b, c, d, _ in part[:i]), told
    text = " ".join(told for *_, told in written)
    scene = atlas.scene(state, 800, 600)
    for said in (state_title(shipped, state), *scene.credits, *(f for row in scene.legend for f in row.figures)):
        assert said in text


# -- the same bytes --------------------------------------------------------------------------------------------------


def test_two_runs_give_the_same_bytes(everything, tmp_path):
    """A picture drawn alone is the one drawn with all others, by another process with another order of its sets."""
    for kind in ("png", "svg", "pdf"):
        path = tmp_path / f"alone.{kind}"
        done = run_geo("export", kind, "--step", "shushi-2020", "-o", str(path), "--story", str(ROOT), hash_seed="1")
        assert done.returncode == 0, done.stderr
        assert path.read_bytes() == (everything.folder / "pictures" / f"shushi-2020.{kind}").read_bytes(), kind


# -- titles that break what is not escaped ---------------------------------------------------------------------------


def test_a_hostile_title_survives_in_pictures(hostile):
    atlas, state = Atlas(hostile), full_state(hostile, step=hostile.steps[0].id)
    found = ElementTree.fromstring(render_image(atlas, state, "svg"))
    assert " ".join(wrap(HOSTILE, 22, 274, 700, most=4))[:40] in " ".join(words(found))
    assert HOSTILE in " ".join(words(found))
    assert "$x^2$" in HOSTILE
    reader = PdfReader(io.BytesIO(render_image(atlas, state, "pdf")))
    assert reader.metadata.title == HOSTILE
    assert 'Say "hi" & <b>bye</b>' in " ".join(reader.pages[0].extract_text().split())
    png = Image.open(io.BytesIO(render_image(atlas, state, "png")))
    assert png.size == (1920, 1080)
    assert png.info["Title"] == HOSTILE


def test_signs_without_a_glyph_are_left_out_where_they_would_be_boxes():
    assert drawable("a 🗺 Ə Շ ш") == "a Ə Շ ш"
    assert text_width("ab", 10) == text_width("a", 10) + text_width("b", 10)
    assert wrap("one two three", 10, text_width("one two", 10) + 1) == ["one two", "three"]
    assert wrap("one two three", 10, text_width("one …", 10) + 1, most=1) == ["one …"]


# -- the loop --------------------------------------------------------------------------------------------------------


def test_a_loop_has_a_frame_for_each_change_and_is_small_enough(everything, shipped):
    path = everything.folder / "timeline.gif"
    size = path.stat().st_size
    print(f"\ntimeline.gif: {size:,} bytes")
    assert size <= MOST_BYTES
    with Image.open(path) as loop:
        assert loop.n_frames == len(change_days(shipped, shipped.first, shipped.last))
        assert loop.info["loop"] == 0
        assert loop.width * 9 == loop.height * 16


def test_a_loop_runs_between_its_days(valleys):
    days = change_days(valleys, valleys.first, valleys.last)
    told: list[str] = []
    data = render_animation(Atlas(valleys), full_state(valleys), days[0], days[1], tell=told.append)
    assert told == [day.isoformat() for day in days[:2]]
    assert Image.open(io.BytesIO(data)).n_frames == 2
    with pytest.raises(BadDay, match="a loop runs forward"):
        change_days(valleys, valleys.last, valleys.first)


def test_the_day_is_written_in_full(svg, shipped):
    assert format_day(shipped.step("shushi-2020").date) in words(svg)
    assert not re.search(r"\b(nan|inf)\b", ElementTree.tostring(svg, encoding="unicode"))
