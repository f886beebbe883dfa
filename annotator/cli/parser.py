"""The commands and their options. Only the command that is called says what options it has: start-up time."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib import import_module
from typing import Final, NamedTuple, Protocol, cast

from annotator import __version__
from annotator.cli.paths import path


class Command(NamedTuple):
    """A sub-command: its module has `configure(parser)` and `run(arguments) -> int`."""

    name: str
    module: str
    summary: str


COMMANDS: Final = (
    Command("init", "init", "make a project"),
    Command("import", "importing", "bring texts and annotated files into the project"),
    Command("export", "export", "write a training set or another exchange format"),
    Command("formats", "formats", "list the exchange formats and what each cannot hold"),
    Command("status", "status", "show documents, layers and progress"),
    Command("people", "people", "list, register and remove people, and say what each may do"),
    Command("submit", "submit", "say that your annotations of documents are finished"),
    Command("reopen", "reopen", "let somebody go on with a document that they submitted"),
    Command("agreement", "agreement", "show how far annotators agree, and on what"),
    Command("adjudicate", "adjudicate", "decide what people differ on, and make gold of it"),
    Command("check", "check", "look for anything wrong in database, annotations and gold files"),
    Command("history", "history", "show who did what"),
    Command("backup", "backup", "copy the database, consistently"),
    Command("terminal", "terminal", "find out how Arabic reads right on this terminal"),
    Command("schema", "schema", "check or show the label schema"),
)
_OPEN: Final = "open"
_ABOUT_ONE: Final = frozenset({_OPEN, "adjudicate", "history"})
"""The commands that `--document` may stand before: they are about one document."""


class Invocation(NamedTuple):
    """A command line that was understood."""

    module: str
    arguments: argparse.Namespace

    def run(self) -> int:
        """Run the command and return its exit status."""
        return _module(self.module).run(self.arguments)


def parse(argv: Sequence[str]) -> Invocation:
    """Understand ARGV. SystemExit, with argparse's message written, for wrong use and for `--help`."""
    parser = build(set(argv))
    arguments = parser.parse_args(argv)
    if arguments.to_open is not None:
        if arguments.module not in _ABOUT_ONE:
            parser.error("--document stands before a command that would pass it over; write it behind the command")
        arguments.document = getattr(arguments, "document", None) or arguments.to_open
    return Invocation(arguments.module, arguments)


def build(wanted: set[str] | None = None) -> argparse.ArgumentParser:
    """The parser, with the options of the commands whose names are WANTED, or of all."""
    shared = common(argparse.SUPPRESS)
    parser = argparse.ArgumentParser(
        prog="annotator",
        description="Annotate Arabic text in the terminal. Without a command the project is opened on the screen.",
        epilog="'annotator COMMAND --help' shows the options of a command. Exit status: 0 success, 1 a problem in the "
        "data, 2 wrong use.",
        parents=[common(None)],
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"annotator {__version__}")
    parser.add_argument("--document", dest="to_open", metavar="ID", help="open this document")
    parser.set_defaults(module=_OPEN, document=None)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for command in COMMANDS:
        child = commands.add_parser(
            command.name,
            help=command.summary,
            description=command.summary[0].upper() + command.summary[1:] + ".",
            parents=[shared],
            allow_abbrev=False,
        )
        child.set_defaults(module=command.module)
        if wanted is None or command.name in wanted:
            _module(command.module).configure(child)
    return parser


def common(default: str | None) -> argparse.ArgumentParser:
    """Options of every command, to be a parent of its parser: they may stand before or after its name."""
    parser = argparse.ArgumentParser(add_help=False, argument_default=default)
    parser.add_argument(
        "--project",
        metavar="DIR",
        type=path,
        help="the project's folder (default: $ANNOTATOR_PROJECT, else ./corpus, else this folder)",
    )
    parser.add_argument(
        "--rtl",
        metavar="NAME",
        type=_way,
        help="how to show Arabic on this terminal; 'annotator terminal' lists the ways (default: $ANNOTATOR_RTL, else "
        "what was found out)",
    )
    parser.add_argument(
        "--as",
        dest="who",
        metavar="NAME",
        help="who is at work: the layer that is annotated (default: $ANNOTATOR_USER, else the login name)",
    )
    return parser


def _way(name: str) -> str:
    """NAME, that of a way to show Arabic. UsageError, which lists them, when there is no such way."""
    from annotator.terminal.strategies import AUTO, strategy_named

    if name and name != AUTO:
        strategy_named(name)
    return name


class _Module(Protocol):
    """What a command's module offers; `open`, which is no sub-command, has no options of its own."""

    def configure(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, arguments: argparse.Namespace) -> int: ...


def _module(name: str) -> _Module:
    return cast("_Module", import_module(f"annotator.cli.{name}"))
