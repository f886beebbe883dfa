"""Looking for queries in many texts with processes that can be ended at any moment (see `match_worker`)."""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, Self, cast

import annotator
from annotator.errors import AnnotatorError, UsageError
from annotator.text.literals import Needs
from annotator.workflow.match_worker import receive, send
from annotator.workflow.matching import Query, Ranges

MOST_PROCESSES: Final = 3
MOST_KEPT: Final = 40_000_000
"""Code points of texts that the processes of a crew keep, all together; six bytes each."""
IDLE: Final = 600.0
"""Seconds after which a crew that nobody needs goes."""
_SOON: Final = 0.2  # seconds to wait for a process that ends its last task
_TICK: Final = 0.05  # seconds between two questions whether to go on
_SILENCE: Final = 60.0
"""Seconds after which a process that gives no answer, though it gives up by itself long before, is ended."""


class StoppedError(Exception):
    """Whoever waited was told to go on no more."""


@dataclass(frozen=True, slots=True)
class Kept:
    """All documents behind the number `after` up to `last`, `count` of them, which a process may have from before."""

    after: int
    last: int
    count: int


class Crew:
    """Processes that wait for the next search of one database, with what they keep of its texts. Any thread may call.

    Of texts in the order in which they were added, up to MOST_KEPT code points are kept: texts never change, and none
    is taken away. When no search has come for IDLE seconds all of it goes.
    """

    def __init__(self) -> None:
        self.pages: dict[int, Kept] = {}
        """What was kept at some time, by the number it is behind."""
        self._waiting: list[_Worker] = []
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def hire(self) -> list[_Worker]:
        """The processes there are; another search at the same time finds none."""
        with self._lock:
            workers, self._waiting = self._waiting, []
            if self._timer is not None:
                self._timer.cancel()
        return workers

    def rest(self, workers: Iterable[_Worker]) -> None:
        """WORKERS wait for the next search; those that are too many end."""
        with self._lock:
            self._waiting += workers
            spare, self._waiting = self._waiting[MOST_PROCESSES:], self._waiting[:MOST_PROCESSES]
            if self._timer is not None:
                self._timer.cancel()
            self._timer = threading.Timer(IDLE, self.close)
            self._timer.daemon = True
            self._timer.start()
        for worker in spare:
            worker.end()

    def close(self) -> None:
        """End the processes and forget the texts; a search that goes on is no matter."""
        for worker in self.hire():
            worker.end()
        self.pages.clear()


class MatchPool:
    """Looks for QUERY in batches of texts, a batch in each process; answers come in the order of the batches.

    GOING is asked again and again while something is waited for; when it says False, that raises StoppedError.
    Leaving the context ends all processes, whatever they do; but those of a CREW that have nothing to do go back to it.
    """

    def __init__(self, query: Query, going: Callable[[], bool], crew: Crew | None = None) -> None:
        self._query = query
        self._going = going
        self._crew = crew
        self._spare: deque[_Worker] = deque(crew.hire() if crew is not None else ())
        self._workers: list[_Worker] = list(self._spare)
        self._asked: deque[_Worker] = deque()
        self._idle: deque[_Worker] = deque()
        self._most = min(MOST_PROCESSES, _processors())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        stopped = kind is not None and not issubclass(kind, GeneratorExit)
        staying = [] if self._crew is None else [w for w in self._workers if not (w.broken or (stopped and w.asked))]
        for worker in self._workers:
            if worker not in staying:
                worker.end()
        if self._crew is not None:
            self._crew.rest(staying)

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

    def put(self, texts: Sequence[str] | Callable[[], Sequence[str]], kept: Kept | None = None) -> None:
        """Begin to look into TEXTS; only while the pool is not full. A process may have them already, as KEPT."""
        while len(self._idle) + len(self._asked) < self._most and self._spare:
            self._idle.append(self._start())
        worker = self._choose(kept)
        if kept is not None and worker.kept.get(kept.after) == kept:
            worker.ask({"batch": kept.after})
        else:
            sent = texts() if callable(texts) else texts
            length = sum(map(len, sent))
            if kept is not None and self._crew is not None and worker.length + length <= MOST_KEPT // MOST_PROCESSES:
                worker.kept[kept.after] = kept
                worker.length += length
                self._crew.pages[kept.after] = kept
                worker.ask({"batch": kept.after}, sent)
            else:
                worker.ask({}, sent)
        self._asked.append(worker)

    def _choose(self, kept: Kept | None) -> _Worker:
        if not self._idle:
            return self._start()
        holds = (worker for worker in self._idle if kept is not None and worker.kept.get(kept.after) == kept)
        worker = next(holds, self._idle[0])
        self._idle.remove(worker)
        return worker

    def take(self) -> tuple[dict[int, Ranges], list[int]]:
        """The oldest batch: the places by the number of the text in it, and the texts that took too long."""
        worker = self._asked.popleft()
        answer = worker.answer(self._going)
        self._idle.append(worker)
        found: dict[int, Ranges] = {at: [(start, end) for start, end in ranges] for at, ranges in answer["found"]}
        return found, answer["given_up"]

    def _start(self) -> _Worker:
        worker = self._waiting() or _Worker()
        if worker not in self._workers:
            self._workers.append(worker)
        worker.ask({"query": asdict(self._query)})
        answer = worker.answer(self._going)
        if "error" in answer:
            what, where, hint = answer["error"]
            raise UsageError(what, where=where, hint=hint)
        worker.needs = answer["needs"]
        return worker

    def _waiting(self) -> _Worker | None:
        """One of the crew that answers at once, or soon: nobody waits for what it still does for another search."""
        while self._spare:
            worker = self._spare.popleft()
            if worker.is_ready(_SOON):
                return worker
            self._workers.remove(worker)
            worker.end()
        return None


class _Worker:
    """One process."""

    def __init__(self) -> None:
        """AnnotatorError where no process can be started."""
        root = str(Path(annotator.__file__).parents[1])
        path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
        self.needs: list[list[str]] = []
        self.kept: dict[int, Kept] = {}
        """What it has of the texts, by the number it is behind; `length` is that in code points."""
        self.length = 0
        self.asked = self.broken = False
        """Whether it owes an answer; and whether it gives none any more."""
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
        self.asked = True
        try:
            send(self._in, record, texts)
        except OSError as error:
            self.broken = True
            raise _gone() from error

    def answer(self, going: Callable[[], bool]) -> dict[str, Any]:
        """Wait for the answer as long as GOING says so."""
        latest = time.monotonic() + _SILENCE
        while not self._has_answer(_TICK):
            if not going():
                raise StoppedError
            if time.monotonic() > latest:
                self.broken = True
                raise _gone()
        received = receive(self._out)
        if received is None:
            self.broken = True
            raise _gone()
        self.asked = False
        return received[0]

    def is_ready(self, patience: float) -> bool:
        """Whether a question is answered next; waits at most PATIENCE seconds for an answer nobody wants any more."""
        if self._process.poll() is not None:
            return False
        if self.asked and self._has_answer(patience):
            self.asked = receive(self._out) is None
        return not self.asked

    def _has_answer(self, patience: float) -> bool:
        with selectors.DefaultSelector() as selector:
            selector.register(self._out, selectors.EVENT_READ)
            return bool(selector.select(patience))

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
