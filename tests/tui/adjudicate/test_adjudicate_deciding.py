"""What is decided on the adjudicate screen, and taken back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from annotator.model.annotations import Chain, DocumentLabel
from annotator.tui.screens.adjudicate_dialogs import AskReason, Choose
from annotator.tui.screens.adjudicate_rules import AskRule
from annotator.tui.screens.dialogs import Confirm
from annotator.tui.screens.help import HelpScreen
from annotator.tui.widgets.buttons import Buttons
from annotator.tui.widgets.rows import Rows
from annotator.workflow.ports import GOLD, LayerKey

Open = Callable[..., Any]


async def test_a_digit_takes_a_version_and_the_next_one_comes(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        await its.opened(pilot)
        await pilot.press("2")
        assert ("ORG", "وزارة") in its.gold()
        assert its.kind == "role"
        assert "boundary: ORG وزارة" in its.status()
        assert "u undoes" in its.status()
        assert "10 of 11 open" in its.text()
        await pilot.press("9")
        assert "no version 9" in its.status()


async def test_messages_name_a_persons_own_keys(desk: Open) -> None:
    its = desk()
    its.app.user_keys = {"adjudicate.undo": ("ctrl+e",), "adjudicate.next-open": ()}
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        await pilot.press("2")
        await its.until(pilot, lambda: "boundary: ORG وزارة · Ctrl+E undoes" in its.status())
        await pilot.press("a")
        await its.until(pilot, lambda: isinstance(its.app.screen, Choose))
        await pilot.press("3")
        await its.until(pilot, lambda: isinstance(its.app.screen, Confirm))
        await pilot.press("enter")
        await its.until(pilot, lambda: not screen.session.adjudication.open)
        await its.until(pilot, lambda: its.status().endswith("Ctrl+E undoes · everything is decided"))


async def test_enter_takes_the_version_that_is_looked_at(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        assert screen.pane._exact == [(6, 18)]
        await pilot.press("down")
        assert screen.pane._exact == [(6, 11)]
        assert its.gold() == its.gold() - {("ORG", "وزارة")}  # looking decides nothing
        await pilot.press("down", "up", "space", "enter")
        assert ("ORG", "وزارة الدفاع") in its.gold() or ("ORG", "وزارة") in its.gold()


async def test_nothing_is_a_decision(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        await its.go_to(pilot, "missing")
        key = screen.item.key
        await pilot.press("0")
        assert screen.session.adjudication.decisions[key].outcome == ()
        await its.go_to(pilot, "attribute")
        key = screen.item.key
        await pilot.press("0")
        assert screen.session.adjudication.decisions[key].outcome is None


async def test_undo_redo_and_take_back(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        await its.opened(pilot)
        await pilot.press("2", "u")
        await its.until(pilot, lambda: "undone" in its.status())
        assert ("ORG", "وزارة") not in its.gold()
        assert its.kind == "boundary"
        await pilot.press("U")
        await its.until(pilot, lambda: "done again" in its.status())
        assert ("ORG", "وزارة") in its.gold()
        await pilot.press("o")
        assert ("ORG", "وزارة") not in its.gold()
        assert "11 of 11" in its.text()
        await pilot.press("o")
        assert "not decided" in its.status()


async def test_a_reason_and_a_note(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        await pilot.press("r")
        await pilot.pause()
        assert "decide first" in its.status()
        await pilot.press("2", "home", "r")
        await its.until(pilot, lambda: isinstance(its.app.screen, AskReason))
        await pilot.press("tab", *"abc", "tab", "3")
        await its.until(pilot, lambda: its.app.screen is screen)
        decision = screen.session.adjudication.decisions[screen.item.key]
        assert (decision.reason, decision.note) == ("gap", "abc")
        assert "the guidelines do not say" in its.text()
        await pilot.press("r")
        await its.until(pilot, lambda: isinstance(its.app.screen, AskReason))
        await pilot.press("tab", *"d", "enter")
        await its.until(pilot, lambda: its.app.screen is screen)
        assert screen.session.adjudication.decisions[screen.item.key].note == "abcd"


async def test_the_reason_after_a_decision_is_of_that_decision(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        first = screen.item.key
        about = screen.item_row(screen.item, 80)[-1][0]
        await pilot.press("1", "r")  # the screen has gone on to the next open item
        await its.until(pilot, lambda: isinstance(its.app.screen, AskReason))
        assert about in its.text()  # which of the two is asked about
        await pilot.press("1")
        await its.until(pilot, lambda: its.app.screen is screen)
        decisions = screen.session.adjudication.decisions
        assert screen.item.key != first
        assert {key: one.reason for key, one in decisions.items()} == {first: "slip"}
        await pilot.press("u", "u")
        await its.until(pilot, lambda: not screen.session.adjudication.decisions)
        await pilot.press("n", "r")
        await its.until(pilot, lambda: "decide first" in its.status())


async def test_an_item_that_a_rule_leaves_open_stays_the_current_one(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        await pilot.press("n", "m")
        here = screen.item.key
        await its.until(pilot, lambda: isinstance(its.app.screen, AskRule))
        await pilot.press("right")
        await its.until(pilot, lambda: "decides nothing" in its.text())
        await pilot.press("enter")
        await its.until(pilot, lambda: "nothing to decide by that" in its.status())
        assert screen.item.key == here


async def test_all_of_one_annotator(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        await pilot.press("2", "a")
        await its.until(pilot, lambda: isinstance(its.app.screen, Choose))
        assert "open of 11" in its.text()
        await pilot.press("3")  # sara
        await its.until(pilot, lambda: isinstance(its.app.screen, Confirm))
        assert "sara has a say in 10 open items" in its.text()
        await pilot.press("enter")
        await its.until(pilot, lambda: not screen.session.adjudication.open)
        await its.until(pilot, lambda: not screen.busy)
        assert ("ORG", "وزارة") in its.gold()  # what was decided stays
        assert ("PERS", "اللواء") in its.gold()
        assert "✓ done" in its.text()
        assert "n opens the next document" in its.status()
        await pilot.press("u")
        await its.until(pilot, lambda: len(screen.session.adjudication.open) == 10)


async def test_merging_by_a_rule(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        await pilot.press("m")
        await its.until(pilot, lambda: isinstance(its.app.screen, AskRule))
        await its.until(pilot, lambda: "decides 11 items" in its.text())
        assert "leaves nothing open" in its.text()
        await pilot.press("right")
        await its.until(pilot, lambda: "decides nothing" in its.text())
        await pilot.press("left", "down", "right", "right")  # ali weighs 2
        assert its.app.screen.rule.weights == {"ali": 2.0}
        await pilot.press("up")
        await its.until(pilot, lambda: "decides 11" not in its.text())
        await pilot.press("down", "left", "left")
        await its.until(pilot, lambda: "decides 11 items" in its.text())
        await pilot.press("enter")
        await its.until(pilot, lambda: "merged by at least 2" in its.status())
        assert not screen.session.adjudication.open
        assert ("ORG", "وزارة الدفاع") in its.gold()
        assert ("GPE", "روسيا") in its.gold()
        await pilot.press("u")
        await its.until(pilot, lambda: len(screen.session.adjudication.open) == 11)


async def test_everything_by_hand(desk: Open) -> None:
    """One key an item, from the first to the last; gold then holds one of each."""
    its = desk()
    async with its.app.run_test(size=(80, 24)) as pilot:
        screen = await its.opened(pilot)
        for _ in range(11):
            await pilot.press("1")
        assert not screen.session.adjudication.open
        assert "✓ done" in its.text()
        items = list(screen.session.annotations.values())
        assert any(isinstance(item, Chain) for item in items)
        assert [item.value for item in items if isinstance(item, DocumentLabel)] == ["news"]
        store = its.app.store()
        assert store.layer(LayerKey("made", GOLD)).annotations == screen.session.annotations
        assert store.adjudications()["made"].done


async def test_a_note_needs_no_reason(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(80, 24)) as pilot:
        screen = await its.opened(pilot)
        await pilot.press("k", "2", "r")
        await its.until(pilot, lambda: isinstance(its.app.screen, AskReason))
        assert "no reason" in its.text()
        await pilot.press("tab", *"ab", "enter")
        await its.until(pilot, lambda: "the note is kept" in its.status())
        decision = screen.session.adjudication.decisions[screen.item.key]
        assert (decision.reason, decision.note) == ("", "ab")
        await pilot.press("semicolon")
        await its.until(pilot, lambda: isinstance(its.app.screen, AskReason))
        await pilot.press("c", "tab", "1")
        await its.until(pilot, lambda: "the reason and the note are kept" in its.status())
        await pilot.press("r")
        await its.until(pilot, lambda: isinstance(its.app.screen, AskReason))
        await pilot.press("0")
        await its.until(pilot, lambda: "the note is kept" in its.status())
        decision = screen.session.adjudication.decisions[screen.item.key]
        assert (decision.reason, decision.note) == ("", "abc")


async def test_keys_wait_for_an_undo_in_their_order(desk: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        await pilot.press("1", "1", "1")
        gate, store = threading.Event(), its.app.store()
        undo = store.undo

        def slow(*arguments: Any) -> Any:
            assert threading.current_thread() is not threading.main_thread()
            gate.wait(20)
            return undo(*arguments)

        monkeypatch.setattr(store, "undo", slow)
        await pilot.press("u", "u", "N", "k", "2", "U")
        await its.until(pilot, lambda: "undoing" in its.status())
        assert len(screen.session.adjudication.decisions) == 3
        assert len(screen._held) == 5
        await pilot.press("f1")  # the help is behind the keys before it
        assert its.app.screen is screen
        gate.set()
        await its.until(pilot, lambda: isinstance(its.app.screen, HelpScreen))
        await pilot.press("escape")
        decided = [item.key in screen.session.adjudication.decisions for item in screen.ledger.items]
        assert decided[:4] == [True, False, True, False]  # two undone, one further on decided
        assert not screen._held
        assert not screen.busy


async def test_what_a_key_opens_gets_the_keys_behind_it(desk: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        await pilot.press("1", "1")
        gate, store = threading.Event(), its.app.store()
        undo = store.undo
        monkeypatch.setattr(store, "undo", lambda *arguments: gate.wait(20) and undo(*arguments))
        await pilot.press("u", "a", "3")  # all of sara
        gate.set()
        await its.until(pilot, lambda: isinstance(its.app.screen, Confirm))
        await pilot.press("enter")
        await its.until(pilot, lambda: not screen.session.adjudication.open)
        assert [decision.names for decision in screen.session.adjudication.decisions.values()][-1] == ("sara",)


async def test_undo_of_much_and_nothing_left_to_undo(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        await pilot.press("m", "enter")
        await its.until(pilot, lambda: "merged" in its.status())
        await pilot.press("u")
        await its.until(pilot, lambda: "undone: Merge" in its.status())
        assert len(screen.session.adjudication.open) == 11
        assert screen.ledger.next_open(-1, 1) == 0
        await pilot.press("u")
        await its.until(pilot, lambda: "undone: Begin" in its.status())
        assert not screen.session.begun
        await pilot.press("u")
        await its.until(pilot, lambda: "nothing to undo" in its.status())
        await pilot.press("U", "U")
        await its.until(pilot, lambda: "done again: Merge" in its.status())
        assert not screen.session.adjudication.open


async def test_the_dialog_of_rules_by_mouse(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(100, 30)) as pilot:
        await its.opened(pilot)
        await pilot.press("m")
        await its.until(pilot, lambda: "decides 11 items" in its.text())
        rows = its.app.screen.query_one(Rows)
        await pilot.click(rows, offset=(rows.size.width - 3, 0))
        await its.until(pilot, lambda: "3 of 3" in its.text())
        await pilot.click(rows, offset=(rows.size.width - 2 - len("◂ 3 of 3 "), 0))
        await its.until(pilot, lambda: "2 of 3" in its.text())
        await pilot.click(rows, offset=(3, 0))
        assert its.app.screen.rule.least == 2
        await pilot.click(Buttons, offset=(18, 0))
        await its.until(pilot, lambda: its.app.screen is its.screen)
