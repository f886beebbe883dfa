"""The store itself: one connection, behind one lock.

To read or to edit is one transaction. `index_texts` takes many short ones; `problems`, `rehearse`, `settle` and
`backup` have the database do work of its own outside of any.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

from sqlalchemy import Connection, bindparam, insert, select, update

from annotator.errors import BusyError, StoreError, UnwritableError
from annotator.model.documents import Document
from annotator.store import documents as texts
from annotator.store import journal, layer_states, layers, people, search, standings, tables, verification
from annotator.store.backends import HURRIED_SECONDS, Backend
from annotator.store.failures import translated
from annotator.store.rows import check_storable
from annotator.store.schema import begun
from annotator.workflow.comparison_port import Compared, ComparedPage, Place
from annotator.workflow.ports import (
    Adjudication,
    Claim,
    DocumentSummary,
    Entry,
    Layer,
    LayerEdit,
    LayerKey,
    NewState,
    Person,
    Tally,
)
from annotator.workflow.search_port import TextPage, TextQuery

_state = tables.state
_one_state: Final = (_state.c.who == bindparam("of_who"), _state.c.key == bindparam("of_key"))
_GET_STATE: Final = select(_state.c.value).where(*_one_state)
_CHANGE_STATE: Final = update(_state).where(*_one_state).values(value=bindparam("new_value"))
_ADD_STATE: Final = insert(_state)
_PAUSE: Final = 0.001
"""Seconds between two steps of the index: the lock is not fair, and somebody may wait to save an edit."""
_UNSETTLED: Final = 64
"""Commits after which it is worth the while to do what they left for later."""
_UNSETTLED_STEPS: Final = 16
"""As above, for steps of the index: each writes as much as several commits."""


class _Rehearsed(Exception):  # noqa: N818 - no error: it ends a transaction that was not to last
    pass


class Database:
    """An open database; implements `annotator.workflow.ports.Store`, whose docstrings say what each method means."""

    def __init__(self, connection: Connection, backend: Backend, hurried: Callable[[], bool] = lambda: False) -> None:
        """CONNECTION is open and at the current schema; the store closes it.

        HURRIED says, in the thread that asks for something, whether that thread must not wait long for others.
        """
        self._connection = connection
        self._backend = backend
        self._lock = threading.RLock()
        self._hurried = hurried
        self._unsettled = 0  # commits
        self._beside = threading.Lock()  # held while the backend is at work beside the connection

    @contextmanager
    def _transaction(self, statement: str) -> Iterator[Connection]:
        hurried = self._hurried()
        with self._held(hurried=hurried), translated(self._backend.where):
            if self._connection.closed:
                raise StoreError("the database is closed", where=self._backend.where)
            writes = statement == self._backend.begin_write
            with begun(self._connection, *self._backend.waits(hurried=hurried), statement):
                if writes:
                    self._backend.confirm()
                yield self._connection
            self._unsettled += writes

    @contextmanager
    def _held(self, *, hurried: bool) -> Iterator[None]:
        """The lock. BusyError when another thread of this program keeps it from one in a hurry."""
        if not self._lock.acquire(timeout=HURRIED_SECONDS if hurried else -1):
            raise BusyError("this program is still writing to the database", hint="Try again in a moment")
        try:
            yield
        finally:
            self._lock.release()

    @contextmanager
    def _outside(self) -> Iterator[Connection]:
        """The connection between transactions, for what the database does by itself."""
        with self._lock, translated(self._backend.where):
            if self._connection.closed:
                raise StoreError("the database is closed", where=self._backend.where)
            yield self._connection

    def documents(self) -> Sequence[DocumentSummary]:
        """All documents with their layers."""
        with self._transaction(self._backend.begin_read) as connection:
            return texts.summaries(connection)

    def documents_from(self, first: int, limit: int) -> Sequence[DocumentSummary]:
        """Some of the documents with their layers."""
        with self._transaction(self._backend.begin_read) as connection:
            return texts.page(connection, first, limit)

    def summaries(self, documents: Iterable[str]) -> list[DocumentSummary]:
        """These documents with their layers."""
        with self._transaction(self._backend.begin_read) as connection:
            return texts.some_summaries(connection, documents)

    def document_count(self) -> int:
        """How many documents there are."""
        with self._transaction(self._backend.begin_read) as connection:
            return texts.count(connection)

    def document_ids(self) -> list[str]:
        """The ids of all documents."""
        with self._transaction(self._backend.begin_read) as connection:
            return texts.ids(connection)

    def documents_with(self, layer: str, *, noted: bool = False, most: int | None = None) -> list[str]:
        """The ids of the documents that have this layer."""
        with self._transaction(self._backend.begin_read) as connection:
            return texts.with_layer(connection, layer, most, noted=noted)

    def neighbour(self, document: str, step: Literal[-1, 1]) -> str | None:
        """The document before or after this one."""
        with self._transaction(self._backend.begin_read) as connection:
            return texts.neighbour(connection, document, step)

    def tally(self, only: str | None = None) -> Tally:
        """The project in numbers."""
        with self._transaction(self._backend.begin_read) as connection:
            return standings.tally(connection, only)

    def layer_names(self) -> list[str]:
        """Names of the layers of all documents."""
        with self._transaction(self._backend.begin_read) as connection:
            return texts.all_layer_names(connection)

    def add_documents(self, documents: Iterable[Document], at: str) -> list[str]:
        """Add documents, all or none."""
        added = list(documents)  # reading files must not keep other writers waiting
        with self._transaction(self._backend.begin_write) as connection:
            texts.add(connection, added, at)
        return [document.id for document in added]

    def document(self, id: str) -> Document:
        """The document called ID."""
        with self._transaction(self._backend.begin_read) as connection:
            return texts.get(connection, id)

    def has_document(self, id: str) -> bool:
        """Whether there is a document called ID."""
        with self._transaction(self._backend.begin_read) as connection:
            return texts.exists(connection, id)

    def document_with_digest(self, sha256: str) -> str | None:
        """The document whose text has this digest."""
        with self._transaction(self._backend.begin_read) as connection:
            return texts.with_digest(connection, sha256)

    def layers(self, document: str) -> list[str]:
        """Names of the layers of a document."""
        with self._transaction(self._backend.begin_read) as connection:
            return texts.layer_names(connection, document)

    def layer(self, key: LayerKey, revision: int | None = None) -> Layer:
        """A layer as it stands, or stood."""
        with self._transaction(self._backend.begin_read) as connection:
            return layers.read(connection, key, revision)

    def commit(self, who: str, at: str, edits: Sequence[LayerEdit]) -> Entry:
        """Apply EDITS and journal them."""
        with self._transaction(self._backend.begin_write) as connection:
            return journal.do(connection, who, at, edits)

    def rehearse(self, who: str, at: str, edits: Sequence[LayerEdit]) -> None:
        """Apply EDITS, and roll everything back."""
        with contextlib.suppress(_Rehearsed), self._transaction(self._backend.begin_write) as connection:
            journal.do(connection, who, at, edits)
            raise _Rehearsed
        with self._beside:
            if not self._connection.closed:
                self._backend.make_ready()

    def settle(self) -> None:
        """Do what later commits would have to do for those before them."""
        self._settle(_UNSETTLED)

    def _settle(self, least: int) -> None:
        with self._beside:
            if self._unsettled >= least and not self._connection.closed:
                self._unsettled = 0
                self._backend.settle()

    def undo(self, who: str, at: str, only: Collection[str] | None = None) -> Entry | None:
        """Take back the person's last entry that stands."""
        with self._transaction(self._backend.begin_write) as connection:
            return journal.undo(connection, who, at, only)

    def redo(self, who: str, at: str, only: Collection[str] | None = None) -> Entry | None:
        """Do again what was last taken back."""
        with self._transaction(self._backend.begin_write) as connection:
            return journal.redo(connection, who, at, only)

    def can_undo(self, who: str) -> tuple[str, str]:
        """Names of what undo and redo would be about."""
        with self._transaction(self._backend.begin_read) as connection:
            return journal.names(connection, who)

    def history(self, document: str | None = None, layer: str | None = None, limit: int = 100) -> list[Entry]:
        """The newest entries of the journal."""
        with self._transaction(self._backend.begin_read) as connection:
            return journal.history(connection, document, layer, limit)

    def set_layer_state(self, key: LayerKey, state: NewState, who: str, at: str, base: int | None = None) -> None:
        """Submit or reopen a layer."""
        with self._transaction(self._backend.begin_write) as connection:
            layer_states.change(connection, key, state, who, at, base)

    def adjudications(self, document: str | None = None) -> dict[str, Adjudication]:
        """How far each document's adjudication is."""
        with self._transaction(self._backend.begin_read) as connection:
            return standings.adjudications(connection, document)

    def adjudications_of(self, documents: Iterable[str]) -> dict[str, Adjudication]:
        """How far the adjudication of these documents is."""
        with self._transaction(self._backend.begin_read) as connection:
            return standings.adjudications_of(connection, documents)

    def compared(self, mark: str, least: int, after: Place | None = None, limit: int | None = None) -> ComparedPage:
        """What is kept of comparisons."""
        with self._transaction(self._backend.begin_read) as connection:
            return standings.compared(connection, mark, least, after, limit)

    def damaged(self) -> dict[str, str]:
        """The documents whose record of adjudication cannot be read."""
        with self._transaction(self._backend.begin_read) as connection:
            return standings.damaged(connection)

    def uncompared(self, mark: str, least: int) -> dict[str, int]:
        """The documents of which nothing is kept."""
        with self._transaction(self._backend.begin_read) as connection:
            return standings.uncompared(connection, mark, least)

    def keep_compared(self, mark: str, found: Sequence[Compared]) -> None:
        """Keep what was found."""
        with self._transaction(self._backend.begin_write) as connection:
            standings.keep(connection, mark, found)

    def people(self) -> list[Person]:
        """Everybody registered."""
        with self._transaction(self._backend.begin_read) as connection:
            return people.everybody(connection)

    def put_person(self, person: Person, at: str, *, first: bool = False, by: str = "") -> bool:
        """Register or change a person."""
        with self._transaction(self._backend.begin_write) as connection:
            return people.put(connection, person, at, by or person.name, first=first)

    def claim(self, document: str, who: str, at: str, until: str) -> Claim:
        """Take a document, or say who has it."""
        with self._transaction(self._backend.begin_write) as connection:
            return people.claim(connection, Claim(document, who, until), at)

    def release(self, document: str, who: str) -> None:
        """Give up a claim."""
        with self._transaction(self._backend.begin_write) as connection:
            people.release(connection, document, who)

    def claims(self) -> list[Claim]:
        """All claims."""
        with self._transaction(self._backend.begin_read) as connection:
            return people.claims(connection)

    def get_state(self, who: str, key: str) -> str | None:
        """A remembered value."""
        with self._transaction(self._backend.begin_read) as connection:
            return connection.scalar(_GET_STATE, {"of_who": who, "of_key": key})

    def set_state(self, who: str, key: str, value: str) -> None:
        """Remember a value."""
        check_storable(who, key, value)
        with self._transaction(self._backend.begin_write) as connection:
            changed = connection.execute(_CHANGE_STATE, {"of_who": who, "of_key": key, "new_value": value})
            if changed.rowcount == 0:
                connection.execute(_ADD_STATE, {"who": who, "key": key, "value": value})

    def index_texts(self, progress: Callable[[int, int], bool] | None = None) -> bool:
        """Bring the index for searches up to date, some thousand code points in each transaction."""
        with self._outside() as connection:
            if not self._backend.has_trigrams(connection):
                return False
        try:
            while True:
                with self._transaction(self._backend.begin_read) as connection:
                    step = search.uncovered(connection)
                if step is None:
                    return True
                forms = step.forms  # meanwhile others may use the database
                with self._transaction(self._backend.begin_write) as connection:
                    search.add(connection, step, forms)
                if progress is not None and not progress(step.end.number, step.last):
                    return False
                self._settle(_UNSETTLED_STEPS)
                time.sleep(_PAUSE)
        except UnwritableError:
            return False  # a project that can only be read is searched without an index

    def texts(self, wanted: TextQuery, after: int = 0, limit: int = 200) -> TextPage:
        """The next texts that may hold what is WANTED."""
        with self._transaction(self._backend.begin_read) as connection:
            indexed = self._backend.has_trigrams(connection)
            return search.page(connection, wanted, after, limit, indexed=indexed)

    def layers_named(self, name: str, documents: Iterable[str]) -> dict[str, Layer]:
        """The layers called NAME of those DOCUMENTS that have one."""
        with self._transaction(self._backend.begin_read) as connection:
            return search.layers_named(connection, name, documents)

    def problems(self) -> list[str]:
        """What the database and a replay of the whole journal find wrong."""
        with self._outside() as connection:
            found = self._backend.integrity(connection)
        if found:
            return found  # what cannot be read need not be replayed
        try:
            with self._transaction(self._backend.begin_read) as connection:
                return verification.problems(connection)
        except (BusyError, UnwritableError):
            raise
        except StoreError as error:
            return [str(error)]

    def backup(self, path: str) -> None:
        """Write a consistent copy to PATH."""
        with self._outside() as connection:
            self._backend.backup(connection, Path(path))

    def close(self) -> None:
        """Let go of the database; closing twice is no harm."""
        with self._beside, self._lock, translated(self._backend.where):
            if not self._connection.closed:
                self._backend.leave(self._connection)
            self._connection.close()
            self._connection.engine.dispose()
