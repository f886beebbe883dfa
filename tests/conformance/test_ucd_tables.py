"""The generated tables are what the files say, whichever way a value is looked up."""

from __future__ import annotations

import importlib.util
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from annotator.text import ucd as tables
from annotator.text.ucd._common import COMMON
from annotator.text.ucd.codes import CodeTable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    type_of_ucd = Callable[[str], Iterator[tuple[int, str]]]

ROOT = Path(__file__).resolve().parents[2]
ASTRAL = "\U0001f600"  # no common character: makes the look-up take the way of rare ones


def entries(lines: Iterator[tuple[int, str]]) -> Iterator[tuple[str, str]]:
    for _, data in lines:
        points, value = (field.strip() for field in data.split(";")[:2])
        first, _, last = points.partition("..")
        yield "".join(map(chr, range(int(first, 16), int(last or first, 16) + 1))), value


def test_tables_are_fresh() -> None:
    script = ROOT / "tools" / "generate_ucd.py"
    if not script.exists():
        pytest.skip("no tools/ in a source distribution")
    spec = importlib.util.spec_from_file_location("generate_ucd", script)
    assert spec is not None
    assert spec.loader is not None
    generator = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generator)
    assert generator.main(["--check"]) == 0


def test_bidi_class_of_every_listed_code_point(ucd: type_of_ucd) -> None:
    for text, value in entries(ucd("DerivedBidiClass")):
        brackets = {code for code in tables.bidi_codes(text) if code >= tables.FIRST_BRACKET}
        if brackets:
            assert value == "ON"
        else:
            assert set(tables.bidi_codes(text)) == {tables.CODE_OF_CLASS[value]}
        assert tables.bidi_class(text[0]) == tables.bidi_class(text[-1]) == value


@pytest.mark.parametrize(
    ("ch", "value"),
    [("\u0378", "L"), ("\u05ff", "R"), ("\u07bf", "AL"), ("\u20cf", "ET"), ("\ufdd0", "BN"), ("\U0001eebc", "AL"),
     ("\U000e0000", "BN"), ("\ud800", "L"), ("\ue000", "L"), ("\U0010ffff", "BN")],
)  # fmt: skip
def test_default_bidi_classes(ch: str, value: str) -> None:
    assert tables.bidi_class(ch) == value


def test_joining_type_of_every_listed_code_point(ucd: type_of_ucd) -> None:
    listed: set[str] = set()
    for text, value in entries(ucd("DerivedJoiningType")):
        assert tables.joining_codes(text) == value.encode() * len(text)
        listed.update(text)
    others = [ch for ch in map(chr, range(0x3000)) if ch not in listed]
    assert tables.joining_codes("".join(others)) == b"U" * len(others)


def test_assigned(ucd: type_of_ucd) -> None:
    for text, value in entries(ucd("DerivedGeneralCategory")):
        assert tables.is_assigned(text[0]) is tables.is_assigned(text[-1]) is (value != "Cn")


def test_brackets(ucd: type_of_ucd) -> None:
    listed = {}
    for _, data in ucd("BidiBrackets"):
        bracket, pair, kind = (field.strip() for field in data.split(";"))
        listed[chr(int(bracket, 16))] = (chr(int(pair, 16)), kind)
    assert listed == tables.BRACKETS
    for bracket, (pair, kind) in listed.items():
        code, other = tables.bidi_codes(bracket + pair)
        assert (code % 2 == 0) is (kind == "o")
        assert code ^ 1 == other
    # One code for brackets that are canonically equivalent, and for no others.
    by_code: dict[int, set[str]] = {}
    for bracket in listed:
        by_code.setdefault(tables.bidi_codes(bracket)[0], set()).add(unicodedata.normalize("NFD", bracket))
    assert all(len(equivalents) == 1 for equivalents in by_code.values())
    assert len(by_code) == len({unicodedata.normalize("NFD", bracket) for bracket in listed})


def test_mirroring(ucd: type_of_ucd) -> None:
    listed = {text: chr(int(value, 16)) for text, value in entries(ucd("BidiMirroring"))}
    assert listed == tables.MIRROR
    assert all(tables.MIRROR[tables.MIRROR[ch]] == ch for ch in tables.MIRROR)


@pytest.mark.parametrize("encode", [tables.bidi_codes, tables.joining_codes])
def test_both_ways_of_looking_up_agree(encode: Callable[[str], bytes]) -> None:
    one_by_one = b"".join(encode(ch + ASTRAL)[:1] for ch in COMMON)
    assert encode(COMMON) == one_by_one
    long = (COMMON * 5 + ASTRAL) * 3  # longer than a piece, with rare characters in some
    assert encode(long) == b"".join(encode(ch) for ch in long)


def test_memo_is_bounded() -> None:
    table = CodeTable((0, 0x100), b"ab")
    assert table.encode("".join(map(chr, range(0x100, 0x10000)))) == b"b" * 0xFF00
    assert len(table) <= 0x2000


def test_version_is_that_of_the_files() -> None:
    assert tables.UNICODE_VERSION == "15.0.0"
