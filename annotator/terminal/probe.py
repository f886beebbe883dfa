"""Ask the terminal what it is, without waiting for it.

`Probe.begin` writes the questions, the program goes on importing, `Probe.finish` collects the answers. Every
terminal that answers anything answers primary device attributes (DA1), which is asked last: its answer ends the
wait. Nothing else may read the terminal in between.

Questions: DECRQM for ANSI mode 8 (BDSM, is the bidirectional mode known?), XTVERSION, DA2, DA1.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import re
import select
import termios
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

DECRQM_BDSM: Final = b"\x1b[8$p"
XTVERSION: Final = b"\x1b[>0q"
DA2: Final = b"\x1b[>c"
DA1: Final = b"\x1b[c"

DEADLINE: Final = 0.2
PATIENT_DEADLINE: Final = 1.0
_MUTE: Final = frozenset({"", "dumb", "linux", "unknown"})  # TERM of those that answer nothing or print the questions

_ANSWER: Final = re.compile(
    rb"\x1b\[8;(?P<bdsm>\d+)\$y"
    rb"|\x1bP>\|(?P<version>[^\x1b\x07]*)(?:\x1b\\|\x07)"
    rb"|\x1b\[>(?P<da2>[\d;]*)c"
    rb"|\x1b\[\?(?P<da1>[\d;]*)c"
)
_DA1_ANSWER: Final = re.compile(rb"\x1b\[\?[\d;]*c")
_ENOUGH: Final = 1 << 16  # bytes; whatever pours in like this is no answer
_BEGUN: Final = re.compile(  # an answer whose end has not arrived
    rb"\x1b(?:\[(?:[>?][\d;]*|8(?:;\d*\$?)?)?|P(?:>(?:\|[^\x1b\x07]*\x1b?)?)?)?\Z"
)


@dataclass(frozen=True, slots=True)
class Answers:
    """What the terminal said before the deadline.

    `decrqm8` is the state of mode 8 (0 unknown to the terminal, 1 set, 2 reset, 3 and 4 permanently so), `xtversion`
    its name and version, `da2` the numbers of secondary device attributes; None where there was no answer. `da1` says
    the terminal answered to the end. `asked` is false when there was no terminal to ask. `leftover` holds the bytes
    that were typed meanwhile.
    """

    decrqm8: int | None = None
    xtversion: str | None = None
    da2: tuple[int, ...] | None = None
    da1: bool = False
    asked: bool = False
    leftover: bytes = b""

    @property
    def late(self) -> bool:
        """Whether answers may still arrive, mixed with what is typed."""
        return self.asked and not self.da1


def deadline(environ: Mapping[str, str]) -> float:
    """Seconds an answer is worth waiting for: longer where the way is long, and where only the answer will do.

    Over ssh the environment is silent. A kitty always answers, only its version says what it can do, and one that was
    started with this program in it answers when its window is there.
    """
    remote = "SSH_TTY" in environ or "SSH_CONNECTION" in environ
    return PATIENT_DEADLINE if remote or environ.get("TERM") == "xterm-kitty" else DEADLINE


def read_answers(received: bytes) -> Answers:
    """The answers within `received`; what is no answer is left over."""
    found: dict[str, bytes] = {}
    for match in _ANSWER.finditer(received):
        found.update({name: value for name, value in match.groupdict().items() if value is not None})
    bdsm, version, da2 = found.get("bdsm"), found.get("version"), found.get("da2")
    return Answers(
        decrqm8=None if bdsm is None else int(bdsm[:4]),
        xtversion=None if version is None else _printable(version[:200].decode("utf-8", "replace")),
        da2=None if da2 is None else tuple(int(number[:9] or 0) for number in da2.split(b";")[:16]),
        da1="da1" in found,
        asked=True,
        leftover=_ANSWER.sub(b"", received),
    )


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in text)


class LateAnswers:
    """Keeps answers that arrive after the deadline from being taken for keys.

    `feed` gives back what was typed. The beginning of an answer is held back until its end arrives or `flush` is
    called, which the reader does when nothing more came for a moment: an Escape key is no answer. `done` turns true
    with the DA1 answer; from then on nothing has to be fed.
    """

    def __init__(self) -> None:
        self.done = False
        self._held = b""

    @property
    def holding(self) -> bool:
        """Whether bytes are held back."""
        return bool(self._held)

    def feed(self, received: bytes) -> bytes:
        """What was typed among `received`."""
        received = self._held + received
        self.done = self.done or _DA1_ANSWER.search(received) is not None
        typed = _ANSWER.sub(b"", received)
        begun = None if self.done else _BEGUN.search(typed)
        self._held = b"" if begun is None else begun[0]
        return typed[: len(typed) - len(self._held)]

    def flush(self) -> bytes:
        """Give up on an answer that did not go on: what was held back."""
        held, self._held = self._held, b""
        return held


class Probe:
    """One round of questions to the terminal at `fd_in` and `fd_out`.

    Use `Probe.begin`, then `finish`; `finish` may be called once. A program that ends between the two leaves the
    terminal as it was.
    """

    def __init__(self, fd_in: int, fd_out: int) -> None:
        self._fd_in = fd_in
        self._fd_out = fd_out
        self._before: list[Any] | None = None
        self._begun_at = time.monotonic()

    @classmethod
    def begin(cls, fd_in: int, fd_out: int, environ: Mapping[str, str]) -> Probe:
        """Ask. Without a terminal on both ends, or in the background, nothing is written and no answer will come."""
        probe = cls(fd_in, fd_out)
        if environ.get("TERM", "") in _MUTE or not probe._is_foreground():
            return probe
        questions = [DECRQM_BDSM, XTVERSION, DA2, DA1]
        if environ.get("TERM_PROGRAM") == "Apple_Terminal":  # prints the last letter of DECRQM
            questions.remove(DECRQM_BDSM)
        try:
            probe._quieten()
            os.write(fd_out, b"".join(questions))
        except (OSError, termios.error):
            probe._restore()
        return probe

    def finish(self, deadline_s: float = DEADLINE) -> Answers:
        """The answers that arrive within `deadline_s` seconds of `begin`; those already there are always read.

        The terminal's mode is put back. Never raises for what the terminal does or fails to do.
        """
        if self._before is None:
            return Answers()
        received = b""
        try:
            while True:
                left = self._begun_at + deadline_s - time.monotonic()
                ready, _, _ = select.select([self._fd_in], [], [], max(left, 0.0))
                chunk = os.read(self._fd_in, 4096) if ready else b""
                received += chunk
                if not chunk or _DA1_ANSWER.search(received) or len(received) > _ENOUGH:
                    break
        except OSError:  # the window was closed
            pass
        finally:
            self._restore()
        return read_answers(received)

    def _is_foreground(self) -> bool:
        try:
            if not (os.isatty(self._fd_in) and os.isatty(self._fd_out)):
                return False
            return os.tcgetpgrp(self._fd_in) == os.getpgrp()
        except OSError:
            return False

    def _quieten(self) -> None:
        """No echo, byte by byte, Enter as typed; Ctrl+C still interrupts, and leaving restores."""
        before = termios.tcgetattr(self._fd_in)
        mode = termios.tcgetattr(self._fd_in)
        mode[0] &= ~(termios.ICRNL | termios.INLCR | termios.IGNCR | termios.IXON | termios.IXOFF)
        mode[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
        mode[6][termios.VMIN], mode[6][termios.VTIME] = 1, 0
        self._before = before
        atexit.register(self._restore)
        termios.tcsetattr(self._fd_in, termios.TCSANOW, mode)

    def _restore(self) -> None:
        if self._before is None:
            return
        with contextlib.suppress(termios.error):
            termios.tcsetattr(self._fd_in, termios.TCSANOW, self._before)
        self._before = None
        atexit.unregister(self._restore)
