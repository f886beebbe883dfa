"""Which terminal this is and which strategy it needs: a pure function of the answers and the environment.

What the terminal says about itself counts more than the environment, which leaks: a kitty started from a GNOME
Terminal still carries VTE_VERSION, and tmux carries the variables of whatever started its server.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from annotator.terminal.probe import Answers

_VTE_WITH_BIDI: Final = 5800  # VTE 0.58 brought the BiDi proposal
_KITTY_WITH_SIZING: Final = (0, 40)  # kitty 0.40 brought the text sizing protocol

_PUTTY_HINT: Final = (
    "PuTTY reorders Arabic by itself: tick 'Disable bidirectional text display' and 'Disable Arabic text shaping' "
    "under Terminal > Features"
)
_REORDERS_HINT: Final = (
    "This terminal may reorder Arabic by itself; run 'annotator terminal' to find out what reads right"
)
_TMUX_HINT: Final = "tmux hides the terminal around it; if Arabic reads wrong, run 'annotator terminal' inside tmux"


@dataclass(frozen=True, slots=True)
class Detection:
    """The terminal's name, the strategy for it, and why.

    `marks` says whether it draws harakat over presentation forms in the right place. `modes` is false for a terminal
    that must not be sent escape sequences it may print. `hint` is a line for the person, when something is theirs
    to do.
    """

    terminal: str
    strategy: str
    marks: bool
    reason: str
    hint: str | None = None
    modes: bool = True

    @property
    def joined(self) -> bool:
        """Whether a row with an emoji that is joined of several stays whole (in tmux 3.3 it does not)."""
        return self.terminal not in _TMUX

    @property
    def true_colour(self) -> bool:
        """Whether it shows 24-bit colours, or takes them and shows the nearest it has (tmux)."""
        return self.terminal not in _FEW_COLOURS


@dataclass(frozen=True, slots=True)
class _Terminal:
    strategy: str
    marks: bool
    hint: str | None = None
    modes: bool = True


_TERMINALS: Final[Mapping[str, _Terminal]] = MappingProxyType(
    {
        "vte": _Terminal("explicit", marks=True),
        "konsole": _Terminal("konsole", marks=True),
        "mlterm": _Terminal("mlterm", marks=True),
        "kitty": _Terminal("kitty", marks=True),
        "kitty-old": _Terminal("kitty-old", marks=False),
        "xterm": _Terminal("visual", marks=True),
        "urxvt": _Terminal("visual", marks=True),
        "xterm.js": _Terminal("visual", marks=True),
        "alacritty": _Terminal("visual", marks=False),
        "foot": _Terminal("visual", marks=False),
        "st": _Terminal("visual", marks=False),
        "qterminal": _Terminal("jitter", marks=False),
        "putty": _Terminal("visual", marks=False, hint=_PUTTY_HINT),
        "apple-terminal": _Terminal("visual", marks=False, hint=_REORDERS_HINT, modes=False),
        "iterm2": _Terminal("visual", marks=False, hint=_REORDERS_HINT),
        "wezterm": _Terminal("explicit", marks=False),
        "mintty": _Terminal("explicit", marks=False),
        "ghostty": _Terminal("visual", marks=False),
        "windows-terminal": _Terminal("visual", marks=False),
        "tmux": _Terminal("visual", marks=False, hint=_TMUX_HINT),
        "tmux-in-vte": _Terminal("lrm", marks=True),
        "unknown": _Terminal("visual", marks=False),
    }
)

_TMUX: Final = frozenset({"tmux", "tmux-in-vte"})
_FEW_COLOURS: Final = frozenset({"urxvt", "apple-terminal", "unknown"})

_XTVERSION_NAMES: Final = (  # beginning of the XTVERSION answer, lower case -> terminal
    ("tmux", "tmux"),
    ("vte(", "vte"),
    ("konsole", "konsole"),
    ("kitty(", "kitty"),
    ("mlterm", "mlterm"),
    ("xterm(", "xterm"),
    ("xterm.js", "xterm.js"),
    ("foot(", "foot"),
    ("iterm2", "iterm2"),
    ("wezterm", "wezterm"),
    ("mintty", "mintty"),
    ("ghostty", "ghostty"),
)

_DA2_NAMES: Final = (  # beginning of the DA2 answer -> terminal
    ((84,), "tmux"),
    ((1, 115), "konsole"),
    ((1, 4000), "kitty"),  # 4000 and the major version
    ((24,), "mlterm"),
    ((41,), "xterm"),
    ((85,), "urxvt"),
    ((77,), "mintty"),
    ((0, 115), "qterminal"),
    ((0, 136), "putty"),
    ((0, 276), "xterm.js"),
)


def detect(answers: Answers, environ: Mapping[str, str]) -> Detection:
    """The terminal behind `answers` and `environ`, and the strategy that was measured to be right on it."""
    name, reason = _identify(answers, environ)
    if name == "kitty" and _is_old_kitty(answers):
        name, reason = "kitty-old", f"{reason}, before 0.40"
    if name == "tmux" and "VTE_VERSION" in environ:
        name, reason = "tmux-in-vte", f"{reason}, with VTE_VERSION"
    known = _TERMINALS[name]
    strategy = known.strategy
    if answers.decrqm8 in {1, 2} and strategy == "visual":
        strategy, reason = "explicit", f"{reason}; mode 8 answered {answers.decrqm8}"
    return Detection(name, strategy, known.marks, reason, known.hint, known.modes)


def identify(answers: Answers, environ: Mapping[str, str]) -> str:
    """A stable key for this terminal: what it says about itself, else what the environment says."""
    parts = ["tmux"] if "TMUX" in environ else []
    if answers.xtversion:
        parts.append(answers.xtversion)
    if answers.da2:
        parts.append(">" + ";".join(map(str, answers.da2)))
    if not (answers.xtversion or answers.da2):
        parts.extend(environ[name] for name in ("TERM_PROGRAM", "TERM_PROGRAM_VERSION") if environ.get(name))
    parts.append(environ.get("TERM", ""))
    return " ".join(part for part in parts if part) or "unknown"


def _identify(answers: Answers, environ: Mapping[str, str]) -> tuple[str, str]:
    """Terminal name and the evidence for it: tmux first, then answers, then the environment."""
    if "TMUX" in environ:
        return "tmux", "TMUX is set"
    return _by_answers(answers) or _by_environment(answers, environ) or ("unknown", "nothing identified the terminal")


def _by_answers(answers: Answers) -> tuple[str, str] | None:
    if version := answers.xtversion:
        for beginning, name in _XTVERSION_NAMES:
            if version.lower().startswith(beginning):
                return name, f"XTVERSION answered {version!r}"
    if numbers := answers.da2:
        said = "DA2 answered " + ";".join(map(str, numbers))
        if _is_vte(numbers):
            return "vte", said
        for beginning_numbers, name in _DA2_NAMES:
            if numbers[: len(beginning_numbers)] == beginning_numbers:
                return name, said
        if _is_alacritty(numbers):
            return "alacritty", said
    return None


def _is_vte(numbers: tuple[int, ...]) -> bool:
    """VTE answers 65 (61 since 0.80) and its version as four digits."""
    return len(numbers) >= 2 and numbers[0] in {61, 65} and _VTE_WITH_BIDI <= numbers[1] < 20000


def _by_environment(answers: Answers, environ: Mapping[str, str]) -> tuple[str, str] | None:
    term, program = environ.get("TERM", ""), environ.get("TERM_PROGRAM", "")
    vte = environ.get("VTE_VERSION", "")
    denied = answers.decrqm8 == 0  # a VTE knows mode 8, so the variable came from a parent
    candidates = (
        ("apple-terminal", program == "Apple_Terminal", "TERM_PROGRAM"),
        ("iterm2", program == "iTerm.app" or environ.get("LC_TERMINAL") == "iTerm2", "TERM_PROGRAM or LC_TERMINAL"),
        ("mlterm", term == "mlterm" or "MLTERM" in environ, "TERM or MLTERM"),
        ("kitty", term == "xterm-kitty", "TERM"),
        ("alacritty", term.startswith("alacritty"), "TERM"),
        ("foot", re.match(r"foot(-|$)", term) is not None, "TERM"),
        ("st", re.match(r"st(-|$)", term) is not None, "TERM"),
        ("urxvt", term.startswith("rxvt-unicode"), "TERM"),
        ("tmux", term.startswith("tmux"), "TERM"),
        ("ghostty", term == "xterm-ghostty" or program == "ghostty", "TERM or TERM_PROGRAM"),
        ("xterm.js", program in {"vscode", "textual"}, "TERM_PROGRAM"),
        ("wezterm", program == "WezTerm", "TERM_PROGRAM"),
        ("mintty", program == "mintty", "TERM_PROGRAM"),
        ("konsole", "KONSOLE_VERSION" in environ, "KONSOLE_VERSION"),
        ("vte", vte.isdecimal() and int(vte[:9]) >= _VTE_WITH_BIDI and not denied, "VTE_VERSION"),
        ("kitty", "KITTY_WINDOW_ID" in environ and not answers.da1, "KITTY_WINDOW_ID"),
        ("xterm", "XTERM_VERSION" in environ and not answers.da1, "XTERM_VERSION"),
        ("windows-terminal", "WT_SESSION" in environ, "WT_SESSION"),
    )
    return next(((name, f"{evidence} says so") for name, holds, evidence in candidates if holds), None)


def _is_alacritty(numbers: tuple[int, ...]) -> bool:
    """Alacritty answers 0, its version as a number of four digits or more, and 1."""
    return len(numbers) == 3 and numbers[0] == 0 and numbers[1] >= 1000 and numbers[2] == 1


def _is_old_kitty(answers: Answers) -> bool:
    """Whether a kitty is older than its text sizing protocol; one that did not answer counts as old.

    XTVERSION gives the version; DA2 is 1, 4000 for major version 0, and the minor version.
    """
    match = re.match(r"kitty\((\d+)\.(\d+)", answers.xtversion or "")
    if match is not None:
        return (int(match[1]), int(match[2])) < _KITTY_WITH_SIZING
    if answers.da2 is not None and answers.da2[:2] == (1, 4000) and len(answers.da2) > 2:
        return answers.da2[2] < _KITTY_WITH_SIZING[1]
    return True
