"""Words and sentences of Arabic text as ranges of offsets.

A *token* is what an annotator points at with one key: a word with its clitics (``لأورينت`` is one), a number, an
address, a mark of punctuation, an emoji. Tokens hold no white space, never overlap, and every other code point belongs
to exactly one of them. A *chunk* is a longest run without white space; no rule looks past it, so a screen tokenises
the chunks it shows and gets what the whole text would give. A chunk of more than `PIECE` code points is tokenised in
pieces of that length, which bounds the work of a key in a text without a single space.

The rules extend UAX #29 (word boundaries) by what news text needs.

A *sentence* ends at a run of ``. ! ? ؟ ۔ …`` (three points or more; two are a pause in headlines), with the quotation
marks and brackets that close behind it, and at every paragraph break, so a headline is a sentence. A full stop inside a
token (decimals, addresses, ``د.``, ``U.S.``), after a list number or alone in brackets ends nothing.

All offsets count code points; ranges are half-open.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = [
    "PARAGRAPH_BREAKS",
    "PIECE",
    "SPACES",
    "WORD",
    "paragraph_at",
    "sentence_at",
    "sentences",
    "token_after",
    "token_at",
    "token_before",
    "tokens",
    "tokens_between",
]

PIECE = 1024
"""Code points of a chunk that are tokenised together; longer chunks are cut before the next cluster."""

SPACES = "\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""What `str.isspace` calls white space, as the inside of a regular expression's character class."""

# Controls that draw nothing: they ride on the token beside them.
_FORMAT = "\xad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
# Marks that ride on whatever stands before them, even on punctuation (Grapheme_Extend of the scripts met here).
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0897-\u089f\u08ca-\u08e1\u08e3-\u08ff\u1ab0-\u1aff"
    "\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\U00010efd-\U00010eff\U0001f3fb-\U0001f3ff"
    "\U000e0020-\U000e007f\U000e0100-\U000e01ef"
)
# Punctuation, symbols, controls and surrogates. What is neither this nor white space is part of a word, so that marks
# and letters of every script, also of Unicode versions to come, stay in their words.
_SYMBOLS = (
    r"\x00-\x08\x0e-\x1b!-/:-@\[-\^`{-\x9f\xa1-\xa9\xab\xac\xae-\xb1\xb4\xb6-\xb8\xbb\xbf\xd7\xf7"
    "\u02c2-\u02c5\u02d2-\u02df\u037e\u0387\u055a-\u055f\u0589\u058a\u058d-\u058f\u05be\u05c0\u05c3\u05c6\u05f3\u05f4"
    "\u0600-\u060f\u061b\u061d-\u061f\u066a-\u066d\u06d4\u06dd\u06de\u06e9\u06fd\u06fe\u0700-\u070d\u0890\u0891\u08e2"
    "\u0964\u0965\u2010-\u2027\u2030-\u203e\u2041-\u2053\u2055-\u205e\u207a-\u207e\u208a-\u208e\u20a0-\u20cf"
    "\u2100-\u2101\u2103-\u2106\u2108\u2109\u2114\u2116-\u2118\u211e-\u2123\u2125\u2127\u2129\u212e\u213a\u213b"
    "\u2140-\u2144\u214a-\u214d\u214f\u2190-\u245f\u249c-\u24e9\u2500-\u2bff\u2e00-\u2e7f\u2ff0-\u2fff"
    "\u3001-\u3004\u3008-\u3020\u3030\u303d-\u303f\u30fb\ud800-\udfff\ufd3e-\ufd4f\ufdcf\ufdfc-\ufdff\ufe10-\ufe19"
    "\ufe30-\ufe32\ufe35-\ufe4c\ufe50-\ufe6f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff3e\uff40\uff5b-\uff65\uffe0-\uffef"
    "\ufff9-\uffff\U0001f000-\U0001f1ff\U0001f200-\U0001faff"
)
_EMOJI = (
    "\xa9\xae\u203c\u2049\u2122\u2139\u2194-\u21aa\u2300-\u23ff\u25aa-\u27bf\u2934\u2935\u2b05-\u2b55\u3030\u303d"
    "\u3297\u3299\U0001f000-\U0001f1e5\U0001f200-\U0001faff"
)

