"""Annotators are blind, in whatever way they ask; reviewers see all; managers do all."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from annotator import formats
from annotator.adjudication.decisions import Decision
from annotator.errors import AccessError, AnnotatorError, LockedError, StoreError, UnwritableError, UsageError
from annotator.formats.interface import Annotated
from annotator.model.annotations import Annotation, Annotations, Entity, Fragment, Note, Provenance, Record
from annotator.model.documents import Document
from annotator.model.operations import Edit, Replacement
from annotator.model.schema import Schema
from annotator.store import open_store
from annotator.workflow import people
from annotator.workflow.access import Guarded
from annotator.workflow.export import ExportRequest, export
from annotator.workflow.importing import import_files
from annotator.workflow.matching import Query
from annotator.workflow.nameless import _signed
from annotator.workflow.ports import BASIS, DECISIONS, GOLD, Adjudication, LayerKey, Person, Store
from annotator.workflow.ports import LayerEdit as Change
from annotator.workflow.project import init_project
from annotator.workflow.search import search
from annotator.workflow.search_port import TextQuery
from annotator.workflow.session import Session

AT = "2026-01-02T03:04:05.678Z"
LATER = "2026-01-02T04:04:05.678Z"


def adding(document: str, layer: str, *items: Annotation, base: int = 0) -> Change:
    return Change(LayerKey(document, layer), base, Edit("Add", tuple(Replacement(None, item) for item in items)))


def entity(id: str) -> Entity:
    return Entity(id, "PERS", (Fragment(0, 3),))


def basis(still_open: int) -> Record:
    return Record(BASIS, BASIS, f'{{"items":2,"layers":{{"amal":1,"badr":1}},"open":{still_open}}}')


@pytest.fixture
def inner(tmp_path: Path) -> Iterator[Store]:
    """Two documents, each with a layer of amal's, of badr's, and gold; the first is decided, the second is not."""
    store = open_store(tmp_path / "corpus.db", create=True)
    store.add_documents([Document.of(f"وصل بشير {id}", id=id) for id in ("d1", "d2", "d3")], AT)
    for person in (Person("amal"), Person("badr"), Person("rima", "reviewer"), Person("mudir", "manager")):
        store.put_person(person, AT)
    for document, still_open in (("d1", 0), ("d2", 1)):
        for name in ("amal", "badr"):
            store.commit(name, AT, [adding(document, name, entity(name))])
        both = [adding(document, GOLD, entity("g")), adding(document, DECISIONS, basis(still_open))]
        store.commit("rima", AT, both)
    yield store
    store.close()


@pytest.fixture
def seen_by(inner: Store) -> Callable[[str], Guarded]:
    return lambda name: Guarded(inner, people.at_work(inner, name))


@pytest.fixture
def schema(tmp_path: Path) -> Schema:
    return init_project(tmp_path / "schema").schema


class TestAnnotators:
    @pytest.fixture
    def store(self, seen_by: Callable[[str], Guarded]) -> Guarded:
        return seen_by("amal")

    def test_see_their_own_layer_and_what_is_decided(self, store: Guarded) -> None:
        assert [[layer.key.name for layer in document.layers] for document in store.documents()] == [
            ["amal", "gold"],
            ["amal"],
            [],
        ]
        assert [store.layers(id) for id in ("d1", "d2", "d3")] == [["amal", "gold"], ["amal"], []]
        assert store.layer(LayerKey("d2", "amal")).revision == 1
        assert store.layer(LayerKey("d1", GOLD), 0).revision == 0
        assert store.layers_named("amal", ["d1", "d2"]).keys() == {"d1", "d2"}
        assert store.layers_named(GOLD, ["d1", "d2"]).keys() == {"d1"}

    @pytest.mark.parametrize(
        "look",
        [
            lambda store: store.layer(LayerKey("d1", "badr")),
            lambda store: store.layer(LayerKey("d1", "badr"), 0),
            lambda store: store.layer(LayerKey("d3", "nobody")),
            lambda store: store.layer(LayerKey("d2", GOLD)),
            lambda store: store.layer(LayerKey("d1", DECISIONS)),
            lambda store: store.layers_named("badr", ["d1"]),
            lambda store: store.documents_with("badr"),
            lambda store: store.documents_with(DECISIONS, most=1),
            lambda store: store.texts(TextQuery(layer="badr")),
            lambda store: store.history(layer="badr"),
            lambda store: store.history("d1", "badr"),
            lambda store: store.history("d2", GOLD),
            lambda store: store.history(layer=GOLD),
            lambda store: store.can_undo("badr"),
            lambda store: store.get_state("badr", "last_document"),
        ],
    )
    def test_see_nothing_else(self, store: Guarded, look: Callable[[Store], Any]) -> None:
        with pytest.raises(AccessError) as caught:
            look(store)
        assert caught.value.exit_status == 2

    def test_history_is_of_their_own_layer(self, store: Guarded, inner: Store) -> None:
        inner.commit("mudir", AT, [adding("d3", "amal", entity("x")), adding("d3", "badr", entity("x"))])
        for found in (store.history(), store.history(layer="amal")):
            assert [[edit.key for edit in entry.edits] for entry in found] == [
                [LayerKey(id, "amal")] for id in ("d3", "d2", "d1")
            ]
        assert [edit.key.name for edit in store.history("d1", GOLD)[0].edits] == [GOLD]

    def test_are_told_of_adjudication_what_is_theirs(self, store: Guarded, inner: Store) -> None:
        inner.claim("d2", "rima", AT, LATER)
        assert store.adjudications() == {"d1": Adjudication({"amal": 1}, 2, 0), "d2": Adjudication({"amal": 1}, 2, 1)}
        assert store.claims() == []

    @pytest.mark.parametrize(
        "change",
        [
            lambda store: store.commit("amal", AT, [adding("d3", "badr", entity("x"))]),
            lambda store: store.commit("amal", AT, [adding("d3", "amal", entity("x")), adding("d3", GOLD)]),
            lambda store: store.commit("badr", AT, [adding("d3", "amal", entity("x"))]),
            lambda store: store.rehearse("amal", AT, [adding("d3", GOLD, entity("x"))]),
            lambda store: store.undo("badr", AT),
            lambda store: store.redo("badr", AT),
            lambda store: store.set_layer_state(LayerKey("d1", "badr"), "submitted", "amal", AT),
            lambda store: store.set_layer_state(LayerKey("d1", "amal"), "submitted", "badr", AT),
            lambda store: store.set_layer_state(LayerKey("d1", "amal"), "reopened", "amal", AT),
            lambda store: store.claim("d1", "amal", AT, LATER),
            lambda store: store.put_person(Person("amal", "manager"), AT),
            lambda store: store.set_state("badr", "theme", "night"),
            lambda store: store.backup("copy.db"),
        ],
    )
    def test_change_nothing_else(self, store: Guarded, inner: Store, change: Callable[[Store], Any]) -> None:
        before = (inner.history(), inner.documents(), inner.people(), inner.claims())
        with pytest.raises(AccessError):
            change(store)
        assert (inner.history(), inner.documents(), inner.people(), inner.claims()) == before

    def test_do_their_work(self, store: Guarded) -> None:
        store.rehearse("amal", AT, [adding("d3", "amal", entity("x"))])
        store.commit("amal", AT, [adding("d3", "amal", entity("x"))])
        assert store.can_undo("amal") == ("Add", "")
        assert store.undo("amal", AT, {"amal", "badr"}) is not None
        assert store.redo("amal", AT) is not None
        store.set_layer_state(LayerKey("d3", "amal"), "submitted", "amal", AT, 3)
        with pytest.raises(LockedError):
            store.undo("amal", AT)
        store.set_state("amal", "theme", "night")
        assert store.get_state("amal", "theme") == "night"
        store.release("d1", "amal")

    def test_take_nothing_back_that_they_did_with_other_rights(
        self, inner: Store, seen_by: Callable[[str], Guarded]
    ) -> None:
        inner.put_person(Person("rima", "annotator"), AT)
        with pytest.raises(AccessError, match="may no longer change"):
            seen_by("rima").undo("rima", AT)

    def test_learn_nothing_from_a_check(self, store: Guarded, monkeypatch: pytest.MonkeyPatch) -> None:
        assert store.problems() == []
        monkeypatch.setattr(store.inner, "problems", lambda: ["d1, layer badr: the journal has no edit of revision 0"])
        (problem,) = store.problems()
        assert "badr" not in problem

    def test_read_nothing_of_a_document_before_it_is_done(
        self, store: Guarded, inner: Store, schema: Schema, tmp_path: Path
    ) -> None:
        looks: list[Callable[[], Any]] = [
            lambda: store.feedback(schema, "d2", "amal"),
            lambda: store.feedback(schema, "d3", "amal"),
            lambda: list(search(store, Query(label="PERS"), layer="badr")),
            lambda: export(store, schema, ExportRequest("json", GOLD, tmp_path / "out", documents=("d2",))),
        ]
        for look in looks:
            with pytest.raises(AnnotatorError):
                look()
        assert not list(tmp_path.glob("out/*"))
        assert [hit.document for hit in search(store, Query(label="PERS"), layer=GOLD)] == ["d1"]
        inner.commit("rima", AT, [Change(LayerKey("d2", DECISIONS), 1, Edit("x", (Replacement(basis(1), basis(0)),)))])
        _, found = store.feedback(schema, "d2", "amal")
        assert found == []

    def test_feedback_is_on_their_own_annotations_and_names_nobody_else(
        self, store: Guarded, schema: Schema, seen_by: Callable[[str], Guarded], inner: Store
    ) -> None:
        with pytest.raises(AccessError, match="their own"):
            store.feedback(schema, "d1", "badr")
        (item,) = store.feedback(schema, "d1", "amal")[0].comparison.items.values()
        outcome = item.opinions["amal"]
        rule = "at least 2 of weights badr=2"
        decision = Decision(item.key, outcome, ("amal", "badr"), "rima", AT, rule, "slip", "why")
        inner.commit("rima", AT, [adding("d1", DECISIONS, decision.record(), base=1)])
        made, _ = store.feedback(schema, "d1", "amal")
        whole, _ = seen_by("rima").feedback(schema, "d1", "amal")
        shown = list(made.comparison.items.values()), sorted(made.comparison.places), made.decisions
        for name in ("badr", "rima"):
            assert name not in repr((shown, [it.provenance.agent for it in made.gold.values()]))
        assert sorted(made.comparison.opinions) == ["A", "amal"]
        assert {it.provenance.agent for it in made.comparison.opinions["A"].values()} == {"A"}
        told = made.decisions[item.key]
        assert (told.names, told.who, told.rule, told.note) == (("A", "amal"), "", "at least 2", "why")
        assert sorted(whole.comparison.opinions) == ["amal", "badr"]
        assert whole.decisions[item.key] == decision
        assert made.comparison.items.keys() == whole.comparison.items.keys()
        named, _ = Guarded(inner, store.person, names=True).feedback(schema, "d1", "amal")
        assert named.decisions == whole.decisions

    def test_gold_does_not_tell_who_made_it_and_from_whom_it_is(
        self, inner: Store, schema: Schema, tmp_path: Path
    ) -> None:
        rule = "at least 2 of weights badr=5"
        origins = ("amal/e1", "badr/e1", "badr")
        made = replace(entity("x"), provenance=Provenance("adjudication", "rima", AT, rule, derived_from=origins))
        mine = replace(entity("y"), provenance=Provenance("adjudication", "amal", AT, "", derived_from=("amal",)))
        for who, title in (("rima", "Take all of badr"), ("amal", f"Merge: {rule}")):
            gold = Edit(title, (Replacement(None, made if who == "rima" else mine),))
            base = inner.layer(LayerKey("d1", GOLD)).revision
            inner.commit(who, AT, [Change(LayerKey("d1", GOLD), base, gold)])
        inner.undo("amal", AT)
        inner.redo("amal", AT)

        def told(store: Guarded, out: str) -> tuple[Annotation, str]:
            layers = store.layer(LayerKey("d1", GOLD)), store.layers_named(GOLD, ["d1"])["d1"]
            outcome = export(store, schema, ExportRequest("json", GOLD, tmp_path / out, documents=("d1",)))
            history = store.history("d1", GOLD)
            file = outcome.files[0].path.read_text(encoding="utf-8")
            return layers[0].annotations["x"], repr((layers, history, file))

        one, shown = told(Guarded(inner, Person("amal")), "amal")
        assert one.provenance == Provenance("adjudication", "", AT, "at least 2", derived_from=("amal/e1",))
        for name in ("badr", "rima"):
            assert name not in shown
        history = Guarded(inner, Person("amal")).history("d1", GOLD)
        assert [(entry.who, entry.name) for entry in history] == [
            *[("amal", "Merge: at least 2")] * 3,
            ("", "Take all"),
            ("", "Add"),
        ]
        for all_of_it in (Guarded(inner, Person("amal"), names=True), Guarded(inner, Person("rima", "reviewer"))):
            one, shown = told(all_of_it, f"{all_of_it.person.name}-named")
            assert one == made
            assert rule in shown
            assert "Take all of badr" in shown

    def test_learn_nothing_of_what_others_noted(self) -> None:
        layer = Annotations([entity("e"), Note("n", "ask badr", target="e")])
        assert [(it.id, it.provenance.agent) for it in _signed(layer, "A").values()] == [("e", "A")]
        assert _signed(layer, None) is layer

    def test_search_is_not_narrowed_by_gold_they_may_not_see(self, store: Guarded) -> None:
        found = store.texts(TextQuery(layer=GOLD, label="PERS"))
        assert [text.id for text in found.texts] == ["d1", "d2", "d3"]
        assert [text.id for text in store.texts(TextQuery(layer="amal")).texts] == ["d1", "d2"]


def test_reviewers_see_all_and_change_what_adjudication_writes(seen_by: Callable[[str], Guarded], inner: Store) -> None:
    store = seen_by("rima")
    assert store.documents() == inner.documents()
    assert store.layers("d2") == ["amal", "badr", "gold"]
    assert store.history() == inner.history()
    assert store.adjudications() == inner.adjudications()
    store.commit("rima", AT, [adding("d3", GOLD, entity("x")), adding("d3", DECISIONS, basis(0))])
    store.set_layer_state(LayerKey("d3", "rima"), "submitted", "rima", AT)
    with pytest.raises(AccessError, match="rima, reviewer, may not change"):
        store.commit("rima", AT, [adding("d3", "badr", entity("x"))])
    inner.set_layer_state(LayerKey("d1", "badr"), "submitted", "badr", AT)
    store.set_layer_state(LayerKey("d1", "badr"), "reopened", "rima", AT)
    assert store.claim("d2", "rima", AT, LATER).who == "rima"
    assert store.claims() == inner.claims()
    with pytest.raises(AccessError, match="only a manager"):
        store.put_person(Person("zaid"), AT)


def test_managers_change_everything(seen_by: Callable[[str], Guarded], tmp_path: Path) -> None:
    store = seen_by("mudir")
    store.commit("mudir", AT, [adding("d3", "badr", entity("x"))])
    assert store.undo("mudir", AT, {"badr"}) is not None
    assert store.put_person(Person("zaid"), AT)
    store.backup(str(tmp_path / "copy.db"))
    assert (tmp_path / "copy.db").exists()
    with pytest.raises(AccessError, match="cannot act as"):
        store.commit("badr", AT, [adding("d3", "badr", entity("x"))])


def test_every_method_is_guarded() -> None:
    methods = {name for name, _ in inspect.getmembers(Store, inspect.isfunction) if not name.startswith("_")}
    for name in methods:
        assert inspect.signature(getattr(Guarded, name)) == inspect.signature(getattr(Store, name)), name


def test_an_export_of_anothers_layer_is_refused(seen_by: Callable[[str], Guarded], tmp_path: Path) -> None:
    schema = init_project(tmp_path / "project").schema
    for layer in ("badr", DECISIONS):
        with pytest.raises(AccessError, match=f"layer {layer}: amal may not see"):
            export(seen_by("amal"), schema, ExportRequest("json", layer, tmp_path / "out"))
    with pytest.raises(UsageError, match="no document has a layer"):
        export(seen_by("rima"), schema, ExportRequest("json", DECISIONS, tmp_path / "out"))
    outcome = export(seen_by("amal"), schema, ExportRequest("json", GOLD, tmp_path / "out"))
    assert [file.path.name for file in outcome.files] == ["d1.json"]


def test_an_import_into_anothers_layer_stores_nothing(
    seen_by: Callable[[str], Guarded], inner: Store, tmp_path: Path
) -> None:
    schema = init_project(tmp_path / "project").schema
    (tmp_path / "x.json").write_bytes(_annotated_file(inner, schema, tmp_path))
    before = inner.documents()
    outcome = import_files(seen_by("amal"), [tmp_path / "x.json"], schema=schema, who="amal")
    assert "amal may not see this" in outcome.failed[0].message
    assert inner.documents() == before
    inner.set_layer_state(LayerKey("d2", "badr"), "submitted", "badr", AT)
    outcome = import_files(seen_by("mudir"), [tmp_path / "x.json"], schema=schema, who="mudir")
    assert outcome.skipped[0].reason == "the layer badr of d2 is submitted"


def test_an_import_of_a_layer_that_may_be_seen_but_not_changed_stores_nothing(
    seen_by: Callable[[str], Guarded], inner: Store, tmp_path: Path
) -> None:
    schema = init_project(tmp_path / "project").schema
    item = Annotated(Document.of("نص آخر", id="new"), "badr", Annotations([entity("e")]), schema)
    (data,) = formats.write("json", item).files.values()
    (tmp_path / "x.json").write_bytes(data)
    before = inner.documents()
    outcome = import_files(seen_by("rima"), [tmp_path / "x.json"], schema=schema, who="rima")
    assert outcome.added == []
    assert "rima, reviewer, may not change this layer" in outcome.failed[0].message
    assert inner.documents() == before


def test_an_import_cannot_bring_decisions(seen_by: Callable[[str], Guarded], inner: Store, tmp_path: Path) -> None:
    schema = init_project(tmp_path / "project").schema
    data = _annotated_file(inner, schema, tmp_path).replace(b'"name": "badr"', b'"name": "decisions"')
    (tmp_path / "x.json").write_bytes(data)
    outcome = import_files(seen_by("mudir"), [tmp_path / "x.json"], schema=schema, who="mudir")
    assert "keeps adjudication's records" in outcome.failed[0].message


def _annotated_file(store: Store, schema: Any, folder: Path) -> bytes:
    request = ExportRequest("json", "badr", folder / "made", documents=("d2",))
    return export(store, schema, request).files[0].path.read_bytes()


def test_a_session_in_a_layer_of_others_rehearses_quietly(seen_by: Callable[[str], Guarded], tmp_path: Path) -> None:
    store, schema = seen_by("amal"), init_project(tmp_path / "project").schema
    key = LayerKey("d1", GOLD)
    session = Session(lambda: store, schema, store.document("d1"), store.layer(key), "amal")
    session.rehearse()
    assert session.annotations._referrers is not None  # so that no key has to go through the layer
    assert session.state == ""


class TestPeople:
    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[Store]:
        store = open_store(tmp_path / "new.db", create=True)
        yield store
        store.close()

    def test_whoever_comes_first_is_manager(self, store: Store) -> None:
        first = people.at_work(store, "amal")
        assert (first.name, first.role) == ("amal", "manager")
        assert people.at_work(store, "amal") == first == store.people()[0]
        with pytest.raises(AccessError, match=r"'badr' is not registered.*ask amal for: annotator people add badr"):
            people.at_work(store, "badr")
        assert people.at_work(store, people.add(store, "badr").name).role == "annotator"

    def test_come_and_go(self, store: Store) -> None:
        people.at_work(store, "amal")
        added = people.add(store, " مها علي ", "reviewer")
        assert added.name == "مها علي"
        with pytest.raises(UsageError, match="registered already, as reviewer"):
            people.add(store, "مها علي")
        assert people.remove(store, "مها علي").active is False
        with pytest.raises(AccessError, match="no longer works on"):
            people.at_work(store, "مها علي")
        back = people.add(store, "مها علي", "annotator")
        assert back.added_at == added.added_at
        assert people.set_role(store, "مها علي", "manager").role == "manager"
        people.remove(store, "amal")

    @pytest.mark.parametrize("name", ["", " ", "a/b", "a\nb", ".a", "x" * 65, "gold", "decisions", "\u202e"])
    def test_names_that_nobody_can_have(self, store: Store, name: str) -> None:
        with pytest.raises(UsageError):
            people.add(store, name)
        assert store.people() == []

    def test_what_there_is_not(self, store: Store) -> None:
        people.at_work(store, "amal")
        changes: list[Callable[[], object]] = [
            lambda: people.set_role(store, "badr", "reviewer"),
            lambda: people.remove(store, "badr"),
            lambda: people.add(store, "badr", "owner"),  # type: ignore[arg-type]  # what is tested
        ]
        for change in changes:
            with pytest.raises(UsageError):
                change()
        with pytest.raises(StoreError, match="nobody would be left"):
            people.remove(store, "amal")

    def test_a_project_that_can_only_be_read(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object, **__: object) -> bool:
            raise UnwritableError("no")

        monkeypatch.setattr(store, "put_person", refuse)
        assert people.at_work(store, "amal").role == "manager"
        assert store.people() == []

    def test_somebody_was_faster(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        def late(person: Person, at: str, *, first: bool = False) -> bool:
            monkeypatch.undo()
            store.put_person(Person("badr", "manager"), at)
            return store.put_person(person, at, first=first)

        monkeypatch.setattr(store, "put_person", late)
        with pytest.raises(AccessError, match="ask badr"):
            people.at_work(store, "amal")
