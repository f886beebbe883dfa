"""Several processes for a large study: each reads a part of the documents from a store of its own.

Where no process can be started, or one is ended by somebody, there is no pool, and whoever asked does it alone.
"""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from types import TracebackType
from typing import Any, Final, Self

from annotator.agreement.studying import Collector
from annotator.workflow.agreement_task import AT_ONCE, Chosen, Going, Task
from annotator.workflow.ports import Store

MOST_PROCESSES: Final = 4


class NoProcessError(Exception):
    """There is no process to work with."""


class Pool:
    """Processes that work on TASK; leaving the context ends them. REOPEN opens the store in each of them.

    NoProcessError from any method when they cannot be had.
    """

    def __init__(self, task: Task, reopen: Callable[[], Store]) -> None:
        self._task = task
        processes = min(MOST_PROCESSES, _processors())
        if processes < 2:
            raise NoProcessError
        # Not forked: the program may have threads, and a connection that must not be shared.
        self._executor = ProcessPoolExecutor(processes, get_context("spawn"), _start, (task, reopen))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._executor.shutdown(cancel_futures=True)

    def collected(self, documents: Sequence[Chosen], going: Going) -> Collector:
        """As `Task.collected`, GOING being asked after each portion."""
        parts = [documents[first : first + AT_ONCE] for first in range(0, len(documents), AT_ONCE)]
        collector = self._task.collector()
        done = 0
        for part, found in zip(parts, self.map(_collected, parts), strict=True):
            if not going(done):
                break
            collector.extend(found)
            done += len(part)
        return collector

    def map(self, function: Callable[..., Any], *items: Iterable[Any]) -> Iterable[Any]:
        """As the function `map`: results in order, FUNCTION called in the processes."""
        try:
            yield from self._executor.map(function, *items)
        except (BrokenProcessPool, OSError) as error:
            raise NoProcessError from error


_here: dict[str, Any] = {}
"""What a process works on."""


def _start(task: Task, reopen: Callable[[], Store]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started the process is told, and ends it
    gc.disable()  # values without cycles, made by the hundred thousand
    _here.update(task=task, store=reopen())


def _collected(documents: Sequence[Chosen]) -> Collector:
    task: Task = _here["task"]
    return task.collected(_here["store"], documents)


def _processors() -> int:
    """How many processors this program may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
