"""Bytes of a file to the text of a document, and back to the same bytes.

The decoded `str` is the document for ever: every offset in every annotation counts its code points. So nothing is
translated or normalised here: newlines stay as they are, and control characters, bidi controls and ANSI escapes are
text like any other. A byte order mark is not text; it is recorded and written back. `Decoded.encode` gives the bytes
that were read. Only NUL is refused: a file that holds one is no text, or text in another encoding.

A byte order mark decides between UTF-8, UTF-16 and UTF-32; without one the text is UTF-8. Eight-bit encodings are
never guessed, because a wrong guess would fix wrong letters for ever; the error names the likely one.
"""

from __future__ import annotations

import codecs
import difflib
from dataclasses import dataclass
from typing import Literal

from annotator.errors import TextError, UsageError

__all__ = ["MAX_BYTES", "Decoded", "Newline", "check_encoding", "decode"]

Newline = Literal["lf", "crlf", "cr", "mixed"]

MAX_BYTES = 64 * 1024 * 1024
"""The largest file that is taken as one document, in bytes."""

# Longest first: the mark of UTF-32-LE begins with the one of UTF-16-LE.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BOM = {encoding: mark for mark, encoding in _MARKS}
_SUGGESTED = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "windows-1256", "iso-8859-6")
_PUBLIC_NAME = {"cp1256": "windows-1256", "iso8859-6": "iso-8859-6", "utf-8-sig": "utf-8"}
_EIGHT_BIT = {"windows-1256": "Windows-1256", "iso-8859-6": "ISO-8859-6"}
_SAMPLE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Decoded:
    """A document's text and what is needed to write the same bytes again.

    `encoding` is the canonical name, with the byte order for UTF-16 and UTF-32; `bom` says that the bytes began with a
    byte order mark, which is not in `text`; `newline` names the newlines found ("lf" when there is none).
    """

    text: str
    encoding: str
    bom: bool
    newline: Newline

    def encode(self) -> bytes:
        """Give the bytes the text was decoded from."""
        return (_BOM[self.encoding] if self.bom else b"") + self.text.encode(self.encoding)


def decode(data: bytes, encoding: str | None = None, *, where: str = "") -> Decoded:
    """Decode a file's bytes; `encoding` overrides UTF-8 and the byte order mark, `where` names the file in errors.

    An empty file is an empty document. Raises `TextError`, with the byte offset, the line and the bytes, when the data
    is no text in that encoding, holds NUL or is longer than `MAX_BYTES`; `UsageError` for an encoding that is unknown.
    """
    if len(data) > MAX_BYTES:
        raise TextError(
            f"the file has {len(data):,} bytes, a document can have {MAX_BYTES:,}",
            where=where,
            hint="Split it into several documents",
        )
    codec, bom = _codec(data, encoding, where)
    skipped = len(_BOM[codec]) if bom else 0
    try:
        text = data[skipped:].decode(codec)
    except UnicodeDecodeError as error:
        raise _undecodable(data, codec, error, skipped, where) from error
    except UnicodeError as error:  # some of Python's codecs for names of hosts raise the general error
        raise TextError(f"the file is not {codec.upper()} ({error})", where=where) from error
    if "\0" in text:
        raise _binary(data, text, codec, skipped, where)
    decoded = Decoded(text, codec, bom, _newline(text))
    if codec not in _BOM and not _faithful(decoded, data):
        raise TextError(
            f"{codec} does not give the same bytes back when the text is written",
            where=where,
            hint="Convert the file to UTF-8 first",
        )
    return decoded


def check_encoding(encoding: str, where: str = "") -> str:
    """The canonical name of ENCODING. UsageError, with near names, when there is no such encoding of text."""
    try:
        known = codecs.lookup(encoding).name
        "".encode(known)  # refuses what turns no text into bytes, such as base64
    except (LookupError, UnicodeError, ValueError) as error:
        close = difflib.get_close_matches(encoding.lower(), _SUGGESTED, 1, 0.4)
        hint = f"Did you mean {close[0]}?" if close else f"Known are {', '.join(_SUGGESTED)} and those of Python"
        raise UsageError(f"there is no text encoding named {encoding!r}", where=where, hint=hint) from error
    return _PUBLIC_NAME.get(known, known)


def _codec(data: bytes, encoding: str | None, where: str) -> tuple[str, bool]:
    """Choose the codec, and say whether the data begins with its byte order mark."""
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    if encoding is None:
        return marked or "utf-8", marked is not None
    name = check_encoding(encoding, where)
    if name in {"utf-16", "utf-32"}:
        if marked is None or not marked.startswith(name):
            raise TextError(
                f"the file has no {name.upper()} byte order mark",
                where=where,
                hint=f"Try --encoding {_wide_encoding(data) or name + '-le'}",
            )
        return marked, True
    if marked == "utf-8" and name != "utf-8":
        raise TextError(
            f"the file begins with a UTF-8 byte order mark, {name} was asked for",
            where=where,
            hint="Leave out --encoding",
        )
    return name, marked == name


