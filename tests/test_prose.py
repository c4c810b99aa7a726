import re

import pytest

from geo.errors import Report
from geo.model import Source, Work
from geo.prose import Cited, render_prose, render_source, render_work

SOURCES = {
    "V1": Source(
        "V1", "Annals <of> the valleys", "Elmstead & Sons", "https://example.org/a?b=1&c=2", "press", "", "press"
    ),
    "V2": Source("V2", "Seen on the pass", "", "", "uplander", "", "upland side"),
}
WORKS = {
    "walker1903": Work("walker1903", "Walker, Ada. “Pass.” *Notes* 3 (1903): 4–9.", "https://example.org/w", (2, 7)),
    "nobody": Work("nobody", "Nobody. *Valleys*.", "", ()),
}
PLACES = ["hill", "elmstead"]


def render(text, first_line=1):
    report = Report()
    cited = Cited(PLACES, SOURCES, WORKS)
    prose = render_prose(report, "narrative/01-a.md", text, first_line, "a", cited)
    return prose, [str(problem) for problem in report.problems], [str(warning) for warning in report.warnings], cited


def html(text):
    prose, problems, _, _ = render(text)
    assert problems == []
    return prose.html


def test_a_place_is_a_link():
    prose, problems, _, _ = render("At [the hill](place:hill).[^V1]")
    assert problems == []
    assert '<a class="place" data-place="hill" href="#place-hill">the hill</a>' in prose.html
    assert prose.places == ("hill",)


def test_footnotes_are_numbered_by_first_use():
    prose, problems, _, _ = render("One.[^b] Two.[^V1] Three.[^b]\n\n[^b]: @nobody, p. 3.\n")
    assert problems == []
    assert [(note.label, note.number, note.references) for note in prose.footnotes] == [("b", 1, 2), ("V1", 2, 1)]
    assert [note.works for note in prose.footnotes] == [("nobody",), ()]
    assert [note.sources for note in prose.footnotes] == [(), ("V1",)]
    assert re.findall(r'id="(fnref-[^"]+)" href="(#fn-[^"]+)"', prose.html) == [
        ("fnref-a-b-1", "#fn-a-b"),
        ("fnref-a-V1-1", "#fn-a-V1"),
        ("fnref-a-b-2", "#fn-a-b"),
    ]
    assert re.findall(r">(\d)</a></sup>", prose.html) == ["1", "2", "1"]


def test_a_reference_in_full():
    assert html("One.[^V2]") == (
        '<p id="a-p1">One.<sup class="fn-ref"><a id="fnref-a-V2-1" href="#fn-a-V2" role="doc-noteref" '
        'aria-describedby="fn-a-V2">1</a></sup></p>'
    )


def test_the_list_of_notes_links_back_to_each_reference():
    prose, _, _, _ = render("One.[^V2] Two.[^V2]")
    assert prose.footnotes_html == (
        '<ol class="footnotes">\n<li id="fn-a-V2"><cite class="source" data-source="V2">Seen on the pass</cite> '
        '<span class="voice">(upland side)</span> '
        '<a class="fn-back" href="#fnref-a-V2-1" role="doc-backlink" aria-label="Back to reference 1, place 1">↩</a> '
        '<a class="fn-back" href="#fnref-a-V2-2" role="doc-backlink" aria-label="Back to reference 1, place 2">↩</a></li>\n'
        "</ol>"
    )


def test_every_reference_finds_its_note_and_back():
    prose, _, _, _ = render("One.[^V2] Two.[^b][^V1]\n\n- Three.[^V2]\n\n[^b]: Own words.\n")
    ids = re.findall(r' id="([^"]+)"', prose.html + prose.footnotes_html)
    assert len(ids) == len(set(ids))
    for target in re.findall(r'href="#([^"]+)"', prose.html + prose.footnotes_html):
        assert target in ids
    for target in re.findall(r'aria-describedby="([^"]+)"', prose.html):
        assert target in ids


def test_a_text_without_footnotes_has_no_list():
    prose, _, warnings, _ = render("One.")
    assert prose.footnotes_html == ""
    assert warnings == ["narrative/01-a.md:1: unsourced claim, no footnote: “One. …”"]


