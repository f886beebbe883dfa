"""A study of a project: which layers are compared, what is left out and why, processes, files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NoReturn

import pytest

from annotator.agreement.disagreements import Disagreement
from annotator.agreement.study import Excluded, Study
from annotator.errors import UnwritableError, UsageError
from annotator.model.annotations import Annotation, Argument, Entity, Event, Fragment, Record
from annotator.model.documents import Document
from annotator.model.operations import Edit, Replacement
from annotator.model.schema_file import read_schema
from annotator.store import open_store
from annotator.workflow import agreement as module
from annotator.workflow.agreement import StudyRequest, differences, study, write_csv, write_html
from annotator.workflow.agreement_choice import choose
from annotator.workflow.agreement_pool import NoProcessError, Pool
from annotator.workflow.agreement_task import Chosen
from annotator.workflow.ports import BASIS, DECISIONS, DocumentSummary, LayerEdit, LayerKey, Store

SCHEMA = read_schema(
    'name = "x"\nversion = "1"\n[entities.PERS]\ntitle = { en = "Person", ar = "شخص" }\n[entities.GPE]\n'
    '[events.Meet]\nroles.Who = { fillers = ["PERS"] }\n'
)
TEXT = "وصل بشير إلى دمشق."
AT = "2026-01-0{}T10:00:00.000Z"


def entity(label: str, start: int, end: int) -> Entity:
    return Entity(f"{label}{start}", label, (Fragment(start, end),))


PERSON, PLACE = entity("PERS", 4, 8), entity("GPE", 13, 17)


class Shelf:
    """A store and short names for putting things into it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.store = open_store(path, create=True)

    def add(self, id: str, day: int = 1, **layers: Sequence[Annotation]) -> None:
        """A document with submitted layers; a name that ends in `_` is that of one that is not submitted."""
        self.store.add_documents([Document.of(TEXT, id=id)], AT.format(day))
        for name, items in layers.items():
            key = LayerKey(id, name.rstrip("_"))
            edit = Edit("Add", tuple(Replacement(None, item) for item in items))
            if items:
                self.store.commit(key.name, AT.format(day), [LayerEdit(key, 0, edit)])
            if not name.endswith("_"):
                self.store.set_layer_state(key, "submitted", key.name, AT.format(day))


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    made = Shelf(tmp_path / "corpus.db")
    yield made
    made.store.close()


def run(store: Store, **request: object) -> Study:
    found = study(store, "p", SCHEMA, StudyRequest(**{"resamples": 0, **request}))  # type: ignore[arg-type]  # its fields
    assert found is not None
    return found


def exact(found: Study, one: str = "amal", other: str = "sara") -> float | None:
    result = found.result("span-exact")
    assert result is not None
    number = result.pair(one, other)
    return None if number is None else number.value


def test_submitted_layers_are_compared(shelf: Shelf) -> None:
    shelf.add("d1", amal=[PERSON, PLACE], sara=[PERSON], omar_=[PERSON])
    shelf.add("d2", 2, amal=[PERSON], sara_=[PLACE])
    shelf.add("d3", 3, omar_=[PERSON])
    found = run(shelf.store)
    assert (found.project, found.annotators, found.documents) == ("p", ("amal", "sara"), ("d1",))
    assert found.settings.layers == "submitted"
    assert exact(found) == pytest.approx(2 / 3)
    assert found.excluded == (
        Excluded("d1", "omar", "not submitted"),
        Excluded("d2", "sara", "not submitted"),
        Excluded("d2", "", "only one layer to compare (amal)"),
        Excluded("d3", "", "only one layer to compare (omar)"),
    )


def test_all_layers(shelf: Shelf) -> None:
    shelf.add("d1", amal=[PERSON, PLACE], sara=[PERSON], omar_=[PERSON])
    shelf.add("d2", 2, amal=[PERSON], sara_=[PLACE])
    found = run(shelf.store, all_layers=True)
    assert (found.annotators, found.documents, found.excluded) == (("amal", "omar", "sara"), ("d1", "d2"), ())
    assert exact(found) == pytest.approx(2 / 5)
    result = found.result("span-exact")
    assert result is not None
    assert [cell.name for cell in result.days] == ["2026-01-01", "2026-01-02"]


def test_what_a_slip_and_its_undo_left_is_nobodys_opinion(shelf: Shelf) -> None:
    shelf.add("d1", amal=[PERSON], sara=[PERSON], rana_=[PLACE])
    shelf.add("d2", amal=[PERSON], sara=[])
    shelf.store.undo("rana", AT.format(2))
    found = run(shelf.store, all_layers=True)
    assert found.annotators == ("amal", "sara")
    assert found.documents == ("d1", "d2")  # to submit nothing is an answer
    assert found.excluded == (Excluded("d1", "rana", "nothing in it, and not submitted"),)


def test_a_layer_without_an_edit_may_be_submitted(shelf: Shelf) -> None:
    shelf.add("d1", amal=[PERSON], sara=[])
    assert exact(run(shelf.store)) == 0.0


