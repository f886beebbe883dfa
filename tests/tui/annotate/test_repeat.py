"""The last edit again somewhere else; and where the next annotation is after an edit."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from annotator.model.annotations import (
    Annotations,
    Chain,
    Entity,
    Event,
    Fragment,
    Note,
    Relation,
    attribute,
    fragments_of,
    quoted,
)
from annotator.tui.app import AnnotatorApp
from annotator.tui.commands import BY_ID
from annotator.tui.keys import MOVES
from annotator.tui.screens.annotate import AnnotateScreen
from annotator.tui.screens.prompt import Prompt
from annotator.tui.widgets.arabic_input import ArabicInput

MakeApp = Callable[..., AnnotatorApp]
SIZE = (120, 40)
TEXT = "قصف الجيش مدينة حلب أمس وقتل أحمد في حلب"
AGAIN = BY_ID["annotate.repeat"].keys[0]


def screen_of(app: AnnotatorApp) -> AnnotateScreen:
    screen = app.screen_stack[0]
    assert isinstance(screen, AnnotateScreen)
    return screen


def layer(app: AnnotatorApp) -> Annotations:
    session = screen_of(app).session
    assert session is not None
    return session.annotations


def spans(app: AnnotatorApp) -> list[tuple[str, str]]:
    """Words and type of every entity and event, in the order of the text."""
    found: list[Entity | Event] = [*layer(app).entities, *layer(app).events]
    found.sort(key=lambda item: item.fragments)
    return [(quoted(TEXT, item.fragments), item.type) for item in found]


def on(app: AnnotatorApp, words: str) -> Entity | Event:
    """The annotation on the first of WORDS."""
    at = TEXT.index(words)
    here = Fragment(at, at + len(words))
    found = next(item for item in layer(app).values() if here in getattr(item, "fragments", ()))
    assert isinstance(found, Entity | Event)
    return found


def said(app: AnnotatorApp) -> tuple[str, bool]:
    """The status line's message, and whether it is a refusal."""
    text, kind = screen_of(app)._message
    return text, kind == "bad"


def go(app: AnnotatorApp, words: str) -> None:
    screen_of(app).pane.go_to(TEXT.index(words))


async def press_hint(app: AnnotatorApp, pilot: Pilot[None], words: str) -> None:
    """Choose the letter that stands on WORDS."""
    mode = screen_of(app)._mode
    assert mode is not None
    at = TEXT.index(words)
    await pilot.press(next(hint.keys for hint in mode.hints if hint.at == at))


async def fill(app: AnnotatorApp, pilot: Pilot[None], role: str, words: str) -> None:
    """Link WORDS to the event under the caret as its ROLE."""
    event = layer(app)[screen_of(app).pane.state.current]
    assert isinstance(event, Event)
    kind = app.schema.event[event.type].role(role)
    assert kind is not None
    await pilot.press("e", kind.hotkey)
    await press_hint(app, pilot, words)
    await pilot.press("escape")


def fillers(app: AnnotatorApp, trigger: str) -> list[tuple[str, str]]:
    event = on(app, trigger)
    assert isinstance(event, Event)
    found = []
    for argument in event.arguments:
        filler = layer(app)[argument.target]
        assert isinstance(filler, Entity | Event)
        found.append((argument.role, quoted(TEXT, filler.fragments)))
    return found


def test_its_keys_are_free(make_app: MakeApp) -> None:
    app = make_app(("d", TEXT))
    keys = set(BY_ID["annotate.repeat"].keys)
    beside = [command for command in BY_ID.values() if command.scope in {"annotate", "app"}]
    others = {key for command in beside if command.id != "annotate.repeat" for key in command.keys}
    assert not keys & others
    assert not keys & set(MOVES)
    assert not {"'", '"'} & set(app.schema.by_hotkey)


async def test_nothing_to_do_again(make_app: MakeApp) -> None:
    app = make_app(("d", TEXT))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(AGAIN)
        assert said(app)[1]
        assert spans(app) == []


