"""What commands print: lines, tables and JSON.

On a terminal Arabic is put into visual order and shaped, and goes through the terminal's strategy; into a pipe or a
file it goes in logical order. Control characters of documents and file names never reach a terminal.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Self, TextIO

if TYPE_CHECKING:
    from annotator.terminal.strategies import Strategy

# C0 controls as their pictures (U+2400 and on), DEL and C1 controls as U+FFFD.
_CONTROLS: Final = {
    **{code: 0x2400 + code for code in range(32)},
    **dict.fromkeys(range(0x7F, 0xA0), 0xFFFD),
    0x09: 0x20,
}
_LINES: Final = {code: picture for code, picture in _CONTROLS.items() if code != 0x0A}
_WHOLE_WINDOW: Final = frozenset({"konsole", "mlterm"})  # their switch is not kept by the rows that were printed


def safe(text: str, *, newlines: bool = False) -> str:
    """TEXT without control characters, which a terminal would obey; with NEWLINES a line feed stays."""
    return text.translate(_LINES if newlines else _CONTROLS)


class Writer:
    """Writes to one stream as it needs it; `rtl` is what `--rtl` named."""

    def __init__(self, stream: TextIO | None = None, rtl: str | None = None) -> None:
        self.stream = sys.stdout if stream is None else stream
        self.rtl = rtl

    @cached_property
    def is_terminal(self) -> bool:
        """Whether somebody looks at the stream."""
        return self.stream.isatty()

    @cached_property
    def strategy(self) -> Strategy | None:
        """How this terminal shows visual order; None where text goes out in logical order."""
        if not self.is_terminal:
            return None
        from annotator.terminal.choose import choose
        from annotator.terminal.memory import TerminalMemory, memory_path
        from annotator.terminal.probe import Answers

        # The terminal is not asked: its answer would mix with what is typed for the next command.
        choice = choose(Answers(), os.environ, argument=self.rtl, memory=TerminalMemory(memory_path()))
        logical = choice.strategy.name == "logical" or choice.strategy.name in _WHOLE_WINDOW
        return None if logical else choice.strategy

    def shown(self, text: str, *, left_to_right: bool = False) -> str:
        """TEXT as the stream needs it; with LEFT_TO_RIGHT it is an English sentence, whatever its first letter."""
        if text.isascii() or self.strategy is None:
            return safe(text)
        from annotator.text.display import display

        return display(text, "ltr" if left_to_right else "auto")

    def write(self, text: str) -> None:
        """Write TEXT, made of `shown` pieces and line feeds."""
        if not text.isascii() and self.strategy is not None:
            change = self.strategy.output_filter
            text = f"{self.strategy.start}{change(text) if change else text}{self.strategy.stop}"
        self.stream.write(text)

    def line(self, text: str = "") -> None:
        """A message of one or more lines."""
        self.write("".join(f"{self.shown(part, left_to_right=True)}\n" for part in text.split("\n")))

    def table(self, header: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: Collection[int] = ()) -> None:
        """Columns two spaces apart, those in NUMBERS to the right; on a terminal the last is cut to the width."""
        width = shutil.get_terminal_size().columns if self.is_terminal else 0
        cells = [[self.shown(cell) for cell in row] for row in (header, *rows)]
        widths = [max(map(columns, column)) for column in zip(*cells, strict=True)]
        room = max(width - sum(widths[:-1]) - 2 * len(widths), 16) if width else 0
        lines: list[str] = []
        for row, shown in zip((header, *rows), cells, strict=True):
            last = shown[-1]
            if room and columns(last) > room:
                last = self.shown(f"{row[-1][: room - 1]}…")
            fields = [
                " " * (wide - columns(cell)) + cell if place in numbers else cell + " " * (wide - columns(cell))
                for place, (cell, wide) in enumerate(zip(shown[:-1], widths[:-1], strict=True))
            ]
            final = last if len(shown) - 1 not in numbers else " " * (widths[-1] - columns(last)) + last
            lines.append("  ".join([*fields, final]).rstrip() + "\n")
        self.write("".join(lines))

    def json(self, value: Any) -> None:
        """VALUE as indented JSON, in logical order."""
        import json

        self.stream.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")

    def json_members(self, members: Iterable[tuple[str, Any]]) -> None:
        """An object as `json` writes it, each of its MEMBERS as it comes; a value that is an iterator is an array."""
        import json

        def shown(value: Any, margin: str) -> str:
            return json.dumps(value, ensure_ascii=False, indent=2).replace("\n", f"\n{margin}")

        before = "{"
        for name, value in members:
            self.stream.write(f"{before}\n  {shown(name, '')}: ")
            before = ","
            if not isinstance(value, Iterator):
                self.stream.write(shown(value, "  "))
                continue
            opening = "["
            for item in value:
                self.stream.write(f"{opening}\n    {shown(item, '    ')}")
                opening = ","
            self.stream.write("[]" if opening == "[" else "\n  ]")
        self.stream.write("{}\n" if before == "{" else "\n}\n")


def columns(text: str) -> int:
    """Columns that TEXT takes on a terminal."""
    if text.isascii():
        return len(text)
    from wcwidth import wcswidth

    width = int(wcswidth(text))
    return width if width >= 0 else len(text)


def count(number: int, singular: str, plural: str = "") -> str:
    """`1 document`, `2,000 documents`."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def ask(question: str, *, default: bool) -> bool:
    """A question that is answered with yes or no; Enter, or the end of input, is DEFAULT."""
    while True:
        try:
            answer = input(f"{question} [{'Y/n' if default else 'y/N'}] ").strip().lower()
        except EOFError:
            return False
        if not answer:
            return default
        if answer in {"y", "yes", "n", "no"}:
            return answer[0] == "y"


def has_terminal() -> bool:
    """Whether there is somebody to ask and to answer."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


class ProgressLine:
    """Documents done and in all, on standard error where somebody looks at it; gone when the work is."""

    _EVERY: Final = 0.2  # seconds

    def __init__(self, what: str) -> None:
        self.what = what
        self._next = time.monotonic() + 2 * self._EVERY  # short work shows nothing
        self._shown = False

    def __call__(self, done: int, total: int) -> bool:
        """Show DONE of TOTAL, not too often. True: go on."""
        if time.monotonic() >= self._next and sys.stderr.isatty():
            self._next = time.monotonic() + self._EVERY
            self._shown = True
            sys.stderr.write(f"\r{self.what}: {done:,} of {total:,}\x1b[K")
            sys.stderr.flush()
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
