"""Edits: what each operation does, and the two laws that hold for all of them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.errors import OperationError
from annotator.model.annotations import (
    Annotation,
    Annotations,
    Argument,
    Chain,
    DocumentLabel,
    Entity,
    Event,
    Fragment,
    Note,
    Record,
    Relation,
    make_fragments,
    references,
)
from annotator.model.operations import (
    Add,
    Batch,
    Edit,
    Operation,
    Relabel,
    Remove,
    RemoveArgument,
    Replacement,
    Resize,
    SetArgument,
    SetAttribute,
    SetIdentifiers,
    SetMembers,
    SetNote,
    apply,
    dependants,
    plan,
    with_attribute,
)

IDS = st.sampled_from([f"{letter}{number}" for letter in "abc" for number in range(4)])
NAMES = st.sampled_from(["PERS", "GPE", "Arrive", "level"])
SPANS = st.lists(st.tuples(st.integers(0, 20), st.integers(21, 26)), min_size=1, max_size=2).map(make_fragments)
ARGUMENTS = st.builds(Argument, NAMES, IDS)
VALUES = st.sampled_from(["NAM", True, False])
ANNOTATIONS: st.SearchStrategy[Annotation] = st.one_of(
    st.builds(Entity, IDS, NAMES, SPANS),
    st.builds(Event, IDS, NAMES, SPANS, st.lists(ARGUMENTS, max_size=2, unique=True).map(tuple)),
    st.builds(Relation, IDS, NAMES, IDS, IDS),
    st.builds(Chain, IDS, st.lists(IDS, min_size=2, max_size=4, unique=True).map(tuple)),
    st.builds(Note, IDS, st.text(max_size=3), st.one_of(st.just(""), IDS)),
    st.builds(DocumentLabel, IDS, NAMES, st.just("news")),
    st.builds(Record, IDS, NAMES, st.just("{}")),
)
SIMPLE: st.SearchStrategy[Any] = st.one_of(
    st.builds(Add, ANNOTATIONS),
    st.builds(Add, ANNOTATIONS),  # twice, so that layers grow
    st.builds(Remove, st.lists(IDS, min_size=1, max_size=3).map(tuple)),
    st.builds(Relabel, IDS, NAMES),
    st.builds(Resize, IDS, SPANS),
    st.builds(SetAttribute, IDS, NAMES, st.one_of(st.none(), VALUES)),
    st.builds(SetIdentifiers, IDS, st.lists(st.sampled_from(["Q:Q1", "Q:Q2"]), max_size=3).map(tuple)),
    st.builds(SetArgument, IDS, ARGUMENTS),
    st.builds(RemoveArgument, IDS, ARGUMENTS),
    st.builds(SetMembers, IDS, st.lists(IDS, max_size=3).map(tuple)),
    st.builds(SetNote, IDS, st.text(max_size=3), st.booleans()),
)
OPERATIONS: st.SearchStrategy[Any] = st.one_of(
    SIMPLE, st.builds(Batch, st.just("several"), st.lists(SIMPLE, min_size=1, max_size=3).map(tuple))
)


def dangling(layer: Annotations) -> list[str]:
    return [item.id for item in layer.values() for target in references(item) if target not in layer]


@given(st.lists(OPERATIONS, max_size=25))
def test_as_many_inverse_edits_give_back_the_first_state(operations: list[Operation]) -> None:
    layer = Annotations()
    states, edits = [layer], []
    for operation in operations:
        try:
            edit = plan(layer, operation)
        except OperationError:
            continue
        layer = apply(layer, edit)
        assert not dangling(layer)
        assert all(key == item.id for key, item in layer.items())
        assert edit.changed == (layer != states[-1]) or isinstance(operation, Batch)
        states.append(layer)
        edits.append(edit)
    for edit in reversed(edits):
        assert layer == states.pop()
        layer = apply(layer, edit.inverse())
        assert edit.inverse().inverse() == edit
    assert layer == Annotations()


def test_remove_takes_what_cannot_be_without_it(layer: Annotations) -> None:
    after = apply(layer, plan(layer, Remove(("g",))))
    assert set(layer) - set(after) == {"g", "r", "n", "m"}  # the relation, its note and the note go too
    event = after["a"]
    assert isinstance(event, Event)
    assert event.arguments == (Argument("Agent", "p"),)
    assert after["c"] == layer["c"]


def test_a_chain_of_one_goes(layer: Annotations) -> None:
    assert "c" not in apply(layer, plan(layer, Remove(("o",))))
    assert "c" not in apply(layer, plan(layer, SetMembers("c", ("p", "p"))))


def test_dependants_names_the_consequences_without_the_cause(layer: Annotations) -> None:
    changes = {replacement.id: replacement.after for replacement in dependants(layer, ["a"])}
    assert set(changes) == {"s"}
    said = changes["s"]
    assert isinstance(said, Event)
    assert said.arguments == ()


def test_remove_of_both_ends_and_the_relation_is_one_edit(layer: Annotations) -> None:
    edit = plan(layer, Remove(("r", "g", "o", "r")))
    after = apply(layer, edit)
    assert not dangling(after)
    assert apply(after, edit.inverse()) == layer


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        (Relabel("p", "ORG"), {"type": "ORG"}),
        (Relabel("r", "Near"), {"type": "Near"}),
        (Resize("g", (Fragment(14, 19),)), {"fragments": (Fragment(14, 19),)}),
        (Resize("w", (Fragment(0, 3),)), {"fragments": (Fragment(0, 3),)}),
        (SetAttribute("p", "generic", value=True), {"attributes": (("generic", True), ("level", "NAM"))}),
        (SetAttribute("p", "level", None), {"attributes": ()}),
        (SetIdentifiers("p", ("Q:Q1", "Q:Q1", "Q:Q2")), {"identifiers": ("Q:Q1", "Q:Q2")}),
        (SetArgument("a", Argument("Agent", "o")), {"arguments": "Agent p, Destination g, Agent o"}),
        (SetArgument("a", Argument("Agent", "p")), {"arguments": "Agent p, Destination g"}),
        (RemoveArgument("a", Argument("Agent", "p")), {"arguments": "Destination g"}),
        (SetMembers("c", ("o", "p", "g", "p")), {"members": ("o", "p", "g")}),
        (SetNote("n", "انظر", flagged=True), {"text": "انظر", "flagged": True}),
    ],
)
def test_one_property_changes_and_the_rest_stays(
    layer: Annotations, operation: Any, expected: dict[str, object]
) -> None:
    edit = plan(layer, operation)
    assert edit.name == type(operation).__name__
    before, after = edit.replacements[0].before, apply(layer, edit)[edit.replacements[0].id]
    for name in before.__slots__ if before else ():
        value = getattr(after, name)
        if isinstance(shown := expected.get(name), str) and name == "arguments":
            value = ", ".join(f"{argument.role} {argument.target}" for argument in value)
            assert value == shown
        else:
            assert value == expected.get(name, getattr(before, name))


@pytest.mark.parametrize(
    "operation",
    [
        Add(Entity("p", "PERS", (Fragment(0, 3),))),
        Add(Relation("x", "PartOf", "o", "nowhere")),
        Remove(("nowhere",)),
        Relabel("nowhere", "ORG"),
        Relabel("c", "ORG"),
        Resize("r", (Fragment(0, 3),)),
        SetAttribute("l", "level", "NAM"),
        SetIdentifiers("a", ()),
        SetArgument("p", Argument("Agent", "g")),
        SetArgument("a", Argument("Agent", "nowhere")),
        SetArgument("a", Argument("Agent", "a")),
        RemoveArgument("a", Argument("Agent", "g")),
        SetMembers("p", ("o", "g")),
        SetMembers("c", ("o", "nowhere")),
        SetNote("p", "text"),
        Batch("both", (Remove(("p",)), Relabel("p", "ORG"))),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(layer: Annotations, operation: Operation) -> None:
    with pytest.raises(OperationError) as caught:
        plan(layer, operation)
    assert caught.value.what
    assert caught.value.where


def test_a_batch_is_one_edit_and_may_build_on_itself(layer: Annotations) -> None:
    steps = Batch(
        "label and link",
        (
            Add(Entity("z", "GPE", (Fragment(14, 19),))),
            SetArgument("a", Argument("Destination", "z")),
            Batch("inner", (Relabel("z", "ORG"),)),
        ),
    )
    edit = plan(layer, steps)
    after = apply(layer, edit)
    assert edit.name == "label and link"
    assert after["z"] == Entity("z", "ORG", (Fragment(14, 19),))
    assert apply(after, edit.inverse()) == layer


def test_an_edit_on_something_else_is_refused(layer: Annotations) -> None:
    edit = plan(layer, Relabel("p", "ORG"))
    with pytest.raises(OperationError, match="has changed"):
        apply(apply(layer, edit), edit)
    with pytest.raises(OperationError, match="has changed"):
        apply(Annotations(), edit)


def test_a_replacement_of_nothing_is_refused() -> None:
    with pytest.raises(OperationError):
        apply(Annotations(), Edit("nothing", (Replacement(None, None),)))


def test_attributes_are_sorted_by_name() -> None:
    assert with_attribute((("b", True),), "a", "x") == (("a", "x"), ("b", True))
