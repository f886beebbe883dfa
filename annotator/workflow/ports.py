"""What the use cases need from the outside, as Protocols; `annotator.store` implements them.

What it keeps for the queue of adjudication is in `comparison_port`, what it finds texts by in `search_port`.

A *layer* is one person's (or model's, or the gold) annotations of one document. It has a revision: 0 before the
first edit, one more with each. An *entry* of the journal is what one command did, in one transaction, perhaps to
several layers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from annotator.model.annotations import Annotations
from annotator.model.documents import Document
from annotator.workflow.comparison_port import Comparisons
from annotator.workflow.search_port import Texts

if TYPE_CHECKING:  # the first frame reads layers and edits none
    from annotator.model.operations import Edit

EntryKind = Literal["do", "undo", "redo", "set"]
"""`set` says something of a whole layer or of a person; it is no edit, so nothing undoes it."""
GOLD = "gold"
"""The name of the layer that adjudication writes and training exports read.

No list shows one in which nothing is and that no adjudication makes: what made it was taken back.
"""
DECISIONS = "decisions"
"""The name of the layer beside it that keeps adjudication's records. Nobody's annotations; no list shows it."""
RESERVED = (GOLD, DECISIONS)
"""Names of layers that no person can have."""
BASIS = "basis"
"""Id and type of the record in `DECISIONS` that says how far a document's adjudication is (see `Adjudication`)."""

Role = Literal["annotator", "reviewer", "manager"]
ROLES: tuple[Role, ...] = ("annotator", "reviewer", "manager")
NewState = Literal["submitted", "reopened"]
"""What can be said of a layer as a whole: that its person is done, or that they are to go on."""
LayerState = Literal["", NewState]
"""What was last said of it; nothing at first."""
REMOVED = "removed"
"""What the journal says of a person who no longer works on the project."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody registered for the project. One who is no longer `active` keeps their layers and their name.

    `added_at` is an RFC 3339 UTC time.
    """

    name: str
    role: Role = "annotator"
    active: bool = True
    added_at: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """Who adjudicates a document at the moment, and `until` when (RFC 3339 UTC) others must leave it to them."""

    document: str
    who: str
    until: str


@dataclass(frozen=True, slots=True)
class Adjudication:
    """How far a document's adjudication is: the revisions of the `layers` it compares, its `items`, those `open`.

    `problem` says why the record cannot be read that should tell all this; nothing else is known then.
    """

    layers: Mapping[str, int]
    items: int
    open: int
    problem: str = ""

    @property
    def done(self) -> bool:
        """Whether everything is decided."""
        return self.open == 0 and not self.problem