async def test_a_label_for_words_and_selections(make_app: MakeApp) -> None:
    app = make_app(("d", TEXT))
    async with app.run_test(size=SIZE) as pilot:
        go(app, "حلب")
        await pilot.press("g")
        go(app, "أحمد")
        await pilot.press(AGAIN)
        assert spans(app) == [("حلب", "GPE"), ("أحمد", "GPE")]
        screen_of(app).pane.select(TEXT.index("الجيش"), TEXT.index("حلب") + 3)
        await pilot.press(AGAIN)
        assert ("الجيش مدينة حلب", "GPE") in spans(app)
        await pilot.press("u")
        assert spans(app) == [("حلب", "GPE"), ("أحمد", "GPE")]
        await pilot.press("u", "u", AGAIN)  # undo takes away what was made, not what is remembered
        assert [kind for _, kind in spans(app)] == ["GPE"]


async def test_a_trigger_and_a_second_label_on_the_same_words(make_app: MakeApp) -> None:
    app = make_app(("d", TEXT))
    async with app.run_test(size=SIZE) as pilot:
        go(app, "قصف")
        await pilot.press("B")
        go(app, "وقتل")
        await pilot.press(AGAIN)
        assert spans(app) == [("قصف", "Bombard"), ("وقتل", "Bombard")]
        go(app, "حلب")
        await pilot.press("g", "alt+l")
        go(app, "أحمد")
        await pilot.press("p", "u", "p", "alt+l", "u", AGAIN)
        assert ("أحمد", "LOC") in spans(app)
        assert ("أحمد", "PERS") in spans(app)


async def test_a_relabel_is_for_annotations_of_its_kind(make_app: MakeApp) -> None:
    app = make_app(("d", TEXT))
    async with app.run_test(size=SIZE) as pilot:
        for words, key in (("قصف", "B"), ("الجيش", "o"), ("حلب", "l"), ("أحمد", "l")):
            go(app, words)
            await pilot.press(key)
        go(app, "حلب")
        await pilot.press("g")
        go(app, "أحمد")
        await pilot.press(AGAIN)
        assert spans(app) == [("قصف", "Bombard"), ("الجيش", "ORG"), ("حلب", "GPE"), ("أحمد", "GPE")]
        await pilot.press(AGAIN)
        assert said(app) == ("relabel as GPE: أحمد is GPE already", True)
        go(app, "قصف")
        await pilot.press(AGAIN)
        assert said(app) == ("relabel as GPE: Bombard is an event", True)
        go(app, "أمس")
        await pilot.press(AGAIN)
        assert said(app)[1]
        await pilot.press("u")
        assert ("أحمد", "LOC") in spans(app)


async def test_tab_and_relabel_go_through_the_text(make_app: MakeApp) -> None:
    app = make_app(("d", TEXT))
    async with app.run_test(size=SIZE) as pilot:
        for words in ("الجيش", "حلب", "أحمد"):
            go(app, words)
            await pilot.press("o")
        await pilot.press("ctrl+home", "tab", "a", "tab", AGAIN, "tab", AGAIN)
        assert [kind for _, kind in spans(app)] == ["ARMED"] * 3


@pytest.mark.parametrize("edit", ["a", "right_square_bracket", "right_parenthesis"])
async def test_the_next_annotation_after_an_edit_is_another_one(make_app: MakeApp, edit: str) -> None:
    app = make_app(("d", TEXT))
    async with app.run_test(size=SIZE) as pilot:
        for words in ("الجيش", "حلب", "أحمد"):
            go(app, words)
            await pilot.press("o")
        pane = screen_of(app).pane
        first, third = (on(app, words).id for words in ("الجيش", "أحمد"))
        go(app, "حلب")
        await pilot.press(edit, "tab")
        assert pane.state.current == third
        go(app, "حلب")
        await pilot.press("g" if edit == "a" else edit, "shift+tab")
        assert pane.state.current == first
        go(app, "حلب")
        await pilot.press("g" if edit != "a" else "f", "right", "left", "tab")  # the caret has been elsewhere
        assert TEXT.index("حلب") == pane.state.caret


