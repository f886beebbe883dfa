"""Keys that are typed ahead wait their turn; the one that leaves does not wait for all of them."""

from __future__ import annotations

import asyncio

import pytest
from textual import events
from textual.app import App
from textual.binding import Binding
from textual.message import Message

from annotator.tui import turns
from annotator.tui.turns import Turns


class Slow(App[None]):
    """Its key `o` opens something that takes until `opened` is set."""

    BINDINGS = [  # noqa: RUF012 - as Textual has it
        Binding("ctrl+q", "run_command('app.quit')", priority=True),
        Binding("q", "run_command('app.quit')"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.opened = asyncio.Event()
        self.seen: list[str] = []
        self.given: list[str] = []
        self.turns = Turns(self, self._give)
        self.turns.begin()

    def _give(self, message: Message) -> None:
        if isinstance(message, events.Key):
            self.given.append(message.key)
        self.post_message(message)

    def on_key(self, event: events.Key) -> None:
        self.seen.append(event.key)
        if event.key == "o":
            self.open()

    def open(self) -> None:
        self.screen.run_worker(self.opened.wait(), group="open")

    def action_run_command(self, id: str) -> None:
        self.seen.append(id)

    def type(self, *keys: str) -> None:
        for key in keys:
            self.turns.add(events.Key(key, key if len(key) == 1 else None))

    async def until(self, *seen: str) -> None:
        async with asyncio.timeout(20):
            while self.seen != list(seen):  # noqa: ASYNC110 - nothing tells it
                await asyncio.sleep(0.002)


async def test_keys_wait_for_what_one_of_them_opens() -> None:
    app = Slow()
    async with app.run_test():
        app.type("a", "o", "b", "c")
        await app.until("a", "o")
        assert app.given == ["a", "o"]
        app.opened.set()
        await app.until("a", "o", "b", "c")


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.2)


@pytest.mark.usefixtures("patience")
async def test_a_key_is_answered_while_something_hangs() -> None:
    app = Slow()
    async with app.run_test():
        app.type("o", "b")
        await app.until("o", "b")
        assert not app.opened.is_set()


@pytest.mark.usefixtures("patience")
async def test_the_key_that_leaves_is_the_next_while_something_hangs() -> None:
    app = Slow()
    async with app.run_test():
        app.type("o", *"bcdefgq", "ctrl+q", "x")
        await app.until("o", "app.quit", "x")
        assert app.given == ["o", "ctrl+q", "x"]  # nobody waited for the others, which nobody has seen


@pytest.mark.usefixtures("patience")
async def test_keys_that_move_things_on_are_all_answered_before_the_one_that_leaves() -> None:
    app = Slow()
    async with app.run_test():
        app.type(*"abcdefg" * 20, "ctrl+q")
        await app.until(*"abcdefg" * 20, "app.quit")


@pytest.mark.usefixtures("patience")
async def test_a_loop_that_was_kept_from_looking_is_not_stuck() -> None:
    """A laptop that slept, a stopped program, a slow disk: no reason to hand a key to what is being left."""
    app = Slow()
    async with app.run_test():
        app.type("o", "b")
        await app.until("o")
        app.turns._given_at -= 1000
        app.turns._steps = 0
        app.turns._look()
        assert app.given == ["o"]
        app.opened.set()
        await app.until("o", "b")
