"""A terminal window for the real program: pseudo-terminal, screen emulator, a person's hands and a strict ear.

The window understands exactly the control sequences that the program may send; any other fails the test. Every wait
has a deadline and fails with what is on the screen.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import pyte
import pytest
from wcwidth import iter_graphemes, wcswidth

from annotator.model.annotations import Annotations
from annotator.model.documents import Document
from annotator.model.span_index import SpanIndex
from annotator.store import open_store
from annotator.workflow.ports import LayerKey, Person
from annotator.workflow.project import init_project
from annotator.workflow.session import login_name

ROOT: Final = Path(__file__).parents[2]
ARTICLE: Final = ROOT / "seeds" / "000_e0d21f5c204a8027.txt"
AT: Final = "2026-01-01T00:00:00.000Z"
PATIENCE: Final = 60.0
"""Seconds to wait for what must come; only a broken program takes that long."""

KEYS: Final[Mapping[str, bytes]] = {
    **{f"f{number}": code for number, code in enumerate((b"\x1bOP", b"\x1bOQ", b"\x1bOR", b"\x1bOS"), 1)},
    **{f"f{n}": b"\x1b[%d~" % code for n, code in zip(range(5, 13), (15, 17, 18, 19, 20, 21, 23, 24), strict=True)},
    **{
        f"{name}{key}": b"\x1b[1;%d%c" % (code, final) if code > 1 else b"\x1b[%c" % final
        for key, final in zip(("up", "down", "right", "left", "end", "home"), b"ABCDFH", strict=True)
        for name, code in (("", 1), ("shift+", 2), ("alt+", 3), ("alt+shift+", 4), ("ctrl+", 5), ("ctrl+shift+", 6))
    },
    **{f"ctrl+{chr(code + 96)}": bytes([code]) for code in range(1, 27)},
    "enter": b"\r",
    "tab": b"\t",
    "shift+tab": b"\x1b[Z",
    "shift+f9": b"\x1b[20;2~",
    "escape": b"\x1b",
    "backspace": b"\x7f",
    "delete": b"\x1b[3~",
    "pageup": b"\x1b[5~",
    "pagedown": b"\x1b[6~",
    "space": b" ",
}

ANSWERS: Final[Mapping[bytes, bytes]] = {  # those of xterm, and of one that can draw a frame at once
    b"\x1b[c": b"\x1b[?64;1;2;22c",
    b"\x1b[>c": b"\x1b[>41;379;0c",
    b"\x1b[>0q": b"\x1bP>|XTerm(379)\x1b\\",
    b"\x1b[8$p": b"\x1b[8;0$y",
    b"\x1b[?2026$p": b"\x1b[?2026;2$y",
    b"\x1b[?2048$p": b"\x1b[?2048;0$y",
}

_TOKEN: Final = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[^\[\]])|[^\x1b]+", re.DOTALL)
_BEGUN: Final = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*|\][^\x07\x1b]*\x1b?)?\Z|[\xc2-\xf4][\x80-\xbf]{0,2}\Z|\r\Z")
_ALLOWED: Final = re.compile(
    rb"\x1b(?:\[(?:[\d;]*m|\d+;\d+H|2J|\?(?:7|25|1000|1003|1004|1006|1015|1016|1049|2004|2026|2031|2048)[hl]|8[hl]"
    rb"|[01] k|>\d+u|<u|c|>c|>0q|8\$p|\?\d+\$p)"
    rb"|\](?:22;\w*|50;BidiRenderingEnabled=\w+|5379;use_ctl=\w+|52;c;[\w+/=]*)\x07)"
)
_SHOWN: Final = re.compile(rb"\x1b\[(?:[\d;]*m|\d+;\d+H|2J|\?(?:7|25)[hl])")  # what the emulator is told
_MODE: Final = re.compile(rb"\x1b\[\?(\d+)([hl])")
_FORBIDDEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\u2028\u2029\ufffe\uffff]"
)


class Screen(pyte.Screen):
    """pyte's screen with a cell for each cluster, as terminals of today have it; pyte counts code points.

    `overrun` holds what went over the right edge, as it may when a window has just become smaller.
    """

    def __init__(self, columns: int, lines: int) -> None:
        super().__init__(columns, lines)
        self.overrun: list[str] = []

    def draw(self, data: str) -> None:
        for cluster in iter_graphemes(data):
            width = wcswidth(cluster)
            assert width > 0, f"{cluster!r} takes no cell"
            if self.cursor.x + width > self.columns:  # lines do not wrap
                self.overrun.append(data)
                return
            row = self.buffer[self.cursor.y]
            for offset, text in enumerate([cluster, *[""] * (width - 1)]):
                row[self.cursor.x + offset] = self.cursor.attrs._replace(data=text)
            self.cursor.x += width
        self.dirty.add(self.cursor.y)


class Window:
    """A terminal window with a program in it. `answers` says whether the terminal answers what it is asked."""

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        cwd: Path,
        size: tuple[int, int] = (120, 40),
        answers: bool = True,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.screen = Screen(*size)
        self._stream = pyte.Stream(self.screen)
        self.answers = answers
        self.home = cwd
        self.raw = bytearray()
        """Everything that was written to the terminal."""
        self.text = ""
        """The text among it, without any control."""
        self.modes: dict[int, bool] = {}
        self.frames: list[bytes] = []
        """What was drawn in one piece each."""
        self.on_frame: Callable[[], None] = lambda: None
        self._rest = b""
        self._frame: bytearray | None = None
        self.master, slave = os.openpty()
        self.set_size(*size)
        self.termios_before = termios.tcgetattr(slave)
        self.process = subprocess.Popen(
            [sys.executable, "-c", _LAUNCH, *map(str, command)],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=cwd,
            env=_environ(cwd, environ or {}),
            start_new_session=True,
        )
        os.close(slave)

    # -- hands -----------------------------------------------------------------------------------------------------

    def type(self, *keys: str) -> None:
        """Press keys by name, or type text."""
        for key in keys:
            os.write(self.master, KEYS.get(key) or key.encode())

    def signal(self, number: int) -> None:
        """Send a signal to the program."""
        os.kill(self.process.pid, number)

    def set_size(self, columns: int, rows: int) -> None:
        """Resize the window."""
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen.resize(rows, columns)

    def close(self) -> None:
        """Click the window away: the terminal is gone, the program gets SIGHUP."""
        os.close(self.master)
        self.master = -1

    # -- eyes ------------------------------------------------------------------------------------------------------

    @property
    def rows(self) -> list[str]:
        """The rows of the screen, each cell's text from left to right."""
        line = range(self.screen.columns)
        return ["".join(self.screen.buffer[y][x].data for x in line) for y in range(self.screen.lines)]

    @property
    def status(self) -> str:
        """The status line."""
        return self.rows[-2]

    def cells(self) -> list[list[tuple[str, ...]]]:
        """Every cell with its text and colours."""
        line = range(self.screen.columns)
        return [
            [(cell.data, cell.fg, cell.bg, str(cell.bold)) for x in line for cell in (self.screen.buffer[y][x],)]
            for y in range(self.screen.lines)
        ]

    def until(self, what: str | Callable[[], object], seconds: float = PATIENCE) -> None:
        """Read until WHAT is on the screen, or is true."""
        seen = (lambda: any(what in row for row in self.rows)) if isinstance(what, str) else what
        deadline = time.monotonic() + seconds
        while not seen():
            ended = not self._read(0.05)
            if seen():
                return
            if ended or time.monotonic() > deadline:
                reason = f"the program ended with {self.process.wait(PATIENCE)}" if ended else "nothing came"
                wanted = what if isinstance(what, str) else getattr(what, "__name__", what)
                pytest.fail(f"waited for {wanted!r}, {reason}; on the screen:\n{self.picture()}")

    def press(self, key: str, what: str | Callable[[], object]) -> None:
        """Type KEY and wait for WHAT."""
        self.type(key)
        self.until(what)

    def settle(self) -> None:
        """Read until the program has answered everything: silence, and no thread that runs or waits for its turn."""
        seen, deadline = -1, time.monotonic() + PATIENCE
        while seen != len(self.raw) or self._working():
            assert time.monotonic() < deadline, self.picture()
            seen = len(self.raw)
            self._read(0.2)

    def _working(self) -> bool:
        states = [
            path.read_text(encoding="utf-8").rpartition(")")[2]
            for path in Path(f"/proc/{self.process.pid}/task").glob("*/stat")
        ]
        return any(state.split()[0] in "RD" for state in states)

    def wait(self, seconds: float = PATIENCE) -> int:
        """The exit status, as a shell counts; what is written meanwhile is read."""
        deadline = time.monotonic() + seconds
        while self.process.poll() is None:
            if self.master < 0:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(max(0.0, deadline - time.monotonic()))
            elif not self._read(0.02):
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(0.1)
            if time.monotonic() > deadline:
                pytest.fail(f"the program did not end; on the screen:\n{self.picture()}")
        while self.master >= 0 and self._read(0, again=False):
            pass
        status = self.process.returncode
        return status if status >= 0 else 128 - status

    def until_stopped(self) -> None:
        """Wait until the program is suspended."""

        def stopped() -> bool:
            pid, status = os.waitpid(self.process.pid, os.WUNTRACED | os.WNOHANG)
            return bool(pid) and os.WIFSTOPPED(status)

        self.until(stopped)

    def picture(self) -> str:
        """The screen for a message, and the last bytes."""
        shown = [f"|{row}|" for row in self.rows if row.strip()]
        reports = [path.read_text(encoding="utf-8") for path in self.home.glob(".local/state/*/crash-*")]
        return "\n".join([*shown, f"last bytes: {bytes(self.raw[-300:])!r}", *reports])

    # -- what arrives ----------------------------------------------------------------------------------------------

    def _read(self, seconds: float, *, again: bool = True) -> bool:
        """Take what arrives within SECONDS; False when the terminal was let go (or, not AGAIN, nothing is there)."""
        if not select.select([self.master], [], [], seconds)[0]:
            return again
        try:
            received = os.read(self.master, 1 << 16)
        except OSError:  # EIO: nobody has the other end
            return False
        self.raw += received
        self._take(received)
        return bool(received)

    def _take(self, received: bytes) -> None:
        received = self._rest + received
        begun = _BEGUN.search(received)
        cut = begun.start() if begun is not None else len(received)
        received, self._rest = received[:cut], received[cut:]
        for token in _TOKEN.findall(received):
            if token[:1] != b"\x1b":
                self._write(token)
            else:
                self._obey(token)

    def _write(self, token: bytes) -> None:
        text = token.decode("utf-8")
        if self.modes.get(1049) and text != "\r\n":  # between the rows of a whole frame
            assert not (found := _FORBIDDEN.search(text)), f"{found[0]!r} was sent in {text!r}"
        self.text += text
        self._draw(token if self.modes.get(1049) else b"")

    def _obey(self, token: bytes) -> None:
        assert _ALLOWED.fullmatch(token) or not self.modes.get(1049), f"{token!r} was sent to the terminal"
        if (mode := _MODE.fullmatch(token)) is not None:
            self.modes[int(mode[1])] = mode[2] == b"h"
        if token == b"\x1b[?2026h":
            self._frame = bytearray()
        elif token == b"\x1b[?2026l" and self._frame is not None:
            frame, self._frame = bytes(self._frame), None
            self.frames.append(frame)
            self._stream.feed(frame.decode())
            self.on_frame()
        elif _SHOWN.fullmatch(token):
            self._draw(token)
        if self.answers and token in ANSWERS:
            os.write(self.master, ANSWERS[token])

    def _draw(self, token: bytes) -> None:
        if self._frame is not None:
            self._frame += token
        else:
            self._stream.feed(token.decode())

    def end(self) -> None:
        """Leave nothing behind."""
        if self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        if self.master >= 0:
            self.close()


