"""What finds the texts that a search has to look into: the part of the store that may have an index for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class TextQuery:
    """Which texts a search has to look into; all conditions hold together, empty ones always.

    `folded` are texts as `annotator.text.normalise.fold` gives them; of each inner tuple one is to be found in the
    folded text. `document` is the id of the only document wanted. `layer` names a layer that has an entity or event,
    of the type `label` where given.
    """

    folded: tuple[tuple[str, ...], ...] = ()
    document: str = ""
    layer: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class StoredText:
    """A document's text, as a search reads it; `number` ascends in the order in which documents were added."""

    number: int
    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class TextPage:
    """Some texts in the order they were added. Go on behind the number `last`; 0: there are no more.

    `total` is the number of the project's last document.
    """

    texts: tuple[StoredText, ...]
    last: int
    total: int


class Texts(Protocol):
    """Texts, as a search reads them."""

    def index_texts(self, progress: Callable[[int, int], bool] | None = None) -> bool:
        """Make or complete the index that `texts` asks, where the database can have one. True: it is complete.

        It may take minutes the first time; others may use the store meanwhile. PROGRESS is told how many documents
        of how many are done and says False to stop; what is done is kept.
        """

    def texts(self, wanted: TextQuery, after: int = 0, limit: int = 200) -> TextPage:
        """At most LIMIT texts behind the number AFTER that may hold what is WANTED: all that do, perhaps others."""
