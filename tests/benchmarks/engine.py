"""Speed of what lies under the screen: the text engine, the session and the store. No terminal is involved.

Every number is the fastest of several runs with the median beside it, each run on a text of its own, so that no memo
answers; tables and caches of letters are warm. Targets: what a key may cost leaves this much to each part.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from inputs import AT, DOCUMENT, MILLION, MIXED, PARAGRAPH, SPANS, WHO, article, long_paragraph, make, million
from report import Row, Timing, timed

from annotator.model.annotations import Entity, Fragment, Provenance
from annotator.model.operations import Add, Edit, Operation, Relabel, Remove, Replacement
from annotator.model.span_index import SpanIndex
from annotator.store import open_store
from annotator.store.first import read_first
from annotator.text import caret
from annotator.text.bidi import resolve
from annotator.text.caret import Unit
from annotator.text.display import display
from annotator.text.document_layout import DocumentLayout
from annotator.text.find import FindOptions, find_all
from annotator.text.joining import joining_forms
from annotator.text.paragraphs import Paragraphs
from annotator.text.tokens import sentences, tokens
from annotator.workflow.export import ExportRequest, export
from annotator.workflow.ports import LayerEdit, LayerKey, Store
from annotator.workflow.session import Session

COLUMNS: Final = 100
LINES: Final = 40
WITHOUT_PAUSE: Final = 80
"""Edits that a person makes before they look up for two seconds."""
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Effort:
    """How often things are repeated: `runs` short ones, `few` long ones, `commits` writes to the disk."""

    runs: int = 30
    few: int = 7
    commits: int = 300


QUICK: Final = Effort(runs=10, few=3, commits=60)


def measure(folder: Path, effort: Effort) -> Iterator[Row]:
    """Every number of the engine; FOLDER is empty and on the disk that databases are on."""
    gc.collect()
    gc.freeze()  # the collector would walk the harness, not what is measured
    yield from _rules(effort)
    yield from _layout(effort)
    yield from _words(effort)
    yield from _store(folder, effort)


# -- text ----------------------------------------------------------------------------------------------------------


def _paragraphs(text: str) -> list[str]:
    found = Paragraphs(text)
    return [text[start:end] for start, end in map(found.range, range(len(found)))]


def _rules(effort: Effort) -> Iterator[Row]:
    group = "Text, µs a character"

    def levels(texts: list[str]) -> None:
        for text in texts:
            _ = resolve(text).levels

    def forms(texts: list[str]) -> None:
        for text in texts:
            joining_forms(text)

    news = _paragraphs(article()) * 10
    size = sum(map(len, news))
    mixed = _paragraphs(f"{MIXED * 20}\n" * 5)
    scale = 1e6 / size
    yield timed(levels, [news] * effort.runs).row(group, "bidi levels, the article", "µs", scale, 0.3)
    mixed_scale = 1e6 / sum(map(len, mixed))
    yield timed(levels, [mixed] * effort.runs).row(group, "bidi levels, two directions", "µs", mixed_scale, 1.0)
    yield timed(forms, [news] * effort.runs).row(group, "joining forms, the article", "µs", scale, 0.1)


def _layout(effort: Effort) -> Iterator[Row]:
    group = f"Layout, {LINES} lines of {COLUMNS} columns"
    text = million()

    def page(layout: DocumentLayout) -> None:
        lines = 0
        for number in range(layout.paragraph_count):
            paragraph = layout.paragraph(number)
            for line in range(min(LINES - lines, paragraph.line_count)):
                _ = paragraph.line(line).glyphs
                lines += 1
            if lines >= LINES:
                return

    page(DocumentLayout(text, COLUMNS))  # warms what is kept of letters and words
    timing = timed(page, [DocumentLayout(text, COLUMNS) for _ in range(effort.runs)])
    yield timing.row(group, "one page, cold", "ms", 1e3, 5)
    timing = timed(lambda _: DocumentLayout(text, COLUMNS), range(effort.few))
    yield timing.row(group, "open 1M characters (constructor)", "ms", 1e3, 20)

    paragraph = long_paragraph()
    opened = DocumentLayout(paragraph, COLUMNS)
    timing = timed(lambda _: page(DocumentLayout(paragraph, COLUMNS)), range(effort.few))
    yield timing.row(group, "a paragraph of 100,000, to its first page", "ms", 1e3, 100)
    page(opened)
    caret.left(opened, paragraph, PARAGRAPH // 2, Unit.WORD)
    places = range(PARAGRAPH // 4, PARAGRAPH // 4 + 200 * effort.runs, 200)
    timing = timed(lambda at: caret.left(opened, paragraph, at, Unit.WORD), places)
    yield timing.row(group, "  in it, a word to the left", "ms", 1e3, 1)
    timing = timed(lambda at: caret.vertical(opened, at, 1), places)
    yield timing.row(group, "  in it, a line down", "ms", 1e3, 1)


def _words(effort: Effort) -> Iterator[Row]:
    group = "Words"
    texts = [million() + "ا" * run for run in range(effort.few)]
    scale = 1e6 / MILLION
    yield timed(tokens, texts).row(group, "tokens of 1M, a character", "µs", scale, 0.2)
    yield timed(sentences, texts).row(group, "sentences of 1M, a character", "µs", scale)
    timing = timed(lambda text: find_all(text, "داعش"), texts)
    yield timing.row(group, "find in 1M, folded, the first time", "ms", 1e3, 200)
    queries = sorted({article()[slice(*word)] for word in tokens(article())}, key=len)[-effort.few :]
    timing = timed(lambda query: find_all(texts[0], query), queries)
    yield timing.row(group, "find in 1M, folded, another word", "ms", 1e3, 50)
    timing = timed(lambda text: find_all(text, r"ال\w+ية\b", FindOptions(regex=True)), texts)
    yield timing.row(group, "find in 1M, regular expression", "ms", 1e3)
    labels = [f"{number} {article()[number : number + 40]}" for number in range(effort.runs * 20)]
    batches = [labels[at : at + 20] for at in range(0, len(labels), 20)]
    timing = timed(lambda batch: [display(label) for label in batch], batches)
    yield timing.row(group, "display of a label of 40 characters", "µs", 1e6 / 20, 200)


# -- session and store ---------------------------------------------------------------------------------------------


def _store(folder: Path, effort: Effort) -> Iterator[Row]:
    group = f"Session and store, {SPANS:,} annotations"
    made = make(folder, million(), SPANS)
    key = LayerKey(DOCUMENT, WHO)
    store = open_store(made.database)
    try:
        timing = timed(lambda _: read_first(made.database, WHO, WHO), range(effort.few))
        yield timing.row(group, "read for the first frame", "ms", 1e3, 80)
        timing = timed(lambda _: store.layer(key), range(effort.few))
        yield timing.row(group, "read the layer", "ms", 1e3, 80)
        layer = store.layer(key)
        timing = timed(lambda _: SpanIndex(layer.annotations.values()), range(effort.few))
        yield timing.row(group, "index of spans", "ms", 1e3, 20)
        layout = DocumentLayout(made.text, COLUMNS)
        index = SpanIndex(layer.annotations.values())
        timing = timed(lambda _: layout.set_boundaries(index.boundaries()), range(effort.few))
        yield timing.row(group, "boundaries into the layout", "ms", 1e3, 20)

        provenance = Provenance("human", WHO, AT)
        words = [Fragment(*word) for word in tokens(made.text[-50_000:])][: effort.commits]
        edits = [
            Edit("Add", (Replacement(None, Entity(f"e-new{number:08}", "PERS", (word,), provenance=provenance)),))
            for number, word in enumerate(words)
        ]
        timing = timed(
            lambda step: store.commit(WHO, AT, [LayerEdit(key, layer.revision + step, edits[step])]),
            _with_pauses(store, range(len(edits))),
        )
        yield from _percentiles(timing, group, "commit of one annotation, durable", 2, 8)

        session = Session(lambda: store, made.project.schema, store.document(DOCUMENT), store.layer(key), WHO)
        session.rehearse()
        taken = {fragments for item in session.annotations.entities for fragments in item.fragments}
        free = [word for word in (Fragment(*word) for word in tokens(made.text[:200_000])) if word not in taken]
        adds: list[Operation] = [
            Add(Entity(f"e-own{number:08}", "PERS", (word,), provenance=provenance))
            for number, word in enumerate(free[: effort.commits])
        ]
        relabels: list[Operation] = [Relabel(f"e-own{number:08}", "GPE") for number in range(len(adds))]
        removes: list[Operation] = [Remove((f"e-own{number:08}",)) for number in range(len(adds))]
        for name, operations in (("label", adds), ("relabel", relabels), ("delete", removes)):
            timing = timed(session.submit, _with_pauses(store, operations))
            yield from _percentiles(timing, group, f"{name}: check, commit, index", 3, 8)

        for format_name in ("conll", "json"):
            requests = [
                ExportRequest(format_name, WHO, folder / f"export-{format_name}-{run}") for run in range(effort.few)
            ]
            timing = timed(lambda request: export(store, made.project.schema, request), requests)
            yield timing.row(group, f"export the document as {format_name}", "ms", 1e3, 3000)
    finally:
        store.close()


def _with_pauses(store: Store, values: Iterable[Value]) -> Iterator[Value]:
    """VALUES, and now and then the database does what it does while nobody types; no clock runs meanwhile."""
    for number, value in enumerate(values, 1):
        if number % WITHOUT_PAUSE == 0:
            store.settle()
        yield value


def _percentiles(timing: Timing, group: str, what: str, p50: float, p99: float) -> Iterator[Row]:
    least = f"min {timing.least * 1e3:.2f}"
    yield Row(group, f"{what}, p50", "ms", timing.at(50) * 1e3, p50, more=least)
    yield Row(group, f"{what}, p99", "ms", timing.at(99) * 1e3, p99, more=f"max {timing.at(100) * 1e3:.2f}")
