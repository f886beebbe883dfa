from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotator.errors import UsageError
from annotator.terminal.memory import TerminalMemory, memory_path


@pytest.fixture
def memory(tmp_path: Path) -> TerminalMemory:
    return TerminalMemory(tmp_path / "state" / "terminals.json")


def test_remembers_per_terminal_and_forgets(memory: TerminalMemory) -> None:
    assert memory.recall("a") is None
    memory.remember("a", "lrm")
    memory.remember("b", "visual")
    memory.remember("a", "jitter")
    assert (memory.recall("a"), memory.recall("b")) == ("jitter", "visual")
    memory.forget("a")
    assert (memory.recall("a"), memory.recall("b")) == (None, "visual")
    assert [path.name for path in memory.path.parent.iterdir()] == ["terminals.json"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b'{"terminals": 3}',
        b'{"terminals": {"a": 3}}',
        b'{"terminals": {"a": "gone"}}',
        b"[" * 99999,
    ],
)
def test_a_broken_file_counts_as_never_asked(memory: TerminalMemory, content: bytes) -> None:
    memory.path.parent.mkdir()
    memory.path.write_bytes(content)
    assert memory.recall("a") is None
    memory.remember("a", "lrm")
    assert memory.recall("a") == "lrm"


def test_the_oldest_are_dropped(memory: TerminalMemory) -> None:
    memory.path.parent.mkdir()
    many = {str(number): "lrm" for number in range(500)}
    memory.path.write_text(json.dumps({"terminals": many}), encoding="utf-8")
    memory.remember("new", "visual")
    kept = json.loads(memory.path.read_text(encoding="utf-8"))["terminals"]
    assert len(kept) == 200
    assert list(kept)[-2:] == ["499", "new"]


def test_an_unwritable_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="could not be saved"):
        TerminalMemory(tmp_path / "file" / "terminals.json").remember("a", "lrm")


def test_the_file_lies_in_the_state_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert memory_path().name == "terminals.json"
