"""Documents: a text that never changes, and where it came from."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass

from annotator.errors import TextError


@dataclass(frozen=True, slots=True)
class Document:
    """A text and its identity.

    Offsets everywhere are code points of `text`. `sha256` is the hexadecimal digest of the text in UTF-8 (lone
    surrogates, which UTF-8 cannot hold, are passed through as they stand). `source` is the file name it was read
    from, `encoding` the encoding of that file, `bom` whether a byte order mark stood before the text.
    """

    id: str
    title: str
    text: str
    sha256: str
    source: str = ""
    encoding: str = "utf-8"
    bom: bool = False

    @classmethod
    def of(
        cls, text: str, *, id: str, title: str = "", source: str = "", encoding: str = "utf-8", bom: bool = False
    ) -> Document:
        """A document of TEXT; without a title, its first line that is not blank. TextError for an unusable ID."""
        check_id(id)
        return cls(id, title or first_line(text) or id, text, digest(text), source, encoding, bom)


def digest(text: str) -> str:
    """The SHA-256 of TEXT in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def first_line(text: str, limit: int = 120) -> str:
    """The first line of TEXT that is not blank, at most LIMIT code points, without surrounding white space."""
    match = re.search(rf"\S[^\r\n\u2028\u2029\x85\x0b\x0c]{{0,{limit - 1}}}", text)
    return match[0].rstrip() if match else ""


_UNSAFE = re.compile(r"[^\w.\-]+")


def id_from_name(name: str) -> str:
    """A document id from a file's name without its ending: letters, digits, `_`, `-` and `.`, never empty."""
    cleaned = _UNSAFE.sub("-", unicodedata.normalize("NFC", name)).strip("-.")
    return cleaned[:80] or "document"


def check_id(value: str) -> None:
    """TextError unless VALUE may name a document: it also names files, so no path and no control may be in it."""
    if not value or len(value) > 120 or _UNSAFE.search(value) or value.startswith("."):
        raise TextError(
            f"{value[:40]!r} cannot be a document's id",
            hint="Use letters, digits, '_', '-' and '.', not starting with '.'",
        )
