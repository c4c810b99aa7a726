"""The story as a folder of files for any static host: pages, maps to frame, pictures, data; relative links only.

All maps share their parts, so that a reader who saw one has the next at once. Every page also opens from a file by
itself: nothing is fetched or imported by script, and the story frames its map from text that it holds.
"""

from __future__ import annotations

import hashlib
import html
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from geo.browser import JINJA, web_text
from geo.describe import day_label
from geo.export.data import control_csv, control_geojson
from geo.export.pictures import Picture, draw_pictures
from geo.export.single import page_script, page_style, render_page, with_policy
from geo.export.state import named_states, state_title
from geo.map import render_document
from geo.page import render_cards, writing
from geo.poster import poster_script
from geo.state import write_query

if TYPE_CHECKING:
    from geo.model import Story

__all__ = ["HANDOUT", "PICTURE_KINDS", "policy", "site_jobs", "write_handout", "write_site"]

PICTURE_KINDS = ("png", "svg", "pdf")
#: The whole story on paper, beside its pages.
HANDOUT = "handout.pdf"

#: Scripts and styles of the site's own files and nothing else; text of styles, because maps place labels by it.
policy = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src data:; "
    "base-uri 'none'; form-action 'none'"
)


def site_jobs(story: Story) -> int:
    """Return how many things `write_site` tells of."""
    return len(named_states(story)) * (1 + len(PICTURE_KINDS)) + 3


