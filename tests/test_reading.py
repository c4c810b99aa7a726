from datetime import date
from pathlib import Path

import pytest

from geo.errors import Report
from geo.reading import load_json, load_table, load_text, load_yaml, parse_yaml, resolve

STORY = """\
title: "Two words"
count: 3
share: 0.25
on: true
off: false
word: yes
none: ~
day: 2000-02-29
year: 1994
list: [a, b]
bounds: [-1, 0, 1, 2.5]
group: {inner: x}
"""


@pytest.fixture
def record():
    report = Report()
    found = parse_yaml(report, "story.yaml", STORY, first_line=2)
    assert found is not None
    return found


def messages(report):
    return [str(problem) for problem in report.problems]


def test_yaml_values(record):
    assert record.text("title") == "Two words"
    assert record.number("count") == 3
    assert record.number("share") == 0.25
    assert record.flag("on") is True
    assert record.flag("off") is False
    assert record.text("word") == "yes"
    assert record.day("day") == date(2000, 2, 29)
    assert record.text("year") == "1994"
    assert record.names("list", ["a", "b", "c"]) == ("a", "b")
    assert record.bounds("bounds") == (-1, 0, 1, 2.5)
    assert record.record("group").text("inner") == "x"
    assert record.text("none", optional=True) is None
    assert not record.report.problems


def test_lines_count_from_where_the_text_begins(record):
    assert record.line_of("title") == 2
    assert record.line_of("group") == 13
    assert record.line_of("not there") == record.line == 2


def test_each_getter_says_what_it_allows(record):
    record.number("title")
    record.number("count", least=4)
    record.number("count", most=2)
    record.number("share", least=1, most=2)
    record.flag("word")
    record.day("year")
    record.choice("word", ["yess", "no"])
    record.id("title")
    record.color("word")
    record.items("title")
    record.names("list", ["a", "bb"], what="layer")
    record.floats("list", 2, "[lon, lat]")
    record.record("title")
    record.text("list")
    record.text("none")
    assert messages(record.report) == [
        "story.yaml:2: title 'Two words' is no number",
        "story.yaml:3: count is 3; allowed: 4 or more",
        "story.yaml:3: count is 3; allowed: at most 2",
        "story.yaml:4: share is 0.25; allowed: 1 to 2",
        "story.yaml:7: word 'yes' must be true or false",
        "story.yaml:10: year: '1994' is no day; write it as year-month-day, for example 2000-02-29",
        "story.yaml:7: word 'yes' is unknown; known: yess, no. Did you mean 'yess'?",
        "story.yaml:2: title 'Two words' is no id; an id has a–z and 0–9, joined by single - or _",
        'story.yaml:7: word \'yes\' is no colour; write it as "#rgb" or "#rrggbb", with quotes',
        "story.yaml:2: title must be a list, for example [a, b]",
        "story.yaml:11: layer 'b' is unknown; known: a, bb. Did you mean 'bb'?",
        "story.yaml:11: list must be 2 numbers: [lon, lat]",
        "story.yaml:2: title must be a group of named fields",
        "story.yaml:11: list must be a text",
        "story.yaml:8: none is empty",
    ]


def test_all_missing_fields_are_named_at_once_and_unknown_ones_guessed(record):
    record.check_fields(("title", "author", "lang"), tuple(key for key in record.entries if key not in ("year", "off")))
    assert messages(record.report) == [
        "story.yaml:2: fields author, lang missing; needed: title, author, lang",
        "story.yaml:6: field 'off' is unknown; known: title, author, lang, title, count, share, on, word, none, day, list, "
        "bounds, group.",
        "story.yaml:10: field 'year' is unknown; known: title, author, lang, title, count, share, on, word, none, day, "
        "list, bounds, group.",
    ]


@pytest.mark.parametrize("text", ["12", "-1.5", "1e3", "0.30", "+4"])
def test_numbers(text):
    assert parse_yaml(Report(), "a.yaml", f'a: "{text}"').number("a") == float(text)


@pytest.mark.parametrize(
    "text", ["1,5", "1_000", "１２", "nan", "inf", "1e999", ">240", "0x10", "9" * 400, "1.", "--1"]
)
def test_numbers_that_are_none(text):
    report = Report()
    assert parse_yaml(report, "a.yaml", f'a: "{text}"').number("a") is None
    assert messages(report) == [f"a.yaml:1: a '{text}' is no number"]


def test_numbers_that_nobody_means():
    report = Report()
    record = parse_yaml(report, "a.yaml", f"a: {'9' * 400}\nb: [1, .inf]\nc: .nan\n")
    assert (record.number("a"), record.floats("b", 2, "[lon, lat]"), record.number("c")) == (None, None, None)
    assert len(report.problems) == 3


@pytest.mark.parametrize(
    "text", ["- a\n- b\n", "just words\n", "a: [1, 2\nb: 3\n", "a: 1\n\tb: 2\n", "a: *nobody\n", "a: {b\n"]
)
def test_yaml_that_is_none(text):
    report = Report()
    assert parse_yaml(report, "a.yaml", text) is None
    assert len(report.problems) == 1


@pytest.mark.parametrize("text", ["a: 1\na: 2\n", "{a: 1, a: 2}"])
def test_a_field_that_stands_twice(text):
    report = Report()
    parse_yaml(report, "a.yaml", text)
    assert "field 'a' stands twice" in messages(report)[0]


def write(folder: Path, name: str, data: bytes | str) -> Report:
    (folder / name).write_bytes(data.encode() if isinstance(data, str) else data)
    return Report()


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path):
    report = write(tmp_path, "a.csv", "\ufeffid,name\r\n1,Ա\r\n")
    rows = load_table(report, tmp_path, "a.csv", ("id", "name"))
    assert [(row.text("id"), row.text("name"), row.line) for row in rows] == [("1", "Ա", 2)]
    assert not report.problems


