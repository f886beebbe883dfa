"""Documents that try to reach the terminal, to break the screen or to stop the program.

The window of these tests refuses every control sequence that is not the program's own, and every control or bidi
control among the text; so whatever of a document got through would fail the test at once.
"""

from __future__ import annotations

import random
import signal
import time
import unicodedata
from typing import Any

import pytest
from wcwidth import wcswidth

pytestmark = pytest.mark.pty

TEXTS = {
    "escapes": "خبر \x1b]0;owned\x07 \x1b[2J\x1b[1;1H \x1b[5;10r\x1b[?1049l\x1bc \x1bP+q\x1b\\ "
    "\x1b]52;c;eA==\x07 \x1b[8m نعم " * 9,
    "controls": "".join(f"كلمة{chr(code)}word " for code in [*range(1, 32), *range(127, 160)]) * 3,
    "bidi": "".join(
        f"نص {chr(code)}abc {chr(code)} (12) "
        for code in [*range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2060, 0x2070), 0x61C, 0xFEFF]
    )
    * 4,
    "marks": "\u064e\u0651\u0301" * 50 + " \u0670 ب" + "\u0651" * 10_000 + " نهاية \u20e3 \ufe0f " + "لا\u064e" * 30,
    "long": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي" * 3_600,
    "tabs": "\t\tكلمة\tكلمة\tword\t\n" * 30,
    "emoji": "👨\u200d👩\u200d👧\u200d👦 🇸🇦 👩🏽\u200d🚀 ❤\ufe0f 1\ufe0f\u20e3 🏴\U000e0067\U000e0062\U000e007f "
    "خبر 🇦 🏽 " * 12,
    "wide": "漢字かな交じり文。한국어 ﷺ ﷽ कक्षा กำ خبر " * 14,
    "nothing": "",
    "newlines": "\n" * 2_000,
    "separators": "أ\u2028ب\u2029ج\x85د\x0bه\x0cو\r\nز\rح\x1cط\x1dي\x1e" * 20,
    "noncharacters": "خبر \ufffe\uffff\U0001ffff\U0010ffff \ue000\U000f0000 \u0378 " * 20,
}
KEYS = [
    *("left", "right", "up", "down", "ctrl+left", "ctrl+right", "alt+left", "alt+right", "ctrl+up", "ctrl+down"),
    *("shift+left", "shift+right", "shift+up", "shift+down", "ctrl+shift+left", "ctrl+shift+right"),
    *("home", "end", "pageup", "pagedown", "ctrl+home", "ctrl+end", "v", "s", "p", "o", "a", "A", "alt+right"),
    *(
        "delete",
        "u",
        "U",
        "tab",
        "shift+tab",
        "space",
        "]",
        "[",
        "{",
        "}",
        "<",
        ">",
        "(",
        ")",
        "f5",
        "f6",
        "f10",
        "f11",
    ),
]


@pytest.mark.parametrize("name", TEXTS)
def test_a_hostile_text_is_only_a_text(empty: Any, name: str) -> None:
    dice = random.Random(name)
    empty.add(article=TEXTS[name])
    window = empty.open("--as", "sara", size=(100, 30))
    window.press("ctrl+home", "  0 · 0%")
    for _ in range(5):
        window.type(*dice.choices(KEYS, k=14))
        settled(window, 0.06)
        check_screen(window)
    window.press("f1", "╭")
    window.press("f1", lambda: not any("╭" in row for row in window.rows))
    settled(window, 0.25)
    shown = window.cells()
    window.signal(signal.SIGTSTP)  # what comes after it is painted from nothing
    window.until_stopped()
    window.screen.reset()
    window.signal(signal.SIGCONT)
    window.until(lambda: window.cells() == shown)
    window.type("ctrl+q")
    assert window.wait() == 0
    empty.spans("sara")  # the layer can be read


def check_screen(window: Any) -> None:
    """Only harmless cells, in rows that are full; title and scroll region never touched."""
    assert window.screen.overrun == []
    assert window.screen.title == ""
    assert window.screen.margins is None
    for y in range(window.screen.lines):
        row = [window.screen.buffer[y][x].data for x in range(window.screen.columns)]
        assert sum(map(wcswidth, row)) == window.screen.columns
        for cell in row:
            assert not any(unicodedata.category(ch) in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"} for ch in cell), cell


def settled(window: Any, pause: float) -> None:
    """Wait until nothing came for a PAUSE, in seconds."""
    seen = -1
    while seen != len(window.raw):
        seen, deadline = len(window.raw), time.monotonic() + pause
        window.until(lambda deadline=deadline: time.monotonic() > deadline)
