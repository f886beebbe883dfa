from __future__ import annotations

import io
import json
import os
import pty
import select
import threading
import time
from pathlib import Path

import pytest

from annotator.errors import UsageError
from annotator.terminal.card import Card, answer, candidates, card_rows, frame, run
from annotator.terminal.choose import choose
from annotator.terminal.memory import TerminalMemory
from annotator.terminal.probe import Answers
from annotator.terminal.stream import compact

UNKNOWN = choose(Answers(), {})
XTERM = choose(Answers(da2=(41, 379, 0), da1=True, asked=True), {})


def card() -> Card:
    return Card(candidates(UNKNOWN.strategy, UNKNOWN.detection))


def test_every_way_is_tried_once_the_likely_one_first() -> None:
    ways = [way.name for way in card().candidates]
    assert ways[0] == "visual"
    assert len(ways) == len(set(ways))
    assert {"konsole", "mlterm", "kitty", "kitty-old", "lrm", "jitter", "logical"} <= set(ways)
    assert "explicit" not in ways  # sends the same bytes as visual


def test_one_terminals_sequences_are_not_tried_on_another() -> None:
    ways = {way.name for way in candidates(XTERM.strategy, XTERM.detection)}
    assert not ways & {"konsole", "mlterm", "kitty", "kitty-old"}


def test_the_ways_are_fitted_to_the_terminal() -> None:
    assert not any(way.marks for way in card().candidates)


@pytest.mark.parametrize("key", ["y", "Y", "\r", "غ"])
def test_yes_ends_it(key: str) -> None:
    after = answer(answer(card(), "n"), key)
    assert (after.outcome, after.shown) == ("right", 1)


def test_no_goes_on_to_the_end_and_back_returns() -> None:
    state = card()
    assert answer(state, "b") == state
    assert answer(answer(state, "ى"), "b") == state
    for _ in state.candidates:
        state = answer(state, "n")
    assert (state.outcome, state.shown) == ("none", len(state.candidates) - 1)


@pytest.mark.parametrize("key", ["q", "\x1b", "\x03", "", "ض"])
def test_leaving(key: str) -> None:
    assert answer(card(), key).outcome == "left"


@pytest.mark.parametrize("key", ["x", "\x1b[A", "\x1b[?62;22c", "\x1bP>|xterm\x1b\\"])
def test_other_keys_and_late_answers_change_nothing(key: str) -> None:
    assert answer(card(), key) == card()


@pytest.mark.parametrize("width", [10, 30, 80, 200])
def test_rows_hold_the_hard_cases(width: int) -> None:
    rows = card_rows(card(), width)
    text = "\n".join(rows)
    assert "│" in text
    assert "\ufefb" in text or "\ufefc" in text  # lam-alef
    assert "Google" in text
    assert "\u064e" in text
    assert "24/11/2020" in text or width < 30


def test_the_frame_goes_through_the_strategy() -> None:
    shown = frame(card(), os.terminal_size((80, 24)))
    assert "\u064e" not in shown  # marks are dropped on an unknown terminal
    assert shown.startswith("\x1b[1;1HTest card 1 of")
    assert compact(shown).count("\x1b[38;2;30;160;60m") == 1
    assert "\x1b[4;1H" not in frame(card(), os.terminal_size((80, 3)))


class Person:
    """Answers the questions of a program on a pty: XTerm's answers to the probe, then keys as screens appear."""

    def __init__(self, keys: list[bytes]) -> None:
        self.master, self.slave = pty.openpty()
        self.seen = io.BytesIO()
        self._keys = keys
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        screens = 0
        while not self._done.is_set():
            if not select.select([self.master], [], [], 0.02)[0]:
                continue
            received = os.read(self.master, 65536)
            self.seen.write(received)
            if b"\x1b[c" in received:
                os.write(self.master, b"\x1bP>|XTerm(379)\x1b\\\x1b[>41;379;0c\x1b[?64c")
            shown = self.seen.getvalue().count(b"Does this read right?")
            while screens < shown and self._keys:
                time.sleep(0.02)
                os.write(self.master, self._keys.pop(0))
                screens += 1

    def close(self) -> bytes:
        time.sleep(0.1)
        self._done.set()
        self._thread.join()
        os.close(self.master)
        os.close(self.slave)
        return self.seen.getvalue()


@pytest.fixture
def memory(tmp_path: Path) -> TerminalMemory:
    return TerminalMemory(tmp_path / "terminals.json")


@pytest.fixture(autouse=True)
def _foreground(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "tcgetpgrp", lambda _fd: os.getpgrp())
    monkeypatch.setattr(os, "get_terminal_size", lambda _fd: os.terminal_size((80, 30)))


ENVIRON = {"TERM": "xterm"}


@pytest.mark.pty
def test_a_yes_is_remembered_and_used(memory: TerminalMemory) -> None:
    person = Person([b"n", b"y"])
    status = run(person.slave, person.slave, ENVIRON, memory=memory)
    seen = person.close()
    assert status == 0
    assert b"Remembered lrm for xterm" in seen
    assert seen.count(b"\x1b[?1049h\x1b[8l\x1b[1 k\x1b[2J") == 2
    assert seen.count(b"\x1b[?1049l\x1b[8h\x1b[0 k") == 2
    answers = Answers(xtversion="XTerm(379)", da2=(41, 379, 0))
    assert choose(answers, ENVIRON, memory=memory).source == "remembered"


@pytest.mark.pty
def test_when_nothing_reads_right_the_status_says_so(memory: TerminalMemory) -> None:
    person = Person([b"n"] * 20)
    assert run(person.slave, person.slave, ENVIRON, memory=memory, rtl="jitter") == 1
    assert b"Test card 1 of 4: jitter" in person.close()
    assert not memory.path.exists()


@pytest.mark.pty
def test_leaving_changes_nothing(memory: TerminalMemory) -> None:
    person = Person([b"q"])
    assert run(person.slave, person.slave, ENVIRON, memory=memory) == 0
    assert b"Nothing changed" in person.close()
    assert not memory.path.exists()


def test_json_needs_no_terminal(memory: TerminalMemory) -> None:
    read, write = os.pipe()
    try:
        assert run(read, write, {"TERM": "st-256color"}, as_json=True, memory=memory) == 0
        known = json.loads(os.read(read, 65536))
    finally:
        os.close(read)
        os.close(write)
    assert (known["terminal"], known["strategy"], known["source"]) == ("st", "visual", "detected")
    assert known["answers"] == {"decrqm8": None, "xtversion": None, "da2": None, "da1": False}
    assert "kitty-old" in known["strategies"]


def test_without_a_terminal_the_card_explains(memory: TerminalMemory) -> None:
    read, write = os.pipe()
    try:
        with pytest.raises(UsageError, match="needs a terminal"):
            run(read, write, {}, memory=memory)
    finally:
        os.close(read)
        os.close(write)
