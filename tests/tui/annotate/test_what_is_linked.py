"""Relations, chains and what else is said of an annotation can be seen; an undo says what it took back, and where."""

from __future__ import annotations

from collections.abc import Callable

from textual.pilot import Pilot

from annotator.model.annotations import Relation
from annotator.model.operations import Edit, Replacement
from annotator.tui.widgets.annotation_list import AnnotationList
from annotator.workflow.ports import LayerEdit
from tests.tui.annotate.conftest import Desk

MakeDesk = Callable[..., Desk]
SIZE = (120, 40)


def tree(desk: Desk) -> list[str]:
    """The rows of the list, as they are read."""
    rows = desk.app.screen.query_one(AnnotationList)
    pieces = ("".join(text for text, _ in rows._row_pieces(index, rows.size.width)) for index in range(rows.count))
    return [" ".join(row.split()[:-1]) for row in pieces]  # without the words, which are in visual order


def status(desk: Desk) -> str:
    strip = desk.screen._status._make()
    return "".join(segment.text for segment in strip)


async def labelled(desk: Desk, pilot: Pilot[None]) -> None:
    for words, key in (("الجيش", "a"), ("حلب", "g"), ("أحمد", "p")):
        desk.go(words)
        await pilot.press(key)


def relation(desk: Desk, name: str) -> str:
    """The key of the relation NAME where it is asked for."""
    assert desk.screen._mode is not None
    return next(choice.key for choice in desk.screen._mode.choices if choice.title.startswith(name))


async def relate(desk: Desk, pilot: Pilot[None], source: str, name: str, target: str) -> None:
    desk.go(source)
    await pilot.press("i")
    await pilot.press(relation(desk, name))
    await desk.press_hint(pilot, target)


async def test_a_relation_stands_under_both_ends(make_desk: MakeDesk) -> None:
    desk = make_desk()
    async with desk.app.run_test(size=SIZE) as pilot:
        await labelled(desk, pilot)
        assert tree(desk) == ["ARMED", "GPE", "PERS"]
        await relate(desk, pilot, "أحمد", "MemberOf", "الجيش")
        assert tree(desk) == ["ARMED", "← MemberOf", "GPE", "PERS", "→ MemberOf"]
        await relate(desk, pilot, "أحمد", "LocatedIn", "حلب")
        assert tree(desk)[-2:] == ["→ MemberOf", "→ LocatedIn"]
        await pilot.press("u", "u")
        assert tree(desk) == ["ARMED", "GPE", "PERS"]
        await pilot.press("U")
        assert tree(desk) == ["ARMED", "← MemberOf", "GPE", "PERS", "→ MemberOf"]
        rows = desk.app.screen.query_one(AnnotationList)
        assert rows.span(1).id == desk.on("أحمد").id
        desk.go("الجيش")
        await pilot.press("x")
        assert tree(desk) == ["GPE", "PERS"]


async def test_what_another_program_linked(make_desk: MakeDesk) -> None:
    desk = make_desk()
    async with desk.app.run_test(size=SIZE) as pilot:
        await labelled(desk, pilot)
        session, store = desk.screen.session, desk.app.store()
        assert session is not None
        made = Relation("r", "MemberOf", desk.on("أحمد").id, desk.on("الجيش").id)
        edit = Edit("Add", (Replacement(None, made),))
        store.commit("sara", "2026-01-01T00:00:00.000Z", [LayerEdit(session.key, session.revision, edit)])
        await pilot.press("x")
        assert desk.said[0].startswith("not done: this layer was changed elsewhere")
        assert tree(desk) == ["ARMED", "← MemberOf", "GPE", "PERS", "→ MemberOf"]


async def test_a_chain_stands_under_its_mentions(make_desk: MakeDesk) -> None:
    desk = make_desk(("d", "حلب ثم حلب ثم حلب"))
    async with desk.app.run_test(size=SIZE) as pilot:
        await pilot.press("g", "left", "left", "g", "left", "left", "g", "ctrl+home", "=")
        for at in (7, 14):
            assert desk.screen._mode is not None
            await pilot.press(next(hint.keys for hint in desk.screen._mode.hints if hint.at == at))
        assert desk.screen._mode is not None
        assert len(desk.screen._mode.taken) == 3
        await pilot.press("escape")
        assert tree(desk) == ["GPE", "= 1 of 3", "GPE", "= 2 of 3", "GPE", "= 3 of 3"]
        rows = desk.app.screen.query_one(AnnotationList)
        assert [rows.span(row).start for row in (1, 3, 5)] == [7, 14, 0]


async def test_letters_of_what_is_linked_look_otherwise(make_desk: MakeDesk) -> None:
    desk = make_desk()
    async with desk.app.run_test(size=SIZE) as pilot:
        await labelled(desk, pilot)
        await relate(desk, pilot, "أحمد", "MemberOf", "الجيش")
        await pilot.press("i")
        await pilot.press(relation(desk, "MemberOf"))
        assert [chosen for _, _, chosen in desk.screen.pane._letters] == [True, False]
        styles = {
            segment.text: segment.style
            for strip in desk.screen.pane.render_lines(desk.screen.pane.region.reset_offset)
            for segment in strip
            if segment.style in {desk.app.look.match, desk.app.look.chosen}
        }
        assert set(styles.values()) == {desk.app.look.match, desk.app.look.chosen}
        await desk.press_hint(pilot, "الجيش")
        assert tree(desk) == ["ARMED", "GPE", "PERS"]
        desk.go("قصف")
        await pilot.press("B")
        await desk.fill(pilot, "Attacker", "الجيش")
        kind = desk.app.schema.event["Bombard"].role("Attacker")
        assert kind is not None
        await pilot.press("e", kind.hotkey)
        assert desk.screen._mode is not None
        assert desk.screen._mode.taken == {desk.on("الجيش").id}


async def test_what_is_said_of_the_current_annotation(make_desk: MakeDesk) -> None:
    desk = make_desk()
    async with desk.app.run_test(size=SIZE) as pilot:
        await labelled(desk, pilot)
        await pilot.press("b")
        assert desk.screen._mode is not None
        key = next(choice.key for choice in desk.screen._mode.choices if choice.title.startswith("level"))
        await pilot.press(key, "escape", "!")
        await desk.write(pilot, ";", "انظر")
        await pilot.press("right", "left")
        assert "saved · flagged · level NOM · note: " in status(desk)
        await pilot.press("right")
        assert "flagged" not in status(desk)


async def test_undo_says_what_and_where(make_desk: MakeDesk) -> None:
    desk = make_desk()
    async with desk.app.run_test(size=SIZE) as pilot:
        await labelled(desk, pilot)
        await relate(desk, pilot, "أحمد", "MemberOf", "الجيش")
        desk.go("حلب")
        await desk.write(pilot, ";", "انظر")
        await pilot.press("ctrl+end", "u")
        assert desk.said == ("undone: adding the note: حلب", False)
        assert desk.screen.pane.state.current == desk.on("حلب").id
        await pilot.press("u")
        assert desk.said == ("undone: adding the relation MemberOf: أحمد", False)
        await pilot.press("u")
        assert desk.said == ("undone: adding PERS: أحمد", False)
        await pilot.press("U")
        assert desk.said == ("done again: adding PERS: أحمد", False)
