"""Statements of the key's path: compiled once for each kind of database, then given to its driver as they are.

SQLAlchemy takes some 60 µs to find a statement again and to wrap what it gives; SQLite itself takes five. What comes
back are bare rows, so such a statement names its columns, and none of them may be of a type that has to be converted.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Insert
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ClauseElement

Values = Mapping[str, Any]


def say(connection: Connection, statement: str) -> None:
    """Execute a STATEMENT that has no parameters and gives nothing back."""
    driver = _sqlite(connection)
    if driver is not None:
        driver.execute(statement)
    else:
        connection.exec_driver_sql(statement)


class Prepared:
    """One statement with named parameters; an INSERT has those COLUMNS that it is given.

    Every method is called inside a transaction of the connection, and raises what SQLAlchemy or SQLite's driver does.
    """

    def __init__(self, statement: ClauseElement, *columns: str) -> None:
        self._statement = statement
        self._columns = list(columns) or None
        self._texts: dict[tuple[str, str], _Text] = {}

    def rows(self, connection: Connection, values: Values) -> Sequence[Sequence[Any]]:
        """The rows that it selects."""
        text = self._text(connection)
        driver = _sqlite(connection)
        if driver is not None:
            return driver.execute(text.sql, text.ordered(values)).fetchall()
        return connection.exec_driver_sql(text.sql, text.named(values)).all()

    def run(self, connection: Connection, *values: Values) -> None:
        """Execute it, once for each of VALUES."""
        text = self._text(connection)
        driver = _sqlite(connection)
        if driver is not None:
            driver.executemany(text.sql, map(text.ordered, values))
        elif values:
            connection.exec_driver_sql(text.sql, [text.named(one) for one in values])

    def add(self, connection: Connection, values: Values) -> int:
        """Insert a row, and return the number that the database gave it."""
        text = self._text(connection)
        driver = _sqlite(connection)
        if driver is not None:
            return driver.execute(text.sql, text.ordered(values)).lastrowid or 0
        return int(connection.exec_driver_sql(text.sql, text.named(values)).scalar_one())

    def _text(self, connection: Connection) -> _Text:
        dialect = connection.dialect
        key = (dialect.name, dialect.driver)
        found = self._texts.get(key)
        if found is None:
            options = {"column_keys": self._columns} if isinstance(self._statement, Insert) else {}
            compiled = self._statement.compile(dialect=dialect, **options)  # type: ignore[arg-type]  # a list of names
            assert isinstance(compiled, SQLCompiler)  # noqa: S101 - the dialects there are compile to SQL
            found = self._texts[key] = _Text(compiled)
        return found


def _sqlite(connection: Connection) -> sqlite3.Connection | None:
    driver: Any = connection.connection.dbapi_connection
    return driver if isinstance(driver, sqlite3.Connection) else None


class _Text:
    """A statement in one kind of SQL."""

    __slots__ = ("_fixed", "_names", "sql")

    def __init__(self, compiled: SQLCompiler) -> None:
        self.sql: Final = compiled.string
        self._fixed = compiled.construct_params(_check=False)  # literals of the statement itself; ours are None
        self._names = compiled.positiontup or []

    def ordered(self, values: Values) -> list[Any]:
        return [values[name] if name in values else self._fixed[name] for name in self._names]

    def named(self, values: Values) -> Any:
        if self._names:
            return tuple(self.ordered(values))
        return {name: values.get(name, fixed) for name, fixed in self._fixed.items()}
