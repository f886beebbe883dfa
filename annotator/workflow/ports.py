"""What the use cases need from the outside, as Protocols; `annotator.store` implements them.

A *layer* is one person's (or model's, or the gold) annotations of one document. It has a revision: 0 before the
first edit, one more with each. An *entry* of the journal is what one command did, in one transaction, perhaps to
several layers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from annotator.model.annotations import Annotations
from annotator.model.documents import Document

if TYPE_CHECKING:  # the first frame reads layers and edits none
    from annotator.model.operations import Edit

EntryKind = Literal["do", "undo", "redo"]
GOLD = "gold"
"""The name of the layer that adjudication writes and training exports read."""


@dataclass(frozen=True, slots=True)
class LayerKey:
    """Names a layer: the document's id and the layer's name (a person's, a model's, or `GOLD`)."""

    document: str
    name: str


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer as it stands: its annotations at `revision`."""

    key: LayerKey
    revision: int
    annotations: Annotations


@dataclass(frozen=True, slots=True)
class LayerSummary:
    """A row of the documents screen about one layer. `edited_at` is an RFC 3339 UTC time, empty before any edit."""

    key: LayerKey
    revision: int
    entities: int
    events: int
    others: int
    edited_at: str


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """A row of the documents screen: everything but the text. `length` is in code points."""

    id: str
    title: str
    sha256: str
    source: str
    length: int
    added_at: str
    layers: tuple[LayerSummary, ...] = ()


@dataclass(frozen=True, slots=True)
class First:
    """What the first frame needs, read in one go: a person's remembered state, and the document they are sent to.

    `document` and `layer` are None when it is not clear which document to open; `documents` counts them.
    """

    state: Mapping[str, str]
    documents: int
    document: Document | None = None
    layer: Layer | None = None


@dataclass(frozen=True, slots=True)
class LayerEdit:
    """An edit of one layer, made on its revision `base`."""

    key: LayerKey
    base: int
    edit: Edit


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the journal. `target` is the entry that an undo or a redo is about, 0 for an edit of its own."""

    id: int
    at: str
    who: str
    name: str
    kind: EntryKind
    target: int
    edits: tuple[LayerEdit, ...]


@dataclass(frozen=True, slots=True)
class TextQuery:
    """Which texts a search has to look into; all conditions hold together, empty ones always.

    `folded` is a text as `annotator.text.normalise.fold` gives it, to be found in the folded text. `document` is the id
    of the only document wanted. `layer` names a layer that has an entity or event, of the type `label` where given.
    """

    folded: str = ""
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


class Store(Protocol):
    """A project's database. Every method raises StoreError (or a kind of it) when the database says no.

    Whatever a method that writes has returned from survives a power cut.
    """

    def documents(self) -> Sequence[DocumentSummary]:
        """All documents, in the order they were added, with a summary of each layer."""

    def add_documents(self, documents: Iterable[Document], at: str) -> list[str]:
        """Add documents whose ids are new, all or none, and return their ids. StoreError for an id that exists."""

    def document(self, id: str) -> Document:
        """The document called ID. StoreError, with near names as a hint, when there is none."""

    def has_document(self, id: str) -> bool:
        """Whether there is a document called ID."""

    def document_with_digest(self, sha256: str) -> str | None:
        """The id of the document whose text has this SHA-256, or None."""

    def layers(self, document: str) -> list[str]:
        """Names of the layers of a document that were ever edited, sorted."""

    def layer(self, key: LayerKey) -> Layer:
        """A layer as it stands; at revision 0 and empty when it was never edited."""

    def commit(self, who: str, at: str, edits: Sequence[LayerEdit]) -> Entry:
        """Apply EDITS in one transaction and journal them; what the person had undone can no longer be redone.

        StaleRevisionError, and nothing changed, when a layer is not at the edit's base.
        """

    def rehearse(self, who: str, at: str, edits: Sequence[LayerEdit]) -> None:
        """Do what `commit` does, then take all of it back: the next commit is as quick as any later one."""

    def undo(self, who: str, at: str) -> Entry | None:
        """Take back the person's last entry that stands; the inverse is applied and journalled. None: nothing left.

        StaleRevisionError when somebody else's later edit of the same annotations stands in the way.
        """

    def redo(self, who: str, at: str) -> Entry | None:
        """Do again what the person's last undo took back. None: nothing to do again."""

    def can_undo(self, who: str) -> tuple[str, str]:
        """Names of the operations that `undo` and `redo` would be about; empty where there is none."""

    def history(self, document: str | None = None, layer: str | None = None, limit: int = 100) -> list[Entry]:
        """The newest LIMIT entries of the journal, newest first, of one document or layer where named."""

    def get_state(self, who: str, key: str) -> str | None:
        """A remembered value of a person's view (last document, place, theme)."""

    def set_state(self, who: str, key: str, value: str) -> None:
        """Remember a value of a person's view."""

    def index_texts(self, progress: Callable[[int, int], bool] | None = None) -> bool:
        """Make or complete the index that `texts` asks, where the database can have one. True: it is complete.

        It may take minutes the first time; others may use the store meanwhile. PROGRESS is told how many documents
        of how many are done and says False to stop; what is done is kept.
        """

    def texts(self, wanted: TextQuery, after: int = 0, limit: int = 200) -> TextPage:
        """At most LIMIT texts behind the number AFTER that may hold what is WANTED: all that do, perhaps others."""

    def layers_named(self, name: str, documents: Iterable[str]) -> dict[str, Layer]:
        """The layers called NAME of those DOCUMENTS that have one, by the document's id."""

    def problems(self) -> list[str]:
        """What an integrity check of the database finds: empty when all is well."""

    def backup(self, path: str) -> None:
        """Write a consistent copy of the whole database to PATH, aside and renamed."""

    def close(self) -> None:
        """Let go of the database."""
