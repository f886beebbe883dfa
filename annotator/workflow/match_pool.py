"""Looking for one query in many texts with processes that can be ended at any moment (see `match_worker`)."""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, Self, cast

import annotator
from annotator.errors import AnnotatorError, UsageError
from annotator.text.literals import Needs
from annotator.workflow.match_worker import receive, send
from annotator.workflow.matching import Query, Ranges

MOST_PROCESSES: Final = 3
_TICK: Final = 0.05  # seconds between two questions whether to go on
_SILENCE: Final = 60.0
"""Seconds after which a process that gives no answer, though it gives up by itself long before, is ended."""


class StoppedError(Exception):
    """Whoever waited was told to go on no more."""


class MatchPool:
    """Looks for QUERY in batches of texts, a batch in each process; answers come in the order of the batches.

    GOING is asked again and again while something is waited for; when it says False, that raises StoppedError.
    Leaving the context ends all processes, whatever they do.
    """

    def __init__(self, query: Query, going: Callable[[], bool]) -> None:
        self._query = query
        self._going = going
        self._workers: list[_Worker] = []
        self._asked: deque[_Worker] = deque()
        self._idle: deque[_Worker] = deque()
        self._most = min(MOST_PROCESSES, _processors())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._workers:
            worker.end()

    def needs(self) -> Needs:
        """What a folded text must hold for the query to be there. UsageError for an expression that is none."""
        worker = self._start()
        self._idle.append(worker)
        return tuple(tuple(group) for group in worker.needs)

    @property
    def is_full(self) -> bool:
        """Whether an answer must be taken before another batch is put."""
        return len(self._asked) == self._most

    @property
    def is_waiting(self) -> bool:
        """Whether there is an answer to take."""
        return bool(self._asked)

    def put(self, texts: Sequence[str]) -> None:
        """Begin to look into TEXTS; only while the pool is not full."""
        worker = self._idle.popleft() if self._idle else self._start()
        worker.ask({}, texts)
        self._asked.append(worker)

    def take(self) -> tuple[dict[int, Ranges], list[int]]:
        """The oldest batch: the places by the number of the text in it, and the texts that took too long."""
        worker = self._asked.popleft()
        answer = worker.answer(self._going)
        self._idle.append(worker)
        found: dict[int, Ranges] = {at: [(start, end) for start, end in ranges] for at, ranges in answer["found"]}
        return found, answer["given_up"]

    def _start(self) -> _Worker:
        worker = _Worker()
        self._workers.append(worker)
        worker.ask(asdict(self._query))
        answer = worker.answer(self._going)
        if "error" in answer:
            what, where, hint = answer["error"]
            raise UsageError(what, where=where, hint=hint)
        worker.needs = answer["needs"]
        return worker


class _Worker:
    """One process."""

    def __init__(self) -> None:
        """AnnotatorError where no process can be started."""
        root = str(Path(annotator.__file__).parents[1])
        path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
        self.needs: list[list[str]] = []
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "annotator.workflow.match_worker"],  # -P: not what lies in this folder
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # the terminal is the screen's
                env=os.environ | {"PYTHONPATH": path},
            )
        except OSError as error:
            raise AnnotatorError(f"no process to search with could be started: {error.strerror}") from error
        self._in = cast("BinaryIO", self._process.stdin)
        self._out = cast("BinaryIO", self._process.stdout)

    def ask(self, record: dict[str, Any], texts: Sequence[str] = ()) -> None:
        """Send a request; one at a time."""
        try:
            send(self._in, record, texts)
        except OSError as error:
            raise _gone() from error

    def answer(self, going: Callable[[], bool]) -> dict[str, Any]:
        """Wait for the answer as long as GOING says so."""
        latest = time.monotonic() + _SILENCE
        with selectors.DefaultSelector() as selector:
            selector.register(self._out, selectors.EVENT_READ)
            while not selector.select(_TICK):
                if not going():
                    raise StoppedError
                if time.monotonic() > latest:
                    raise _gone()
        received = receive(self._out)
        if received is None:
            raise _gone()
        return received[0]

    def end(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        for stream in (self._in, self._out):
            try:
                stream.close()
            except OSError:  # what was not sent yet
                continue


def _gone() -> AnnotatorError:
    return AnnotatorError("the process that searches does not answer", hint="Search again")


def _processors() -> int:
    """How many processors this program may use, but for the one that reads the texts."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, usable - 1)
