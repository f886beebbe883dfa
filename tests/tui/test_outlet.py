"""Frames reach the terminal whole and in order, whichever thread writes them."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import threading
import tty
from collections.abc import Callable, Iterator
from typing import IO

import pytest

from annotator.terminal.filters import Filter
from annotator.tui.outlet import Outlet

pytestmark = pytest.mark.pty

Make = Callable[..., Outlet]


class Line:
    """A pseudo-terminal whose other end reads only when it is told to."""

    def __init__(self) -> None:
        self.master, slave = pty.openpty()
        tty.setraw(slave)
        self.file: IO[str] = os.fdopen(slave, "w", encoding="utf-8")

    def read(self, most: int = 1 << 20) -> bytes:
        found = b""
        while len(found) < most and select.select([self.master], [], [], 0.3)[0]:
            found += os.read(self.master, 65536)
        return found

    def hang_up(self) -> None:
        os.close(self.master)
        self.master = -1


@pytest.fixture
def line() -> Iterator[Line]:
    made = Line()
    yield made
    with contextlib.suppress(OSError):  # it hung up
        made.file.close()
    if made.master >= 0:
        made.hang_up()


@pytest.fixture
def outlet(line: Line) -> Iterator[Make]:
    made: list[Outlet] = []

    def make(output_filter: Filter | None = None) -> Outlet:
        made.append(Outlet(line.file, output_filter))
        made[-1].open()
        return made[-1]

    yield make
    for one in made:
        one.close()
        one.close()  # again is nothing


def test_a_frame_is_written_at_once_and_filtered(line: Line, outlet: Make) -> None:
    out = outlet(lambda frame: frame.replace("a", "\u0627"))
    assert out.offer("a\x1b[0m\x1b[1mb")
    assert line.read(5) == "\u0627\x1b[0m\x1b[1mb".encode()
    assert out.written == 0


def test_what_a_slow_terminal_does_not_take_is_written_by_the_thread(line: Line, outlet: Make) -> None:
    out = outlet()
    frame = "\u0628\u064e" * 100_000
    assert not out.offer(frame)
    thread = threading.Thread(target=lambda: [out.write(text) for text in ("", "x", "y")])
    thread.start()
    received = line.read(len(frame.encode()) + 2)
    thread.join()
    assert received == f"{frame}xy".encode()
    assert out.written == 3
    assert out.offer("z")
    assert line.read(1) == b"z"


def test_a_terminal_that_is_gone_swallows_everything(line: Line, outlet: Make) -> None:
    out = outlet()
    line.hang_up()
    assert out.offer("x")
    assert out.gone
    assert out.offer("y")
    assert out.write("z") == 1
    other = outlet()
    other.write("z")
    assert other.gone


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_file_without_a_name_is_left_to_the_thread(encoding: str) -> None:
    read, write = os.pipe()
    with os.fdopen(write, "w", encoding=encoding) as file:
        out = Outlet(file, None)
        out.open()
        assert not out.offer("x")
        out.write("")
        out.write("y")
        assert os.read(read, 10) == b"xy"
        out.close()
    os.close(read)


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("at_once", [False, True])
def test_the_last_bytes_wait_for_nobody(line: Line, outlet: Make, full: bool, at_once: bool) -> None:
    """A terminal that reads nothing any more must not keep a program from ending."""
    made = outlet()
    if not at_once:
        made.close()
    if full:
        os.set_blocking(made.fileno(), False)
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(made.fileno(), b"x" * 4096)
        os.set_blocking(made.fileno(), True)
    made.push(b"LAST")
    assert line.read().endswith(b"LAST")
