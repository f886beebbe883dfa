"""`annotator reopen`: let somebody go on with a document that they submitted."""

from __future__ import annotations

import argparse

from annotator.cli.context import open_project, opened, user
from annotator.cli.output import Writer


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this command."""
    parser.add_argument("document", metavar="DOCUMENT", help="which document")
    parser.add_argument("name", metavar="NAME", help="whose annotations of it")


def run(arguments: argparse.Namespace) -> int:
    """Reopen the layer. AccessError unless a reviewer or manager asks for it."""
    from annotator.workflow.ports import LayerKey
    from annotator.workflow.submission import reopen

    project = open_project(arguments)
    who = user(arguments)
    with opened(project, who) as store:
        reopen(store, LayerKey(arguments.document, arguments.name), who)
    Writer(rtl=arguments.rtl).line(f"{arguments.document}: {arguments.name} can go on")
    return 0
