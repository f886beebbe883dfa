"""Several processes for a large study, which can be ended at any moment (see `agreement_worker`).

Each reads a part of the documents from a store of its own. In this process nothing is computed: it hands on what they
send, so a screen goes on beside it. Where no process can be started, or one is ended by somebody, there is no pool,
and whoever asked does it alone.
"""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import BufferedReader
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, Self, cast

import annotator
from annotator.agreement.study import Result
from annotator.agreement.studying import Collector
from annotator.agreement.summary import Corpus
from annotator.workflow.agreement_task import AT_ONCE, Chosen, Going, Task
from annotator.workflow.agreement_worker import Part, pack, receive, send, unpack
from annotator.workflow.ports import Store

MOST_PROCESSES: Final = 4
_MOST_LENGTH: Final = 200_000
"""Code points of the documents that are handed out at once, unless one has more."""
_TICK: Final = 0.05  # seconds between two questions whether to go on


class NoProcessError(Exception):
    """There is no process to work with."""


class StoppedError(Exception):
    """Whoever waited was told to go on no more."""


class Pool:
    """Processes that work on TASK; leaving the context ends them. REOPEN opens the store in each of them.

    REOPEN can be pickled. GOING is asked again and again, with the number of documents done, while something is waited
    for; when it says False, that raises StoppedError. NoProcessError from any method when processes cannot be had.
    """

    def __init__(self, task: Task, reopen: Callable[[], Store], going: Going) -> None:
        self._task = task
        self._going = going
        self._parts: list[Sequence[bytes]] = []
        self._done = 0
        self._workers: list[_Worker] = []
        begin = pack((task, reopen))
        try:
            for _ in range(min(MOST_PROCESSES, processors())):
                self._workers.append(_Worker())
                self._workers[-1].send(begin)
        except NoProcessError:
            self._end()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def collected(self, documents: Sequence[Chosen]) -> Collector:
        """What DOCUMENTS contribute but for the measures, which `summarised` sums up."""
        collector = self._task.collector()
        collector.detach()
        portions = list(_portions(documents))
        found: dict[int, Part] = {}
        self._ask()
        for place, part in self._answers((pack(("collect", portion)) for portion in portions), ahead=2):
            found[place] = part
            self._done += len(portions[place])
            self._ask()
        for place in range(len(portions)):  # in the order of the documents, whoever was first
            collector.extend(found[place][0])
            self._parts.append(found[place][1])
        return collector

    def summarised(self, corpus: Corpus) -> list[Result]:
        """What each measure says of CORPUS, the documents that were collected."""
        measures: list[Sequence[bytes]] = list(zip(*self._parts, strict=True))
        order = sorted(range(len(measures)), key=lambda at: -sum(map(len, measures[at])))  # the longest work first
        about = pack(corpus)
        requests = (pack(("summarise", about, measures[at])) for at in order)
        found = {order[place]: result for place, result in self._answers(requests, ahead=1)}
        return [found[at] for at in range(len(measures))]

    def _answers(self, requests: Iterable[bytes], ahead: int) -> Iterator[tuple[int, Any]]:
        """What is answered to each of REQUESTS and its number, as it comes; a process is asked AHEAD at once."""
        waiting = iter(enumerate(requests))
        with selectors.DefaultSelector() as selector:
            for worker in self._workers:
                selector.register(worker.answers, selectors.EVENT_READ, worker)
            for worker in self._workers * ahead:
                worker.ask(next(waiting, None))
            while any(worker.asked for worker in self._workers):
                for key, _ in selector.select(_TICK):
                    found = key.data.answer()
                    key.data.ask(next(waiting, None))
                    yield found
                self._ask()

    def _ask(self) -> None:
        if not self._going(self._done):
            raise StoppedError

    def _end(self) -> None:
        for worker in self._workers:
            worker.end()


class _Worker:
    """One process."""

    def __init__(self) -> None:
        root = str(Path(annotator.__file__).parents[1])
        path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
        self.asked: deque[int] = deque()
        """Numbers of the requests that are not answered yet."""
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "annotator.workflow.agreement_worker"],  # -P: not what lies in this folder
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # the terminal is the screen's
                env=os.environ | {"PYTHONPATH": path},
            )
        except OSError as error:
            raise NoProcessError from error
        self._requests = cast("BinaryIO", self._process.stdin)
        self.answers = cast("BufferedReader", self._process.stdout).detach()
        """Without a buffer, into which a second answer could go, where no selector sees it."""

    def send(self, data: bytes) -> None:
        """Send what is not answered."""
        try:
            send(self._requests, data)
        except OSError as error:
            raise NoProcessError from error

    def ask(self, request: tuple[int, bytes] | None) -> None:
        """Send a request, if there is one."""
        if request is not None:
            self.send(request[1])
            self.asked.append(request[0])

    def answer(self) -> tuple[int, Any]:
        """The oldest request's number, and what is answered."""
        data = receive(self.answers)
        if data is None or not self.asked:
            raise NoProcessError
        return self.asked.popleft(), unpack(data)

    def end(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._process.wait()
        for stream in (self._requests, self.answers):
            try:
                stream.close()
            except OSError:  # what was not sent yet
                continue


def _portions(documents: Sequence[Chosen]) -> Iterator[Sequence[Chosen]]:
    """DOCUMENTS in portions that take about as long as each other; at least one, if an empty one."""
    first = length = 0
    for at, document in enumerate(documents):
        if at > first and (at - first == AT_ONCE or length + document.length > _MOST_LENGTH):
            yield documents[first:at]
            first, length = at, 0
        length += document.length
    yield documents[first:]


def processors() -> int:
    """How many processors this program may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