WORD = f"[^{SPACES}{_SYMBOLS}]"
"""A regular expression for one code point of a word: letters, marks, digits, tatweel, joiners and direction marks."""

_BASE = f"[^{SPACES}{_SYMBOLS}{_FORMAT}]"
_RIDER = f"[{_MARKS}{_FORMAT}]"
_DIGIT = r"\d"
_ARABIC = "[\u0620-\u063f\u0641-\u064a\u066e-\u06d3\u06fa-\u06fc]"
_LATIN = "[A-Za-z\xc0-\u024f]"
_URL_STOP = f"{SPACES}<>\"\xab\xbb“”،؛؟"
_ENGLISH_TITLES = "Dr|Mr|Mrs|Ms|Prof|St|Jr|Sr|vs|etc|Inc|Ltd|Gen|Col|Lt|Sgt|Capt|Gov|Sen|Rep|Mt|Vol|Fig"

_TOKEN = re.compile(
    rf"""
    # A plain word: by far the commonest, so it comes first; what follows it cannot be a joint of the rules below.
    {_BASE}{WORD}*+ (?![.,:/٫٬'’&\-+\#@%٪\u20e3])
  | [{_FORMAT}]*+ (?=[^{SPACES}])
    (?:
      # Addresses. The last code point is never a mark that closes the sentence around them.
      (?i:https?|ftps?|file)://
      (?: \([^()\ud800-\udfff{_URL_STOP}]{{0,64}}\) | [^()\ud800-\udfff{_URL_STOP}] )*
      (?<![.,:;!?'’\]}}*_~/]) /?
    | (?i:www)\.{_BASE}[^()\ud800-\udfff{_URL_STOP}]* (?<![.,:;!?'’\]}}*_~])
    | [\w.+\-]{{1,64}}+@[\w\-]{{1,63}}+(?:\.[\w\-]{{1,63}}+)++
    | [0-9\#*]\ufe0f?\u20e3
      # Dates with hyphens, percentages and signed numbers. The other joints between digits belong to words.
    | {_DIGIT}{{4}}-{_DIGIT}{{1,2}}-{_DIGIT}{{1,2}} (?!{WORD})
    | (?<!{WORD}) [+\-\u2212]{_DIGIT}{WORD}*+ (?: [.,:/٫٬]{_DIGIT}{WORD}*+ )*+ [%٪]?
      # Abbreviations: single letters with full stops, and titles.
    | (?: {_ARABIC}{_RIDER}*+\. )++ (?: {_ARABIC}{_RIDER}*+ (?!{WORD}) )?+
    | (?: {_LATIN}\. ){{2,}}+ (?: {_LATIN} (?!{WORD}) )?+
    | (?: {_ENGLISH_TITLES} )\.
    | [A-Za-z](?: \+\++ | \#(?!{WORD}) )
      # A word with joints: between digits, or between Latin letters (don't, AT&T, Al-Qaeda, file.txt, read/write).
    | {_BASE}{WORD}*+
      (?: (?<={_DIGIT})[.,:/٫٬](?={_DIGIT}) {WORD}++
        | (?<=[A-Za-z\xc0-\u024f0-9])['’.&\-](?={_LATIN}) {WORD}++
        | (?<={_LATIN})-(?={_DIGIT}) {WORD}++
      )*+
      (?: (?<={_DIGIT})[%٪] )?+
    | [@\#\uff03]{WORD}++
      # Emoji: flags, then pictures joined by ZWJ with their skin tones, variation selectors and tags.
    | [\U0001f1e6-\U0001f1ff]{{1,2}}+
    | [{_EMOJI}]{_RIDER}*+ (?: (?<=\u200d)[{_EMOJI}]{_RIDER}*+ )*+
      # Quotation marks and brackets one by one; other signs in runs of the same.
    | ["“”„‟'‘’‚‛«»‹›()\[\]{{}}﴾﴿]
    | ([^{SPACES}{_FORMAT}]) \1*+
    )
    {_RIDER}*+
  | [{_FORMAT}]++ {_RIDER}*+  # nothing but controls between two spaces
    """,
    re.VERBOSE,
)

