"""What `annotator.workflow.ports.Store` promises, asked of every kind of database."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from annotator.errors import StaleRevisionError, StoreError
from annotator.model.annotations import Annotations, DocumentLabel, Entity
from annotator.model.operations import Edit, Replacement
from annotator.workflow.ports import DocumentSummary, LayerKey, LayerSummary, Store


class TestDocuments:
    def test_come_back_as_they_were(self, store: Store, build: Any) -> None:
        assert store.document("one") == build.document("one")
        assert store.document("one").text == build.text

    def test_are_listed_in_the_order_they_were_added(self, store: Store, build: Any) -> None:
        assert store.add_documents([build.document("z"), build.document("b", "")], build.at) == ["z", "b"]
        assert [summary.id for summary in store.documents()] == ["one", "two", "z", "b"]
        given = build.document("z")
        assert store.documents()[2] == DocumentSummary(
            "z", given.title, given.sha256, "z.txt", len(given.text), build.at
        )

    def test_all_or_none(self, store: Store, build: Any) -> None:
        for bad in ([build.document("new"), build.document("one")], [build.document("new"), build.document("new")]):
            with pytest.raises(StoreError, match="exists"):
                store.add_documents(bad, build.at)
            assert not store.has_document("new")

    @pytest.mark.parametrize("text", ["a\ud800b", "\udc80", "nul\0"])
    def test_text_that_no_database_can_hold(self, store: Store, build: Any, text: str) -> None:
        with pytest.raises(StoreError, match="cannot be stored"):
            store.add_documents([build.document("fine"), build.document("bad", text)], build.at)
        assert [summary.id for summary in store.documents()] == ["one", "two"]

    def test_digest_of_another_text(self, store: Store, build: Any) -> None:
        with pytest.raises(StoreError, match="digest"):
            store.add_documents([replace(build.document("bad"), sha256="0" * 64)], build.at)

    def test_unknown(self, store: Store) -> None:
        with pytest.raises(StoreError, match=r"no such document.*Did you mean one") as caught:
            store.document("onee")
        assert caught.value.where == "onee"
        assert not store.has_document("onee")
        assert store.layers("onee") == []

    def test_by_digest(self, store: Store, build: Any) -> None:
        assert store.document_with_digest(build.document("one").sha256) == "one"
        assert store.document_with_digest("0" * 64) is None

    def test_nothing_yet(self, empty_store: Store) -> None:
        assert empty_store.documents() == []
        assert empty_store.history() == []
        assert empty_store.add_documents([], "") == []
        assert empty_store.problems() == []


class TestCommit:
    def test_every_kind_of_annotation(self, store: Store, build: Any) -> None:
        items = [
            build.entity("b", 9),
            build.entity("a", 1),
            build.event("v", "a", "b"),
            build.relation("r", "a", "b"),
            build.chain("c", "a", "b"),
            build.note("n"),
            DocumentLabel("l", "genre", "شعر"),
        ]
        entry = store.commit("amal", build.at, [build.on(0, build.add(*items))])
        layer = store.layer(build.key)
        assert (layer.key, layer.revision, layer.annotations) == (build.key, 1, Annotations(items))
        assert list(layer.annotations) == [item.id for item in items]
        assert (entry.kind, entry.target, entry.who, entry.at, entry.name) == ("do", 0, "amal", build.at, "Add")
        assert store.documents()[0].layers == (LayerSummary(build.key, 1, 2, 1, 4, build.at),)
        assert store.problems() == []

    def test_layer_without_edits(self, store: Store, build: Any) -> None:
        layer = store.layer(build.key)
        assert (layer.key, layer.revision, len(layer.annotations)) == (build.key, 0, 0)
        assert store.layers("one") == []

    def test_order_is_that_of_the_model(self, store: Store, build: Any) -> None:
        a, b = build.entity("a"), build.entity("b")
        store.commit("amal", build.at, [build.on(0, build.add(a, b))])
        store.commit("amal", build.at, [build.on(1, build.change(a, replace(a, type="LOC")))])
        assert list(store.layer(build.key).annotations) == ["a", "b"]
        store.commit("amal", build.at, [build.on(2, build.remove(replace(a, type="LOC")))])
        store.commit("amal", build.at, [build.on(3, build.add(a))])
        assert list(store.layer(build.key).annotations) == ["b", "a"]

    def test_an_annotation_touched_twice(self, store: Store, build: Any) -> None:
        a, b = build.entity("a"), build.entity("b")
        steps = (
            Replacement(None, a),
            Replacement(a, replace(a, type="LOC")),
            Replacement(None, b),
            Replacement(b, None),
        )
        store.commit("amal", build.at, [build.on(0, Edit("Batch", steps))])
        assert store.layer(build.key).annotations == Annotations([replace(a, type="LOC")])
        store.undo("amal", build.at)
        assert len(store.layer(build.key).annotations) == 0
        assert store.problems() == []

    def test_many_at_once(self, store: Store, build: Any) -> None:
        items = [build.entity(f"e{number}", number % 20) for number in range(1234)]
        store.commit("amal", build.at, [build.on(0, build.add(*items, name="Import"))])
        assert store.layer(build.key).annotations == Annotations(items)
        store.undo("amal", build.at)
        store.redo("amal", build.at)
        assert store.layer(build.key).annotations == Annotations(items)
        assert store.problems() == []

    def test_several_layers_are_one_entry(self, store: Store, build: Any) -> None:
        gold = LayerKey("two", "gold")
        edits = [build.on(0, build.add(build.entity("a"))), build.on(0, build.add(build.entity("a")), gold)]
        entry = store.commit("amal", build.at, edits)
        assert entry.edits == tuple(edits)
        assert store.layers("two") == ["gold"]
        undone = store.undo("amal", build.at)
        assert undone is not None
        assert [change.key for change in undone.edits] == [gold, build.key]
        assert not store.layer(gold).annotations
        assert not store.layer(build.key).annotations
        assert store.undo("amal", build.at) is None

    def test_one_layer_twice_in_an_entry(self, store: Store, build: Any) -> None:
        edits = [build.on(0, build.add(build.entity("a"))), build.on(1, build.add(build.entity("b")))]
        store.commit("amal", build.at, edits)
        assert store.layer(build.key).revision == 2
        store.undo("amal", build.at)
        assert (store.layer(build.key).revision, len(store.layer(build.key).annotations)) == (4, 0)
        assert store.problems() == []

    def test_stale_base(self, store: Store, build: Any) -> None:
        store.commit("amal", build.at, [build.on(0, build.add(build.entity("a")))])
        edits = [build.on(0, build.add(build.entity("b")), build.other), build.on(0, build.add(build.entity("b")))]
        with pytest.raises(StaleRevisionError, match=r"one, layer amal: .* revision 1, .* on 0"):
            store.commit("amal", build.at, edits)
        assert store.layer(build.key).revision == 1
        assert store.layers("two") == []
        assert len(store.history()) == 1

    @pytest.mark.parametrize("base", [-1, 1, 5])
    def test_base_of_a_layer_that_was_never_edited(self, store: Store, build: Any, base: int) -> None:
        with pytest.raises(StaleRevisionError):
            store.commit("amal", build.at, [build.on(base, build.add(build.entity("a")))])
        assert store.layers("one") == []

    def test_before_that_is_not_stored(self, store: Store, build: Any) -> None:
        a = build.entity("a")
        store.commit("amal", build.at, [build.on(0, build.add(a))])
        wrong: list[Edit] = [
            build.add(a),
            build.remove(replace(a, type="LOC")),
            build.remove(build.entity("b")),
            build.change(build.entity("b"), build.entity("b", 7)),
            Edit("Batch", (Replacement(a, None), Replacement(a, None))),
        ]
        for edit in wrong:
            with pytest.raises(StaleRevisionError):
                store.commit("amal", build.at, [build.on(1, edit)])
        assert store.layer(build.key).annotations == Annotations([a])
        assert store.problems() == []

    def test_equal_values_are_the_same(self, store: Store, build: Any) -> None:
        a = build.entity("a")
        other = replace(a, attributes=tuple(reversed(a.attributes)), provenance=replace(a.provenance, score=1))
        store.commit("amal", build.at, [build.on(0, build.add(other))])
        stored = store.layer(build.key).annotations["a"]
        assert stored == replace(a, provenance=replace(a.provenance, score=1.0))
        store.commit("amal", build.at, [build.on(1, build.remove(stored))])
        assert not store.layer(build.key).annotations

    def test_unknown_document(self, store: Store, build: Any) -> None:
        with pytest.raises(StoreError, match="no such document"):
            store.commit("amal", build.at, [build.on(0, build.add(build.entity("a")), LayerKey("three", "amal"))])

    def test_nothing_to_store(self, store: Store, build: Any) -> None:
        with pytest.raises(StoreError, match="nothing"):
            store.commit("amal", build.at, [])

    def test_edit_that_changes_nothing(self, store: Store, build: Any) -> None:
        store.commit("amal", build.at, [build.on(0, Edit("Nothing", ()))])
        assert store.layer(build.key).revision == 1
        assert store.problems() == []

    def test_values_that_cannot_be_stored(self, store: Store, build: Any) -> None:
        a: Entity = build.entity("a")
        bad = [
            build.note("n", "\ud83d\ude00"),
            replace(a, provenance=replace(a.provenance, score=float("nan"))),
            replace(a, id="a\ud800"),
            replace(a, id="a\0"),
        ]
        for item in bad:
            with pytest.raises(StoreError, match="stored"):
                store.commit(
                    "amal", build.at, [build.on(0, build.add(a if item.id != "a" else build.note("n2"), item))]
                )
        for who, name in (("\0", "Add"), ("amal", "\udfff")):
            with pytest.raises(StoreError, match="stored"):
                store.commit(who, build.at, [build.on(0, build.add(a, name=name))])
        assert store.layers("one") == []


class TestUndo:
    def test_there_and_back(self, store: Store, build: Any) -> None:
        a, b = build.entity("a"), build.entity("b")
        done = store.commit("amal", build.at, [build.on(0, build.add(a, name="First"))])
        store.commit("amal", build.at, [build.on(0, build.add(b, name="Second"), build.other)])
        assert store.can_undo("amal") == ("Second", "")
        store.undo("amal", build.at)
        assert store.can_undo("amal") == ("First", "Second")
        undone = store.undo("amal", "later")
        assert undone is not None
        assert (undone.kind, undone.target, undone.name, undone.at) == ("undo", done.id, "First", "later")
        assert undone.edits == (build.on(1, build.add(a, name="First").inverse()),)
        assert store.can_undo("amal") == ("", "First")
        assert store.undo("amal", build.at) is None
        redone = store.redo("amal", build.at)
        assert redone is not None
        assert (redone.kind, redone.target) == ("redo", done.id)
        assert redone.edits == (build.on(2, build.add(a, name="First")),)
        assert store.layer(build.key).annotations == Annotations([a])
        store.redo("amal", build.at)
        assert store.redo("amal", build.at) is None
        assert store.layer(build.other).annotations == Annotations([b])
        assert store.problems() == []

    def test_a_new_edit_ends_what_can_be_redone(self, store: Store, build: Any) -> None:
        store.commit("amal", build.at, [build.on(0, build.add(build.entity("a"), name="First"))])
        store.undo("amal", build.at)
        store.commit("badr", build.at, [build.on(0, build.add(build.entity("x")), LayerKey("one", "badr"))])
        assert store.can_undo("amal") == ("", "First")
        store.commit("amal", build.at, [build.on(2, build.add(build.entity("b"), name="Second"))])
        assert store.can_undo("amal") == ("Second", "")
        assert store.redo("amal", build.at) is None
        store.undo("amal", build.at)
        assert store.can_undo("amal") == ("", "Second")
        assert store.problems() == []

    def test_is_a_persons_own(self, store: Store, build: Any) -> None:
        store.commit("amal", build.at, [build.on(0, build.add(build.entity("a")))])
        assert store.can_undo("badr") == ("", "")
        assert store.undo("badr", build.at) is None
        assert store.redo("badr", build.at) is None

    def test_beside_somebody_elses_edits(self, store: Store, build: Any) -> None:
        a, b = build.entity("a"), build.entity("b")
        store.commit("amal", build.at, [build.on(0, build.add(a))])
        store.commit("badr", build.at, [build.on(1, build.add(b))])
        store.undo("amal", build.at)
        assert store.layer(build.key).annotations == Annotations([b])
        store.undo("badr", build.at)
        store.redo("amal", build.at)
        assert store.layer(build.key).annotations == Annotations([a])
        assert store.problems() == []

    def test_somebody_elses_edit_stands_in_the_way(self, store: Store, build: Any) -> None:
        a = build.entity("a")
        changed = replace(a, type="LOC")
        edits = [build.on(0, build.add(build.entity("z"), name="Import"), build.other), build.on(0, build.add(a))]
        store.commit("amal", build.at, edits)
        store.commit("badr", build.at, [build.on(1, build.change(a, changed, "Relabel"))])
        for _ in range(2):
            with pytest.raises(StaleRevisionError, match=r"badr changed .* \(Relabel\), so Import cannot") as caught:
                store.undo("amal", build.at)
            assert caught.value.where == "one, layer amal: a"
        assert store.can_undo("amal") == ("Import", "")
        assert store.layer(build.other).revision == 1
        store.undo("badr", build.at)
        assert store.undo("amal", build.at) is not None
        assert store.can_undo("amal") == ("", "Import")
        store.commit("badr", build.at, [build.on(4, build.add(a, name="Copy"))])
        with pytest.raises(StaleRevisionError, match=r"badr .* \(Copy\), so Import cannot be done again"):
            store.redo("amal", build.at)
        assert store.can_undo("amal") == ("", "Import")
        assert store.problems() == []

    def test_never_leaves_a_reference_to_nothing(self, store: Store, build: Any) -> None:
        a, b, r = build.entity("a"), build.entity("b"), build.relation("r", "a", "b")
        store.commit("amal", build.at, [build.on(0, build.add(a, b))])
        store.commit("badr", build.at, [build.on(1, build.add(r, name="Link"))])
        with pytest.raises(StaleRevisionError, match=r"badr changed .* \(Link\)"):
            store.undo("amal", build.at)
        store.commit("amal", build.at, [build.on(2, build.remove(r))])
        store.commit("badr", build.at, [build.on(3, build.remove(b))])
        with pytest.raises(StaleRevisionError, match=r"badr changed .* \(Remove\)"):
            store.undo("amal", build.at)
        assert store.layer(build.key).annotations == Annotations([a])
        assert store.problems() == []


class TestHistory:
    def test_newest_first_and_filtered(self, store: Store, build: Any) -> None:
        badr = LayerKey("one", "badr")
        first = store.commit("amal", build.at, [build.on(0, build.add(build.entity("a")))])
        both = store.commit(
            "badr",
            build.at,
            [build.on(0, build.add(build.entity("b")), badr), build.on(0, build.add(build.entity("c")), build.other)],
        )
        undone = store.undo("amal", build.at)
        assert store.history() == [undone, both, first]
        assert store.history(limit=2) == [undone, both]
        assert store.history(limit=0) == []
        assert store.history("one") == [undone, both, first]
        assert store.history("two") == [both]
        assert store.history("one", "badr") == [both]
        assert store.history(layer="amal") == [undone, both, first]
        assert store.history("two", "badr") == []


class TestState:
    def test_per_person_and_key(self, store: Store) -> None:
        assert store.get_state("amal", "theme") is None
        store.set_state("amal", "theme", "ليل")
        store.set_state("badr", "theme", "day")
        store.set_state("amal", "theme", "noon")
        assert store.get_state("amal", "theme") == "noon"
        assert store.get_state("badr", "theme") == "day"
        assert store.get_state("amal", "place") is None

    def test_what_cannot_be_stored(self, store: Store) -> None:
        with pytest.raises(StoreError, match="stored"):
            store.set_state("amal", "query", "\udc00")


def test_closed(store: Store, build: Any, tmp_path: Any) -> None:
    store.close()
    store.close()
    for call in (
        store.documents,
        store.problems,
        lambda: store.undo("amal", ""),
        lambda: store.backup(str(tmp_path / "b")),
    ):
        with pytest.raises(StoreError, match="closed"):
            call()
