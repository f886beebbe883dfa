from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import pytest

from annotator.errors import UsageError
from annotator.terminal.choose import choose
from annotator.terminal.detect import detect, identify
from annotator.terminal.memory import TerminalMemory
from annotator.terminal.probe import Answers

NOTHING = Answers()


def answers(*, mode: int | None = None, version: str | None = None, da2: str | None = None) -> Answers:
    numbers = None if da2 is None else tuple(map(int, da2.split(";")))
    return Answers(decrqm8=mode, xtversion=version, da2=numbers, da1=True, asked=True)


# fmt: off
MEASURED = [  # what, answers, environment, terminal, strategy, marks
    ("VTE 0.70", answers(mode=1, da2="65;7006;1"), {"VTE_VERSION": "7006"}, "vte", "explicit", True),
    ("VTE 0.80", answers(mode=1, version="VTE(8001)", da2="61;8001;1"), {}, "vte", "explicit", True),
    ("VTE over ssh", answers(mode=1, da2="65;7006;1"), {}, "vte", "explicit", True),
    ("VTE, silent", NOTHING, {"VTE_VERSION": "7006"}, "vte", "explicit", True),
    ("Konsole", answers(version="Konsole 22.12.3", da2="1;115;0"), {}, "konsole", "konsole", True),
    ("Konsole over ssh", answers(da2="1;115;0"), {}, "konsole", "konsole", True),
    ("Konsole, silent", NOTHING, {"KONSOLE_VERSION": "221203"}, "konsole", "konsole", True),
    ("kitty 0.41", answers(mode=0, version="kitty(0.41.1)", da2="1;4000;41"), {}, "kitty", "kitty", True),
    ("kitty 0.40 by DA2", answers(mode=0, da2="1;4000;40"), {}, "kitty", "kitty", True),
    ("kitty 0.26", answers(mode=0, version="kitty(0.26.5)", da2="1;4000;26"), {}, "kitty-old", "kitty-old", False),
    ("kitty, silent", NOTHING, {"TERM": "xterm-kitty"}, "kitty-old", "kitty-old", False),
    ("mlterm", answers(mode=0, da2="24;279;0"), {"TERM": "mlterm", "MLTERM": "3.9.0"}, "mlterm", "mlterm", True),
    ("mlterm, silent", NOTHING, {"TERM": "mlterm"}, "mlterm", "mlterm", True),
    ("xterm", answers(mode=0, version="XTerm(379)", da2="41;379;0"), {}, "xterm", "visual", True),
    ("alacritty 0.11", answers(da2="0;1700;1"), {"TERM": "alacritty"}, "alacritty", "visual", False),
    ("alacritty 0.15 over ssh", answers(mode=0, da2="0;2500;1"), {}, "alacritty", "visual", False),
    ("urxvt", answers(da2="85;95;0"), {"TERM": "rxvt-unicode-256color"}, "urxvt", "visual", True),
    ("foot", answers(version="foot(1.13.1)", da2="1;11301;0"), {"TERM": "foot"}, "foot", "visual", False),
    ("st", NOTHING, {"TERM": "st-256color"}, "st", "visual", False),
    ("qterminal", answers(da2="0;115;0"), {}, "qterminal", "jitter", False),
    ("PuTTY", answers(da2="0;136;0"), {"TERM": "xterm"}, "putty", "visual", False),
    ("VS Code", answers(mode=0, da2="0;276;0"), {"TERM_PROGRAM": "vscode"}, "xterm.js", "visual", True),
    ("textual-serve", NOTHING, {"TERM_PROGRAM": "textual"}, "xterm.js", "visual", True),
    ("tmux", answers(version="tmux 3.3a", da2="84;0;0"), {"TMUX": "/tmp/x"}, "tmux", "visual", False),
    ("tmux in VTE", answers(version="tmux 3.3a"), {"TMUX": "x", "VTE_VERSION": "7006"}, "tmux-in-vte", "lrm", True),
    ("ssh inside tmux", answers(version="tmux 3.3a", da2="84;0;0"), {"TERM": "screen"}, "tmux", "visual", False),
    ("Apple Terminal", NOTHING, {"TERM_PROGRAM": "Apple_Terminal"}, "apple-terminal", "visual", False),
    ("iTerm2", answers(version="iTerm2 3.5.11"), {"TERM_PROGRAM": "iTerm.app"}, "iterm2", "visual", False),
    ("WezTerm", answers(mode=1, version="WezTerm 20240203"), {}, "wezterm", "explicit", False),
    ("something that knows mode 8", answers(mode=2, da2="99;1;0"), {"TERM": "xterm"}, "unknown", "explicit", False),
    ("nothing known", NOTHING, {}, "unknown", "visual", False),
    # what the terminal says counts more than what its parent left behind
    ("kitty from VTE", answers(mode=0, version="kitty(0.41.1)"), {"VTE_VERSION": "7006"}, "kitty", "kitty", True),
    ("Konsole from VTE", answers(version="Konsole 25.04.2"), {"VTE_VERSION": "7006"}, "konsole", "konsole", True),
    ("st from VTE", NOTHING, {"TERM": "st-256color", "VTE_VERSION": "7006"}, "st", "visual", False),
    ("a stranger from VTE", answers(mode=0, da2="99;1;0"), {"VTE_VERSION": "7006"}, "unknown", "visual", False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "said", "environ", "terminal", "strategy", "marks"), MEASURED, ids=[r[0] for r in MEASURED]
)
def test_measured_terminals(
    what: str, said: Answers, environ: dict[str, str], terminal: str, strategy: str, marks: bool
) -> None:
    found = detect(said, environ)
    assert (found.terminal, found.strategy, found.marks) == (terminal, strategy, marks)
    assert found.reason


