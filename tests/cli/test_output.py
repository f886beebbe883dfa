"""What reaches a terminal and what reaches a pipe."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.cli.output import Writer, ask, columns, count, safe
from annotator.text.display import display

ARABIC = "سلام عالم"


class Terminal(io.StringIO):
    """A stream that somebody looks at."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TMUX", "TERM_PROGRAM", "VTE_VERSION", "KONSOLE_VERSION", "MLTERM", "KITTY_WINDOW_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "40")


def test_pipe_gets_logical_order() -> None:
    stream = io.StringIO()
    Writer(stream).line(ARABIC)
    assert stream.getvalue() == f"{ARABIC}\n"


def test_terminal_gets_visual_order_between_the_modes() -> None:
    stream = Terminal()
    Writer(stream).line(ARABIC)
    shown = stream.getvalue()
    assert display(ARABIC, "ltr") in shown
    assert shown.startswith("\x1b[8l")
    assert shown.endswith("\x1b[0 k")


def test_ascii_is_written_as_it_is() -> None:
    stream = Terminal()
    Writer(stream).line("plain")
    assert stream.getvalue() == "plain\n"


@pytest.mark.parametrize("rtl", ["logical", "konsole", "mlterm"])
def test_terminals_that_reorder_by_themselves_get_logical_order(rtl: str) -> None:
    stream = Terminal()
    Writer(stream, rtl).line(ARABIC)
    assert stream.getvalue() == f"{ARABIC}\n"


def test_filter_of_the_terminal_is_applied() -> None:
    stream = Terminal()
    Writer(stream, "kitty").line(ARABIC)
    assert "\x1b]66;w=1:v=1;" in stream.getvalue()


def test_controls_never_pass() -> None:
    nasty = "a\x1b[2Jb\x9b1mc\rd\te\x7f\x00"
    assert safe(nasty) == "a␛[2Jb\ufffd1mc␍d e\ufffd␀"
    assert safe("a\nb") == "a␊b"
    assert safe("a\nb", newlines=True) == "a\nb"
    for stream in (io.StringIO(), Terminal()):
        Writer(stream).table(("A",), [(nasty,), ("\x1b" + ARABIC,)])
        assert "\x1b[2J" not in stream.getvalue()


@given(st.text())
def test_no_text_carries_a_control_to_the_screen(text: str) -> None:
    for shown in (safe(text), safe(text, newlines=True).replace("\n", "")):
        assert not any(unicodedata.category(character) == "Cc" for character in shown)


@given(st.lists(st.tuples(st.text(), st.text()), max_size=5))
def test_every_row_of_a_table_is_one_line(rows: list[tuple[str, str]]) -> None:
    stream = io.StringIO()
    Writer(stream).table(("A", "B"), rows)
    assert stream.getvalue().count("\n") == len(rows) + 1


def test_table_lines_up_also_in_arabic() -> None:
    stream = io.StringIO()
    Writer(stream).table(("NAME", "N", "TITLE"), [("سَلام", "7", "x"), ("b", "1,000", "")], numbers=(1,))
    first, second, third = stream.getvalue().splitlines()
    assert (columns(first[: first.index("TITLE")]), columns(second[: second.index("x")])) == (13, 13)
    assert third == "b     1,000"


def test_last_column_is_cut_to_the_terminal() -> None:
    stream = Terminal()
    Writer(stream).table(("A", "TITLE"), [("b", "word " * 30)])
    assert max(map(len, stream.getvalue().splitlines())) <= 40
    assert "…" in stream.getvalue()
    whole = io.StringIO()
    Writer(whole).table(("A", "TITLE"), [("b", "word " * 30)])
    assert "…" not in whole.getvalue()


def test_counts() -> None:
    assert [count(n, "entity type") for n in (0, 1, 2000)] == ["0 entity types", "1 entity type", "2,000 entity types"]


def test_end_of_input_is_no(monkeypatch: pytest.MonkeyPatch) -> None:
    def ended(_: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", ended)
    assert ask("Really?", default=True) is False


def test_remembered_strategy_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from annotator.terminal.memory import TerminalMemory, memory_path

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    TerminalMemory(memory_path()).remember("xterm-256color", "logical")
    stream = Terminal()
    Writer(stream).line(ARABIC)
    assert stream.getvalue() == f"{ARABIC}\n"


@given(st.dictionaries(st.text(), st.recursive(st.none() | st.integers() | st.text(), st.lists, max_leaves=9)))
def test_members_are_written_as_the_object_would_be(value: dict[str, object]) -> None:
    whole, members = io.StringIO(), io.StringIO()
    Writer(whole).json(value)
    Writer(members).json_members((name, iter(one) if isinstance(one, list) else one) for name, one in value.items())
    assert members.getvalue() == whole.getvalue()


def test_members_are_written_as_they_come() -> None:
    stream, seen = io.StringIO(), list[str]()

    def items() -> Iterator[int]:
        for number in range(3):
            yield number
            seen.append(stream.getvalue())

    Writer(stream).json_members([("numbers", items())])
    assert [text[-1] for text in seen] == ["0", "1", "2"]
