"""SQLite: opening a file safely, and the SQL only SQLite has. Standard library only.

Durability: with write-ahead logging and `synchronous=FULL` every commit is one fsync of the log, so what is committed
survives a power cut (https://www.sqlite.org/pragma.html#pragma_synchronous). `fullfsync` asks macOS for the same.

Speed: that one fsync is quickest where the log is written over what was in it before, because a file that grows needs
its size on the disk as well. So the log keeps its room, and what it holds goes into the database while nobody is at
work: a checkpoint inside a commit would be two more fsyncs (https://www.sqlite.org/wal.html#ckpt).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

from annotator.errors import StoreError, UnwritableError

BUSY_SECONDS: Final = 5.0
"""How long a writer waits for another program's transaction; ours take milliseconds."""

_AGAIN: Final = 0.01
"""Seconds between two attempts where SQLite itself does not wait."""

LOG_LIMIT: Final = 16 << 20
"""Bytes of the log from which a commit moves it into the database after all, and that the file keeps for good."""
LOG_ROOM: Final = 4 << 20
"""Bytes of log that are on the disk before the first edit: those of some hundred edits."""
_SPARE: Final = 16
"""A disk with less free space than so many times that room is left alone."""

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


class Whereabouts:
    """Which files a database that is open at PATH consists of.

    SQLite goes on writing to a file that was removed or replaced, where nobody will ever find it. And what opens the
    database by its name would then mix the old log with another file (https://www.sqlite.org/howtocorrupt.html).
    """

    def __init__(self, path: Path) -> None:
        """The database at PATH was just opened; its log comes with the first look into it."""
        self._names = str(path.absolute()), f"{path.absolute()}-wal"
        self._known = [_identity(self._names[0]), None]

    def hold(self) -> bool:
        """Whether both files still are what they were. A database without a log has none now either."""
        found = [_identity(name) for name in self._names]
        if self._known[1] is None:
            self._known[1] = found[1]
        return found == self._known

    def left_log(self) -> bool:
        """Whether the database is another file now, or none, and its log lies where it lay."""
        file, log = (_identity(name) for name in self._names)
        return file != self._known[0] and log is not None and log == self._known[1]


def _identity(name: str) -> tuple[int, int] | None:
    try:
        found = os.stat(name)  # noqa: PTH116 - before every edit: a Path takes longer than the question
    except OSError:
        return None
    return found.st_dev, found.st_ino


def use_log(connection: sqlite3.Connection, seconds: float = BUSY_SECONDS) -> None:
    """Switch to write-ahead logging, for good. Where the file system cannot (no shared memory), stay durable.

    Others may do the same for SECONDS.
    """
    if _switched(connection, seconds) != "wal":
        connection.execute("PRAGMA synchronous=EXTRA")  # also the removal of the rollback journal
        return
    pages = LOG_LIMIT // connection.execute("PRAGMA page_size").fetchone()[0]
    connection.execute(f"PRAGMA wal_autocheckpoint={pages}")
    connection.execute(f"PRAGMA journal_size_limit={LOG_LIMIT}")


def _switched(connection: sqlite3.Connection, seconds: float) -> str:
    """The mode of the journal from now on. Of two that switch at once SQLite refuses one, whatever its timeout is."""
    until = time.monotonic() + seconds
    while True:
        try:
            return str(connection.execute("PRAGMA journal_mode=WAL").fetchone()[0])
        except sqlite3.OperationalError as error:
            if primary_code(error) != sqlite3.SQLITE_BUSY or time.monotonic() >= until:
                raise
        time.sleep(_AGAIN)


def settle_log(path: Path) -> None:
    """Move what the log of the database at PATH holds into the database, and begin the log anew, in its old place.

    It waits for nobody, and nobody's edit waits for the checkpoint. Whatever cannot be done is left as it is:
    a database that cannot be written, that has no log, or one that others are at work on.
    """
    with contextlib.suppress(sqlite3.Error), _beside(path) as connection:
        held, frames, moved = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        if not held and 0 < frames == moved:
            _begin_log(connection)


def make_log_room(path: Path) -> None:
    """See to it that the log of the database at PATH has room for edits, which then need not make its file longer.

    A transaction too large for the memory that it may use is written to the log, and taken back: what is behind the
    last commit counts for nothing. It keeps other writers waiting for some milliseconds, and waits for nobody itself.
    Whatever cannot be done is left as it is, as in `settle_log`.
    """
    log = Path(f"{path}-wal")
    with contextlib.suppress(sqlite3.Error, OSError):
        if _size(log) >= LOG_ROOM or shutil.disk_usage(path.parent).free < _SPARE * LOG_ROOM:
            return
        with _beside(path) as connection:
            if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                return
            if not _size(log):
                _begin_log(connection)
            connection.execute("PRAGMA cache_size=8")
            connection.execute(BEGIN_WRITE)
            connection.execute("CREATE TABLE room (room BLOB)")
            connection.execute("INSERT INTO room VALUES (zeroblob(?))", (LOG_ROOM,))
            connection.execute("ROLLBACK")
        _sync(log)


def _beside(path: Path) -> contextlib.closing[sqlite3.Connection]:
    """Another connection, which never waits. Closing it takes back what it did not commit."""
    return contextlib.closing(_open(f"{path.absolute().as_uri()}?mode=rw", 0))


def _begin_log(connection: sqlite3.Connection) -> None:
    """Write a log's head, which has an fsync of its own, by a commit that changes nothing."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    connection.execute(BEGIN_WRITE)
    connection.execute(f"PRAGMA user_version={version}")
    connection.execute("COMMIT")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


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
    handle = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)  # Windows syncs only what it may write
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
