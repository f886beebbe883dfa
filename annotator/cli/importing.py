"""`annotator import`: bring texts and annotated files into the project."""

from __future__ import annotations

import argparse
import contextlib
import signal
from typing import TYPE_CHECKING, Self

from annotator.cli.context import open_project, opened, user
from annotator.cli.output import ProgressLine, Writer, count, safe
from annotator.cli.paths import path
from annotator.errors import StoreError

if TYPE_CHECKING:
    from types import FrameType

    from annotator.workflow.importing import ImportOutcome
    from annotator.workflow.ports import Store

_STOPPED = "interrupted; what is in stays, import again to add the rest"
_ALL_IN = "interrupted; every file is in"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this command."""
    from annotator.formats import FORMATS

    readable = ", ".join(info.name for info in FORMATS.values() if info.reads)
    parser.add_argument(
        "paths",
        nargs="+",
        metavar="PATH",
        type=path,
        help="a text, a file with annotations, or a folder of them (hidden files are passed over, and without "
        "--format those with an ending of no format)",
    )
    parser.add_argument(
        "--encoding", metavar="NAME", help="encoding of the texts (default: UTF-8, or what a byte order mark says)"
    )
    parser.add_argument(
        "--format",
        metavar="NAME",
        help=f"read every file in this exchange format: {readable} (default: by the file's ending, others are text)",
    )
    parser.add_argument(
        "--duplicates",
        choices=("skip", "add"),
        default="skip",
        help="what to do with a text that is there already: skip it, or add it again (default: %(default)s)",
    )
    parser.add_argument("--json", action="store_true", help="report in JSON")


def run(arguments: argparse.Namespace) -> int:
    """Import the files."""
    from annotator.workflow.importing import import_files

    project = open_project(arguments)
    who = user(arguments)
    with opened(project, who, create=True) as store:
        with _Stoppable("Importing") as progress:
            outcome = import_files(
                store,
                arguments.paths,
                encoding=arguments.encoding,
                format=arguments.format,
                schema=project.schema,
                who=who,
                progress=progress,
                on_duplicate=arguments.duplicates,
            )
        tell(arguments, outcome)
        if outcome.cancelled:
            raise KeyboardInterrupt(_STOPPED)
        if progress.asked:
            raise KeyboardInterrupt(_ALL_IN)
        if outcome.added:
            index(store)
    return 1 if outcome.failed else 0


class _Stoppable(ProgressLine):
    """An interrupt lets the file at hand be finished and what was read be stored; the next one stops at once."""

    asked = False
    """Whether an interrupt has come."""
    _listens = False

    def __enter__(self) -> Self:
        # Who starts a program with interrupts ignored wants them ignored.
        self._listens = signal.getsignal(signal.SIGINT) is signal.default_int_handler
        if self._listens:
            signal.signal(signal.SIGINT, self._ask)
        return self

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True
        signal.signal(signal.SIGINT, signal.default_int_handler)

    def __call__(self, done: int, total: int) -> bool:
        """Show DONE of TOTAL, not too often. False: stop here."""
        return super().__call__(done, total) and not self.asked

    def __exit__(self, *stopped: object) -> None:
        if self._listens:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        super().__exit__(*stopped)


def index(store: Store) -> None:
    """Make the index for searches. It may take longer than the import; stopped, it goes on another time."""
    with contextlib.suppress(StoreError, KeyboardInterrupt), ProgressLine("Indexing for searches") as progress:
        store.index_texts(progress)


def tell(arguments: argparse.Namespace, outcome: ImportOutcome) -> None:
    """Report OUTCOME as was asked for."""
    if arguments.json:
        value = {
            "added": [{"path": name, "id": id} for name, id in outcome.added],
            "skipped": [{"path": name, "reason": reason} for name, reason in outcome.skipped],
            "failed": [{"path": name, "message": message} for name, message in outcome.failed],
            "remarks": [{"path": name, "text": text} for name, text in outcome.remarks],
            "passed_over": outcome.passed_over,
        }
        Writer().json(value)
    else:
        report(Writer(rtl=arguments.rtl), outcome)


def report(writer: Writer, outcome: ImportOutcome) -> None:
    """A line for each file, failures on standard error, and a sum."""
    from annotator.workflow.sources import endings

    for name, id in outcome.added:
        writer.line(f"{safe(name)}: imported as {id}")
    for name, reason in outcome.skipped:
        writer.line(f"{safe(name)}: skipped, {reason}")
    for name, text in outcome.remarks:
        writer.line(f"{safe(name)}: {safe(text)}")
    if outcome.passed_over:
        writer.line(f"{count(len(outcome.passed_over), 'file')} passed over ({safe(endings(outcome.passed_over))})")
    files = len({name for name, _ in outcome.added})
    as_documents = f" as {count(len(outcome.added), 'document')}" if files < len(outcome.added) else ""
    others = f"{len(outcome.skipped):,} skipped, {len(outcome.failed):,} failed"
    writer.line(f"{count(files, 'file')} imported{as_documents}, {others}")
    if outcome.failed:
        import sys

        writer.stream.flush()
        errors = Writer(sys.stderr, writer.rtl)
        for name, message in outcome.failed:
            errors.line(f"annotator: {safe(name)}: {message}")
