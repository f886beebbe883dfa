"""Each way a database can say no, for real where that can be had, and as a table for the rest.

Disks that are full or read-only, and permissions, are in `test_store_disks.py`.
"""

from __future__ import annotations

import errno
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from annotator.errors import BusyError, StaleRevisionError, StoreError, UnwritableError
from annotator.model.operations import Edit
from annotator.store import open_store
from annotator.store.backends import HURRIED_SECONDS, SqliteBackend
from annotator.store.database import Database
from annotator.store.failures import failure, translate, translated
from annotator.workflow.aside import LOCK, PREFIX
from annotator.workflow.ports import LayerKey, Store


class PsycopgError(Exception):
    """What psycopg raises, as far as the store looks at it."""

    def __init__(self, sqlstate: str | None) -> None:
        super().__init__("said PostgreSQL")
        self.sqlstate = sqlstate


PsycopgError.__module__ = "psycopg.errors"


def of_sqlite(code: int, kind: type[sqlite3.Error] = sqlite3.OperationalError) -> sqlite3.Error:
    error = kind("said SQLite")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("error", "kind", "says"),
    [
        (of_sqlite(sqlite3.SQLITE_BUSY), BusyError, "another program"),
        (of_sqlite(sqlite3.SQLITE_BUSY_SNAPSHOT), BusyError, "another program"),
        (of_sqlite(sqlite3.SQLITE_LOCKED), BusyError, "another program"),
        (of_sqlite(sqlite3.SQLITE_READONLY), UnwritableError, "cannot be written"),
        (of_sqlite(sqlite3.SQLITE_READONLY_DIRECTORY), UnwritableError, "cannot be written"),
        (of_sqlite(sqlite3.SQLITE_PERM), UnwritableError, "cannot be written"),
        (of_sqlite(sqlite3.SQLITE_CANTOPEN), UnwritableError, "cannot be opened"),
        (of_sqlite(sqlite3.SQLITE_FULL), UnwritableError, "disk is full"),
        (of_sqlite(sqlite3.SQLITE_IOERR_SHMSIZE), UnwritableError, "disk is full"),
        (of_sqlite(sqlite3.SQLITE_IOERR_FSYNC), UnwritableError, "disk reported"),
        (of_sqlite(sqlite3.SQLITE_CORRUPT, sqlite3.DatabaseError), StoreError, "damaged"),
        (of_sqlite(sqlite3.SQLITE_NOTADB, sqlite3.DatabaseError), StoreError, "damaged"),
        (of_sqlite(sqlite3.SQLITE_TOOBIG, sqlite3.DataError), StoreError, "too large"),
        (of_sqlite(sqlite3.SQLITE_NOMEM), StoreError, "memory"),
        (of_sqlite(sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.IntegrityError), StoreError, "refused"),
        (of_sqlite(sqlite3.SQLITE_ERROR), StoreError, "said no"),
        (sqlite3.OperationalError("Could not decode to UTF-8 column 'data'"), StoreError, "damaged"),
        (sqlite3.ProgrammingError("no code"), StoreError, "said no"),
        (PsycopgError("55P03"), BusyError, "another program"),
        (PsycopgError("40001"), BusyError, "another program"),
        (PsycopgError("25006"), UnwritableError, "cannot be written"),
        (PsycopgError("42501"), UnwritableError, "cannot be written"),
        (PsycopgError("53100"), UnwritableError, "disk is full"),
        (PsycopgError("58030"), UnwritableError, "disk reported"),
        (PsycopgError("XX001"), StoreError, "damaged"),
        (PsycopgError("08006"), StoreError, "cannot be reached"),
        (PsycopgError("57P01"), StoreError, "cannot be reached"),
        (PsycopgError("28P01"), StoreError, "let you in"),
        (PsycopgError("3D000"), StoreError, "no such database"),
        (PsycopgError("23505"), StoreError, "refused"),
        (PsycopgError("42P01"), StoreError, "said no"),
        (PsycopgError(None), StoreError, "cannot be reached"),
        (OSError(errno.ENOSPC, "full"), UnwritableError, "disk is full"),
        (OSError(errno.EROFS, "ro"), UnwritableError, "cannot be written"),
        (PermissionError(errno.EACCES, "no"), UnwritableError, "cannot be written"),
        (OSError(errno.EIO, "io"), UnwritableError, "disk reported"),
        (OSError("unknown"), StoreError, "said no"),
        (SQLAlchemyError("something else"), StoreError, "said no"),
    ],
    ids=lambda value: getattr(value, "sqlstate", None) or str(getattr(value, "sqlite_errorcode", value))[:20],
)
def test_table(error: Exception, kind: type[StoreError], says: str) -> None:
    wrapped = OperationalError("SELECT", {}, error)
    for given in (error, wrapped):
        made = translate(given, "corpus.db")
        assert type(made) is kind
        assert says in made.what
        assert made.where == "corpus.db"
        assert "SELECT" not in str(made)


