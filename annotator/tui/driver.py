"""The Textual driver that makes Arabic right on this terminal and always gives the terminal back.

Added to Textual's own driver: the strategy's bytes around the alternate screen, its filter over every frame, typed
keys kept and late answers dropped after the terminal was asked what it is, an orderly end on the signals that would
kill (`ENDING`), and a terminal that disappears (its window closed) ends the program instead of raising or spinning.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import sys
import termios
import threading
from functools import partial
from typing import IO, TYPE_CHECKING, Any, ClassVar, Final, Literal, NoReturn, cast

from textual import events
from textual.app import ScreenStackError
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size

from annotator.terminal.probe import LateAnswers
from annotator.terminal.signals import ENDING
from annotator.terminal.strategies import STRATEGIES, Strategy
from annotator.tui.compositor import Shown
from annotator.tui.keyboard import Keyboard
from annotator.tui.outlet import Outlet
from annotator.tui.turns import Turns

if TYPE_CHECKING:
    from types import FrameType

    from textual.app import App
    from textual.message import Message


_SYNC_BEGIN: Final = "\x1b[?2026h"
_SYNC_END: Final = "\x1b[?2026l"
_ENTER: Final = "\x1b[?1049h"
_LEAVE: Final = "\x1b[?1049l"
_CLEAR: Final = "\x1b[2J"
_MODES_OFF: Final = (
    f"{_SYNC_END}\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l\x1b[?2004l\x1b[?2048l\x1b[?7h\x1b[<u"
)
_CURSOR_ON: Final = "\x1b[?25h\x1b[?1004l"

GRACE: Final = 3.0
"""Seconds the program has to stop after a signal before it is ended without being asked again."""
LEAVE_GRACE: Final = 10.0
"""As above, after the key that leaves: a thread that writes may need them, one that waits for a server gets no more."""


class RtlDriver(LinuxDriver):
    """Textual's driver for Linux and macOS with a strategy for Arabic; make one with `rtl_driver`."""

    strategy: ClassVar[Strategy] = STRATEGIES["visual"]
    typed: ClassVar[bytes] = b""
    late: ClassVar[bool] = False
    hold: ClassVar[bool] = False

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        terminal = _terminal(cast("IO[str]", self._file))
        with contextlib.suppress(OSError):
            os.set_blocking(terminal.fileno(), True)  # a program before us may have left it non-blocking
        self._outlet = Outlet(terminal, self.strategy.output_filter)
        self._file = cast("Any", self._outlet)  # the writer thread needs write, flush and fileno
        self._keyboard: Keyboard | None = None
        self._typed_ahead = self.typed
        self._late_answers = LateAnswers() if self.late else None
        self._turns = Turns(app, super().process_message)
        self._entered = False  # the alternate screen
        self._frame: Literal["begun", "sent"] | None = None  # how far Textual is with a synchronised frame
        self._queued = 0
        self.shown = Shown()
        """What the app need not send again."""
        self._writing = threading.RLock()  # a signal handler writes too
        self._timer: threading.Timer | None = None
        # The loop calls these between two steps of the program, so no frame is cut in two. It also wakes up for every
        # signal from now on, whichever thread the system gave it to; a sleeping main thread would not.
        self._loop.add_signal_handler(signal.SIGTSTP, self._suspend)
        self._loop.add_signal_handler(signal.SIGCONT, self._resume)

    def start_application_mode(self) -> None:
        """Take the terminal; read its keys, and its sizes in their order.

        Textual reads the size in a signal handler. One that the next signal interrupts would tell the older size last.
        """
        before = self._get_terminal_size()
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual's
        if not self._entered:  # in the background
            return
        self._loop.add_signal_handler(signal.SIGWINCH, self._window_changed)
        if self._get_terminal_size() != before:
            self._window_changed()
        typed, self._typed_ahead = self._typed_ahead, b""
        self._keyboard = Keyboard(
            self.fileno, self.process_message, self._hung_up, self._late_answers, debug=self._debug
        )
        self._keyboard.open(typed)
        if not self.hold:
            self._turns.begin()

    def _window_changed(self) -> None:
        if not self._in_band_window_resize:  # else the terminal tells it among the keys
            size = Size(*self._get_terminal_size())
            self._app.post_message(events.Resize(size, size))

    def write(self, data: str) -> None:
        """Write a frame; the strategy's bytes travel with entering and leaving the alternate screen.

        Textual writes a frame in three pieces when the terminal can show it at once; it is sent as one.
        """
        if data == _ENTER:
            self._entered = True
            self._outlet.open()
            atexit.register(self.give_back)
            data = f"{_ENTER}{self.strategy.start}{_CLEAR}"
        elif data == _LEAVE:
            self._entered = False
            atexit.unregister(self.give_back)
            data = f"{_LEAVE}{self.strategy.stop}"
        with self._writing:
            if data == _SYNC_BEGIN:
                self._frame = "begun"
            elif data == _SYNC_END and self._frame is not None:
                self._frame = None
            elif self._frame == "begun":
                self._frame = "sent"
                self._send(f"{_SYNC_BEGIN}{data}{_SYNC_END}")
            else:
                self._send(data)

    def _send(self, data: str) -> None:
        if self._outlet.written == self._queued:  # in order, whoever writes
            if self._outlet.offer(data):
                return
            data = ""
        self._queued += 1
        super().write(data)

    def give_back(self) -> None:
        """Put the terminal back at once, past the queue: for ends at which Textual does not run any more."""
        atexit.unregister(self.give_back)
        if not self._entered:
            return
        self._entered = False
        with contextlib.suppress(OSError, ValueError):
            self._outlet.push(f"{_MODES_OFF}{_LEAVE}{self.strategy.stop}{_CURSOR_ON}".encode())
        if self.attrs_before is not None:
            with contextlib.suppress(termios.error):
                termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)

    @property
    def ending(self) -> bool:
        """Whether the program was asked to end from outside."""
        return self._timer is not None

    def end(self, status: int) -> None:
        """End the app with exit status `status`; from any thread and from a signal handler.

        It is asked first; after `GRACE` seconds the process ends anyway, since the loop may be busy for good.
        """
        if self.ending:
            return
        self.end_within(GRACE, status)
        try:
            self._loop.call_soon_threadsafe(partial(self._app.exit, return_code=status))
        except RuntimeError:  # the loop is closed: the app has ended, only the process has not
            self.end_now(status)

    def end_within(self, seconds: float, status: int) -> None:
        """End the process after SECONDS, unless `ended` is called before."""
        if self._timer is None:
            self._timer = threading.Timer(seconds, self.end_now, (status,))
            self._timer.daemon = True
            self._timer.start()

    def ended(self) -> None:
        """The app has ended, and the threads that it had at work."""
        if self._timer is not None:
            self._timer.cancel()

    def end_now(self, status: int) -> NoReturn:
        """End the process without asking; what was saved stays saved."""
        self.give_back()
        os._exit(status)

    def close(self) -> None:
        """Write what is queued and stop writing."""
        super().close()
        self._outlet.close()

    def send_message(self, message: Message) -> None:
        """Give a message to the app, in whose loop it was read."""
        self._app.post_message(message)

    def process_message(self, message: Message) -> None:
        """Hand a message to the app; a key or a click when it is its turn."""
        if isinstance(message, events.InputEvent | events.Paste):
            self._turns.add(message)
        else:
            super().process_message(message)

    def listen(self) -> None:
        """Hand over the input that was held, and from now on whatever comes."""
        self._turns.begin()

    def run_input_thread(self) -> None:
        """Nothing: `Keyboard` reads."""

    def disable_input(self) -> None:
        """Take no more input."""
        if self._keyboard is not None:
            self._keyboard.close()
            self._keyboard = None
        super().disable_input()

    def _hung_up(self) -> None:
        if self.input_tty:
            self._outlet.gone = True
            self.end(128 + signal.SIGHUP)

    def _suspend(self) -> None:
        """Give the terminal back and stop."""
        super()._sigtstp_application()

    def _resume(self) -> None:
        """Take the terminal again, unless the program is on its way out.

        After a SIGSTOP, which nobody is told of, the terminal was never given back: that is done first, or its raw
        mode would count as the one to restore. In the background the program waits for its turn.
        """
        if self.ending:
            return
        if self._entered and self._auto_restart:
            if not self._in_foreground():
                os.kill(os.getpid(), signal.SIGSTOP)
                return
            self.suspend_application_mode()
        super()._sigcont_application()
        if self._entered:  # the size is the same, so nothing else would draw
            self._app.call_later(self.redraw)

    def _in_foreground(self) -> bool:
        try:
            return os.tcgetpgrp(self.fileno) == os.getpgrp()
        except OSError:  # no controlling terminal, so no job control
            return True

    def redraw(self) -> None:
        """Draw the screen anew, whatever the terminal shows."""
        self.shown.forget()
        with contextlib.suppress(ScreenStackError):  # stopped before there was a screen
            self._app.screen.refresh()