@dataclass(frozen=True, slots=True)
class LayerKey:
    """Names a layer: the document's id and the layer's name (a person's, a model's, or `GOLD`)."""

    document: str
    name: str


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer as it stands, or stood: its annotations at `revision`. `state` is that of now."""

    key: LayerKey
    revision: int
    annotations: Annotations
    state: LayerState = ""


@dataclass(frozen=True, slots=True)
class LayerSummary:
    """A row of the documents screen about one layer.

    `edited_at` is an RFC 3339 UTC time, empty before any edit; `state_at` and `state_by` say when, and by whom, the
    layer was brought into its `state`.
    """

    key: LayerKey
    revision: int
    entities: int
    events: int
    others: int
    edited_at: str
    state: LayerState = ""
    state_at: str = ""
    state_by: str = ""

    @property
    def says_nothing(self) -> bool:
        """Whether it holds nothing, and nobody said that this is their answer: what was done was taken back."""
        return not (self.entities or self.events or self.others or self.state)


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
class LayerCount:
    """How many layers called `name` are alike in what decides their state, and what they hold together.

    `edited` says whether they were ever edited, `adjudication` how far that of their documents is where it compares
    them or makes them.
    """

    name: str
    layers: int
    entities: int
    events: int
    edited: bool
    state: LayerState = ""
    adjudication: Literal["", "open", "done"] = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """The whole project in numbers: its documents, those of them that have a layer, their code points, its layers.

    `adjudicated` counts the documents on which everything is decided.
    """

    documents: int
    annotated: int
    length: int
    layers: tuple[LayerCount, ...]
    adjudicated: int = 0


@dataclass(frozen=True, slots=True)
class First:
    """What the first frame needs, read in one go: a person's remembered state, and the document they are sent to.

    `document` and `layer` are None when it is not clear which document to open; `documents` counts them. `person` is
    None when nobody active is registered under the name; nothing else is told then, unless nobody is registered at all.
    """

    state: Mapping[str, str]
    documents: int
    document: Document | None = None
    layer: Layer | None = None
    person: Person | None = None


@dataclass(frozen=True, slots=True)
class LayerEdit:
    """An edit of one layer, made on its revision `base`."""

    key: LayerKey
    base: int
    edit: Edit


@dataclass(frozen=True, slots=True)
class StateChange:
    """What an entry of the kind `set` says: the state `before` and `after` of a `layer`, or of a `person`.

    A layer's state is a `LayerState`; a person's is the role, `REMOVED` for one who is kept out, empty for nobody yet.
    """

    before: str
    after: str
    layer: LayerKey | None = None
    person: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the journal. `target` is the entry that an undo or a redo is about, 0 for an edit of its own.

    `change` is what an entry without edits is about.
    """

    id: int
    at: str
    who: str
    name: str
    kind: EntryKind
    target: int
    edits: tuple[LayerEdit, ...]
    change: StateChange | None = None


