"""The databases the store runs on: how to connect, how a transaction begins, and what only one of them can do."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any, Final, Protocol, cast

from sqlalchemy import URL, Connection, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import StaticPool

from annotator.errors import StoreError, UnwritableError
from annotator.store import sqlite
from annotator.workflow.sources import may_be_there

HURRIED_SECONDS: Final = 0.4
"""How long a thread that draws a screen waits for another writer: longer looks like a program that hangs."""


class Backend(Protocol):
    """One kind of database."""

    where: str
    """Names the database in messages; never with a password."""
    begin_read: str
    """The first statement of a transaction that reads one consistent state."""
    begin_write: str
    """The first statement of a transaction that writes: it takes its place behind all other writers."""
    if_empty: str
    """What to do about a database in which there is nothing."""

    def engine(self, *, create: bool) -> Engine:
        """An engine that is used for one connection. StoreError when there is no database and CREATE is false."""

    def before_writing(self, connection: Connection) -> None:
        """Settings that change the database, once it is known to be one of ours. Outside a transaction."""

    def before_upgrade(self, connection: Connection, revision: str) -> None:
        """Keep a copy of the database at the old REVISION, where that is a file."""

    def upgrading(self, connection: Connection) -> AbstractContextManager[None]:
        """What a migration needs around its transaction."""

    def has_trigrams(self, connection: Connection) -> bool:
        """Whether `annotator.store.search` can keep its index in this database."""

    def waits(self, *, hurried: bool) -> tuple[str, ...]:
        """Statements that say, before a transaction's first one, how long it waits: HURRIED_SECONDS, or its usual.

        Whoever asks executes them: they may be left out where the connection has been told already.
        """

    def confirm(self) -> None:
        """Inside a transaction that writes: StoreError when what it writes would be lost."""

    def leave(self, connection: Connection) -> None:
        """Before CONNECTION is closed."""

    def make_ready(self) -> None:
        """Do beforehand what the first commits would spend time on. Outside a transaction, beside the connection."""

    def settle(self) -> None:
        """Do what a later commit would have to do for those before it. Outside a transaction, beside the connection."""

    def integrity(self, connection: Connection) -> list[str]:
        """What the database itself finds wrong; empty when all is well."""

    def backup(self, connection: Connection, target: Path) -> None:
        """Write a copy of the database to TARGET."""


class SqliteBackend:
    """A file beside the project; None for a database in memory that lives as long as its store."""

    begin_read = sqlite.BEGIN_READ
    begin_write = sqlite.BEGIN_WRITE
    if_empty = "Put a copy of 'annotator backup' in its place, or remove the file to begin anew"

    def __init__(self, path: Path | None, timeout: float = sqlite.BUSY_SECONDS) -> None:
        self._path = path
        self._timeout = timeout
        self._waiting = -1.0  # seconds, as was said last
        self._files: sqlite.Whereabouts | None = None
        self.where = "memory" if path is None else str(path)

    def engine(self, *, create: bool) -> Engine:
        """An engine over one connection, in SQLite's own autocommit: the store says BEGIN itself."""
        path = self._path
        if path is not None and not create and not may_be_there(path):
            raise StoreError("there is no database", where=self.where, hint="Run 'annotator init' to begin a project")
        if path is not None and os.path.isdir(path):  # noqa: PTH112 - never raises
            raise StoreError("this is a folder, not a database", where=self.where)
        return create_engine(
            "sqlite://",
            creator=lambda: self._connect("rwc" if create else "rw"),
            poolclass=StaticPool,
        )

    def _connect(self, mode: sqlite.Mode) -> sqlite3.Connection:
        connection = sqlite.connect(self._path, mode, timeout=self._timeout)
        if self._path is not None:
            self._files = sqlite.Whereabouts(self._path)
        return connection

    def before_writing(self, connection: Connection) -> None:
        """Write-ahead logging; a file that can only be read keeps what it has."""
        raw = _raw(connection)
        if self._path is None or os.access(self._path, os.W_OK):
            try:
                sqlite.use_log(raw, self._timeout)
            except sqlite3.OperationalError as error:
                if sqlite.primary_code(error) not in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}:
                    raise
        if self._files is not None:
            self._files.hold()  # now it has its log

    def before_upgrade(self, connection: Connection, revision: str) -> None:
        """A copy beside the file, under a name that says its revision and replaces nothing."""
        if self._path is not None:
            name, number = f"{self._path.name}.{revision}.backup", 1
            while (target := self._path.with_name(name if number == 1 else f"{name}-{number}")).exists():
                number += 1
            sqlite.copy(_raw(connection), target)

    @contextmanager
    def upgrading(self, connection: Connection) -> Iterator[None]:
        """Foreign keys are checked once, at the end, instead of at each statement."""
        with sqlite.references_unchecked(_raw(connection)):
            yield

    def has_trigrams(self, connection: Connection) -> bool:
        """With FTS5, whose tokenizer for trigrams came with 3.34."""
        return sqlite.has_trigrams(_raw(connection))

    def waits(self, *, hurried: bool) -> tuple[str, ...]:
        """A setting of the connection, so it is said when another one is wanted than the last time."""
        seconds = min(HURRIED_SECONDS, self._timeout) if hurried else self._timeout
        if seconds == self._waiting:
            return ()
        self._waiting = seconds
        return (f"PRAGMA busy_timeout = {int(seconds * 1000)}",)

    def confirm(self) -> None:
        """UnwritableError when the files are not those that were opened."""
        if self._files is not None and not self._files.hold():
            raise UnwritableError(
                "the database is gone or replaced",
                where=self.where,
                hint="Put it back, or open the project again",
            )

    def leave(self, connection: Connection) -> None:
        """Leave no log behind that another file would be taken to belong to."""
        if self._files is not None and self._files.left_log():
            with suppress(sqlite3.Error):  # somebody else is at work already
                _raw(connection).execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def make_ready(self) -> None:
        """Room in the log."""
        if self._path is not None and self._files is not None and self._files.hold():
            sqlite.make_log_room(self._path)

    def settle(self) -> None:
        """A checkpoint."""
        if self._path is not None and self._files is not None and self._files.hold():
            sqlite.settle_log(self._path)

    def integrity(self, connection: Connection) -> list[str]:
        """Pages, indexes and foreign keys."""
        return sqlite.integrity(_raw(connection))

    def backup(self, connection: Connection, target: Path) -> None:
        """SQLite's online backup. StoreError when TARGET is the database itself."""
        there = os.path.exists(target)  # noqa: PTH110 - never raises
        if self._path is not None and there and target.samefile(self._path):
            raise StoreError("a database is no backup of itself", where=self.where, hint="Choose another name")
        sqlite.copy(_raw(connection), target)


