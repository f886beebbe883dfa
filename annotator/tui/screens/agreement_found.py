"""The differences behind a number: found in a thread, painted as rows, told in full beside the sentence around them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from annotator.agreement.disagreements import KINDS, Disagreement
from annotator.text.tokens import sentences
from annotator.tui.look import label_style
from annotator.tui.paint import UNKNOWN_COLOUR
from annotator.tui.widgets.kwic import Kwic, KwicStyles, kwic_pieces
from annotator.tui.widgets.pieces import fit
from annotator.tui.widgets.rows import Part as Column
from annotator.tui.widgets.rows import columns
from annotator.tui.widgets.text_block import Tone, faint, plain, strong
from annotator.workflow.agreement import differences
from annotator.workflow.agreement_task import AT_ONCE
from annotator.workflow.people import reviews

if TYPE_CHECKING:
    from rich.style import Style

    from annotator.agreement.disagreements import Side
    from annotator.model.documents import Document
    from annotator.model.schema import Schema
    from annotator.text.layout import Base
    from annotator.tui.look import Look
    from annotator.tui.screens.agreement_run import Report
    from annotator.tui.screens.agreement_views import Behind
    from annotator.tui.widgets.pieces import Piece
    from annotator.workflow.ports import Person, Store

MOST: Final = 5000
"""Differences that are listed; nobody reads more of them."""
_AROUND: Final = 60
_WORDS: Final = 200
_SENTENCE: Final = 1500
_ROOMY: Final = 96
NOTHING: Final = "nothing"

Way = Literal["adjudicate", "annotate", ""]
"""Where a difference can be gone to: into its adjudication, into one's own layer, or nowhere."""


@dataclass(frozen=True, slots=True)
class Found:
    """A difference between the layers `left` and `right`, with the text of its place and around it."""

    difference: Disagreement
    left: str
    right: str
    before: str
    words: str
    after: str

    @property
    def what(self) -> str:
        """What it is about, in a word or two: the kind, and of other things than entities which."""
        found = self.difference
        return found.kind if found.thing == "entity" else f"{found.thing} {found.kind}"


def find(store: Store, schema: Schema, behind: Behind, found: list[Found], report: Report) -> bool:
    """Put what stands BEHIND a number into FOUND, document by document; False when there is more, or REPORT stopped it.

    For a thread; whoever looks at FOUND meanwhile sees it grow.
    """
    wanted = {part: frozenset(part.documents) for part in behind.parts}
    documents = list(dict.fromkeys(id for part in behind.parts for id in part.documents))
    for first in range(0, len(documents), AT_ONCE):
        some = documents[first : first + AT_ONCE]
        places = {id: place for place, id in enumerate(some)}
        batch: list[tuple[tuple[int, int, int], str, str, Disagreement]] = []
        for part, theirs in wanted.items():
            ids = [id for id in some if id in theirs]
            every = differences(store, schema, part.left, part.right, ids, measure=behind.measure, label=behind.label)
            batch += [
                ((places[one.document], one.start, one.end), part.left, part.right, one)
                for one in every
                if _is_in(one, behind)
            ]
            if not report(first, len(documents)):
                return False
        batch.sort(key=lambda it: it[0])
        document: Document | None = None
        for _, left, right, one in batch:
            if len(found) >= MOST:
                return False
            if document is None or document.id != one.document:
                document = store.document(one.document)
            found.append(_with_words(one, left, right, document.text))
    report(len(documents), len(documents))
    return True


def _is_in(one: Disagreement, behind: Behind) -> bool:
    """Whether ONE is of the confusion that BEHIND is about, where it is about one."""
    if behind.labels is None:
        return True
    said = (one.left.label if one.left else "", one.right.label if one.right else "")
    if one.thing not in {"entity", "event"}:
        return False
    return said == behind.labels or (behind.both_ways and said == behind.labels[::-1])


def _with_words(one: Disagreement, left: str, right: str, text: str) -> Found:
    end = min(one.end, one.start + _WORDS)
    around = text[max(0, one.start - _AROUND) : one.start], text[end : end + _AROUND]
    if one.thing == "document":
        around = "", ""
    return Found(one, left, right, around[0], text[one.start : end], around[1])


# -- rows ----------------------------------------------------------------------------------------------------------


def said(side: Side | None) -> str:
    """What a side says, in a row."""
    if side is None:
        return NOTHING
    return f"{side.label} {side.value}".strip()