def _terminal(error: IO[str]) -> IO[str]:
    """Where the screen is: at standard ERROR, as Textual has it, unless that was sent elsewhere (`2>log`)."""
    output = sys.__stdout__
    return output if output is not None and output.isatty() and not error.isatty() else error


def rtl_driver(strategy: Strategy, *, typed: bytes = b"", late: bool = False, hold: bool = False) -> type[RtlDriver]:
    """A driver class for `App(driver_class=...)`.

    `typed` are bytes that arrived while the terminal was asked (`Answers.leftover`): they count as typed. `late` says
    its answers may still arrive (`Answers.late`): they do not. With `hold` input waits until the app calls `listen`:
    Textual drops keys that arrive before there is a widget to take them.
    """
    namespace = {"strategy": strategy, "typed": typed, "late": late, "hold": hold, "__doc__": RtlDriver.__doc__}
    return type("RtlDriver", (RtlDriver,), namespace)


def listen(app: App[Any]) -> None:
    """Let `app` have its input; call when its first screen is ready for it."""
    driver = app._driver  # Textual has no public name for it
    if isinstance(driver, RtlDriver):
        driver.listen()


def install_signal_handlers(app: App[Any]) -> None:
    """Each signal of `ENDING` ends `app` in order, the terminal given back, `app.return_code` = 128 + signal number.

    Call from `on_mount` (the main thread, the app running). A second SIGTERM or SIGQUIT ends the process at once.
    Does nothing for an app that runs without a terminal, as tests do.
    """
    driver = app._driver  # Textual has no public name for it
    if not isinstance(driver, RtlDriver):
        return

    def handle(number: int, _frame: FrameType | None) -> None:
        if driver.ending and number in {signal.SIGTERM, signal.SIGQUIT}:
            driver.end_now(128 + number)
        driver.end(128 + number)

    for number in ENDING:
        signal.signal(number, handle)
