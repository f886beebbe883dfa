"""Laws of the store, with random edits of two people in two documents against a model in memory."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from annotator.errors import OperationError, StaleRevisionError
from annotator.model.annotations import Annotations, Entity, Fragment, Note, Relation, references
from annotator.model.documents import Document
from annotator.model.operations import Add, Batch, Edit, Operation, Relabel, Remove, Resize, apply, plan
from annotator.store import open_store
from annotator.workflow.ports import LayerEdit, LayerKey, Store

PEOPLE = ("amal", "badr")
LAYERS = tuple(LayerKey(document, layer) for document in ("one", "two") for layer in ("gold", "amal"))
TEXT = "abcdefghij " * 9

people = st.sampled_from(PEOPLE)
keys = st.sampled_from(LAYERS)
names = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)


class Choice(NamedTuple):
    """A random wish; what it means depends on the annotations there are."""

    what: str
    one: int
    two: int
    text: str


choices = st.builds(
    Choice,
    st.sampled_from(["add", "add", "add", "relate", "note", "remove", "relabel", "resize", "batch"]),
    st.integers(0, 50),
    st.integers(0, 50),
    names,
)


def operation(annotations: Annotations, choice: Choice, fresh: Callable[[], str]) -> Operation:
    """What CHOICE means for ANNOTATIONS; adding something where there is nothing to change."""
    entities = annotations.entities
    start = choice.one
    new = Add(Entity(fresh(), "PERS", (Fragment(start, start + 1 + choice.two % 9),), (("n", choice.text),)))
    if not entities:
        return new
    one, two = entities[choice.one % len(entities)], entities[choice.two % len(entities)]
    everything = list(annotations)
    meanings: dict[str, Operation] = {
        "add": new,
        "relate": Add(Relation(fresh(), "IN", one.id, two.id)) if one != two else new,
        "note": Add(Note(fresh(), choice.text, target=one.id)),
        "remove": Remove((everything[choice.two % len(everything)],)),
        "relabel": Relabel(one.id, choice.text),
        "resize": Resize(one.id, (Fragment(start, start + 2), Fragment(60, 61))),
        "batch": Batch("Batch", (new, Relabel(one.id, "LOC"), Remove((two.id,)))),
    }
    return meanings[choice.what]


class Done(NamedTuple):
    name: str
    edits: tuple[tuple[LayerKey, Edit], ...]


def new_store(url: str | Path) -> Store:
    store = open_store(url, create=True)
    store.add_documents([Document.of(TEXT, id="one"), Document.of(TEXT[1:], id="two")], "2026")
    return store


class StoreMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.url = self.empty_database()
        self.store = new_store(self.url)
        self.layers = dict.fromkeys(LAYERS, Annotations())
        self.revisions = dict.fromkeys(LAYERS, 0)
        self.done: dict[str, list[Done]] = {who: [] for who in PEOPLE}
        self.undone: dict[str, list[Done]] = {who: [] for who in PEOPLE}
        self.ids = 0

    def empty_database(self) -> str:
        return str(Path(self.folder.name, "corpus.db"))

    def teardown(self) -> None:
        assert self.store.problems() == []
        self.store.close()
        self.folder.cleanup()

    def fresh(self) -> str:
        self.ids += 1
        return f"e{self.ids}"

    @rule(who=people, key=keys, choice=choices)
    def edit(self, who: str, key: LayerKey, choice: Choice) -> None:
        self.commit(who, [key], [plan(self.layers[key], operation(self.layers[key], choice, self.fresh))])

    @rule(who=people, wishes=st.lists(choices, min_size=4, max_size=4))
    def edit_everywhere(self, who: str, wishes: list[Choice]) -> None:
        edits = [
            plan(self.layers[key], operation(self.layers[key], choice, self.fresh))
            for key, choice in zip(LAYERS, wishes, strict=True)
        ]
        self.commit(who, LAYERS, edits)

    def commit(self, who: str, layers: Sequence[LayerKey], edits: list[Edit]) -> None:
        changes = [LayerEdit(key, self.revisions[key], edit) for key, edit in zip(layers, edits, strict=True)]
        entry = self.store.commit(who, "2026", changes)
        assert entry.edits == tuple(changes)
        for key, edit in zip(layers, edits, strict=True):
            self.layers[key] = apply(self.layers[key], edit)
            self.revisions[key] += 1
        self.undone[who].clear()
        self.done[who].append(Done(edits[0].name, tuple(zip(layers, edits, strict=True))))

    @rule(who=people, key=keys, off=st.sampled_from([-1, 1]))
    def stale(self, who: str, key: LayerKey, off: int) -> None:
        edit = Edit("Add", plan(Annotations(), Add(Entity("stale", "PERS", (Fragment(0, 1),)))).replacements)
        with pytest.raises(StaleRevisionError):
            self.store.commit(who, "2026", [LayerEdit(key, self.revisions[key] + off, edit)])

    @precondition(lambda self: any(self.done.values()))
    @rule(who=people)
    def undo(self, who: str) -> None:
        self.travel(self.store.undo, who, self.done[who], self.undone[who], forward=False)

    @precondition(lambda self: any(self.undone.values()))
    @rule(who=people)
    def redo(self, who: str) -> None:
        self.travel(self.store.redo, who, self.undone[who], self.done[who], forward=True)

    def travel(
        self, method: Callable[[str, str], object], who: str, here: list[Done], there: list[Done], *, forward: bool
    ) -> None:
        if not here:
            assert method(who, "2026") is None
            return
        edits = here[-1].edits if forward else tuple((key, edit.inverse()) for key, edit in reversed(here[-1].edits))
        try:
            after = {key: whole(apply(self.layers[key], edit)) for key, edit in edits}
        except OperationError:
            with pytest.raises(StaleRevisionError):
                method(who, "2026")
            return
        assert method(who, "2026") is not None
        self.layers |= after
        for key in after:
            self.revisions[key] += 1
        there.append(here.pop())

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.store = open_store(self.url)

    @invariant()
    def shows_the_model(self) -> None:
        for key in LAYERS:
            layer = self.store.layer(key)
            assert layer.revision == self.revisions[key]
            assert layer.annotations == self.layers[key]
            assert list(layer.annotations) == list(self.layers[key])
        for who in PEOPLE:
            names = tuple(line[-1].name if line else "" for line in (self.done[who], self.undone[who]))
            assert self.store.can_undo(who) == names
        noted = {layer.key: layer for document in self.store.documents() for layer in document.layers}
        for key, summary in noted.items():
            entities = len(self.layers[key].entities)
            assert (summary.revision, summary.entities) == (self.revisions[key], entities)
            assert summary.entities + summary.events + summary.others == len(self.layers[key])


def whole(annotations: Annotations) -> Annotations:
    """ANNOTATIONS, unless something in them refers to nothing."""
    for item in annotations.values():
        if any(target not in annotations for target in references(item)):
            raise OperationError("it refers to nothing")
    return annotations


StoreMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestStoreMachine = StoreMachine.TestCase


def test_a_server_keeps_the_laws(emptied: Callable[[], str]) -> None:
    class ServerMachine(StoreMachine):
        def empty_database(self) -> str:
            return emptied()

    few = settings(max_examples=8, stateful_step_count=15, deadline=None)
    run_state_machine_as_test(ServerMachine, settings=few)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(keys, choices), max_size=15), st.data())
def test_as_many_undos_as_edits_give_back_the_first_state(
    wishes: list[tuple[LayerKey, Choice]], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = new_store(Path(folder, "corpus.db"))
        ids = iter(range(1000))
        states = [{key: store.layer(key).annotations for key in LAYERS}]
        for key, choice in wishes:
            layer = store.layer(key)
            edit = plan(layer.annotations, operation(layer.annotations, choice, lambda: f"e{next(ids)}"))
            store.commit("amal", "2026", [LayerEdit(key, layer.revision, edit)])
            states.append({key: store.layer(key).annotations for key in LAYERS})
        at = len(wishes)
        for back in (*data.draw(st.lists(st.booleans(), max_size=10)), *[True] * 25, *[False] * 25):
            entry = store.undo("amal", "2026") if back else store.redo("amal", "2026")
            expected = max(at - 1, 0) if back else min(at + 1, len(wishes))
            assert (entry is None) == (expected == at)
            at = expected
            assert {key: store.layer(key).annotations for key in LAYERS} == states[at]
        assert store.problems() == []
        store.close()
