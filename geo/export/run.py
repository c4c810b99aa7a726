"""One entry for all exports: what there is, what each needs, and where it goes. The command line and the pages call it."""  # noqa: E501

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from geo.errors import UnknownId, unknown
from geo.export.files import ExportError, check_target, publish, publish_folder
from geo.export.state import full_state, named_states

if TYPE_CHECKING:
    from geo.model import State, Story

__all__ = ["KINDS", "STATE_KINDS", "Options", "check_options", "default_path", "export", "jobs_of", "render_single"]

#: Every export with its ending; a folder has none.
KINDS = {
    "html": ".html", "png": ".png", "svg": ".svg", "pdf": ".pdf", "gif": ".gif",
    "story": ".html", "pptx": ".pptx", "handout": ".pdf", "site": "", "all": "",
}  # fmt: skip
#: Those of one state; the others are of the whole story.
STATE_KINDS = ("html", "png", "svg", "pdf")

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Options:
    """What can be asked for; None and an empty tuple leave it to the step or the story."""

    step: str | None = None
    day: date | None = None
    layers: tuple[str, ...] | None = None
    names: str | None = None
    compare: date | None = None
    size: str | None = None
    palette: str = "screen"
    start: date | None = None
    end: date | None = None
    base_url: str = ""
    paper: str | None = None

    def state(self, story: Story) -> State:
        """Return the state that is asked for, all of it checked."""
        return full_state(
            story, step=self.step, day=self.day, layers=self.layers, names=self.names, compare=self.compare
        )  # fmt: skip


def default_path(story: Story, kind: str, options: Options) -> Path:
    """Return where an export goes when nobody says."""
    name = story.id
    if kind in STATE_KINDS:
        name = "-".join(part for part in (name, options.step, options.day.isoformat() if options.day else "") if part)
    elif kind in ("site", "handout"):
        name += f"-{kind}"
    elif kind == "all":
        name += "-export"
    return Path(name + KINDS[kind])


def jobs_of(story: Story, kind: str, options: Options) -> int | None:
    """Return how many parts an export has that it tells of; None for one that is there at once."""
    if kind == "handout":
        return len(story.steps) + 1
    if kind == "pptx":
        return len(story.steps) + len(story.periods) + 2 + (len(story.periods) > 1)
    if kind == "gif":
        return len(_loop_days(story, options))
    if kind not in ("site", "all"):
        return None
    from geo.export.site import PICTURE_KINDS, site_jobs

    if kind == "site":
        return site_jobs(story)
    if story.log:
        _loop_days(story, options)
    states = len(named_states(story))
    return site_jobs(story) - states * len(PICTURE_KINDS) + states * 6 + 3 + bool(story.log)


def _loop_days(story: Story, options: Options) -> list[date]:
    from geo.export.animation import change_days

    return change_days(story, options.start or story.first, options.end or story.last)


def export(
    story: Story, kind: str, path: Path, options: Options = Options(), *, force: bool = False, tell: Tell = lambda _: None  # noqa: E501
) -> Path:  # fmt: skip
    """Write an export of a story.

    Parameters
    ----------
    story : Story
        Any story.
    kind : str
        One of `KINDS`.
    path : pathlib.Path
        A file, or for ``site`` and ``all`` a folder; moved there when it is whole.
    options : Options
        The state, size and palette.
    force : bool
        Whether what is there may be replaced.
    tell : callable
        Gets the name of each part when it is done, see `jobs_of`.

    Raises
    ------
    UnknownId, BadDay
        If the story has not what is asked for; the text has the choices.
    ExportError
        If it cannot be written there.
    """
    check_options(story, kind, options)
    check_target(path, force=force, folder=not KINDS[kind])
    if kind in ("site", "all"):
        write = _write_site if kind == "site" else _write_all
        return publish_folder(path, lambda folder: write(story, folder, options, tell), force=force)
    data = render_single(story, kind, options, tell)
    return publish(path, lambda file: file.write_bytes(data), force=force)


