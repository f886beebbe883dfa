"""The adjudicate screen by its keys and the mouse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from annotator.adjudication.gold import UNANIMOUS
from annotator.adjudication.items import KINDS
from annotator.model.annotations import Chain, DocumentLabel, Entity, Event, quoted
from annotator.model.operations import Edit, Replacement
from annotator.tui.screens.adjudicate import AdjudicateScreen
from annotator.tui.screens.adjudicate_dialogs import AskReason, AskRule, Choose
from annotator.tui.screens.adjudicate_queue import QueueScreen
from annotator.tui.screens.annotate import AnnotateScreen
from annotator.tui.screens.dialogs import Confirm
from annotator.tui.screens.documents import DocumentsScreen
from annotator.tui.screens.help import HelpScreen
from annotator.tui.widgets.rows import Rows
from annotator.workflow.adjudication_queue import claim
from annotator.workflow.ports import GOLD, LayerEdit, LayerKey, Person

Open = Callable[..., Any]
SIZES = [(80, 24), (120, 40), (160, 50)]
OTHER = "زار أحمد دمشق.\n"


def gold(screen: AdjudicateScreen) -> set[tuple[str, str]]:
    """The spans in gold: types and words."""
    session = screen.session
    assert session is not None
    spans = (item for item in session.annotations.values() if isinstance(item, Entity | Event))
    return {(item.type, quoted(session.document.text, item.fragments)) for item in spans}


def listed(its: Any) -> bool:
    """Whether the documents screen has its documents."""
    screen = its.app.screen
    return isinstance(screen, DocumentsScreen) and screen.query_one(Rows).count > 0


def other_layers() -> dict[str, list[Any]]:
    from annotator.model.annotations import make_fragments

    return {
        "ali": [Entity("e1", "PERS", make_fragments([(4, 8)]))],
        "badr": [Entity("e1", "OCC", make_fragments([(4, 8)]))],
    }


@pytest.mark.parametrize("size", SIZES)
async def test_every_kind_is_named_and_shown(desk: Open, size: tuple[int, int]) -> None:
    its = desk()
    async with its.app.run_test(size=size) as pilot:
        screen = await its.opened(pilot)
        assert {item.kind for item in screen.ledger.items} == set(KINDS)
        for kind in KINDS:
            await its.go_to(pilot, kind)
            assert kind in its.text()
            assert "agreement 67%" in its.text()


async def test_what_all_agree_on_is_gold_already(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        assert ("ARMED", "الجيش") in gold(screen)
        assert all(item.provenance.tool == UNANIMOUS for item in screen.session.annotations.values())
        assert "11 of 11 open" in its.text()


async def test_a_digit_takes_a_version_and_the_next_one_comes(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        await pilot.press("2")
        assert ("ORG", "وزارة") in gold(screen)
        assert its.kind == "role"
        assert "boundary: ORG وزارة" in its.status()
        assert "u undoes" in its.status()
        assert "10 of 11 open" in its.text()
        await pilot.press("9")
        assert "no version 9" in its.status()


async def test_enter_takes_the_version_that_is_looked_at(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        assert screen.pane._exact == [(6, 18)]
        await pilot.press("down")
        assert screen.pane._exact == [(6, 11)]
        assert gold(screen) == gold(screen) - {("ORG", "وزارة")}  # looking decides nothing
        await pilot.press("down", "up", "space", "enter")
        assert ("ORG", "وزارة الدفاع") in gold(screen) or ("ORG", "وزارة") in gold(screen)


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


async def test_moving(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        places = []
        for key in ("N", "N", "P", "left", "right", "end", "N", "home", "P", "n", "p", "p", "n"):
            await pilot.press(key)
            places.append(screen._place)
        assert places == [1, 2, 1, 2, 1, 10, 10, 0, 0, 1, 0, 10, 0]
        await pilot.press("pagedown", "pageup")


async def test_next_skips_what_is_decided(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        await pilot.press("k")
        assert "stay" in its.status()
        await pilot.press("1")
        assert screen._place == 0
        await pilot.press("k", "N", "1", "home", "n")
        assert its.kind == "filler"


async def test_undo_redo_and_take_back(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        await pilot.press("2", "u")
        assert ("ORG", "وزارة") not in gold(screen)
        assert its.kind == "boundary"
        assert "undone" in its.status()
        await pilot.press("U")
        assert ("ORG", "وزارة") in gold(screen)
        await pilot.press("o")
        assert ("ORG", "وزارة") not in gold(screen)
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
        assert ("ORG", "وزارة") in gold(screen)  # what was decided stays
        assert ("PERS", "اللواء") in gold(screen)
        assert "✓ done" in its.text()
        assert "n opens the next document" in its.status()
        await pilot.press("u")
        assert len(screen.session.adjudication.open) == 10


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
        assert ("ORG", "وزارة الدفاع") in gold(screen)
        assert ("GPE", "روسيا") in gold(screen)
        await pilot.press("u")
        assert len(screen.session.adjudication.open) == 11


async def test_editing_by_the_keys_of_annotating(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        await pilot.press("e")
        assert screen.editing
        assert ("ORG", "وزارة الدفاع") in gold(screen)  # taken first
        await pilot.press("left_square_bracket")
        assert ("ORG", "وزارة") in gold(screen)
        await pilot.press("M")
        assert ("ORG", "وزارة") in gold(screen)
        await pilot.press("f1")
        await its.until(pilot, lambda: isinstance(its.app.screen, HelpScreen))
        await pilot.press("escape")
        await pilot.press("escape")
        assert not screen.editing
        assert its.kind == "role"
        assert "gold is as you made it" in its.status()
        await pilot.press("2")  # a version again, no label
        assert its.kind == "filler"


async def test_editing_relabels_selects_and_deletes(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        await its.go_to(pilot, "label")
        await pilot.press("e", "r")
        assert ("NORP", "اللواء") in gold(screen)
        await pilot.press("x", "escape")
        assert not {pair for pair in gold(screen) if pair[1] == "اللواء"}
        await its.go_to(pilot, "missing")
        await pilot.press("E", "escape", "m")
        assert not screen.editing or ("MEDIA", "وكالة سانا") not in gold(screen)


async def test_editing_an_open_item_without_taking(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        await its.go_to(pilot, "missing")
        await pilot.press("E")
        assert screen.pane.state.selection == (screen.item.start, screen.item.end)
        await pilot.press("o")  # the label ORG
        assert ("ORG", "وكالة سانا") in gold(screen)
        await pilot.press("escape")
        assert not screen.editing


async def test_editing_parts_opens_their_modes(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(160, 50)) as pilot:
        screen = await its.opened(pilot)
        for kind, words in (("filler", "which role?"), ("attribute", "next value"), ("chain", "the same as?")):
            await its.go_to(pilot, kind)
            await pilot.press("e")
            assert words in its.text()
            await pilot.press("escape", "escape")
            assert not screen.editing
            await pilot.press("escape")  # one too many
            assert "once more" in its.status()


async def test_undo_while_editing(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        await pilot.press("e", "left_square_bracket", "u")
        assert ("ORG", "وزارة الدفاع") in gold(screen)
        await pilot.press("escape")
        assert not screen.editing


async def test_names_or_letters(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        assert "badr, sara" in its.text()
        await pilot.press("i")
        before = its.text()
        assert "badr" not in before
        assert "sara" not in before
        await pilot.press("N", "P")
        orders = set()
        for place in range(9):
            screen.show_item(place)
            orders.add(tuple(screen._make_card(screen.session, screen.item).__self__.who(n) for n in ("ali", "badr")))
        assert len(orders) > 1  # shuffled anew for each item
        screen.show_item(0)
        await pilot.press("i")
        assert "badr, sara" in its.text()


async def test_filters(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)

        async def choose(title: str) -> None:
            await pilot.press("f")
            await its.until(pilot, lambda: isinstance(its.app.screen, Choose))
            rows = its.app.screen._rows
            its.app.screen.dismiss(next(n for n, row in enumerate(rows) if row.title == title))
            await its.until(pilot, lambda: its.app.screen is screen)
            await pilot.pause()

        await choose("boundary")
        assert [item.kind for item in screen.ledger.shown] == ["boundary"]
        assert "filtered" in its.text()
        await choose("boundary")
        assert len(screen.ledger.shown) == 11
        await choose("ali")
        assert all(item.kind != "label" for item in screen.ledger.shown)
        await choose("everything")
        await choose("MEDIA")
        assert [item.kind for item in screen.ledger.shown] == ["missing"]
        await choose("everything")
        await pilot.press("home", "1")
        await choose("only what is open")
        assert len(screen.ledger.shown) == 10
        await pilot.press("1")
        assert len(screen.ledger.shown) == 10  # nothing vanishes under one's fingers
        await choose("everything")
        await choose("at most 67%")
        assert len(screen.ledger.shown) == 11


async def test_the_list_and_the_panel(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        await pilot.press("tab", "down", "down")
        assert its.kind == "filler"
        await pilot.press("2", "enter")
        assert its.app.focused is screen.pane
        await pilot.press("f6")
        assert not screen.has_class("list")
        await pilot.press("tab")
        assert its.app.focused is screen.pane
        await pilot.press("f6", "tab", "f6")
        assert its.app.focused is screen.pane


async def test_the_mouse(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        await pilot.click("Versions", offset=(5, 5))
        assert screen._version == 1
        assert len(screen.session.adjudication.open) == 11
        await pilot.click("Versions", offset=(5, 5), times=2)
        assert ("ORG", "وزارة") in gold(screen)
        await pilot.click("#items", offset=(8, 3))
        assert its.kind == "label"
        await pilot.click("#items", offset=(8, 4), times=2)
        assert its.kind == "attribute"
        assert its.app.focused is screen.pane
        pane = screen.pane
        column = pane.size.width - 3 - "أعلنت وزارة".index("ز")
        await pilot.click(pane, offset=(column, 0))
        assert its.kind == "boundary"
        await pilot.click(pane, offset=(column, 0), times=2)
        assert pane.state.selection is None
        await pilot.click(pane, offset=(3, 20))
        assert its.kind == "boundary"
        await pilot.click("HintBar", offset=(10, 0))
        assert its.kind == "role"


async def test_comments_of_annotators(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        assert "! ali" in its.text()
        assert screen.ledger.has_notes
        await pilot.press("N")
        assert "! ali" not in its.text()


async def test_the_queue_leads_to_the_next_document(desk: Open) -> None:
    its = desk(extra={"second": (OTHER, other_layers())}, document=None)
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot, "second")  # its agreement is lower
        assert its.kind == "label"
        await pilot.press("1")
        assert "✓ done" in its.text()
        await pilot.press("n")
        await its.opened(pilot, "made")
        await pilot.press("w")
        await its.until(pilot, lambda: isinstance(its.app.screen, QueueScreen) and its.app.screen._loaded)
        assert "✓ done" in its.text()
        assert "1 document" in its.text()
        await pilot.press("r", "down", "enter")
        await its.opened(pilot, "second")
        assert screen.session.key.document == "second"
        await pilot.press("w")
        await its.until(pilot, lambda: isinstance(its.app.screen, QueueScreen) and its.app.screen._loaded)
        await pilot.press("escape")
        await its.until(pilot, lambda: its.app.screen is screen)
        await pilot.press("f8")
        await its.opened(pilot, "made")
        await pilot.press("f8")
        await its.until(pilot, lambda: "nothing is open in any other" in its.status())


async def test_undo_follows_to_another_document(desk: Open) -> None:
    its = desk(extra={"second": (OTHER, other_layers())}, document=None)
    async with its.app.run_test(size=(120, 40)) as pilot:
        await its.opened(pilot, "second")
        await pilot.press("1", "n")
        screen = await its.opened(pilot, "made")
        await pilot.press("u")  # beginning the second adjudication is a step too
        await pilot.press("u")
        await its.opened(pilot, "second")
        assert len(screen.session.adjudication.open) == 1


async def test_documents(desk: Open) -> None:
    its = desk(extra={"second": (OTHER, other_layers())})
    async with its.app.run_test(size=(120, 40)) as pilot:
        await its.opened(pilot, "made")
        await pilot.press("f2")
        await its.until(pilot, lambda: listed(its))
        its.app.screen.dismiss("second")
        await its.opened(pilot, "second")
        await pilot.press("f2")
        await its.until(pilot, lambda: listed(its))
        await pilot.press("escape")
        await its.until(pilot, lambda: its.app.screen is its.screen)


async def test_nothing_submitted(desk: Open) -> None:
    its = desk(extra={"empty": ("نص", {})}, document="empty")
    async with its.app.run_test(size=(80, 24)) as pilot:
        await its.until(pilot, lambda: its.app.screen_stack[1:] and "nobody has submitted" in its.status())
        await pilot.press("1", "e", "a", "m", "o", "r", "0", "u", "l", "f", "N", "n")
        await its.opened(pilot, "made")


async def test_another_reviewers_document_is_read_only(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        await its.opened(pilot)
        await pilot.press("1")
    store = its.app.launch.open_store().inner
    store.put_person(Person("omar", "reviewer"), "2026-01-01T00:00:00.000Z")
    claim(store, "made", "omar")
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        assert "read only: omar" in its.text()
        before = len(screen.session.adjudication.open)
        for key in ("1", "0", "e", "E", "o", "r", "a", "m"):
            await pilot.press(key)
            await pilot.pause()
            assert "read only: omar adjudicates this document, until" in its.status()
        assert len(screen.session.adjudication.open) == before


async def test_the_claim_is_taken_and_given_up(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        store = its.app.store()
        assert [held.who for held in store.claims()] == ["rima"]
        screen._claimed_at = -1000.0
        await pilot.press("1")
        assert screen._claimed_at > 0
        await pilot.press("escape")
        await its.until(pilot, lambda: not store.claims())
        assert isinstance(its.app.screen, AnnotateScreen)


async def test_late_edits(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        await pilot.press("2", "l")
        await its.until(pilot, lambda: "nobody has changed" in its.status())
        inner = its.app.store().inner
        key = LayerKey("made", "ali")
        inner.set_layer_state(key, "reopened", "boss", "2026-01-02T00:00:00.000Z")
        layer = inner.layer(key)
        gone = layer.annotations["sana"]
        edit = Edit("Remove", (Replacement(gone, None),))
        inner.commit("ali", "2026-01-02T00:00:00.000Z", [LayerEdit(key, layer.revision, edit)])
        inner.set_layer_state(key, "submitted", "ali", "2026-01-02T00:00:00.000Z")
        screen._touched = -1000.0
        screen.look_late()
        await its.until(pilot, lambda: screen.late)
        assert "late edits: ali (l)" in its.text()
        await pilot.press("l")
        await its.until(pilot, lambda: isinstance(its.app.screen, Confirm))
        assert "ali: 0 new, 0 changed, 1 gone" in its.text()
        await pilot.press("enter")
        await its.until(pilot, lambda: "taken in" in its.status())
        assert len(screen.ledger.items) == 10
        assert ("ORG", "وزارة") in gold(screen)
        assert not screen.late


async def test_somebody_else_was_faster(desk: Open) -> None:
    from annotator.workflow.adjudication import open_adjudication

    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        inner = its.app.store().inner
        other = open_adjudication(lambda: inner, its.app.schema, "made", "boss")
        other.take(other.adjudication.items()[1], ())
        await pilot.press("2")
        assert "somebody else was faster" in its.status()
        assert len(screen.session.adjudication.open) == 10
        await pilot.press("home", "2")
        assert ("ORG", "وزارة") in gold(screen)


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


@pytest.mark.parametrize("role", ["annotator", "reviewer", "manager"])
async def test_who_may(desk: Open, role: str) -> None:
    its = desk(who="nur", role=role, start="annotate")
    async with its.app.run_test(size=(120, 40)) as pilot:
        await its.until(pilot, lambda: its.app.screen.session is not None)
        await pilot.press("shift+f2")
        if role == "annotator":
            await pilot.pause()
            assert "only reviewers" in its.app.screen._message[0]
        else:
            await its.opened(pilot, "made")
            await pilot.press("escape")
            await its.until(pilot, lambda: isinstance(its.app.screen, AnnotateScreen))


async def test_from_the_documents_screen(desk: Open) -> None:
    its = desk(extra={"second": (OTHER, other_layers())}, start="annotate")
    async with its.app.run_test(size=(120, 40)) as pilot:
        await its.until(pilot, lambda: its.app.screen.session is not None)
        await pilot.press("f2")
        await its.until(pilot, lambda: listed(its))
        wanted = its.app.screen.here()
        await pilot.press("shift+f2")
        await its.opened(pilot, wanted)


async def test_the_view(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        for key, words in (
            ("f5", "colour only"),
            ("f10", "harakat"),
            ("f11", "control characters"),
            ("ctrl+l", "between the lines"),
            ("ctrl+t", "Latin"),
        ):
            await pilot.press(key)
            assert words in its.status()
        await pilot.press("f9")
        assert its.app.look.name == "light"
        await pilot.press("f3")
        await its.until(pilot, lambda: its.app.screen is not screen)
        await pilot.press("escape", "f12")
        await its.until(pilot, lambda: its.app.screen is not screen)
        await pilot.press("escape")
        await pilot.resize_terminal(59, 14)
        await pilot.pause()
        assert "please make the window" in its.text()
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert screen.has_class("narrow")


async def test_find_while_editing(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        await pilot.press("E", "slash", *"دمشق", "enter")
        await pilot.press("g")
        assert ("GPE", "دمشق") in gold(screen)
        await pilot.press("escape", "escape")
        assert not screen.editing
