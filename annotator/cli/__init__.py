"""The command line: the one place that wires store, workflow, formats and screen together."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from annotator.errors import AnnotatorError

__all__ = ["main"]

INTERRUPTED = 130  # 128 and SIGINT, as shells count
PIPE_CLOSED = 141  # 128 and SIGPIPE


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 0 for success, 1 for a problem in the data, 2 for wrong use.

    Whatever goes wrong is told in one message on standard error. An error that nobody foresaw leaves a report with
    its traceback in the user's state folder.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a stream of the tests need not have it
            stream.reconfigure(errors="backslashreplace")  # no character of a document may stop a command
    try:
        status = _run(sys.argv[1:] if argv is None else argv)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes standard output once more at exit, to nobody.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    return status


def _run(argv: Sequence[str]) -> int:
    try:
        from annotator.cli.parser import parse

        return parse(argv).run()
    except AnnotatorError as error:
        _complain(str(error))
        return error.exit_status
    except SystemExit as leaving:  # argparse leaves so, its message written
        return leaving.code if isinstance(leaving.code, int) else 2
    except KeyboardInterrupt:
        _complain("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - the last net: whatever it is, the person gets one line
        from annotator.cli.crash import write_report

        name = type(error).__name__
        _complain(f"an error that nobody foresaw ({name}); please report it with the file {write_report(error, argv)}")
        return 1


def _complain(text: str) -> None:
    from annotator.cli.output import Writer, safe

    try:
        Writer(sys.stderr).line(f"annotator: {text}")
    except AnnotatorError:  # the complaint is about how to show Arabic here
        sys.stderr.write(f"annotator: {safe(text, newlines=True)}\n")
