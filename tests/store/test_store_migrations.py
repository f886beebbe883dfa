"""New databases equal migrated ones; older ones are upgraded after a copy, newer ones refused."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from annotator.errors import NewerDatabaseError, StoreError, UnwritableError
from annotator.store import migrations, open_store, rows, schema
from annotator.store.tables import metadata

NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "0003"


def upgrade() -> None:
    with op.batch_alter_table("document") as batch:
        batch.add_column(sa.Column("language", sa.Text(), nullable=False, server_default="ar"))
        batch.alter_column("title", new_column_name="heading")
"""


def config() -> Config:
    made = Config()
    made.set_main_option("script_location", schema.SCRIPTS)
    return made


def structure(path: Path) -> list[tuple[str, str]]:
    connection = sqlite3.connect(path)
    found = connection.execute("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite%' ORDER BY name")
    result = [(name, " ".join(str(sql).replace('"', "").split())) for name, sql in found]
    connection.close()
    return result


def test_new_databases_are_what_the_migrations_make(tmp_path: Path) -> None:
    open_store(tmp_path / "new.db", create=True).close()
    engine = create_engine(f"sqlite:///{tmp_path / 'migrated.db'}")
    with engine.begin() as connection:
        settings = config()
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()
    created, migrated = structure(tmp_path / "new.db"), structure(tmp_path / "migrated.db")
    assert [name for name, _ in created] == [name for name, _ in migrated]
    assert [sql for _, sql in created if sql.startswith("CREATE INDEX")] == [
        sql for _, sql in migrated if sql.startswith("CREATE INDEX")
    ]
    for (name, one), (_, other) in zip(created, migrated, strict=True):
        if name != "alembic_version":
            assert clauses(one) == clauses(other)


def clauses(sql: str) -> list[str]:
    """What a CREATE statement says, without the order of its constraints."""
    depth, start, found = 0, 0, []
    for position, character in enumerate(sql):
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 1:
            found.append(sql[start:position].strip())
            start = position + 1
    found.append(sql[start:].strip())
    head, _, first = found[0].partition("(")
    last, _, tail = found[-1].rpartition(")")
    return sorted([head.strip(), first.strip(), *found[1:-1], last.strip(), tail.strip()])


def test_head_is_the_newest_migration() -> None:
    assert ScriptDirectory.from_config(config()).get_current_head() == rows.HEAD


@pytest.fixture
def newer_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program with one more migration."""
    folder = tmp_path / "migrations"
    shutil.copytree(Path(migrations.__file__).parent, folder, ignore=shutil.ignore_patterns("__pycache__"))
    script = folder / "versions" / "v9999_language.py"
    script.write_text(NEXT)
    monkeypatch.setattr(schema, "SCRIPTS", str(folder))
    monkeypatch.setattr(schema, "HEAD", "9999")
    return script


def contents(path: Path) -> list[Any]:
    connection = sqlite3.connect(path)
    tables = ("alembic_version", "document", "layer", "annotation", "entry", "entry_edit", "state")
    found = [connection.execute(f"SELECT * FROM {table}").fetchall() for table in tables]  # noqa: S608 - names above
    connection.close()
    return found


def test_older_database(database: Path, newer_program: Path) -> None:
    before = contents(database)
    open_store(database).close()
    version, documents, *rest = contents(database)
    assert version == [("9999",)]
    assert [row[-1] for row in documents] == ["ar", "ar"]
    assert [row[:-1] for row in documents] == before[1]
    assert rest == before[2:]
    copy = database.with_name("corpus.db.0003.backup")
    assert contents(copy) == before
    open_store(database).close()
    assert sorted(path.name for path in database.parent.glob("corpus.db*")) == ["corpus.db", copy.name]


def test_a_copy_never_replaces_another(database: Path, newer_program: Path) -> None:
    database.with_name("corpus.db.0003.backup").write_text("kept")
    open_store(database).close()
    assert database.with_name("corpus.db.0003.backup").read_text() == "kept"
    assert contents(database.with_name("corpus.db.0003.backup-2"))[0] == [("0003",)]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("    op.execute('SELECT * FROM absent')", "no such table"),
        ("    op.execute('DELETE FROM document')", "taken back: row 1 of table layer"),
    ],
)
def test_failed_upgrade(database: Path, newer_program: Path, line: str, says: str) -> None:
    newer_program.write_text(NEXT + line + "\n")
    before = contents(database)
    with pytest.raises(StoreError, match=says):
        open_store(database)
    assert contents(database) == before


def test_older_database_that_cannot_be_written(
    database: Path, newer_program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from annotator.store import sqlite

    connect = sqlite.connect
    monkeypatch.setattr(sqlite, "connect", lambda path, mode, **options: connect(path, "ro", **options))
    with pytest.raises(UnwritableError):
        open_store(database)


@pytest.mark.parametrize("create", [True, False])
def test_newer_database(database: Path, create: bool) -> None:
    with sqlite3.connect(database) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '99999'")
    raw.close()
    before = contents(database)
    with pytest.raises(NewerDatabaseError, match=r"99999.*Update"):
        open_store(database, create=create)
    assert contents(database) == before
    assert list(database.parent.glob("*.backup")) == []
