"""A process that works on one study: `python -m annotator.workflow.agreement_worker`.

Both sides send messages: a length, and behind it a pickled value. Nobody but the process that started this one can
write to its standard input. First come the task and a function that opens the store; then calls, each answered with
what it returns, until there are no more. A call that fails ends the process: whoever asked finds out why by themselves.

What documents contribute to a measure is handed back as it was pickled, and comes again in the same form to be summed
up, so that whoever asked has nothing to do but hand it on.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import struct
import sys
from collections.abc import Callable, Sequence
from io import BufferedIOBase, BufferedReader, RawIOBase
from queue import SimpleQueue
from threading import Thread
from typing import Any, BinaryIO, Final, TypeAlias

from annotator.agreement.study import Result
from annotator.agreement.studying import Collector
from annotator.agreement.summary import Corpus, summarise
from annotator.workflow.agreement_task import Chosen, Task
from annotator.workflow.ports import Store

_SIZE: Final = struct.Struct(">Q")

Part: TypeAlias = tuple[Collector, Sequence[bytes]]
"""What some documents contribute: all but the measures, and each measure, pickled."""


def pack(value: Any) -> bytes:
    """VALUE as it is sent."""
    return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


def unpack(data: bytes | bytearray) -> Any:
    """What `pack` made DATA of, in a process of this very program."""
    return pickle.loads(data)  # noqa: S301 - from a pipe between a process and its child


def send(stream: BinaryIO, data: bytes) -> None:
    """Write DATA. OSError when nobody reads any more."""
    stream.write(_SIZE.pack(len(data)))
    stream.write(data)
    stream.flush()


def receive(stream: BufferedIOBase | RawIOBase) -> bytearray | None:
    """Read what was sent, and nothing behind it where STREAM has no buffer; None when the other side is gone."""
    head = _read(stream, _SIZE.size)
    return None if head is None else _read(stream, *_SIZE.unpack(head))


def _read(stream: BufferedIOBase | RawIOBase, size: int) -> bytearray | None:
    data = bytearray(size)
    view, there = memoryview(data), 0
    while there < size:
        more = stream.readinto(view[there:])
        if not more:
            return None
        there += more
    return data


class Desk:
    """What a process works on, and what it can be called for."""

    def __init__(self, task: Task, store: Store) -> None:
        self._task = task
        self._store = store
        self._corpus: tuple[bytes, Corpus] | None = None

    def collect(self, documents: Sequence[Chosen]) -> Part:
        """What DOCUMENTS contribute."""
        collector = self._task.collected(self._store, documents)
        return collector, [pack(measure) for measure in collector.detach()]

    def summarise(self, corpus: bytes, parts: Sequence[bytes]) -> Result:
        """Everything that one measure says of the pickled CORPUS; PARTS are what documents contribute, in order."""
        if self._corpus is None or self._corpus[0] != corpus:
            self._corpus = corpus, unpack(corpus)
        whole, *others = map(unpack, parts)
        for other in others:
            whole.extend(other)
        return summarise(whole, self._corpus[1])


def serve(next_request: Callable[[], bytes | bytearray | None], answers: BinaryIO) -> None:
    """Answer the requests that NEXT_REQUEST gives, until it gives None."""
    first = next_request()
    if first is None:
        return
    task, reopen = unpack(first)
    store: Store = reopen()
    try:
        desk = Desk(task, store)
        while (request := next_request()) is not None:
            name, *given = unpack(request)
            send(answers, pack(getattr(desk, name)(*given)))
    finally:
        store.close()


def _listen(requests: BufferedReader, given: SimpleQueue[bytearray | None]) -> None:
    """Take requests as they come, and end the process, whatever it does, once there is nobody to send any more."""
    while (request := receive(requests)) is not None:
        given.put(request)
    os._exit(0)


def main() -> None:
    """Serve the process that started this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program; it ends this one
    gc.disable()  # values without cycles, made by the hundred thousand
    answers, sys.stdout = sys.stdout.buffer, sys.stderr  # what a library prints is no answer
    given: SimpleQueue[bytearray | None] = SimpleQueue()
    Thread(target=_listen, args=(sys.stdin.buffer, given), name="requests", daemon=True).start()
    try:
        serve(given.get, answers)
    except BrokenPipeError:
        os._exit(0)  # nobody waits for the rest, nor for what flushing it would say
    except BaseException:  # noqa: BLE001 - whoever asked does it alone, and is told there
        os._exit(1)  # not joining the thread that reads


if __name__ == "__main__":
    main()
