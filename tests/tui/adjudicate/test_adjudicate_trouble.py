"""A database that refuses while somebody adjudicates: it is said, and nothing ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from annotator.errors import StaleRevisionError
from annotator.tui.screens.adjudicate_dialogs import AskReason
from annotator.tui.screens.annotate import AnnotateScreen
from annotator.tui.screens.documents import DocumentsScreen
from annotator.tui.widgets.arabic_input import ArabicInput
from annotator.tui.widgets.rows import Rows

Open = Callable[..., Any]
Broken = Callable[..., None]


async def test_late_edits_that_cannot_be_looked_for(desk: Open, broken: Broken) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        await its.opened(pilot)
        broken(its.app, "summaries", "layer")
        await pilot.press("l")
        await its.until(pilot, lambda: "the database is busy. Try again" in its.status())
        assert its.app.is_running


@pytest.mark.parametrize("after", range(5))  # of five layers that are read
async def test_somebody_was_faster_and_it_cannot_be_shown(
    desk: Open, broken: Broken, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    its = desk()
    async with its.app.run_test(size=(160, 40)) as pilot:
        screen = await its.opened(pilot)
        before = screen.session.adjudication

        def stale(*_: Any) -> None:
            raise StaleRevisionError("it was changed")

        monkeypatch.setattr(its.app.store(), "commit", stale)
        broken(its.app, "layer", after=after)
        await pilot.press("1")
        await its.until(pilot, lambda: "not done: somebody else was faster, and it cannot be shown" in its.status())
        assert screen.session.adjudication is before  # all of it is taken over, or nothing
        await pilot.press("down", "n", "p")
        assert its.app.is_running


async def test_a_reason_that_cannot_be_kept_stays_typed(desk: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        await its.opened(pilot)
        await pilot.press("1", "semicolon")
        await its.until(pilot, lambda: isinstance(its.app.screen, AskReason))
        await its.until(pilot, lambda: isinstance(its.app.focused, ArabicInput))
        with monkeypatch.context() as patched:

            def stale(*_: Any) -> None:
                raise StaleRevisionError("it was changed")

            patched.setattr(its.app.store(), "commit", stale)
            await pilot.press("ب", "enter")
            await its.until(pilot, lambda: "✗ not done: somebody else was faster" in its.text())
        assert its.app.screen.query_one(ArabicInput).value == "ب"
        await pilot.press("enter")
        await its.until(pilot, lambda: its.app.screen is its.screen)
        assert "the note is kept" in its.status()


async def test_the_program_speaks_where_it_is_seen(desk: Open) -> None:
    its = desk("omar", "annotator", start="annotate")
    async with its.app.run_test(size=(120, 40)) as pilot:
        await pilot.press("f2")
        await its.until(pilot, lambda: isinstance(its.app.screen, DocumentsScreen))
        await its.until(pilot, lambda: its.app.screen.query_one(Rows).count)
        its.app.run_command("app.adjudicate")
        await its.until(pilot, lambda: "✗ only reviewers and managers adjudicate" in its.text())
        assert isinstance(its.app.screen, DocumentsScreen)
        ground = its.app.screen_stack[0]
        assert isinstance(ground, AnnotateScreen)
        assert ground._message[0] == ""


async def test_without_colours_it_is_said_on_the_screen_on_top(desk: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        await its.opened(pilot)
        await pilot.press("f9")
        await its.until(pilot, lambda: "$NO_COLOR is set" in its.status())
        await pilot.press("1", "r")
        await its.until(pilot, lambda: isinstance(its.app.screen, AskReason))
        await pilot.press("f9")  # over the dialog, it is said below it
        await its.until(pilot, lambda: "$NO_COLOR is set" in its.text())
