"""`annotator backup`: a consistent copy of the whole database, also while people work."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from annotator.cli.context import open_project, opened, user
from annotator.cli.output import Writer, safe
from annotator.cli.paths import path as typed_path
from annotator.errors import UnwritableError, UsageError
from annotator.workflow.files import unwritable


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this command."""
    parser.add_argument(
        "path",
        nargs="?",
        metavar="PATH",
        type=typed_path,
        help="the copy (default: a new file in the project's backups/)",
    )


@contextmanager
def _folder(path: Path) -> Iterator[None]:
    """The folder PATH, made where it is missing; when what is inside fails, what was made of it is removed again."""
    missing = [folder for folder in (path, *path.parents) if not os.path.exists(folder)]  # noqa: PTH110 - never raises
    try:
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unwritable(error, path) from error
        yield
    except BaseException:
        with suppress(OSError):  # somebody else has put something into it
            for folder in missing:
                folder.rmdir()
        raise


def run(arguments: argparse.Namespace) -> int:
    """Copy the database. AccessError for annotators: the copy holds everybody's annotations."""
    project = open_project(arguments)
    path = arguments.path
    if path is None:
        name = Path(project.database_file or "database").stem
        path = project.root / "backups" / f"{name}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.db"
    elif os.path.isdir(path):  # noqa: PTH112 - never raises
        raise UsageError("this is a folder", where=str(path), hint="Name the file of the copy")
    if os.path.exists(path):  # noqa: PTH110 - as above
        raise UsageError("this file exists already", where=str(path), hint="Nothing was written; name another")
    with opened(project, user(arguments)) as store, _folder(path.parent):
        try:
            store.backup(str(path))
        except UnwritableError as error:
            error.where = str(path)  # the database is only read
            raise
    Writer(rtl=arguments.rtl).line(f"Copied the database to {safe(str(path))}")
    return 0
