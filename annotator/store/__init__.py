"""The database behind the ports of `workflow.ports`; the only package that knows SQL.

Nothing heavy is imported until `open_store` is called: what is on the way to the first frame reads through
`annotator.store.first`, which needs only the standard library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from annotator.workflow.ports import Store

__all__ = ["open_store"]


def open_store(url: str | Path, *, create: bool = False, hurried: Callable[[], bool] = lambda: False) -> Store:
    """Open the project's database: the path of an SQLite file, or an SQLAlchemy URL (`postgresql+psycopg://...`).

    An older database is upgraded, after a copy of it was put beside it. With CREATE a missing one is made. The store
    may be used from any thread, one at a time inside. Where the file cannot be written it can still be read.

    HURRIED is asked, in the thread that wants something, whether that thread must not wait long: the one that draws a
    screen gets a BusyError soon where others wait five seconds for another program's edit.

    StoreError when there is no database or it is none of this program's, NewerDatabaseError when a newer version made
    it, UnwritableError when it is too old to be read and cannot be upgraded in place.
    """
    from annotator.store.opening import open_database  # noqa: PLC0415 - SQLAlchemy takes 300 ms to import

    return open_database(url, create=create, hurried=hurried)
