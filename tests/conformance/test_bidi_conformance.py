"""The whole of the two test files of UAX #9: paragraph level, levels and order of every case."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from annotator.text.bidi import BidiParagraph, resolve, resolve_codes
from annotator.text.ucd import CODE_OF_CLASS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from annotator.text.bidi import Base

    type_of_ucd = Callable[[str], Iterator[tuple[int, str]]]

pytestmark = pytest.mark.conformance


@dataclass(frozen=True, slots=True)
class Failure:
    """One case that went wrong."""

    line: int
    given: str
    base: Base
    expected: object
    got: object


@dataclass(frozen=True, slots=True)
class Expectation:
    """Levels and order as the files write them: removed code points are `x` in one and missing in the other."""

    levels: tuple[str, ...]
    order: tuple[int, ...]
    verdicts: dict[Sequence[int], bool] = field(default_factory=dict, repr=False)
    """Levels of a line -> whether they and their order are right; many cases of BidiTest.txt share both."""

    @classmethod
    def parse(cls, levels: str, order: str) -> Expectation:
        return cls(tuple(levels.split()), tuple(int(index) for index in order.split()))

    def met_by(self, paragraph: BidiParagraph) -> bool:
        size = len(self.levels)
        levels = paragraph.line_levels(0, size)
        verdict = self.verdicts.get(levels)
        if verdict is None:
            kept = [index for index, level in enumerate(self.levels) if level != "x"]
            order = [index for index in paragraph.visual_order(0, size) if index in kept]
            same = len(levels) == size and all(levels[index] == int(self.levels[index]) for index in kept)
            verdict = self.verdicts[levels] = same and tuple(order) == self.order
        return verdict


def seen(paragraph: BidiParagraph) -> tuple[int, list[int], list[int]]:
    size = len(paragraph.levels)
    return paragraph.base_level, list(paragraph.line_levels(0, size)), list(paragraph.visual_order(0, size))


def show(failures: list[Failure]) -> str:
    return "\n".join([f"{len(failures)} failures, the first of them:", *map(str, failures[:20])])


BASES: tuple[Base, ...] = ("auto", "ltr", "rtl")  # bits 0, 1 and 2 of the bitset in BidiTest.txt


@pytest.mark.parametrize(("base", "cases"), [("auto", 256_747), ("ltr", 256_747), ("rtl", 256_747)])
def test_bidi_test(ucd: type_of_ucd, base: Base, cases: int) -> None:
    bit = 1 << BASES.index(base)
    levels = ""
    expected = Expectation.parse("", "")
    failures = []
    count = 0
    codes = {name: bytes([code]) for name, code in CODE_OF_CLASS.items()}
    for line, data in ucd("BidiTest"):
        if data[0] == "@":
            name, _, value = data.partition(":")
            if name == "@Levels":
                levels = value
            elif name == "@Reorder":
                expected = Expectation.parse(levels, value)
            continue
        classes, _, bits = data.partition(";")
        if not int(bits, 16) & bit:
            continue
        count += 1
        paragraph = resolve_codes(b"".join([codes[name] for name in classes.split()]), base)
        if not expected.met_by(paragraph):
            failures.append(Failure(line, classes, base, expected, seen(paragraph)))
    assert not failures, show(failures)
    assert count == cases


def test_bidi_character_test(ucd: type_of_ucd) -> None:
    failures = []
    count = 0
    for line, data in ucd("BidiCharacterTest"):
        points, direction, base_level, levels, order = data.split(";")
        text = "".join([chr(int(point, 16)) for point in points.split()])
        base: Base = ("ltr", "rtl", "auto")[int(direction)]
        count += 1
        paragraph = resolve(text, base)
        expected = Expectation.parse(levels, order)
        if paragraph.base_level != int(base_level) or not expected.met_by(paragraph):
            failures.append(Failure(line, points, base, (base_level, expected), seen(paragraph)))
    assert not failures, show(failures)
    assert count == 91_707