async def test_the_value_of_an_attribute_not_the_next_one(make_app: MakeApp) -> None:
    app = make_app(("d", TEXT))
    async with app.run_test(size=SIZE) as pilot:
        for words, key in (("قصف", "B"), ("حلب", "g"), ("أحمد", "p")):
            go(app, words)
            await pilot.press(key)
        go(app, "حلب")
        await pilot.press("b")
        mode = screen_of(app)._mode
        assert mode is not None
        key = next(choice.key for choice in mode.choices if choice.title.startswith("level="))
        await pilot.press(key, key, "escape")
        assert attribute(on(app, "حلب"), "level") == "PRO"
        go(app, "أحمد")
        await pilot.press(AGAIN)
        assert attribute(on(app, "أحمد"), "level") == "PRO"
        await pilot.press(AGAIN)
        assert said(app) == ("level=PRO: أحمد is that already", True)
        go(app, "قصف")
        await pilot.press(AGAIN)
        assert said(app) == ("level=PRO: Bombard has no such attribute", True)
        await pilot.press("u")
        assert attribute(on(app, "أحمد"), "level") is None


async def test_a_flag_is_put_not_turned(make_app: MakeApp) -> None:
    app = make_app(("d", TEXT))
    async with app.run_test(size=SIZE) as pilot:
        for words in ("الجيش", "حلب", "أحمد"):
            go(app, words)
            await pilot.press("o")
        go(app, "حلب")
        await pilot.press("exclamation_mark")
        go(app, "أحمد")
        await pilot.press(AGAIN)
        assert len(layer(app).of(Note)) == 2
        await pilot.press(AGAIN)
        assert said(app) == ("flag: أحمد is flagged already", True)
        await pilot.press("exclamation_mark")
        go(app, "الجيش")
        await pilot.press(AGAIN)
        assert said(app) == ("no flag: الجيش has none", True)
        go(app, "حلب")
        await pilot.press(AGAIN)
        assert layer(app).of(Note) == []
        await pilot.press("u")
        assert len(layer(app).of(Note)) == 1


async def test_identifiers_for_another_mention_or_its_chain(make_app: MakeApp) -> None:
    app = make_app(("d", TEXT))
    async with app.run_test(size=SIZE) as pilot:
        for words in ("الجيش", "مدينة", "حلب", "أحمد"):
            go(app, words)
            await pilot.press("o")
        base = app.schema.knowledge_bases[0]
        assert base.prefix == "Q"
        go(app, "حلب")
        await pilot.press("number_sign")
        await pilot.pause()
        assert isinstance(app.screen, Prompt)
        await pilot.press(*"Q:Q41183", "enter")
        await pilot.pause()
        go(app, "أحمد")
        await pilot.press(AGAIN)
        assert getattr(on(app, "أحمد"), "identifiers", ()) == ("Q:Q41183",)
        await pilot.press(AGAIN)
        assert said(app) == ("link to Q:Q41183: أحمد is that already", True)
        go(app, "قصف")
        await pilot.press("B", "u", "u")  # the label is remembered now
        go(app, "أحمد")
        assert getattr(on(app, "أحمد"), "identifiers", ()) == ()
        go(app, "مدينة")
        await pilot.press("equals_sign")
        await press_hint(app, pilot, "الجيش")
        await pilot.press("escape")
        go(app, "أحمد")
        await pilot.press("number_sign")
        await pilot.pause()
        await pilot.press(*"Q:Q1 +", "enter")
        await pilot.pause()
        go(app, "مدينة")
        await pilot.press(AGAIN)
        assert len(layer(app).of(Chain)) == 1
        assert [entity.identifiers for entity in layer(app).entities].count(("Q:Q1",)) == 3
        await pilot.press("u")
        assert [entity.identifiers for entity in layer(app).entities].count(("Q:Q1",)) == 1


async def test_identifiers_are_for_entities(make_app: MakeApp) -> None:
    app = make_app(("d", TEXT))
    async with app.run_test(size=SIZE) as pilot:
        go(app, "قصف")
        await pilot.press("B")
        go(app, "حلب")
        await pilot.press("g", "number_sign")
        await pilot.pause()
        await pilot.press(*"Q:Q41183", "enter")
        await pilot.pause()
        go(app, "قصف")
        await pilot.press(AGAIN)
        assert said(app) == ("link to Q:Q41183: only entities have identifiers", True)


