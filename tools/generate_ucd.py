"""Write the tables of `annotator.text.ucd` from the files of the Unicode Character Database.

Run from anywhere, standard library only::

    python tools/generate_ucd.py            # write annotator/text/ucd/_*.py
    python tools/generate_ucd.py --check    # exit status 1 if a table is not what the files give

To move to another Unicode version, put its files, compressed, into tests/conformance/ucd and run it again.
"""

from __future__ import annotations

import argparse
import gzip
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "tests" / "conformance" / "ucd"
TARGET = ROOT / "annotator" / "text" / "ucd"
LAST = 0x10FFFF

# One letter for each Bidi_Class, below the codes of brackets; mnemonic where ASCII allows.
BIDI_CODES = {
    "L": "L", "R": "R", "AL": "A", "EN": "E", "AN": "N", "ES": "+", "ET": "$", "CS": ",", "NSM": "M", "BN": "Z",
    "B": "B", "S": "S", "WS": "W", "ON": "O", "LRE": "(", "RLE": "[", "LRO": "*", "RLO": "<", "PDF": ")",
    "LRI": "1", "RLI": "2", "FSI": "3", "PDI": "4",
}  # fmt: skip
FIRST_BRACKET = 0x60  # opening brackets have even codes from here on, the closing one of the pair the next odd code

LONG_CLASS_NAMES = {
    "Left_To_Right": "L",
    "Right_To_Left": "R",
    "Arabic_Letter": "A",
    "European_Terminator": "$",
}

# What Arabic, Persian and Urdu prose is made of: at most 255 characters below U+10000, so that one byte can stand for
# each (see `annotator.text.ucd.codes`). A character outside costs speed, never a wrong answer.
COMMON = (
    "\t\n\r\x1b",
    *map(chr, range(0x20, 0x7F)),
    "\xa0«»°·×÷",
    "\u060c\u061b\u061c\u061f",
    *map(chr, range(0x0620, 0x066E)),
    "\u0670\u0671\u0674\u0679\u067a\u067b\u067e\u0686\u0688\u0691\u0698\u06a4\u06a9\u06ad\u06af\u06ba\u06be",
    "\u06c0\u06c1\u06c2\u06c3\u06c5\u06c6\u06c7\u06c8\u06cb\u06cc\u06ce\u06d0\u06d2\u06d3\u06d4\u06d5",
    *map(chr, range(0x06F0, 0x06FA)),
    "\u200b\u200c\u200d\u200e\u200f\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026\ufd3e\ufd3f\ufdfa\ufeff",
)


def lines(name: str) -> Iterator[str]:
    """The lines of a compressed database file."""
    with gzip.open(SOURCE / f"{name}.txt.gz", "rt", encoding="utf-8") as file:
        yield from file


def fields(name: str) -> Iterator[list[str]]:
    """The fields of each data line, comments and blanks left out."""
    for line in lines(name):
        data = line.partition("#")[0].strip()
        if data:
            yield [field.strip() for field in data.split(";")]


def span(field: str) -> range:
    """The code points of `0600` or `0600..06FF`."""
    first, _, last = field.partition("..")
    return range(int(first, 16), int(last or first, 16) + 1)


def version() -> str:
    """The Unicode version in the name that stands in the first line of a file."""
    match = re.search(r"-(\d+\.\d+\.\d+)\.txt", next(lines("DerivedBidiClass")))
    if match is None:
        raise SystemExit("DerivedBidiClass.txt.gz: no version in the first line")
    return match[1]


def ranges(values: Iterable[int]) -> tuple[list[int], list[int]]:
    """Starts and values of the runs of equal values over all code points."""
    starts: list[int] = []
    found: list[int] = []
    for point, value in enumerate(values):
        if not found or found[-1] != value:
            starts.append(point)
            found.append(value)
    return starts, found


def brackets() -> dict[int, tuple[int, int, str]]:
    """Bracket -> (its pair, its code, "o" or "c"); canonically equivalent pairs share codes (rule N0, BD16)."""
    decompositions = {0x2329: 0x3008, 0x232A: 0x3009}  # the only brackets with one; stable by policy
    data = {int(a, 16): (int(b, 16), kind) for a, b, kind in fields("BidiBrackets")}
    openings = sorted(point for point, (_, kind) in data.items() if kind == "o" and point not in decompositions)
    code = {point: FIRST_BRACKET + 2 * rank for rank, point in enumerate(openings)}
    if max(code.values()) + 1 > 0xFF:
        raise SystemExit("more bracket pairs than byte codes")
    result = {}
    for point, (pair, kind) in data.items():
        opening = point if kind == "o" else pair
        result[point] = (pair, code[decompositions.get(opening, opening)] + (kind == "c"), kind)
    return result


