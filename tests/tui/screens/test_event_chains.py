"""Coreference of events through the screen: a chain of triggers made, grown, merged, split, jumped through, undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from annotator.model.annotations import Argument, Chain, Entity, Event, Fragment, fragments_of, quoted
from annotator.model.checks import check_layer
from annotator.tui.widgets.text_pane import TextPane

Make = Callable[..., Any]
SIZE = (120, 30)
TEXT = "قصف الجيش حلب ثم تجدد القصف فجرا وأدت الغارات إلى مقتل أحمد وكان الهجوم عنيفا"
TRIGGERS = {"قصف": "Bombard", "القصف": "Bombard", "الغارات": "Bombard", "مقتل": "Die", "الهجوم": "Attack"}


def at(words: str) -> Fragment:
    start = TEXT.index(f" {words} ") + 1 if not TEXT.startswith(words) else 0
    return Fragment(start, start + len(words))


def items() -> list[Any]:
    victim = Entity("ahmad", "PERS", (at("أحمد"),))
    events = [
        Event(words, kind, (at(words),), (Argument("Victim", "ahmad"),) if kind == "Die" else ())
        for words, kind in TRIGGERS.items()
    ]
    return [victim, *events]


def chains(app: Any) -> list[tuple[str, ...]]:
    """The members of every chain; events have their triggers as ids here."""
    return [chain.members for chain in app.layer.of(Chain)]


async def press_on(app: Any, pilot: Any, words: str) -> None:
    """Press the letters that stand on the trigger WORDS."""
    mode = app.ground._mode
    assert mode is not None
    hint = next(hint for hint in mode.hints if hint.thing == words)
    await pilot.press(*hint.keys)


async def go_to(app: Any, pilot: Any, words: str) -> None:
    """Put the caret on WORDS, as a click on the row of the list would."""
    await pilot.press("escape", "ctrl+home")
    for _ in range(20):
        if app.ground.pane.state.current == words:
            return
        await pilot.press("tab")
    raise AssertionError(words)


async def chained(app: Any, pilot: Any, first: str, *others: str) -> None:
    await go_to(app, pilot, first)
    await pilot.press("equals_sign")
    for words in others:
        await press_on(app, pilot, words)
    await pilot.press("escape")


def healthy(app: Any) -> bool:
    errors = [p for p in check_layer(TEXT, app.schema, app.layer) if p.severity == "error"]
    return not errors


async def test_made_and_grown_in_text_order(program: Make) -> None:
    app = program({"d": TEXT}, {"d": items()})
    async with app.run_test(size=SIZE) as pilot:
        await chained(app, pilot, "الغارات", "قصف")
        assert chains(app) == [("قصف", "الغارات")]
        await chained(app, pilot, "الغارات", "القصف", "الهجوم")  # of another type: the schema does not mind
        assert chains(app) == [("قصف", "القصف", "الغارات", "الهجوم")]
        assert healthy(app)


async def test_only_events_are_offered_for_an_event(program: Make) -> None:
    app = program({"d": TEXT}, {"d": items()})
    async with app.run_test(size=SIZE) as pilot:
        await go_to(app, pilot, "قصف")
        await pilot.press("equals_sign")
        offered = {hint.thing for hint in app.ground._mode.hints}
        assert offered == set(TRIGGERS) - {"قصف"}
        assert "1 in its chain" in app.ground._mode.title
        await pilot.press("escape")
        await go_to(app, pilot, "ahmad")
        await pilot.press("equals_sign")
        assert not app.ground._mode.hints


async def test_two_chains_become_one_and_undo_parts_them(program: Make) -> None:
    app = program({"d": TEXT}, {"d": items()})
    async with app.run_test(size=SIZE) as pilot:
        await chained(app, pilot, "قصف", "القصف")
        await chained(app, pilot, "الغارات", "الهجوم")
        assert sorted(chains(app)) == sorted([("قصف", "القصف"), ("الغارات", "الهجوم")])
        before = app.layer
        await chained(app, pilot, "القصف", "الهجوم")
        assert chains(app) == [("قصف", "القصف", "الغارات", "الهجوم")]
        await pilot.press("u")
        assert app.layer == before
        await pilot.press("U")
        assert chains(app) == [("قصف", "القصف", "الغارات", "الهجوم")]
        assert healthy(app)


async def test_split(program: Make) -> None:
    app = program({"d": TEXT}, {"d": items()})
    async with app.run_test(size=SIZE) as pilot:
        await chained(app, pilot, "قصف", "القصف", "الغارات", "الهجوم")
        await chained(app, pilot, "قصف", "الغارات", "الهجوم")  # again takes them out
        assert chains(app) == [("قصف", "القصف")]
        await chained(app, pilot, "الغارات", "الهجوم")
        assert sorted(chains(app)) == sorted([("قصف", "القصف"), ("الغارات", "الهجوم")])
        await chained(app, pilot, "قصف", "القصف")
        assert chains(app) == [("الغارات", "الهجوم")]  # one event alone is no chain


async def test_jump_round_the_chain(program: Make) -> None:
    app = program({"d": TEXT}, {"d": items()})
    async with app.run_test(size=SIZE) as pilot:
        await go_to(app, pilot, "مقتل")
        await pilot.press("plus")
        await app.until(lambda: "it is in no chain" in app.text())
        await chained(app, pilot, "الغارات", "قصف", "الهجوم")
        await go_to(app, pilot, "قصف")
        pane = app.ground.query_one(TextPane)
        seen = []
        for _ in range(3):
            await pilot.press("plus")
            seen.append((pane.state.current, TEXT[slice(*pane.state.selection)]))
        assert seen == [("الغارات", "الغارات"), ("الهجوم", "الهجوم"), ("قصف", "قصف")]
        await app.until(lambda: "1 of 3 in the chain" in app.text())


async def test_by_clicks(program: Make) -> None:
    app = program({"d": TEXT}, {"d": items()})
    async with app.run_test(size=SIZE) as pilot:
        await go_to(app, pilot, "قصف")
        await pilot.press("equals_sign")
        pane = app.ground.query_one(TextPane)
        viewport = pane._viewport
        line = viewport.view(viewport.rows[0].id).line
        pad = pane.size.width - 1 - line.width
        await pilot.click(TextPane, offset=(pad + line.column_of(at("القصف").start + 1), 0))
        assert chains(app) == [("قصف", "القصف")]
        await pilot.press("escape")


async def test_deleting_and_relabelling_members(program: Make) -> None:
    app = program({"d": TEXT}, {"d": items()})
    async with app.run_test(size=SIZE) as pilot:
        await chained(app, pilot, "قصف", "القصف", "مقتل")
        await go_to(app, pilot, "القصف")
        await pilot.press("A")  # another type, the same event
        assert app.layer["القصف"].type == "Attack"
        assert chains(app) == [("قصف", "القصف", "مقتل")]
        await go_to(app, pilot, "مقتل")
        await pilot.press("x")
        assert chains(app) == [("قصف", "القصف")]
        await go_to(app, pilot, "القصف")
        await pilot.press("x")
        assert chains(app) == []
        await pilot.press("u", "u")
        assert chains(app) == [("قصف", "القصف", "مقتل")]
        assert healthy(app)


async def test_a_chain_is_stored(program: Make) -> None:
    app = program({"d": TEXT}, {"d": items()})
    async with app.run_test(size=SIZE) as pilot:
        await chained(app, pilot, "قصف", "القصف")
        app.ground.session.reload()
        (chain,) = app.layer.of(Chain)
        assert chain.provenance.agent == "sara"
        assert [quoted(TEXT, fragments_of(app.layer[member])) for member in chain.members] == ["قصف", "القصف"]
