"""Files as they are found on disks: folders, links, loops, pipes, devices, no permission."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotator.errors import TextError
from annotator.workflow.sources import Unread, endings, find_files, read_bytes, shown

SUFFIXES = (".txt", ".json")


def names(root: Path, found: Iterator[Path | Unread]) -> list[str]:
    return [str(path.relative_to(root)) for path in found if isinstance(path, Path)]


def touch(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(path, encoding="utf-8")


def test_folders_are_searched_to_the_bottom_in_order(tmp_path: Path) -> None:
    touch(tmp_path, "b.txt", "a.TXT", "sub/c.txt", "sub/deep/d.json", "e.pdf", ".hidden.txt", ".git/x.txt")
    assert names(tmp_path, find_files([tmp_path], SUFFIXES)) == ["a.TXT", "b.txt", "sub/c.txt", "sub/deep/d.json"]


def test_other_endings_are_counted_or_taken(tmp_path: Path) -> None:
    touch(tmp_path, "a.txt", "b.bio", "sub/c.BIO", "d.iob", "noext", ".hidden", ".git/x.bio")
    passed: list[Path] = []
    assert names(tmp_path, find_files([tmp_path], SUFFIXES, passed)) == ["a.txt"]
    assert names(tmp_path, iter(passed)) == ["b.bio", "d.iob", "noext", "sub/c.BIO"]
    assert endings(passed) == ".bio, .iob, no ending"
    assert endings(f"{number}.e{number}" for number in range(9)) == ".e0, .e1, .e2, .e3, .e4 and 4 more"
    every = ["a.txt", "b.bio", "d.iob", "noext", "sub/c.BIO"]
    assert names(tmp_path, find_files([tmp_path], None)) == every
    touch(tmp_path, "bare/.hidden")
    assert list(find_files([tmp_path / "bare"], None)) == [
        Unread(str(tmp_path / "bare"), "there is no file in this folder")
    ]


def test_named_files_are_taken_whatever_their_ending_and_once(tmp_path: Path) -> None:
    touch(tmp_path, "a.txt", "b", ".c")
    paths = [tmp_path / "b", tmp_path / ".c", tmp_path, tmp_path / "a.txt"]
    assert names(tmp_path, find_files(paths, SUFFIXES)) == ["b", ".c", "a.txt"]


def test_loops_of_links_end(tmp_path: Path) -> None:
    touch(tmp_path, "sub/a.txt")
    (tmp_path / "sub" / "up").symlink_to(tmp_path)
    (tmp_path / "sub" / "self").symlink_to("self")
    (tmp_path / "again").symlink_to(tmp_path / "sub")
    assert [path.rsplit("/", 1)[-1] for path in names(tmp_path, find_files([tmp_path], SUFFIXES))] == ["a.txt"]


def test_a_folder_that_gives_nothing_is_reported(tmp_path: Path) -> None:
    touch(tmp_path, "docs/a.pdf", "full/b.txt")
    paths = [tmp_path / "docs", tmp_path / "docs", tmp_path / "full" / "b.txt", tmp_path / "full"]
    nothing, found = find_files(paths, SUFFIXES)
    assert nothing == Unread(str(tmp_path / "docs"), "no file in this folder ends in .txt, .json")
    assert found == tmp_path / "full" / "b.txt"


def test_link_to_a_folder_is_followed(tmp_path: Path) -> None:
    touch(tmp_path, "far/a.txt")
    (tmp_path / "near").mkdir()
    (tmp_path / "near" / "link").symlink_to(tmp_path / "far")
    assert names(tmp_path, find_files([tmp_path / "near"], SUFFIXES)) == ["near/link/a.txt"]


def test_folder_that_cannot_be_read_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path, "a.txt", "shut/b.txt")
    listed = Path.iterdir

    def refuse(folder: Path) -> Iterator[Path]:
        if folder.name == "shut":
            raise PermissionError(13, "Permission denied")
        return listed(folder)

    monkeypatch.setattr(Path, "iterdir", refuse)
    found = list(find_files([tmp_path], SUFFIXES))
    assert found == [
        tmp_path / "a.txt",
        Unread(str(tmp_path / "shut"), "you are not permitted to read this folder. Change its permissions"),
    ]


def test_bytes_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    assert read_bytes(tmp_path / "a", 5) == b"12345"
    with pytest.raises(TextError, match=r"the file has 0\.0 MiB, at most 0 MiB are read"):
        read_bytes(tmp_path / "a", 4)


def test_file_of_a_gigabyte_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(1 << 30)
    with pytest.raises(TextError, match=r"the file has 1,024\.0 MiB, at most 64 MiB are read\. Split it"):
        read_bytes(tmp_path / "huge", 64 << 20)


def test_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(tmp_path / "socket"))
    cases = {
        "missing": "there is no such file",
        "": "this is a folder",
        "pipe": "this is a named pipe, not a file of text",
        "socket": "the file cannot be read",
        "loop": "the file cannot be read",
        "a\0b": "a file name cannot hold NUL",
        "n" * 300: "the file cannot be read",
    }
    try:
        for name, message in cases.items():
            with pytest.raises(TextError, match=message):
                read_bytes(tmp_path / name, 100)
        with pytest.raises(TextError, match="this is a device"):
            read_bytes(Path("/dev/null"), 100)
    finally:
        server.close()


def test_a_database_in_use_is_not_even_opened(tmp_path: Path) -> None:
    """Closing it again would let go of the locks of this program's own connection, and another take its log away."""
    path = tmp_path / "corpus.db"
    ours = sqlite3.connect(path, isolation_level=None)
    ours.execute("PRAGMA journal_mode=WAL")
    ours.execute("CREATE TABLE t (x)")
    (tmp_path / "link.txt").symlink_to(path)
    for name in ("corpus.db", "corpus.db-wal", "corpus.db-shm", "link.txt"):
        with pytest.raises(TextError, match="a database in use"):
            read_bytes(tmp_path / name, 1 << 20)
    other = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('SELECT * FROM t').fetchall()"
    subprocess.run([sys.executable, "-c", other, path], check=True)
    assert (tmp_path / "corpus.db-wal").exists()
    ours.close()
    assert read_bytes(path, 1 << 20).startswith(b"SQLite format 3")


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, flags: int) -> int:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("annotator.workflow.sources.os.open", refuse)  # root may read everything
    with pytest.raises(TextError, match="you are not permitted to read this file"):
        read_bytes(tmp_path / "a", 100)


def test_names_that_are_no_utf8_can_be_shown() -> None:
    assert shown(Path("a\udcff.txt")) == "a\ufffd.txt"
