"""The exported site: every link leads to a file that is there, and none leads out by itself."""

from __future__ import annotations

import csv
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest

from geo.control import control_on
from geo.export.pictures import draw_pictures
from geo.export.site import write_site
from geo.export.state import named_states
from geo.story import load_story
from tests.exports import HOSTILE


class Links(HTMLParser):
    """What a page loads, what it links to, and what in it can be linked to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag, attrs) -> None:
        found = dict(attrs)
        self.ids |= {found["id"]} if found.get("id") else set()
        address = found.get("src") or (found.get("href") if tag == "link" else None)
        if address and not address.startswith("data:"):
            self.loads.append(address)
        if tag == "a" and found.get("href"):
            self.links.append(found["href"])


@pytest.fixture(scope="session")
def site(everything) -> Path:
    return everything.folder / "site"


def assert_links_lead_somewhere(site: Path) -> None:
    for page in sorted(site.rglob("*.html")):
        found = Links(page.read_text(encoding="utf-8"))
        assert found.loads, page
        for address in [*found.loads, *found.links]:
            parts = urlsplit(address)
            if parts.scheme in ("http", "https", "mailto"):
                assert address in found.links, f"{page} loads {address} from elsewhere"
                continue
            assert not parts.scheme, (page, address)
            assert not parts.netloc, (page, address)
            assert not parts.path.startswith("/"), f"{page} links to {address}, which no sub-folder has"
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            assert target.is_file(), f"{page} links to {address}, which is not there"
            if parts.fragment and target == page and not parts.fragment.startswith("place-"):
                assert unquote(parts.fragment) in found.ids, f"{page} has no #{parts.fragment}"


def test_every_link_of_the_site_leads_somewhere(site):
    assert len(list(site.rglob("*.html"))) >= 30
    assert_links_lead_somewhere(site)


def test_the_map_within_the_story_page_loads_files_that_are_there(site):
    text = (site / "index.html").read_text(encoding="utf-8")
    shell = json.loads(re.search(r'id="storymap-document">(.*?)</script>', text, flags=re.DOTALL)[1])
    loads = Links(shell).loads
    assert len(loads) >= 6
    assert all((site / address).is_file() for address in loads)
    assert "%base%" not in shell


def test_style_sheets_load_nothing_from_elsewhere(site):
    for sheet in site.rglob("*.css"):
        addresses = re.findall(r"url\(([^)]*)\)", sheet.read_text(encoding="utf-8"))
        assert all(a.strip("\"'").startswith(("data:", "#")) for a in addresses), sheet
        assert "@import" not in sheet.read_text(encoding="utf-8")


def test_there_is_a_map_and_three_pictures_for_every_state(site, shipped):
    for name in named_states(shipped):
        assert (site / "embed" / f"{name}.html").is_file()
        assert {path.suffix for path in (site / "pictures").glob(f"{name}.*")} == {".png", ".svg", ".pdf"}


def test_the_downloads_are_the_layers_and_the_periods(site, shipped):
    for layer in shipped.layers.values():
        if layer.kind != "raster":
            assert (site / "data" / layer.file).read_bytes() == (shipped.path / "layers" / layer.file).read_bytes()
    for period in shipped.periods:
        held = control_on(shipped, period.date)
        collection = json.loads((site / "data" / f"control-on-{period.date}.geojson").read_text(encoding="utf-8"))
        assert collection["license"] == shipped.layers["control"].license
        answer = {unit: c.controller for unit, c in held.items() if not shipped.units[unit].frame}
        assert {f["properties"]["unit"]: f["properties"]["controller"] for f in collection["features"]} == answer
        with (site / "data" / f"control-on-{period.date}.csv").open(encoding="utf-8", newline="") as file:
            assert {row["unit"]: row["controller"] for row in csv.DictReader(file)} == answer


def test_the_sitemap_lists_every_page(site):
    root = ElementTree.parse(site / "sitemap.xml").getroot()
    pages = {element.text for element in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")}
    assert pages == {path.relative_to(site).as_posix() for path in site.rglob("*.html")}


def test_a_site_knows_its_address_if_it_is_told_one(hostile, tmp_path):
    folder = tmp_path / "site"
    drawn = tmp_path / "drawn"
    (drawn / "pictures").mkdir(parents=True)
    (drawn / "handout.pdf").write_bytes(b"")
    write_site(hostile, folder, base_url="https://example.org/map/", drawn=drawn)
    text = (folder / "sitemap.xml").read_text(encoding="utf-8")
    assert "<loc>https://example.org/map/index.html</loc>" in text
    for page in folder.rglob("*.html"):
        assert "<b>bye</b>" not in page.read_text(encoding="utf-8").replace(json.dumps(HOSTILE), "")


def test_a_link_that_no_layer_names_is_not_published(copied, tmp_path):
    (tmp_path / "secret").write_text("secret")
    (copied / "layers" / "more.csv").symlink_to(tmp_path / "secret")
    drawn = tmp_path / "drawn"
    (drawn / "pictures").mkdir(parents=True)
    (drawn / "handout.pdf").write_bytes(b"")
    write_site(load_story(copied), tmp_path / "site", drawn=drawn)
    assert (tmp_path / "site" / "data" / "sources.csv").is_file()
    assert not (tmp_path / "site" / "data" / "more.csv").exists()


def test_pictures_are_drawn_by_no_process_if_there_are_none(valleys):
    assert draw_pictures(valleys.path, []) is None
