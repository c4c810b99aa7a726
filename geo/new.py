"""``python -m geo new DIR``: a small story that works, to be changed into another one."""

from __future__ import annotations

import shutil
from importlib.resources import as_file, files
from pathlib import Path

from .errors import GeoStoryError
from .schema import write_schemas

__all__ = ["FolderInUse", "write_new_story"]


class FolderInUse(GeoStoryError):  # noqa: N818 (says what it is)
    """The folder for a new story is a file, or has something in it that would be written over."""


def write_new_story(folder: Path) -> tuple[str, ...]:
    """Write the story into an empty or a new folder; return the files written, sorted.

    The JSON Schemas that the first lines of the YAML files name lie beside them, so that editors check while one types.

    Raises
    ------
    FolderInUse
        If there is something in the folder already, or it cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderInUse(f"'{folder}' is not empty; name a folder that is new or empty")
    try:
        with as_file(files("geo") / "new_story") as template:
            shutil.copytree(template, folder, dirs_exist_ok=True)
        write_schemas(folder / "schemas")
    except OSError as error:
        raise FolderInUse(f"'{folder}' cannot be written ({error.strerror})") from None
    return tuple(sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()))
