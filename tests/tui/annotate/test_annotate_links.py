"""Arguments, relations, chains, attributes, notes and fragments, by keys and by clicks."""

from __future__ import annotations

from collections.abc import Callable

from textual.pilot import Pilot

from annotator.model.annotations import Annotations, Chain, Entity, Event, Note, Relation, attribute, quoted
from annotator.tui.app import AnnotatorApp
from annotator.tui.screens.annotate import AnnotateScreen
from annotator.tui.widgets.text_pane import TextPane

MakeApp = Callable[..., AnnotatorApp]
SIZE = (120, 40)
TEXT = "قصف الجيش مدينة حلب أمس وقتل أحمد في حلب"


def screen_of(app: AnnotatorApp) -> AnnotateScreen:
    screen = app.screen_stack[0]
    assert isinstance(screen, AnnotateScreen)
    return screen


def layer(app: AnnotatorApp) -> Annotations:
    session = screen_of(app).session
    assert session is not None
    return session.annotations


def frame(app: AnnotatorApp) -> dict[str, list[str]]:
    """The one event's arguments: words by role."""
    (event,) = layer(app).events
    found: dict[str, list[str]] = {}
    for argument in event.arguments:
        target = layer(app)[argument.target]
        assert isinstance(target, Entity | Event)
        found.setdefault(argument.role, []).append(quoted(TEXT, target.fragments))
    return found


async def labelled(pilot: Pilot[None]) -> None:
    """الجيش ARMED, حلب GPE twice, أمس DATE, أحمد PERS; then back to the start."""
    await pilot.press("left", "a", "left", "left", "g", "left", "d", "left", "left", "p", "left", "left", "g")
    await pilot.press("ctrl+home")


def letter(app: AnnotatorApp, words: str) -> str:
    """The hint that stands on WORDS."""
    mode = screen_of(app)._mode
    assert mode is not None
    for hint in mode.hints:
        if isinstance(hint.thing, str):
            item = layer(app)[hint.thing]
            assert isinstance(item, Entity | Event)
            if quoted(TEXT, item.fragments) == words:
                return hint.keys
        elif TEXT[slice(*hint.thing)] == words:
            return hint.keys
    raise AssertionError(f"no hint on {words}")


def role_key(app: AnnotatorApp, name: str) -> str:
    kind = screen_of(app)._app.schema.event["Bombard"].role(name)
    assert kind is not None
    return kind.hotkey


async def test_an_event_with_three_arguments_takes_eight_keys(make_app: MakeApp) -> None:
    app = make_app(("d", TEXT))
    async with app.run_test(size=SIZE) as pilot:
        await labelled(pilot)
        keys = ["B", "e"]
        await pilot.press(*keys)
        roles = {role.name: role for role in app.schema.event["Bombard"].roles}
        wanted = [
            (name, words) for name, words in (("Attacker", "الجيش"), ("Place", "حلب"), ("Time", "أمس")) if name in roles
        ]
        assert len(wanted) == 3
        for name, words in wanted:
            await pilot.press(role_key(app, name))
            hint = letter(app, words)
            await pilot.press(hint)
            keys += [role_key(app, name), hint]
        assert frame(app) == {name: [words] for name, words in wanted}
        assert len(keys) <= 10
        await pilot.press("escape", "u")
        assert "Time" not in frame(app)


async def test_choosing_it_again_takes_it_away(make_app: MakeApp) -> None:
    app = make_app(("d", TEXT))
    async with app.run_test(size=SIZE) as pilot:
        await labelled(pilot)
        await pilot.press("B", "e", role_key(app, "Place"))
        hint = letter(app, "حلب")
        await pilot.press(hint)
        assert frame(app) == {"Place": ["حلب"]}
        await pilot.press(role_key(app, "Place"), hint)
        assert frame(app) == {}


async def test_a_plain_word_becomes_an_entity_and_a_filler_in_one_go(make_app: MakeApp) -> None:
    app = make_app(("d", TEXT))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("B", "e", role_key(app, "Place"), "asterisk")
        await pilot.press(letter(app, "حلب"), "g", "escape")
        assert frame(app) == {"Place": ["حلب"]}
        assert [entity.type for entity in layer(app).entities] == ["GPE"]
        await pilot.press("u")
        assert frame(app) == {}
        assert layer(app).entities == []


async def test_arguments_are_clicked(make_app: MakeApp) -> None:
    app = make_app(("d", TEXT))
    async with app.run_test(size=SIZE) as pilot:
        await labelled(pilot)
        await pilot.press("B", "e", role_key(app, "Attacker"))
        pane = app.query_one(TextPane)
        viewport = pane._viewport
        assert viewport is not None
        line = viewport.view(viewport.rows[0].id).line
        pad = pane.size.width - 1 - line.width
        await pilot.click(TextPane, offset=(pad + line.column_of(TEXT.index("الجيش") + 1), 0))
        assert frame(app) == {"Attacker": ["الجيش"]}


async def test_a_chain_grows_merges_and_shrinks(make_app: MakeApp) -> None:
    app = make_app(("d", TEXT))
    async with app.run_test(size=SIZE) as pilot:
        await labelled(pilot)
        await pilot.press("left", "left", "left", "equals_sign")
        hint = letter(app, "حلب")
        await pilot.press(hint)
        (chain,) = layer(app).of(Chain)
        assert isinstance(chain, Chain)
        assert len(chain.members) == 2
        await pilot.press(letter(app, "حلب"), "escape")
        assert layer(app).of(Chain) == []
        await pilot.press("u", "plus")
        assert app.query_one(TextPane).state.caret == TEXT.rindex("حلب")


async def test_relations_and_attributes(make_app: MakeApp) -> None:
    app = make_app(("d", TEXT))
    async with app.run_test(size=SIZE) as pilot:
        await labelled(pilot)
        await pilot.press("left", "left", "left", "i")
        mode = screen_of(app)._mode
        assert mode is not None
        part = next(choice for choice in mode.choices if choice.title.startswith("PartOf"))
        await pilot.press(part.key)
        await pilot.press(letter(app, "حلب"))
        (relation,) = layer(app).of(Relation)
        assert isinstance(relation, Relation)
        assert relation.type == "PartOf"
        await pilot.press("ctrl+home", "left", "b")
        mode = screen_of(app)._mode
        assert mode is not None
        await pilot.press(mode.choices[0].key, "escape")
        first = layer(app).entities[0]
        assert attribute(first, "level") == "NOM"


async def test_notes_and_flags(make_app: MakeApp) -> None:
    app = make_app(("d", TEXT))
    async with app.run_test(size=SIZE) as pilot:
        await labelled(pilot)
        await pilot.press("left", "semicolon")
        await pilot.pause()
        await pilot.press(*"شك", "enter")
        await pilot.pause()
        (note,) = layer(app).of(Note)
        assert isinstance(note, Note)
        assert note.text == "شك"
        await pilot.press("exclamation_mark")
        assert [n.flagged for n in layer(app).values() if isinstance(n, Note)] == [True]


async def test_a_fragment_is_added_and_taken_away(make_app: MakeApp) -> None:
    app = make_app(("d", TEXT))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("left", "a", "left", "left", "vertical_line")
        await pilot.press(letter(app, "الجيش"))
        (entity,) = layer(app).entities
        assert quoted(TEXT, entity.fragments) == "الجيش حلب"
        await pilot.press("backslash")
        (entity,) = layer(app).entities
        assert quoted(TEXT, entity.fragments) == "الجيش"
