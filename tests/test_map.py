"""The map document as text: complete in itself, the same each time, closed to what a person writes."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import folium
import pytest

from geo import load_story
from geo.browser import WEB, bundle, web_text
from geo.map import DOCUMENT_MODULES, content_security_policy, render_document, story_map

ROOT = Path(__file__).resolve().parents[1]
HOSTILE = "</script><script>alert(1)</script>{{ 7 * 7 }}{% raw %}<img src=x onerror=alert(1)>\u2028"


@pytest.fixture(scope="module")
def story():
    return load_story(ROOT / "tests" / "stories" / "two-valleys")


def test_the_map_is_a_folium_map(story):
    assert isinstance(story_map(story), folium.Map)


def test_the_same_story_gives_the_same_bytes(story):
    assert render_document(story) == render_document(story)


def test_nothing_is_asked_from_elsewhere(story):
    html = render_document(story)
    assert not re.findall(r"<(?:script|img|iframe|link)[^>]*\b(?:src|href)=(?![\"']?data:)", html)
    assert not re.findall(r"url\((?!\"?data:|#|\$)[^)]*\)", html.split("<body>")[0])
    assert "@import" not in html


def test_a_reader_may_zoom_the_page(story):
    viewport = re.search(r'<meta name="viewport" content="([^"]*)"', render_document(story)).group(1)
    assert "user-scalable" not in viewport
    assert "maximum-scale" not in viewport


def test_what_a_person_wrote_is_data_and_never_code(story):
    spoilt = dataclasses.replace(story, title=HOSTILE, subtitle=HOSTILE, attribution=(HOSTILE,))
    html = render_document(spoilt)
    assert html.count("<script") == render_document(story).count("<script")
    assert "49" not in re.search(r"<title>(.*?)</title>", html, re.DOTALL).group(1)
    payload = re.search(r'id="storymap-payload">(.*?)</script>', html, re.DOTALL).group(1)
    assert json.loads(payload)["story"]["title"] == HOSTILE


def test_the_bundle_is_a_classic_script_of_all_modules():
    script = bundle(DOCUMENT_MODULES, "{ open }")
    assert not re.findall(r"^\s*(?:import|export)\b", script, re.MULTILINE)
    for name in DOCUMENT_MODULES:
        for exported in re.findall(r"^export (?:async )?function (\w+)", web_text(f"{name}.mjs"), re.MULTILINE):
            assert f"function {exported}(" in script


@pytest.mark.parametrize("path", sorted(Path(str(WEB)).glob("*.mjs")), ids=lambda path: path.name)
def test_no_text_in_the_browser_code_has_several_lines_which_a_bundle_would_change(path):
    assert [line for line in path.read_text().splitlines() if line.count("`") % 2 or line.endswith("\\")] == []


def test_each_module_comes_after_those_it_imports_from():
    for i, name in enumerate(DOCUMENT_MODULES):
        for imported in re.findall(r'from "\./([\w./-]+)\.mjs"', web_text(f"{name}.mjs")):
            assert imported in DOCUMENT_MODULES[:i], f"{name} imports {imported}"


def test_no_name_is_given_twice_at_the_top_of_the_bundled_modules():
    pattern = r"^(?:export )?(?:async )?(?:function|const|let|class) (\w+)"
    names = [n for module in DOCUMENT_MODULES for n in re.findall(pattern, web_text(f"{module}.mjs"), re.MULTILINE)]
    assert sorted(names) == sorted(set(names))


def test_the_policy_lets_in_the_document_s_own_scripts_and_nothing_else(story):
    policy = content_security_policy(render_document(story))
    scripts = re.search(r"script-src ([^;]*)", policy).group(1)
    assert "unsafe" not in scripts
    assert scripts.count("'sha256-") == 3  # topojson, our bundle, and what opens them, Leaflet in it
    assert "default-src 'none'" in policy
    assert "http" not in policy
