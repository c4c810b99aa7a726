"""The command line: ``python -m geo``.

Exit status: 0 good, 1 problems in the story, 2 wrong use. What is asked for goes to standard output, everything said
about it to standard error, so that a pipe gets data only. The engine is imported when a command runs: help comes at
once.
"""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .dates import format_day, parse_day
from .errors import BadDay, Problem, StoryProblems

if TYPE_CHECKING:
    from .model import PublishedArea, Story

__all__ = ["app", "main"]

#: What a reader may have to download, in bytes after gzip.
BUDGETS = {"embed": 300_000, "payload": 120_000, "images": 90_000, "leaflet": 46_000, "code": 40_000}

app = typer.Typer(
    name="geo",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="""Look into a story map: a folder with layers/ and narrative/.

    [bold]Begin here[/bold]

      python -m geo new my-story               a story to begin with
      python -m geo check                      is everything in this folder as it should be?
      python -m geo control --date 2000-01-01  who held what on a day?
      python -m geo diff --from 2000-01-01 --to 2001-01-01""",
)


class Format(StrEnum):
    """How a result is written."""

    table = "table"
    geojson = "geojson"
    csv = "csv"


def _read_day(text: str) -> date:
    try:
        return parse_day(text)
    except BadDay as error:
        raise typer.BadParameter(str(error)) from None


def _folder(path: Path) -> Path:
    if not path.is_dir():
        raise typer.BadParameter(f"there is no folder '{path}'")
    return path


FolderArgument = Annotated[
    Path, typer.Argument(help="Folder of the story.", callback=_folder, metavar="[DIR]", show_default="this folder")
]
StoryOption = Annotated[
    Path,
    typer.Option("--story", help="Folder of the story.", callback=_folder, metavar="DIR", show_default="this folder"),
]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="table to read, geojson or csv to go on with.")]


def _day_option(flag: str, text: str) -> Any:
    return typer.Option(flag, help=text, parser=_read_day, metavar="YYYY-MM-DD")


def _day_text(flag: str, text: str) -> Any:
    return typer.Option(flag, help=text, metavar="YYYY-MM-DD")


@app.command()
def check(
    folder: FolderArgument = Path("."),
    as_json: Annotated[bool, typer.Option("--json", help="Problems and warnings as JSON, for other programs.")] = False,
) -> None:
    """Read a story and name everything that is wrong with it.

    Each problem has its file and line, what was found, what is allowed, and the nearest guess. Warnings are worth a
    look and stop nothing.

    [bold]Examples[/bold]

      python -m geo check
      python -m geo check tests/stories/two-valleys
      python -m geo check --json | jq '.problems[].path'
    """
    from .story import load_story

    try:
        story = load_story(folder)
    except StoryProblems as found:
        if as_json:
            _print_json({"ok": False, "problems": found.problems, "warnings": found.warnings, "counts": {}})
        else:
            _print_problems(found)
        raise typer.Exit(1) from None
    counts = _counts(story)
    if as_json:
        _print_json({"ok": True, "problems": [], "warnings": story.warnings, "counts": counts})
        return
    for warning in story.warnings:
        typer.echo(f"warning: {warning}", err=True)
    typer.echo("ok: " + ", ".join(f"{count} {name}" for name, count in counts.items()))


@app.command()
def control(
    day: Annotated[date, _day_option("--date", "The day.")],
    format: FormatOption = Format.table,
    folder: StoryOption = Path("."),
) -> None:
    """Say who held what on a day, and how much.

    [bold]Examples[/bold]

      python -m geo control --date 2000-01-01
      python -m geo control --date 2000-01-01 --format geojson > control.geojson
      python -m geo control --date 2000-01-01 --format csv --story ~/my-story
    """
    from .control import control_on
    from .export.data import control_csv, control_geojson

    story = _load_with_log(folder)
    try:
        control_on(story, day)
    except BadDay as error:
        raise typer.BadParameter(str(error), param_hint="--date") from None
    _tell_after(story, day)
    if format is Format.table:
        _print_control(story, day)
    else:
        typer.echo((control_geojson if format is Format.geojson else control_csv)(story, day), nl=False)


