"""A process that looks for one query after the other in texts it is sent: `python -m annotator.workflow.match_worker`.

A regular expression may take longer than anybody waits, and while `re` tries, nothing else runs in its process. Here
that is no matter: whoever asked can end the process, and it gives up by itself on a text that takes too long. `re`
looks for signals every few thousand steps, so an alarm ends a match.

Both sides send records: a JSON object, and behind it texts in UTF-8 (lone surrogates as if they were letters). A
record with a `query` is answered with what a text must hold for it, or with an error. Others are batches for the last
query: each is answered with the places found, by the number of the text in the batch, and with the numbers of the
texts that were given up. A batch may be named: its texts are then kept, folded, and sent no more.
"""

from __future__ import annotations

import json
import os
import signal
import struct
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from types import FrameType
from typing import Any, BinaryIO, Final

from annotator.errors import UsageError
from annotator.text.normalise import DEFAULT, Folded, FoldedPart, FoldOptions, fold_each
from annotator.workflow.matching import Query, Ranges, find_in, needs_of

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


class Batch:
    """Texts, and their folding by default once it was asked for; what is kept is one copy of both."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts: Sequence[str] | None = texts
        self._lengths = [len(text) for text in texts]
        self._folded: list[Folded | FoldedPart] = []

    def __len__(self) -> int:
        return len(self._lengths)

    @property
    def lengths(self) -> Sequence[int]:
        """Of each text, in code points."""
        return self._lengths

    def find(self, query: Query, start: int) -> Iterator[Ranges]:
        """The places of QUERY in the texts from number START on. Errors are those of `find_in`."""

        def fold_all(texts: Sequence[str], options: FoldOptions) -> Iterable[Folded | FoldedPart]:
            if options != DEFAULT:
                return fold_each(texts, options)
            if not self._folded:
                self._folded = list(fold_each(self._all()))
            return self._folded[start:]

        return find_in(self._all()[start:], query, fold_all)

    def shrink(self) -> None:
        """Let go of what can be had again."""
        if self._folded:
            self._texts = None

    def _all(self) -> Sequence[str]:
        if self._texts is None:
            pairs = zip(self._folded, self._lengths, strict=True)
            self._texts = [
                part.source if isinstance(part, Folded) else part.whole.source[part.start : part.start + length]
                for part, length in pairs
            ]
        return self._texts


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer REQUESTS until there are no more."""
    signal.signal(signal.SIGALRM, _give_up)
    query = Query()
    kept: dict[int, Batch] = {}
    while (received := receive(requests)) is not None:
        record, texts = received
        if "query" in record:
            query = Query(**record["query"])
            send(answers, _needs(query))
            continue
        name: int | None = record.get("batch")
        batch = kept[name] if name in kept and not texts else Batch(texts)
        send(answers, _answer(query, batch))
        if name is not None:
            kept[name] = batch
            batch.shrink()


def _needs(query: Query) -> dict[str, Any]:
    try:
        return {"needs": needs_of(query)}
    except UsageError as error:
        return {"error": [error.what, error.where, error.hint]}


def _answer(query: Query, batch: Batch) -> dict[str, Any]:
    found: dict[int, Ranges] = {}
    given_up: list[int] = []
    start = 0
    while start < len(batch) and len(given_up) < MOST_GIVEN_UP:
        each = batch.find(query, start)
        at = start
        try:
            for at in range(start, len(batch)):
                signal.setitimer(signal.ITIMER_REAL, PATIENCE + PER_LETTER * batch.lengths[at])
                if ranges := next(each):
                    found[at] = ranges
            at = len(batch)
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
