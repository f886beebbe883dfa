"""Regular expressions in processes of their own: the same hits, an end to those without one, and no process left."""

from __future__ import annotations

import io
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.errors import AnnotatorError, UsageError
from annotator.model.documents import Document
from annotator.store import open_store
from annotator.workflow import match_pool, match_worker
from annotator.workflow import search as searching
from annotator.workflow.match_pool import Crew, Kept, MatchPool, StoppedError
from annotator.workflow.match_worker import MOST_GIVEN_UP, receive, send, serve
from annotator.workflow.matching import Query, find_in
from annotator.workflow.ports import Store
from annotator.workflow.search import search
from annotator.workflow.search_port import TextPage

AT = "2026-01-01T00:00:00.000Z"
ENDLESS = Query("(ا+)+$", regex=True)
TRAP = "ا" * 60 + "ب"
TEXTS = ["قال إن لداعش دورا", "", "داعش\ud800", "\0داعش\n", "لا شيء"]


def always() -> bool:
    return True


def running(pool: MatchPool) -> list[int]:
    return [worker._process.pid for worker in pool._workers]


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@given(
    st.dictionaries(st.sampled_from(["a", "b"]), st.integers() | st.text(), max_size=2),
    st.lists(st.text(st.characters(codec=None), max_size=5), max_size=4),
)
def test_records_arrive_as_they_were_sent(record: dict[str, Any], texts: list[str]) -> None:
    stream = io.BytesIO()
    send(stream, record, texts)
    send(stream, {})
    stream.seek(0)
    assert receive(stream) == (record, texts)
    assert receive(stream) == ({}, [])
    assert receive(stream) is None


def test_what_is_cut_off_is_nothing() -> None:
    stream = io.BytesIO()
    send(stream, {"a": 1}, ["داعش"])
    for size in range(len(stream.getvalue())):
        assert receive(io.BytesIO(stream.getvalue()[:size])) is None


@pytest.mark.parametrize("query", [Query("د.عش", regex=True), Query("داعش", words="clitics"), Query("لا")])
def test_the_same_is_found_in_other_processes(query: Query) -> None:
    batches = [TEXTS, TEXTS[::-1], TEXTS[:1], TEXTS]
    expected = [list(map(list, find_in(batch, query))) for batch in batches]
    found: list[dict[int, Any]] = []
    with MatchPool(query, always) as pool:
        assert pool.needs()
        for batch in batches:
            if pool.is_full:
                found.append(pool.take()[0])
            pool.put(batch)
        while pool.is_waiting:
            found.append(pool.take()[0])
        pids = running(pool)
    assert found == [{at: places for at, places in enumerate(batch) if places} for batch in expected]
    assert not any(map(is_alive, pids))


def test_no_expression() -> None:
    with MatchPool(Query("(", regex=True), always) as pool, pytest.raises(UsageError, match="position 1") as raised:
        pool.needs()
    assert raised.value.hint == "Search for it as text"


def test_a_text_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(match_worker, "PATIENCE", 0.05)
    before = signal.getsignal(signal.SIGALRM)
    requests, answers = io.BytesIO(), io.BytesIO()
    send(requests, {"query": {"text": ENDLESS.text, "regex": True}})
    send(requests, {}, ["ا", TRAP, "اا", TRAP])
    send(requests, {}, [TRAP] * 5 + ["ا"])
    requests.seek(0)
    try:
        serve(requests, answers)
    finally:
        signal.signal(signal.SIGALRM, before)
    answers.seek(0)
    assert receive(answers) == ({"needs": [["ا"]]}, [])
    assert receive(answers) == ({"found": [[0, [[0, 1]]], [2, [[0, 2]]]], "given_up": [1, 3]}, [])
    assert receive(answers) == ({"found": [], "given_up": list(range(MOST_GIVEN_UP))}, [])


def test_it_can_be_stopped_while_a_match_goes_on() -> None:
    asked = 0

    def twice() -> bool:
        nonlocal asked
        asked += 1
        return asked < 3

    with MatchPool(ENDLESS, always) as pool:
        pool.needs()
        pool._going = twice
        pool.put([TRAP])
        with pytest.raises(StoppedError):
            pool.take()
        pids = running(pool)
    assert pids
    assert not any(map(is_alive, pids))


