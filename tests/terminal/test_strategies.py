from __future__ import annotations

import pytest

from annotator.errors import UsageError
from annotator.terminal.strategies import STRATEGIES, strategy_named

CELL = "\ufe91\u064e"


def test_every_promised_name_exists() -> None:
    promised = "visual explicit konsole mlterm kitty kitty-old lrm jitter logical"
    assert sorted(STRATEGIES) == sorted(promised.split())


def test_an_unknown_name_lists_the_names() -> None:
    with pytest.raises(UsageError, match="kitty-old") as caught:
        strategy_named("konsol", where="ANNOTATOR_RTL")
    assert str(caught.value).startswith("ANNOTATOR_RTL: unknown")
    assert caught.value.exit_status == 2


@pytest.mark.parametrize("name", STRATEGIES)
def test_what_start_switches_stop_switches_back(name: str) -> None:
    strategy = STRATEGIES[name]
    assert strategy.start.count("\x1b") == strategy.stop.count("\x1b")
    assert strategy.start.replace("8l", "8h").replace("[1 k", "[0 k").replace("=false", "=true") == "".join(
        sorted(_sequences(strategy.stop), key=_sequences(_back(strategy.start)).index)
    )


def _back(start: str) -> str:
    return start.replace("8l", "8h").replace("[1 k", "[0 k").replace("=false", "=true")


def _sequences(text: str) -> list[str]:
    return ["\x1b" + piece for piece in text.split("\x1b")[1:]]


def test_exact_bytes() -> None:
    assert STRATEGIES["explicit"].start == "\x1b[8l\x1b[1 k"
    assert "\x1b]50;BidiRenderingEnabled=false\x07" in STRATEGIES["konsole"].start
    assert "\x1b]5379;use_ctl=false\x07" in STRATEGIES["mlterm"].start


def test_joined_emoji_are_sent_whole_unless_the_terminal_gets_lost() -> None:
    family, heart = "\U0001f469\U0001f3fd\u200d\U0001f469\u200d\U0001f467", "\u2764\ufe0f\u200d\U0001f525"
    frame = f"{CELL}{family} a\u200db {heart}{CELL}"
    for strategy in STRATEGIES.values():
        kept = strategy.without_joined().output_filter
        assert kept is not None
        whole = strategy.output_filter or str
        assert kept(frame) == whole(f"{CELL}\U0001f469\U0001f3fd a\u200db \u2764\ufe0f{CELL}")
        if strategy.name == "lrm":
            assert family in whole(frame)


@pytest.mark.parametrize("name", [name for name in STRATEGIES if name != "kitty-old"])
def test_marks_are_kept_unless_the_terminal_misplaces_them(name: str) -> None:
    strategy = STRATEGIES[name]
    assert strategy.output_filter is None or "\u064e" in strategy.output_filter(CELL)
    stripped = strategy.without_marks().output_filter
    assert stripped is not None
    assert "\u064e" not in stripped(CELL)
