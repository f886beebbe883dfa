from __future__ import annotations

import contextlib
import os
import pty
import select
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.terminal.probe import PATIENT_DEADLINE, Answers, LateAnswers, Probe, deadline, read_answers

ENVIRON = {"TERM": "xterm-256color"}
KITTY = b"\x1b[8;0$y\x1bP>|kitty(0.41.1)\x1b\\\x1b[>1;4000;41c\x1b[?62;c"
EXPECTED = Answers(decrqm8=0, xtversion="kitty(0.41.1)", da2=(1, 4000, 41), da1=True, asked=True)


class FakeTerminal:
    """The far end of a pty: waits for the last question and answers piece by piece, each with its delay."""

    def __init__(self) -> None:
        self.master, self.slave = pty.openpty()
        os.set_blocking(self.master, False)
        self.asked = b""
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def answer(self, pieces: Sequence[tuple[float, bytes]]) -> None:
        self._thread = threading.Thread(target=self._serve, args=(tuple(pieces),))
        self._thread.start()

    def _serve(self, pieces: tuple[tuple[float, bytes], ...]) -> None:
        while not self._closing.is_set() and not self.asked.endswith(b"\x1b[c"):
            if select.select([self.master], [], [], 0.05)[0]:
                self.asked += os.read(self.master, 4096)
        for delay, piece in pieces:
            time.sleep(delay)
            left = piece
            while left and not self._closing.is_set():  # nobody may be reading any more
                if select.select([], [self.master], [], 0.05)[1]:
                    with contextlib.suppress(BlockingIOError):
                        left = left[os.write(self.master, left) :]

    def type(self, keys: bytes) -> None:
        os.write(self.master, keys)

    def mode(self) -> list[Any]:
        return termios.tcgetattr(self.slave)

    def close(self) -> None:
        self._closing.set()
        if self._thread is not None:
            self._thread.join()
        for fd in (self.master, self.slave):
            with contextlib.suppress(OSError):
                os.close(fd)


@pytest.fixture
def fake_terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeTerminal]:
    """A terminal that counts as being in the foreground, as the test's own may not."""
    monkeypatch.setattr(os, "tcgetpgrp", lambda _fd: os.getpgrp())
    terminal = FakeTerminal()
    yield terminal
    terminal.close()


def ask(terminal: FakeTerminal, *pieces: tuple[float, bytes], deadline_s: float = 5.0) -> Answers:
    before = terminal.mode()
    terminal.answer(pieces)
    probe = Probe.begin(terminal.slave, terminal.slave, ENVIRON)
    assert terminal.mode() != before
    answers = probe.finish(deadline_s)
    assert terminal.mode() == before
    return answers


def test_answers_at_once(fake_terminal: FakeTerminal) -> None:
    assert ask(fake_terminal, (0, KITTY)) == EXPECTED
    assert fake_terminal.asked == b"\x1b[8$p\x1b[>0q\x1b[>c\x1b[c"


def test_answers_in_pieces(fake_terminal: FakeTerminal) -> None:
    pieces = [(0.002, KITTY[place : place + 3]) for place in range(0, len(KITTY), 3)]
    assert ask(fake_terminal, *pieces) == EXPECTED


def test_keys_typed_meanwhile_are_kept(fake_terminal: FakeTerminal) -> None:
    answers = ask(fake_terminal, (0, b"dd\r" + KITTY[:7] + b"\x1b[A" + KITTY[7:]))
    assert answers.leftover == b"dd\r\x1b[A"
    assert answers.da2 == EXPECTED.da2


def test_garbage_is_left_over(fake_terminal: FakeTerminal) -> None:
    answers = ask(fake_terminal, (0, b"\xff\x1b[\x1bP>|no end" + b"\x1b[?1c"))
    assert answers.da1
    assert answers.xtversion is None


def test_silence_ends_at_the_deadline(fake_terminal: FakeTerminal) -> None:
    answers = ask(fake_terminal, deadline_s=0.1)
    assert answers == Answers(asked=True)
    assert answers.late


def test_a_late_answer_is_not_in_the_answers(fake_terminal: FakeTerminal) -> None:
    answers = ask(fake_terminal, (0, KITTY[:7]), (0.5, KITTY[7:]), deadline_s=0.2)
    assert answers.late
    assert answers.decrqm8 == 0
    assert answers.xtversion is None


def test_a_flood_ends(fake_terminal: FakeTerminal) -> None:
    fake_terminal.answer([(0, b"x" * 4000)] * 20)
    answers = Probe.begin(fake_terminal.slave, fake_terminal.slave, ENVIRON).finish(0.3)
    assert not answers.da1