@app.command()
def diff(
    start: Annotated[date, _day_option("--from", "One day.")],
    end: Annotated[date, _day_option("--to", "The other day, earlier or later.")],
    format: FormatOption = Format.table,
    folder: StoryOption = Path("."),
) -> None:
    """Say what passed from whom to whom between two days.

    The days may come in either order. geojson and csv hold the unchanged units as well.

    [bold]Examples[/bold]

      python -m geo diff --from 2000-01-01 --to 2001-01-01
      python -m geo diff --from 2000-01-01 --to 2001-01-01 --format geojson > diff.geojson
    """
    from .control import diff as passages_between
    from .export.data import csv_text, feature_collection

    story = _load_with_log(folder)
    try:
        found = passages_between(story, start, end)
    except BadDay as error:
        raise typer.BadParameter(str(error), param_hint="--from or --to") from None
    for day in sorted({start, end}):
        _tell_after(story, day)
    if not any(passage.changed for passage in found):
        why = "the days are the same" if start == end else "nothing passed from one to another"
        typer.echo(f"no difference between {start} and {end}: {why}", err=format is not Format.table)
    if format is Format.table:
        _print_diff(story, start, end)
    elif format is Format.geojson:
        typer.echo(feature_collection(story, f"what passed between {start} and {end}", [
            (story.units[p.unit].geometry, {"unit": p.unit, "from": p.start, "to": p.end, "km2": p.km2}) for p in found
        ]), nl=False)  # fmt: skip
    else:
        rows = [(p.unit, p.start, p.end, f"{p.km2:.2f}") for p in found]
        typer.echo(csv_text(("unit", "from", "to", "km2"), rows), nl=False)


@app.command()
def budget(folder: FolderArgument = Path(".")) -> None:
    """Say what a reader downloads, part by part, against its budget.

    [bold]Example[/bold]

      python -m geo budget
    """
    from .map import document_sizes
    from .payload import payload_sizes
    from .poster import poster_element
    from .state import default_state

    story = _load(folder)
    sizes = payload_sizes(story) | document_sizes(story, poster_element(story, default_state(story)))
    over = [name for name, most in BUDGETS.items() if sizes[name][1] > most]
    order = sorted(sizes, key=lambda name: (name not in BUDGETS, -sizes[name][1]))
    _print_table(("part", "raw kB", "gzip kB", "budget kB"), [
        (
            name if name in BUDGETS else f"  {name}", f"{sizes[name][0] / 1000:.1f}", f"{sizes[name][1] / 1000:.1f}",
            f"{BUDGETS[name] / 1000:.0f}" if name in BUDGETS else "",
        )
        for name in order
    ])  # fmt: skip
    if over:
        typer.echo(f"over budget: {', '.join(over)}", err=True)
        raise typer.Exit(1)


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(help="Folder to make; it must be new or empty.", metavar="DIR")],
) -> None:
    """Write a small story that works, to be changed into your own.

    [bold]Example[/bold]

      python -m geo new my-story
      python -m geo check my-story
      streamlit run app.py -- my-story
    """
    from .new import FolderInUse, write_new_story

    try:
        written = write_new_story(folder)
    except FolderInUse as error:
        raise typer.BadParameter(str(error), param_hint="DIR") from None
    name = shlex.quote(str(folder))
    typer.echo(f"{len(written)} files written to {folder}")
    typer.echo(f"check it:  python -m geo check {name}", err=True)
    typer.echo(f"see it:    streamlit run app.py -- {name}", err=True)


@app.command()
def outline(folder: FolderArgument = Path(".")) -> None:
    """Say which section of the article is told in which steps, with which footnotes, as a markdown table.

    [bold]Example[/bold]

      python -m geo outline > docs/outline.md
    """
    from .outline import render_outline

    typer.echo(render_outline(_load(folder)), nl=False)


