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
    _have_streams()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a stream of the tests need not have it
            stream.reconfigure(errors="backslashreplace")  # no character of a document may stop a command
    status = 0
    try:
        status = _run(sys.argv[1:] if argv is None else argv)
        sys.stdout.flush()
    except BrokenPipeError:
        _drop_output()
        return PIPE_CLOSED
    except OSError as error:  # a full disk behind a redirection
        _drop_output()
        if not status:
            from annotator.workflow.files import unwritable

            _complain(str(unwritable(error, "standard output")))
        return status or 1
    return status


def _have_streams() -> None:
    """Who closed a standard stream wants nothing of it; what is opened later must not take its number."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w"))  # noqa: PTH123, SIM115 - stays open


def _drop_output() -> None:
    """Python flushes standard output once more at exit: to nobody."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(argv: Sequence[str]) -> int:
    try:
        from annotator.cli.parser import parse

        return parse(argv).run()
    except AnnotatorError as error:
        _complain(str(error))
        return error.exit_status
    except SystemExit as leaving:  # argparse leaves so, its message written
        return leaving.code if isinstance(leaving.code, int) else 2
    except KeyboardInterrupt as stopped:
        _complain(str(stopped) or "interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - the last net: whatever it is, the person gets one line
        if isinstance(error, OSError):
            from annotator.workflow.files import refused

            if (known := refused(error)) is not None:
                _complain(str(known))
                return known.exit_status
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
