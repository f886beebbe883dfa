"""Every rule of `annotator.model.checks`, one broken at a time."""

from __future__ import annotations

import pytest

from annotator.model.annotations import (
    Annotation,
    Annotations,
    Argument,
    Chain,
    DocumentLabel,
    Entity,
    Event,
    Fragment,
    Fragments,
    Note,
    Relation,
)
from annotator.model.checks import Problem, check, check_edit, check_layer, describe
from annotator.model.operations import (
    Add,
    Batch,
    Operation,
    Relabel,
    Remove,
    RemoveArgument,
    Resize,
    SetArgument,
    SetAttribute,
    SetIdentifiers,
    apply,
    plan,
)
from annotator.model.schema import Schema
from annotator.model.span_index import SpanIndex

AT: Fragments = (Fragment(22, 25),)


def test_a_sound_layer_has_no_problem(text: str, schema: Schema, layer: Annotations) -> None:
    assert check_layer(text, schema, layer) == []


@pytest.mark.parametrize(
    ("annotation", "severity", "what"),
    [
        (Entity("x", "PERS", ()), "error", "covers no text"),
        (Entity("x", "PERS", (Fragment(22, 27),)), "error", "no range of a text of 26"),
        (Entity("x", "PERS", (Fragment(-1, 2),)), "error", "no range"),
        (Entity("x", "PERS", (Fragment(3, 3),)), "error", "no range"),
        (Entity("x", "PERS", (Fragment(3, 4),)), "error", "only white space"),
        (Entity("x", "PERS", (Fragment(4, 8), Fragment(8, 13))), "error", "touch, overlap"),
        (Entity("x", "PERS", (Fragment(9, 13), Fragment(4, 8))), "error", "not in text order"),
        (Entity("x", "Arrive", AT), "error", "no entity type 'Arrive'"),
        (Entity("x", "PERS", AT, (("size", "big"),)), "error", "no attribute 'size'"),
        (Entity("x", "GPE", AT, (("level", "NAM"),)), "error", "no attribute 'level'"),
        (Entity("x", "PERS", AT, (("level", "big"),)), "error", "'level' cannot be 'big'"),
        (Entity("x", "PERS", AT, (("generic", "yes"),)), "error", "'generic' cannot be 'yes'"),
        (Entity("x", "PERS", AT, (), ("Q42",)), "error", "not of the form PREFIX:ID"),
        (Entity("x", "PERS", AT, (), ("Q:",)), "error", "not of the form PREFIX:ID"),
        (Entity("x", "PERS", AT, (), ("G:1",)), "error", "no knowledge base 'G'"),
        (Entity("x", "PERS", AT, (), ("Q:42",)), "error", "no identifier of Wikidata"),
        (Event("x", "PERS", AT), "error", "no event type 'PERS'"),
        (Event("x", "Arrive", AT, (Argument("Agent", "x"),)), "error", "refers to itself"),
        (Event("x", "Arrive", AT, (Argument("Agent", "no"),)), "error", "'no', which does not exist"),
        (Event("x", "Arrive", AT, (Argument("Tool", "p"),)), "error", "has no role 'Tool'"),
        (Event("x", "Arrive", AT, (Argument("Agent", "g"),)), "error", "GPE cannot be the Agent"),
        (Event("x", "Arrive", AT, (Argument("Agent", "r"),)), "error", "Relation cannot be the Agent"),
        (Event("x", "Arrive", AT, (Argument("Agent", "p"),) * 2), "error", "same argument twice"),
        (Event("x", "Arrive", AT, (Argument("Agent", "p"),), (("level", "NAM"),)), "error", "no attribute"),
        (Event("x", "Arrive", AT), "warning", "Agent is still empty"),
        (Relation("x", "Near", "o", "g"), "error", "no relation type"),
        (Relation("x", "PartOf", "o", "o"), "error", "relates an annotation to itself"),
        (Relation("x", "PartOf", "p", "g"), "error", "PERS cannot be the source"),
        (Relation("x", "PartOf", "o", "c"), "error", "Chain cannot be the target"),
        (Chain("x", ("p", "p")), "error", "at least two"),
        (Chain("x", ("p", "a")), "error", "only entities or only events"),
        (Chain("x", ("n", "m")), "error", "only entities or only events"),
        (Note("x", "", "no"), "error", "does not exist"),
        (Note("x", "", "", (Fragment(0, 99),)), "error", "no range"),
        (DocumentLabel("x", "mood", "news"), "error", "no document label"),
        (DocumentLabel("x", "genre", "poem"), "error", "cannot be 'poem'"),
        (DocumentLabel("x", "genre", "news"), "error", "the genre 'news' already"),
        (DocumentLabel("x", "genre", "opinion"), "warning", "only one genre"),
    ],
)
def test_each_rule(
    text: str, schema: Schema, layer: Annotations, annotation: Annotation, severity: str, what: str
) -> None:
    after = layer.replaced([(annotation.id, annotation)])
    found = check(text, schema, after, annotation)
    assert any(problem.severity == severity and what in problem.what for problem in found), found
    assert {problem.id for problem in found} == {"x"}