@app.command()
def export(
    kind: Annotated[
        str, typer.Argument(help="html, png, svg, pdf, gif, story, pptx, handout, site or all.", metavar="KIND")
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="File, or folder for site and all.", show_default="by the story"),
    ] = None,
    step: Annotated[str | None, typer.Option("--step", help="The state of a step.")] = None,
    day: Annotated[str | None, _day_text("--date", "The day, if not the step's.")] = None,
    layers: Annotated[str | None, typer.Option("--layers", help="Layers with commas between them.")] = None,
    names: Annotated[str | None, typer.Option("--names", help="Form of the places' names; none for none.")] = None,
    compare: Annotated[str | None, _day_text("--compare", "A second day, whose line is drawn over the first.")] = None,
    size: Annotated[
        str | None, typer.Option("--size", help="Pixels of a picture, 1440x1080 for 4:3.", show_default="1920x1080")
    ] = None,
    palette: Annotated[str, typer.Option("--palette", help="screen, or print for white paper.")] = "screen",
    start: Annotated[str | None, _day_text("--from", "gif: the day the loop begins.")] = None,
    end: Annotated[str | None, _day_text("--to", "gif: the day it ends.")] = None,
    lang: Annotated[
        str | None, typer.Option("--lang", help="The story in a translation of its own.", show_default="the story's")
    ] = None,
    paper: Annotated[str | None, typer.Option("--paper", help="handout: a4 or letter.", show_default="a4")] = None,
    base_url: Annotated[str, typer.Option("--base-url", help="site: its address, for the sitemap.")] = "",
    force: Annotated[bool, typer.Option("--force", help="Replace what is there.")] = False,
    folder: StoryOption = Path("."),
) -> None:
    """Write a map or the whole story as something to take along.

    Of one state: html (one interactive file), png, svg, pdf. A loop of the timeline: gif. Of the whole story: story (one
    file that scrolls), pptx (slides with editable maps), handout (a PDF to print, a map beside each step), site (a folder for
    any static host), all of it: all.

    [bold]Examples[/bold]

      python -m geo export png --step STEP -o map.png
      python -m geo export svg --date 2000-01-01 --palette print
      python -m geo export gif --from 1999-01-01 --to 2000-01-01
      python -m geo export pptx -o lecture.pptx
      python -m geo export handout --paper letter
      python -m geo export site -o public --base-url https://example.org/map
    """  # noqa: E501
    from .errors import GeoStoryError
    from .export.run import Options, check_options, default_path, jobs_of
    from .export.run import export as write_export
    from .translation import in_language

    story = _load(folder)
    try:
        story = in_language(story, lang)
        day_, compare_, start_, end_ = (parse_day(text) if text else None for text in (day, compare, start, end))
        wanted = None if layers is None else tuple(filter(None, layers.split(",")))
        asked = Options(step, day_, wanted, names, compare_, size, palette, start_, end_, base_url, paper)
        check_options(story, kind, asked)
        path = output or default_path(story, kind, asked)
        with _progress(jobs_of(story, kind, asked)) as tell:
            write_export(story, kind, path, asked, force=force, tell=tell)
    except GeoStoryError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(2) from None
    typer.echo(path)


