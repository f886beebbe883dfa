"""New databases equal migrated ones; older ones are upgraded after a copy, newer ones refused."""

from __future__ import annotations

import gc
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect

from annotator.errors import NewerDatabaseError, StoreError, UnwritableError
from annotator.model.annotations import Annotation, Note, Record, kind_of
from annotator.model.codec import encode_edit
from annotator.model.documents import digest
from annotator.model.operations import Edit, Replacement
from annotator.store import migrations, open_store, rows, schema
from annotator.store.rows import annotation_data, to_json
from annotator.store.tables import metadata
from annotator.workflow.ports import BASIS, DECISIONS, Adjudication, LayerKey, Person

NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "0004"


def upgrade() -> None:
    with op.batch_alter_table("document") as batch:
        batch.add_column(sa.Column("language", sa.Text(), nullable=False, server_default="ar"))
        batch.alter_column("title", new_column_name="heading")
"""


OPEN = """
import sys
from annotator.store import open_store
store = open_store(sys.argv[1])
print(store.problems())
store.close()
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
    script.write_text(NEXT, encoding="utf-8")
    monkeypatch.setattr(schema, "SCRIPTS", str(folder))
    monkeypatch.setattr(schema, "HEAD", "9999")
    return script


def contents(path: Path) -> list[Any]:
    connection = sqlite3.connect(path)
    tables = ("alembic_version", "document", "layer", "annotation", "entry", "entry_edit", "entry_state", "state")
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
    copy = database.with_name("corpus.db.0004.backup")
    assert contents(copy) == before
    open_store(database).close()
    assert sorted(path.name for path in database.parent.glob("corpus.db*")) == ["corpus.db", copy.name]


def test_a_copy_never_replaces_another(database: Path, newer_program: Path) -> None:
    database.with_name("corpus.db.0004.backup").write_text("kept", encoding="utf-8")
    open_store(database).close()
    assert database.with_name("corpus.db.0004.backup").read_text(encoding="utf-8") == "kept"
    assert contents(database.with_name("corpus.db.0004.backup-2"))[0] == [("0004",)]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("    op.execute('SELECT * FROM absent')", "no such table"),
        ("    op.execute('DELETE FROM document')", "taken back: row 1 of table layer"),
    ],
)
def test_failed_upgrade(database: Path, newer_program: Path, line: str, says: str) -> None:
    newer_program.write_text(NEXT + line + "\n", encoding="utf-8")
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


