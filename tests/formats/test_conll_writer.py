"""CoNLL-2003 output: pinned bytes, each policy, and laws over nasty documents read back by seqeval and conllu."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import conllu
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seqeval.metrics.sequence_labeling import get_entities
from seqeval.scheme import IOB2, Entities

from annotator import formats
from annotator.errors import FormatError
from annotator.formats import FORMATS
from annotator.formats.interface import Annotated, Chunk
from annotator.formats.loss import EFFECTS, LossReport
from annotator.model.annotations import Annotation, Entity, Event, make_fragments
from annotator.text.tokens import tokens

Annotate = Callable[..., Annotated]
CHOICES = {option.name: [c for c in option.choices if c != "error"] for option in FORMATS["conll"].options}


def entity(key: str, type_name: str, *ranges: tuple[int, int]) -> Entity:
    return Entity(key, type_name, make_fragments(ranges))


def conll(item: Annotated, **options: str) -> tuple[str, LossReport]:
    written = formats.write("conll", item, options)
    assert not written.report.imbalances()
    (data,) = written.files.values()
    return data.decode(), written.report


def rows(content: str) -> list[list[list[str]]]:
    """Sentences of rows of columns, as `str.split` sees them."""
    blocks = content.removeprefix("-DOCSTART- -X- -X- O\n\n").split("\n\n")
    return [[line.split(" ") for line in block.splitlines()] for block in blocks if block]


def in_text(content: str, text: str) -> Counter[tuple[int, int, str]]:
    """Offsets and types of the mentions: every token is looked up in TEXT, which it must be the next word of."""
    found: list[tuple[int, int, str]] = []
    at = 0
    for word, _, _, tag in (row for sentence in rows(content) for row in sentence):
        while text[at].isspace():
            at += 1
        start, at = at, at + len(word)
        assert all(own in (there, "\ufffd") for own, there in zip(word, text[start:at], strict=True))
        if tag[0] == "B":
            found.append((start, at, tag[2:]))
        elif tag[0] == "I":
            found[-1] = (found[-1][0], at, tag[2:])
    return Counter(found)


def tagged(content: str) -> str:
    return " ".join(f"{row[0]}/{row[3]}" if row[3] != "O" else row[0] for sentence in rows(content) for row in sentence)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("arrive.conll", {}),
        ("arrive.split-innermost.conll", {"boundary": "split", "overlap": "innermost"}),
        ("arrive.triggers.conll", {"columns": "triggers"}),
    ],
)
def test_golden(example: Annotated, golden: Path, name: str, options: dict[str, str]) -> None:
    content, _ = conll(example, **options)
    assert content.encode() == (golden / name).read_bytes()


def test_the_report_names_what_the_example_loses(example: Annotated) -> None:
    _, report = conll(example)
    assert [(loss.id, loss.effect, loss.why) for loss in report.losses] == [
        ("E1", "unsupported", "only entities are written"),
        ("T3", "expanded", "it cuts the token لدمشق; written as [14, 19)"),
        ("T2", "dropped", "it is nested inside PERS T1"),
    ]
    assert report.losses[1].text == "دمشق"
    assert (report.read, report.written, report.lost, report.documents) == (5, 3, 2, 1)
    assert not report.lossless


def test_names_of_files(example: Annotated) -> None:
    assert list(formats.write("conll", example).files) == ["gold.conll"]
    assert list(formats.write("conll", example, {"files": "document"}).files) == ["arrive.conll"]


def test_a_corpus_is_one_file_with_a_line_before_every_document(annotate: Annotate) -> None:
    exporter = formats.exporter("conll")
    chunks: list[Chunk] = []
    for number in range(3):
        chunks += exporter.document(annotate("وصل سامح.", entity("e", "PERS", (4, 8)), id=f"d{number}"))
    assert {chunk.file for chunk in chunks} == {"gold.conll"}
    content = b"".join(chunk.data for chunk in chunks).decode()
    assert content == "-DOCSTART- -X- -X- O\n\nوصل _ _ O\nسامح _ _ B-PERS\n. _ _ O\n\n" * 3
    assert exporter.report.documents == exporter.report.written == 3
    assert exporter.report.lossless


def test_a_layer_name_cannot_leave_the_folder(annotate: Annotate) -> None:
    written = formats.write("conll", annotate("نص", layer="../../سارة ب"))
    assert list(written.files) == ["سارة-ب.conll"]


TEXT = "قال للجامعة العربية اليوم"  # قال [0,3) للجامعة [4,11) العربية [12,19) اليوم [20,25)


@pytest.mark.parametrize(
    ("boundary", "expected", "effects"),
    [
        ("expand", "قال للجامعة/B-ORG العربية/I-ORG اليوم", {"expanded": 1}),
        ("split", "قال لل جامعة/B-ORG العربية/I-ORG اليوم", {"split": 1}),
        ("drop", "قال للجامعة العربية اليوم", {"dropped": 1}),
    ],
)
def test_boundary(annotate: Annotate, boundary: str, expected: str, effects: dict[str, int]) -> None:
    content, report = conll(annotate(TEXT, entity("e", "ORG", (6, 19))), boundary=boundary)
    assert tagged(content) == expected
    assert report.effects == Counter(effects)


def test_boundary_error_stops(annotate: Annotate) -> None:
    with pytest.raises(FormatError, match=r"d1: ORG \[6, 19\).*\(e\) cannot be written: it cuts the token للجامعة"):
        conll(annotate(TEXT, entity("e", "ORG", (6, 19))), boundary="error")


def test_only_the_tokens_that_are_cut_are_named(annotate: Annotate) -> None:
    _, report = conll(annotate(TEXT, entity("a", "ORG", (6, 19)), entity("b", "DATE", (1, 5))), overlap="innermost")
    assert report.losses[0].why == "it cuts the tokens قال and للجامعة; written as [0, 11)"
    _, report = conll(annotate(TEXT, entity("a", "ORG", (6, 19))))
    assert report.losses[0].why == "it cuts the token للجامعة; written as [4, 19)"


def test_white_space_at_the_ends_of_a_span_is_no_cut(annotate: Annotate) -> None:
    content, report = conll(annotate(TEXT, entity("e", "ORG", (3, 20))), boundary="error")
    assert tagged(content) == "قال للجامعة/B-ORG العربية/I-ORG اليوم"
    assert report.lossless


def test_a_span_without_a_token_is_dropped(annotate: Annotate) -> None:
    _, report = conll(annotate("قال   نعم", entity("e", "ORG", (4, 5)), entity("f", "ORG")))
    assert [(loss.id, loss.why) for loss in report.losses] == [
        ("e", "it covers no token"),
        ("f", "it covers no text"),
    ]


NESTED = (entity("outer", "ORG", (0, 19)), entity("inner", "GPE", (12, 19)), entity("cross", "DATE", (12, 25)))


@pytest.mark.parametrize(
    ("overlap", "expected", "dropped"),
    [
        (
            "outermost",
            "قال/B-ORG للجامعة/I-ORG العربية/I-ORG اليوم",
            {"inner": "nested inside ORG", "cross": "crosses"},
        ),
        (
            "innermost",
            "قال للجامعة العربية/B-GPE اليوم",
            {"outer": "GPE inner is nested", "cross": "GPE inner is nested"},
        ),
        ("longest", "قال/B-ORG للجامعة/I-ORG العربية/I-ORG اليوم", {"inner": "nested inside ORG", "cross": "crosses"}),
    ],
)
def test_overlap(annotate: Annotate, overlap: str, expected: str, dropped: dict[str, str]) -> None:
    content, report = conll(annotate(TEXT, *NESTED), overlap=overlap)
    assert tagged(content) == expected
    assert {loss.id: dropped[loss.id] in loss.why for loss in report.losses} == dict.fromkeys(dropped, True)


def test_outermost_and_longest_differ_where_spans_cross(annotate: Annotate) -> None:
    crossing = (entity("first", "ORG", (0, 11)), entity("long", "DATE", (4, 25)))
    assert tagged(conll(annotate(TEXT, *crossing))[0]) == "قال/B-ORG للجامعة/I-ORG العربية اليوم"
    longest = tagged(conll(annotate(TEXT, *crossing), overlap="longest")[0])
    assert longest == "قال للجامعة/B-DATE العربية/I-DATE اليوم/I-DATE"


def test_of_equal_spans_the_first_type_of_the_schema_is_kept(annotate: Annotate) -> None:
    _, report = conll(annotate(TEXT, entity("a", "GPE", (0, 3)), entity("b", "PERS", (0, 3))))
    assert [(loss.id, loss.why) for loss in report.losses] == [("a", "it covers the same tokens as PERS b")]


def test_expansion_can_make_spans_meet(annotate: Annotate) -> None:
    parts = (entity("a", "GPE", (4, 6)), entity("b", "GPE", (6, 11)))
    content, report = conll(annotate(TEXT, *parts))
    assert tagged(content) == "قال للجامعة/B-GPE العربية اليوم"
    assert report.effects == Counter(expanded=1, dropped=1)
    content, report = conll(annotate(TEXT, *parts), boundary="split")
    assert tagged(content) == "قال لل/B-GPE جامعة/B-GPE العربية اليوم"
    assert report.lossless


@pytest.mark.parametrize(
    ("discontinuous", "expected", "effect"),
    [
        ("fragments", "قال/B-ORG للجامعة العربية/B-ORG اليوم", "fragmented"),
        ("drop", "قال للجامعة العربية اليوم", "dropped"),
    ],
)
def test_discontinuous(annotate: Annotate, discontinuous: str, expected: str, effect: str) -> None:
    content, report = conll(annotate(TEXT, entity("e", "ORG", (0, 3), (12, 19))), discontinuous=discontinuous)
    assert tagged(content) == expected
    assert [loss.effect for loss in report.losses] == [effect]
    assert report.tallies["entity", "ORG"].mentions == (2 if effect == "fragmented" else 0)


def test_discontinuous_error_stops(annotate: Annotate) -> None:
    with pytest.raises(FormatError, match=r"it is discontinuous.*option discontinuous"):
        conll(annotate(TEXT, entity("e", "ORG", (0, 3), (12, 19))), discontinuous="error")


def test_a_fragment_that_is_lost_is_told(annotate: Annotate) -> None:
    spans = (entity("all", "PERS", (0, 11)), entity("e", "ORG", (0, 3), (12, 19)))
    _, report = conll(annotate(TEXT, *spans))
    assert [loss.why for loss in report.losses] == [
        "2 fragments are written as 1 mention; another is left out: it is nested inside PERS all"
    ]


def test_fragments_in_one_token_become_one_mention(annotate: Annotate) -> None:
    content, report = conll(annotate(TEXT, entity("e", "ORG", (4, 6), (8, 11))))
    assert tagged(content) == "قال للجامعة/B-ORG العربية اليوم"
    assert report.written == 1


def test_a_mention_joins_the_sentences_it_crosses(annotate: Annotate) -> None:
    text = "وصل أمس. غادر اليوم. نام."
    content, report = conll(annotate(text, entity("e", "DATE", (4, 19))))
    assert [len(sentence) for sentence in rows(content)] == [6, 2]
    assert get_entities([row[3] for row in rows(content)[0]]) == [("DATE", 1, 4)]
    assert [(loss.effect, loss.why) for loss in report.losses] == [("joined", "2 sentences are written as one")]
    assert report.lossless


def test_what_hangs_on_a_mention_is_told(annotate: Annotate) -> None:
    rich = Entity("e", "PERS", make_fragments([(0, 3)]), (("level", "NAM"),), ("Q:Q1",))
    _, report = conll(annotate(TEXT, rich))
    assert [loss.why for loss in report.losses] == ["without its attributes level and identifiers Q:Q1"]


def test_triggers(example: Annotated) -> None:
    content, report = conll(example, columns="triggers")
    assert tagged(content).startswith("وصل/B-Arrive سامح ")
    assert report.effects == Counter(unsupported=4, stripped=1)
    assert report.losses[-1].why == "without its arguments Agent, Destination, Time"


def test_characters_no_line_can_hold_are_replaced_and_told(annotate: Annotate) -> None:
    content, report = conll(annotate("قا\x07ل \ud800 نعم\u2028لا\x85هو"))
    assert [row[0] for sentence in rows(content) for row in sentence].count("\ufffd") == 2
    assert [loss.effect for loss in report.losses] == ["damaged", "damaged"]
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]", content)


@pytest.mark.parametrize("name", ["", "A B", "A\nB", "A\x07"])
def test_a_type_that_is_no_tag_is_refused(annotate: Annotate, name: str) -> None:
    with pytest.raises(FormatError, match="cannot be a tag"):
        conll(annotate(TEXT, entity("e", name, (0, 3))))


def test_a_text_without_a_token(annotate: Annotate) -> None:
    assert conll(annotate(" \n "))[0] == "-DOCSTART- -X- -X- O\n\n"


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_every_annotation_is_where_it_is_or_the_report_says_so(
    documents: st.SearchStrategy[Annotated], data: st.DataObject
) -> None:
    item = data.draw(documents)
    content, report = conll(item, **{name: data.draw(st.sampled_from(choices)) for name, choices in CHOICES.items()})
    text, there = item.document.text, in_text(content, item.document.text)
    lost = {loss.id for loss in report.losses if EFFECTS[loss.effect].severity == "lost"}
    moved = {loss.id for loss in report.losses if loss.effect in ("expanded", "fragmented")}
    assert report.read == report.written + report.lost == len(item.annotations)
    assert there.total() == sum(tally.mentions for tally in report.tallies.values())
    for annotation in item.annotations.values():
        if annotation.id in lost:
            continue
        assert isinstance(annotation, Entity | Event)
        if annotation.id in moved:
            own = [(start, end) for start, end, type_name in there if type_name == annotation.type]
            assert any(start < to and begin < end for start, end in own for begin, to in annotation.fragments)
            continue
        ((start, end),) = annotation.fragments
        words = text[start:end]
        place = (start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip()), annotation.type)
        assert there[place] > 0
        there[place] -= 1


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_laws(documents: st.SearchStrategy[Annotated], data: st.DataObject) -> None:
    item = data.draw(documents)
    options = {name: data.draw(st.sampled_from(choices)) for name, choices in CHOICES.items()}
    content, report = conll(item, **options)
    chosen: type[Annotation] = Event if options["columns"] == "triggers" else Entity
    sentences = rows(content)

    # the layout: four columns, single spaces, one blank line between sentences, nothing a reader may stumble on
    assert content.startswith("-DOCSTART- -X- -X- O\n\n")
    assert content.endswith("\n")
    assert "\n\n\n" not in content
    assert all(len(row) == 4 and row[1:3] == ["_", "_"] for sentence in sentences for row in sentence)
    assert all(row[0] and not any(c.isspace() for c in row[0]) for sentence in sentences for row in sentence)
    assert "-DOCSTART-" not in [row[0] for sentence in sentences for row in sentence]

    # the text: every code point that is no white space, in order
    bare = re.sub("[\x00-\x1f\x7f-\x9f\ud800-\udfff]", "\ufffd", "".join(item.document.text.split()))
    assert "".join(row[0] for sentence in sentences for row in sentence) == bare
    if options["boundary"] != "split":
        assert sum(len(sentence) for sentence in sentences) == len(tokens(item.document.text))

    # the counts: read = written + lost, and the mentions in the file are those that the report counts
    tags = [[row[3] for row in sentence] for sentence in sentences]
    strict = [e.tag for sentence in Entities(tags, IOB2).entities for e in sentence]
    assert Counter(strict) == Counter(name for sentence in tags for name, *_ in get_entities(sentence))
    mentions = {name: tally.mentions for (kind, name), tally in report.tallies.items() if tally.mentions}
    assert Counter(strict) == Counter(mentions)
    assert report.read == len(item.annotations)
    lost = {loss.id for loss in report.losses if loss.effect in ("unsupported", "dropped")}
    assert len(lost) == report.lost
    assert {a.id for a in item.annotations.values() if not isinstance(a, chosen)} <= lost
    assert all(loss.id in item.annotations or loss.effect == "damaged" for loss in report.losses)

    # somebody else's reader of columns; it takes lines that begin with # for comments
    assert content.count("\n\n") == len(sentences) + 1
    for sentence in sentences:
        kept = [row for row in sentence if not row[0].startswith("#")]
        if kept:
            block = "\n".join("\t".join(row) for row in kept) + "\n\n"
            (theirs,) = conllu.parse(block, fields=["form", "xpos", "chunk", "ne"], field_parsers={})
            assert [(token["form"], token["ne"]) for token in theirs] == [(row[0], row[3]) for row in kept]

    # our own reader
    (back,) = formats.read("conll", content.encode(), where="doc.conll").documents
    (layer,) = back.layers
    assert Counter(e.type for e in layer.annotations.entities) == Counter(strict)
