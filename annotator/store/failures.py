"""What the database says, as one of the store's own errors. No exception of SQLAlchemy or a driver leaves the package.

SQLite's result codes: https://www.sqlite.org/rescode.html. PostgreSQL's SQLSTATEs:
https://www.postgresql.org/docs/current/errcodes-appendix.html.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from annotator.errors import AnnotatorError, BusyError, StoreError, UnwritableError
from annotator.store.sqlite import primary_code


class Failure(NamedTuple):
    """An error to raise: its class, what happened, and what to do."""

    error: type[StoreError]
    what: str
    hint: str


_FULL = Failure(UnwritableError, "the disk is full", "Free some space, then do it again; nothing is half done")
_BUSY = Failure(BusyError, "another program is writing to the database", "Try again in a moment")
_READ_ONLY = Failure(
    UnwritableError, "the database cannot be written", "Check the permissions of the file and of its folder"
)
_CLOSED = Failure(
    UnwritableError, "the database cannot be opened", "Check the permissions of the file and of its folder"
)
_DAMAGED = Failure(
    StoreError,
    "this is no database, or a damaged one",
    "Put a backup in its place, and none of the files ending in -wal and -shm beside it",
)
_DISK = Failure(
    UnwritableError, "the disk reported an error", "Check the disk; open the project again to see what was kept"
)
_UNREACHABLE = Failure(
    StoreError,
    "the database server cannot be reached",
    "Check the server and the network; reload the document to see whether the last edit was saved",
)
_TOO_LARGE = Failure(StoreError, "a value is too large for the database", "Split the document")
_REFUSED = Failure(StoreError, "the database refused what was asked", "Check it with 'annotator check'")

SQLITE: Final[dict[int, Failure]] = {
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: _CLOSED,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_IOERR: _DISK,
    sqlite3.SQLITE_IOERR_SHMSIZE: _FULL,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_TOOBIG: _TOO_LARGE,
    sqlite3.SQLITE_NOMEM: Failure(StoreError, "there is not enough memory", "Close other programs"),
    sqlite3.SQLITE_CONSTRAINT: _REFUSED,
}
"""By SQLite's extended result code where it is listed, else by the primary one (the low byte)."""

POSTGRESQL: Final[dict[str, Failure]] = {
    "55P03": _BUSY,  # lock not available
    "40001": _BUSY,  # serialization failure
    "40P01": _BUSY,  # deadlock
    "57014": _BUSY,  # cancelled, as by a time-out
    "25006": _READ_ONLY,  # read-only transaction
    "42501": _READ_ONLY,  # insufficient privilege
    "53100": _FULL,
    "54": _TOO_LARGE,  # a limit of the server's, such as the length of what an index holds
    "58": _DISK,
    "XX": _DAMAGED,
    "08": _UNREACHABLE,
    "57": _UNREACHABLE,  # shut down by its operator
    "28": Failure(StoreError, "the database server does not let you in", "Check user name and password"),
    "3D": Failure(StoreError, "the server has no such database", "Ask for it to be created"),
    "23": _REFUSED,
}
"""By SQLSTATE where it is listed, else by its class (the first two characters)."""

SYSTEM: Final[dict[int, Failure]] = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EROFS: _READ_ONLY,
    errno.EACCES: _READ_ONLY,
    errno.EPERM: _READ_ONLY,
    errno.EIO: _DISK,
}
"""By `errno`, for files that are written without SQL (backups)."""

_OTHER = Failure(StoreError, "the database said no", "")


def failure(error: BaseException) -> Failure:
    """What ERROR, of SQLAlchemy, a driver or the system, means to a person."""
    if isinstance(error, DBAPIError):
        if error.connection_invalidated:
            return _UNREACHABLE
        error = error.orig or error
    found: Failure | None = None
    if isinstance(error, sqlite3.OperationalError) and str(error).startswith("Could not decode"):
        found = _DAMAGED  # raised by Python's module, so without a code
    elif isinstance(error, sqlite3.Error):
        found = SQLITE.get(getattr(error, "sqlite_errorcode", 0)) or SQLITE.get(primary_code(error))
    elif isinstance(error, OSError):
        found = SYSTEM.get(error.errno or 0)
    elif state := getattr(error, "sqlstate", None):
        found = POSTGRESQL.get(state) or POSTGRESQL.get(state[:2])
    elif type(error).__module__.startswith("psycopg"):  # without a SQLSTATE: it never got as far as the server
        found = _UNREACHABLE
    return found or _OTHER


def translate(error: BaseException, where: str) -> StoreError:
    """ERROR as one of the store's errors; `where` names the database."""
    cause = (error.orig if isinstance(error, DBAPIError) else None) or error
    said = " ".join(str(cause).split())[:200] or type(cause).__name__
    said = "".join(character if character.isprintable() else "?" for character in said)
    kind, what, hint = failure(error)
    if not hint:
        return kind(f"{what} ({said})", where=where)
    return kind(what, where=where, hint=f"{hint} ({said})")  # last: a line may have no room for all


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Inside, every failure of the database `where` is raised as a StoreError."""
    try:
        yield
    except AnnotatorError:
        raise
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        raise translate(error, where) from error