class Store(Comparisons, Texts, Protocol):
    """A project's database. Every method raises StoreError (or a kind of it) when the database says no.

    Whatever a method that writes has returned from survives a power cut.
    """

    def documents(self) -> Sequence[DocumentSummary]:
        """All documents, in the order they were added, with a summary of each layer but `DECISIONS`."""

    def documents_from(self, first: int, limit: int) -> Sequence[DocumentSummary]:
        """As `documents`: at most LIMIT of them, FIRST being how many come before."""

    def summaries(self, documents: Iterable[str]) -> list[DocumentSummary]:
        """As `documents`: those of DOCUMENTS that there are."""

    def document_count(self) -> int:
        """How many documents there are."""

    def document_ids(self) -> list[str]:
        """The ids of all documents, in the order they were added. No text and no layer is read for it."""

    def documents_with(self, layer: str, *, noted: bool = False, most: int | None = None) -> list[str]:
        """The ids of the documents that have a layer called LAYER, in the order in which they were added.

        NOTED leaves those in whose layer there is a note or a flag; MOST is how many are wanted. No text is read for
        it. No document is told of `DECISIONS`.
        """

    def neighbour(self, document: str, step: Literal[-1, 1]) -> str | None:
        """The id of the document added before (-1) or after (1) this one; None when it is the first, or the last."""

    def tally(self, only: str | None = None) -> Tally:
        """The project in numbers; with ONLY those of the layers of that name, and of gold whose adjudication is done.

        It costs as much as the layers' rows: no text and no annotation is read.
        """

    def layer_names(self) -> list[str]:
        """The names of all layers of all documents, sorted; `DECISIONS` is left out."""

    def add_documents(self, documents: Iterable[Document], at: str) -> list[str]:
        """Add documents whose ids are new, all or none, and return their ids. StoreError for an id that exists."""

    def document(self, id: str) -> Document:
        """The document called ID. NoDocumentError, with near names as a hint, when there is none."""

    def has_document(self, id: str) -> bool:
        """Whether there is a document called ID."""

    def document_with_digest(self, sha256: str) -> str | None:
        """The id of the document whose text has this SHA-256, or None."""

    def layers(self, document: str) -> list[str]:
        """Names of the layers of a document that were ever edited or submitted, sorted; `DECISIONS` is left out."""

    def layer(self, key: LayerKey, revision: int | None = None) -> Layer:
        """A layer as it stands; at revision 0 and empty when it was never edited.

        With REVISION as it was then, annotations in the order they had. StoreError for a revision it never had.
        """

    def commit(self, who: str, at: str, edits: Sequence[LayerEdit]) -> Entry:
        """Apply EDITS in one transaction and journal them; what the person had undone can no longer be redone.

        Nothing is changed, and the error is StaleRevisionError when a layer is not at the edit's base, LockedError
        when it is submitted.
        """

    def rehearse(self, who: str, at: str, edits: Sequence[LayerEdit]) -> None:
        """Do what `commit` does, then take all of it back: the next commit is as quick as any later one."""

    def settle(self) -> None:
        """To be called now and then while nobody is at work: do what else some later commit would have to do.

        Nothing waits for it but `close`, and where it cannot be done now, it is left for later.
        """

    def undo(self, who: str, at: str, only: Collection[str] | None = None) -> Entry | None:
        """Take back the person's last entry that stands; the inverse is applied and journalled. None: nothing left.

        StaleRevisionError when somebody else's later edit of the same annotations stands in the way, LockedError when
        a layer of the entry is submitted, AccessError when one is not called as ONLY says.
        """

    def redo(self, who: str, at: str, only: Collection[str] | None = None) -> Entry | None:
        """Do again what the person's last undo took back. None: nothing to do again. Errors are those of `undo`."""

    def can_undo(self, who: str) -> tuple[str, str]:
        """Names of the operations that `undo` and `redo` would be about; empty where there is none."""

    def history(self, document: str | None = None, layer: str | None = None, limit: int = 100) -> list[Entry]:
        """The newest LIMIT entries of the journal, newest first, of one document or layer where named."""

    def set_layer_state(self, key: LayerKey, state: NewState, who: str, at: str, base: int | None = None) -> None:
        """Submit a layer, which may be one without an edit, or reopen one that is submitted.

        LockedError for a layer submitted already; StoreError for one to reopen that is not; StaleRevisionError when
        the layer is not at the revision BASE. The journal gets an entry of the kind `set`.
        """

    def adjudications(self, document: str | None = None) -> dict[str, Adjudication]:
        """How far the adjudication of each document is that has one, by the document's id; or of one DOCUMENT.

        Where its record cannot be read, the `problem` says so.
        """

    def adjudications_of(self, documents: Iterable[str]) -> dict[str, Adjudication]:
        """As `adjudications`: those of DOCUMENTS, at the cost of these alone."""

    def people(self) -> list[Person]:
        """Everybody who was ever registered, sorted by name."""

    def put_person(self, person: Person, at: str, *, first: bool = False, by: str = "") -> bool:
        """Register a person, or change one; `added_at` is AT for the new. True: done.

        With FIRST only where nobody is registered yet. StoreError when nobody active would be left to manage people.
        The journal says that BY did it, else the person themselves; not where it changes nothing.
        """

    def claim(self, document: str, who: str, at: str, until: str) -> Claim:
        """Take a document for oneself until UNTIL, or say who has it at the time AT.

        One's own claim is renewed. Times are UTC, as `annotator.workflow.session.now` writes them.
        """

    def release(self, document: str, who: str) -> None:
        """Give up one's claim of a document; another's stays."""

    def claims(self) -> list[Claim]:
        """All claims that nobody gave up, also those whose time is over, by document."""

    def get_state(self, who: str, key: str) -> str | None:
        """A remembered value of a person's view (last document, place, theme)."""

    def set_state(self, who: str, key: str, value: str) -> None:
        """Remember a value of a person's view."""

    def layers_named(self, name: str, documents: Iterable[str]) -> dict[str, Layer]:
        """The layers called NAME of those DOCUMENTS that have one, by the document's id."""

    def problems(self) -> list[str]:
        """What an integrity check of the database finds: empty when all is well."""

    def backup(self, path: str) -> None:
        """Write a consistent copy of the whole database to PATH, aside and renamed."""

    def close(self) -> None:
        """Let go of the database."""