def test_processes_that_are_lost_or_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    with MatchPool(ENDLESS, always) as pool:
        pool.needs()
        pool.put([TRAP])
        os.kill(running(pool)[0], signal.SIGKILL)
        with pytest.raises(AnnotatorError, match="does not answer"):
            pool.take()
        with pytest.raises(AnnotatorError, match="does not answer"):
            pool._workers[0].ask({}, ["ا" * 100_000])
    with MatchPool(ENDLESS, always) as pool:
        pool.needs()
        monkeypatch.setattr(match_pool, "_SILENCE", 0.1)
        pool.put([TRAP])
        with pytest.raises(AnnotatorError, match="does not answer"):
            pool.take()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = open_store(tmp_path / "corpus.db", create=True)
    made.add_documents([Document.of(f"{number} داعش", id=f"d{number}") for number in range(20)], AT)
    yield made
    made.close()


@pytest.mark.parametrize("query", [Query("داعش"), Query("1. (داعش|كلا)$", regex=True)])
def test_long_searches_go_on_in_other_processes(store: Store, query: Query, monkeypatch: pytest.MonkeyPatch) -> None:
    every = list(search(store, query, layer="a"))
    monkeypatch.setattr(searching, "_FIRST_PAGE", 1)
    monkeypatch.setattr(searching, "_PAGE", 2)
    some = search(store, query, layer="a")
    assert list(some) == every
    assert len(every) in {10, 20}
    assert some.complete
    store.index_texts()
    assert list(search(store, query, layer="a")) == every
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    if query.regex:
        with pytest.raises(AnnotatorError, match="no process to search with"):
            list(search(store, query, layer="a"))
    else:
        assert list(search(store, query, layer="a")) == every


