"""What most commands start from: the project, its open database, and who is at work."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from annotator.cli.paths import here
from annotator.errors import StoreError, UsageError

if TYPE_CHECKING:
    from annotator.workflow.access import Guarded
    from annotator.workflow.ports import Store
    from annotator.workflow.project import Project

USER_VARIABLE: Final = "ANNOTATOR_USER"


def project_root(arguments: argparse.Namespace) -> Path:
    """The project's folder. UsageError when there is none."""
    from annotator.workflow.project import find_project

    place = here()
    found = find_project(arguments.project, os.environ, place)
    if found is None:
        raise UsageError(
            "there is no project here",
            where=str(place),
            hint="Make one with 'annotator init', or name its folder with --project or $ANNOTATOR_PROJECT",
        )
    return found


def open_project(arguments: argparse.Namespace) -> Project:
    """The project that the command line, the environment or the place means."""
    from annotator.workflow.project import open_project

    return open_project(project_root(arguments))


def user(arguments: argparse.Namespace) -> str:
    """Who is at work: `--as`, `$ANNOTATOR_USER`, the login name. UsageError for a name that no layer can have."""
    named = arguments.who if arguments.who is not None else os.environ.get(USER_VARIABLE, "")
    where = "--as" if arguments.who is not None else USER_VARIABLE
    if not named and arguments.who is None:
        from annotator.workflow.session import login_name

        return login_name()
    from annotator.workflow.session import checked_name

    return checked_name(str(named), where)


@contextmanager
def opened(project: Project, who: str, *, create: bool = False) -> Iterator[Guarded]:
    """The project's database as WHO may use it, closed again at the end.

    StoreError when it does not exist, unless CREATE makes it; AccessError when WHO is not registered.
    """
    file = project.database_file
    from annotator.workflow.sources import may_be_there

    if not create and file is not None and not (os.path.lexists(file) or may_be_there(file)):
        raise StoreError(
            "the project has no database yet",
            where=str(project.root),
            hint="'annotator import PATH' makes it, and so does opening the project",
        )
    store = store_opener(project, who, create=create)()
    try:
        yield store
    finally:
        store.close()


def _never() -> bool:
    return False


def store_opener(
    project: Project, who: str, *, create: bool = False, hurried: Callable[[], bool] = _never
) -> Callable[[], Guarded]:
    """A function that opens the project's database (see `open_store`) and shows of it what WHO may see.

    What it needs is imported when it is called. On a project without people it registers WHO; see `at_work`.
    """

    def open_it() -> Guarded:
        from annotator.store import open_store
        from annotator.workflow.access import Guarded
        from annotator.workflow.people import at_work

        store = open_store(project.database, create=create, hurried=hurried)
        try:
            return Guarded(store, at_work(store, who), names=project.settings.feedback_names)
        except BaseException:
            store.close()
            raise

    return open_it


def reopener(project: Project) -> Callable[[], Store]:
    """A function that opens the database of PROJECT once more, in another process: it can be pickled."""
    return partial(_open_again, project.database)


def _open_again(database: str | Path) -> Store:
    from annotator.store import open_store

    return open_store(database)
