"""Full disks and places that are not to be used, met on the screen: one clear message, nothing lost, work goes on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.pty

TEXT = "قال محمود درويش إن بيروت مدينة جميلة. " * 4000


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if not shutil.which("mount") or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk is not permitted here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """Inside, DISK has no room left."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(os.urandom(1024))
    yield
    filler.unlink()


def shows(window: Any, what: str) -> bool:
    return any(what in row for row in window.rows)


def open_import(window: Any) -> None:
    window.press("f2", "i import")
    window.settle()  # the list has what it shows
    window.press("i", "File or folder")


def test_an_import_that_fills_the_disk(place: Any, small_disk: Path) -> None:
    """What does not fit is told once; with more room the same run imports it, and one may label."""
    shutil.copytree(place.project, small_disk / "corpus")
    place.project = small_disk / "corpus"
    many = place.folder / "many"
    many.mkdir()
    for number in range(20):
        (many / f"f{number:02}.txt").write_text(f"{number} {TEXT}", encoding="utf-8")
    window = place.open("--as", "sara")
    open_import(window)
    window.type(str(many))
    window.until("20 files")
    window.press("enter", "The import stopped")
    window.until("the disk is full")
    window.until("Free some space")
    window.press("escape", "File or folder")
    assert place.tell("check").stdout.startswith("1 document checked: 0 errors")
    subprocess.run(["mount", "-o", "remount,size=40m", small_disk], check=True)
    window.press("ctrl+s", "20 imported")
    window.press("escape", "imported 20")
    window.press("escape", "RTL")
    window.press("p", "PERS: ")
    assert place.spans("sara") == [("PERS", 0, 5)]
    window.type("ctrl+q")
    assert window.wait() == 0
    assert place.tell("check").stdout.startswith("21 documents checked: 0 errors")


def test_an_export_and_a_backup_to_a_full_disk(place: Any, small_disk: Path) -> None:
    window = place.open("--as", "sara")
    window.press("p", "PERS: ")
    settings = place.project / "project.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace('output = "../exports"', f'output = "{small_disk / "out"}"'),
        encoding="utf-8",
    )
    window.type("ctrl+q")
    assert window.wait() == 0
    window = place.open("--as", "sara")
    with full(small_disk):
        window.press("f4", "Preview")
        window.until("nothing is lost")
        window.press("ctrl+s", "nothing was written")
        window.until("no space left on device")
        window.until("make room")
        for command in (
            ("export", "--as", "sara", "--layer", "sara", "--output", str(small_disk / "out")),
            ("backup", "--as", "sara", str(small_disk / "copy.db")),
        ):
            done = place.tell(*command)
            assert done.returncode == 1
            assert "full" in done.stderr
            assert len(done.stderr.splitlines()) == 1
        assert [path.name for path in small_disk.iterdir()] == ["filler"]
    window.press("escape", lambda: not shows(window, "The export stopped"))
    window.press("ctrl+s", "Exported")
    assert list((small_disk / "out").iterdir())
    window.press("escape", "exported to")
    window.press("escape", "RTL")
    window.press("u", "undone")


def as_user_opens(place: Any, as_user: list[str], *arguments: str, **environ: str) -> Any:
    command = [*as_user, sys.executable, "-m", "annotator.cli", "--project", place.project, "--as", "sara", *arguments]
    if as_user:
        command[0] = shutil.which(command[0])  # what runs it does not look for it
    return place.run(command, environ=environ)


@pytest.fixture
def shut() -> Iterator[Callable[[Path, int], Path]]:
    """Takes permissions away until the end of the test."""
    changed: list[Path] = []

    def change(path: Path, bits: int) -> Path:
        changed.append(path)
        path.chmod(bits)
        return path

    yield change
    for path in reversed(changed):
        path.chmod(0o755)


def test_a_project_to_look_at(place: Any, as_user: list[str], shut: Callable[[Path, int], Path]) -> None:
    """Neither folder nor database may be written: one may read, and is told of each edit what was the matter."""
    shut(place.project / "corpus.db", 0o444)
    shut(place.project, 0o555)
    window = as_user_opens(place, as_user)
    window.until("RTL")
    window.press("p", "✗ not done: the database cannot be written. Check the permissions of the file and of its folder")
    window.press("left", "[6, 11)")
    window.type("ctrl+q")
    assert window.wait() == 0
    assert place.spans("sara") == []


def test_imports_of_what_may_not_be_read(place: Any, as_user: list[str], shut: Callable[[Path, int], Path]) -> None:
    for name in ("text", "listed", "closed"):
        (place.folder / name).mkdir()
        (place.folder / name / "a.txt").write_text("نص", encoding="utf-8")
    shut(place.folder / "text" / "a.txt", 0)
    shut(place.folder / "listed", 0o444)
    shut(place.folder / "closed", 0)
    window = as_user_opens(place, as_user)
    window.until("RTL")
    for path, said in (
        ("listed", "You are not permitted to read this folder."),
        ("closed", "You are not permitted to read this folder."),
        ("closed/a.txt", "You are not permitted to look there."),
    ):
        open_import(window)
        window.type(path)
        window.until(said)
        window.type("enter")
        window.settle()
        window.until("File or folder")
        window.press("escape", lambda: not shows(window, "File or folder"))
        window.press("escape", "RTL")
    open_import(window)
    window.type("text/a.txt")
    window.until("One file")
    window.press("enter", "you are not permitted to read this file")
    window.until("0 imported")


def test_keys_that_may_not_be_read(place: Any, as_user: list[str], shut: Callable[[Path, int], Path]) -> None:
    folder = place.folder / "settings"
    folder.mkdir()
    (folder / "keys.toml").write_text('style = "vi"\n', encoding="utf-8")
    shut(folder, 0o444)
    window = as_user_opens(place, as_user, ANNOTATOR_KEYS=str(folder / "keys.toml"))
    window.until("✗ keys: the file cannot be read: Permission denied")
    window.press("p", "PERS: ")
