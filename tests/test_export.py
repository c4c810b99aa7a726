"""Exports as a whole: what is asked for, where it goes, what is refused, what is inside a single file."""

from __future__ import annotations

import base64
import re
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from geo.browser import WEB, web_text
from geo.cli import main
from geo.errors import BadDay, UnknownId
from geo.export.citation import cite_apa, cite_bibtex
from geo.export.files import ExportError, publish, publish_folder
from geo.export.fonts import inline_fonts
from geo.export.look import look
from geo.export.plain import first_sentences, plain_text, step_notes, step_paragraphs
from geo.export.run import KINDS, Options, default_path, jobs_of
from geo.export.single import render_state, render_story
from geo.export.state import full_state, named_states, period_state, state_title
from geo.look import mix
from geo.page import FONT_FACES, render_cards
from geo.state import read_query, write_query
from tests.exports import HOSTILE, ROOT, run_geo

# -- states ----------------------------------------------------------------------------------------------------------


def test_a_state_is_what_is_asked_for_then_the_step_then_the_story(valleys):
    step = valleys.steps[0]
    plain = full_state(valleys)
    assert (plain.date, plain.layers, plain.view) == (
        valleys.defaults.date, valleys.defaults.layers, valleys.defaults.view,
    )  # fmt: skip
    entered = full_state(valleys, step=step.id)
    assert (entered.step, entered.date, entered.view) == (step.id, step.date, step.view)
    changed = full_state(valleys, step=step.id, day=valleys.last, layers=["control"])
    assert (changed.step, changed.date, changed.layers) == (step.id, valleys.last, ("control",))


def test_layers_are_drawn_in_the_order_of_the_catalogue(shipped):
    assert full_state(shipped, layers=["towns", "control", "states"]).layers == ("states", "control", "towns")


@pytest.mark.parametrize(
    "asked", [{"step": "nowhere"}, {"layers": ["nothing"]}, {"names": "klingon"}, {"highlight": ["x"]}]
)
def test_what_the_story_has_not_is_refused_with_the_choices(valleys, asked):
    with pytest.raises(UnknownId, match="is unknown; known: "):
        full_state(valleys, **asked)


def test_a_day_outside_the_story_is_refused(valleys):
    with pytest.raises(BadDay, match="is outside the story, which runs from"):
        full_state(valleys, day=date(1066, 10, 14))


def test_every_step_and_period_has_a_state_of_its_own_that_a_query_opens(shipped):
    states = named_states(shipped)
    assert len(states) == len(shipped.steps) + len(shipped.periods)
    for state in states.values():
        assert read_query(shipped, write_query(shipped, state)) == (state, [])


def test_a_period_is_called_by_its_label(shipped):
    period = shipped.periods[1]
    assert state_title(shipped, period_state(shipped, period)) == f"{shipped.title}: {period.label}"


# -- one look for all ------------------------------------------------------------------------------------------------


def test_pictures_and_browser_share_one_file_of_looks():
    style = look()
    assert style.lines["front"]["color"] in web_text("look.mjs")
    for module in ("map", "hatches"):
        assert 'import { LOOK } from "./look.mjs";' in web_text(f"{module}.mjs")
    css = web_text("document.css")
    for color in style.label_ink.values():
        assert color in css, f"the labels' {color} is not the browser's any more"
    assert f".sm-control {{ opacity: {str(style.control_opacity).lstrip('0')}" in css
    assert "FLY_MS" in web_text("flight.mjs")


def test_colours_mix_as_in_the_browser():
    assert mix("#000000", "#ffffff", 0.34) == "#a8a8a8"


# -- prose without a browser -----------------------------------------------------------------------------------------


def test_a_short_text_is_whole_sentences_with_their_footnotes(shipped):
    for step in shipped.steps:
        runs = first_sentences(step_paragraphs(step), 300)
        text = "".join(run.text for run in runs if not run.footnote)
        assert text[:20] == step_paragraphs(step)[0].plain(footnotes=False)[:20]
        assert text.rstrip()[-1] in ".!?…”’;:", (step.id, text[-40:])


def test_the_notes_of_a_step_hold_all_its_words_and_sources(shipped):
    for step in shipped.steps:
        notes = step_notes(shipped, step)
        for paragraph in step_paragraphs(step):
            assert paragraph.plain() in notes
        for id in (id for note in step.footnotes for id in note.sources):
            assert shipped.sources[id].url in notes
        assert len(step.footnotes) == len(re.findall(r"^\d+\. ", notes, flags=re.MULTILINE))


