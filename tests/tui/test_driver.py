"""The driver under a real Textual app on a real pseudo-terminal."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import select
import signal
import sys
import termios
import time
from collections.abc import Iterator
from typing import Any

import pytest
from textual.app import App

from annotator.terminal.signals import ENDING
from annotator.terminal.strategies import STRATEGIES
from annotator.tui.driver import RtlDriver, install_signal_handlers, rtl_driver

pytestmark = pytest.mark.pty

ENTER = b"\x1b[?1049h\x1b[8l\x1b[1 k\x1b]50;BidiRenderingEnabled=false\x07\x1b[2J"
LEAVE = b"\x1b[?1049l\x1b]50;BidiRenderingEnabled=true\x07\x1b[8h\x1b[0 k"
READY = "\ufe8d".encode()

PROGRAM = """
import sys, termios, time
from textual.app import App
from textual.widgets import Static
from annotator.terminal.strategies import STRATEGIES
from annotator.tui import driver
driver.GRACE = 0.5

class Small(App):
    BINDINGS = [("ctrl+z", "suspend_process", "")]
    def compose(self):
        yield Static("\\ufe91\\u064e\\ufe8d")
    def on_mount(self):
        driver.install_signal_handlers(self)
    def drag(self):
        # the window gets another size while the program is reading the one before
        tell = type(self._driver)._get_terminal_size
        def read(of):
            size = tell(of)
            if not sizes: return size
            termios.tcsetwinsize(0, (30, sizes.pop()))
            return size
        sizes = [90]
        type(self._driver)._get_terminal_size = read
        termios.tcsetwinsize(0, (30, 70))
    def on_key(self, event):
        match event.key:
            case "q": self.exit()
            case "x": raise RuntimeError("on purpose")
            case "w": self.drag(); self.set_timer(0.3, lambda: self.query_one(Static).update(f"SIZE={self.size.width}"))
            case "b": self.query_one(Static).update("BUSY"); self.call_after_refresh(lambda: time.sleep(60))
            case key: self.query_one(Static).update("KEY=" + key)