_LAUNCH: Final = (  # makes the pseudo-terminal the controlling one, as a terminal emulator does
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
)


def _environ(home: Path, more: Mapping[str, str]) -> dict[str, str]:
    """Nothing of the terminal that the tests run in."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "default",
        **more,
    }


class Place:
    """A copy of a project in a folder of its own, and the windows opened on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.project = folder / "corpus"
        self.windows: list[Window] = []

    def run(self, command: Sequence[str | Path], **options: object) -> Window:
        """A window in which COMMAND runs."""
        window = Window(command, cwd=self.folder, **options)  # type: ignore[arg-type]  # those of Window
        self.windows.append(window)
        return window

    def start(self, *arguments: str, **options: object) -> Window:
        """A window in which the program runs on the project."""
        command: list[str | Path] = [sys.executable, "-m", "annotator.cli", "--project", self.project, *arguments]
        return self.run(command, **options)

    def open(self, *arguments: str, **options: object) -> Window:
        """A window that shows the program's first frame."""
        window = self.start(*arguments, **options)
        window.until("saved")
        return window

    def tell(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the command without a terminal."""
        return subprocess.run(
            [sys.executable, "-m", "annotator.cli", "--project", str(self.project), *arguments],
            cwd=self.folder,
            env=_environ(self.folder, {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def add(self, **texts: str) -> None:
        """Make the project with documents of these ids and texts."""
        init_project(self.project)
        store = open_store(self.project / "corpus.db", create=True)
        store.add_documents([Document.of(text, id=id) for id, text in texts.items()], AT)
        store.close()
        self.register("sara", "omar", login_name())

    def register(self, *names: str) -> None:
        """Let these people work on the project."""
        store = open_store(self.project / "corpus.db")
        for name in names:
            store.put_person(Person(name, "manager"), AT)
        store.close()

    def annotations(self, who: str, document: str = "article") -> Annotations:
        """What the database has of a person's layer."""
        store = open_store(self.project / "corpus.db")
        try:
            return store.layer(LayerKey(document, who)).annotations
        finally:
            store.close()

    def spans(self, who: str, document: str = "article") -> list[tuple[str, int, int]]:
        """Type and range of each span, in text order."""
        index = SpanIndex(self.annotations(who, document).values())
        return [(span.type, span.start, span.end) for span in index.in_order()]


@pytest.fixture(scope="session")
def finished_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the article in a project, to be copied."""
    place = Place(tmp_path_factory.mktemp("project"))
    place.add(article=ARTICLE.read_text(encoding="utf-8"))
    return place.folder


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Place]:
    """A folder without a project."""
    place = Place(tmp_path)
    yield place
    for window in place.windows:
        window.end()


@pytest.fixture
def place(finished_project: Path, empty: Place) -> Place:
    """A project with the article."""
    shutil.copytree(finished_project, empty.folder, dirs_exist_ok=True)
    return empty
