"""Databases on disks that are full, that are read-only, or whose files this user may not touch."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from annotator.errors import UnwritableError
from annotator.store import open_store
from annotator.workflow.ports import Store


def fill(store: Store, build: Any) -> int:
    """Commit until the disk is full; the revision that was reached."""
    revision = store.layer(build.key).revision
    for number in range(10_000):
        edit = build.add(build.note(f"n{number}", "م" * 2000))
        try:
            store.commit("amal", build.at, [build.on(revision, edit)])
        except UnwritableError as error:
            if "disk is full" not in error.what:
                raise
            return revision
        revision += 1
    raise AssertionError("the disk is never full")


def test_full_disk(small_disk: Path, build: Any) -> None:
    store = open_store(small_disk / "corpus.db", create=True)
    store.add_documents([build.document("one")], build.at)
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(200_000))
    revision = fill(store, build)
    assert revision > 0
    with pytest.raises(UnwritableError, match="full"):
        store.add_documents([build.document("big", "x" * 1_000_000)], build.at)
    with pytest.raises(UnwritableError, match="full"):
        store.backup(str(small_disk / "copy.db"))
    assert sorted(path.suffix for path in small_disk.iterdir()) == ["", ".db", ".db-shm", ".db-wal"]
    assert store.layer(build.key).revision == revision
    assert store.problems() == []
    ballast.unlink()
    store.commit("amal", build.at, [build.on(revision, build.add(build.entity("b")))])
    store.undo("amal", build.at)
    assert store.problems() == []
    store.close()


def test_full_database(database: Path, build: Any) -> None:
    """The same where no file system can be mounted: SQLite reports a database at its size limit as a full disk."""
    store: Any = open_store(database)
    raw = store._connection.connection.dbapi_connection
    (pages,) = raw.execute("PRAGMA page_count").fetchone()
    raw.execute(f"PRAGMA max_page_count={pages + 20}")
    revision = fill(store, build)
    assert revision > 1
    assert store.layer(build.key).revision == revision
    assert store.problems() == []
    raw.execute("PRAGMA max_page_count=100000")
    store.commit("amal", build.at, [build.on(revision, build.add(build.entity("b")))])
    store.close()


def check_read_only(path: Path, build: Any) -> None:
    store = open_store(path)
    assert list(store.layer(build.key).annotations) == ["a"]
    assert store.document("one") == build.document("one")
    assert store.can_undo("amal") == ("Add", "")
    writes: tuple[Callable[[], object], ...] = (
        lambda: store.undo("amal", build.at),
        lambda: store.set_state("amal", "k", "v"),
        lambda: store.commit("amal", build.at, [build.on(1, build.add(build.entity("b")))]),
    )
    for write in writes:
        with pytest.raises(UnwritableError, match="permissions"):
            write()
    assert store.problems() == []
    store.close()


def test_read_only_disk(small_disk: Path, database: Path, build: Any) -> None:
    path = small_disk / "corpus.db"
    shutil.copy(database, path)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    check_read_only(path, build)
    with pytest.raises(UnwritableError):
        open_store(small_disk / "new.db", create=True)


@pytest.fixture
def as_a_user(as_user: list[str]) -> Callable[..., str]:
    """Runs a script that permissions hold for, and gives what it printed."""

    def run(script: str) -> str:
        command = [*as_user, sys.executable, "-c", script]
        environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
        return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=120, check=True).stdout

    return run


@pytest.mark.parametrize("folder", [0o555, 0o755], ids=["folder", "file"])
def test_read_only_for_this_user(database: Path, build: Any, as_a_user: Callable[..., str], folder: int) -> None:
    database.chmod(0o444)
    database.parent.chmod(folder)
    script = f"""
from annotator.errors import UnwritableError
from annotator.store import open_store
from annotator.workflow.ports import LayerKey

store = open_store({str(database)!r})
print(list(store.layer(LayerKey("one", "amal")).annotations), store.can_undo("amal"))
for write in (lambda: store.undo("amal", {build.at!r}), lambda: store.set_state("amal", "k", "v")):
    try:
        write()
    except UnwritableError as error:
        print(error.what, "permissions" in error.hint)
print(store.index_texts(), store.problems())
store.close()
"""
    try:
        said = as_a_user(script)
    finally:
        database.parent.chmod(0o755)
    assert said.splitlines() == [
        "['a'] ('Add', '')",
        *["the database cannot be written True"] * 2,
        "False []",
    ]


def test_not_to_be_read_by_this_user(database: Path, as_a_user: Callable[..., str]) -> None:
    script = f"""
from annotator.errors import UnwritableError
from annotator.store import open_store
try:
    open_store({str(database)!r})
except UnwritableError as error:
    print(error.what, "permissions" in error.hint)
"""
    database.chmod(0)
    assert as_a_user(script) == "the database cannot be opened True\n"
    database.chmod(0o644)
    database.parent.chmod(0)
    try:
        assert as_a_user(script) == "the database cannot be opened True\n"
    finally:
        database.parent.chmod(0o755)


def test_read_only_disk_with_a_log(small_disk: Path, database: Path, build: Any) -> None:
    """A log that nobody merged cannot be read there; showing the state before it would be a lie."""
    store = open_store(database)
    store.commit("amal", build.at, [build.on(1, build.add(build.entity("b")))])
    for name in ("corpus.db", "corpus.db-wal"):
        shutil.copy(database.with_name(name), small_disk / name)
    store.close()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(UnwritableError, match="log"):
        open_store(small_disk / "corpus.db")
