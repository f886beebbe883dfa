"""`annotator` without a command: open the project on the screen.

The way to the first frame. Nothing may be imported here that the frame does not need: no SQLAlchemy, no pydantic; the
first document is read with the standard library, and the terminal answers who it is while the screen is imported.
"""

from __future__ import annotations

import argparse
import gc
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.cli.context import opened, project_root, reopener, store_opener, user
from annotator.cli.output import Writer, ask, has_terminal
from annotator.cli.paths import here
from annotator.errors import UsageError
from annotator.workflow.project import (
    DEFAULT_FOLDER,
    DEFAULT_TEMPLATE,
    SETTINGS_FILE,
    Project,
    find_project,
    init_project,
    open_project,
)
from annotator.workflow.sources import may_be_there

if TYPE_CHECKING:
    from annotator.workflow.ports import First


def run(arguments: argparse.Namespace) -> int:
    """Open the screen; on the first run make the database and import the seeds."""
    gc.disable()  # nothing dies before the first frame; the screen switches it on again
    project = _project(arguments)
    if not has_terminal():
        raise UsageError(
            "the screen needs a terminal for input and output",
            hint="'annotator --help' lists the commands that work without one",
        )
    who = user(arguments)
    first = look(project, who, arguments.document)
    empty = first is not None and not first.documents and _has_seeds(project)
    if project.database_file is None or first is None or first.person is None or empty:
        first = prepare(project, who, arguments.document, Writer(rtl=arguments.rtl)) or first
    if arguments.document is not None and (first is None or first.document is None):
        with opened(project, who) as store:
            store.document(arguments.document)  # says so, with near names, when there is none

    from annotator.terminal.probe import Probe

    probe = Probe.begin(0, 1, os.environ)

    from annotator.tui.launch import Launch

    launch = Launch(
        project=project,
        who=who,
        open_store=store_opener(project, who, hurried=_draws),
        reopen=reopener(project),
        first=first,
        probe=probe,
        rtl=arguments.rtl,
        document=arguments.document,
        start=getattr(arguments, "start", "annotate"),
    )

    from annotator.tui.app import run as run_screen

    return run_screen(launch)


def _draws() -> bool:
    """Whether this is the thread of the screen."""
    return threading.current_thread() is threading.main_thread()


def _project(arguments: argparse.Namespace) -> Project:
    """The project; where there is none, the person is asked whether to make one."""
    place = here()
    root = find_project(arguments.project, os.environ, place)
    if root is not None and may_be_there(root / SETTINGS_FILE):
        return open_project(root)
    if not has_terminal():
        return open_project(project_root(arguments))  # says what is missing
    target = root or Path(DEFAULT_FOLDER)
    question = f"There is no project yet. Create a project in {target} from the template {DEFAULT_TEMPLATE}?"
    if not ask(question, default=True):
        raise UsageError("no project, nothing to open", hint="Name its folder with --project")
    return init_project(root or place / DEFAULT_FOLDER)


def _has_seeds(project: Project) -> bool:
    return project.seeds is not None and os.path.isdir(project.seeds)  # noqa: PTH112 - never raises


def look(project: Project, who: str, document: str | None) -> First | None:
    """A fast look at the database; None when there is none yet, or only SQLAlchemy can read it."""
    if project.database_file is None:
        return None
    from annotator.store.first import read_first

    return read_first(project.database_file, who, who, document)


def prepare(project: Project, who: str, document: str | None, writer: Writer) -> First | None:
    """Make the database where it is missing, upgrade it where it is old, import the seeds where it is empty.

    Who opens a project without people is its first manager. AccessError when WHO is not registered.
    """
    made = None
    if project.database_file is not None and not may_be_there(project.database_file):
        made = os.path.relpath(project.database_file)
    with opened(project, who, create=True) as store:
        if made is not None:
            writer.line(f"Made the database {made}")
        if project.seeds is not None and _has_seeds(project) and not store.document_count():
            seeds = Path(os.path.relpath(project.seeds.resolve()))
            from annotator.cli.importing import report
            from annotator.workflow.importing import import_files

            writer.line(f"Importing the texts in {seeds} ...")
            report(writer, import_files(store, [seeds], schema=project.schema, who=who))
    return look(project, who, document)
