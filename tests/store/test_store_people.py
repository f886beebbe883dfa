"""People, claims and the states of layers, asked of every kind of database."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from annotator.errors import AccessError, LockedError, StaleRevisionError, StoreError
from annotator.model.annotations import Annotations, Record
from annotator.store import open_store
from annotator.workflow.comparison_port import Compared, ComparedPage
from annotator.workflow.ports import BASIS, DECISIONS, GOLD, Adjudication, Claim, LayerKey, Person, StateChange, Store
from annotator.workflow.states import progress, progress_of

LATER = "2026-01-02T03:14:05.678Z"
MUCH_LATER = "2026-01-02T04:04:05.678Z"


class TestPeople:
    def test_are_registered_and_changed(self, store: Store, build: Any) -> None:
        assert store.people() == []
        for person in (Person("مها", "manager"), Person("badr")):
            assert store.put_person(person, build.at)
        assert store.people() == [
            Person("badr", "annotator", added_at=build.at),
            Person("مها", "manager", added_at=build.at),
        ]
        store.put_person(Person("badr", "reviewer", active=False), LATER)
        assert store.people()[0] == Person("badr", "reviewer", active=False, added_at=build.at)

    def test_the_first_is_only_one(self, store: Store, build: Any) -> None:
        assert store.put_person(Person("amal", "manager"), build.at, first=True)
        assert not store.put_person(Person("badr", "manager"), build.at, first=True)
        assert [person.name for person in store.people()] == ["amal"]

    def test_somebody_manages_them(self, store: Store, build: Any) -> None:
        store.put_person(Person("amal", "manager"), build.at)
        for change in (Person("amal", "reviewer"), Person("amal", "manager", active=False)):
            with pytest.raises(StoreError, match="nobody would be left to manage"):
                store.put_person(change, build.at)
        store.put_person(Person("badr", "manager"), build.at)
        assert store.put_person(Person("amal", "manager", active=False), build.at)
        with pytest.raises(StoreError, match="nobody would be left"):
            store.put_person(Person("badr"), build.at)

    def test_no_such_role(self, store: Store, build: Any) -> None:
        with pytest.raises(StoreError, match="refused"):
            store.put_person(Person("amal", "owner"), build.at)  # type: ignore[arg-type]  # what is tested
        with pytest.raises(StoreError, match="cannot be stored"):
            store.put_person(Person("a\ud800"), build.at)


class TestClaims:
    def test_one_at_a_time(self, store: Store, build: Any) -> None:
        mine = Claim("one", "rima", LATER)
        assert store.claim("one", "rima", build.at, LATER) == mine
        assert store.claim("one", "nour", build.at, MUCH_LATER) == mine
        assert store.claim("two", "nour", build.at, LATER) == Claim("two", "nour", LATER)
        assert store.claims() == [mine, Claim("two", "nour", LATER)]

    def test_is_renewed_taken_over_and_released(self, store: Store, build: Any) -> None:
        store.claim("one", "rima", build.at, LATER)
        renewed = Claim("one", "rima", MUCH_LATER)
        assert store.claim("one", "rima", build.at, MUCH_LATER) == renewed
        store.release("one", "nour")
        assert store.claims() == [renewed]
        taken = Claim("one", "nour", "2026-02")
        assert store.claim("one", "nour", MUCH_LATER, "2026-02") == taken
        store.release("one", "nour")
        store.release("nowhere", "nour")
        assert store.claims() == []

    def test_of_no_document(self, store: Store, build: Any) -> None:
        with pytest.raises(StoreError, match=r"no such document.*Did you mean one"):
            store.claim("onee", "rima", build.at, LATER)


class TestStates:
    def test_a_submitted_layer_is_locked(self, store: Store, build: Any) -> None:
        a = build.entity("a")
        store.commit("amal", build.at, [build.on(0, build.add(a))])
        store.set_layer_state(build.key, "submitted", "amal", LATER, 1)
        (summary,) = store.documents()[0].layers
        assert (summary.state, summary.state_at, summary.state_by) == ("submitted", LATER, "amal")
        assert store.layer(build.key).state == "submitted"
        before = store.history()
        edit = [build.on(1, build.add(build.entity("b", 9)))]
        attempts: list[Callable[[], object]] = [
            lambda: store.commit("amal", LATER, edit),
            lambda: store.commit("badr", LATER, edit),
            lambda: store.rehearse("amal", LATER, edit),
            lambda: store.commit("amal", LATER, [build.on(0, build.add(a), build.other), *edit]),
            lambda: store.undo("amal", LATER),
        ]
        for attempt in attempts:
            with pytest.raises(LockedError, match=f"amal submitted this on {LATER[:10]}.*annotator reopen one amal"):
                attempt()
        assert store.history() == before
        assert store.layer(build.key).revision == 1
        assert store.layer(build.other).revision == 0
        assert store.problems() == []

    def test_reopened_it_is_open(self, store: Store, build: Any) -> None:
        store.commit("amal", build.at, [build.on(0, build.add(build.entity("a")))])
        store.undo("amal", build.at)
        store.set_layer_state(build.key, "submitted", "amal", build.at)
        with pytest.raises(LockedError):
            store.redo("amal", LATER)
        store.set_layer_state(build.key, "reopened", "rima", LATER)
        assert store.layer(build.key).state == "reopened"
        assert store.redo("amal", LATER) is not None
        store.set_layer_state(build.key, "submitted", "amal", MUCH_LATER, 3)
        assert store.documents()[0].layers[0].state_at == MUCH_LATER
        assert store.problems() == []

    def test_nothing_is_an_answer(self, store: Store, build: Any) -> None:
        store.set_layer_state(build.key, "submitted", "amal", build.at)
        assert store.layers("one") == ["amal"]
        assert store.layer(build.key).annotations == Annotations()
        (summary,) = store.documents()[0].layers
        assert (summary.revision, summary.edited_at, summary.state) == (0, "", "submitted")
        assert store.problems() == []

    def test_what_cannot_be_said(self, store: Store, build: Any) -> None:
        with pytest.raises(StoreError, match="not submitted"):
            store.set_layer_state(build.key, "reopened", "rima", build.at)
        assert store.layers("one") == []
        with pytest.raises(StaleRevisionError, match="at revision 0, not at 1"):
            store.set_layer_state(build.key, "submitted", "amal", build.at, 1)
        with pytest.raises(StoreError, match="no such document"):
            store.set_layer_state(LayerKey("x", "amal"), "submitted", "amal", build.at)
        store.set_layer_state(build.key, "submitted", "amal", build.at)
        with pytest.raises(LockedError, match="amal submitted this"):
            store.set_layer_state(build.key, "submitted", "amal", LATER)

    def test_undo_only_of_layers_named(self, store: Store, build: Any) -> None:
        store.commit("amal", build.at, [build.on(0, build.add(build.entity("a")), LayerKey("one", GOLD))])
        with pytest.raises(AccessError, match="may no longer change"):
            store.undo("amal", LATER, {"amal"})
        assert store.undo("amal", LATER, {"amal", GOLD}) is not None
        with pytest.raises(AccessError):
            store.redo("amal", LATER, ())
        assert store.redo("amal", LATER) is not None


class TestOlderRevisions:
    def test_each_is_what_it_was(self, store: Store, build: Any) -> None:
        a, b, c = build.entity("a"), build.entity("b", 9), build.note("c", "x")
        stood = [store.layer(build.key)]
        for number, edit in enumerate(
            (
                build.add(a, b),
                build.change(a, replace(a, type="LOC")),
                build.add(c),
                build.remove(replace(a, type="LOC")),
            )
        ):
            store.commit("amal", build.at, [build.on(number, edit)])
            stood.append(store.layer(build.key))
        store.undo("amal", build.at)
        stood.append(store.layer(build.key))
        for revision, layer in enumerate(stood):
            again = store.layer(build.key, revision)
            assert again == layer
            assert list(again.annotations) == list(layer.annotations)

    @pytest.mark.parametrize("revision", [-1, 2])
    def test_those_that_never_were(self, store: Store, build: Any, revision: int) -> None:
        store.commit("amal", build.at, [build.on(0, build.add(build.entity("a")))])
        with pytest.raises(StoreError, match=f"no revision {revision}, the layer is at 1"):
            store.layer(build.key, revision)
        with pytest.raises(StoreError, match="no revision 1"):
            store.layer(build.other, 1)
        assert store.layer(build.other, 0).annotations == Annotations()

    def test_with_a_gap_in_the_journal(self, database: Path, build: Any) -> None:
        store = open_store(database)
        store.commit("amal", build.at, [build.on(1, build.add(build.entity("b")))])
        store.close()
        with sqlite3.connect(database) as raw:
            raw.execute("DELETE FROM entry_edit WHERE base = 0")
        raw.close()
        store = open_store(database)
        with pytest.raises(StoreError, match="journal has 0 edits of 1"):
            store.layer(build.key, 1)
        store.close()


class TestAdjudications:
    def test_are_read_from_the_records(self, store: Store, build: Any) -> None:
        basis = Record(BASIS, BASIS, '{"items":3,"layers":{"amal":4,"badr":1},"open":1}')
        note = Record("other", "decision", "{}")
        store.commit("rima", build.at, [build.on(0, build.add(basis, note), LayerKey("one", DECISIONS))])
        store.commit("rima", build.at, [build.on(0, build.add(build.entity("a")), LayerKey("two", GOLD))])
        found = store.adjudications()
        assert found == {"one": Adjudication({"amal": 4, "badr": 1}, 3, 1)} == store.adjudications("one")
        assert store.adjudications("two") == {}
        assert not found["one"].done
        after = replace(basis, data='{"items":3,"layers":{"amal":4},"open":0}')
        store.commit("rima", build.at, [build.on(1, build.change(basis, after), LayerKey("one", DECISIONS))])
        assert store.adjudications()["one"].done

    def test_their_layer_is_in_no_list(self, store: Store, build: Any) -> None:
        key = LayerKey("one", DECISIONS)
        store.commit("rima", build.at, [build.on(0, build.add(Record("r", "decision", "{}")), key)])
        assert store.layers("one") == []
        assert store.documents()[0].layers == ()
        assert store.layer(key).annotations["r"] == Record("r", "decision", "{}")
        assert store.adjudications() == {}
        assert store.problems() == []

    @pytest.mark.parametrize(
        "data",
        [
            "",
            "[]",
            "{}",
            '{"items":1,"layers":[],"open":0}',
            '{"layers":{"a":"x"}}',
            '{"layers":{"\\ud800":0}}',
            '{"items":1e999,"layers":{},"open":0}',
        ],
    )
    def test_a_damaged_record_spoils_its_document_alone(self, store: Store, build: Any, data: str) -> None:
        sound = Record(BASIS, BASIS, '{"items":3,"layers":{"amal":4},"open":0}')
        for document, record in (("one", Record(BASIS, BASIS, data)), ("two", sound)):
            store.commit("rima", build.at, [build.on(0, build.add(record), LayerKey(document, DECISIONS))])
        found = store.adjudications()
        assert "cannot be read" in found["one"].problem
        assert not found["one"].done
        assert found["two"].done
        assert store.adjudications("one") == {"one": found["one"]}
        assert list(store.uncompared("m", 1)) == ["two"]
        assert store.problems() == []
        store.undo("rima", LATER)
        store.undo("rima", LATER)
        assert store.adjudications() == {}

    def test_a_row_that_says_something_else_is_a_problem(self, database: Path, build: Any) -> None:
        store = open_store(database)
        store.set_layer_state(build.key, "submitted", "amal", build.at)
        store.close()
        raw = sqlite3.connect(database)
        raw.execute("UPDATE standing SET voices = 7")
        raw.commit()
        raw.close()
        store = open_store(database)
        assert store.problems() == ["one: what is noted of its adjudication is not what was decided"]
        store.close()


class TestJournal:
    """What is said of layers and people is in the journal, beside the line of what can be undone."""

    def test_submitting_and_reopening(self, store: Store, build: Any) -> None:
        store.commit("amal", build.at, [build.on(0, build.add(build.entity("a")))])
        store.undo("amal", build.at)
        store.set_layer_state(build.key, "submitted", "amal", LATER)
        assert store.can_undo("amal") == ("", "Add")  # nothing undone was discarded
        assert store.undo("amal", LATER) is None
        store.set_layer_state(build.key, "reopened", "rima", MUCH_LATER)
        reopened, submitted, *_ = store.history("one", "amal")
        assert (submitted.who, submitted.at, submitted.name, submitted.kind) == ("amal", LATER, "Submit", "set")
        assert submitted.change == StateChange("", "submitted", layer=build.key)
        assert (reopened.who, reopened.at, reopened.edits) == ("rima", MUCH_LATER, ())
        assert reopened.change == StateChange("submitted", "reopened", layer=build.key)
        assert store.history("two") == store.history(layer="gold") == []
        assert store.redo("amal", MUCH_LATER) is not None
        assert store.problems() == []

    def test_what_is_refused_is_in_no_journal(self, store: Store, build: Any) -> None:
        store.set_layer_state(build.key, "submitted", "amal", build.at)
        store.put_person(Person("amal", "manager"), build.at)
        before = store.history()
        for attempt in (
            lambda: store.set_layer_state(build.key, "submitted", "amal", LATER),
            lambda: store.set_layer_state(build.other, "reopened", "rima", LATER),
            lambda: store.put_person(Person("amal"), LATER),
        ):
            with pytest.raises(StoreError):
                attempt()
        assert store.history() == before

    def test_people(self, store: Store, build: Any) -> None:
        store.put_person(Person("amal", "manager"), build.at)
        for person in (Person("badr"), Person("badr", "reviewer"), Person("badr", "reviewer", active=False)):
            store.put_person(person, LATER, by="amal")
            store.put_person(person, LATER, by="amal")  # says nothing new
        store.put_person(Person("badr"), LATER, by="amal")
        found = store.history()
        assert [(entry.who, entry.name, entry.change) for entry in found] == [
            ("amal", "Register", StateChange("removed", "annotator", person="badr")),
            ("amal", "Remove", StateChange("reviewer", "removed", person="badr")),
            ("amal", "Change role", StateChange("annotator", "reviewer", person="badr")),
            ("amal", "Register", StateChange("", "annotator", person="badr")),
            ("amal", "Register", StateChange("", "manager", person="amal")),
        ]
        assert store.history("one") == store.history(layer="badr") == []
        assert store.can_undo("amal") == ("", "")
        assert store.problems() == []


class TestSums:
    """What lists show, without an annotation being read, is what reading everything gives."""

    def test_pages_and_some(self, store: Store, build: Any) -> None:
        store.commit("amal", build.at, [build.on(0, build.add(build.entity("a")), build.other)])
        everything = list(store.documents())
        assert [*store.documents_from(0, 1), *store.documents_from(1, 5)] == everything
        assert store.documents_from(2, 5) == []
        assert store.summaries(["two", "nowhere", "one", "two"]) == everything
        assert store.summaries(()) == []
        assert (store.document_count(), store.layer_names()) == (2, ["amal"])

    def test_tally(self, store: Store, build: Any) -> None:
        store.commit("amal", build.at, [build.on(0, build.add(build.entity("a"), build.event("v")))])
        store.set_layer_state(build.key, "submitted", "amal", build.at)
        store.set_layer_state(build.other, "submitted", "amal", build.at)
        store.set_layer_state(build.other, "reopened", "rima", build.at)
        store.set_layer_state(LayerKey("two", "badr"), "submitted", "badr", build.at)
        for document, still_open in (("one", 0), ("two", 1)):
            basis = Record(BASIS, BASIS, f'{{"items":3,"layers":{{"amal":1}},"open":{still_open}}}')
            both = (basis, LayerKey(document, DECISIONS)), (build.entity("g"), LayerKey(document, GOLD))
            store.commit("rima", build.at, [build.on(0, build.add(item), key) for item, key in both])
        people = [Person("amal"), Person("badr")]
        tally = store.tally()
        assert progress_of(tally, people) == progress(store.documents(), people, store.adjudications())
        assert (tally.documents, tally.annotated) == (2, 2)
        assert tally.length == sum(document.length for document in store.documents())
        mine = {(count.name, count.adjudication, count.layers) for count in store.tally("badr").layers}
        assert mine == {("badr", "", 1), ("gold", "done", 1)}
        assert store.tally("amal").annotated == 2
        assert store.tally("nobody").annotated == 1


class TestCompared:
    """What comparing gave is kept until something that it rests on changes."""

    def kept(self, store: Store, **changes: Any) -> Compared:
        layers = {"amal": 0, "badr": 0}
        one = Compared(
            "one",
            store.documents()[0].title,
            layers,
            0,
            begun=False,
            items=4,
            open=2,
            open_as={"label": {"PERS": {"": 2, "badr": 1}}},
            agreement=0.5,
            number=1,
        )
        return replace(one, **changes)

    @pytest.fixture(autouse=True)
    def both_submitted(self, store: Store, build: Any) -> None:
        for name in ("amal", "badr"):
            store.set_layer_state(LayerKey("one", name), "submitted", name, build.at)

    def test_is_kept_under_its_mark(self, store: Store) -> None:
        assert (store.uncompared("m", 2), store.uncompared("m", 3)) == ({"one": 1}, {})
        store.keep_compared("m", [self.kept(store)])
        assert store.compared("m", 2).found == (self.kept(store),)
        assert store.compared("m", 3) == store.compared("other", 2) == ComparedPage(())
        assert store.uncompared("m", 2) == {}
        assert list(store.uncompared("other", 2)) == ["one"]

    def test_holds_no_longer(self, store: Store, build: Any) -> None:
        store.keep_compared("m", [self.kept(store)])
        store.set_layer_state(LayerKey("one", "badr"), "reopened", "rima", LATER)
        assert store.compared("m", 1) == ComparedPage(())
        assert (store.uncompared("m", 1), store.uncompared("m", 2)) == ({"one": 1}, {})
        store.keep_compared("m", [self.kept(store)])  # worked out before that
        assert store.compared("m", 1) == ComparedPage(())
        store.keep_compared("m", [self.kept(store, layers={"amal": 0})])
        assert len(store.compared("m", 1).found) == 1
        record = Record(BASIS, BASIS, '{"items":3,"layers":{"amal":0},"open":0}')
        store.commit("rima", LATER, [build.on(0, build.add(record), LayerKey("one", DECISIONS))])
        assert (store.compared("m", 1), store.uncompared("m", 9)) == (ComparedPage(()), {"one": 1})
        done = self.kept(store, layers={"amal": 0}, decisions=1, begun=True)
        store.keep_compared("m", [replace(done, decisions=0)])
        assert store.compared("m", 1) == ComparedPage(())
        store.keep_compared("m", [done, self.kept(store, document="nowhere")])
        assert store.compared("m", 9).found == (done,)
        other = Record("x", "decision", "{}")
        store.commit("rima", LATER, [build.on(1, build.add(other), LayerKey("one", DECISIONS))])
        assert list(store.uncompared("m", 9)) == ["one"]
