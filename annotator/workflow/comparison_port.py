"""What the store keeps of comparing layers, so that the queue of adjudication is there at once.

It is kept under a *mark*, which names how layers were compared, and holds as long as nobody changes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

Place = tuple[bool, float, int]
"""Where a page of the queue ended. Only the store knows how to read it."""

OpenAs = Mapping[str, Mapping[str, Mapping[str, int]]]
"""Open items counted by kind, then by label, then by the person who is in the minority on them; "" counts them all."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What comparing the submitted layers of a document gave, kept so that nobody compares them again.

    `layers` are their revisions; `decisions` is that of the layer `DECISIONS`, 0 before adjudication is `begun`.
    `items` and `open` count what people differ on; `open_as` says what the open ones are; `agreement` is 0 to 1.
    `number` is the place of the document among all, in the order they were added.
    """

    document: str
    title: str
    layers: Mapping[str, int]
    decisions: int
    begun: bool
    items: int
    open: int
    open_as: OpenAs
    agreement: float
    number: int = 0


@dataclass(frozen=True, slots=True)
class ComparedPage:
    """Some of what is kept, in the order of the queue. Go on behind `last`; None: there is no more."""

    found: tuple[Compared, ...]
    last: Place | None = None


class Comparisons(Protocol):
    """What was kept of comparing the layers of each document."""

    def compared(self, mark: str, least: int, after: Place | None = None, limit: int | None = None) -> ComparedPage:
        """What was kept under MARK and still holds, lowest agreement first, what is done at the end.

        It is of documents whose adjudication is begun, or that at least so many people submitted as LEAST says. At
        most LIMIT of them come, those behind AFTER.
        """

    def uncompared(self, mark: str, least: int) -> dict[str, int]:
        """The ids of such documents of which nothing is kept under MARK, or what was no longer holds: their numbers.

        Those with the fewest annotations come first, others in the order they were added: the sooner there is much to
        choose from.
        """

    def damaged(self) -> dict[str, str]:
        """By the ids of documents whose record of adjudication cannot be read, in their order: why it cannot."""

    def keep_compared(self, mark: str, found: Sequence[Compared]) -> None:
        """Keep what was FOUND, under a MARK that names how; what was changed meanwhile is left out."""