def test_markup_becomes_words():
    assert plain_text("<p>A &lt;b&gt; &amp; <em>c</em></p>") == "A <b> & c"


# -- citations -------------------------------------------------------------------------------------------------------


def test_a_map_is_cited_with_its_day_and_address(shipped):
    state = full_state(shipped, step=shipped.steps[0].id)
    apa = cite_apa(shipped, state, "https://example.org/?step=x", date(2030, 1, 2))
    assert "Retrieved 2 January 2030, from https://example.org/?step=x" in apa
    assert "Map of 26 September 2020" in apa
    assert "Jović-Lazić, A. (2021)." in apa
    bibtex = cite_bibtex(shipped, state, "https://example.org/?step=x", date(2030, 1, 2))
    assert "urldate = {2030-01-02}" in bibtex
    assert bibtex.count("{") == bibtex.count("}")


# -- files -----------------------------------------------------------------------------------------------------------


def test_a_file_is_there_whole_or_not_at_all(tmp_path):
    def fail(path: Path) -> None:
        path.write_text("half")
        raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        publish(tmp_path / "map.png", fail)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten_without_force(tmp_path):
    target = tmp_path / "map.png"
    publish(target, lambda path: path.write_text("one"))
    with pytest.raises(ExportError, match="exists; add --force"):
        publish(target, lambda path: path.write_text("two"))
    assert target.read_text() == "one"
    publish(target, lambda path: path.write_text("two"), force=True)
    assert target.read_text() == "two"


def test_only_an_earlier_export_is_ever_replaced_as_a_folder(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    (home / "letters").write_text("dear")
    with pytest.raises(ExportError, match="holds files that no export made"):
        publish_folder(home, lambda path: None, force=True)
    assert (home / "letters").read_text() == "dear"
    site = tmp_path / "site"
    publish_folder(site, lambda path: (path / "old.html").write_text("old"))
    with pytest.raises(ExportError, match="add --force"):
        publish_folder(site, lambda path: None)
    publish_folder(site, lambda path: (path / "new.html").write_text("new"), force=True)
    assert sorted(path.name for path in site.glob("*.html")) == ["new.html"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "site"]


def test_a_place_that_cannot_be_written_to_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportError, match="cannot write '.*x.png': '.*file' is a file, not a folder"):  # noqa: RUF043
        publish(tmp_path / "file" / "x.png", lambda path: None)


# -- the command line ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["poster"], "export 'poster' is unknown; known: html, png, svg, pdf, gif, story, pptx, handout, site, all."),
        (["png", "--step", "shushy"], "step 'shushy' is unknown; known: shushi-1992, shushi-2020, … (26 in all)."),
        (["png", "--layers", "control,lakez"], "layer 'lakez' is unknown; known: "),
        (["png", "--names", "latin"], "form of names 'latin' is unknown; known: article, armenian, azerbaijani, russian, none."),
        (["png", "--date", "2020-13-01"], "'2020-13-01' is no day of the calendar"),
        (["png", "--date", "1.2.2020"], "'1.2.2020' is no day; write it as year-month-day"),
        (["svg", "--date", "1950-01-01"], "1950-01-01 is outside the story, which runs from 1988-02-19 to 2025-08-08"),
        (["png", "--size", "huge"], "size 'huge' cannot be drawn; write WIDTHxHEIGHT in pixels"),
        (["png", "--size", "1000x3000"], "size '1000x3000' is 0.33 times as wide as high"),
        (["png", "--palette", "neon"], "palette 'neon' is unknown; known: screen, print."),
        (["story", "--step", "where"], "'story' is of the whole story"),
        (["handout", "--step", "where"], "'handout' is of the whole story"),
        (["handout", "--paper", "foolscap"], "paper 'foolscap' is unknown; known: a4, letter."),
        (["pdf", "--paper", "a4"], "--paper is for handout, not for pdf"),
        (["gif", "--from", "2020-01-01", "--to", "2019-01-01"], "a loop runs forward"),
        (["png", "-o", "."], "'.' is a folder; name a file in it"),
        (["site", "-o", str(ROOT), "--force"], "holds files that no export made"),
        (["png", "-o", "/dev/null/x.png"], "cannot write '/dev/null/x.png'"),
    ],
)  # fmt: skip
def test_wrong_use_is_one_line_and_status_2(tmp_path, shipped, monkeypatch, capsys, arguments, message):
    # Without a process and a reading of the story for each of them; the next test has a wrong use in one of its own.
    monkeypatch.setattr("geo.story.load_story", lambda folder: shipped)
    monkeypatch.setattr("sys.argv", ["geo", "export", *arguments, "--story", str(ROOT)])
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as left:
        main()
    told = capsys.readouterr()
    assert left.value.code == 2
    assert told.out == ""
    assert len(told.err.splitlines()) == 1
    assert message in told.err
    assert list(tmp_path.iterdir()) == []


