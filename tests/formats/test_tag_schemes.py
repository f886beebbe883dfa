"""IOB1, IOB2, IOBES and BILOU: told apart, decoded alike, and decoded as seqeval decodes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from seqeval.metrics.sequence_labeling import get_entities
from seqeval.scheme import BILOU, IOB1, IOB2, IOBES, Entities

from annotator.formats.tag_schemes import OUTSIDE, Tag, decode, detect, parse


def tags(text: str) -> list[Tag]:
    found = [parse(tag) for tag in text.split()]
    return [tag for tag in found if tag is not None]


@pytest.mark.parametrize(
    ("scheme", "text", "reference"),
    [
        ("IOB1", "I-PER I-PER O I-LOC B-LOC O", IOB1),
        ("IOB2", "B-PER I-PER O B-LOC B-LOC O", IOB2),
        ("IOBES", "B-PER E-PER O S-LOC S-LOC O", IOBES),
        ("BILOU", "B-PER L-PER O U-LOC U-LOC O", BILOU),
    ],
)
def test_the_same_mentions_in_four_schemes(scheme: str, text: str, reference: type) -> None:
    sentence = tags(text)
    assert detect([sentence]) == scheme
    mentions = list(decode(sentence, detect([sentence])))
    assert [(m.first, m.last, m.type, m.fault) for m in mentions] == [
        (0, 2, "PER", ""),
        (3, 4, "LOC", ""),
        (4, 5, "LOC", ""),
    ]
    theirs = Entities([text.split()], reference).entities[0]
    assert [(e.start, e.end, e.tag) for e in theirs] == [(m.first, m.last, m.type) for m in mentions]


@given(st.lists(st.sampled_from(["O", "B-A", "I-A", "B-B", "I-B"]), max_size=12))
def test_untidy_iob2_is_read_as_the_scorers_read_it(row: list[str]) -> None:
    mentions = [(m.type, m.first, m.last - 1) for m in decode(tags(" ".join(row)), "IOB2")]
    assert mentions == get_entities(row)


def test_faults_are_named() -> None:
    assert [m.fault for m in decode(tags("O I-A I-B"), "IOB2")] == ["it opens with I", "it opens with I"]
    assert [m.fault for m in decode(tags("B-A I-A O L-B"), "BILOU")] == ["it is not ended", "it opens with L"]
    assert [m.fault for m in decode(tags("I-A B-A"), "IOB1")] == ["", ""]


@pytest.mark.parametrize(
    ("text", "scheme"),
    [
        ("O O", "IOB2"),
        ("I-A O I-B", "IOB1"),
        ("B-A I-A O I-B", "IOB2"),
        ("I-A B-A I-A", "IOB1"),
        ("B-A M-A E-A", "IOBES"),
    ],
)
def test_detection(text: str, scheme: str) -> None:
    assert detect([tags(text)]) == scheme


def test_parse() -> None:
    assert parse("O") is OUTSIDE
    assert parse("B-MISC-2") == Tag("B", "MISC-2")
    for wrong in ("", "B", "B-", "I--ORG", "X-A", "OO", "o", "BI-A"):
        assert parse(wrong) is None