def test_hints_say_what_to_do() -> None:
    assert "Free some space" in failure(of_sqlite(sqlite3.SQLITE_FULL)).hint
    assert "backup" in failure(of_sqlite(sqlite3.SQLITE_CORRUPT)).hint
    assert "permissions" in failure(of_sqlite(sqlite3.SQLITE_READONLY)).hint


def test_lost_connection() -> None:
    error = DBAPIError("SELECT", {}, PsycopgError("XX000"), connection_invalidated=True)
    assert "reached" in translate(error, "").what


def test_own_errors_pass() -> None:
    with pytest.raises(BusyError, match="mine"), translated("x"):
        raise BusyError("mine")


def saved_ids(store: Store, build: Any) -> list[str]:
    return list(store.layer(build.key).annotations)


def test_busy(database: Path, build: Any) -> None:
    other = sqlite3.connect(database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    store = open_store(f"sqlite:///{database}?timeout=0.05")
    assert saved_ids(store, build) == ["a"]
    for write in (
        lambda: store.undo("amal", build.at),
        lambda: store.set_state("amal", "k", "v"),
        lambda: store.commit("amal", build.at, [build.on(1, build.add(build.entity("b")))]),
        lambda: store.add_documents([build.document("three")], build.at),
    ):
        with pytest.raises(BusyError):
            write()
    other.execute("ROLLBACK")
    other.close()
    assert store.undo("amal", build.at) is not None
    assert store.problems() == []
    store.close()


def test_in_a_hurry(database: Path, build: Any) -> None:
    """Who draws a screen is told soon, of another program and of another thread of its own; others wait."""
    here = threading.current_thread()
    store = open_store(database, hurried=lambda: threading.current_thread() is here)
    other = sqlite3.connect(database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(BusyError, match="another program"):
        store.undo("amal", build.at)
    other.execute("ROLLBACK")
    other.close()
    begun, told = threading.Event(), threading.Event()
    assert isinstance(store, Database)
    with store._held(hurried=False):
        waiting = threading.Thread(target=store.add_documents, args=([build.document("three")], build.at))
        waiting.start()
    waiting.join()
    assert store.has_document("three")
    busy = threading.Thread(target=_hold, args=(store, begun, told))
    busy.start()
    begun.wait()
    with pytest.raises(BusyError, match="this program"):
        store.undo("amal", build.at)
    told.set()
    busy.join()
    assert store.undo("amal", build.at) is not None
    store.close()


def _hold(store: Database, begun: threading.Event, told: threading.Event) -> None:
    with store._held(hurried=False):
        begun.set()
        told.wait()


def test_rehearsal(database: Path, build: Any) -> None:
    """It changes nothing, also when it is refused."""
    store = open_store(database)
    before, entries = store.layer(build.key), store.history()
    store.rehearse("amal", build.at, [build.on(before.revision, build.add(build.entity("b")))])
    assert (store.layer(build.key), store.history()) == (before, entries)
    new = LayerKey("two", "nobody")
    store.rehearse("nobody", build.at, [build.on(0, build.add(build.entity("b")), new)])
    assert store.layers("two") == []
    with pytest.raises(StaleRevisionError):
        store.rehearse("amal", build.at, [build.on(before.revision + 7, build.add(build.entity("b")))])
    assert (store.layer(build.key), store.history()) == (before, entries)
    store.close()


def test_missing(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="annotator init"):
        open_store(tmp_path / "corpus.db")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(UnwritableError):
        open_store(tmp_path / "no" / "corpus.db", create=True)
    with pytest.raises(StoreError, match="folder"):
        open_store(tmp_path, create=True)


def test_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "corpus.db"
    path.touch()
    with pytest.raises(StoreError, match="empty"):
        open_store(path)
    assert path.stat().st_size == 0
    open_store(path, create=True).close()
    open_store(path).close()


@pytest.mark.parametrize("create", [True, False])
def test_database_of_another_program(tmp_path: Path, create: bool) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE bookmark (url TEXT)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program"):
        open_store(path, create=create)
    assert path.read_bytes() == before


def test_no_database(tmp_path: Path) -> None:
    path = tmp_path / "corpus.db"
    path.write_text("زار محمود درويش بيروت\n" * 500, encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(StoreError, match="backup"):
        open_store(path, create=True)
    assert path.read_bytes() == before


def test_damaged_page(database: Path, build: Any) -> None:
    store = open_store(database)
    items = [build.note(f"n{number}", "م" * 500) for number in range(500)]
    store.commit("amal", build.at, [build.on(1, build.add(*items))])
    store.close()
    damaged = bytearray(database.read_bytes())
    for page in range(32, len(damaged) // 4096, 3):
        damaged[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    database.write_bytes(damaged)
    store = open_store(database)
    with pytest.raises(StoreError, match="backup"):
        store.layer(build.key)
    assert store.problems()
    store.close()


def test_row_that_is_no_text(database: Path, build: Any) -> None:
    with sqlite3.connect(database) as raw:
        raw.execute("UPDATE annotation SET data = CAST(x'7b22ff22' AS TEXT)")
    raw.close()
    store = open_store(database)
    with pytest.raises(StoreError, match="backup"):
        store.layer(build.key)
    assert "decode" in store.problems()[0]
    store.close()


@pytest.mark.parametrize("data", ["{", "[]", "1", '{"kind":"entity","id":"a"}', '{"kind":"x"}'])
def test_damaged_row(database: Path, build: Any, data: str) -> None:
    with sqlite3.connect(database) as raw:
        raw.execute("UPDATE annotation SET data = ?", (data,))
        raw.execute("UPDATE entry_edit SET edit = ?", (data,))
    raw.close()
    store = open_store(database)
    for read in (lambda: store.layer(build.key), store.history, lambda: store.undo("amal", build.at)):
        with pytest.raises(StoreError, match=r"read|object"):
            read()
    assert store.problems()
    store.close()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql://u@h/d", "mysql"),
        ("postgresql+nothing://u:secret@h/d", "driver|said no|nothing"),
        ("://", "address"),
        ("sqlite:///x.db?timeout=soon", "seconds"),
    ],
)
def test_other_addresses(url: str, says: str) -> None:
    with pytest.raises(StoreError, match=says) as caught:
        open_store(url)
    assert "secret" not in str(caught.value)


def test_names_of_files(tmp_path: Path, build: Any) -> None:
    for name in ("a b%20c?mode=ro#x.db", "قاعدة.db", "%s.db"):
        path = tmp_path / name
        store = open_store(path, create=True)
        store.set_state("amal", "k", name)
        store.close()
        store = open_store(str(path))
        assert store.get_state("amal", "k") == name
        store.close()
        assert path.is_file()


class TestBackup:
    def test_is_one_file_with_everything(self, database: Path, build: Any, tmp_path: Path) -> None:
        store = open_store(database)
        store.commit("amal", build.at, [build.on(1, build.add(build.entity("b")))])
        folder = tmp_path / "backups"
        folder.mkdir()
        for _ in range(2):
            store.backup(str(folder / "copy.db"))
            assert [path.name for path in folder.iterdir()] == ["copy.db"]
        copy = open_store(folder / "copy.db")
        assert copy.layer(build.key) == store.layer(build.key)
        assert copy.history() == store.history()
        assert copy.problems() == []
        assert copy.undo("amal", build.at) is not None
        with pytest.raises(StoreError, match="in use"):
            store.backup(str(folder / "copy.db"))
        copy.close()
        store.close()

    def test_never_replaces_itself(self, database: Path, build: Any) -> None:
        store = open_store(database)
        with pytest.raises(StoreError, match="itself"):
            store.backup(str(database))
        assert saved_ids(store, build) == ["a"]
        store.close()

    def test_where_nothing_can_be(self, database: Path, tmp_path: Path) -> None:
        store = open_store(database)
        with pytest.raises(UnwritableError, match="no such folder"):
            store.backup(str(tmp_path / "no" / "copy.db"))
        store.close()

    def test_what_a_killed_one_left_goes_with_the_next(self, database: Path, tmp_path: Path) -> None:
        left = tmp_path / "backups" / f"{PREFIX}left"
        left.mkdir(parents=True)
        (left / LOCK).write_bytes(b"")  # nobody holds it
        (left / "copy.db").write_bytes(b"half")
        store = open_store(database)
        store.backup(str(tmp_path / "backups" / "copy.db"))
        store.close()
        assert [path.name for path in (tmp_path / "backups").iterdir()] == ["copy.db"]


def test_an_error_in_the_middle_leaves_nothing(database: Path, build: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from annotator.store import journal

    def fail(*_: Any) -> None:
        raise KeyboardInterrupt

    store = open_store(database)
    with monkeypatch.context() as patch:
        patch.setattr(journal, "_record", fail)
        with pytest.raises(KeyboardInterrupt):
            store.commit("amal", build.at, [build.on(1, build.add(build.entity("b")))])
    assert saved_ids(store, build) == ["a"]
    store.commit("amal", build.at, [build.on(1, Edit("Nothing", ()))])
    assert store.problems() == []
    store.close()


def test_how_long_to_wait_is_said_when_it_changes() -> None:
    backend = SqliteBackend(None, timeout=2.0)
    said = [backend.waits(hurried=hurried) for hurried in (False, False, True, True, False)]
    assert [statement for statements in said for statement in statements] == [
        f"PRAGMA busy_timeout = {milliseconds}" for milliseconds in (2000, int(HURRIED_SECONDS * 1000), 2000)
    ]
    assert said[1] == said[3] == ()
