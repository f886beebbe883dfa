"""Formats on text nobody here wrote: the seed article, and Wojood with its nested mentions where it is at hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from seqeval.metrics.sequence_labeling import get_entities
from seqeval.scheme import IOB2, Entities

from annotator import formats
from annotator.formats.interface import Annotated
from annotator.model.annotations import Annotations, Entity, make_fragments
from annotator.model.documents import Document
from annotator.model.schema import Schema
from annotator.text.decode import decode

SEEDS = sorted((Path(__file__).parent.parent.parent / "seeds").glob("*.txt"))


def tags_of(content: str) -> list[list[str]]:
    """The tags of a CoNLL file by sentence, as anybody would read them."""
    blocks = [block for block in content.split("\n\n") if block and not block.startswith("-DOCSTART-")]
    return [[line.split()[3] for line in block.splitlines()] for block in blocks]


@pytest.mark.parametrize("path", SEEDS, ids=[path.stem for path in SEEDS])
def test_every_word_of_a_seed_as_a_mention(path: Path, schema: Schema) -> None:
    """Each word without its first letter, as behind a clitic: every policy accounts for every one of them."""
    text = decode(path.read_bytes()).text
    spans, at = [], 0
    for word in text.split():
        at = text.index(word, at)
        spans.append((at + 1, at + len(word)))
        at += len(word)
    entities = [Entity(f"e{n}", "PERS", make_fragments([span])) for n, span in enumerate(spans) if span[0] < span[1]]
    item = Annotated(Document.of(text, id="seed"), "gold", Annotations(entities), schema)
    for boundary in ("expand", "split", "drop"):
        written = formats.write("conll", item, {"boundary": boundary})
        strict = Entities(tags_of(written.files["gold.conll"].decode()), IOB2).entities
        assert sum(map(len, strict)) == written.report.written
        assert written.report.read == len(entities) == written.report.written + written.report.lost
    (data,) = formats.write("json", item).files.values()
    (back,) = formats.read("json", data).documents
    assert back.document == item.document
    assert back.layers[0].annotations == item.annotations


def test_the_name_behind_a_clitic_in_the_seed_article(schema: Schema) -> None:
    texts = [text for text in (decode(path.read_bytes()).text for path in SEEDS) if "لأورينت نت" in text]
    if not texts:
        pytest.skip("the article is not among the seeds")
    start = texts[0].index("لأورينت نت") + 1
    entity = Entity("e", "PERS", make_fragments([(start, start + 9)]))
    item = Annotated(Document.of(texts[0], id="seed"), "gold", Annotations([entity]), schema)
    grown = formats.write("conll", item).files["gold.conll"].decode()
    assert "\nلأورينت _ _ B-PERS\nنت _ _ I-PERS\n" in grown
    cut = formats.write("conll", item, {"boundary": "split"}).files["gold.conll"].decode()
    assert "\nل _ _ O\nأورينت _ _ B-PERS\nنت _ _ I-PERS\n" in cut


def nested(rows: list[tuple[str, list[str]]], offset: int) -> Iterator[tuple[int, int, str]]:
    """The mentions of one sentence of Wojood: I- tags continue the open spans in order, B- tags open new ones."""
    open_: list[list[int | str]] = []  # start, end, type
    at = offset
    for token, tags in rows:
        kept: list[list[int | str]] = []
        for tag in tags:
            if tag[:2] == "I-":
                span = next((span for span in open_ if span[2] == tag[2:] and span not in kept), None)
                if span is None:
                    span = [at, at, tag[2:]]
                kept.append(span)
        yield from ((int(s), int(e), str(t)) for s, e, t in (span for span in open_ if span not in kept))
        open_ = kept + [[at, at, tag[2:]] for tag in tags if tag[:2] == "B-"]
        for span in open_:
            span[1] = at + len(token)
        at += len(token) + 1
    yield from ((int(s), int(e), str(t)) for s, e, t in open_)


@pytest.fixture(scope="module", params=["train", "val"])
def wojood(request: pytest.FixtureRequest, real_data: Path, schema: Schema) -> Annotated:
    path = real_data / "wojood" / f"{request.param}.txt"
    if not path.exists():
        pytest.skip("Wojood is not in that folder")
    lines: list[str] = []
    found: dict[tuple[int, int, str], None] = {}
    offset = 0
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        rows = [(line.split()[0], line.split()[1:]) for line in block.splitlines() if line.strip()]
        found |= dict.fromkeys(nested(rows, offset))
        lines.append(" ".join(token for token, _ in rows))
        offset += len(lines[-1]) + 1
    entities = [Entity(f"e{n:05}", kind, make_fragments([(s, e)])) for n, (s, e, kind) in enumerate(found)]
    document = Document.of("\n".join(lines), id="val", title="Wojood")
    return Annotated(document, "gold", Annotations(entities), schema)


def test_wojood_nested_mentions_are_counted_and_named(wojood: Annotated) -> None:
    assert len(wojood.annotations) > 400
    spans = {entity.fragments[0] for entity in wojood.annotations.entities}
    outermost = {s for s in spans if not any(o.start <= s.start and s.end <= o.end and o != s for o in spans)}
    written = formats.write("conll", wojood, {"boundary": "error"})
    report = written.report
    assert (report.read, report.written) == (len(wojood.annotations), len(outermost))
    assert report.lost == report.effects["dropped"] == len(report.losses) - report.effects["joined"]
    assert report.lost > 50
    reasons = [loss.why for loss in report.losses if loss.effect == "dropped"]
    assert all(why.startswith(("it is nested inside", "it covers the same tokens")) for why in reasons)
    tags = tags_of(written.files["gold.conll"].decode())
    strict = Counter(entity.tag for sentence in Entities(tags, IOB2).entities for entity in sentence)
    assert strict == Counter(name for sentence in tags for name, *_ in get_entities(sentence))
    assert strict == Counter({name: tally.mentions for (_, name), tally in report.tallies.items()})
    inner = formats.write("conll", wojood, {"overlap": "innermost"}).report
    assert inner.read == inner.written + inner.lost
    assert inner.written > report.written


def test_wojood_comes_back_from_json(wojood: Annotated) -> None:
    written = formats.write("json", wojood)
    (item,) = formats.read("json", written.files["val.json"]).documents
    assert written.report.lossless
    assert item.document == wojood.document
    assert item.layers[0].annotations == wojood.annotations


def test_wojood_is_read_as_flat_conll_where_it_is_flat(real_data: Path) -> None:
    path = real_data / "wojood" / "val.txt"
    if not path.exists():
        pytest.skip("Wojood is not in that folder")
    flat = "".join(
        (" ".join(line.split()[:2]) if line.strip() else "") + "\n"
        for line in path.read_text(encoding="utf-8").split("\n")
    )
    imported = formats.read("conll", flat.encode(), where="val.conll")
    tags = [[line.split()[1] for line in block.splitlines()] for block in flat.split("\n\n") if block.strip()]
    ours = Counter(entity.type for entity in imported.documents[0].layers[0].annotations.entities)
    assert ours == Counter(name for sentence in tags for name, *_ in get_entities(sentence))
