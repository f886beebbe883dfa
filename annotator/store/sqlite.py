"""SQLite: opening a file safely, and the SQL only SQLite has. Standard library only.

Durability: with write-ahead logging and `synchronous=FULL` every commit is one fsync of the log, so what is committed
survives a power cut (https://www.sqlite.org/pragma.html#pragma_synchronous). `fullfsync` asks macOS for the same.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

from annotator.errors import StoreError, UnwritableError

BUSY_SECONDS: Final = 5.0
"""How long a writer waits for another program's transaction; ours take milliseconds."""

BEGIN_READ: Final = "BEGIN"
BEGIN_WRITE: Final = "BEGIN IMMEDIATE"
"""Takes the write lock at once: a transaction that first reads and then writes can then not fail half-way."""

_UNWRITABLE: Final = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}

Mode = Literal["ro", "rw", "rwc"]


def connect(path: Path | None, mode: Mode, *, timeout: float = BUSY_SECONDS) -> sqlite3.Connection:
    """Open the database at PATH (None: in memory), which exists unless MODE is "rwc".

    Where neither the file nor its folder can be written, a database in WAL mode can only be read as one that nobody
    changes meanwhile (`immutable`, https://www.sqlite.org/wal.html#readonly); UnwritableError when it still has a log
    that nobody merged. sqlite3.Error for whatever SQLite has to say.
    """
    if path is None:
        return _open("file::memory:", timeout)
    uri = path.absolute().as_uri()
    try:
        return _open(f"{uri}?mode={mode}", timeout)
    except sqlite3.Error as error:
        if primary_code(error) not in _UNWRITABLE or not os.access(path, os.R_OK):
            raise
        if log_is_pending(path):
            raise UnwritableError(
                "the last edits are still in the database's log, which cannot be read here",
                where=str(path),
                hint="Open the project once where its folder can be written",
            ) from error
    return _open(f"{uri}?immutable=1", timeout)


def _open(uri: str, timeout: float) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, timeout=timeout, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA fullfsync=ON")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA trusted_schema=OFF")  # the file may come from anybody
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # the first look into the file
    except BaseException:
        connection.close()
        raise
    return connection


def primary_code(error: sqlite3.Error) -> int:
    """SQLite's primary result code of ERROR, 0 when it is not SQLite's own."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def log_is_pending(path: Path) -> bool:
    """Whether a write-ahead log with anything in it lies beside the database at PATH."""
    try:
        return os.stat(f"{path}-wal").st_size > 0  # noqa: PTH116 - appends to the name, whatever its ending
    except OSError:
        return False


def use_log(connection: sqlite3.Connection) -> None:
    """Switch to write-ahead logging, for good. Where the file system cannot (no shared memory), stay durable."""
    mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
    if mode != "wal":
        connection.execute("PRAGMA synchronous=EXTRA")  # also the removal of the rollback journal


@contextlib.contextmanager
def references_unchecked(connection: sqlite3.Connection) -> Iterator[None]:
    """Foreign keys off inside: a migration rebuilds a table by dropping it. Must be entered outside a transaction."""
    connection.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        connection.execute("PRAGMA foreign_keys=ON")


def has_trigrams(connection: sqlite3.Connection) -> bool:
    """Whether this SQLite was built with FTS5 and its tokenizer for trigrams."""
    options = {row[0] for row in connection.execute("PRAGMA compile_options")}
    return "ENABLE_FTS5" in options and sqlite3.sqlite_version_info >= (3, 34)


def integrity(connection: sqlite3.Connection) -> list[str]:
    """What SQLite itself finds wrong with the file; empty when all is well."""
    try:
        found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
        if not found:
            for table, rowid, parent, _ in connection.execute("PRAGMA foreign_key_check"):
                found.append(f"row {rowid} of table {table} refers to a row of {parent} that does not exist")
    except sqlite3.DatabaseError as error:
        if primary_code(error) not in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
            raise
        return [str(error)]
    return found


def copy(connection: sqlite3.Connection, target: Path) -> None:
    """Write a consistent copy of the whole database to TARGET: one file, synced, then renamed into place."""
    if log_is_pending(target):
        raise StoreError("a database in use cannot be replaced", where=str(target), hint="Choose another name")
    from annotator.workflow.aside import Aside  # noqa: PLC0415 - only who copies needs it
    from annotator.workflow.files import unwritable  # noqa: PLC0415 - as above

    try:
        with Aside(target.parent) as place:
            copied = sqlite3.connect(place / target.name, isolation_level=None)
            try:
                connection.backup(copied)
                copied.execute("PRAGMA journal_mode=DELETE")  # can then be read from where nothing can be written
            finally:
                copied.close()
            _sync(place / target.name)
            (place / target.name).replace(target)
    except OSError as error:
        raise unwritable(error, target) from error
    with contextlib.suppress(OSError):  # not every system can sync a folder
        _sync(target.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