@contextmanager
def _progress(jobs: int | None) -> Iterator[Callable[[str], None]]:
    """Show a bar on a terminal, and a line for each tenth of the way where there is none."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if jobs is None:
        yield lambda _: None
    elif console.is_terminal:
        columns = TextColumn("{task.description:28.28}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task("", total=jobs)
            yield lambda name: bar.update(task, advance=1, description=name)
    else:
        done = 0

        def tell(name: str) -> None:
            nonlocal done
            done += 1
            if done * 10 // jobs > (done - 1) * 10 // jobs:
                typer.echo(f"{done} of {jobs}: {name}", err=True)

        yield tell


def main() -> None:
    """Run the command line."""
    app(prog_name="python -m geo")


# -- what commands share ---------------------------------------------------------------------------------------------


def _load(folder: Path) -> Story:
    from .story import load_story

    try:
        return load_story(folder)
    except StoryProblems as found:
        _print_problems(found)
        raise typer.Exit(1) from None


def _load_with_log(folder: Path) -> Story:
    """Load a story in which somebody holds something."""
    story = _load(folder)
    if not story.units:
        raise typer.BadParameter("this story has no layer of control and no log: nobody holds anything in it")
    return story


def _print_problems(found: StoryProblems) -> None:
    for warning in found.warnings:
        typer.echo(f"warning: {warning}", err=True)
    for problem in found.problems:
        typer.echo(str(problem), err=True)
    typer.echo(str(found).partition("\n")[0], err=True)


def _tell_after(story: Story, day: date) -> None:
    if day > story.last:
        typer.echo(f"note: the story ends on {story.last}; {day} shows the last state of its log", err=True)


def _counts(story: Story) -> dict[str, int]:
    return {
        "steps": len(story.steps),
        "layers": len(story.layers),
        "units": sum(not unit.frame for unit in story.units.values()),
        "frame units": sum(unit.frame for unit in story.units.values()),
        "edges": len(story.edges),
        "events": len(story.events),
        "rows in the log": len(story.log),
        "places": len(story.places),
        "sources": len(story.sources),
        "works": len(story.works),
        "words": sum(step.words for step in story.steps),
        "claims": sum(step.claims for step in story.steps),
        "of them sourced": sum(step.sourced_claims for step in story.steps),
        "warnings": len(story.warnings),
    }


def _print_control(story: Story, day: date) -> None:
    from .control import areas_on, control_on, fronts_on, published_on

    areas, fronts, published = areas_on(story, day), fronts_on(story, day), published_on(story, day)
    lang, held = story.lang, control_on(story, day)
    typer.echo(
        f"{format_day(day, lang)}, of the {story.words.area(sum(a.km2 for a in areas.values()))} that are mapped"
    )
    _print_table(("controller", "area", "share", "error", "uncertain", "units", "published"), [
        (
            story.controllers[id].label_on(day), story.words.area(area.km2), f"{area.share:.0%}",
            f"± {story.words.area(area.error_km2)}" if area.error_km2 else "",
            story.words.area(area.uncertain_km2) if area.uncertain_km2 else "", str(len(area.units)),
            _range([p for p in published if p.controller == id]),
        )
        for id, area in areas.items() if area.units
    ])  # fmt: skip
    if fronts:
        lengths: dict[str, float] = {}
        for front in fronts:
            lengths[front.edge.accuracy] = lengths.get(front.edge.accuracy, 0.0) + front.edge.km
        parts = ", ".join(f"{accuracy} {km:.0f} km" for accuracy, km in sorted(lengths.items()))
        typer.echo(f"\nfronts: {sum(lengths.values()):.0f} km ({parts})")
    typer.echo("")
    _print_table(("unit", "name", "controller", "area", "since", ""), [
        (
            unit.id, unit.name, story.controllers[held[unit.id].controller].label_on(day), story.words.area(unit.km2),
            held[unit.id].row.date.isoformat(), "uncertain" if held[unit.id].uncertain else "",
        )
        for unit in story.units.values() if not unit.frame
    ])  # fmt: skip


def _range(figures: Sequence[PublishedArea]) -> str:
    if not figures:
        return ""
    least, most = min(figure.km2 for figure in figures), max(figure.km2 for figure in figures)
    sources = ", ".join(dict.fromkeys(source for figure in figures for source in figure.sources))
    return (f"{least:,.0f} km²" if least == most else f"{least:,.0f}–{most:,.0f} km²") + f" ({sources})"


def _print_diff(story: Story, start: date, end: date) -> None:
    from .control import diff as passages_between
    from .control import passages

    lang = story.lang
    sums = passages(story, start, end)
    if not sums:
        return

    def label(id: str, day: date) -> str:
        return story.controllers[id].label_on(day)

    typer.echo(f"from {format_day(start, lang)} to {format_day(end, lang)}")
    _print_table(("from", "to", "area"), [
        (label(a, start), label(b, end), story.words.area(km2)) for (a, b), km2 in sums.items()
    ])  # fmt: skip
    typer.echo("")
    _print_table(("unit", "name", "from", "to", "area"), [
        (p.unit, story.units[p.unit].name, label(p.start, start), label(p.end, end), story.words.area(p.km2))
        for p in passages_between(story, start, end) if p.changed
    ])  # fmt: skip


def _print_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table: with lines and bold heads on a terminal, as aligned text into a pipe."""
    found = [tuple(row) for row in rows]
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        table = Table(*header, box=None, header_style="bold", pad_edge=False)
        for row in found:
            table.add_row(*map(Text, row))  # Text, because an author's brackets are no markup
        Console().print(table)
        return
    widths = [max(map(len, column)) for column in zip(header, *found, strict=True)]
    for row in [tuple(header), *found]:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _print_json(value: dict[str, Any]) -> None:
    def plain(item: object) -> object:
        assert isinstance(item, Problem)
        return {"path": item.path, "line": item.line, "message": item.message}

    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=plain))
