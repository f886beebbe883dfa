"""The test card: one screen of Arabic, shown in one way after another until a person says that it reads right.

The state machine is pure (`Card`, `answer`), the pictures are lines of text (`card_rows`), and `show` is the small
terminal program around them: no Textual, only the strategy's bytes and its filter.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import termios
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from annotator.terminal.choose import Choice, fitted
from annotator.terminal.signals import ENDING
from annotator.terminal.strategies import STRATEGIES, Strategy
from annotator.terminal.stream import compact

if TYPE_CHECKING:
    from types import FrameType

    from annotator.terminal.detect import Detection

_PHRASES: Final = (
    "قالَ المُعلِّمُ: لا إلهَ إلّا اللهُ، والسَّلامُ عَلَيكُم.",  # harakat, lam-alef, punctuation
    "وصل (أحمد) إلى [بيروت] يوم 24/11/2020 في الساعة 10:30؟",  # brackets, numbers, mark
    "أطلقت شركة Google برنامج Android 14 في الأسواق.",  # Latin inside
    'كتبت «النهار» عن ("السلام") و[WhatsApp] قبل 3 أيام!',  # quotes in brackets, Latin in brackets
    "اللغة العربية جميلة، والأولاد يلعبون في الحديقة.",  # letters alone
)
_COLUMNS: Final = (("الاسم", "الملاحظات"), ("ليلى", "طالبة (سنة 3)"), ("عمر", "لا شيء"))
_COLOURED: Final = ("كلمة ", "ملوّنة", " داخل الجملة")

Outcome = Literal["asking", "right", "none", "left"]

_OWN: Final[Mapping[str, tuple[str, ...]]] = {
    "konsole": ("konsole",),
    "mlterm": ("mlterm",),
    "kitty": ("kitty", "kitty-old"),
    "kitty-old": ("kitty", "kitty-old"),
}
_UNCERTAIN: Final = ("unknown", "tmux", "tmux-in-vte")

_KEYS: Final[Mapping[str, str]] = {  # what is typed on a Latin and on an Arabic keyboard
    **dict.fromkeys(("y", "Y", "غ", "\r", "\n"), "yes"),
    **dict.fromkeys(("n", "N", "ى", " ", "\x1b[C"), "no"),
    **dict.fromkeys(("b", "B", "لا", "\x7f", "\x1b[D"), "back"),
    **dict.fromkeys(("q", "Q", "ض", "\x1b", "\x03", "\x04", ""), "quit"),
}


@dataclass(frozen=True, slots=True)
class Card:
    """The ways to try, which one is on screen, and how it ended."""

    candidates: tuple[Strategy, ...]
    shown: int = 0
    outcome: Outcome = "asking"

    @property
    def strategy(self) -> Strategy:
        """The strategy on screen."""
        return self.candidates[self.shown]


def candidates(first: Strategy, detection: Detection) -> tuple[Strategy, ...]:
    """`first`, then every other strategy that shows something else, fitted to the terminal.

    One terminal's own sequences are not tried on a terminal known to be another: OSC 50 changes xterm's font.
    """
    ways = [first]
    for strategy in STRATEGIES.values():
        if detection.terminal not in {*_OWN.get(strategy.name, (detection.terminal,)), *_UNCERTAIN}:
            continue
        way = fitted(strategy, detection)
        if all((way.start, way.filter) != (seen.start, seen.filter) for seen in ways):
            ways.append(way)
    return tuple(ways)


def answer(card: Card, key: str) -> Card:
    """The card after `key`, as the terminal sends it; unknown keys change nothing."""
    match _KEYS.get(key):
        case "yes":
            return replace(card, outcome="right")
        case "no" if card.shown + 1 < len(card.candidates):
            return replace(card, shown=card.shown + 1)
        case "no":
            return replace(card, outcome="none")
        case "back":
            return replace(card, shown=max(card.shown - 1, 0))
        case "quit":
            return replace(card, outcome="left")
    return card


def card_rows(card: Card, width: int) -> list[str]:
    """The screen's rows for a terminal `width` columns wide: visual order and presentation forms, styled."""
    width = max(min(width, 78), 30)
    strategy = card.strategy
    rows = [
        f"Test card {card.shown + 1} of {len(card.candidates)}: {strategy.name}",
        strategy.title[:width],
        "",
    ]
    for phrase in _PHRASES:
        rows.extend(_aligned(text, taken, width) for text, taken in _lines(phrase, width))
    rows.append(_coloured(width))
    rows.append("")
    half = (width - 3) // 2
    for right, left in _COLUMNS:  # the first column of a right-to-left table is the right one
        rows.append(f"{_cell(left, half)} │ {_cell(right, half)}│")
    rows.append("")
    rows.extend(" " * ((width - taken) // 2) + text for text, taken in _lines("هل تُقرأ الأسطر قراءة صحيحة؟", width))
    rows.append("Right: words from right to left, letters joined, brackets around their words,")
    rows.append("numbers and Latin readable, the bars in one line, one word in colour.")
    rows.append("")
    rows.append("Does this read right?   y yes   n no, next   b back   q leave")
    return rows


def frame(card: Card, size: os.terminal_size) -> str:
    """What is written to show the card on a terminal of `size`: each row at its place."""
    rows = card_rows(card, size.columns)
    if len(rows) > size.lines:
        rows[size.lines - 1 :] = rows[-1:]  # the question stays, whatever has no room
    text = "".join(f"\x1b[{number};1H{row}" for number, row in enumerate(rows, 1))
    output_filter = card.strategy.output_filter
    return text if output_filter is None else output_filter(compact(text))


def _lines(text: str, width: int) -> list[tuple[str, int]]:
    """The visual lines of one paragraph, each with its columns."""
    from annotator.text.layout import lay_out  # noqa: PLC0415  # the tables are loaded only when a card is shown

    return [("".join(glyph.text for glyph in line.glyphs), line.width) for line in lay_out(text, width).lines]


def _aligned(text: str, taken: int, width: int) -> str:
    return " " * max(width - taken, 0) + text


def _cell(text: str, width: int) -> str:
    shown, taken = _lines(text, width)[0]
    return _aligned(shown, taken, width)


def _coloured(width: int) -> str:
    """One line with one word in another colour, one styled piece per cluster as the program paints."""
    from annotator.text.layout import lay_out  # noqa: PLC0415  # as above

    before, word, after = _COLOURED
    start, end = len(before), len(before) + len(word)
    line = lay_out(before + word + after, width).lines[0]
    pieces = (
        f"\x1b[38;2;30;160;60m{glyph.text}\x1b[0m" if start <= glyph.start < end else glyph.text
        for glyph in line.glyphs
    )
    return _aligned("".join(pieces), line.width, width)


def show(stdin_fd: int, stdout_fd: int, choice: Choice) -> Card:
    """Show the card on this terminal, what was chosen so far first, until the person is done; the card at the end."""
    card = Card(candidates(choice.strategy, choice.detection))
    with _keys(stdin_fd), _signalled() as signalled:
        while card.outcome == "asking":
            card = _ask(stdin_fd, stdout_fd, card, signalled)
    return card


def _ask(stdin_fd: int, stdout_fd: int, card: Card, signalled: int) -> Card:
    """Show one way until a key is pressed that means something; SIGNALLED is from `_signalled`."""
    strategy = card.strategy

    def draw(*_: object) -> None:
        _write(stdout_fd, f"\x1b[2J{frame(card, os.get_terminal_size(stdout_fd))}")

    _write(stdout_fd, f"\x1b[?1049h{strategy.start}\x1b[?25l")
    resized = signal.signal(signal.SIGWINCH, draw)
    try:
        draw()
        after = card
        while after == card:
            after = answer(card, _read_key(stdin_fd, signalled))
        return after
    finally:
        signal.signal(signal.SIGWINCH, resized)
        with contextlib.suppress(OSError):
            _write(stdout_fd, f"\x1b[?25h\x1b[?1049l{strategy.stop}")


def _read_key(stdin_fd: int, signalled: int) -> str:
    """One key as the terminal sends it, "" when the terminal is gone. Signals are handled while it waits."""
    try:
        while signalled in select.select([stdin_fd, signalled], [], [])[0]:
            os.read(signalled, 64)
        return os.read(stdin_fd, 64).decode("utf-8", "replace")
    except OSError:
        return ""


@contextlib.contextmanager
def _signalled() -> Iterator[int]:
    """A descriptor that can be read after a signal, which may come right before a wait, or on another thread."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    try:
        yield reading
    finally:
        signal.set_wakeup_fd(before)
        os.close(reading)
        os.close(writing)


def _write(fd: int, text: str) -> None:
    data = text.encode("utf-8", "replace")
    while data:
        data = data[os.write(fd, data) :]


@contextlib.contextmanager
def _keys(fd: int) -> Iterator[None]:
    """Keys byte by byte without echo; the terminal's mode is put back, also when a signal ends the program."""

    def end(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = termios.tcgetattr(fd)
    mode = termios.tcgetattr(fd)
    mode[3] &= ~(termios.ECHO | termios.ICANON | termios.ISIG)
    mode[6][termios.VMIN], mode[6][termios.VTIME] = 1, 0
    handlers = {number: signal.signal(number, end) for number in ENDING}
    termios.tcsetattr(fd, termios.TCSADRAIN, mode)
    try:
        yield
    finally:
        with contextlib.suppress(termios.error):
            termios.tcsetattr(fd, termios.TCSADRAIN, before)
        for number, handler in handlers.items():
            signal.signal(number, handler)