def _faithful(decoded: Decoded, data: bytes) -> bool:
    try:
        return decoded.encode() == data
    except UnicodeEncodeError:
        return False


def _newline(text: str) -> Newline:
    returns = text.count("\r")
    if not returns:
        return "lf"
    pairs = text.count("\r\n")
    feeds = text.count("\n")
    if returns == pairs == feeds:
        return "crlf"
    return "mixed" if feeds else "cr"


def _undecodable(data: bytes, codec: str, error: UnicodeDecodeError, skipped: int, where: str) -> TextError:
    offset = skipped + error.start
    wrong = data[offset : min(skipped + max(error.end, error.start + 1), offset + 8)]
    before = data[skipped:offset].decode(codec, errors="replace")
    if codec == "utf-8":
        named = _wide_encoding(data) or (None if _mostly_utf8(data) else _arabic_encoding(data))
        hint = _hint(named) if named else ""
    else:
        hint = "It is UTF-8: leave out --encoding" if _is_utf8(data) else ""
    if not hint and error.reason in {"unexpected end of data", "truncated data"}:
        hint = "The file seems to be cut off at its end"
    elif not hint:
        damaged = codec != "utf-8" or _mostly_utf8(data)
        hint = "The bytes around it are right: repair the file" if damaged else "Name its encoding with --encoding"
    return TextError(
        f"{wrong.hex(' ').upper()} is not {codec.upper()} ({error.reason})",
        where=_place(where, offset, before),
        hint=hint,
    )


def _binary(data: bytes, text: str, codec: str, skipped: int, where: str) -> TextError:
    before = text[: text.index("\0")]
    offset = skipped + len(before.encode(codec, errors="replace"))
    named = _wide_encoding(data) if codec == "utf-8" else None
    hint = _hint(named) if named else "It looks like a binary file, not like text"
    return TextError("NUL cannot be part of a document", where=_place(where, offset, before), hint=hint)


def _place(where: str, offset: int, before: str) -> str:
    lines = before.count("\n") + before.count("\r") - before.count("\r\n") + 1
    place = f"byte {offset:,}, line {lines:,}"
    return f"{where}, {place}" if where else place


def _hint(encoding: str) -> str:
    if encoding.startswith(("utf-16", "utf-32")):
        return f"It looks like {encoding.upper()} without a byte order mark: try --encoding {encoding}"
    return f"It looks like {_EIGHT_BIT[encoding]}: try --encoding {encoding}"


def _is_utf8(data: bytes) -> bool:
    try:
        return "\0" not in data.decode("utf-8")
    except UnicodeDecodeError:
        return False


def _mostly_utf8(data: bytes) -> bool:
    """Say whether the data is UTF-8 with some damage: few replacements beside many right code points."""
    text = data.decode("utf-8", errors="replace")
    return text.count("\ufffd") * 20 < len(data) - len(text)  # continuation bytes, about one a letter


def _wide_encoding(data: bytes) -> str | None:
    """Name UTF-16 or UTF-32 when every second (or fourth) byte is the high half of Arabic and Latin text."""
    sample = data[: _SAMPLE - _SAMPLE % 4]
    if len(sample) >= 8:
        zeros = [sample[rest::4].count(0) * 4 / len(sample) for rest in range(4)]
        if zeros[2] > 0.95 and zeros[3] > 0.95:
            return "utf-32-le"
        if zeros[0] > 0.95 and zeros[1] > 0.95:
            return "utf-32-be"
    for rest, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        high = sample[rest::2]
        low = sample[1 - rest :: 2]
        if len(high) >= 2 and high.count(0) + high.count(6) > 0.9 * len(high) and low.count(0) < 0.1 * len(high):
            return name
    return None


def _arabic_encoding(data: bytes) -> str | None:
    """Name the eight-bit encoding in which the high bytes are mostly Arabic letters."""
    high = bytes(byte for byte in data[:_SAMPLE] if byte >= 0x80)
    best: tuple[float, str] | None = None
    # The article tells the two apart: alef is C7 in both, lam is E1 in one and E4 in the other.
    for name, article in (("windows-1256", b"\xc7\xe1"), ("iso-8859-6", b"\xc7\xe4")):
        letters = sum("\u0621" <= char <= "\u0652" for char in high.decode(name, errors="replace"))
        if letters < 0.7 * len(high):
            continue
        score = data.count(article, 0, _SAMPLE) + letters / len(high) / 2
        if best is None or score > best[0]:
            best = (score, name)
    return best[1] if best else None