def test_a_source_says_whose_voice_it_is():
    assert render_source(SOURCES["V1"]) == (
        '<cite class="source" data-source="V1"><a href="https://example.org/a?b=1&amp;c=2" rel="noopener noreferrer" '
        'target="_blank">Annals &lt;of&gt; the valleys</a></cite>, Elmstead &amp; Sons <span class="voice">(press)</span>'
    )


def test_a_work_has_its_citation_and_link():
    assert render_work(WORKS["walker1903"]) == (
        '<cite class="work" data-work="walker1903"><a href="https://example.org/w" rel="noopener noreferrer" '
        'target="_blank">Walker, Ada. “Pass.” <em>Notes</em> 3 (1903): 4–9.</a></cite>'
    )


def test_a_citation_that_goes_on_loses_its_full_stop():
    prose, _, _, cited = render("One.[^1]\n\n[^1]: @nobody, p. 3. Write to me@example.org. See @V1.\n")
    assert prose.footnotes[0].html.startswith(
        '<cite class="work" data-work="nobody">Nobody. <em>Valleys</em></cite>, p. 3. Write to me@example.org. See <cite'
    )
    assert prose.footnotes[0].sources == ("V1",)
    assert cited.used_sources == {"V1"}
    assert cited.used_works == {"nobody"}


def test_claims_are_paragraphs_items_and_quotations_and_have_anchors():
    prose, problems, warnings, _ = render(
        "One.[^V1]\n\nTwo things:\n\n- first[^V1]\n- second\n\n> Quoted.[^V2]\n\n1. loose[^V1]\n\n   more[^V1]\n"
    )
    assert problems == []
    assert re.findall(r"<(\w+) id=\"(a-p\d+)\"", prose.html) == [
        ("p", "a-p1"), ("p", "a-p2"), ("li", "a-p3"), ("li", "a-p4"), ("p", "a-p5"), ("p", "a-p6"), ("p", "a-p7"),
    ]  # fmt: skip
    assert (prose.claims, prose.sourced_claims) == (7, 5)
    # What only announces a list is not warned of.
    assert warnings == ["narrative/01-a.md:6: unsourced claim, no footnote: “second …”"]


def test_a_callout_is_a_note_with_a_heading():
    assert html("> [!NOTE] What the *map* shows\n> One.[^V1]\n>\n> Two.[^V1]") == (
        '<aside class="note" role="note" aria-labelledby="a-note1">\n<h3 id="a-note1">What the <em>map</em> shows</h3>\n'
        '<p id="a-p1">One.<sup class="fn-ref"><a id="fnref-a-V1-1" href="#fn-a-V1" role="doc-noteref" '
        'aria-describedby="fn-a-V1">1</a></sup></p>\n'
        '<p id="a-p2">Two.<sup class="fn-ref"><a id="fnref-a-V1-2" href="#fn-a-V1" role="doc-noteref" '
        'aria-describedby="fn-a-V1">1</a></sup></p>\n</aside>'
    )


def test_a_callout_whose_text_begins_after_a_blank_line():
    assert html("> [!NOTE] Title\n>\n> One.[^V1]").startswith(
        '<aside class="note" role="note" aria-labelledby="a-note1">\n<h3 id="a-note1">Title</h3>\n<p id="a-p1">One.'
    )


def test_quotations_stay_quotations():
    assert html("> One.[^V1]").startswith('<blockquote>\n<p id="a-p1">One.')


def test_a_callout_within_and_after_a_quotation_closes_rightly():
    text = html("> One.[^V1]\n\nTwo.[^V1]\n\n> [!NOTE] T\n> Three.[^V1]\n\nFour.[^V1]\n\n> Five.[^V1]")
    assert re.findall(r"</?(?:blockquote|aside)", text) == [
        "<blockquote", "</blockquote", "<aside", "</aside", "<blockquote", "</blockquote",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](javascript:alert(1))",
        '[x](https://example.org "onmouseover=alert(1)")',
        "<a href='javascript:alert(1)'>x</a>",
        "<style>body{display:none}</style>",
        "`</code><script>alert(1)</script>`",
        "<svg/onload=alert(1)>",
    ],
)
def test_nothing_that_an_author_writes_runs(text):
    prose, _, _, _ = render(f"{text} [^V1]")
    tags = re.findall(r"<(\w+)([^>]*)>", prose.html)
    assert {name for name, _ in tags} <= {"p", "a", "sup", "code"}
    assert not any(re.search(r"\son\w+\s*=", attributes) for _, attributes in tags)
    assert not re.search(r"(?:href|src)=\"(?:javascript|data):", prose.html, re.IGNORECASE)


