"""A database that is moved, removed or replaced while it is open: nothing is called saved that nobody would find."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from annotator.errors import UnwritableError
from annotator.store import open_store
from annotator.workflow.ports import Store


def beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def edit(store: Store, build: Any, id: str) -> None:
    revision = store.layer(build.key).revision
    store.commit("amal", build.at, [build.on(revision, build.add(build.entity(id)))])


def remove(path: Path) -> None:
    path.unlink()


def remove_all(path: Path) -> None:
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()


def move(path: Path) -> None:
    path.rename(path.with_name("elsewhere.db"))


def replace(path: Path) -> None:
    shutil.copy(path, path.with_name("other.db"))
    path.with_name("other.db").replace(path)


def remove_folder(path: Path) -> None:
    shutil.rmtree(path.parent)


def remove_log(path: Path) -> None:
    beside(path, "-wal").unlink()


HAPPENS = [remove, remove_all, move, replace, remove_folder, remove_log]


@pytest.fixture
def moved(database: Path) -> Path:
    """A database in a folder of its own."""
    folder = database.parent / "project"
    folder.mkdir()
    return database.rename(folder / database.name)


@pytest.mark.parametrize("happens", HAPPENS)
def test_an_edit_is_refused_rather_than_lost(moved: Path, build: Any, happens: Callable[[Path], None]) -> None:
    store = open_store(moved)
    edit(store, build, "b")
    happens(moved)
    before = store.layer(build.key)
    with pytest.raises(UnwritableError, match="gone or replaced"):
        edit(store, build, "c")
    with pytest.raises(UnwritableError, match="gone or replaced"):
        store.undo("amal", build.at)
    with pytest.raises(UnwritableError, match="gone or replaced"):
        store.set_state("amal", "key", "value")
    assert store.layer(build.key) == before  # what is on the screen can still be read, and exported
    store.close()


def test_a_folder_that_comes_back(moved: Path, build: Any) -> None:
    store = open_store(moved)
    edit(store, build, "b")
    elsewhere = moved.parent.rename(moved.parent.with_name("elsewhere"))
    with pytest.raises(UnwritableError):
        edit(store, build, "c")
    elsewhere.rename(moved.parent)
    edit(store, build, "c")
    store.close()
    again = open_store(moved)
    assert len(again.layer(build.key).annotations) == 3
    assert again.problems() == []
    again.close()


def test_a_backup_put_in_its_place_stays_whole(moved: Path, build: Any) -> None:
    """The log that lies beside it belongs to the file that was there before."""
    backup = moved.parent / "backup.db"
    store: Any = open_store(moved)
    store.backup(str(backup))
    for number in range(80):
        edit(store, build, f"b{number}")
    backup.replace(moved)
    store.settle()
    store._backend.make_ready()
    store.close()
    again = open_store(moved)
    assert list(again.layer(build.key).annotations) == ["a"]
    assert again.problems() == []
    again.close()


def test_a_file_that_was_moved_takes_its_log_along(moved: Path, build: Any) -> None:
    store = open_store(moved)
    edit(store, build, "b")
    elsewhere = moved.rename(moved.with_name("elsewhere.db"))
    store.close()
    again = open_store(elsewhere)
    assert list(again.layer(build.key).annotations) == ["a", "b"]
    assert again.problems() == []
    again.close()


def test_another_program_that_comes_and_goes_is_no_matter(moved: Path, build: Any) -> None:
    store = open_store(moved)
    for number in range(3):
        edit(store, build, f"b{number}")
        other = open_store(moved)
        other.set_state("amal", "key", str(number))
        other.close()
    store.close()
    assert not beside(moved, "-wal").exists()
