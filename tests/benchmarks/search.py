"""Searching a corpus of short texts: making the index, then asking it, and labelling everything that was found."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Final

from report import Row, timed

from annotator.model.documents import Document
from annotator.model.schema import EntityType, Schema, Titles
from annotator.store import open_store
from annotator.workflow.match_pool import Crew
from annotator.workflow.matching import Query
from annotator.workflow.occurrences import label_hits
from annotator.workflow.ports import Store
from annotator.workflow.search import search

_AT: Final = "2026-01-01T00:00:00.000Z"
_LETTERS: Final = "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىأإ"
_RARE: Final = "داعش"
_SCHEMA: Final = Schema("benchmark", "1", entities=(EntityType("ORG", Titles("x", "س"), "#336699"),))


@dataclass(frozen=True, slots=True)
class Effort:
    """How many `documents` there are, each of sixty words."""

    documents: int = 100_000
    runs: int = 5


QUICK: Final = Effort(documents=20_000, runs=3)


def measure(folder: Path, effort: Effort) -> Iterator[Row]:
    """Every number of the search; FOLDER is empty and on the disk that databases are on."""
    path = folder / "corpus.db"
    store, crew = open_store(path, create=True), Crew()
    try:
        common = _fill(store, effort.documents)
        group = f"search, {effort.documents:,} texts"
        size = os.stat(path).st_size  # noqa: PTH116 - one number
        began, steps = time.perf_counter(), [time.perf_counter()]

        def step(_done: int, _total: int) -> bool:
            steps.append(time.perf_counter())
            return True

        store.index_texts(step)
        yield Row(group, "the index, once", "s", time.perf_counter() - began)
        longest = max(after - before for before, after in pairwise(steps))
        yield Row(group, "its longest step, others may wait for", "ms", longest * 1000, 250)
        store.backup(str(folder / "copy.db"))  # without the log
        yield Row(group, "the index on the disk", "MB", ((folder / "copy.db").stat().st_size - size) / 1e6)
        for what, query in (
            ("a rare word, with clitics", Query(_RARE, words="clitics")),
            ("a common word, the first 5,000 hits", Query(common)),
            ("two rare letters, whole words", Query("ظظ", words="words")),
            ("one letter, whole words: every text is read", Query("ظ", words="words")),
            ("a regular expression with a literal", Query("د.عش$", regex=True)),
            ("a regular expression with two, one of which must be there", Query("(داعش|كلا)$", regex=True)),
            ("a regular expression without one: every text is read", Query(r"\d{4}", regex=True)),
            ("a word three times in a row, the first 5,000 hits", Query(r"(\w+) \1 \1", regex=True)),
        ):
            list(search(store, query, layer="a", crew=crew))  # from then on the processes have the texts
            yield timed(lambda wanted: list(search(store, wanted, layer="a", crew=crew)), [query] * effort.runs).row(
                group, what, "ms", 1000, 2000
            )
        yield timed(lambda wanted: next(iter(search(store, wanted, layer="a"))), [Query(r"\w+", regex=True)] * 3).row(
            group, "the first hit of a regular expression", "ms", 1000, 500
        )
        yield Row(group, "stop a regular expression without end", "ms", 1000 * _stopped(store), 200)
        hits = list(search(store, Query(common), layer="a"))
        began = time.perf_counter()
        label_hits(store, _SCHEMA, "a", hits, "ORG")
        yield Row(group, f"label {len(hits):,} hits", "s", time.perf_counter() - began)
        began = time.perf_counter()
        store.undo("a", _AT)
        yield Row(group, "undo it", "s", time.perf_counter() - began)
    finally:
        crew.close()
        store.close()


def _stopped(store: Store) -> float:
    """Seconds from the wish to stop a match that never ends to the end of the search."""
    trap = Document.of(f"{'ا' * 60}ب", id="trap")
    store.add_documents([trap], _AT)
    wished: list[float] = []

    def going(_done: int, _total: int) -> bool:
        wished.append(time.perf_counter())
        return wished[-1] - wished[0] < 1

    found = list(search(store, Query("(ا+)+$", regex=True, document=trap.id), layer="a", progress=going))
    assert not found
    return time.perf_counter() - wished[-1]


def _fill(store: Store, count: int) -> str:
    """Add COUNT texts of words as often as in real ones (Zipf's law); the commonest of three letters or more."""
    chance = random.Random(1)  # the same texts in every run
    words = ["".join(chance.choices(_LETTERS, k=chance.randint(2, 7))) for _ in range(30_000)]
    weights = list(accumulate(1 / rank for rank in range(1, len(words) + 1)))

    def text(number: int) -> str:
        return " ".join(chance.choices(words, cum_weights=weights, k=60)) + (f" ل{_RARE}" if number % 5000 == 7 else "")

    for first in range(0, count, 5000):
        numbers = range(first, min(first + 5000, count))
        store.add_documents([Document.of(text(number), id=f"d{number}") for number in numbers], _AT)
    return next(word for word in words if len(word) > 2)