def check_options(story: Story, kind: str, options: Options) -> None:
    """Refuse what the story has not and what does not go together.

    Raises
    ------
    UnknownId, BadDay, ExportError
        With the choices.
    """
    if kind not in KINDS:
        raise UnknownId(unknown("export", kind, KINDS))
    options.state(story)
    if kind not in (*STATE_KINDS, "gif") and (options.step or options.day or options.layers or options.compare):
        raise ExportError(
            f"'{kind}' is of the whole story; --step, --date, --layers and --compare are for html, png, svg, pdf and gif"  # noqa: E501
        )
    if kind == "gif" and (options.day or options.compare):
        raise ExportError("a loop runs between two days: write --from and --to instead of --date and --compare")
    if kind not in ("gif", "all") and (options.start or options.end):
        raise ExportError(f"--from and --to are for gif, not for {kind}")
    if options.size and kind not in ("png", "svg", "pdf"):
        raise ExportError(f"--size is for png, svg and pdf, not for {kind}")
    if options.paper and kind != "handout":
        raise ExportError(f"--paper is for handout, not for {kind}")
    for day in (options.start, options.end):
        if day is not None:
            full_state(story, day=day)
    if options.size:
        from geo.export.image import check_size

        check_size(options.size)
    if options.paper:
        from geo.export.handout import check_paper

        check_paper(options.paper)
    from geo.export.look import PALETTES

    if options.palette not in PALETTES:
        raise UnknownId(unknown("palette", options.palette, PALETTES))


def render_single(
    story: Story, kind: str, options: Options, tell: Tell = lambda _: None, *, state: State | None = None
) -> bytes:
    """Return an export that is one file. `state` stands in for what the options say of one."""
    state = state or options.state(story)
    if kind == "html":
        from geo.export.single import render_state

        return render_state(story, state).encode()
    if kind == "story":
        from geo.export.single import render_story

        return render_story(story).encode()
    if kind == "pptx":
        from geo.export.deck import render_deck

        return render_deck(story, names=options.names, tell=tell)
    if kind == "handout":
        from geo.export.handout import render_handout

        return render_handout(story, names=options.names, paper=options.paper or "a4", tell=tell)
    from geo.export.atlas import Atlas
    from geo.export.image import check_size, render_image

    if kind == "gif":
        from geo.export.animation import render_animation

        return render_animation(
            Atlas(story), state, options.start or story.first, options.end or story.last,
            palette=options.palette, tell=tell,
        )  # fmt: skip
    size = check_size(options.size or "1920x1080")
    return render_image(Atlas(story), state, kind, size=size, palette=options.palette)


def _write_site(story: Story, folder: Path, options: Options, tell: Tell) -> None:
    from geo.export.site import write_site

    write_site(story, folder, base_url=options.base_url, tell=tell)


def _write_all(story: Story, folder: Path, options: Options, tell: Tell) -> None:
    """Write everything there is of a story, each picture drawn once; also the shapes and palettes that a site has not."""  # noqa: E501
    from geo.export.pictures import Picture, draw_pictures
    from geo.export.single import render_state, render_story
    from geo.export.site import HANDOUT, PICTURE_KINDS, write_handout, write_site

    (folder / "story.html").write_bytes(render_story(story).encode())
    tell("story")
    states = named_states(story)
    for name, state in states.items():
        target = folder / "html" / f"{name}.html"
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(render_state(story, state).encode())
        tell(f"{name}.html")
    pictures = folder / "pictures"
    draw_pictures(story.path, [
        *(Picture(state, pictures / f"{name}.{kind}", kind) for name, state in states.items() for kind in PICTURE_KINDS),  # noqa: E501
        *(Picture(state, folder / "pictures-4x3" / f"{name}.png", "png", (1440, 1080)) for name, state in states.items()),  # noqa: E501
        *(Picture(state, folder / "pictures-print" / f"{name}.png", "png", palette="print") for name, state in states.items()),  # noqa: E501
    ], tell, [
        *[(_write_single, (story.path, story.lang, "gif", folder / "timeline.gif", options))] * bool(story.log),
        (_write_single, (story.path, story.lang, "pptx", folder / "slides.pptx", Options(names=options.names))),
        (write_handout, (story.path, folder / HANDOUT, options.names, story.lang)),
    ], story.lang)  # fmt: skip
    site = folder / "site"
    site.mkdir()
    write_site(story, site, base_url=options.base_url, drawn=folder, tell=tell)


def _write_single(folder: Path, lang: str, kind: str, path: Path, options: Options) -> str:
    """Write one of the whole story's files in a process of its own; returns its name."""
    from geo.story import load_story

    path.write_bytes(render_single(load_story(folder, lang), kind, options, lambda _: None))
    return path.name