def test_rows_know_the_line_they_begin_on_even_after_a_cell_of_several_lines(tmp_path):
    report = write(tmp_path, "a.csv", 'id,name\n1,"two\nlines"\n\n2,one\n')
    rows = load_table(report, tmp_path, "a.csv", ("id", "name"))
    assert [(row.text("id"), row.line) for row in rows] == [("1", 2), ("2", 5)]


def test_columns_come_in_any_order(tmp_path):
    report = write(tmp_path, "a.csv", "name,id\nx,1\n")
    assert load_table(report, tmp_path, "a.csv", ("id", "name"))[0].text("id") == "1"


def test_a_table_that_may_be_missing(tmp_path):
    report = Report()
    assert load_table(report, tmp_path, "a.csv", ("id",), required=False) == []
    assert not report.problems
    assert load_table(report, tmp_path, "a.csv", ("id",)) == []
    assert messages(report) == ["a.csv: the file is missing."]


def test_a_file_of_nearly_that_name_is_named(tmp_path):
    report = write(tmp_path, "events.csv.txt", "id\n")
    load_text(report, tmp_path, "events.csv")
    assert messages(report) == ["events.csv: the file is missing. Did you mean 'events.csv.txt'?"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"caf\xe9\n", "a.txt:1: the text is not UTF-8 (it looks like another encoding); save the file as UTF-8"),
        (b"one\ntwo \xff\n", "a.txt:2: the text is not UTF-8 (it looks like another encoding); save the file as UTF-8"),
        ("é".encode("utf-16"), "a.txt:1: the text is not UTF-8 (it looks like UTF-16); save the file as UTF-8"),
        (b"", "a.txt: the file is empty"),
        (b" \n\n", "a.txt: the file is empty"),
    ],
)
def test_texts_that_are_none(tmp_path, data, expected):
    report = write(tmp_path, "a.txt", data)
    assert load_text(report, tmp_path, "a.txt") is None
    assert messages(report) == [expected]


@pytest.mark.parametrize("text", ['{"a": 1,}', '{"a": NaN}', "{'a': 1}"])
def test_json_that_is_none(tmp_path, text):
    report = write(tmp_path, "a.json", text)
    assert load_json(report, tmp_path, "a.json") is None
    assert len(report.problems) == 1
    assert "this is no JSON" in messages(report)[0]


@pytest.mark.parametrize("name", ["../../secret", "/etc/passwd"])
def test_a_path_stays_within_the_story(tmp_path, name):
    report = Report()
    (tmp_path / "secret").write_text("x")
    (tmp_path / "story" / "layers").mkdir(parents=True)
    assert resolve(report, tmp_path / "story", "layers", name, "layers/catalogue.yaml", 3) is None
    assert messages(report) == [f"layers/catalogue.yaml:3: file '{name}' lies outside the story's folder"]


def test_a_link_out_of_the_story_is_outside(tmp_path):
    report = Report()
    (tmp_path / "secret").write_text("x")
    layers = tmp_path / "story" / "layers"
    layers.mkdir(parents=True)
    (layers / "a.geojson").symlink_to(tmp_path / "secret")
    assert resolve(report, tmp_path / "story", "layers", "a.geojson", "c.yaml", 1) is None
    assert messages(report) == ["c.yaml:1: file 'a.geojson' lies outside the story's folder"]


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 41 + "1" + "}" * 41])
def test_json_that_is_too_deep(tmp_path, text):
    report = write(tmp_path, "a.json", text)
    assert load_json(report, tmp_path, "a.json") is None
    assert messages(report) == ["a.json: lists and groups stand more than 40 deep within one another"]


def test_brackets_within_texts_are_not_deep(tmp_path):
    report = write(tmp_path, "a.json", '{"a": "' + "[" * 100 + '\\""}')
    assert load_json(report, tmp_path, "a.json") == {"a": "[" * 100 + '"'}


def test_yaml_that_grows_when_it_is_read(tmp_path):
    text = "a: &a [1, 2]\nb: [*a, *a]\n"
    report = write(tmp_path, "a.yaml", text)
    load_yaml(report, tmp_path, "a.yaml")
    assert messages(report)[0] == (
        "a.yaml:1: a value with a mark (&name) is used again (*name); write it out in both places"
    )


def test_a_file_that_is_too_large(tmp_path):
    report = write(tmp_path, "a.yaml", "#" * 1_000_001)
    assert load_yaml(report, tmp_path, "a.yaml") is None
    assert messages(report) == ["a.yaml: the file has 1.0 MB; allowed: 1 MB"]


def test_a_link_that_leads_out(tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    story = tmp_path / "story"
    story.mkdir()
    (story / "a.yaml").symlink_to(tmp_path / "secret.txt")
    report = Report()
    assert load_yaml(report, story, "a.yaml") is None
    assert messages(report) == ["a.yaml: the file is a link that leads out of the story's folder"]


def test_a_link_to_itself_and_a_folder_are_no_files(tmp_path):
    report = Report()
    (tmp_path / "layers" / "a.csv").mkdir(parents=True)
    (tmp_path / "layers" / "b.geojson").symlink_to("b.geojson")
    assert resolve(report, tmp_path, "layers", "a.csv", "c.yaml", 1) is None
    assert resolve(report, tmp_path, "layers", "b.geojson", "c.yaml", 2) is None
    assert load_text(report, tmp_path, "layers/a.csv") is None
    assert messages(report) == [
        "c.yaml:1: 'layers/a.csv' is a folder; name a file in it",
        "c.yaml:2: file 'b.geojson' is no name of a file",
        "layers/a.csv: this is a folder; a file of this name is expected",
    ]
