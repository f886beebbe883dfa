"""`annotator backup`: a consistent copy of the whole database, also while people work."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from annotator.cli.context import open_project, opened, user
from annotator.cli.output import Writer
from annotator.errors import UsageError
from annotator.workflow.files import unwritable


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this command."""
    parser.add_argument(
        "path", nargs="?", metavar="PATH", type=Path, help="the copy (default: a new file in the project's backups/)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Copy the database. AccessError for annotators: the copy holds everybody's annotations."""
    project = open_project(arguments)
    path = arguments.path
    if path is None:
        name = Path(project.database_file or "database").stem
        path = project.root / "backups" / f"{name}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.db"
    elif path.is_dir():
        raise UsageError("this is a folder", where=str(path), hint="Name the file of the copy")
    if path.exists():
        raise UsageError("this file exists already", where=str(path), hint="Nothing was written; name another")
    with opened(project, user(arguments)) as store:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unwritable(error, path.parent) from error
        store.backup(str(path))
    Writer(rtl=arguments.rtl).line(f"Copied the database to {path}")
    return 0