options = eval(sys.argv[2])
app = Small(driver_class=driver.rtl_driver(STRATEGIES[sys.argv[1]], **options))
app.run()
sys.exit(app.return_code)
"""


class Running:
    """The program on its own pseudo-terminal, as its session's foreground."""

    def __init__(self, strategy: str, **options: object) -> None:
        self.pid, self.master = pty.fork()
        if self.pid == 0:  # pragma: no cover  # the child becomes the program
            # Readline, which pytest loads, has put the window's size into the environment behind Python's back.
            environ = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}}
            environ |= {"TERM": "xterm-256color", "PYTHONUTF8": "1", "PYTHONPATH": ":".join(sys.path)}
            command = [sys.executable, "-c", PROGRAM, strategy, repr(options)]
            os.execve(sys.executable, command, environ)  # noqa: S606  # no shell
        self.seen = b""
        self._taken = 0  # how far `until` came
        self.status: int | None = None
        self.mode_before = termios.tcgetattr(self.master)
        self.until(READY)

    def until(self, what: bytes, seconds: float = 20) -> bytes:
        """Everything written up to and with `what` since what was waited for last."""
        end = time.monotonic() + seconds
        while (found := self.seen.find(what, self._taken)) < 0:
            if time.monotonic() > end or not self._read():
                pytest.fail(f"{what!r} never came after {self.seen[-300:]!r}")
        start, self._taken = self._taken, found + len(what)
        return self.seen[start : self._taken]

    def _read(self) -> bool:
        if not select.select([self.master], [], [], 0.1)[0]:
            return True
        try:
            received = os.read(self.master, 65536)
        except OSError:
            return False
        self.seen += received
        return bool(received)

    def type(self, keys: bytes) -> None:
        os.write(self.master, keys)

    def kill(self, number: int) -> None:
        os.kill(self.pid, number)

    def wait(self, seconds: float = 20) -> int:
        """Exit status as a shell would see it; what is written meanwhile is read."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
                while self.master >= 0 and select.select([self.master], [], [], 0)[0] and self._read():
                    pass
                return self.status
            if self.master >= 0:
                self._read()
            else:
                time.sleep(0.02)
        return pytest.fail("the program did not end")

    def hang_up(self) -> None:
        os.close(self.master)
        self.master = -1

    def end(self) -> None:
        if self.status is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        if self.master >= 0:
            os.close(self.master)


@pytest.fixture
def running() -> Iterator[Any]:
    started: list[Running] = []

    def start(strategy: str = "konsole", **options: object) -> Running:
        started.append(Running(strategy, **options))
        return started[-1]

    yield start
    for program in started:
        program.end()


def given_back(program: Running) -> bool:
    """Whether the strategy was undone last and the line mode is back."""
    mode = termios.tcgetattr(program.master)
    return program.seen.count(LEAVE) == 1 and mode[3] & (termios.ECHO | termios.ICANON) != 0


def test_the_mode_is_set_before_the_clear_and_undone_at_the_end(running: Any) -> None:
    program = running()
    assert program.seen.startswith(ENTER)
    program.type(b"q")
    assert program.wait() == 0
    assert given_back(program)
    assert program.seen.index(LEAVE) > program.seen.rindex(READY)


def test_frames_go_through_the_filter(running: Any) -> None:
    program = running("lrm")
    assert "\ufe91\u064e\u200e\ufe8d\u200e".encode() in program.seen


def test_a_crash_gives_the_terminal_back(running: Any) -> None:
    program = running()
    program.type(b"x")
    assert program.wait() == 1
    assert given_back(program)
    assert b"on purpose" in program.seen[program.seen.index(LEAVE) :]


@pytest.mark.parametrize("number", ENDING)
def test_signals_end_in_order(running: Any, number: signal.Signals) -> None:
    program = running()
    program.kill(number)
    assert program.wait() == 128 + number
    assert given_back(program)


def test_a_busy_program_ends_anyway(running: Any) -> None:
    program = running()
    program.type(b"b")
    program.until(b"BUSY")
    time.sleep(0.3)
    program.kill(signal.SIGTERM)
    assert program.wait() == 128 + signal.SIGTERM
    assert given_back(program)


def test_a_closed_window_ends_the_program(running: Any) -> None:
    program = running()
    program.hang_up()
    assert program.wait() == 128 + signal.SIGHUP


def test_a_vanished_terminal_without_a_signal_ends_the_program(running: Any) -> None:
    """Nobody sends SIGHUP to a program that ignores it, or that leads no session; reading tells."""
    program = running()
    program.kill(signal.SIGSTOP)
    os.waitpid(program.pid, os.WUNTRACED)
    program.hang_up()
    program.kill(signal.SIGCONT)
    assert program.wait() == 128 + signal.SIGHUP


def test_suspend_gives_the_terminal_back_and_resume_takes_it_again(running: Any) -> None:
    program = running()
    program.type(b"k")
    program.until(b"KEY=k")
    program.kill(signal.SIGTSTP)
    program.until(LEAVE)
    _, status = os.waitpid(program.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    program.kill(signal.SIGCONT)
    program.until(ENTER)
    program.until(b"KEY=k")
    program.type(b"q")
    assert program.wait() == 0
    assert program.seen.count(LEAVE) == 2


def test_a_stop_that_nobody_was_told_of_leaves_the_mode_before_known(running: Any) -> None:
    program = running()
    program.type(b"k")
    program.until(b"KEY=k")
    program.kill(signal.SIGSTOP)
    os.waitpid(program.pid, os.WUNTRACED)
    program.kill(signal.SIGCONT)
    program.until(LEAVE)
    program.until(ENTER)
    program.until(b"KEY=k")
    program.type(b"z")
    program.until(b"KEY=z")
    program.type(b"q")
    assert program.wait() == 0
    assert termios.tcgetattr(program.master) == program.mode_before


def test_a_signal_while_suspended_ends_the_program_when_it_continues(running: Any) -> None:
    program = running()
    program.kill(signal.SIGTSTP)
    program.until(LEAVE)
    os.waitpid(program.pid, os.WUNTRACED)
    program.kill(signal.SIGTERM)
    program.kill(signal.SIGCONT)
    assert program.wait() == 128 + signal.SIGTERM
    assert program.seen.count(ENTER) == 1


def test_keys_typed_while_the_terminal_was_asked_arrive(running: Any) -> None:
    program = running(typed=b"k")
    assert b"KEY=k" in program.seen or program.until(b"KEY=k")


def test_late_answers_are_no_keys(running: Any) -> None:
    program = running(late=True)
    program.type(b"\x1b[8;0$y\x1bP>|XTerm")
    program.type(b"(379)\x1b\\\x1b[>41;379;0c\x1b[?64;1c")
    program.type(b"j")
    program.until(b"KEY=j")
    program.type(b"\x1b")
    program.until(b"KEY=escape")
    assert set(re.findall(rb"KEY=(\w+)", program.seen)) == {b"j", b"escape"}
    program.type(b"q")
    assert program.wait() == 0


def test_the_size_is_the_last_one_although_signals_interrupt_each_other(running: Any) -> None:
    program = running()
    program.type(b"w")
    program.until(b"SIZE=90")


def test_broken_utf8_is_no_crash(running: Any) -> None:
    program = running()
    program.type(b"\xff\xd8")
    program.type(b"q")
    assert program.wait() == 0


async def test_an_app_under_test_is_unaffected() -> None:
    handlers = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGHUP)
    app: App[None] = App(driver_class=rtl_driver(STRATEGIES["kitty"]))
    async with app.run_test() as pilot:
        install_signal_handlers(app)
        assert not isinstance(app._driver, RtlDriver)
        await pilot.pause()
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGHUP)) == handlers


def test_classes_do_not_share_settings() -> None:
    one, two = rtl_driver(STRATEGIES["lrm"], typed=b"a", late=True), rtl_driver(STRATEGIES["kitty"])
    assert (one.strategy.name, one.typed, one.late) == ("lrm", b"a", True)
    assert (two.strategy.name, two.typed, two.late) == ("kitty", b"", False)
    assert RtlDriver.strategy.name == "visual"
