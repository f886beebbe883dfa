"""From an address to an open store; what `annotator.store.open_store` imports when it is called."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from annotator.store.backends import backend_of
from annotator.store.database import Database
from annotator.store.failures import translated
from annotator.store.schema import bring_up_to_date


def open_database(url: str | Path, *, create: bool = False, hurried: Callable[[], bool] = lambda: False) -> Database:
    """Open, create or upgrade the database at URL; see `annotator.store.open_store`."""
    backend = backend_of(url)
    with translated(backend.where):
        engine = backend.engine(create=create)
        try:
            connection = engine.connect()
            bring_up_to_date(connection, backend, create=create)
        except BaseException:
            engine.dispose()
            raise
        return Database(connection, backend, hurried)