def test_what_was_reopened_is_left_out(shelf: Shelf) -> None:
    shelf.add("d1", amal=[PERSON], sara=[PERSON])
    shelf.store.set_layer_state(LayerKey("d1", "sara"), "reopened", "omar", AT.format(2))
    found = run(shelf.store)
    assert found.excluded[0] == Excluded("d1", "sara", "reopened, not submitted again")
    assert found.annotators == ()
    assert all(result.mean.value is None for result in found.results)


def test_layers_and_documents_can_be_named(shelf: Shelf) -> None:
    for id in ("d1", "d2"):
        shelf.add(id, amal=[PERSON], sara=[PERSON], omar=[PLACE])
    found = run(shelf.store, layers=("sara", "amal"), documents=("d2",))
    assert (found.annotators, found.documents, found.excluded) == (("sara", "amal"), ("d2",), ())


def test_gold(shelf: Shelf) -> None:
    shelf.add("d1", amal=[PERSON], gold_=[PERSON, PLACE])
    shelf.add("d2", amal=[PERSON], sara=[PERSON])
    assert run(shelf.store).reference == ""
    found = run(shelf.store, gold=True)
    assert (found.reference, found.annotators, found.documents) == ("gold", ("amal", "sara"), ("d1", "d2"))
    result = found.result("span-exact")
    assert result is not None
    amal, sara = result.reference
    assert (amal.precision, amal.recall) == (1.0, 0.5)
    assert sara.number.value is None


def test_gold_that_is_half_done_is_left_out(shelf: Shelf) -> None:
    shelf.add("d1", amal=[PERSON], gold_=[PERSON, PLACE])
    basis = Record(BASIS, BASIS, '{"items":2,"layers":{"amal":1},"open":1}')
    edit = Edit("Begin", (Replacement(None, basis),))
    shelf.store.commit("omar", AT.format(1), [LayerEdit(LayerKey("d1", DECISIONS), 0, edit)])
    assert not shelf.store.adjudications()["d1"].done
    assert Excluded("d1", "gold", "adjudication is not done") in run(shelf.store, gold=True).excluded
    assert run(shelf.store, gold=True, all_layers=True).documents == ("d1",)


@pytest.mark.parametrize(
    ("request_", "what"),
    [
        ({"measures": ("span-exakt",)}, r"no measure 'span-exakt'. Did you mean 'span-exact'\?"),
        ({"measures": ("zzz",)}, r"no measure 'zzz'. There are: span-exact, "),
        ({"label": "PER"}, r"no label 'PER'. Did you mean 'PERS'\?"),
        ({"label": "zzz"}, "'annotator schema' lists the labels"),
        ({"layers": ("zzz",)}, r"no document has a layer 'zzz'. There are: amal, sara"),
        ({"layers": ("gold",)}, "nobody's layer"),
        ({"documents": ("d11",)}, r"no document 'd11'. Did you mean 'd1'\?"),
        ({"gold": True}, "there is no gold yet"),
    ],
)
def test_wrong_requests(shelf: Shelf, request_: dict[str, object], what: str) -> None:
    shelf.add("d1", amal=[PERSON], sara=[PERSON])
    with pytest.raises(UsageError, match=what):
        run(shelf.store, **request_)


def test_an_empty_project(shelf: Shelf) -> None:
    found = run(shelf.store)
    assert (found.documents, found.annotators, found.excluded) == ((), (), ())
    with pytest.raises(UsageError, match="Nothing has been annotated yet"):
        run(shelf.store, layers=("amal",))


def test_progress_and_cancelling(shelf: Shelf) -> None:
    for number in range(3):
        shelf.add(f"d{number}", amal=[PERSON], sara=[PERSON])
    for stop in range(4):
        seen: list[tuple[int, int]] = []

        def watch(done: int, total: int, stop: int = stop, seen: list[tuple[int, int]] = seen) -> bool:
            seen.append((done, total))
            return done < stop

        assert study(shelf.store, "p", SCHEMA, StudyRequest(), watch) is None
        assert seen == [(done, 3) for done in range(stop + 1)]
    assert study(shelf.store, "p", SCHEMA, StudyRequest(), lambda done, total: True) is not None


