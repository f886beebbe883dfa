"""What an edit is called where it is undone."""

from __future__ import annotations

import pytest

from annotator.model.annotations import Annotations, Chain, Entity, Fragment, Note, Relation
from annotator.model.operations import Edit, Replacement
from annotator.tui.undone import edit_words, place_of

A, B = Entity("a", "PERS", (Fragment(0, 2),)), Entity("b", "ORG", (Fragment(5, 7),))
LAYER = Annotations([A, B])


@pytest.mark.parametrize("name", ["Take all of {x}", "Merge: a{b", "{}", "Import", ""])
def test_a_name_that_is_not_of_an_operation_stands_for_itself(name: str) -> None:
    assert edit_words(Edit(name, ())) == name
    assert edit_words(Edit(name, (Replacement(None, A),))) == name


def test_words_and_places() -> None:
    relation, chain, note = Relation("r", "Near", "b", "a"), Chain("c", ("b", "a")), Note("n", "", "b", flagged=True)
    edits = [Edit("Add", (Replacement(None, made),)) for made in (A, relation, chain, note)]
    assert [edit_words(edit) for edit in edits] == [
        "adding PERS",
        "adding the relation Near",
        "adding the chain",
        "adding the flag",
    ]
    assert [place_of(edit, LAYER) for edit in edits] == [A.fragments, B.fragments, B.fragments, B.fragments]
    assert place_of(Edit("Add", (Replacement(None, relation),)), Annotations()) == ()
    assert place_of(Edit("Reload", ()), LAYER) == ()