def test_apple_terminal_is_not_asked_for_the_mode(fake_terminal: FakeTerminal) -> None:
    fake_terminal.answer([(0, b"\x1b[?1;2c")])
    probe = Probe.begin(fake_terminal.slave, fake_terminal.slave, {**ENVIRON, "TERM_PROGRAM": "Apple_Terminal"})
    assert probe.finish(5).da1
    assert b"$p" not in fake_terminal.asked


@pytest.mark.parametrize("environ", [{}, {"TERM": "dumb"}, {"TERM": "linux"}])
def test_the_mute_are_not_asked(fake_terminal: FakeTerminal, environ: dict[str, str]) -> None:
    before = fake_terminal.mode()
    probe = Probe.begin(fake_terminal.slave, fake_terminal.slave, environ)
    assert fake_terminal.mode() == before
    assert probe.finish() == Answers()


def test_no_terminal_no_questions() -> None:
    read, write = os.pipe()
    try:
        assert Probe.begin(read, write, ENVIRON).finish() == Answers()
        os.set_blocking(read, False)
        with pytest.raises(BlockingIOError):
            os.read(read, 1)
    finally:
        os.close(read)
        os.close(write)


def test_the_background_is_left_alone(fake_terminal: FakeTerminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "tcgetpgrp", lambda _fd: os.getpgrp() + 1)
    assert Probe.begin(fake_terminal.slave, fake_terminal.slave, ENVIRON).finish() == Answers()


def test_a_closed_window_gives_no_answers(fake_terminal: FakeTerminal) -> None:
    probe = Probe.begin(fake_terminal.slave, fake_terminal.slave, ENVIRON)
    os.close(fake_terminal.master)
    assert not probe.finish(0.5).da1


def test_finish_twice_is_harmless(fake_terminal: FakeTerminal) -> None:
    fake_terminal.answer([(0, KITTY)])
    probe = Probe.begin(fake_terminal.slave, fake_terminal.slave, ENVIRON)
    assert probe.finish(5).da1
    assert probe.finish(5) == Answers()


def test_an_exception_in_between_restores_the_terminal(fake_terminal: FakeTerminal) -> None:
    before = fake_terminal.mode()
    code = (
        "import os; os.tcgetpgrp = lambda fd: os.getpgrp()\n"
        "from annotator.terminal.probe import Probe\n"
        "Probe.begin(0, 0, {'TERM': 'xterm'}); raise SystemExit(7)"
    )
    done = subprocess.run([sys.executable, "-c", code], stdin=fake_terminal.slave, check=False)
    assert done.returncode == 7
    assert fake_terminal.mode() == before


def test_ssh_is_given_more_time() -> None:
    assert deadline({"SSH_CONNECTION": "x"}) == PATIENT_DEADLINE > deadline({})


def test_kitty_is_given_more_time_because_its_version_decides() -> None:
    assert deadline({"TERM": "xterm-kitty"}) == PATIENT_DEADLINE
    assert deadline({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}) == deadline({})


def test_control_characters_in_a_version_are_not_shown() -> None:
    assert read_answers(b"\x1bP>|a\x08\xffb\x1b\\").xtversion == "a?\ufffdb"


class TestLateAnswers:
    def test_answers_vanish_and_keys_stay(self) -> None:
        late = LateAnswers()
        assert late.feed(b"a" + KITTY[:-1]) == b"a"
        assert late.feed(KITTY[-1:] + b"b\x1b") == b"b\x1b"
        assert late.done

    def test_an_escape_key_comes_back(self) -> None:
        late = LateAnswers()
        assert late.feed(b"\x1b") == b""
        assert late.holding
        assert late.flush() == b"\x1b"
        assert not late.holding

    @pytest.mark.parametrize(
        "keys", [b"\x1b[A", b"\x1bOP", b"\x1b[<0;3;4M", b"\x1b[?2026;2$y", b"\x1b[97;5u", "سلام".encode()]
    )
    def test_what_is_typed_passes(self, keys: bytes) -> None:
        late = LateAnswers()
        assert b"".join(late.feed(keys[place : place + 1]) for place in range(len(keys))) + late.flush() == keys
        assert not late.done

    @given(st.binary(max_size=20), st.lists(st.integers(1, 40), max_size=6))
    def test_however_it_is_cut_nothing_of_the_answers_is_typed(self, typed: bytes, cuts: list[int]) -> None:
        typed = typed.replace(b"\x1b", b"e")
        late, out, rest = LateAnswers(), b"", KITTY + typed
        for cut in cuts:
            out, rest = out + late.feed(rest[:cut]), rest[cut:]
        assert out + late.feed(rest) + late.flush() == typed