def test_fewer_resamples_of_many_documents(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        shelf.add(f"d{number}", amal=[PERSON], sara=[PERSON])

    def resamples(**request: object) -> int:
        return run(shelf.store, **{"resamples": None, **request}).settings.resamples

    assert resamples() == module.RESAMPLES
    assert resamples(resamples=77) == 77
    monkeypatch.setattr(module, "_DRAWN", 1500)
    assert resamples() == 500
    monkeypatch.setattr(module, "_DRAWN", 3)
    assert resamples() == 300


@pytest.fixture
def many(shelf: Shelf) -> Shelf:
    for number in range(60):
        place = entity("GPE", 13, 17 - number % 3)
        shelf.add(
            f"d{number}", number % 9 + 1, amal=[PERSON, place], sara=[PERSON, PLACE], omar=[place] if number else []
        )
    return shelf


def test_several_processes_find_the_same(many: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LARGE", 1)
    request = StudyRequest(resamples=50)
    seen: list[int] = []

    def watch(done: int, total: int) -> bool:
        seen.append(done)
        return True

    alone = study(many.store, "p", SCHEMA, request)
    together = study(many.store, "p", SCHEMA, request, watch, reopen=partial(open_store, many.path))
    assert alone is not None
    assert together is not None
    assert replace(together, made_at="") == replace(alone, made_at="")
    assert seen == sorted(seen)
    assert {*seen} >= {0, 60}


@pytest.mark.parametrize("last", [0, 10, 60])
def test_processes_can_be_stopped(many: Shelf, monkeypatch: pytest.MonkeyPatch, last: int) -> None:
    monkeypatch.setattr(module, "_LARGE", 1)
    reopen = partial(open_store, many.path)
    assert study(many.store, "p", SCHEMA, StudyRequest(), lambda done, total: done < last, reopen=reopen) is None


def no_pool(*_: object) -> Pool:
    raise NoProcessError


def test_without_processes_it_is_done_alone(many: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LARGE", 1)
    monkeypatch.setattr(module, "Pool", no_pool)
    found = study(many.store, "p", SCHEMA, StudyRequest(resamples=0), reopen=partial(open_store, many.path))
    assert found is not None
    assert len(found.documents) == 60


def test_where_the_store_cannot_be_opened_again_it_is_done_alone(many: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LARGE", 1)
    reopen = partial(open_store, many.path.with_name("nowhere.db"))
    found = study(many.store, "p", SCHEMA, StudyRequest(resamples=0), reopen=reopen)
    assert found is not None
    assert len(found.documents) == 60


def test_differences(shelf: Shelf) -> None:
    event = Event("e", "Meet", (Fragment(0, 3),), (Argument("Who", PERSON.id),))
    shelf.add("d1", amal=[PERSON, event], sara=[replace(PERSON, type="GPE")])
    shelf.add("d2", amal=[PERSON], sara=[PERSON])
    shelf.add("d3", amal=[PERSON])
    look: Callable[..., Iterator[Disagreement]] = partial(differences, shelf.store, SCHEMA, "amal", "sara")
    found = list(look(["d1", "d2", "d3"]))
    assert [(it.document, it.thing, it.kind) for it in found] == [("d1", "event", "missed"), ("d1", "entity", "label")]
    assert [it.thing for it in look(["d1"], measure="trigger")] == ["event"]
    assert [it.thing for it in look(["d1"], measure="span-exact", label="PERS")] == ["entity"]
    assert list(look(["d1"], measure="span-boundary")) == []
    with pytest.raises(UsageError):
        list(look(["d1"], measure="nothing"))


def test_files(shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.add("d1", amal=[PERSON], sara=[PERSON])
    found = run(shelf.store)
    written = write_html(found, SCHEMA, tmp_path / "new" / "report.html")
    assert "شخص" in written.path.read_text(encoding="utf-8")
    files = write_csv(found, tmp_path / "tables")
    assert [file.path.name for file in files] == ["agreement.csv", "confusion.csv", "excluded.csv"]
    assert files[0].path.read_bytes().startswith(b"measure,scope,label,")
    (tmp_path / "file").touch()
    with pytest.raises(UnwritableError):
        write_html(found, SCHEMA, tmp_path / "file" / "report.html")


def test_only_what_is_compared_is_read(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which layers are compared is told by who has which; all else is read of documents with two of them."""
    shelf.add("none")
    shelf.add("one", amal=[PERSON])
    shelf.add("two", 2, omar=[PERSON], amal=[PERSON])
    shelf.add("half", amal=[PERSON], omar_=[PERSON])
    shelf.add("gold", amal=[PERSON], gold_=[PERSON])
    asked: list[str] = []
    summaries = shelf.store.summaries

    def told(documents: Iterable[str]) -> list[DocumentSummary]:
        asked.extend(documents)
        return summaries(asked)

    def forbidden(*_: object) -> NoReturn:
        raise AssertionError

    monkeypatch.setattr(shelf.store, "summaries", told)
    for name in ("documents", "documents_from", "layer", "layers_named", "document", "adjudications"):
        monkeypatch.setattr(shelf.store, name, forbidden)
    choice = choose(shelf.store, StudyRequest())
    assert asked == ["two", "half"]
    assert choice.annotators == ("amal", "omar")
    assert choice.documents == (Chosen("two", len(TEXT), {"amal": "2026-01-02", "omar": "2026-01-02"}),)
    assert choice.titles.keys() == {"two"}
    assert [(it.document, it.layer) for it in choice.excluded] == [
        ("none", ""),
        ("one", ""),
        ("half", "omar"),
        ("half", ""),
        ("gold", ""),
    ]
    asked.clear()
    assert [it.id for it in choose(shelf.store, StudyRequest(gold=True)).documents] == ["two", "gold"]
    assert sorted(asked) == ["gold", "half", "two"]
