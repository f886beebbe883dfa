"""SQLite's log: room for the first edits, and a checkpoint only when nobody is at work."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from annotator.store import database as databases
from annotator.store import open_store, sqlite
from annotator.workflow.ports import Store


def log(path: Path) -> Path:
    return Path(f"{path}-wal")


def commit(store: Store, build: Any, first: int, number: int) -> None:
    for step in range(first, first + number):
        store.commit("amal", build.at, [build.on(step, build.add(build.entity(f"e{step}")))])


def rehearse(store: Store, build: Any) -> None:
    revision = store.layer(build.key).revision
    store.rehearse("amal", build.at, [build.on(revision, build.add(build.entity("rehearsed")))])


def copied(path: Path, to: Path, *, with_log: bool) -> Store:
    """The store as it would be found had the machine stopped just now, or without what its log says."""
    shutil.copy(path, to)
    if with_log:
        shutil.copy(log(path), log(to))
    return open_store(to)


def test_the_first_edits_find_room(database: Path, build: Any, tmp_path: Path) -> None:
    store = open_store(database)
    before = store.layer(build.key)
    rehearse(store, build)
    size = log(database).stat().st_size
    assert size >= sqlite.LOG_ROOM
    assert store.layer(build.key) == before
    found = copied(database, tmp_path / "before.db", with_log=True)
    assert found.layer(build.key) == before
    assert found.problems() == []
    found.close()
    commit(store, build, 1, 40)
    rehearse(store, build)
    assert log(database).stat().st_size == size
    found = copied(database, tmp_path / "after.db", with_log=True)
    assert found.layer(build.key) == store.layer(build.key)
    assert found.problems() == []
    found.close()
    store.close()
    assert not log(database).exists()


def test_no_room_is_taken_on_a_full_disk(database: Path, build: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=sqlite.LOG_ROOM))
    store = open_store(database)
    rehearse(store, build)
    assert log(database).stat().st_size < sqlite.LOG_ROOM
    commit(store, build, 1, 1)
    store.close()


def test_no_room_is_taken_while_another_program_writes(database: Path, build: Any) -> None:
    store: Any = open_store(database)
    other = sqlite3.connect(database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    store._backend.make_ready()
    assert log(database).stat().st_size < sqlite.LOG_ROOM
    other.execute("ROLLBACK")
    other.close()
    commit(store, build, 1, 1)
    store.close()


def test_what_is_put_off_is_done_when_it_is_worth_it(database: Path, build: Any, tmp_path: Path) -> None:
    store = open_store(database)
    commit(store, build, 1, databases._UNSETTLED - 1)
    store.settle()
    found = copied(database, tmp_path / "before.db", with_log=False)
    assert found.layer(build.key).revision == 1
    found.close()
    commit(store, build, databases._UNSETTLED, 1)
    store.settle()
    found = copied(database, tmp_path / "after.db", with_log=False)
    assert found.layer(build.key) == store.layer(build.key)
    found.close()
    size = log(database).stat().st_size
    commit(store, build, databases._UNSETTLED + 1, 10)
    assert log(database).stat().st_size == size  # over what was there
    found = copied(database, tmp_path / "later.db", with_log=True)
    assert found.layer(build.key) == store.layer(build.key)
    assert found.problems() == []
    found.close()
    store.close()


def test_the_log_has_an_end(database: Path, build: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "LOG_LIMIT", 1 << 17)
    store = open_store(database)
    commit(store, build, 1, 120)
    assert log(database).stat().st_size < 1 << 18
    store.close()


@pytest.fixture
def worked_on(database: Path, build: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A store whose commits are worth settling at once."""
    monkeypatch.setattr(databases, "_UNSETTLED", 1)
    store = open_store(database)
    commit(store, build, 1, 3)
    yield store
    store.close()


@pytest.mark.parametrize("begin", ["BEGIN", "BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"])
def test_nobody_waits(worked_on: Any, database: Path, build: Any, begin: str) -> None:
    other = sqlite3.connect(database, isolation_level=None)
    other.execute(begin)
    other.execute("SELECT count(*) FROM annotation").fetchone()
    worked_on.settle()
    other.execute("COMMIT")
    worked_on.settle()
    commit(worked_on, build, 4, 3)
    other.execute("BEGIN IMMEDIATE")
    other.execute("UPDATE person SET added_at = 'x'")
    worked_on.settle()
    other.execute("COMMIT")
    other.close()
    assert worked_on.layer(build.key).revision == 7
    assert worked_on.problems() == []


def test_it_runs_beside_commits(worked_on: Any, build: Any, tmp_path: Path, database: Path) -> None:
    done = threading.Event()

    def settle() -> None:
        while not done.is_set():
            worked_on.settle()

    thread = threading.Thread(target=settle)
    thread.start()
    try:
        commit(worked_on, build, 4, 150)
    finally:
        done.set()
        thread.join()
    found = copied(database, tmp_path / "found.db", with_log=True)
    assert found.layer(build.key) == worked_on.layer(build.key)
    assert found.problems() == worked_on.problems() == []
    found.close()


def test_what_cannot_be_written_or_has_no_log_is_left_alone(
    worked_on: Any, database: Path, build: Any, tmp_path: Path
) -> None:
    worked_on.close()
    worked_on.settle()
    sqlite.settle_log(tmp_path / "nowhere.db")
    sqlite.make_log_room(tmp_path / "nowhere.db")
    assert list(tmp_path.iterdir()) == [database]
    plain = sqlite3.connect(database)
    plain.execute("PRAGMA journal_mode=DELETE")
    plain.close()
    sqlite.settle_log(database)
    sqlite.make_log_room(database)
    assert list(tmp_path.iterdir()) == [database]
    store = open_store("sqlite://", create=True)
    store.add_documents([build.document("one")], build.at)
    commit(store, build, 0, 3)
    rehearse(store, build)
    store.settle()
    store.close()


def test_a_disk_that_is_read_only(small_disk: Path, worked_on: Any, database: Path, build: Any) -> None:
    worked_on.close()
    path = small_disk / "corpus.db"
    shutil.copy(database, path)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    store: Any = open_store(path)
    store._unsettled = 1
    store.settle()
    store._backend.make_ready()
    assert store.layer(build.key).revision == 4
    store.close()