def as_of(path: Path, revision: str) -> None:
    """Make a database as the program of REVISION left it, with two layers and, where there were any, people."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        settings = config()
        settings.attributes["connection"] = connection
        command.upgrade(settings, revision)
    engine.dispose()
    rows: dict[str, list[tuple[object, ...]]] = {
        "document": [
            (1, "one", "t", digest("abc"), "", "utf-8", 0, 3, "2026", "abc"),
            (2, "two", "t", digest("abc"), "", "utf-8", 0, 3, "2026", "abc"),
        ],
        "entry": [
            (1, "2026", "amal", "Add", "do", 0, "done"),
            (2, "2026", "rima", "Begin", "do", 0, "done"),
            (3, "2026", "rima", "Begin", "do", 0, "done"),
        ],
    }
    items: dict[int, Annotation] = {
        1: Note("a", "x"),
        2: Record(BASIS, BASIS, '{"items":3,"layers":{"amal":1},"open":1}'),
        3: Record(BASIS, BASIS, "damaged"),
    }
    raw = sqlite3.connect(path)
    for table, values in rows.items():
        for row in values:
            raw.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608 - names above
    columns = "number, document, name, revision, entities, events, others, edited_at"
    for number, document, name in ((1, 1, "amal"), (2, 1, DECISIONS), (3, 2, DECISIONS)):
        row = (number, document, name, 1, 0, 0, 1, "2026")
        raw.execute(f"INSERT INTO layer ({columns}) VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608 - above
        item = items[number]
        edit = to_json(encode_edit(Edit("Add", (Replacement(None, item),))))
        data = (number, 1, 0, item.id, kind_of(item), None, annotation_data(item))
        raw.execute("INSERT INTO annotation VALUES (?, ?, ?, ?, ?, ?, ?)", data)
        raw.execute("INSERT INTO entry_edit VALUES (?, 0, ?, 0, ?)", (number, number, edit))
    if revision >= "0003":
        raw.execute("UPDATE layer SET state = 'submitted', state_at = '2026', state_by = 'amal' WHERE name = 'amal'")
        raw.execute("INSERT INTO person VALUES ('amal', 'manager', 1, '2026')")
    raw.commit()
    raw.close()


@pytest.mark.parametrize("revision", ["0001", "0002", "0003"])
def test_from_every_older_version(tmp_path: Path, revision: str) -> None:
    path = tmp_path / "old.db"
    as_of(path, revision)
    store = open_store(path)
    assert store.problems() == []
    found = store.adjudications()
    assert found["one"] == Adjudication({"amal": 1}, 3, 1)
    assert "cannot be read" in found["two"].problem
    assert not found["two"].done
    assert [entry.name for entry in store.history()] == ["Begin", "Begin", "Add"]
    if revision >= "0003":
        assert list(store.uncompared("m", 1)) == ["one"]
        store.set_layer_state(LayerKey("one", "amal"), "reopened", "amal", "2027")
        assert store.history(limit=1)[0].kind == "set"
    store.put_person(Person("badr", "manager"), "2027")
    assert store.problems() == []
    store.close()
    reopened = open_store(path)
    assert reopened.problems() == []
    reopened.close()


@pytest.mark.parametrize("revision", ["0001", "0002", "0003"])
def test_from_every_older_version_on_a_server(server: str, revision: str) -> None:
    engine = create_engine(server)
    with engine.begin() as connection:
        settings = config()
        settings.attributes["connection"] = connection
        command.upgrade(settings, revision)
        connection.exec_driver_sql(
            "INSERT INTO document VALUES (1, 'one', 't', %s, '', 'utf-8', false, 3, '2026', 'abc')", (digest("abc"),)
        )
        connection.exec_driver_sql("INSERT INTO layer VALUES (1, 1, 'decisions', 1, 0, 0, 1, '2026')")
        record = Record(BASIS, BASIS, '{"items":3,"layers":{"amal":1},"open":0}')
        data = annotation_data(record)
        connection.exec_driver_sql("INSERT INTO annotation VALUES (1, 1, 0, 'basis', 'record', NULL, %s)", (data,))
        edit = to_json(encode_edit(Edit("Begin", (Replacement(None, record),))))
        connection.exec_driver_sql("INSERT INTO entry VALUES (1, '2026', 'rima', 'Begin', 'do', 0, 'done')")
        connection.exec_driver_sql("INSERT INTO entry_edit VALUES (1, 0, 1, 0, %s)", (edit,))
        for table, column in (
            ("document", "number"),
            ("layer", "number"),
            ("entry", "id"),
        ):  # as if inserted one by one
            connection.exec_driver_sql(f"SELECT setval('{table}_{column}_seq', 1)")
    store = open_store(server)
    assert store.adjudications() == {"one": Adjudication({"amal": 1}, 3, 0)}
    store.put_person(Person("badr", "manager"), "2027")
    store.set_layer_state(LayerKey("one", "amal"), "submitted", "amal", "2027")
    assert [entry.kind for entry in store.history()] == ["set", "set", "do"]
    assert store.problems() == []
    store.close()
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_several_programs_upgrade_a_server_at_once(server: str) -> None:
    engine = create_engine(server)
    with engine.begin() as connection:
        settings = config()
        settings.attributes["connection"] = connection
        command.upgrade(settings, "0001")
    programs = [
        subprocess.Popen([sys.executable, "-W", "error", "-c", OPEN, server], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    assert [program.communicate(timeout=60)[0] for program in programs] == ["[]\n"] * 3
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


@pytest.mark.parametrize("version", ["99999", None])
def test_a_server_that_is_refused_is_let_go(server: str, version: str | None) -> None:
    """A newer version's database, and another program's; no connection stays open, and nothing is changed."""
    engine = create_engine(server)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        if version:
            connection.exec_driver_sql("INSERT INTO alembic_version VALUES (%s)", (version,))
    error, says = (NewerDatabaseError, "99999.*Update") if version else (StoreError, "another program")
    with pytest.raises(error, match=says):
        open_store(server, create=True)
    gc.collect()  # a driver warns of connections that were left open
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
    engine.dispose()


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
