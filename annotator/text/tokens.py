"""Words and sentences of Arabic text as ranges of offsets.

A *token* is what an annotator points at with one key: a word with its clitics (``لأورينت`` is one), a number, an
address, a mark of punctuation, an emoji. Tokens hold no white space, never overlap, and every other code point belongs
to exactly one of them. A *chunk* is a longest run without white space; no rule looks past it, so a screen tokenises
the chunks it shows and gets what the whole text would give. A chunk of more than `PIECE` code points is tokenised in
pieces of that length, which bounds the work of a key in a text without a single space.

The rules (`annotator.text.token_rules`) extend UAX #29 (word boundaries) by what news text needs.

A *sentence* ends at a run of ``. ! ? ؟ ۔ …`` (three points or more; two are a pause in headlines), with the quotation
marks and brackets that close behind it, and at every paragraph break, so a headline is a sentence. A full stop inside a
token (decimals, addresses, ``د.``, ``U.S.``), after a list number or alone in brackets ends nothing.

All offsets count code points; ranges are half-open.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING

from annotator.text.token_rules import FORMAT, LINE_BREAKS, PARAGRAPH_BREAKS, RIDER, SPACES, TOKEN, WORD

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = [
    "PIECE",
    "paragraph_at",
    "sentence_at",
    "sentences",
    "space_end",
    "space_start",
    "token_after",
    "token_at",
    "token_before",
    "tokens",
    "tokens_between",
]

PIECE = 1024
"""Code points of a chunk that are tokenised together; longer chunks are cut before the next cluster."""

_SPACE = re.compile(f"[{SPACES}]")
_NOT_SPACE = re.compile(f"[^{SPACES}]")
_CHUNK = re.compile(f"[^{SPACES}]+")
_RIDERS = re.compile(f"{RIDER}*+")


def tokens(text: str) -> Sequence[tuple[int, int]]:
    """Give the `(start, end)` offsets of every token, ascending. Linear; about 0.1 µs per code point."""
    if max(map(len, text.split()), default=0) <= PIECE:
        return [match.span() for match in TOKEN.finditer(text)]
    found: list[tuple[int, int]] = []
    for chunk in _CHUNK.finditer(text):
        for start, end in _pieces(text, *chunk.span()):
            found += _piece_tokens(text, start, end)
    return found


def tokens_between(text: str, start: int, end: int) -> Sequence[tuple[int, int]]:
    """Give the tokens that share a code point with `[start, end)`, whole, reading only the chunks they are in."""
    start, end = max(start, 0), min(end, len(text))
    found: list[tuple[int, int]] = []
    piece_end = chunk = -1
    while start < end:
        first = _NOT_SPACE.search(text, start, end)
        if first is None:
            break
        if first.start() != piece_end:
            chunk = _chunk_start(text, first.start())
        piece_start, piece_end = _piece_at(text, first.start(), chunk)
        found += [span for span in _piece_tokens(text, piece_start, piece_end) if span[1] > start and span[0] < end]
        start = piece_end
    return found


def token_at(text: str, offset: int) -> tuple[int, int] | None:
    """Give the token that holds the code point at `offset`; None on white space and outside the text."""
    if not 0 <= offset < len(text) or text[offset].isspace():
        return None
    spans = _piece_tokens(text, *_piece_at(text, offset))
    return spans[bisect_right(spans, offset, key=_start) - 1]


def token_after(text: str, offset: int) -> tuple[int, int] | None:
    """Give the first token that starts at or after `offset`; None when there is none."""
    offset = max(offset, 0)
    here = token_at(text, offset)
    if here is not None and here[0] < offset:
        offset = here[1]
    return token_at(text, space_end(text, offset))


def token_before(text: str, offset: int) -> tuple[int, int] | None:
    """Give the last token that ends at or before `offset`; None when there is none."""
    offset = space_start(text, min(offset, len(text)))
    here = token_at(text, offset - 1)
    if here is not None and here[1] > offset:
        here = token_at(text, space_start(text, here[0]) - 1)
    return here


def space_start(text: str, offset: int) -> int:
    """Give where the white space before `offset` starts: `offset` when there is none, 0 when there is nothing else."""
    size = 64
    while offset > 0:
        block = text[max(0, offset - size) : offset]
        kept = len(block.rstrip())
        offset -= len(block) - kept
        if kept:
            return offset
        size *= 4
    return 0


def space_end(text: str, offset: int) -> int:
    """Give the offset of the first code point from `offset` on that is no white space; without one, the length."""
    found = _NOT_SPACE.search(text, offset)
    return found.start() if found else len(text)


def _start(span: tuple[int, int]) -> int:
    return span[0]


def _piece_tokens(text: str, start: int, end: int) -> list[tuple[int, int]]:
    return [match.span() for match in TOKEN.finditer(text, start, end)]


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut the chunk `[start, end)`: at every `PIECE` code points, before the next one that starts a cluster."""
    cut = start
    target = start + PIECE
    while target < end:
        target_end = _riders_end(text, target, end)
        yield cut, target_end
        cut = target_end
        target += -(-(cut + 1 - target) // PIECE) * PIECE
    if cut < end:
        yield cut, end


def _piece_at(text: str, offset: int, chunk: int | None = None) -> tuple[int, int]:
    """Give the piece around the code point at `offset`, which is no white space, as `_pieces` would cut it.

    `chunk` is where its chunk starts, when that is known.
    """
    if chunk is None:
        chunk = _chunk_start(text, offset)
    start = offset - (offset - chunk) % PIECE
    target = start + PIECE
    # A cut that falls among riders moves behind them, so the piece around a rider may begin some targets earlier.
    if start > chunk and _riders_end(text, start, offset + 1) > offset:
        target = start
        start -= PIECE
        while start > chunk and _riders_end(text, start, start + PIECE) == start + PIECE:
            start -= PIECE
    space = _SPACE.search(text, offset, target)
    end = space.start() if space else _riders_end(text, min(target, len(text)), len(text))
    return (start if start == chunk else _riders_end(text, start, end)), end


def _riders_end(text: str, start: int, end: int) -> int:
    match = _RIDERS.match(text, start, end)
    return match.end() if match else start


def _chunk_start(text: str, offset: int) -> int:
    """Find where the chunk of the code point at `offset` starts, reading backwards in growing blocks."""
    size = 64
    while offset > 0:
        block = text[max(0, offset - size) : offset]
        if block[-1].isspace():
            return offset
        tail = block.rsplit(None, 1)[-1]
        offset -= len(tail)
        if len(tail) < len(block):
            return offset
        size *= 4
    return 0


_STOPS = ".!?؟۔…！？。"
_STOP = re.compile(f"(?P<run>[{_STOPS}]++){RIDER}*+|[{LINE_BREAKS}]")
# A closing mark that stands off must not lean on the word behind it; neither may a quotation mark without a direction.
_CLOSING = re.compile(
    f"[»›”’)\\]}}﴾]{RIDER}*+|[\"']{RIDER}*+(?!{WORD})|[^\\S{LINE_BREAKS}]++[»›”’)\\]}}﴾]{RIDER}*+(?!{WORD})"
)
_GOES_ON = re.compile(f"[^\\S{LINE_BREAKS}]*+[،,؛;:]")
_LIST_NUMBER = re.compile(f"[(\\[]?\\d{{1,3}}{RIDER}*+")
_OPENING, _CLOSED = frozenset("([{"), frozenset(")]}")
_RUN = re.compile(f"[{_STOPS}]++")
_FORMATS = re.compile(f"[{FORMAT}]*+")


def sentences(text: str) -> Sequence[tuple[int, int]]:
    """Give the `(start, end)` offsets of every sentence, ascending, without the white space around it.

    No sentence cuts a token or crosses a paragraph break, and every token is in exactly one sentence. Linear.
    """
    reader = _Reader(text)
    found: list[tuple[int, int]] = []
    first = _NOT_SPACE.search(text)
    while first is not None:
        start = first.start()
        found.append((start, _sentence_end(reader, start)))
        first = _NOT_SPACE.search(text, found[-1][1])
    return found


def sentence_at(text: str, offset: int) -> tuple[int, int] | None:
    """Give the sentence that holds the code point at `offset`; None between two sentences and outside the text.

    Reads one paragraph only, and keeps the last few paragraphs' sentences.
    """
    if not 0 <= offset < len(text):
        return None
    start, end = paragraph_at(text, offset)
    spans = _paragraph_sentences(text[start:end])
    index = bisect_right(spans, offset - start, key=_start) - 1
    if index < 0 or spans[index][1] <= offset - start:
        return None
    return start + spans[index][0], start + spans[index][1]


def paragraph_at(text: str, offset: int) -> tuple[int, int]:
    """Give the paragraph of the code point at `offset`, without its break; a break belongs to what it ends."""
    start, size = offset, 256
    while start > 0:
        low = max(0, start - size)
        block = text[low:start]
        last = max(map(block.rfind, _BREAKS))
        start = low + last + 1
        if last >= 0:
            break
        size *= 4
    end = _BREAK.search(text, offset)
    return start, end.start() if end else len(text)


_BREAKS = "\n\r\x1c\x1d\x1e\x85\u2029"
_BREAK = re.compile(f"[{PARAGRAPH_BREAKS}]")


@lru_cache(maxsize=16)
def _paragraph_sentences(paragraph: str) -> Sequence[tuple[int, int]]:
    return sentences(paragraph)


class _Reader:
    """The token at one offset after the other, ascending, each piece tokenised once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._chunk = self._start = self._end = 0
        self._spans: list[tuple[int, int]] = []

    def token(self, offset: int) -> tuple[int, int]:
        """Give the token of the code point at `offset`, which is no white space."""
        if offset >= self._end:
            if self._end == 0 or _SPACE.search(self.text, self._end, offset):
                self._chunk = _chunk_start(self.text, offset)
            self._start, self._end = _piece_at(self.text, offset, self._chunk)
            self._spans = _piece_tokens(self.text, self._start, self._end)
        return self._spans[bisect_right(self._spans, offset, key=_start) - 1]


def _sentence_end(reader: _Reader, start: int) -> int:
    text = reader.text
    position = start
    while (stop := _STOP.search(text, position)) is not None:
        if stop["run"] is None:
            return space_start(text, stop.start())
        run = _stop_run(reader, stop.start(), stop.end())
        if run is not None:
            end = _stop_end(reader, start, run)
            if end is not None:
                return end
        position = stop.end()
    return space_start(text, len(text))


def _stop_run(reader: _Reader, start: int, end: int) -> tuple[int, int] | None:
    """Narrow a run of full stops to those that are tokens of their own; None when all are inside another token."""
    token_start, token_end = reader.token(start)
    if token_end > end:
        return None
    if _FORMATS.fullmatch(reader.text, token_start, start):
        return start, end
    return (token_end, end) if token_end < end else None


def _stop_end(reader: _Reader, start: int, run: tuple[int, int]) -> int | None:
    """Say where the sentence ends that the stops at `run` close; None when it goes on behind them."""
    text = reader.text
    before, after = text[run[0] - 1 : run[0]], text[run[1] : run[1] + 1]
    stops = _RUN.match(text, *run)
    if stops is None or stops[0] == "..":
        return None
    if stops[0] == "." and (
        _LIST_NUMBER.fullmatch(text, start, run[0])
        or (after.isascii() and after.isalnum() and (not before or before.isspace()))
    ):
        return None
    if before in _OPENING and after in _CLOSED:
        return None
    end = run[1]
    while True:
        closing = _CLOSING.match(text, end)
        if closing is not None:
            end = closing.end()
            continue
        more = _STOP.match(text, end)
        if more is None or more["run"] is None or _stop_run(reader, *more.span()) != more.span():
            break
        end = more.end()
    return None if end > run[1] and _GOES_ON.match(text, end) else end
