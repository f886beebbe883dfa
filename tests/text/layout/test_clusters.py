"""Clusters against the test file of UAX #29, and the natures from which the layout's fast path is built."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.text.clusters import Nature, cluster_width, clusters, nature

TEST_FILE = Path(__file__).parents[2] / "conformance" / "ucd" / "GraphemeBreakTest.txt.gz"

# Unicode 15 counted U+2701 among the pictographs, so that ZWJ joined it to the next one (GB11); since then it is
# none, and wcwidth's tables are newer than the test file.
OUTDATED = {"\u2701\u200d\u2701"}


def records() -> list[tuple[str, list[int]]]:
    found = []
    for line in gzip.decompress(TEST_FILE.read_bytes()).decode().splitlines():
        fields = line.partition("#")[0].split()
        text, starts = "", []
        for mark, point in zip(fields[::2], fields[1::2], strict=False):
            if mark == "÷":
                starts.append(len(text))
            text += chr(int(point, 16))
        if text:
            found.append((text, starts))
    return found


@pytest.mark.conformance
def test_the_clusters_are_those_of_the_standard() -> None:
    tested = records()
    failures = [(text, starts, list(clusters(text))) for text, starts in tested if list(clusters(text)) != starts]
    assert len(tested) == 602
    assert {text for text, _, _ in failures} == OUTDATED


@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_clusters_start_at_zero_and_ascend(text: str) -> None:
    starts = list(clusters(text))
    assert starts == sorted(set(starts))
    assert starts[:1] == [0][: len(text)]
    assert all(start < len(text) for start in starts)


@given(st.text(st.characters(max_codepoint=0x7F)))
def test_ascii_has_a_cluster_for_each_character_but_cr_lf(text: str) -> None:
    assert list(clusters(text)) == [
        at for at, ch in enumerate(text) if not (ch == "\n" and at and text[at - 1] == "\r")
    ]


@pytest.mark.parametrize(
    ("ch", "expected"),
    [
        ("a", Nature.BASE),
        ("ل", Nature.BASE),
        ("漢", Nature.BASE),
        ("각", Nature.BASE),
        (" ", Nature.BASE),
        ("\u064e", Nature.EXTEND),
        ("\u200c", Nature.EXTEND),
        ("\u200d", Nature.EXTEND),
        ("\u0903", Nature.EXTEND),
        ("\ufe0f", Nature.EXTEND),
        ("\U0001f3fd", Nature.EXTEND),
        ("\x1b", Nature.CONTROL),
        ("\n", Nature.CONTROL),
        ("\u200f", Nature.CONTROL),
        ("\u200b", Nature.CONTROL),
        ("\u06dd", Nature.COMPLEX),
        ("\U0001f600", Nature.COMPLEX),
        ("\U0001f1f8", Nature.COMPLEX),
        ("\u1100", Nature.COMPLEX),
        ("\u1161", Nature.COMPLEX),
        ("\u0915", Nature.COMPLEX),
    ],
)
def test_nature(ch: str, expected: Nature) -> None:
    assert nature(ch) is expected


@pytest.mark.parametrize(
    ("cluster", "cells"),
    [
        ("ل", 1),
        ("ل\u064e\u0651", 1),
        ("\u064e", 0),
        ("漢", 2),
        ("👨\u200d👩\u200d👧\u200d👦", 2),
        ("🇸🇦", 2),
        ("❤\ufe0f", 2),
        ("a" + "\u0301" * 10_000, 1),
    ],
)
def test_cluster_width(cluster: str, cells: int) -> None:
    assert cluster_width(cluster) == cells
