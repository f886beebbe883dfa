"""Tag schemes of token files: IOB1, IOB2, IOBES and BILOU, told apart and decoded alike.

Mentions come out as the scorers of CoNLL read them: a tag that cannot continue the mention before it opens a new one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, TypeAlias

Scheme = Literal["IOB1", "IOB2", "IOBES", "BILOU"]
PREFIXES: Final = "BIESLUM"
"""B begin, I (M) inside, E (L) end, S (U) a mention of one token."""


class Tag(NamedTuple):
    """A tag taken apart: `prefix` is one of `PREFIXES`, or "O" with an empty type."""

    prefix: str
    type: str


OUTSIDE: Final = Tag("O", "")
Sentence: TypeAlias = Sequence[Tag]


@dataclass(frozen=True, slots=True)
class TaggedMention:
    """Tokens `[first, last)` of a sentence; `fault` says what about its tags is against the scheme, or nothing."""

    first: int
    last: int
    type: str
    fault: str = ""


def parse(tag: str) -> Tag | None:
    """TAG taken apart at its first hyphen (types may hold more); None when it is no tag of any scheme."""
    if tag == "O":
        return OUTSIDE
    prefix, hyphen, name = tag.partition("-")
    if len(prefix) == 1 and prefix in PREFIXES and hyphen and name and not name.startswith("-"):
        return Tag(prefix, name)
    return None


def detect(sentences: Iterable[Sentence]) -> Scheme:
    """The scheme of a whole file.

    Only IOBES has S and E, only BILOU U and L. IOB1 opens a mention with B only right after one of the same type:
    one B anywhere else is IOB2, in which an I that opens a mention is a slip.
    """
    prefixes: set[str] = set()
    opened_by_inside = begun_apart = False
    for sentence in sentences:
        before = OUTSIDE
        for tag in sentence:
            prefixes.add(tag.prefix)
            opened_by_inside |= tag.prefix == "I" and tag.type != before.type
            begun_apart |= tag.prefix == "B" and tag.type != before.type
            before = tag
    if prefixes & {"E", "S", "M"}:
        return "IOBES"
    if prefixes & {"L", "U"}:
        return "BILOU"
    return "IOB1" if opened_by_inside and not begun_apart else "IOB2"


def decode(sentence: Sentence, scheme: Scheme) -> Iterator[TaggedMention]:
    """The mentions of one SENTENCE, in order."""
    ends_are_marked = scheme in ("IOBES", "BILOU")
    first, fault = -1, ""
    for at, tag in enumerate([*sentence, OUTSIDE]):
        continues = first >= 0 and tag.prefix in "IMEL" and tag.type == sentence[first].type
        if first >= 0 and not continues:
            unended = "it is not ended" if ends_are_marked else ""
            yield TaggedMention(first, at, sentence[first].type, fault or unended)
            first = -1
        if tag is OUTSIDE or tag.prefix == "O":
            continue
        if first < 0:
            first = at
            fault = f"it opens with {tag.prefix}" if tag.prefix in "IMEL" and scheme != "IOB1" else ""
        if tag.prefix in "ELSU":
            yield TaggedMention(first, at + 1, tag.type, fault)
            first = -1
