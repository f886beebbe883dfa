"""From an address to an open store; what `annotator.store.open_store` imports when it is called."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from annotator.store.backends import backend_of
from annotator.store.database import Database
from annotator.store.failures import translated
from annotator.store.schema import bring_up_to_date


def open_database(url: str | Path, *, create: bool = False, hurried: Callable[[], bool] = lambda: False) -> Database:
    """Open, create or upgrade the database at URL; see `annotator.store.open_store`."""
    backend = backend_of(url)
    with translated(backend.where), ExitStack() as undo:
        engine = backend.engine(create=create)
        undo.callback(engine.dispose)
        connection = engine.connect()
        undo.callback(connection.close)  # which the engine does not do for those in use
        bring_up_to_date(connection, backend, create=create)
        undo.pop_all()
        return Database(connection, backend, hurried)
