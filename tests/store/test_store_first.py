"""The fast path reads exactly what the full store reads, or leaves it to the full store."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import annotator
from annotator.store import open_store
from annotator.store.first import read_first
from annotator.workflow.ports import First, LayerKey, Person

AMAL = Person("amal", added_at="2026-01-02T03:04:05.678Z")


def test_same_as_the_store(database: Path, build: Any) -> None:
    store = open_store(database)
    store.put_person(Person("badr", "reviewer"), build.at)
    items = [build.entity(f"e{number}", number) for number in range(200)]
    items += [build.event("v", "e1"), build.relation("r", "e1", "e2"), build.chain("c", "e1", "e2"), build.note("n")]
    store.commit("amal", build.at, [build.on(1, build.add(*items))])
    store.set_state("amal", "theme", "night")
    store.set_state("badr", "theme", "day")
    for name in ("amal", "badr"):  # while the store is open, and its log not yet merged
        first = read_first(database, "amal", name, "one")
        assert first == First({"theme": "night"}, 2, store.document("one"), store.layer(LayerKey("one", name)), AMAL)
        assert first is not None
        assert first.layer is not None
        assert list(first.layer.annotations) == list(store.layer(LayerKey("one", name)).annotations)
    store.close()
    again = read_first(database, "badr", "amal", "one")
    assert again is not None
    assert again.layer is not None
    assert len(again.layer.annotations) == 205
    assert again.state == {"theme": "day"}


def test_which_document(database: Path, build: Any) -> None:
    assert read_first(database, "amal", "amal") == First({}, 2, person=AMAL)
    assert read_first(database, "amal", "amal", "three") == First({}, 2, person=AMAL)
    store = open_store(database)
    store.set_state("amal", "last_document", "two")
    first = read_first(database, "amal", "amal")
    assert first is not None
    assert first.document == store.document("two")
    store.set_state("amal", "last_document", "gone")
    assert read_first(database, "amal", "amal") == First({"last_document": "gone"}, 2, person=AMAL)
    store.close()


def test_the_only_document(tmp_path: Path, build: Any) -> None:
    store = open_store(tmp_path / "corpus.db", create=True)
    store.put_person(AMAL, build.at)
    assert read_first(tmp_path / "corpus.db", "amal", "amal") == First({}, 0, person=AMAL)
    store.add_documents([build.document("one")], build.at)
    first = read_first(tmp_path / "corpus.db", "amal", "amal")
    assert first == First({}, 1, store.document("one"), store.layer(build.key), AMAL)
    store.close()


def test_nothing_is_told_to_who_is_not_registered(database: Path, build: Any) -> None:
    store = open_store(database)
    store.set_state("badr", "theme", "night")
    assert read_first(database, "badr", "badr", "one") == First({}, 2)
    store.put_person(Person("badr"), build.at)
    assert read_first(database, "badr", "badr", "one") != First({}, 2)
    store.put_person(Person("badr", active=False), build.at)
    assert read_first(database, "badr", "badr", "one") == First({}, 2)
    store.close()


def test_a_project_without_people_is_open(tmp_path: Path, build: Any) -> None:
    store = open_store(tmp_path / "corpus.db", create=True)
    store.add_documents([build.document("one")], build.at)
    assert read_first(tmp_path / "corpus.db", "amal", "amal") == First(
        {}, 1, build.document("one"), store.layer(build.key)
    )
    store.close()


def test_a_submitted_layer_is_told_apart(database: Path, build: Any) -> None:
    store = open_store(database)
    store.set_layer_state(build.key, "submitted", "amal", build.at)
    first = read_first(database, "amal", "amal", "one")
    assert first is not None
    assert first.layer == store.layer(build.key)
    assert first.layer.state == "submitted"
    store.close()


def test_left_to_the_store(database: Path, tmp_path: Path) -> None:
    assert read_first(tmp_path / "none.db", "amal", "amal") is None
    assert read_first(tmp_path, "amal", "amal") is None
    (tmp_path / "text.db").write_text("no database " * 100, encoding="utf-8")
    assert read_first(tmp_path / "text.db", "amal", "amal") is None
    (tmp_path / "empty.db").touch()
    assert read_first(tmp_path / "empty.db", "amal", "amal") is None
    for change in ("UPDATE annotation SET data = '{'", "UPDATE alembic_version SET version_num = '0000'"):
        with sqlite3.connect(database) as raw:
            raw.execute(change)
        raw.close()
        assert read_first(database, "amal", "amal", "one") is None


def test_read_only_disk(small_disk: Path, database: Path) -> None:
    shutil.copy(database, small_disk / "corpus.db")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    first = read_first(small_disk / "corpus.db", "amal", "amal", "one")
    assert first is not None
    assert first.layer is not None
    assert list(first.layer.annotations) == ["a"]


def run(program: str, *arguments: str) -> list[str]:
    """The words that PROGRAM prints."""
    environment = {**os.environ, "PYTHONPATH": str(Path(annotator.__file__).parents[1])}
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout.split()


@pytest.mark.parametrize("module", ["annotator.store", "annotator.store.first"])
def test_light_to_import(module: str) -> None:
    heavy = {"sqlalchemy", "alembic", "pydantic", "textual", "rich", "asyncio"}
    program = f"import sys, {module}; print(*(sys.modules.keys() & {heavy!r}))"
    assert run(program) == []


def test_opening_does_not_import_alembic(database: Path) -> None:
    program = "import sys; from annotator.store import open_store as o; o(sys.argv[1]).close(); print(*sys.modules)"
    done = run(program, str(database))
    assert "sqlalchemy" in done
    assert "alembic" not in done
