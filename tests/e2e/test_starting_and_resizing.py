"""Slow, silent, small and changing terminals."""

from __future__ import annotations

import signal
import sys
import time
from typing import Any

import pytest

pytestmark = pytest.mark.pty


def test_a_terminal_that_answers_nothing(place: Any) -> None:
    window = place.open("--as", "sara", answers=False)
    window.press("p", "PERS: ")
    window.type("ctrl+q")
    assert window.wait() == 0


@pytest.mark.parametrize("term", ["dumb", "linux", "vt100", "unknown"])
def test_a_terminal_that_can_do_little(place: Any, term: str) -> None:
    window = place.open("--as", "sara", answers=False, environ={"TERM": term, "COLORTERM": ""})
    window.press("p", "PERS: ")
    window.type("ctrl+q")
    assert window.wait() == 0


def test_standard_error_may_be_a_file(place: Any) -> None:
    """What is drawn is for the person, wherever messages go."""
    command = 'exec "$0" -m annotator.cli --project "$1" --as sara 2>log'
    window = place.run(["/bin/sh", "-c", command, sys.executable, place.project])
    window.until("saved")
    window.press("p", "PERS: ")
    window.type("ctrl+q")
    assert window.wait() == 0
    assert b"\x1b" not in (place.folder / "log").read_bytes()


@pytest.mark.parametrize("answers", [True, False], ids=["answering", "silent"])
def test_keys_typed_before_the_first_frame_are_not_lost(place: Any, answers: bool) -> None:
    window = place.start("--as", "sara", answers=answers)
    window.until(lambda: b"\x1b[c" in window.raw)  # it asks: what is typed mixes with the answers
    window.type("left", "p", "left", "left")
    window.until("[22, 25)")
    window.press("a", "ARMED: ")
    assert place.spans("sara") == [("PERS", 6, 11), ("ARMED", 22, 25)]


def test_another_window_had_the_keyboard_while_it_started(place: Any) -> None:
    window = place.start("--as", "sara")
    window.until(lambda: b"\x1b[c" in window.raw)
    window.type("\x1b[O")
    window.until("saved")
    window.press("left", "[6, 11)")
    window.type("\x1b[O", "\x1b[I", "\x1b[O")
    window.press("p", "PERS: ")
    assert place.spans("sara") == [("PERS", 6, 11)]


def test_answers_that_come_late_are_no_keys(place: Any) -> None:
    window = place.open("--as", "sara", answers=False)
    window.type("\x1b[8;0$y", "\x1bP>|XTerm(379)\x1b\\", "\x1b[>41;379;0c", "\x1b[?64;1;2;22c")
    window.press("left", "[6, 11)")
    window.press("p", "PERS: ")
    assert place.spans("sara") == [("PERS", 6, 11)]


@pytest.mark.parametrize("columns", [79, 80, 99, 100])
def test_it_fits_and_the_work_goes_on(place: Any, columns: int) -> None:
    window = place.open("--as", "sara", size=(columns, 24))
    assert ("Entities" in "".join(window.rows)) == (columns >= 100)  # the side panel, where there is room for it
    assert ("p PERS" in "".join(window.rows)) is True  # the labels' keys, beside the text or below
    window.press("p", "PERS: ")
    assert window.rows[-1].strip()


def test_a_window_too_small_says_so_and_comes_back(place: Any) -> None:
    window = place.open("--as", "sara", size=(80, 24))
    window.set_size(60, 14)
    window.until("60x15 needed, this is 60x14")
    window.set_size(80, 24)
    window.until("[0, 5)")
    window.press("p", "PERS: ")
    small = place.start("--as", "omar", size=(60, 14))
    small.until("60x15 needed, this is 60x14")
    small.type("ctrl+q")
    assert small.wait() == 0


def test_resizing_while_typing(place: Any) -> None:
    """Every key counts at every size, and what is shown in the end is what a new window shows."""
    window = place.open("--as", "sara")
    sizes = [(80, 24), (133, 50), (61, 15), (100, 30), (60, 20), (120, 40)]
    for columns, rows in sizes:
        window.type("left")
        window.set_size(columns, rows)
        window.type("p")
    window.until(lambda: len(place.spans("sara")) == len(sizes))
    window.press("home", "  0 · 0%")
    fresh = place.open("--as", "sara")
    fresh.press("home", "  0 · 0%")
    window.until(lambda: window.cells()[:-2] == fresh.cells()[:-2])


def test_a_window_resized_while_the_program_sleeps(place: Any) -> None:
    window = place.open("--as", "sara")
    window.signal(signal.SIGTSTP)
    window.until_stopped()
    window.screen.reset()
    window.set_size(90, 30)
    window.signal(signal.SIGCONT)
    window.until("v mark")
    window.press("p", "PERS: ")
    window.press("left", "[6, 11)")
    fresh = place.open("--as", "sara", size=(90, 30))
    fresh.press("left", "[6, 11)")
    fresh.until(lambda: window.cells() == fresh.cells())


def test_one_frame_a_key(place: Any) -> None:
    """A motion, and an edit with all that it changes, is one frame, drawn at once by a terminal that can."""
    window = place.open("--as", "sara")
    window.press("left", "[6, 11)")
    for key, what in (("left", "[12, 21)"), ("p", "PERS: "), ("down", "RTL"), ("u", "undone"), ("]", "no annotation")):
        before, raw = len(window.frames), len(window.raw)
        window.press(key, what)
        window.until(lambda before=before: len(window.frames) > before)
        settle(window)
        assert len(window.frames) == before + 1, key
        assert len(window.raw) - raw < 6000, key


def test_a_terminal_that_reads_late_shows_the_same(place: Any) -> None:
    window = place.open("--as", "sara", size=(250, 80))
    for key in ("pagedown", "end", "up", "home", "pageup", "down") * 30:
        window.type(key)
        time.sleep(0.01)
    window.press("ctrl+home", "  0 · 0%")
    window.press("p", "PERS: ")
    fresh = place.open("--as", "sara", size=(250, 80))
    fresh.press("ctrl+home", "  0 · 0%")
    window.until(lambda: window.cells()[:-2] == fresh.cells()[:-2])


def settle(window: Any) -> None:
    """Wait until nothing more comes: a key that shows nothing is answered after all before it."""
    deadline = time.monotonic() + 0.15
    window.until(lambda: time.monotonic() > deadline)
