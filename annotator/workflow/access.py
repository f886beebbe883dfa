"""A store that shows one person what they may see, and nothing else.

Everything a person reads or changes goes through it, so a screen, a command, an export and a search are blind in one
place. What the rights are is said in `annotator.workflow.people`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal, NoReturn

from annotator.errors import AccessError
from annotator.model.documents import Document
from annotator.workflow.comparison_port import Compared, ComparedPage, Place
from annotator.workflow.nameless import nameless_adjudication, nameless_entry, nameless_layer
from annotator.workflow.people import require_manager, require_writable, reviews, sees, writable
from annotator.workflow.ports import (
    GOLD,
    Adjudication,
    Claim,
    DocumentSummary,
    Entry,
    Layer,
    LayerEdit,
    LayerKey,
    NewState,
    Person,
    Store,
    Tally,
)
from annotator.workflow.search_port import TextPage, TextQuery

if TYPE_CHECKING:
    from annotator.adjudication.feedback import Difference
    from annotator.adjudication.gold import Adjudication as Made
    from annotator.model.schema import Schema

_BLIND: Final = "annotators see the layer of their own name, and the gold of a document once it is decided"


class Guarded:
    """The store of `inner` as `person` may use it; implements `annotator.workflow.ports.Store`.

    AccessError from every method that is asked for what the person has no right to. NAMES: the project lets annotators
    know who decided, and who said what gold says.
    """

    def __init__(self, inner: Store, person: Person, *, names: bool = False) -> None:
        self.inner = inner
        self.person = person
        self._all = reviews(person)
        self._named = self._all or names
        self._writable = writable(person)

    # -- what may be seen --------------------------------------------------------------------------------------------

    def documents(self) -> Sequence[DocumentSummary]:
        """All documents, each with the layers that the person may see."""
        return self._shown(self.inner.documents(), {} if self._all else self.inner.adjudications())

    def documents_from(self, first: int, limit: int) -> Sequence[DocumentSummary]:
        """Some of the documents, each with the layers that the person may see."""
        return self._shown(self.inner.documents_from(first, limit))

    def summaries(self, documents: Iterable[str]) -> list[DocumentSummary]:
        """These documents, each with the layers that the person may see."""
        return list(self._shown(self.inner.summaries(documents)))

    def document_count(self) -> int:
        """How many documents there are."""
        return self.inner.document_count()

    def document_ids(self) -> list[str]:
        """The ids of all documents."""
        return self.inner.document_ids()

    def documents_with(self, layer: str, *, noted: bool = False, most: int | None = None) -> list[str]:
        """The documents that have this layer; gold only where it is done."""
        if not self._sees(layer, done=True):
            self._refuse(layer)
        if self._all or layer != GOLD:
            return self.inner.documents_with(layer, noted=noted, most=most)
        done = self._done()
        return [id for id in self.inner.documents_with(layer, noted=noted) if id in done][:most]

    def neighbour(self, document: str, step: Literal[-1, 1]) -> str | None:
        """The document before or after this one."""
        return self.inner.neighbour(document, step)

    def tally(self, only: str | None = None) -> Tally:
        """The project in numbers, as far as the person may see its layers."""
        if not self._all and only not in {None, self.person.name}:
            self._refuse(str(only))
        return self.inner.tally(only if self._all else self.person.name)

    def layer_names(self) -> list[str]:
        """Names of the layers that the person may see somewhere."""
        return [name for name in self.inner.layer_names() if self._sees(name, done=True)]

    def document(self, id: str) -> Document:
        """The document called ID."""
        return self.inner.document(id)

    def has_document(self, id: str) -> bool:
        """Whether there is a document called ID."""
        return self.inner.has_document(id)

    def document_with_digest(self, sha256: str) -> str | None:
        """The document whose text has this digest."""
        return self.inner.document_with_digest(sha256)

    def layers(self, document: str) -> list[str]:
        """Names of the document's layers that the person may see."""
        names = self.inner.layers(document)
        if self._all:
            return names
        done = GOLD in names and self._is_done(document)
        return [name for name in names if self._sees(name, done)]

    def layer(self, key: LayerKey, revision: int | None = None) -> Layer:
        """A layer as it stands, or stood."""
        self._require_sight(key)
        return self._told_layer(self.inner.layer(key, revision))

    def layers_named(self, name: str, documents: Iterable[str]) -> dict[str, Layer]:
        """The layers called NAME of those DOCUMENTS that have one; gold only where it is done."""
        if not self._sees(name, done=True):
            self._refuse(name)
        if not self._all and name == GOLD:
            documents = [id for id, one in self.inner.adjudications_of(documents).items() if one.done]
        return {id: self._told_layer(layer) for id, layer in self.inner.layers_named(name, documents).items()}

    def texts(self, wanted: TextQuery, after: int = 0, limit: int = 200) -> TextPage:
        """The next texts that may hold what is wanted; which they are must not tell what others annotated."""
        if wanted.layer and not self._all and wanted.layer != self.person.name:
            if wanted.layer != GOLD:
                self._refuse(wanted.layer)
            wanted = replace(wanted, layer="", label="")
        return self.inner.texts(wanted, after, limit)

    def history(self, document: str | None = None, layer: str | None = None, limit: int = 100) -> list[Entry]:
        """The newest entries; an annotator's are those of their own layer, or of a gold that is done."""
        if self._all:
            return self.inner.history(document, layer, limit)
        name = self.person.name if layer is None else layer
        if name == GOLD and document is None:
            raise AccessError("name a document to see how its gold came about", where=GOLD, hint="Use --document")
        self._require_sight(LayerKey(document or "", name))
        found = self.inner.history(document, name, limit)
        told = [replace(x, edits=tuple(edit for edit in x.edits if edit.key.name == name)) for x in found]
        return told if self._named or name != GOLD else [nameless_entry(entry, self.person.name) for entry in told]

    def adjudications(self, document: str | None = None) -> dict[str, Adjudication]:
        """How far each document is; an annotator is told of their own layer alone."""
        return self._told(self.inner.adjudications(document))

    def adjudications_of(self, documents: Iterable[str]) -> dict[str, Adjudication]:
        """The same of these documents."""
        return self._told(self.inner.adjudications_of(documents))

    def _told(self, found: dict[str, Adjudication]) -> dict[str, Adjudication]:
        """FOUND as far as it is about what the person may see."""
        if self._all:
            return found
        return {
            id: replace(one, layers={name: at for name, at in one.layers.items() if name == self.person.name})
            for id, one in found.items()
        }

    def _told_layer(self, layer: Layer) -> Layer:
        """LAYER as the person may see it: that of gold perhaps without names."""
        return layer if self._named or layer.key.name != GOLD else nameless_layer(layer, self.person.name)

    def compared(self, mark: str, least: int, after: Place | None = None, limit: int | None = None) -> ComparedPage:
        """What is kept of comparisons, which tell what everybody said."""
        self._require_reviewer("adjudicate", "")
        return self.inner.compared(mark, least, after, limit)

    def damaged(self) -> dict[str, str]:
        """The documents whose record of adjudication cannot be read."""
        self._require_reviewer("adjudicate", "")
        return self.inner.damaged()

    def uncompared(self, mark: str, least: int) -> dict[str, int]:
        """The documents of which nothing is kept."""
        self._require_reviewer("adjudicate", "")
        return self.inner.uncompared(mark, least)

    def keep_compared(self, mark: str, found: Sequence[Compared]) -> None:
        """Keep what was found."""
        self._require_reviewer("adjudicate", "")
        self.inner.keep_compared(mark, found)

    def feedback(self, schema: Schema, document: str, name: str) -> tuple[Made, list[Difference]]:
        """Where the gold of DOCUMENT differs from what NAME said, and why, once it is done.

        An annotator asks for themselves; letters that mean nothing stand for the others, and nobody for who decided,
        unless the project wants names told. OperationError before it is done, and for one who did not annotate the
        document.
        """
        from annotator.adjudication.feedback import differences  # noqa: PLC0415 - off the start-up path
        from annotator.workflow.adjudication_feedback import feedback  # noqa: PLC0415 - as above

        if name != self.person.name and not self._all:
            raise AccessError("annotators see the feedback on their own annotations", where=self.person.name)
        made, found = feedback(self.inner, schema, document, name)
        if self._named:
            return made, found
        told = nameless_adjudication(made, name)
        return told, differences(told, name)

    def problems(self) -> list[str]:
        """What is wrong with the database; an annotator is told that something is."""
        found = self.inner.problems()
        if found and not self._all:
            return ["something is wrong with it; a reviewer sees what with 'annotator check'"]
        return found

    # -- what may be changed -----------------------------------------------------------------------------------------

    def add_documents(self, documents: Iterable[Document], at: str) -> list[str]:
        """Add documents."""
        return self.inner.add_documents(documents, at)

    def commit(self, who: str, at: str, edits: Sequence[LayerEdit]) -> Entry:
        """Apply EDITS of layers that the person may change."""
        self._require_change(who, edits)
        return self.inner.commit(who, at, edits)

    def rehearse(self, who: str, at: str, edits: Sequence[LayerEdit]) -> None:
        """Do what `commit` does, then take all of it back."""
        self._require_change(who, edits)
        self.inner.rehearse(who, at, edits)

    def settle(self) -> None:
        """Do what a later commit would have to do."""
        self.inner.settle()

    def undo(self, who: str, at: str, only: Collection[str] | None = None) -> Entry | None:
        """Take back the person's last entry."""
        self._require_self(who)
        return self.inner.undo(who, at, self._only(only))

    def redo(self, who: str, at: str, only: Collection[str] | None = None) -> Entry | None:
        """Do again what was last taken back."""
        self._require_self(who)
        return self.inner.redo(who, at, self._only(only))

    def can_undo(self, who: str) -> tuple[str, str]:
        """Names of what undo and redo would be about."""
        self._require_self(who)
        return self.inner.can_undo(who)

    def set_layer_state(self, key: LayerKey, state: NewState, who: str, at: str, base: int | None = None) -> None:
        """Submit a layer that the person may change; a reviewer reopens any."""
        self._require_self(who)
        if state == "reopened":
            self._require_reviewer("reopen a submitted document", f"{key.document}, layer {key.name}")
        else:
            self._require_writable(key)
        self.inner.set_layer_state(key, state, who, at, base)

    def claim(self, document: str, who: str, at: str, until: str) -> Claim:
        """Take a document for adjudication, or say who has it."""
        self._require_self(who)
        self._require_reviewer("adjudicate", document)
        return self.inner.claim(document, who, at, until)

    def release(self, document: str, who: str) -> None:
        """Give up one's claim."""
        self._require_self(who)
        self.inner.release(document, who)

    def claims(self) -> list[Claim]:
        """All claims; who adjudicates is no annotator's business."""
        return self.inner.claims() if self._all else []

    def people(self) -> list[Person]:
        """Everybody registered."""
        return self.inner.people()

    def put_person(self, person: Person, at: str, *, first: bool = False, by: str = "") -> bool:
        """Register or change a person; managers only."""
        require_manager(self.person, "register people and change what they may do")
        self._require_self(by or self.person.name)
        return self.inner.put_person(person, at, first=first, by=self.person.name)

    # -- the rest ----------------------------------------------------------------------------------------------------

    def get_state(self, who: str, key: str) -> str | None:
        """A remembered value of the person's view."""
        self._require_self(who)
        return self.inner.get_state(who, key)

    def set_state(self, who: str, key: str, value: str) -> None:
        """Remember a value of the person's view."""
        self._require_self(who)
        self.inner.set_state(who, key, value)

    def index_texts(self, progress: Callable[[int, int], bool] | None = None) -> bool:
        """Bring the index for searches up to date."""
        return self.inner.index_texts(progress)

    def backup(self, path: str) -> None:
        """Copy the database, which holds everybody's annotations."""
        self._require_reviewer("copy the database, which holds everybody's annotations", path)
        self.inner.backup(path)

    def close(self) -> None:
        """Let go of the database."""
        self.inner.close()

    # -- rights ------------------------------------------------------------------------------------------------------

    def _shown(
        self, found: Sequence[DocumentSummary], known: dict[str, Adjudication] | None = None
    ) -> Sequence[DocumentSummary]:
        """FOUND with the layers that the person may see; KNOWN is how far these documents are, where it was read."""
        if self._all or not found:
            return found
        if known is None:
            known = self.inner.adjudications_of(document.id for document in found)
        done = {id for id, adjudication in known.items() if adjudication.done}
        return [
            replace(document, layers=tuple(x for x in document.layers if self._sees(x.key.name, document.id in done)))
            for document in found
        ]

    def _sees(self, layer: str, done: bool) -> bool:
        return sees(self.person, layer, done=done)

    def _done(self, document: str | None = None) -> set[str]:
        return {id for id, adjudication in self.inner.adjudications(document).items() if adjudication.done}

    def _is_done(self, document: str) -> bool:
        return document in self._done(document)

    def _require_sight(self, key: LayerKey) -> None:
        if not self._sees(key.name, done=True):
            self._refuse(key.name, key.document)
        if key.name == GOLD and not self._all and not self._is_done(key.document):
            self._refuse(key.name, key.document)

    def _refuse(self, layer: str, document: str = "") -> NoReturn:
        place = f"{document}, layer {layer}" if document else f"layer {layer}"
        raise AccessError(f"{self.person.name} may not see this", where=place, hint=_BLIND[0].upper() + _BLIND[1:])

    def _require_self(self, who: str) -> None:
        if who != self.person.name:
            raise AccessError(f"{self.person.name} cannot act as {who}", hint="Start the program with --as")

    def _require_reviewer(self, what: str, where: str) -> None:
        if not self._all:
            raise AccessError(f"only a reviewer can {what}", where=where, hint="Ask a reviewer or a manager")

    def _require_writable(self, key: LayerKey) -> None:
        require_writable(self.person, key)

    def _require_change(self, who: str, edits: Sequence[LayerEdit]) -> None:
        self._require_self(who)
        for change in edits:
            self._require_writable(change.key)

    def _only(self, only: Collection[str] | None) -> Collection[str] | None:
        if only is None or self._writable is None:
            return self._writable if only is None else only
        return self._writable & set(only)
