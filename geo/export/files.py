"""Files are written beside their place and moved there when they are whole, so that nothing half written is ever left."""  # noqa: E501

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from geo.errors import GeoStoryError

__all__ = ["MARK", "ExportError", "check_target", "publish", "publish_folder"]

#: The file by which a folder is known to be an export: only such a folder is ever replaced.
MARK = ".storymap-export"


class ExportError(GeoStoryError):
    """An export that cannot be written where it was asked for, or does not keep what it promises."""


def check_target(path: Path, *, force: bool, folder: bool = False) -> None:
    """Refuse a place that cannot be written to, before any work is done.

    Raises
    ------
    ExportError
        If something is there already and `force` is not given, or it is no export of ours, or nothing can be written.
    """
    if folder and path.is_file():
        raise ExportError(f"'{path}' is a file; name a folder")
    if not folder and path.is_dir():
        raise ExportError(f"'{path}' is a folder; name a file in it")
    if folder and path.is_dir() and any(path.iterdir()) and not (path / MARK).is_file():
        raise ExportError(f"'{path}' holds files that no export made; choose another folder or empty it")
    if path.exists() and not force and not (folder and not any(path.iterdir())):
        raise ExportError(f"'{path}' exists; add --force to replace it")
    parent = path.parent
    existing = next(folder for folder in (parent, *parent.parents) if folder.exists())
    if not existing.is_dir():
        raise ExportError(f"cannot write '{path}': '{existing}' is a file, not a folder")
    if not os.access(existing, os.W_OK | os.X_OK):
        raise ExportError(f"cannot write '{path}': the folder '{existing}' is not writable")


def publish(path: Path, write: Callable[[Path], object], *, force: bool = False) -> Path:
    """Let `write` make a file beside `path`, then move it there.

    Parameters
    ----------
    path : pathlib.Path
        Where the file shall be; missing folders are made.
    write : callable
        Gets the path to write to, which has the same ending.
    force : bool
        Whether a file that is there already may be overwritten.
    """
    check_target(path, force=force)
    with _beside(path) as folder:
        made = folder / path.name
        write(made)
        os.replace(made, path)
    return path


def publish_folder(path: Path, write: Callable[[Path], object], *, force: bool = False) -> Path:
    """Let `write` fill a folder beside `path`, then move it there; only an earlier export is ever replaced."""
    check_target(path, force=force, folder=True)
    with _beside(path) as folder:
        made = folder / path.name
        made.mkdir()
        write(made)
        (made / MARK).write_text("This folder was exported from a story map; an export with --force replaces it.\n")
        if path.exists():
            os.replace(path, folder / "replaced")
        os.replace(made, path)
    return path


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A folder on the same file system, gone at the end whatever happened."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
    except OSError as error:
        raise ExportError(f"cannot write '{path}': {error.strerror or error}") from None
    try:
        yield folder
    except OSError as error:
        raise ExportError(f"cannot write '{path}': {error.strerror or error}") from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