def write_site(
    story: Story, folder: Path, *, base_url: str = "", drawn: Path | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> None:  # fmt: skip
    """Write the site into an empty folder.

    Parameters
    ----------
    story : Story
        Any story.
    folder : pathlib.Path
        An empty folder.
    base_url : str
        Where the site will be, for the sitemap, which has no relative addresses; without it they are relative.
    drawn : pathlib.Path, optional
        A folder with the pictures and the handout, if they are made already.
    tell : callable
        Gets the name of each page and picture when it is there.
    """
    site = _Site(story, folder)
    site.write_pages(tell)
    site.write_data()
    tell("data")
    if drawn is not None:
        shutil.copytree(drawn / "pictures", folder / "pictures")
        shutil.copyfile(drawn / HANDOUT, folder / HANDOUT)
        tell(HANDOUT)
    else:
        draw_pictures(story.path, [
            Picture(state, folder / "pictures" / f"{name}.{kind}", kind)
            for name, state in named_states(story).items() for kind in PICTURE_KINDS
        ], tell, [(write_handout, (story.path, folder / HANDOUT, None, story.lang))], story.lang)  # fmt: skip
    site.write_sitemap(base_url)
    tell("sitemap")


def write_handout(folder: Path, path: Path, names: str | None = None, lang: str | None = None) -> str:
    """Write the handout of the story in `folder`, in a process of its own; returns its name."""
    from geo.export.handout import render_handout
    from geo.story import load_story

    path.write_bytes(render_handout(load_story(folder, lang), names=names))
    return path.name


class _Site:
    def __init__(self, story: Story, folder: Path) -> None:
        self.story, self.folder = story, folder
        self.pages: list[str] = []

    def asset(self, name: str, text: str) -> str:
        """Write a part that pages share; its name holds its digest, so that it may be kept for ever."""
        digest = hashlib.sha256(text.encode()).hexdigest()[:12]
        stem, _, ending = name.rpartition(".")
        path = f"assets/{stem}-{digest}.{ending}"
        self._write(path, text)
        return path

    def _write(self, path: str, text: str) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")

    def page(self, path: str, text: str) -> None:
        self._write(path, with_policy(text, policy))
        self.pages.append(path)

    # -- pages -------------------------------------------------------------------------------------------------------

    def write_pages(self, tell: Callable[[str], None]) -> None:
        story = self.story
        shell = self._shared(render_document(story))
        lay = f'<script src="{self.asset("poster.js", poster_script())}"></script>'
        cards = render_cards(story, [(story.words.say("files"), "files.html")], script=lay)
        style = self.asset("story.css", page_style(story, cards))
        script = self.asset("story.js", page_script())
        index = render_page(
            story, _at(shell, ""), cards, style=f'<link rel="stylesheet" href="{style}">',
            script=f'<script src="{script}"></script>',
        )  # fmt: skip
        self.page("index.html", index)
        states = named_states(story)
        for name, state in states.items():
            query = html.escape(write_query(story, state))
            title = f"<title>{html.escape(state_title(story, state))}</title>"
            text = _at(shell, "../").replace('data-query=""', f'data-query="{query}"', 1)
            self.page(
                f"embed/{name}.html",
                re.sub(r"<title>.*?</title>", title.replace("\\", r"\\"), text, count=1, flags=re.DOTALL),
            )
            tell(name)
        maps = [
            (name, state_title(story, state), day_label(story, state.date))
            for name, state in states.items()
            if state.date
        ]
        files_style = self.asset("files.css", web_text("tokens.css") + web_text("files.css"))
        self.page("files.html", JINJA.get_template("files.html.j2").render(
            **writing(story.words), story=story, style=files_style, maps=maps, kinds=PICTURE_KINDS, handout=HANDOUT,
            downloads=self.downloads(),
        ))  # fmt: skip

    def _shared(self, document: str) -> str:
        """Return the map document with its styles, scripts and payload in files of their own, addressed from ``%base%``."""  # noqa: E501
        counted = iter(range(1, 100))

        def style(found: re.Match[str]) -> str:
            return f'<link rel="stylesheet" href="%base%{self.asset(f"map{next(counted)}.css", found[1])}">'

        def script(found: re.Match[str]) -> str:
            return f'<script src="%base%{self.asset(f"map{next(counted)}.js", found[1])}"></script>'

        def payload(found: re.Match[str]) -> str:
            # No page from a file may fetch another: the payload comes as a script that puts it where it belongs.
            path = self.asset("payload.js", (
                'document.body.append(Object.assign(document.createElement("script"), '
                f'{{ type: "application/json", id: "storymap-payload", textContent: JSON.stringify({found[1]}) }}));'
            ))  # fmt: skip
            return f'<script src="%base%{path}"></script>'

        text = re.sub(r"<style>(.*?)</style>", style, document, flags=re.DOTALL)
        text = re.sub(
            r'<script type="application/json" id="storymap-payload">(.*?)</script>', payload, text, flags=re.DOTALL
        )
        return re.sub(r"<script>(.*?)</script>", script, text, flags=re.DOTALL)

    # -- data --------------------------------------------------------------------------------------------------------

    def _layer_files(self) -> list[Path]:
        root, inside = self.story.path / "layers", self.story.path.resolve()
        return sorted(
            path for path in root.rglob("*")
            if (path.suffix in (".geojson", ".csv") or path.name == "LICENSE")
            # What no layer names was not looked at when the story was read: a link may lead to anything.
            and path.is_file() and path.resolve().is_relative_to(inside)
        )  # fmt: skip

    def downloads(self) -> list[tuple[str, str]]:
        root = self.story.path / "layers"
        titles = {
            layer.file: f"{layer.title}; {layer.license}; {layer.attribution}" for layer in self.story.layers.values()
        }
        found = [
            (path.relative_to(root).as_posix(), titles.get(path.relative_to(root).as_posix(), ""))
            for path in self._layer_files()
        ]
        for period in self.story.periods:
            note = self.story.words.say("heldOn", day=self.story.words.day(period.date))
            found += [(f"control-on-{period.date}.{kind}", note) for kind in ("geojson", "csv")]
        return found

    def write_data(self) -> None:
        root = self.story.path / "layers"
        for path in self._layer_files():
            target = self.folder / "data" / path.relative_to(root)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
        for period in self.story.periods:
            self._write(f"data/control-on-{period.date}.geojson", control_geojson(self.story, period.date))
            self._write(f"data/control-on-{period.date}.csv", control_csv(self.story, period.date))

    def write_sitemap(self, base_url: str) -> None:
        base = base_url.rstrip("/") + "/" if base_url else ""
        urls = "".join(f"<url><loc>{html.escape(base + page)}</loc></url>\n" for page in self.pages)
        self._write(
            "sitemap.xml",
            '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
            f"{urls}</urlset>\n",
        )


def _at(shell: str, base: str) -> str:
    return shell.replace("%base%", base)