def test_a_file_goes_where_it_is_asked_to_and_its_path_is_told(tmp_path):
    done = run_geo(
        "export", "html", "--step", "shushi-2020", "-o", "deep/er/map.html", "--story", str(ROOT), cwd=tmp_path
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "deep/er/map.html\n", "")
    again = run_geo("export", "html", "-o", "deep/er/map.html", "--story", str(ROOT), cwd=tmp_path)
    assert (again.returncode, again.stdout, len(again.stderr.splitlines())) == (2, "", 1)
    assert "exists; add --force" in again.stderr


def test_a_file_without_a_name_is_called_after_its_state(shipped):
    assert str(default_path(shipped, "svg", Options(step="where"))) == f"{shipped.id}-where.svg"
    assert {kind: default_path(shipped, kind, Options()).suffix for kind in KINDS} == KINDS


def test_everything_is_exported_with_progress(everything, shipped):
    # How long it may take is not for a test to say: the machine may be busy.
    print(f"\nexport all: {everything.seconds:.0f} s, {everything.cpu_seconds:.0f} s of one core's work")
    total = jobs_of(shipped, "all", Options())
    steps = [int(line.split()[0]) for line in everything.told.splitlines()]
    assert steps[-1] == total
    assert len(steps) == 10
    names = {path.name for path in everything.folder.iterdir()}
    assert names >= {
        "story.html",
        "html",
        "pictures",
        "pictures-4x3",
        "pictures-print",
        "slides.pptx",
        "handout.pdf",
        "timeline.gif",
        "site",
    }


# -- single files ----------------------------------------------------------------------------------------------------


def test_a_single_file_asks_for_nothing(valleys):
    for page in (render_state(valleys, full_state(valleys)), render_story(valleys)):
        assert not re.findall(r"<(?:script|img|iframe|link)\b[^>]*\b(?:src|href)=(?![\"']?data:)", page)
        assert "default-src 'none'" in page
        policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
        assert policy is not None
        assert "unsafe" not in re.search(r"script-src ([^;]*)", policy[1])[1]


def test_the_same_story_gives_the_same_file(valleys):
    assert render_story(valleys) == render_story(valleys)


def test_the_story_is_small_enough_to_mail(everything):
    size = (everything.folder / "story.html").stat().st_size
    print(f"\nstory.html: {size:,} bytes")
    assert size <= 1_300_000


def test_a_hostile_title_is_text_in_single_files(hostile):
    for page in (render_state(hostile, full_state(hostile)), render_story(hostile)):
        assert "&lt;b&gt;bye&lt;/b&gt;" in page
        assert "<b>bye</b>" not in page
        assert "</script> 🗺" not in page
    assert hostile.title == HOSTILE


# -- letters ---------------------------------------------------------------------------------------------------------


def letters(font: bytes) -> set[str]:
    return {chr(code) for code in TTFont(BytesIO(font)).getBestCmap()}


def test_a_file_has_every_letter_of_its_text_and_leaves_out_the_others(shipped):
    text = render_cards(shipped)
    found = inline_fonts(text)
    assert "text-transform" not in web_text("story.css")  # capitals that no text has would be missing
    assert "ə" in text  # as in "Xankəndi"
    for name, *_ in FONT_FACES:
        whole = (WEB / "fonts" / f"{name}.woff2").read_bytes()
        cut = base64.b64decode(found[name].partition("base64,")[2])
        assert set(text) & letters(whole) <= letters(cut) < letters(whole), name
        assert len(cut) < len(whole) * 0.9
    assert "Ж" not in letters(
        base64.b64decode(inline_fonts("abc")["source-serif-4-cyrillic-400-normal"].partition("base64,")[2])
    )
