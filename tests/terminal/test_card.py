from __future__ import annotations

import io
import os
import pty
import select
import signal
import termios
import threading
from collections.abc import Callable

import pytest

from annotator.terminal.card import Card, answer, candidates, card_rows, frame, show
from annotator.terminal.choose import choose
from annotator.terminal.probe import Answers
from annotator.terminal.signals import ENDING
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
    assert "»" in text
    assert "[WhatsApp]" in text
    assert "\u064e" in text
    assert "24/11/2020" in text or width < 30


def test_the_frame_goes_through_the_strategy() -> None:
    shown = frame(card(), os.terminal_size((80, 24)))
    assert "\u064e" not in shown  # marks are dropped on an unknown terminal
    assert shown.startswith("\x1b[1;1HTest card 1 of")
    assert compact(shown).count("\x1b[38;2;30;160;60m") == 1
    assert shown.count("Does this read right?") == 1
    small = frame(card(), os.terminal_size((80, 3)))
    assert "\x1b[4;1H" not in small
    assert "Does this read right?" in small


class Person:
    """Looks at a terminal and does something at each screen that appears: presses a key, or whatever is called."""

    def __init__(self, *deeds: bytes | Callable[[], object]) -> None:
        self.master, self.slave = pty.openpty()
        self.before = termios.tcgetattr(self.slave)
        self._seen = io.BytesIO()
        self._deeds = list(deeds)
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        screens = 0
        while not self._done.is_set() or select.select([self.master], [], [], 0)[0]:
            if not select.select([self.master], [], [], 0.02)[0]:
                continue
            self._seen.write(os.read(self.master, 65536))
            shown = self._seen.getvalue().count(b"Does this read right?")
            while screens < shown and self._deeds:
                deed = self._deeds.pop(0)
                if callable(deed):
                    deed()
                else:
                    os.write(self.master, deed)
                screens += 1

    def close(self) -> bytes:
        """Everything that was on the terminal, which is as it was before."""
        self._done.set()
        self._thread.join()
        after = termios.tcgetattr(self.slave)
        os.close(self.master)
        os.close(self.slave)
        seen = self._seen.getvalue()
        assert after == self.before
        assert seen.count(b"\x1b[?1049h") == seen.count(b"\x1b[?25h\x1b[?1049l")
        return seen


@pytest.fixture(autouse=True)
def _size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "get_terminal_size", lambda _fd: os.terminal_size((80, 30)))


@pytest.mark.pty
def test_a_yes_ends_it_and_each_way_is_undone() -> None:
    person = Person(b"n", b"y")
    card = show(person.slave, person.slave, XTERM)
    seen = person.close()
    assert (card.outcome, card.strategy.name) == ("right", "lrm")
    assert seen.count(b"\x1b[?1049h\x1b[8l\x1b[1 k") == 2
    assert seen.count(b"\x1b[?1049l\x1b[8h\x1b[0 k") == 2


@pytest.mark.pty
def test_when_nothing_reads_right() -> None:
    person = Person(*[b"n"] * 20)
    card = show(person.slave, person.slave, XTERM)
    assert b"Test card 1 of 4: visual" in person.close()
    assert (card.outcome, card.shown) == ("none", 3)


@pytest.mark.pty
def test_a_resized_window_is_drawn_again() -> None:
    person = Person(lambda: os.kill(os.getpid(), signal.SIGWINCH), b"q")
    assert show(person.slave, person.slave, XTERM).outcome == "left"
    assert person.close().count(b"\x1b[2J") == 2


@pytest.mark.pty
@pytest.mark.parametrize("number", ENDING)
def test_a_signal_gives_the_terminal_back(number: signal.Signals) -> None:
    handler = signal.getsignal(number)
    person = Person(lambda: os.kill(os.getpid(), number))
    with pytest.raises(SystemExit) as leaving:
        show(person.slave, person.slave, XTERM)
    person.close()
    assert leaving.value.code == 128 + number
    assert signal.getsignal(number) == handler