async def test_another_filler_of_the_same_role(make_app: MakeApp) -> None:
    app = make_app(("d", TEXT))
    async with app.run_test(size=SIZE) as pilot:
        for words, key in (("قصف", "B"), ("حلب", "g"), ("مدينة", "g"), ("أحمد", "p"), ("أمس", "d")):
            go(app, words)
            await pilot.press(key)
        go(app, "قصف")
        await fill(app, pilot, "Place", "حلب")
        go(app, "مدينة")
        await pilot.press(AGAIN)
        role = app.schema.event["Bombard"].role("Place")
        assert role is not None
        assert role.multiple
        assert sorted(fillers(app, "قصف")) == [("Place", "حلب"), ("Place", "مدينة")]
        await pilot.press(AGAIN)
        assert said(app) == ("Place of قصف: مدينة fills it already", True)
        go(app, "أمس")
        await pilot.press(AGAIN)
        assert said(app) == ("Place of قصف: DATE cannot fill it", True)
        go(app, "في")
        await pilot.press(AGAIN)
        assert said(app) == ("Place of قصف: there is no annotation here; label it first", True)
        await pilot.press("u")
        assert fillers(app, "قصف") == [("Place", "حلب")]
        screen_of(app).pane.select(TEXT.index("مدينة"), TEXT.index("مدينة") + len("مدينة"))
        await pilot.press(AGAIN)
        assert sorted(fillers(app, "قصف")) == [("Place", "حلب"), ("Place", "مدينة")]
        go(app, "قصف")
        await pilot.press("delete")
        go(app, "حلب")
        await pilot.press(AGAIN)
        assert said(app) == ("Place of قصف: this event is not in the document any more", True)


async def test_another_event_asks_what_fills_its_role(make_app: MakeApp) -> None:
    app = make_app(("d", TEXT))
    async with app.run_test(size=SIZE) as pilot:
        for words, key in (("قصف", "B"), ("حلب", "g"), ("وقتل", "D"), ("أحمد", "p")):
            go(app, words)
            await pilot.press(key)
        go(app, "قصف")
        await fill(app, pilot, "Place", "حلب")
        go(app, "وقتل")
        await pilot.press(AGAIN)
        await press_hint(app, pilot, "حلب")
        await pilot.press("escape")
        assert fillers(app, "وقتل") == [("Place", "حلب")]
        go(app, "وقتل")
        await fill(app, pilot, "Victim", "أحمد")
        go(app, "قصف")
        await pilot.press(AGAIN)
        if app.schema.event["Bombard"].role("Victim") is None:
            assert said(app) == ("Victim of وقتل: Bombard has no such role", True)


async def test_a_word_becomes_a_filler_of_the_same_type(make_app: MakeApp) -> None:
    app = make_app(("d", TEXT))
    async with app.run_test(size=SIZE) as pilot:
        go(app, "قصف")
        await pilot.press("B")
        kind = app.schema.event["Bombard"].role("Place")
        assert kind is not None
        await pilot.press("e", kind.hotkey, "asterisk")
        await press_hint(app, pilot, "حلب")
        await pilot.press("g", "escape")
        go(app, "مدينة")
        await pilot.press(AGAIN)
        assert spans(app) == [("قصف", "Bombard"), ("مدينة", "GPE"), ("حلب", "GPE")]
        assert sorted(fillers(app, "قصف")) == [("Place", "حلب"), ("Place", "مدينة")]
        await pilot.press("u")
        assert spans(app) == [("قصف", "Bombard"), ("حلب", "GPE")]
        go(app, "قصف")
        await pilot.press("delete")
        go(app, "مدينة")
        await pilot.press(AGAIN)
        assert said(app) == ("Place of قصف: this event is not in the document any more", True)


async def test_it_is_remembered_across_documents(make_app: MakeApp) -> None:
    app = make_app(("a", TEXT), ("b", TEXT), document="a")
    async with app.run_test(size=SIZE) as pilot:
        go(app, "حلب")
        await pilot.press("g", "f8")
        session = screen_of(app).session
        for _ in range(100):
            await pilot.pause(0.02)
            if screen_of(app).session is not session:
                break
        go(app, "أحمد")
        await pilot.press(AGAIN)
        assert spans(app) == [("أحمد", "GPE")]


