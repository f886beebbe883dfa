"""A process that looks for one query in the texts it is sent: `python -m annotator.workflow.match_worker`.

A regular expression may take longer than anybody waits, and while `re` tries, nothing else runs in its process. Here
that is no matter: whoever asked can end the process, and it gives up by itself on a text that takes too long. `re`
looks for signals every few thousand steps, so an alarm ends a match.

Both sides send records: a JSON object, and behind it texts in UTF-8 (lone surrogates as if they were letters). First
comes the query, answered with what a text must hold for it or with an error; then batches of texts, each answered with
the places found, by the number of the text in the batch, and with the numbers of the texts that were given up.
"""

from __future__ import annotations

import json
import os
import signal
import struct
import sys
from collections.abc import Sequence
from itertools import accumulate, pairwise
from types import FrameType
from typing import Any, BinaryIO, Final

from annotator.errors import UsageError
from annotator.workflow.matching import Query, find_in, needs_of

PATIENCE: Final = 2.0
"""Seconds after which a text is given up."""
PER_LETTER: Final = 2e-6
"""Seconds more for each of its code points."""
MOST_GIVEN_UP: Final = 3
"""Of one batch; behind them it is not looked into any further."""
_SIZES: Final = struct.Struct(">II")


class _TooLongError(Exception):
    pass


def send(stream: BinaryIO, record: dict[str, Any], texts: Sequence[str] = ()) -> None:
    """Write RECORD and TEXTS. OSError when nobody reads any more."""
    head = json.dumps(record | {"lengths": [len(text) for text in texts]}).encode()
    body = "".join(texts).encode("utf-8", "surrogatepass")
    stream.write(_SIZES.pack(len(head), len(body)) + head)
    stream.write(body)
    stream.flush()


def receive(stream: BinaryIO) -> tuple[dict[str, Any], list[str]] | None:
    """Read a record and its texts; None when the other side is gone."""
    sizes = stream.read(_SIZES.size)
    if len(sizes) < _SIZES.size:
        return None
    wanted = _SIZES.unpack(sizes)
    head, body = map(stream.read, wanted)
    if (len(head), len(body)) != wanted:
        return None
    record: dict[str, Any] = json.loads(head)
    text = body.decode("utf-8", "surrogatepass")
    ends = accumulate(record.pop("lengths"), initial=0)
    return record, [text[start:end] for start, end in pairwise(ends)]


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer REQUESTS until there are no more."""
    signal.signal(signal.SIGALRM, _give_up)
    first = receive(requests)
    if first is None:
        return
    query = Query(**first[0])
    try:
        send(answers, {"needs": needs_of(query)})
    except UsageError as error:
        send(answers, {"error": [error.what, error.where, error.hint]})
        return
    while (batch := receive(requests)) is not None:
        send(answers, _answer(query, batch[1]))


def _answer(query: Query, texts: list[str]) -> dict[str, Any]:
    found: dict[int, Sequence[tuple[int, int]]] = {}
    given_up: list[int] = []
    start = 0
    while start < len(texts) and len(given_up) < MOST_GIVEN_UP:
        each = find_in(texts[start:], query)
        at = start
        try:
            for at in range(start, len(texts)):
                signal.setitimer(signal.ITIMER_REAL, PATIENCE + PER_LETTER * len(texts[at]))
                if ranges := next(each):
                    found[at] = ranges
            at = len(texts)
        except (_TooLongError, MemoryError, RecursionError):
            given_up.append(at)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        start = at + 1
    return {"found": list(found.items()), "given_up": given_up}


def _give_up(_number: int, _frame: FrameType | None) -> None:
    raise _TooLongError


def main() -> None:
    """Serve the process that started this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program; it ends this one
    os.nice(5)  # whoever types comes first
    try:
        serve(sys.stdin.buffer, sys.stdout.buffer)
    except BrokenPipeError:
        os._exit(0)  # nobody waits for the rest, nor for what flushing it would say


if __name__ == "__main__":
    main()