WRITERS: Final = 0x616E6E6F
"""The advisory lock that PostgreSQL's writers queue for; any number that is ours."""

_SILENCE: Final = 10
"""Seconds without any sign of life after which a server is gone, as behind a network that is: the system would wait
for a quarter of an hour, and the screen with it."""
_GIVE_UP: Final = {
    "connect_timeout": _SILENCE,
    "tcp_user_timeout": _SILENCE * 1000,
    "keepalives_idle": _SILENCE // 2,
    "keepalives_interval": _SILENCE // 5,
    "keepalives_count": 3,
}
"""libpq's names; an address may say otherwise."""


class PostgresqlBackend:
    """A server that a team shares."""

    begin_read = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
    # One writer at a time, as in SQLite: edits are small and short, and nothing can then deadlock or need a retry.
    begin_write = f"SELECT pg_advisory_xact_lock({WRITERS})"
    if_empty = "Run 'annotator import' to begin, or restore what pg_dump kept"

    def __init__(self, url: URL) -> None:
        self._url = url
        self.where = url.render_as_string(hide_password=True)

    def engine(self, *, create: bool) -> Engine:  # noqa: ARG002 - a database on a server is created by its owner
        """An engine whose waits for locks end. StoreError when the driver is not installed."""
        given = self._url.query.get("options", ())
        options = [
            f"-c lock_timeout={int(sqlite.BUSY_SECONDS * 1000)}",
            *((given,) if isinstance(given, str) else given),  # such as a schema to look in; each may be said anew
            "-c default_transaction_isolation=read\\ committed",  # a writer reads what those before it wrote
        ]
        try:
            return create_engine(
                self._url,
                connect_args={"options": " ".join(options), "client_encoding": "utf8"}  # whatever $PG... says
                | {name: value for name, value in _GIVE_UP.items() if name not in self._url.query},
            )
        except ModuleNotFoundError as error:
            raise StoreError(
                f"the driver {error.name!r} is not installed", where=self.where, hint="Install psycopg 3"
            ) from error

    def before_writing(self, connection: Connection) -> None:
        """Nothing to set."""

    def before_upgrade(self, connection: Connection, revision: str) -> None:
        """A server's backups are its owner's."""

    def upgrading(self, connection: Connection) -> AbstractContextManager[None]:  # noqa: ARG002 - see Backend
        """DDL is transactional here."""
        return nullcontext()

    def has_trigrams(self, connection: Connection) -> bool:  # noqa: ARG002 - see Backend
        """Not without an extension that its owner would have to install."""
        return False

    def waits(self, *, hurried: bool) -> tuple[str, ...]:
        """A setting of the transaction; the usual one is the connection's."""
        return (f"SET LOCAL lock_timeout = {int(HURRIED_SECONDS * 1000)}",) if hurried else ()

    def confirm(self) -> None:
        """The server's concern."""

    def leave(self, connection: Connection) -> None:
        """Nothing to be done."""

    def make_ready(self) -> None:
        """The server's concern."""

    def settle(self) -> None:
        """The server's concern."""

    def integrity(self, connection: Connection) -> list[str]:  # noqa: ARG002 - see Backend
        """PostgreSQL checks its constraints at all times."""
        return []

    def backup(self, connection: Connection, target: Path) -> None:  # noqa: ARG002 - see Backend
        """StoreError: a server's backup is not made through one of its clients."""
        raise StoreError("a database on a server cannot be copied to a file", where=self.where, hint="Use pg_dump")


def backend_of(url: str | Path) -> Backend:
    """The backend for a path or an SQLAlchemy URL (`?timeout=` of an SQLite URL in seconds). StoreError for others."""
    if isinstance(url, Path) or "://" not in url:
        return SqliteBackend(Path(url))
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise StoreError("this is no address of a database", where=url.split("@")[-1]) from None
    match parsed.get_backend_name():
        case "sqlite":
            in_memory = parsed.database in {None, "", ":memory:"}
            return SqliteBackend(None if in_memory else Path(str(parsed.database)), _timeout(parsed))
        case "postgresql":
            return PostgresqlBackend(parsed)
        case other:
            raise StoreError(f"databases of kind {other!r} are not supported", hint="Use SQLite or PostgreSQL")


def _timeout(url: URL) -> float:
    given = url.query.get("timeout", str(sqlite.BUSY_SECONDS))
    try:
        return float(str(given))
    except ValueError:
        raise StoreError(f"{given!r} is no number of seconds", where=str(url)) from None


def _raw(connection: Connection) -> sqlite3.Connection:
    driver: Any = connection.connection.dbapi_connection
    return cast("sqlite3.Connection", driver)
