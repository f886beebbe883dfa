"""What is typed, as it arrives: in pieces, broken, or pasted."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual import events
from textual.message import Message

from annotator.tui.keyboard import Keyboard

START, END = b"\x1b[200~", b"\x1b[201~"


class Typed:
    """A keyboard and what it handed over."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.hung_up = False
        self.reader, self.writer = os.pipe()
        os.set_blocking(self.reader, False)
        self.keyboard = Keyboard(self.reader, self.messages.append, self._hang_up, None)
        self.keyboard.open()

    def _hang_up(self) -> None:
        self.hung_up = True

    def close(self) -> None:
        self.keyboard.close()
        os.close(self.reader)

    @property
    def said(self) -> list[str]:
        """Keys by name, pastes in angle brackets."""
        said = []
        for message in self.messages:
            if isinstance(message, events.Key):
                said.append(message.key)
            elif isinstance(message, events.Paste):
                said.append(f"<{message.text}>")
            else:
                said.append(type(message).__name__)
        return said

    async def write(self, *parts: bytes) -> None:
        """Type PARTS, each of which is read before the next one comes."""
        for part in parts:
            os.write(self.writer, part)
            for _ in range(3):
                await asyncio.sleep(0)

    async def until(self, *said: str) -> None:
        async with asyncio.timeout(20):
            while self.said != list(said):  # noqa: ASYNC110 - nothing tells it
                await asyncio.sleep(0.005)


@pytest.fixture
async def typed() -> AsyncIterator[Typed]:
    typed = Typed()
    yield typed
    typed.close()
    os.close(typed.writer)


async def test_what_is_pasted_is_no_key_whatever_is_in_it(typed: Typed) -> None:
    """Some terminals let ESC through; what follows one in a log copied with its colours must not delete anything."""
    text = "\x1b[31mdddd x\x1b[0m \x1b\x1b[A\x11 قال\r\nu\0"
    await typed.write(b"a" + START + text.encode() + END + b"b")
    await typed.until("a", f"<{text.rstrip(chr(0))}>", "b")


@pytest.mark.parametrize("cut", range(1, 18))
async def test_the_marks_of_a_paste_may_come_in_pieces(typed: Typed, cut: int) -> None:
    whole = b"a" + START + b"p\x1b[A" + END + b"b"
    await typed.write(whole[:cut], whole[cut:])
    await typed.until("a", "<p\x1b[A>", "b")
    typed.messages.clear()
    await typed.write(*(bytes([byte]) for byte in whole))
    await typed.until("a", "<p\x1b[A>", "b")


async def test_a_large_paste_is_one_message(typed: Typed) -> None:
    text = "قال " * 250_000
    for start in range(0, len(data := START + text.encode() + END + b"x"), 4096):
        await typed.write(data[start : start + 4096])
    await typed.until(f"<{text}>", "x")


async def test_an_empty_paste_and_an_end_without_a_beginning(typed: Typed) -> None:
    await typed.write(START + END, END, b"q")
    await typed.until("<>", "q")


async def test_a_sequence_that_breaks_off_keeps_no_key_back(typed: Typed) -> None:
    """Alt+[ and a digit, read one after the other: what began with ESC ends without one."""
    await typed.write(b"\x1b[", b"1")
    await typed.until("left_square_bracket", "1")
    await typed.write(b"x")
    await typed.until("left_square_bracket", "1", "x")


async def test_a_sequence_in_pieces_is_one_key(typed: Typed) -> None:
    await typed.write(b"\x1b", b"[", b"1", b";", b"5", b"C", b"x")
    await typed.until("ctrl+right", "x")


async def test_escape_is_a_key_once_nothing_follows(typed: Typed) -> None:
    await typed.write(b"\x1b")
    await typed.until("escape")


async def test_a_broken_sequence_takes_nothing_with_it(typed: Typed) -> None:
    typed.keyboard._parser.mouse_pixels = True
    await typed.write(b"a\x1b[:~\x1b[Ax\x1b[B")
    await typed.until("a", "up", "x", "down")
    assert typed.keyboard._parser.mouse_pixels  # the terminal still tells places so


async def test_letters_in_pieces_and_bytes_that_are_none(typed: Typed) -> None:
    letter = "ش".encode()
    await typed.write(letter[:1], letter[1:], b"\xff", b"x", letter[:1], b"\x1b[A")
    await typed.until("ش", "replacement_character", "x", "replacement_character", "up")


async def test_the_end_of_input_is_told_once(typed: Typed) -> None:
    await typed.write(b"x\x1b[")
    os.close(typed.writer)
    async with asyncio.timeout(20):
        while not typed.hung_up:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.005)
    assert typed.said == ["x"]
    typed.writer = os.open(os.devnull, os.O_WRONLY)


async def test_nothing_to_read_after_all(typed: Typed) -> None:
    typed.keyboard._read()
    await typed.write(b"x")
    await typed.until("x")


_PIECES = st.sampled_from(
    [
        b"a",
        b"\x1b",
        b"\x1b[A",
        b"\x1b[<0;1;1M",
        b"\x1b[:~",
        b"\x1b[I",
        b"\x1bOP",
        b"\xff",
        "م".encode(),
        b"[",
        b"1",
        b"~",
    ]
)


@settings(deadline=None)
@given(st.lists(_PIECES, max_size=12), st.binary(max_size=30), st.data())
def test_no_input_stops_the_keys_behind_it(before: list[bytes], pasted: bytes, data: Any) -> None:
    """Whatever came, however it was cut: a paste is whole, and the next keys are themselves."""
    text = pasted.decode("utf-8", "replace")
    stream = b"".join(before) + b"\x1b[B" + START + text.encode() + END + b"q"
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=6)))
    parts = [stream[start:end] for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)]

    async def go() -> list[str]:
        typed = Typed()
        for part in filter(None, parts):
            typed.keyboard._take(part)
        said = typed.said
        typed.close()
        os.close(typed.writer)
        return said

    said = asyncio.run(go())
    assert said[-2:] == [f"<{text.replace(chr(0), '')}>", "q"] or END.decode() in text


@pytest.mark.parametrize(
    ("sequence", "key"),
    [
        (b"\x1bO2P", "shift+f1"),  # Konsole's
        (b"\x1bO2Q", "shift+f2"),
        (b"\x1bO2R", "shift+f3"),
        (b"\x1bO2S", "shift+f4"),
        (b"\x1bO5R", "ctrl+f3"),
        (b"\x1b[1;2P", "shift+f1"),  # everybody else's
        (b"\x1b[1;2Q", "shift+f2"),
        (b"\x1b[1;2R", "shift+f3"),
        (b"\x1b[13;2~", "shift+f3"),
        (b"\x1b[1;2S", "shift+f4"),
        (b"\x1bOR", "f3"),
        (b"\x1bf", "alt+f"),
        (b"\x1bb", "alt+b"),
        (b"\x1bo", "alt+o"),
        (b"\x1b[1;5C", "ctrl+right"),
    ],
)
async def test_function_keys_and_letters_that_are_written_in_many_ways(typed: Typed, sequence: bytes, key: str) -> None:
    await typed.write(sequence + b"x")
    await typed.until(key, "x")