PARAGRAPH_BREAKS = "\n\r\x1c-\x1e\x85\u2029"
"""Code points of bidi class B, which end a paragraph (UAX #9 P1), as the inside of a character class."""

_SPACE = re.compile(f"[{SPACES}]")
_NOT_SPACE = re.compile(f"[^{SPACES}]")
_CHUNK = re.compile(f"[^{SPACES}]+")
_RIDERS = re.compile(f"{_RIDER}*+")


def tokens(text: str) -> Sequence[tuple[int, int]]:
    """Give the `(start, end)` offsets of every token, ascending. Linear; about 0.1 µs per code point."""
    if max(map(len, text.split()), default=0) <= PIECE:
        return [match.span() for match in _TOKEN.finditer(text)]
    found: list[tuple[int, int]] = []
    for chunk in _CHUNK.finditer(text):
        for start, end in _pieces(text, *chunk.span()):
            found += _piece_tokens(text, start, end)
    return found


def tokens_between(text: str, start: int, end: int) -> Sequence[tuple[int, int]]:
    """Give the tokens that share a code point with `[start, end)`, whole, reading only the chunks they are in."""
    start, end = max(start, 0), min(end, len(text))
    found: list[tuple[int, int]] = []
    while start < end:
        first = _NOT_SPACE.search(text, start, end)
        if first is None:
            break
        piece_start, piece_end = _piece_at(text, first.start())
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
    first = _NOT_SPACE.search(text, offset)
    return None if first is None else token_at(text, first.start())


def token_before(text: str, offset: int) -> tuple[int, int] | None:
    """Give the last token that ends at or before `offset`; None when there is none."""
    offset = min(offset, len(text))
    while offset > 0:
        offset = _rstrip(text, offset)
        span = token_at(text, offset - 1)
        if span is None or span[1] <= offset:
            return span
        offset = span[0]
    return None


def _start(span: tuple[int, int]) -> int:
    return span[0]


def _piece_tokens(text: str, start: int, end: int) -> list[tuple[int, int]]:
    return [match.span() for match in _TOKEN.finditer(text, start, end)]


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


def _piece_at(text: str, offset: int) -> tuple[int, int]:
    """Give the piece around the code point at `offset`, which is no white space, as `_pieces` would cut it."""
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


def _rstrip(text: str, offset: int) -> int:
    """Give the end of the last code point before `offset` that is no white space; 0 when there is none."""
    size = 64
    while offset > 0:
        block = text[max(0, offset - size) : offset]
        kept = len(block.rstrip())
        offset -= len(block) - kept
        if kept:
            return offset
        size *= 4
    return 0


_STOP = re.compile(f"(?P<stop>[.!?؟۔…！？。]++){_RIDER}*+|[{PARAGRAPH_BREAKS}\x0b\x0c\u2028]+")
_CLOSING = re.compile(f"[^\\S{PARAGRAPH_BREAKS}\x0b\x0c\u2028]*+[»›”’)\\]}}﴾]{_RIDER}*+|[\"']{_RIDER}*+")
_LIST_NUMBER = re.compile(f"[(\\[]?(?:\\d{{1,3}}|{_BASE}){_RIDER}*+")
_OPENING = "([{«‹"
_BREAK = re.compile(f"[{PARAGRAPH_BREAKS}]")


def sentences(text: str) -> Sequence[tuple[int, int]]:
    """Give the `(start, end)` offsets of every sentence, ascending, without the white space around it.

    No sentence cuts a token or crosses a paragraph break, and every token is in exactly one sentence. Linear.
    """
    found: list[tuple[int, int]] = []
    first = _NOT_SPACE.search(text)
    stop = None
    while first is not None:
        start = first.start()
        stop = _STOP.search(text, start if stop is None else max(stop.end(), start))
        while stop is not None and stop["stop"] and not (end := _sentence_end(text, start, stop)):
            stop = _STOP.search(text, stop.end())
        if stop is None:
            end = len(text)
        elif not stop["stop"]:
            end = stop.start()
        end = _rstrip(text, end)
        found.append((start, end))
        first = _NOT_SPACE.search(text, end)
    return found