def bidi_codes() -> tuple[list[int], list[int]]:
    """Bidi codes by ranges: `@missing` defaults first (later lines win), then the data, then brackets."""
    table = bytearray(LAST + 1)
    for line in lines("DerivedBidiClass"):
        missing = re.match(r"# @missing: (\S+); (\w+)", line)
        if missing:
            points = span(missing[1])
            table[points.start : points.stop] = LONG_CLASS_NAMES[missing[2]].encode() * len(points)
    for points, name in ((span(a), b) for a, b in fields("DerivedBidiClass")):
        table[points.start : points.stop] = BIDI_CODES[name].encode() * len(points)
    for point, (_, code, _) in brackets().items():
        if table[point] != ord("O"):
            raise SystemExit(f"bracket {point:04X} is not ON")
        table[point] = code
    return ranges(table)


def joining_codes() -> tuple[list[int], list[int]]:
    """Joining_Type by ranges; what the file does not name is U."""
    table = bytearray(b"U" * (LAST + 1))
    for points, name in ((span(a), b) for a, b in fields("DerivedJoiningType")):
        table[points.start : points.stop] = name.encode() * len(points)
    for first, _, name, *_ in fields("ArabicShaping"):
        if table[int(first, 16)] != ord(name):
            raise SystemExit(f"ArabicShaping and DerivedJoiningType disagree at {first}")
    return ranges(table)


def assigned() -> list[int]:
    """Code points where being assigned (General_Category other than Cn) begins, ends, begins ..."""
    table = bytearray(LAST + 1)
    for points, name in ((span(a), b) for a, b in fields("DerivedGeneralCategory")):
        table[points.start : points.stop] = bytes([name != "Cn"]) * len(points)
    starts, values = ranges(table)
    return starts if values[0] else starts[1:]


def numbers(values: list[int]) -> str:
    """A tuple of hexadecimal literals."""
    return "(" + ", ".join(f"0x{value:X}" for value in values) + ")"


def characters(points: Iterable[int]) -> str:
    """An ASCII literal of the characters of these code points."""
    return ascii("".join(map(chr, points)))


def module(summary: str, *assignments: str) -> str:
    """The text of a generated module."""
    banner = (
        f"# Generated by tools/generate_ucd.py from the Unicode Character Database {version()}. Do not edit.\n"
        "# Data: Copyright (c) 1991-2024 Unicode, Inc., Unicode License V3 (tests/conformance/ucd/LICENSE).\n"
    )
    return banner + f'"""{summary}"""\n\nfrom __future__ import annotations\n\n' + "\n".join(assignments) + "\n"


def modules() -> dict[str, str]:
    """File name -> text of every generated module."""
    common = "\0" + "".join(COMMON)
    if len(common) > 256 or len(set(common)) != len(common):
        raise SystemExit(f"{len(common)} common characters, {len(set(common))} different: at most 256, all different")
    bidi_starts, bidi_values = bidi_codes()
    joining_starts, joining_values = joining_codes()
    mirrored = {int(a, 16): int(b, 16) for a, b in fields("BidiMirroring")}
    pairs = brackets()
    return {
        "_bidi.py": module(
            "Bidi_Class, Bidi_Paired_Bracket and Bidi_Mirroring_Glyph.",
            f"CODE_OF_CLASS: dict[str, int] = { {name: ord(code) for name, code in BIDI_CODES.items()}!r}",
            f"FIRST_BRACKET = 0x{FIRST_BRACKET:X}",
            f"STARTS: tuple[int, ...] = {numbers(bidi_starts)}",
            f"CODES: bytes = {bytes(bidi_values)!r}",
            f"MIRROR_FROM = {characters(mirrored)}",
            f"MIRROR_TO = {characters(mirrored.values())}",
            f"BRACKET = {characters(pairs)}",
            f"BRACKET_PAIR = {characters(pair for pair, _, _ in pairs.values())}",
            f"BRACKET_TYPE = {''.join(kind for _, _, kind in pairs.values())!r}",
        ),
        "_joining.py": module(
            "Joining_Type.",
            f"STARTS: tuple[int, ...] = {numbers(joining_starts)}",
            f"CODES: bytes = {bytes(joining_values)!r}",
        ),
        "_assigned.py": module(
            "Where assigned code points begin and end.",
            f"BOUNDS: tuple[int, ...] = {numbers(assigned())}",
        ),
        "_common.py": module(
            "The Unicode version, and the characters that have a byte of their own.",
            f"UNICODE_VERSION = {version()!r}",
            f"COMMON = {common!a}",
        ),
    }


def main(arguments: list[str]) -> int:
    """Write or check the tables; the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing, compare")
    check: bool = parser.parse_args(arguments).check
    stale = [name for name, text in modules().items() if not _same(TARGET / name, text)]
    for name in stale:
        if not check:
            (TARGET / name).write_text(modules()[name], encoding="utf-8")
        print(f"{name}: {'stale' if check else 'written'}")
    return 1 if check and stale else 0


def _same(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
