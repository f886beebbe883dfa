"""A program on a pseudo-terminal that answers as xterm does, and a clock on what it draws.

Answered are the questions a full-screen program asks before it draws: DA1-DA3, XTVERSION, DSR, DECRQM (synchronised
output, bracketed paste and SGR mouse are there, in-band resize is not), the kitty keyboard query, OSC 10-12 colours,
XTGETTCAP and DECRQSS. Linux only: CPU time and memory are read from /proc.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self

now = time.perf_counter

SYNC_BEGIN: Final = b"\x1b[?2026h"
SYNC_END: Final = b"\x1b[?2026l"
_APP_CURSOR: Final = re.compile(rb"\x1b\[\?(?:\d+;)*1(?:;\d+)*([hl])")  # DECCKM
_SUPPORTED: Final = frozenset({b"2026", b"2004", b"1006"})
_KEPT: Final = 64  # bytes of an unfinished question that may go on in the next read
_RECENT: Final = 4000  # bytes of output kept to explain an early end
_CONTROLS: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]P][^\x07\x1b]*(?:\x07|\x1b\\)|.)|[\u2500-\u257f]")

KEYS: Final[Mapping[str, str]] = {
    "UP": "\x1b[A", "DOWN": "\x1b[B", "RIGHT": "\x1b[C", "LEFT": "\x1b[D",
    "HOME": "\x1b[H", "END": "\x1b[F", "PGUP": "\x1b[5~", "PGDN": "\x1b[6~",
    "INS": "\x1b[2~", "DEL": "\x1b[3~", "BACKSPACE": "\x7f", "ENTER": "\r",
    "TAB": "\t", "BACKTAB": "\x1b[Z", "ESC": "\x1b", "SPACE": " ",
    "COMMA": ",", "STAR": "*", "AT": "@", "BAR": "|", "GREATER": ">",
    "S-UP": "\x1b[1;2A", "S-DOWN": "\x1b[1;2B", "S-RIGHT": "\x1b[1;2C", "S-LEFT": "\x1b[1;2D",
    "C-UP": "\x1b[1;5A", "C-DOWN": "\x1b[1;5B", "C-RIGHT": "\x1b[1;5C", "C-LEFT": "\x1b[1;5D",
    "C-HOME": "\x1b[1;5H", "C-END": "\x1b[1;5F",
}  # fmt: skip
_NO_SIZE: Final[Mapping[str, str | None]] = {"COLUMNS": None, "LINES": None}
_FUNCTION_KEYS: Final = (11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24)

_Reply = Callable[[re.Match[bytes]], bytes]


def _always(reply: bytes) -> _Reply:
    return lambda _: reply


def _mode(asked: re.Match[bytes]) -> bytes:
    return b"\x1b[?%s;%d$y" % (asked[1], 2 if asked[1] in _SUPPORTED else 0)


def _colour(asked: re.Match[bytes]) -> bytes:
    return b"\x1b]%s;rgb:%s\x1b\\" % (asked[1], b"0000/0000/0000" if asked[1] == b"11" else b"ffff/ffff/ffff")


_QUESTIONS: Final[tuple[tuple[re.Pattern[bytes], _Reply], ...]] = (
    (re.compile(rb"\x1b\[\?(\d+)\$p"), _mode),
    (re.compile(rb"\x1b\[0?c"), _always(b"\x1b[?64;1;2;6;9;15;18;21;22;28c")),
    (re.compile(rb"\x1b\[>0?c"), _always(b"\x1b[>41;390;0c")),
    (re.compile(rb"\x1b\[=0?c"), _always(b"\x1bP!|00000000\x1b\\")),
    (re.compile(rb"\x1b\[>0?q"), _always(b"\x1bP>|XTerm(390)\x1b\\")),
    (re.compile(rb"\x1b\[5n"), _always(b"\x1b[0n")),
    (re.compile(rb"\x1b\[\??6n"), _always(b"\x1b[1;1R")),
    (re.compile(rb"\x1b\[\?u"), _always(b"\x1b[?0u")),
    (re.compile(rb"\x1b\](10|11|12);\?(?:\x07|\x1b\\)"), _colour),
    (re.compile(rb"\x1bP\+q[0-9A-Fa-f;]*\x1b\\"), _always(b"\x1bP0+r\x1b\\")),
    (re.compile(rb"\x1bP\$q[^\x1b]*\x1b\\"), _always(b"\x1bP0$r\x1b\\")),
)


class EndedError(RuntimeError):
    """The program ended, or drew nothing, before it was measured; the message ends with what it wrote last."""


class Drawn(NamedTuple):
    """Output until silence: when its last byte was read (0.0: nothing came), bytes, synchronised frames."""

    at: float
    size: int
    frames: int


def encode_key(name: str, *, app_cursor: bool = False) -> bytes:
    """Bytes that a terminal sends for a key: a name of `KEYS`, F5, S-F2, C-x, M-x, or else NAME as it is written."""
    if name in KEYS:
        code = KEYS[name].encode()
        return b"\x1bO" + code[2:] if app_cursor and re.fullmatch(rb"\x1b\[[A-DFH]", code) else code
    if (found := re.fullmatch(r"F(\d\d?)", name)) and 1 <= int(found[1]) <= len(_FUNCTION_KEYS):
        number = int(found[1])
        return b"\x1bO" + b"PQRS"[number - 1 : number] if number <= 4 else b"\x1b[%d~" % _FUNCTION_KEYS[number - 1]
    if found := re.fullmatch(r"S-F([1-4])", name):
        return b"\x1b[1;2" + b"PQRS"[int(found[1]) - 1 : int(found[1])]
    if found := re.fullmatch(r"C-(.)", name):
        return bytes([ord(found[1].upper()) & 0x1F])
    if found := re.fullmatch(r"M-(.)", name):
        return b"\x1b" + found[1].encode()
    return name.encode()


class Terminal:
    """A child process on a pseudo-terminal of COLUMNS x ROWS, started at `started` (a time of `now`).

    ENV changes variables of the environment; None takes one away.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        columns: int = 120,
        rows: int = 40,
        env: Mapping[str, str | None] | None = None,
        cwd: Path | None = None,
    ) -> None:
        changes = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8", **_NO_SIZE, **(env or {})}
        wanted = {**os.environ, **changes}
        environment = {name: value for name, value in wanted.items() if value is not None}
        size = struct.pack("HHHH", rows, columns, 0, 0)
        self.started = now()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                fcntl.ioctl(0, termios.TIOCSWINSZ, size)  # by the child, so that it never sees a screen of 0x0
                if cwd is not None:
                    os.chdir(cwd)
                os.execvpe(argv[0], list(argv), environment)  # noqa: S606 - a program on a terminal needs no shell
            except OSError as error:
                os.write(2, f"{argv[0]}: {error}\n".encode())
            os._exit(127)
        self.alive = True
        self.total_bytes = 0
        self._recent = b""
        self.log: bytearray | None = None
        """Set it to a bytearray to keep all output."""
        self.app_cursor = False  # DECCKM: arrow keys are sent as SS3
        self._unanswered = b""
        self._poll = select.poll()
        self._poll.register(self.fd, select.POLLIN)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def read(self, timeout_s: float) -> tuple[float, bytes]:
        """The next output and the time it was there; empty when none comes in time, or ever."""
        if not self.alive or not self._poll.poll(max(0.0, timeout_s) * 1000):
            return now(), b""
        stamp = now()
        try:
            data = os.read(self.fd, 1 << 16)
        except OSError:  # EIO: the other side is closed
            data = b""
        if not data:
            self.alive = False
            return stamp, b""
        self.total_bytes += len(data)
        self._recent = (self._recent + data)[-_RECENT:]
        if self.log is not None:
            self.log += data
        self._answer(data)
        return stamp, data

    def _answer(self, data: bytes) -> None:
        if b"\x1b" not in data and not self._unanswered:
            return
        window = self._unanswered + data
        for found in _APP_CURSOR.finditer(window):
            self.app_cursor = found[1] == b"h"
        asked = [(found, reply) for pattern, reply in _QUESTIONS for found in pattern.finditer(window)]
        for found, reply in sorted(asked, key=lambda one: one[0].start()):
            os.write(self.fd, reply(found))
        rest = window[max((found.end() for found, _ in asked), default=0) :]
        escape = rest.rfind(b"\x1b", max(0, len(rest) - _KEPT))
        finished = escape < 0 or rest.endswith((b"m", b"H", b"h", b"l", b"K"))
        self._unanswered = b"" if finished else rest[escape:]

    def drain(self, quiet_s: float, limit_s: float) -> Drawn:
        """Read until QUIET_S without output, at most LIMIT_S."""
        last, count, frames = 0.0, 0, 0
        deadline = now() + limit_s
        while now() < deadline:
            stamp, data = self.read(quiet_s)
            if not data:
                break
            last = stamp
            count += len(data)
            frames += data.count(SYNC_BEGIN)
        return Drawn(last, count, frames)

    def settle(self, quiet_s: float, limit_s: float) -> None:
        """Read until QUIET_S without output in which the program had nothing to do, at most LIMIT_S.

        Silence alone does not tell on a busy machine, where the program may be waiting for its turn.
        """
        deadline = now() + limit_s
        while self.alive and now() < deadline:
            if not self.drain(quiet_s, limit_s).size and not self._working():
                return

    def _working(self) -> bool:
        """Whether a thread of the child or its children runs, or waits for a processor or a disk (proc(5))."""
        tasks = (task for process in self._processes() for task in _folders(process / "task"))
        return any(_read(task / "stat").rpartition(")")[2].split()[:1] in (["R"], ["D"]) for task in tasks)

    def press(self, name: str) -> float:
        """Type a key; the time just before, since the program may answer before the write returns."""
        data = encode_key(name, app_cursor=self.app_cursor)
        stamp = now()
        os.write(self.fd, data)
        return stamp

    def last_words(self) -> str:
        """The end of what it wrote, to explain an early end: lines with letters, without control sequences."""
        text = _CONTROLS.sub("", self._recent.decode(errors="replace"))
        lines = [line.strip() for line in text.splitlines() if any(map(str.isalpha, line))]
        return " / ".join(lines[-3:])[-400:]

    def _processes(self) -> list[Path]:
        found, queue = [], [self.pid]
        while queue:
            process = Path(f"/proc/{queue.pop()}")
            found.append(process)
            for task in _folders(process / "task"):
                queue += map(int, _read(task / "children").split())
        return found

    def cpu_s(self) -> float:
        """CPU time of the child and its live children, all threads that live, from schedstat (nanoseconds)."""
        total = 0
        for process in self._processes():
            for task in _folders(process / "task"):
                total += int((_read(task / "schedstat").split() or ["0"])[0])
        return total / 1e9

    def peak_rss_mb(self) -> float:
        """The largest resident memory that the child and its children ever had, in MiB."""
        peaks = [re.search(r"VmHWM:\s+(\d+) kB", _read(process / "status")) for process in self._processes()]
        return sum(int(found[1]) / 1024 for found in peaks if found)

    def close(self) -> None:
        """End the program, and kill it when it does not end."""
        for sign in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.kill(self.pid, sign)
            except ProcessLookupError:
                break
            end = now() + 2
            while now() < end:
                if os.waitpid(self.pid, os.WNOHANG)[0]:
                    os.close(self.fd)
                    return
                self.read(0.02)
                time.sleep(0.002)  # read returns at once when the terminal is closed
        os.close(self.fd)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:  # it ended meanwhile
        return ""


def _folders(path: Path) -> list[Path]:
    try:
        return list(path.iterdir())
    except OSError:
        return []