class FoundRow:
    """Paints differences: what they are, who says what, the place in its context, the document."""

    def __init__(self, look: Look, colours: Mapping[str, str], direction: Base, pair: tuple[str, str] | None) -> None:
        """PAIR are the two whom all rows are about; where there are more, None, each row names them."""
        self._look = look
        self._colours = colours
        self._direction = direction
        self._pair = pair

    def headings(self, width: int) -> list[Piece]:
        """The names of the columns of a row of WIDTH cells."""
        what, each, room, document = self._widths(width)
        names = self._pair or ("one says", "another says")
        ink = self._look.bar_dim
        parts = [Column("difference", ink, what), *(Column(name, ink, each) for name in names), Column("", ink, room)]
        parts += [Column("document", ink, document, right=True)] if document else []
        return columns(width, *parts, blank=self._look.bar)

    def pieces(self, found: Found, width: int) -> list[Piece]:
        """FOUND in exactly WIDTH cells."""
        look, one = self._look, found.difference
        what, each, room, document = self._widths(width)
        parts = [Column(found.what, look.dim, what)]
        for name, side in ((found.left, one.left), (found.right, one.right)):
            whose = "" if self._pair else f"{fit(name, each // 3)}: "
            parts.append(Column(f"{whose}{said(side)}", self._style(side), each))
        left = columns(what + 2 * each + 2, *parts, blank=look.base)
        context = Kwic(found.before, found.words or f"({one.name or one.thing})", found.after, self._direction)
        middle = kwic_pieces(context, room, KwicStyles(look.match, look.base))
        last = columns(document, Column(one.document, look.dim, document, right=True), blank=look.base)
        return [*left, (" ", look.base), *middle, *([(" ", look.base), *last] if document else [])]

    def _widths(self, width: int) -> tuple[int, int, int, int]:
        """Cells of what it is, of each side, of the context, and of the document: 0 where there is no room for it."""
        roomy = width >= _ROOMY
        what, each, document = (18, 22, 14) if roomy else (11, 11 if self._pair else 13, 0)
        return what, each, max(1, width - what - 2 * each - 3 - (document + 1 if document else 0)), document

    def _style(self, side: Side | None) -> Style:
        look = self._look
        if side is None:
            return look.dim
        return label_style(look.name, self._colours.get(side.label, UNKNOWN_COLOUR), look.ground)


# -- one in full ---------------------------------------------------------------------------------------------------


def told(store: Store, found: Found, title: str) -> list[tuple[str, Tone]]:
    """FOUND in full: how the two differ, what each marked, and the sentence around it. For a thread."""
    one = found.difference
    document = store.document(one.document)
    about = f"{one.thing} {one.name}".strip()
    lines: list[tuple[str, Tone]] = [(f"{about}: {KINDS[one.kind]}", strong)]
    for name, side in ((found.left, one.left), (found.right, one.right)):
        lines.append((f"{name}: {said(side)}", plain))
        lines += [(words, plain) for words in _marked(document.text, side)]
    lines += [(f"{title} · {one.document} · at {one.start:,}", faint)]
    if one.thing != "document":
        lines.append((_sentence(document.text, one.start, one.end), faint))
    return lines


def _marked(text: str, side: Side | None) -> Iterator[str]:
    for fragment in () if side is None else side.fragments:
        yield f"«{text[fragment.start : min(fragment.end, fragment.start + _WORDS)]}»"


def _sentence(text: str, start: int, end: int) -> str:
    """The sentences from START to END; of long ones what stands near."""
    first, last = max(0, start - _SENTENCE), min(len(text), end + _SENTENCE)
    near = text[first:last]
    touched = [it for it in sentences(near) if it[0] + first < max(end, start + 1) and it[1] + first > start]
    if not touched:
        return near[max(0, start - first - _AROUND) : end - first + _AROUND]
    return " ".join(near[touched[0][0] : touched[-1][1]].split())


def way_to(store: Store, person: Person, found: Found) -> Way:
    """Where PERSON can go to FOUND. For a thread."""
    document = found.difference.document
    if reviews(person) and document in store.adjudications(document):
        return "adjudicate"
    return "annotate" if person.name in (found.left, found.right) else ""


def summed(found: Sequence[Found]) -> str:
    """How many there are of each kind, the most frequent first."""
    counts: dict[str, int] = {}
    for one in found:
        counts[one.what] = counts.get(one.what, 0) + 1
    return " · ".join(f"{what} {count:,}" for what, count in sorted(counts.items(), key=lambda it: (-it[1], it[0])))