async def test_a_relation_to_the_same_other_end(make_app: MakeApp) -> None:
    app = make_app(("d", TEXT))
    async with app.run_test(size=SIZE) as pilot:
        for words, key in (("الجيش", "a"), ("حلب", "g"), ("مدينة", "o")):
            go(app, words)
            await pilot.press(key)
        kind = next(kind for kind in app.schema.relations if {"ARMED", "ORG"} <= {*kind.source} and not kind.symmetric)
        assert "GPE" in kind.target
        go(app, "الجيش")
        await pilot.press("i")
        mode = screen_of(app)._mode
        assert mode is not None
        await pilot.press(next(choice.key for choice in mode.choices if choice.title.startswith(kind.name)))
        await press_hint(app, pilot, "حلب")
        go(app, "مدينة")
        await pilot.press(AGAIN)
        found = [item for item in layer(app).values() if isinstance(item, Relation)]
        assert {(item.type, item.source, item.target) for item in found} == {
            (kind.name, on(app, "الجيش").id, on(app, "حلب").id),
            (kind.name, on(app, "مدينة").id, on(app, "حلب").id),
        }
        assert "undoes" in said(app)[0]
        await pilot.press(AGAIN)
        assert said(app) == (f"{kind.name} → حلب: مدينة has it already", True)
        await pilot.press("u")
        assert len(list(layer(app).of(Relation))) == 1
        go(app, "حلب")
        await pilot.press(AGAIN)
        assert said(app) == (f"{kind.name} → حلب: that is the other end itself", True)
        await pilot.press("delete")
        go(app, "مدينة")
        await pilot.press(AGAIN)
        assert said(app)[1]


async def test_a_mention_joins_the_same_chain(make_app: MakeApp) -> None:
    app = make_app(("d", TEXT))
    async with app.run_test(size=SIZE) as pilot:
        for words in ("مدينة", "حلب", "أحمد", "الجيش"):
            go(app, words)
            await pilot.press("g")
        go(app, "أمس")
        await pilot.press("B")
        go(app, "مدينة")
        await pilot.press("equals_sign")
        await press_hint(app, pilot, "حلب")
        await pilot.press("escape")
        go(app, "أحمد")
        await pilot.press(AGAIN)
        (chain,) = layer(app).of(Chain)
        assert isinstance(chain, Chain)
        assert chain.members == tuple(on(app, words).id for words in ("مدينة", "حلب", "أحمد"))
        await pilot.press(AGAIN)
        assert said(app) == ("the same as مدينة: أحمد is in the chain already", True)
        await pilot.press("u")
        (chain,) = layer(app).of(Chain)
        assert isinstance(chain, Chain)
        assert len(chain.members) == 2
        go(app, "أمس")
        await pilot.press(AGAIN)
        assert said(app)[1]
        assert len(list(layer(app).of(Chain))) == 1


async def test_a_note_with_the_same_text(make_app: MakeApp) -> None:
    app = make_app(("d", TEXT))
    async with app.run_test(size=SIZE) as pilot:
        go(app, "الجيش")
        await write(pilot, "semicolon", "شك")
        go(app, "حلب")
        await pilot.press(AGAIN)
        assert notes(app) == [("الجيش", "شك"), ("حلب", "شك")]
        await pilot.press(AGAIN)
        assert said(app) == ("note شك: it has this note already", True)
        go(app, "أحمد")
        await pilot.press("p", "left", "right")
        await write(pilot, "semicolon", "x")
        await pilot.press("u", "u", "u")
        assert notes(app) == [("الجيش", "شك")]


async def test_the_same_set_of_arguments(make_app: MakeApp) -> None:
    app = make_app(("d", TEXT))
    async with app.run_test(size=SIZE) as pilot:
        for words, key in (("قصف", "B"), ("وقتل", "B"), ("في", "B"), ("أمس", "D"), ("الجيش", "a"), ("حلب", "g")):
            go(app, words)
            await pilot.press(key)
        go(app, "قصف")
        roles = app.schema.event["Bombard"].roles
        first = next(role for role in roles if "ARMED" in role.fillers)
        second = next(role for role in roles if "GPE" in role.fillers and role is not first)
        await fill(app, pilot, first.name, "الجيش")
        await fill(app, pilot, second.name, "حلب")
        go(app, "وقتل")
        await pilot.press("ampersand")
        await press_hint(app, pilot, "قصف")
        go(app, "في")
        await pilot.press(AGAIN)
        assert fillers(app, "في") == fillers(app, "قصف") == [(first.name, "الجيش"), (second.name, "حلب")]
        await pilot.press(AGAIN)
        assert said(app) == ("as in قصف: في has all of it already", True)
        await pilot.press("u")
        assert fillers(app, "في") == []
        go(app, "أمس")
        await pilot.press(AGAIN)
        assert said(app) == ("as in قصف: Die is no Bombard", True)


