"""What a text must hold for a regular expression: never more than is so."""

from __future__ import annotations

import re
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.errors import UsageError
from annotator.text import literals
from annotator.text.find import FindOptions, find_all, needs
from annotator.text.literals import required
from annotator.text.normalise import fold

PIECES = [
    "ا",
    "ب",
    "ت",
    "ث",
    "أ",
    "Ab",
    ".",
    "*",
    "+",
    "?",
    "{2}",
    "{1,3}",
    "{0}",
    "(",
    "(?:",
    ")",
    "|",
    "[اب]",
    "[^ا]",
]
PIECES += [
    "[ا-ت]",
    "^",
    "$",
    r"\b",
    r"\w",
    r"\1",
    "(?=",
    "(?!",
    "(?<=",
    "(?>",
    "(?i:",
    "(?-i:",
    "(?x) ",
    "++",
    "*?",
    "ـَ",
]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("داعش", [["داعش"]]),
        ("د.عش$", [["عش"], ["د"]]),
        ("داعش?", [["داع"]]),
        ("و?داعش", [["داعش"]]),
        ("(داعش|كلا)$", [["داعش", "كلا"]]),
        (r"\bل?(داعش|حماس)\b", [["حماس", "داعش"]]),
        ("[دذ]اعش", [["داعش", "ذاعش"]]),
        ("[]ا]بتث", [["]بتث", "ابتث"]]),
        ("[^ا]بتث", [["بتث"]]),
        ("[ا-ي]بتث", [["بتث"]]),
        ("[ا-ت]بتث", [["ابتث", "ببتث", "ةبتث", "تبتث"]]),
        ("حزب.*(الله|البعث)", [["البعث", "الله"], ["حزب"]]),
        ("كتا+ب", [["كتا"], ["اب"]]),
        ("ابت{2,3}ثج", [["ابتت"], ["تثج"]]),
        ("(كتب ){3}", [["كتب كتب كتب "]]),
        ("(?:كت.ب)+", [["كت"], ["ب"]]),
        ("(?:كت.ب)?قلم", [["قلم"]]),
        ("(كتاب)?قلم", [["قلم"]]),
        ("(كتاب)*قلم", [["قلم"]]),
        ("^اب.*ت|ثجح.", [["اب", "ثجح"]]),
        ("^اب.*ت|.", []),
        ("(?<=عش)كتاب(?! آخر)", [["كتاب"]]),
        ("(?>كت)اب", [["كتاب"]]),
        (r"(كتب)\1", [["كتب"]]),
        ("(كتب)?(?(1)قلم|لوح)", []),
        ("(?x) داعش  # العراق", [["داعش"]]),
        ("abcكم", [["abcكم"]]),
        ("(?i)abcكم", [["كم"]]),
        ("(?i:abc)كم", [["كم"]]),
        ("(?i:abc(?-i:de))كم", [["deكم"]]),
        ("(?i:[aب]تث)", [["تث"]]),
        ("ا{30}ب", [["ا" * 24], ["اب"]]),
        ("[ابت][ابت][ابت]ثج", []),
        ("كتاب" * 20, [["كتاب" * 10]]),
        ("(ا|ب)", [["ا", "ب"]]),
        ("(?!)", []),
        (".", []),
        ("", []),
        ("((", []),
        ("ا{9999999999}", []),
        ("(" * 3000, []),
    ],
)
def test_what_is_required(expression: str, expected: list[list[str]]) -> None:
    found = [list(group) for group in required(expression, 0)]
    if expression.startswith("[ابت]"):
        assert [len(group) for group in found] == [3, 9]
    elif len(expression) == 80:
        assert found[0] == expected[0]
    else:
        assert found == expected


def test_without_the_parser_nothing_is_required(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> object:
        raise ImportError(name)

    literals._parser.cache_clear()
    monkeypatch.setattr(literals, "import_module", missing)
    try:
        assert required("داعش", 0) == ()
    finally:
        literals._parser.cache_clear()


@given(
    st.lists(st.sampled_from(PIECES), max_size=8).map("".join),
    st.text("ابتثأ bAB\n", max_size=24),
    st.sampled_from([0, re.IGNORECASE, re.MULTILINE, re.ASCII]),
)
def test_what_is_required_is_in_every_match(expression: str, text: str, flags: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            pattern = re.compile(expression, flags)
        except re.error:
            return
    for match in pattern.finditer(text):
        for group in required(expression, flags):
            assert any(one in match[0] for one in group)


@given(
    st.lists(st.sampled_from(PIECES), max_size=8).map("".join),
    st.text("ابتثأ bABـَ\n", max_size=24),
    st.booleans(),
    st.booleans(),
)
def test_what_a_search_needs_is_in_the_folded_text(query: str, text: str, regex: bool, normalise: bool) -> None:
    options = FindOptions(normalise=normalise, regex=regex)
    try:
        found = find_all(text, query, options)
    except UsageError:
        return
    folded = fold(text).text
    assert not found or all(any(one in folded for one in group) for group in needs(query, options))
