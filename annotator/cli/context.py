"""What most commands start from: the project, its open database, and who is at work."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from annotator.errors import StoreError, UsageError

if TYPE_CHECKING:
    from annotator.workflow.ports import Store
    from annotator.workflow.project import Project

USER_VARIABLE: Final = "ANNOTATOR_USER"
_LONGEST_NAME: Final = 64


def project_root(arguments: argparse.Namespace) -> Path:
    """The project's folder. UsageError when there is none."""
    from annotator.workflow.project import find_project

    found = find_project(arguments.project, os.environ, Path.cwd())
    if found is None:
        raise UsageError(
            "there is no project here",
            where=str(Path.cwd()),
            hint="Make one with 'annotator init', or name its folder with --project or $ANNOTATOR_PROJECT",
        )
    return found


def open_project(arguments: argparse.Namespace) -> Project:
    """The project that the command line, the environment or the place means."""
    from annotator.workflow.project import open_project

    return open_project(project_root(arguments))


def user(arguments: argparse.Namespace) -> str:
    """Who is at work: `--as`, `$ANNOTATOR_USER`, the login name. UsageError for a name that no layer can have."""
    from annotator.workflow.ports import GOLD

    named = arguments.who if arguments.who is not None else os.environ.get(USER_VARIABLE, "")
    where = "--as" if arguments.who is not None else USER_VARIABLE
    if not named and arguments.who is None:
        from annotator.workflow.session import login_name

        return login_name()
    name = str(named).strip()
    if not name or len(name) > _LONGEST_NAME or not name.isprintable() or "/" in name or name.startswith("."):
        raise UsageError(
            f"{name[:40]!r} cannot be a person's name",
            where=where,
            hint=f"Use at most {_LONGEST_NAME} visible characters without '/', not starting with '.'",
        )
    if name == GOLD:
        raise UsageError(f"{GOLD!r} is the layer that adjudication writes", where=where, hint="Use your own name")
    return name


@contextmanager
def opened(project: Project, *, create: bool = False) -> Iterator[Store]:
    """The project's database, closed again at the end. StoreError when it does not exist, unless CREATE makes it."""
    file = project.database_file
    if not create and file is not None and not os.path.lexists(file):
        raise StoreError(
            "the project has no database yet",
            where=str(project.root),
            hint="'annotator import PATH' makes it, and so does opening the project",
        )
    store = store_opener(project, create=create)()
    try:
        yield store
    finally:
        store.close()


def _never() -> bool:
    return False


def store_opener(
    project: Project, *, create: bool = False, hurried: Callable[[], bool] = _never
) -> Callable[[], Store]:
    """A function that opens the project's database (see `open_store`); what it needs is imported when it is called."""

    def open_it() -> Store:
        from annotator.store import open_store

        return open_store(project.database, create=create, hurried=hurried)

    return open_it