# -- notes -----------------------------------------------------------------------------------------------------------


def notes(app: AnnotatorApp) -> list[tuple[str, str]]:
    """What each note is on, and its text."""
    found = []
    for note in layer(app).values():
        if isinstance(note, Note):
            target = layer(app).get(note.target)
            found.append((quoted(TEXT, note.fragments or (fragments_of(target) if target else ())), note.text))
    return sorted(found, key=lambda pair: (TEXT.find(pair[0]), pair[1]))


async def prompt(pilot: Pilot[None], key: str) -> Prompt:
    await pilot.press(key)
    for _ in range(400):
        if isinstance(pilot.app.focused, ArabicInput):
            break
        await pilot.pause(0.01)
    assert isinstance(pilot.app.screen, Prompt)
    return pilot.app.screen


async def write(pilot: Pilot[None], key: str, text: str) -> None:
    """Open the field for a note with KEY, write TEXT instead of what is there, and keep it."""
    screen = await prompt(pilot, key)
    screen.query_one(ArabicInput).value = text
    await pilot.press("enter")
    for _ in range(400):
        if not isinstance(pilot.app.screen, Prompt):
            break
        await pilot.pause(0.01)
    await pilot.pause()


async def test_a_note_on_a_word_is_changed_where_there_is_one(make_app: MakeApp) -> None:
    app = make_app(("d", TEXT))
    async with app.run_test(size=SIZE) as pilot:
        go(app, "حلب")
        await write(pilot, "semicolon", "شك")
        await write(pilot, "semicolon", "يقين")
        assert notes(app) == [("حلب", "يقين")]
        screen = await prompt(pilot, "semicolon")
        assert screen.heading == "Note on حلب · Alt+; writes another one"
        await pilot.press("escape")
        await write(pilot, "alt+semicolon", "ثان")
        assert notes(app) == [("حلب", "ثان"), ("حلب", "يقين")]
        screen = await prompt(pilot, "semicolon")
        assert screen.heading.startswith("Note 1 of 2 on حلب")
        await pilot.press("escape")
        await write(pilot, "semicolon", "")
        assert len(notes(app)) == 1
        assert said(app)[0].startswith("note deleted")


async def test_a_note_around_the_caret_is_changed_but_a_selection_gets_its_own(make_app: MakeApp) -> None:
    app = make_app(("d", TEXT))
    async with app.run_test(size=SIZE) as pilot:
        first, last = TEXT.index("الجيش"), TEXT.index("حلب") + 3
        screen_of(app).pane.select(first, last)
        await write(pilot, "semicolon", "شك")
        go(app, "مدينة")
        await write(pilot, "semicolon", "يقين")
        assert notes(app) == [("الجيش مدينة حلب", "يقين")]
        screen_of(app).pane.select(TEXT.index("مدينة"), last)
        await write(pilot, "semicolon", "آخر")
        assert notes(app) == [("الجيش مدينة حلب", "يقين"), ("مدينة حلب", "آخر")]
        go(app, "حلب")
        await write(pilot, "semicolon", "أقرب")  # the tighter one
        assert ("مدينة حلب", "أقرب") in notes(app)
        go(app, "أحمد")
        await write(pilot, "semicolon", "جديد")
        assert ("أحمد", "جديد") in notes(app)


async def test_a_cleared_note_keeps_its_flag(make_app: MakeApp) -> None:
    app = make_app(("d", TEXT))
    async with app.run_test(size=SIZE) as pilot:
        go(app, "حلب")
        await pilot.press("g", "exclamation_mark")
        await write(pilot, "semicolon", "شك")
        await write(pilot, "semicolon", "")
        (note,) = layer(app).of(Note)
        assert isinstance(note, Note)
        assert (note.text, note.flagged) == ("", True)
