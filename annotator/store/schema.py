"""The schema of the database: created, recognised, upgraded. Alembic is imported only when there is something to do."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from sqlalchemy import Connection, inspect, select

from annotator.errors import AnnotatorError, NewerDatabaseError, StoreError
from annotator.store.backends import Backend
from annotator.store.prepared import say
from annotator.store.rows import HEAD
from annotator.store.tables import metadata, version

SCRIPTS = "annotator.store:migrations"
"""Where Alembic finds the migrations."""


@contextlib.contextmanager
def begun(connection: Connection, *statements: str) -> Iterator[None]:
    """A transaction that STATEMENTS open; committed at the end, rolled back by any error."""
    with connection.begin():
        for statement in statements:
            say(connection, statement)
        yield


def bring_up_to_date(connection: Connection, backend: Backend, *, create: bool) -> None:
    """Leave the database at `HEAD`: create its tables, upgrade an older one, refuse a newer one or another's."""
    with begun(connection, backend.begin_read):
        revision = _revision(connection, backend, create=create)
    if revision is None:
        backend.before_writing(connection)
        with begun(connection, backend.begin_write):
            if _revision(connection, backend, create=True) is None:  # nobody was faster
                metadata.create_all(connection, checkfirst=False)
                version.create(connection)
                connection.execute(version.insert().values(version_num=HEAD))
        return
    if revision != HEAD:
        _upgrade(connection, backend, revision)
    backend.before_writing(connection)


def _revision(connection: Connection, backend: Backend, *, create: bool) -> str | None:
    """The revision the database carries; None for an empty one that CREATE allows to be filled."""
    tables = inspect(connection).get_table_names()
    if version.name in tables:
        stamped = connection.scalars(select(version.c.version_num)).all()
        if len(stamped) == 1:
            return str(stamped[0])
    if tables:
        raise StoreError("this is a database of another program", where=backend.where)
    if not create:
        raise StoreError("the database is empty", where=backend.where, hint=backend.if_empty)
    return None


def _upgrade(connection: Connection, backend: Backend, revision: str) -> None:
    from alembic import command  # noqa: PLC0415 - slow to import, and almost never needed
    from alembic.config import Config  # noqa: PLC0415 - see above
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - see above
    from alembic.util import CommandError  # noqa: PLC0415 - see above

    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if revision not in known:
        raise NewerDatabaseError(
            f"a newer version of the program made this database (revision {revision}, known up to {HEAD})",
            where=backend.where,
            hint="Update the program",
        )
    backend.before_upgrade(connection, revision)
    config.attributes["connection"] = connection
    try:
        with backend.upgrading(connection), begun(connection, backend.begin_write):
            if _revision(connection, backend, create=False) != HEAD:  # nobody was faster
                command.upgrade(config, HEAD)
            broken = backend.integrity(connection)
            if broken:
                raise StoreError(f"the upgrade was taken back: {broken[0]}", where=backend.where)
    except AnnotatorError:
        raise
    except CommandError as error:
        raise StoreError(f"the database cannot be upgraded ({error})", where=backend.where) from error
