"""However the program ends or pauses, the terminal is given back as it was."""

from __future__ import annotations

import re
import signal
import sys
import termios
import time
from collections.abc import Callable
from typing import Any

import pytest

from annotator.terminal.signals import ENDING

pytestmark = pytest.mark.pty

STOP = {
    "visual": b"\x1b[8h\x1b[0 k",
    "konsole": b"\x1b]50;BidiRenderingEnabled=true\x07\x1b[8h\x1b[0 k",
    "mlterm": b"\x1b]5379;use_ctl=true\x07\x1b[8h\x1b[0 k",
}
CRASH = """
import sys
from annotator.cli import main
from annotator.tui.screens.annotate import AnnotateScreen

def action_mark(self):
    raise RuntimeError("on purpose \\x1b]0;owned\\x07")

AnnotateScreen.action_mark = action_mark
sys.exit(main(sys.argv[1:]))
"""


def given_back(window: Any, strategy: str = "visual") -> None:
    """The strategy undone after the alternate screen is left, every mode off, the line discipline as before."""
    raw = bytes(window.raw)
    assert raw.count(b"\x1b[?1049l" + STOP[strategy]) == raw.count(b"\x1b[?1049h")
    state = {
        int(number): letter == b"h" for number, letter in re.findall(rb"\x1b\[\?(\d+)([hl])", raw)
    }  # the last of each
    assert state.pop(25), "the cursor is hidden"
    assert state.pop(7, True), "lines do not wrap"
    assert not any(state.values()), state
    assert raw.count(b"\x1b[<u") >= len(re.findall(rb"\x1b\[>\d+u", raw))
    assert termios.tcgetattr(window.master) == window.termios_before


def leave_by_key(window: Any) -> None:
    window.type("ctrl+q")


def leave_by_signal(number: signal.Signals) -> Callable[[Any], None]:
    return lambda window: window.signal(number)


@pytest.mark.parametrize(
    ("leave", "status"),
    [
        (leave_by_key, 0),
        *((leave_by_signal(number), 128 + number) for number in ENDING),
    ],
    ids=["key", *(number.name for number in ENDING)],
)
def test_every_way_out(place: Any, leave: Callable[[Any], None], status: int) -> None:
    window = place.open("--as", "sara")
    window.press("left", "[6, 11)")
    window.press("p", "PERS: ")
    leave(window)
    assert window.wait() == status
    given_back(window)
    assert place.spans("sara") == [("PERS", 6, 11)]
    place.open("--as", "sara").until("6 · 0% · RTL")  # the caret is where it was


@pytest.mark.parametrize("strategy", ["konsole", "mlterm"])
def test_the_strategy_is_undone(place: Any, strategy: str) -> None:
    window = place.open("--rtl", strategy)
    window.type("ctrl+q")
    assert window.wait() == 0
    given_back(window, strategy)


def test_a_crash_gives_the_terminal_back_and_says_what_to_do(place: Any) -> None:
    script = place.folder / "crash.py"
    script.write_text(CRASH, encoding="utf-8")
    window = place.run([sys.executable, script, "--project", place.project, "--as", "sara"])
    window.until("saved")
    window.press("p", "PERS: ")
    window.type("v")
    assert window.wait() == 1
    given_back(window)
    after = bytes(window.raw).rpartition(b"\x1b[?1049l")[2]
    assert b"\x1b]0;" not in after
    assert b"please report it with the file" in after
    assert place.spans("sara") == [("PERS", 0, 5)]


def test_suspend_and_resume(place: Any) -> None:
    window = place.open("--as", "sara")
    window.press("p", "PERS: ")
    before = window.cells()[:-2]
    window.signal(signal.SIGTSTP)
    window.until_stopped()
    window.until(lambda: not window.modes.get(1049))
    given_back(window)
    window.screen.reset()
    window.signal(signal.SIGCONT)
    window.until("PERS")
    window.until(lambda: window.cells()[:-2] == before)
    window.press("u", "undone: adding")
    window.type("ctrl+q")
    assert window.wait() == 0
    given_back(window)


def test_a_stop_that_nobody_was_told_of(place: Any) -> None:
    """As by `kill -STOP`: whatever the terminal showed meanwhile, the whole screen is drawn, and given back once."""
    window = place.open("--as", "sara")
    window.press("p", "PERS: ")
    before = window.cells()[:-2]
    window.signal(signal.SIGSTOP)
    window.until_stopped()
    window.screen.reset()
    window.signal(signal.SIGCONT)
    window.until("PERS")
    window.until(lambda: window.cells()[:-2] == before)
    window.type("ctrl+q")
    assert window.wait() == 0
    given_back(window)


def test_a_signal_while_suspended_ends_it(place: Any) -> None:
    window = place.open("--as", "sara")
    window.signal(signal.SIGTSTP)
    window.until_stopped()
    window.signal(signal.SIGTERM)
    window.signal(signal.SIGCONT)
    assert window.wait() == 128 + signal.SIGTERM
    given_back(window)


def test_a_terminal_that_goes_away_without_a_signal(place: Any) -> None:
    """As when the program runs under `nohup`: reading from the terminal is what tells."""
    window = place.open("--as", "sara")
    window.press("p", "PERS: ")
    window.signal(signal.SIGSTOP)
    window.until_stopped()
    window.close()
    window.signal(signal.SIGCONT)
    assert window.wait() == 128 + signal.SIGHUP
    assert place.spans("sara") == [("PERS", 0, 5)]


def test_keys_after_the_one_that_leaves_are_no_crash(empty: Any) -> None:
    """What they ask for may be gone half-way."""
    assert empty.tell("init", str(empty.project)).returncode == 0
    for key in ("i", "f4", "ctrl+p", "/"):
        window = empty.start()
        window.until("No documents yet")
        window.type("ctrl+q", key)
        assert window.wait() == 0
        assert not list(window.home.glob(".local/state/*/crash-*"))


SLOW = """
import sys, time
from annotator.cli import main
from annotator.store.database import Database
from annotator.tui import app

def neighbour(store, *_):
    with store._lock:  # as while it waits for a server
        time.sleep(600)

Database.neighbour = neighbour
app.LEAVE_GRACE = 1.0
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("leave", [leave_by_key, leave_by_signal(signal.SIGTERM), leave_by_signal(signal.SIGHUP)])
def test_a_database_that_never_answers_keeps_nobody(place: Any, leave: Callable[[Any], None]) -> None:
    """However much was typed meanwhile; and the process is gone too, not only its screen."""
    window = place.run([sys.executable, "-c", SLOW, "--project", place.project, "--as", "sara"])
    window.until("saved")
    window.type("f8", *["right"] * 50)
    window.settle()
    leave(window)
    assert window.wait() in {0, 128 + signal.SIGTERM, 128 + signal.SIGHUP}
    given_back(window)


def test_a_terminal_that_reads_nothing_keeps_nobody(place: Any) -> None:
    """As behind a line that hangs: a signal ends the program all the same."""
    window = place.open("--as", "sara")
    window.settle()
    for _ in range(200):
        window.type("pagedown", "pageup")
    while window._working():
        time.sleep(0.1)
    window.signal(signal.SIGTERM)
    assert window.process.wait(20) == 128 + signal.SIGTERM
