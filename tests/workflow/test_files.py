"""Files are whole or not there: at success, at errors, at a kill."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from annotator.errors import UnwritableError
from annotator.workflow.files import Staging, WrittenFile, write_atomically


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_file_is_written_and_described(tmp_path: Path) -> None:
    target = tmp_path / "new" / "deep" / "نص.txt"
    written = write_atomically(target, "وصل".encode())
    assert written == WrittenFile(target, 6, hashlib.sha256("وصل".encode()).hexdigest())
    assert everything(tmp_path) == {"new/deep/نص.txt": "وصل".encode()}
    write_atomically(target, b"other")
    assert everything(tmp_path) == {"new/deep/نص.txt": b"other"}


def test_the_umask_holds(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_atomically(tmp_path / "a", b"")
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640


def test_many_files_grow_side_by_side(tmp_path: Path) -> None:
    with Staging(tmp_path) as staging:
        for turn in range(3):
            for number in range(20):
                staging.append(f"{number}.txt", f"{turn} ".encode())
        assert [path.name for path in tmp_path.glob("*.txt")] == []
        described = staging.written()
        assert staging.commit() == described
    assert everything(tmp_path) == {f"{number}.txt": b"0 1 2 " for number in range(20)}
    assert [file.path.name for file in described] == [f"{number}.txt" for number in range(20)]
    assert {file.size for file in described} == {6}


def test_an_interrupt_waits_until_all_files_are_in_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace = Path.replace

    def interrupted(self: Path, target: Path) -> Path:
        signal.raise_signal(signal.SIGINT)
        return replace(self, target)

    with contextlib.suppress(KeyboardInterrupt), Staging(tmp_path) as staging:
        for number in range(3):
            staging.append(f"{number}.txt", b"new")
        staging.remove("old")
        (tmp_path / "old").write_bytes(b"old")
        monkeypatch.setattr(Path, "replace", interrupted)
        staging.commit()
        pytest.fail("the interrupt was lost")
    assert everything(tmp_path) == {f"{number}.txt": b"new" for number in range(3)}


def test_a_rename_that_fails_half_way_tells_what_is_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    move = Path.replace

    def full_soon(self: Path, target: Path) -> Path:
        if self.name == "7":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return move(self, target)

    monkeypatch.setattr(Path, "replace", full_soon)
    with Staging(tmp_path) as staging:
        for number in range(9):
            staging.append(f"{number}", b"new")
        with pytest.raises(UnwritableError) as caught:
            staging.commit()
    assert caught.value.where == str(tmp_path / "7")
    assert caught.value.hint.endswith("make room and try again. New already: 0, 1, 2, 3, 4 and 2 more")
    assert sorted(everything(tmp_path)) == [f"{number}" for number in range(7)]


def test_a_file_with_other_content_is_told_as_replaced(tmp_path: Path) -> None:
    (tmp_path / "same").write_bytes(b"one")
    (tmp_path / "other").write_bytes(b"two")
    (tmp_path / "longer").write_bytes(b"three")
    (tmp_path / "link").symlink_to("same")
    os.mkfifo(tmp_path / "pipe")
    with Staging(tmp_path) as staging:
        for name in ("new", "same", "other", "longer", "link", "pipe"):
            staging.append(name, b"one")
        written = staging.commit()
    assert [file.path.name for file in written if file.replaced] == ["other", "longer", "link", "pipe"]


def test_without_commit_nothing_happened(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    with Staging(tmp_path) as staging:
        staging.append("a", b"new")
        staging.remove("a")
    with contextlib.suppress(ZeroDivisionError), Staging(tmp_path / "x" / "y") as staging:
        staging.append("a", b"new")
        raise ZeroDivisionError
    assert everything(tmp_path) == {"a": b"old"}
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_what_an_earlier_run_left_goes_with_the_commit(tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(b"old")
    with Staging(tmp_path) as staging:
        staging.append("new", b"new")
        staging.remove("old")
        staging.remove("never")
        staging.commit()
    assert everything(tmp_path) == {"new": b"new"}


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "../a", "/etc/passwd", "a\\b", "c:d", "a\0b", ".lock"])
def test_only_plain_names(tmp_path: Path, name: str) -> None:
    with Staging(tmp_path / "out") as staging, pytest.raises(UnwritableError, match="no plain file name"):
        staging.append(name, b"")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("number", "hint"),
    [
        (errno.ENOSPC, "make room"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "permission"),
        (errno.EIO, ""),
    ],
)
def test_a_disk_that_says_no_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, hint: str
) -> None:
    (tmp_path / "a").write_bytes(b"old")

    def refuse(descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(UnwritableError) as caught:
        write_atomically(tmp_path / "a", b"new")
    monkeypatch.undo()
    assert os.strerror(number).lower() in caught.value.what
    assert hint in caught.value.hint
    assert caught.value.where.startswith(str(tmp_path))
    assert everything(tmp_path) == {"a": b"old"}
    assert len(list(tmp_path.iterdir())) == 1


def test_a_file_in_the_way_of_a_folder_and_the_other_way_round(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "folder").mkdir()
    with pytest.raises(UnwritableError) as caught:
        write_atomically(tmp_path / "file" / "a", b"")
    assert "file" in caught.value.hint
    with pytest.raises(UnwritableError, match="A folder stands where the file should go"):
        write_atomically(tmp_path / "folder", b"")
    with pytest.raises(UnwritableError, match="The name is too long"):
        write_atomically(tmp_path / ("ل" * 200), b"")
    assert everything(tmp_path) == {"file": b"x"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


def test_a_folder_that_somebody_else_uses_stays(tmp_path: Path) -> None:
    with Staging(tmp_path / "new") as staging:
        staging.append("a", b"")
        (tmp_path / "new" / "theirs").write_bytes(b"x")
    assert everything(tmp_path) == {"new/theirs": b"x"}


def test_a_disk_that_is_full_at_the_beginning_keeps_no_new_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("annotator.workflow.aside.tempfile.mkdtemp", refuse)
    with pytest.raises(UnwritableError, match="make room"):
        write_atomically(tmp_path / "new" / "deep" / "a", b"")
    assert list(tmp_path.iterdir()) == []


def test_a_closed_staging_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(UnwritableError, match="not opened"):
        Staging(tmp_path).append("a", b"")


def test_a_kill_in_mid_write_leaves_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    code = (
        "import os, pathlib, sys; from annotator.workflow.files import Staging\n"
        "with Staging(pathlib.Path(sys.argv[1])) as staging:\n"
        "    staging.append('a', b'new' * 100_000); os.kill(os.getpid(), 9)\n"
    )
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False).returncode == -9
    assert (tmp_path / "a").read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 2
    write_atomically(tmp_path / "a", b"newer")
    assert everything(tmp_path) == {"a": b"newer"}
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