def test_a_role_that_holds_one_warns_about_two(text: str, schema: Schema, layer: Annotations) -> None:
    arguments = (Argument("Agent", "p"), Argument("Destination", "g"), Argument("Destination", "h"))
    event = Event("x", "Arrive", AT, arguments)
    after = layer.replaced([("h", Entity("h", "GPE", AT)), ("x", event)])
    assert [str(problem) for problem in check(text, schema, after, event)] == [
        "warning: x: its Destination may be filled only once"
    ]


def test_the_same_entity_twice_is_an_error(text: str, schema: Schema, layer: Annotations) -> None:
    edit = plan(layer, Add(Entity("x", "GPE", (Fragment(15, 19),))))
    after = apply(layer, edit)
    assert check_edit(text, schema, after, edit, SpanIndex(layer.values())) == [
        Problem("error", "x", "this is a GPE already")
    ]
    assert [problem.id for problem in check_layer(text, schema, after)] == ["x"]


def test_becoming_the_same_by_relabel_or_resize_is_an_error(text: str, schema: Schema, layer: Annotations) -> None:
    for change in (Resize("x", (Fragment(15, 19),)), Relabel("x", "GPE")):
        start = (Fragment(14, 19),) if isinstance(change, Resize) else (Fragment(15, 19),)
        base = layer.replaced([("x", Entity("x", "GPE" if isinstance(change, Resize) else "ORG", start))])
        edit = plan(base, change)
        assert [p.severity for p in check_edit(text, schema, apply(base, edit), edit, SpanIndex(base.values()))] == [
            "error"
        ]


def test_relabelling_asks_those_who_refer_to_it(text: str, schema: Schema, layer: Annotations) -> None:
    edit = plan(layer, Relabel("g", "ORG"))
    found = check_edit(text, schema, apply(layer, edit), edit, SpanIndex(layer.values()))
    assert {(problem.id, problem.what) for problem in found} == {
        ("a", "ORG cannot be the Destination of Arrive"),
        ("r", "ORG cannot be the target of PartOf"),
    }


def test_only_what_an_edit_leaves_behind_is_checked(text: str, schema: Schema, layer: Annotations) -> None:
    batch = Batch("mend", (Add(Entity("x", "NOPE", AT)), Relabel("x", "GPE"), Remove(("n",))))
    edit = plan(layer, batch)
    assert check_edit(text, schema, apply(layer, edit), edit, SpanIndex(layer.values())) == []


def test_what_was_wrong_before_an_edit_does_not_refuse_it(text: str, schema: Schema, layer: Annotations) -> None:
    """The schema has lost a type: what such an annotation refers to can still be edited."""
    base = layer.replaced([("y", Event("y", "Gone", AT, (Argument("Agent", "p"), Argument("Agent", "g"))))])
    for change in (Remove(("p",)), RemoveArgument("y", Argument("Agent", "g")), Relabel("g", "ORG")):
        edit = plan(base, change)
        found = check_edit(text, schema, apply(base, edit), edit, SpanIndex(base.values()))
        assert "y" not in {problem.id for problem in found}, change
    edit = plan(base, Relabel("y", "AlsoGone"))
    found = check_edit(text, schema, apply(base, edit), edit, SpanIndex(base.values()))
    assert [str(problem) for problem in found] == ["error: y: the schema has no event type 'AlsoGone'"]


@pytest.mark.parametrize(
    "change",
    [
        SetArgument("y", Argument("Whatever", "a")),
        SetAttribute("y", "tense", "past"),
        SetIdentifiers("z", ("rubbish",)),
        SetAttribute("z", "nothing", "x"),
        SetArgument("a", Argument("Agent", "h")),
    ],
)
def test_nothing_is_added_to_what_is_wrong(text: str, schema: Schema, layer: Annotations, change: Operation) -> None:
    wrong = Event("a", "Arrive", AT, (Argument("Agent", "g"),))  # a place is no agent, and two are two mistakes
    base = layer.replaced(
        [
            ("y", Event("y", "Gone", AT)),
            ("z", Entity("z", "GONE", AT)),
            ("h", Entity("h", "GPE", (Fragment(0, 1),))),
            ("a", wrong),
        ]
    )
    edit = plan(base, change)
    found = check_edit(text, schema, apply(base, edit), edit, SpanIndex(base.values()))
    assert [problem for problem in found if problem.severity == "error"]


def test_a_problem_of_the_layer_has_no_id() -> None:
    assert str(Problem("error", "", "it is empty")) == "error: it is empty"


def test_describe_is_one_line(text: str, layer: Annotations) -> None:
    assert describe(text, layer["p"]) == "PERS [4, 13) سامح شكري"
    assert describe(text, layer["p"], 4) == "PERS [4, 13) سامح…"
    assert describe(text, layer["r"]) == "PartOf o → g"
    assert describe(text, layer["w"]) == "note عن الوثيقة"
    assert describe(text, layer["c"]) == "Chain c"