def test_a_search_names_what_it_gave_up(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.add_documents([Document.of(TRAP + str(number), id=f"trap{number}") for number in range(6)], AT)
    monkeypatch.setattr(MatchPool, "take", lambda pool: (pool._asked.popleft(), ({}, [0]))[1])
    monkeypatch.setattr(searching, "_FIRST_PAGE", 21)
    monkeypatch.setattr(searching, "_PAGE", 1)
    some = search(store, ENDLESS, layer="a")
    assert list(some) == []
    assert some.given_up == ["d0", "trap1", "trap2"]
    assert not some.complete


def test_a_search_is_stopped_while_an_answer_is_waited_for(store: Store) -> None:
    store.add_documents([Document.of(TRAP, id="trap")], AT)
    asked = 0

    def some(_done: int, _total: int) -> bool:
        nonlocal asked
        asked += 1
        return asked < 20

    stopped = search(store, ENDLESS, layer="a", progress=some)
    assert list(stopped) == []
    assert not stopped.complete
    assert asked == 20


@pytest.fixture
def crew() -> Iterator[Crew]:
    made = Crew()
    yield made
    made.close()


def never() -> list[str]:
    raise AssertionError("they are there already")


def test_a_crew_keeps_processes_and_texts(crew: Crew) -> None:
    kept = [Kept(0, 5, 5), Kept(5, 10, 5)]
    with MatchPool(Query("داعش"), always, crew) as pool:
        pool.needs()
        for page in kept:
            pool.put(TEXTS, page)
            pool.take()
        pids = running(pool)
    assert all(map(is_alive, pids))
    assert crew.pages == {0: kept[0], 5: kept[1]}
    for query in (Query("د.عش", regex=True), Query("داعش", normalise=False), Query("لا", words="clitics")):
        with MatchPool(query, always, crew) as pool:
            pool.needs()
            for page in kept:
                pool.put(never, page)
                found, given_up = pool.take()
                expected = enumerate(find_in(TEXTS, query))
                assert found == {at: list(places) for at, places in expected if places}
                assert given_up == []
            assert running(pool) == pids
    crew.close()
    assert not any(map(is_alive, pids))
    assert crew.pages == {}


def test_a_crew_keeps_no_more_than_it_may(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(match_pool, "MOST_KEPT", 3 * len("".join(TEXTS)))
    with MatchPool(Query("داعش"), always, crew) as pool:
        pool.needs()
        for after in (0, 5):
            pool.put(TEXTS, Kept(after, after + 5, 5))
            assert pool.take()[0]
    assert list(crew.pages) == [0]
    with MatchPool(Query("داعش"), always, crew) as pool:  # more documents than were kept as this page
        pool.needs()
        pool.put([*TEXTS, "داعش"], Kept(0, 6, 6))
        assert 5 in pool.take()[0]


def test_a_busy_process_is_ended_when_stopped_and_else_given_a_moment(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    pids: list[int] = []

    def stop() -> None:
        with MatchPool(ENDLESS, always, crew) as pool:
            pool.needs()
            pool.put([TRAP])
            pids.extend(running(pool))
            pool._going = lambda: False
            pool.take()

    with pytest.raises(StoppedError):
        stop()
    assert not any(map(is_alive, pids))
    with MatchPool(Query("داعش"), always, crew) as pool:  # what nobody waited for
        pool.needs()
        pool.put(TEXTS)
        pids = running(pool)
    monkeypatch.setattr(match_pool, "_SOON", 30.0)
    with MatchPool(Query("لا"), always, crew) as pool:
        assert pool.needs() == (("لا",),)
        assert running(pool) == pids
    with MatchPool(ENDLESS, always, crew) as pool:
        pool.needs()
        pool.put([TRAP])
    monkeypatch.setattr(match_pool, "_SOON", 0.0)
    with MatchPool(Query("لا"), always, crew) as pool:
        assert pool.needs() == (("لا",),)
        assert running(pool) != pids
    assert not any(map(is_alive, pids))


def test_a_lost_process_is_replaced(crew: Crew) -> None:
    with MatchPool(Query("داعش"), always, crew) as pool:
        pool.needs()
        pids = running(pool)
    os.kill(pids[0], signal.SIGKILL)
    crew._waiting[0]._process.wait()
    with MatchPool(Query("لا"), always, crew) as pool:
        assert pool.needs() == (("لا",),)
        assert running(pool) != pids


def test_two_searches_at_once_and_an_idle_crew(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(match_pool, "MOST_PROCESSES", 1)
    with MatchPool(Query("داعش"), always, crew) as one, MatchPool(Query("لا"), always, crew) as two:
        assert (one.needs(), two.needs()) == ((("داعش",),), (("لا",),))
        both = {*running(one), *running(two)}
    assert len(both) == 2
    assert sum(map(is_alive, both)) == 1
    monkeypatch.setattr(match_pool, "IDLE", 0.0)
    with MatchPool(Query("داعش"), always, crew) as one:
        one.needs()
    latest = time.monotonic() + 30
    while any(map(is_alive, both)) and time.monotonic() < latest:
        time.sleep(0.01)
    assert not any(map(is_alive, both))


@pytest.mark.parametrize(
    "query", [Query("داعش"), Query("ا"), Query("1. (داعش|كلا)$", regex=True), Query(".", regex=True)]
)
def test_a_second_search_reads_only_texts_with_hits(
    store: Store, crew: Crew, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.add_documents([Document.of("لا شيء", id=f"e{number}") for number in range(20)], AT)
    monkeypatch.setattr(searching, "_FIRST_PAGE", 2)
    monkeypatch.setattr(searching, "_PAGE", 3)
    every = list(search(store, query, layer="a"))
    for _ in range(2):
        some = search(store, query, layer="a", crew=crew)
        assert list(some) == every
        assert some.complete
    assert crew.pages
    read: list[int] = []
    texts = type(store).texts

    def counted(*given: Any) -> TextPage:
        read.append(1)
        return texts(*given)

    monkeypatch.setattr(type(store), "texts", counted)
    assert list(search(store, Query("كلا"), layer="a", crew=crew)) == []
    assert len(read) < 8  # of 14 pages
    store.add_documents([Document.of("داعش 17 داعش", id="new")], AT)
    found = list(search(store, query, layer="a", crew=crew))
    assert [hit for hit in found if hit.document == "new"]
    assert [hit for hit in found if hit.document != "new"] == every


def test_what_a_crew_gives_up_is_named(store: Store, crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    list(search(store, Query("د", regex=True), layer="a", crew=crew))
    monkeypatch.setattr(MatchPool, "take", lambda pool: (pool._idle.append(pool._asked.popleft()), ({}, [0]))[1])
    some = search(store, Query("د", regex=True), layer="a", crew=crew)
    assert list(some) == []
    assert some.given_up == ["d0"]
