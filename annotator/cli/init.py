"""`annotator init`: make a project from a template."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

from annotator.cli.output import Writer, safe
from annotator.cli.paths import path


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this command."""
    from annotator.workflow.project import DEFAULT_FOLDER, DEFAULT_TEMPLATE, templates

    parser.add_argument(
        "folder", nargs="?", metavar="DIR", type=path, help=f"where to make it (default: {DEFAULT_FOLDER})"
    )
    parser.add_argument(
        "--template",
        metavar="NAME",
        default=DEFAULT_TEMPLATE,
        help=f"what to make it from: {', '.join(templates())} (default: %(default)s)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Make the project."""
    from annotator.workflow.project import DEFAULT_FOLDER, init_project

    root = arguments.folder or arguments.project or Path(DEFAULT_FOLDER)
    project = init_project(root, arguments.template)
    writer = Writer(rtl=arguments.rtl)
    place, name = safe(str(root)), safe(shlex.quote(str(root)))
    writer.line(f"Made the project {project.settings.name} in {place}: settings, label schema and guidelines.")
    writer.line(f"Next: annotator --project {name} import FILES, or annotator --project {name} to open it.")
    return 0
