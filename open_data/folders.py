"""Folders that a command writes anew, in place of the former ones."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext as _


@contextmanager
def replacing(folder: Path, mark: str) -> Iterator[Path]:
    """A new folder beside this one, which takes its place at the end; an interrupted run leaves the
    former one as it is. Only a folder with the file `mark` is replaced: raises FileExistsError
    for any other that is not empty."""
    folder = folder.absolute()
    if folder.exists() and any(folder.iterdir()) and not (folder / mark).exists():
        words = _("%(folder)s is not empty and has no %(mark)s: it is not replaced.")
        raise FileExistsError(words % {"folder": folder, "mark": mark})
    partial, former = (folder.with_name(f".{folder.name}.{name}") for name in ("new", "old"))
    for leftover in (partial, former):
        shutil.rmtree(leftover, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        yield partial
        if folder.exists():
            folder.rename(former)
        partial.rename(folder)
    finally:
        for leftover in (partial, former):
            shutil.rmtree(leftover, ignore_errors=True)
