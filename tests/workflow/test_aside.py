"""Hidden folders go with their process, and never while it lives."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from annotator.workflow.aside import LOCK, PREFIX, Aside

OTHER = """
import pathlib, sys
from annotator.workflow.aside import Aside
with Aside(pathlib.Path(sys.argv[1])) as place:
    (place / "half").write_bytes(b"x")
    print("ready", flush=True)
    sys.stdin.read()
"""


def asides(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"{PREFIX}*"))


def test_it_is_there_and_gone(tmp_path: Path) -> None:
    with Aside(tmp_path) as place:
        (place / "deep").mkdir()
        (place / "deep" / "file").write_bytes(b"")
        assert asides(tmp_path) == [place]
    assert list(tmp_path.iterdir()) == []


def test_what_another_process_writes_stays_until_it_is_dead(tmp_path: Path) -> None:
    other = subprocess.Popen(
        [sys.executable, "-c", OTHER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"ready\n"
        (theirs,) = asides(tmp_path)
        with Aside(tmp_path) as place:
            assert asides(tmp_path) == sorted([theirs, place])
        assert (theirs / "half").read_bytes() == b"x"
        other.send_signal(signal.SIGKILL)
        other.wait()
    assert asides(tmp_path) == [theirs]
    with Aside(tmp_path) as place:
        assert asides(tmp_path) == [place]


def test_two_in_one_process_leave_each_other_alone(tmp_path: Path) -> None:
    with Aside(tmp_path) as first, Aside(tmp_path) as second:
        assert asides(tmp_path) == sorted([first, second])


def test_many_at_once(tmp_path: Path) -> None:
    def write(number: int) -> bool:
        with Aside(tmp_path) as place:
            (place / "file").write_bytes(b"%d" % number)
            return (place / "file").read_bytes() == b"%d" % number

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(write, range(200)))
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_ours_stays(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / LOCK).write_bytes(b"")
    (tmp_path / f"{PREFIX}link").symlink_to(elsewhere)
    (tmp_path / f"{PREFIX}theirs").mkdir()
    (tmp_path / f"{PREFIX}theirs" / "file").write_bytes(b"")
    (tmp_path / f"{PREFIX}file").write_bytes(b"")
    (tmp_path / f"{PREFIX}made").mkdir()
    (tmp_path / f"{PREFIX}made" / LOCK).symlink_to(elsewhere / LOCK)
    before = sorted(tmp_path.rglob("*"))
    with Aside(tmp_path):
        pass
    assert sorted(tmp_path.rglob("*")) == before


def test_swept_up_before_it_was_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = fcntl.flock
    swept: list[Path] = []

    def late(descriptor: int, how: int) -> None:
        if not swept:
            (place,) = asides(tmp_path)
            (place / LOCK).unlink()
            place.rmdir()
            swept.append(place)
        lock(descriptor, how)

    monkeypatch.setattr(fcntl, "flock", late)
    with Aside(tmp_path) as place:
        assert place.is_dir()
        assert place not in swept
    assert list(tmp_path.iterdir()) == []


def test_a_disk_without_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(descriptor: int, how: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with Aside(tmp_path) as first:
        monkeypatch.undo()
        with Aside(tmp_path) as second:
            assert asides(tmp_path) == sorted([first, second])
    assert list(tmp_path.iterdir()) == []