@pytest.mark.parametrize("garbage", [(), (1,), (65,), (1, 4000), (0, 5, 5, 5, 5)])
def test_short_answers_are_no_trouble(garbage: tuple[int, ...]) -> None:
    assert detect(Answers(da2=garbage, xtversion="kitty(", asked=True), {}).strategy


def test_hints_go_to_those_who_can_do_something() -> None:
    putty = detect(answers(da2="0;136;0"), {})
    assert putty.hint is not None
    assert "bidi" in putty.hint.lower()
    assert detect(answers(da2="41;379;0"), {}).hint is None


def test_apple_terminal_gets_no_modes() -> None:
    choice = choose(NOTHING, {"TERM_PROGRAM": "Apple_Terminal"})
    assert (choice.strategy.start, choice.strategy.stop) == ("", "")


def test_the_key_tells_versions_apart_and_holds_without_answers() -> None:
    assert identify(answers(version="XTerm(379)", da2="41;379;0"), {"TERM": "xterm"}) == "XTerm(379) >41;379;0 xterm"
    assert identify(NOTHING, {"TERM": "st-256color"}) == "st-256color"
    assert identify(NOTHING, {"TERM_PROGRAM": "Apple_Terminal", "TERM": "xterm"}) == "Apple_Terminal xterm"
    assert identify(NOTHING, {"TMUX": "x", "TERM": "screen"}) == "tmux screen"
    assert identify(NOTHING, {}) == "unknown"


class TestOrder:
    XTERM = answers(da2="41;379;0")
    ENVIRON: ClassVar = {"TERM": "xterm", "ANNOTATOR_RTL": "lrm"}

    @pytest.fixture
    def memory(self, tmp_path: Path) -> TerminalMemory:
        memory = TerminalMemory(tmp_path / "deep" / "terminals.json")
        memory.remember(identify(self.XTERM, self.ENVIRON), "jitter")
        return memory

    def test_argument_first(self, memory: TerminalMemory) -> None:
        choice = choose(self.XTERM, self.ENVIRON, argument="logical", memory=memory)
        assert (choice.strategy.name, choice.source) == ("logical", "argument")

    def test_then_the_variable(self, memory: TerminalMemory) -> None:
        choice = choose(self.XTERM, self.ENVIRON, memory=memory)
        assert (choice.strategy.name, choice.source) == ("lrm", "environment")

    def test_then_what_is_remembered(self, memory: TerminalMemory) -> None:
        choice = choose(self.XTERM, {"TERM": "xterm"}, memory=memory)
        assert (choice.strategy.name, choice.source) == ("jitter", "remembered")

    @pytest.mark.parametrize("environ", [{"TERM": "xterm", "ANNOTATOR_RTL": "auto"}, ENVIRON])
    def test_auto_detects_whatever_is_remembered(self, memory: TerminalMemory, environ: dict[str, str]) -> None:
        choice = choose(
            self.XTERM, environ, argument=None if environ["ANNOTATOR_RTL"] == "auto" else "auto", memory=memory
        )
        assert (choice.strategy.name, choice.source) == ("visual", "detected")

    def test_the_message_names_the_culprit(self) -> None:
        with pytest.raises(UsageError, match="ANNOTATOR_RTL: unknown way"):
            choose(self.XTERM, {"ANNOTATOR_RTL": "konsol"})
        with pytest.raises(UsageError, match="--rtl: unknown way"):
            choose(self.XTERM, {}, argument="konsol")
