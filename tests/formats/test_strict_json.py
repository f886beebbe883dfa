"""JSON that two programs could understand differently is refused, with the place."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.errors import FormatError
from annotator.formats.strict_json import load, spell


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"{", "no JSON: .* line 1, column 2"),
        (b'{"a": 1} {}', "no JSON: Extra data"),
        (b'"\x01"', "control character"),
        (b"\xff", "byte 0 is not UTF-8"),
        (b'"\xed\xa0\x80"', "byte 1 is not UTF-8"),
        ("\ufeff{}".encode(), "byte order mark"),
        (b'{"a": 1, "a": 2, "id": "e-7"}', "the key 'a' is given twice in one object with the id 'e-7'"),
        (b"[NaN]", "NaN is no number"),
        (b"[-Infinity]", "-Infinity is no number"),
        (b"[1e999]", "too large"),
        (b"9" * 5000, "cannot be read: a number is too large\\. "),
        (b'"abc', "no JSON: Unterminated string starting at line 1, column 1"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"a":' * 200_000, "nested too deeply"),
        (rb'{"a": ["x", "\ud83d"]}', "half of a surrogate pair"),
        (rb'{"\uDE0A": 1}', "half of a surrogate pair"),
        (rb'{"a": ["x", "b\u0000"]}', "NUL cannot be part of a text"),
        (rb'{"\u0000": 1}', "NUL cannot be part of a text"),
    ],
)
def test_refused(data: bytes, what: str) -> None:
    with pytest.raises(FormatError, match=what) as caught:
        load(data, where="d.json")
    assert caught.value.where.startswith("d.json")
    assert caught.value.hint


def test_the_place_of_half_a_pair() -> None:
    with pytest.raises(FormatError) as caught:
        load(rb'{"a": [0, {"b": "\ud83d"}]}', where="d.json")
    assert caught.value.where == "d.json: a[1].b"
    assert load(rb'{"a": "\ud83d\ude0a"}') == {"a": "😊"}


def test_what_only_looks_like_an_escape_is_text() -> None:
    assert load(rb'["\\u0000", "\\ud800"]') == [r"\u0000", r"\ud800"]


def test_spell() -> None:
    assert spell(("layers", 0, "annotations", 12, "id")) == "layers[0].annotations[12].id"
    assert spell(()) == ""
    assert spell((0,)) == "[0]"


TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=9)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@given(JSON, st.booleans())
def test_sound_json_is_read_as_anybody_reads_it(value: object, ascii_only: bool) -> None:
    data = json.dumps(value, ensure_ascii=ascii_only).encode()
    assert load(data) == json.loads(data) == value


@given(st.binary(max_size=40))
def test_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        load(data)
    except FormatError as error:
        assert error.what  # noqa: PT017 - either outcome is right
