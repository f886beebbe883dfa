"""The queue as its screen shows it: what is known so far, and what of it matches the field."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from annotator.text.normalise import fold
from annotator.tui.screens.adjudicate_rules import kinds_words
from annotator.tui.widgets.rows import Part
from annotator.workflow.adjudication_queue import QueueEntry, QueueStep, rank

if TYPE_CHECKING:
    from rich.style import Style

    from annotator.tui.look import Look

_ROOMY: Final = 100
_HEADINGS: Final = ("state", "agree", "open", "of", "people", "kinds", "document")


@dataclass(frozen=True, slots=True)
class Listed:
    """The `entries` that match, with what they are in numbers, of `total` known."""

    entries: Sequence[QueueEntry] = ()
    total: int = 0
    items: int = 0
    open: int = 0
    unfinished: int = 0
    done: int = 0

    @property
    def is_filtered(self) -> bool:
        """Whether some are left out."""
        return len(self.entries) < self.total


class Known:
    """What is known of the queue, step by step. One thread takes steps; any other may look meanwhile."""

    def __init__(self) -> None:
        self.entries: list[QueueEntry] = []
        self.people: set[str] = set()
        self.damaged: list[str] = []
        self.listed = False
        """Whether all that was compared before is there."""
        self.remaining = 0
        self._folded: dict[str, str] = {}

    def take_next(self, steps: Iterator[QueueStep]) -> bool:
        """Take the next of STEPS; False when there is none."""
        step = next(steps, None)
        if step is None:
            return False
        for entry in step.entries:
            self._folded[entry.document] = fold(f"{entry.title} {entry.document} {' '.join(entry.people)}").text
            self.people.update(entry.people)
            insort(self.entries, entry, key=rank)
        self.damaged += [document for document, _ in step.damaged]
        self.listed, self.remaining = step.listed, step.remaining
        return True

    def matching(self, query: str) -> Listed:
        """The entries that have every word of QUERY in their title, name or people, however it is spelt."""
        known, words = self.entries.copy(), fold(query).text.split()
        found = [one for one in known if all(word in self._folded[one.document] for word in words)] if words else known
        items = open_ = unfinished = done = 0
        for entry in found:
            items += entry.items
            open_ += entry.open
            unfinished += entry.open > 0
            done += entry.state == "done"
        return Listed(found, len(known), items, open_, unfinished, done)


def heading_parts(width: int, look: Look) -> list[Part]:
    """The headings of a table of WIDTH cells."""
    return _parts(width, _HEADINGS, [look.bar_dim] * len(_HEADINGS))


def row_parts(width: int, entry: QueueEntry, who: str, look: Look) -> list[Part]:
    """The row of ENTRY as WHO sees it: somebody else may have taken the document."""
    claim = entry.claim if entry.claim is not None and entry.claim.who != who else None
    state: str = "✓ done" if entry.state == "done" else entry.state
    people = ", ".join(entry.people)
    if claim is not None:
        until = datetime.fromisoformat(claim.until).astimezone()
        state, people = "taken", f"{claim.who} until {until:%H:%M}"
    counts = f"{entry.agreement:.0%}", f"{entry.open:,}", f"{entry.items:,}"
    base, dim = look.base, look.dim
    styles = (dim if claim or entry.state == "done" else base, base, base, dim, dim, dim, base)
    return _parts(width, (state, *counts, people, kinds_words(entry.kinds), entry.title), styles)


def _parts(width: int, texts: Sequence[str], styles: Sequence[Style]) -> list[Part]:
    """The columns; those of people and kinds where there is room."""
    widths = (8, 5, 6, 6, 24, width // 4, 0)
    right = (False, True, True, True, False, False, True)
    found = [Part(*part) for part in zip(texts, styles, widths, right, strict=True)]
    return found if width >= _ROOMY else [*found[:4], found[6]]
