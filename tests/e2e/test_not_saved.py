"""When the database cannot take an edit: one clear message, nothing lost, the program goes on."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from annotator.model.annotations import Entity, Fragment
from annotator.model.operations import Edit, Replacement
from annotator.store import open_store
from annotator.workflow.ports import LayerEdit, LayerKey

pytestmark = pytest.mark.pty


def edit_elsewhere(place: Any, who: str, start: int, end: int) -> None:
    """Another program adds an entity to the same layer."""
    store = open_store(place.project / "corpus.db")
    key = LayerKey("article", who)
    made = Entity(f"other-{start}", "DATE", (Fragment(start, end),))
    store.commit(
        who,
        "2026-01-02T00:00:00.000Z",
        [LayerEdit(key, store.layer(key).revision, Edit("Add", (Replacement(None, made),)))],
    )
    store.close()


def test_two_windows_on_one_layer(place: Any) -> None:
    """The second to edit is told, sees what the first did, and loses nothing."""
    one = place.open("--as", "sara")
    two = place.open("--as", "sara")
    one.press("p", "PERS: ")
    two.press("left", "[6, 11)")
    two.press("o", "changed elsewhere")
    assert "✗" in two.status
    assert "saved" not in two.status
    two.until("PERS")
    assert place.spans("sara") == [("PERS", 0, 5)]
    two.press("o", "saved · ORG: ")
    assert place.spans("sara") == [("PERS", 0, 5), ("ORG", 6, 11)]
    one.press("x", "changed elsewhere")
    assert len(place.spans("sara")) == 2


@pytest.mark.parametrize("key", ["x", "]", "alt+g"])
def test_every_kind_of_edit_notices_another_program(place: Any, key: str) -> None:
    window = place.open("--as", "sara")
    window.press("p", "PERS: ")
    edit_elsewhere(place, "sara", 12, 21)
    window.type(*(["\x1bg"] if key == "alt+g" else [key]))
    window.until(lambda: "elsewhere" in window.status)
    assert place.spans("sara") == [("PERS", 0, 5), ("DATE", 12, 21)]


def test_undo_takes_back_the_last_edit_of_the_person_wherever_it_was_made(place: Any) -> None:
    window = place.open("--as", "sara")
    window.press("p", "PERS: ")
    edit_elsewhere(place, "sara", 12, 21)
    window.press("u", "undone")
    assert place.spans("sara") == [("PERS", 0, 5)]


@contextlib.contextmanager
def unwritable(path: Path) -> Iterator[None]:
    """Database and log cannot be changed by anybody, not even by the system's owner.

    The index of the log (-shm) stays as it is: it is memory that the kernel would kill the program for.
    """
    files = [file for file in path.parent.iterdir() if file.name in {path.name, f"{path.name}-wal"}]
    try:
        done = subprocess.run(["chattr", "+i", *files, path.parent], capture_output=True, check=False)
        if done.returncode:
            pytest.skip("this system has no file that its owner cannot write (chattr +i)")
        yield
    except FileNotFoundError:
        pytest.skip("there is no chattr here")
    finally:
        if shutil.which("chattr"):
            subprocess.run(["chattr", "-i", *files, path.parent], capture_output=True, check=False)


def test_a_database_that_becomes_read_only(place: Any) -> None:
    window = place.open("--as", "sara")
    window.press("p", "PERS: ")
    with unwritable(place.project / "corpus.db"):
        window.press("left", "[6, 11)")
        window.press("o", "✗")
        assert "saved" not in window.status
        assert place.spans("sara") == [("PERS", 0, 5)]
        window.press("left", "[12, 21)")
        window.press("u", "✗")
    window.press("left", "[22, 25)")
    window.press("a", "saved · ARMED: ")
    assert place.spans("sara") == [("PERS", 0, 5), ("ARMED", 22, 25)]


def test_a_database_that_is_read_only_from_the_start(place: Any) -> None:
    with unwritable(place.project / "corpus.db"):
        window = place.start("--as", "sara")
        window.until("RTL")
        window.press("left", "[6, 11)")
        window.press("p", "✗")
        assert "saved" not in window.status
        window.press("left", "[12, 21)")
        window.type("ctrl+q")
        assert window.wait() == 0
    assert place.spans("sara") == []


def test_a_project_that_is_moved_away_and_back(place: Any) -> None:
    """Nothing is called saved that is written where nobody will find it."""
    window = place.open("--as", "sara")
    window.press("p", "PERS: ")
    elsewhere = place.project.rename(place.folder / "elsewhere")
    window.press("left", "[6, 11)")
    window.press("o", "✗")
    assert "gone or replaced" in window.status
    assert "saved" not in window.status
    elsewhere.rename(place.project)
    window.press("left", "[12, 21)")
    window.press("a", "saved · ARMED: ")
    window.type("ctrl+q")
    assert window.wait() == 0
    assert place.spans("sara") == [("PERS", 0, 5), ("ARMED", 12, 21)]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    try:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], capture_output=True, check=False
        )
    except FileNotFoundError:
        pytest.skip("there is no mount here")
    if mounted.returncode:
        pytest.skip("mounting a small disk is not permitted here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk(place: Any, small_disk: Path) -> None:
    shutil.copytree(place.project, small_disk / "corpus")
    place.project = small_disk / "corpus"
    window = place.open("--as", "sara")
    window.press("p", "PERS: ")
    filler = small_disk / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(os.urandom(1024))
    saved = 1
    for _ in range(40):  # the log has room for some more
        window.type("left", "o")
        window.until(lambda: "ORG: " in window.status or "✗" in window.status)
        if "✗" in window.status:
            break
        saved += 1
        window.press("right", "RTL")
        window.press("left", "RTL")
    assert "✗" in window.status
    assert "saved" not in window.status
    assert "full" in window.status
    filler.unlink()
    assert len(place.spans("sara")) == saved
    window.press("left", "RTL")
    window.press("a", "saved · ARMED: ")
    assert len(place.spans("sara")) == saved + 1


def test_a_database_that_somebody_holds(place: Any) -> None:
    """Another program in the middle of a long transaction: the edit is refused after a while, and can be repeated."""
    window = place.open("--as", "sara")
    window.press("p", "PERS: ")
    other = sqlite3.connect(place.project / "corpus.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    window.press("left", "[6, 11)")
    window.press("o", "✗")
    assert "saved" not in window.status
    other.execute("ROLLBACK")
    other.close()
    window.press("o", "saved · ORG: ")
    assert place.spans("sara") == [("PERS", 0, 5), ("ORG", 6, 11)]