def test_words_of_sources_and_works_do_not_run_either():
    evil = Source("V9", "<img src=x onerror=alert(1)>", "<b>", 'https://e.org/"onclick="x', "<i>", "", "<script>")
    report = Report()
    prose = render_prose(report, "a.md", "One.[^V9]", 1, "a", Cited([], {"V9": evil}, {}))
    assert set(re.findall(r"<(\w+)", prose.footnotes_html)) == {"ol", "li", "cite", "a", "span"}
    assert "onclick=" not in re.sub(r'"[^"]*"', "", prose.footnotes_html)


def test_links_out_open_apart():
    assert '<a href="https://example.org" rel="noopener noreferrer" target="_blank">x</a>' in html(
        "[x](https://example.org)[^V1]"
    )


def test_letters_of_all_languages_survive():
    text = "Շուշի, Шуша, Şuşa Əə, “ö” — 🏔 &amp; 1 < 2"
    assert "Շուշի, Шуша, Şuşa Əə, “ö” — 🏔 &amp; 1 &lt; 2" in html(text + "[^V1]")


def test_words_are_counted_without_footnotes():
    prose, _, _, _ = render("One two’s three.[^1]\n\n- four-and-five[^1]\n\n[^1]: six seven\n")
    assert prose.words == 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One.[^x]", ":5: footnote [^x] has no definition and is no source of layers/sources.csv."),
        ("One\ntwo.[^V3]", ":6: footnote [^V3] has no definition and is no source of layers/sources.csv."),
        ("One.[^V1]\n\n[^x]: Two.", ":7: footnote [^x] is defined and never used"),
        ("One.[^x]\n\n[^x]: Two.\n\n[^x]: Three.", ":9: footnote [^x] is defined twice; the first is in line 7"),
        ("One.[^x]\n\n[^x]: Two.[^V1]", ":7: footnote [^x] refers to another footnote"),
        ("One.[^x.y]\n\n[^x.y]: Two.", ":7: footnote label 'x.y' may have a–z, 0–9, - and _ only"),
        (
            "One.[^x]\n\n[^x]: @nobodi, p. 2.",
            ":7: work 'nobodi' is unknown; known: walker1903, nobody, V1, V2. Did you mean 'nobody'?",
        ),
        ("One\n[two](place:hil).[^V1]", ":6: place 'hil' is unknown; known: hill, elmstead. Did you mean 'hill'?"),
        ("A ![b](c.png).[^V1]", ":5: pictures cannot be shown in a step; describe what is seen"),
        (
            "A [b](c.md).[^V1]",
            ":5: link 'c.md' leads nowhere; a link is https://…, place:id of a place, or # and an anchor",
        ),
        ("# A\n\nB.[^V1]", ":5: a heading within a step is ### or smaller: the step's title is the heading above"),
        ("> [!WARNING] A\n> B.[^V1]", ":5: callout 'WARNING' is unknown; known: NOTE."),
        ("> [!note] A\n> B.[^V1]", ":5: callout 'note' is unknown; known: NOTE. Did you mean 'NOTE'?"),
        ("> [!NOTE]\n> B.[^V1]", ":5: the callout has no title; write > [!NOTE] and the title after it"),
    ],
)
def test_mistakes_have_their_line(text, expected):
    _, problems, _, _ = render(text, first_line=5)
    assert problems == ["narrative/01-a.md" + expected]


def test_the_same_text_gives_the_same_bytes():
    text = "One.[^b] [Two](place:hill)[^V1]\n\n> [!NOTE] A\n> B.[^V1]\n\n[^b]: @walker1903, p. 2.\n"
    assert len({render(text)[0] for _ in range(5)}) == 1
