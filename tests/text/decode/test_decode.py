"""Bytes to text and back, and errors that say where and what to do."""

from __future__ import annotations

import codecs
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.errors import TextError, UsageError
from annotator.text import decode as module
from annotator.text.decode import Decoded, decode

ARTICLE = "وقالت مصادر محلية من دير الزور، لأورينت نت اليوم الثلاثاء.\n" * 3
ENCODINGS = {
    "utf-8": b"",
    "utf-8-bom": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}


@pytest.mark.parametrize("name", ENCODINGS)
@given(text=st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30))
def test_any_text_comes_back_and_goes_back(name: str, text: str) -> None:
    mark, encoding = ENCODINGS[name], name.removesuffix("-bom")
    text = text.lstrip("\ufeff")  # a text without a mark may not begin with one
    data = mark + text.encode(encoding)
    decoded = decode(data)
    assert (decoded.text, decoded.encoding, decoded.bom) == (text, encoding, bool(mark))
    assert decoded.encode() == data


@given(st.binary(max_size=40), st.sampled_from([None, "utf-8", "utf-16-le", "windows-1256", "iso-8859-6", "utf-7"]))
def test_any_bytes_are_kept_or_refused_with_one_message(data: bytes, encoding: str | None) -> None:
    with contextlib.suppress(TextError):
        decoded = decode(data, encoding)
        assert decoded.encode() == data
        assert "\0" not in decoded.text


@pytest.mark.parametrize("encoding", ["windows-1256", "cp1256", "iso-8859-6", "ISO_8859-6"])
def test_eight_bit_encodings_on_request(encoding: str) -> None:
    data = ARTICLE.encode(encoding)
    decoded = decode(data, encoding)
    assert decoded.text == ARTICLE
    assert decoded.encode() == data
    assert decoded.encoding in {"windows-1256", "iso-8859-6"}


def test_an_empty_file_is_an_empty_document() -> None:
    assert decode(b"") == Decoded("", "utf-8", bom=False, newline="lf")
    assert decode(codecs.BOM_UTF8).text == ""


@pytest.mark.parametrize(
    ("text", "newline"),
    [
        ("ا\nب\n", "lf"),
        ("ا", "lf"),
        ("ا\r\nب\r\n", "crlf"),
        ("ا\rب", "cr"),
        ("ا\r\nب\n", "mixed"),
        ("ا\r\nب\r", "mixed"),
        ("ا\n\rب", "mixed"),
    ],
)
def test_newlines_are_named_and_kept(text: str, newline: str) -> None:
    decoded = decode(text.encode())
    assert decoded.text == text
    assert decoded.newline == newline


def test_escapes_and_controls_are_text() -> None:
    text = "\x1b[31mأحمر\x1b[0m \u202eقلب\u202c \x07\x7f\x85\ufffe\u200b"
    assert decode(text.encode()).text == text


def message(data: bytes, encoding: str | None = None) -> str:
    with pytest.raises((TextError, UsageError)) as caught:
        decode(data, encoding, where="a.txt")
    assert caught.value.hint
    assert caught.value.where.startswith("a.txt")
    return str(caught.value)


def test_a_wrong_byte_is_named_with_its_place() -> None:
    good = "سطر\r\nسطر\rسطر\n".encode()
    text = message(good + "كل".encode() + b"\xff" + ARTICLE.encode())
    assert text.startswith(f"a.txt, byte {len(good) + 4}, line 4: FF is not UTF-8 (invalid start byte)")
    assert "repair" in text


def test_a_place_counts_the_byte_order_mark() -> None:
    assert "byte 4, line 1: FF" in message(codecs.BOM_UTF8 + b"a\xff")


@pytest.mark.parametrize("encoding", ["windows-1256", "iso-8859-6", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_the_likely_encoding_is_named(encoding: str) -> None:
    assert message(ARTICLE.encode(encoding)).endswith(f"try --encoding {encoding}")


@pytest.mark.parametrize(
    ("data", "encoding", "words"),
    [
        (ARTICLE.encode()[:-3], None, "cut off"),
        (
            b"\x7fELF\x02\x01\x01\x00\x00",
            None,
            "byte 7, line 1: NUL cannot be part of a document. It looks like a binary",
        ),
        (codecs.BOM_UTF16_LE + "اب\0".encode("utf-16-le"), None, "byte 6, line 1: NUL"),
        (ARTICLE.encode(), "iso-8859-6", "leave out --encoding"),
        (ARTICLE.encode("utf-16-le"), "utf-16", "byte order mark. Try --encoding utf-16-le"),
        (codecs.BOM_UTF8 + b"a", "windows-1256", "Leave out --encoding"),
        (ARTICLE.encode(), "windows1265", "Did you mean windows-1256?"),
        (ARTICLE.encode(), "", "no text encoding"),
        (ARTICLE.encode(), "utf\0", "no text encoding"),
        (b"YWJj", "base64", "no text encoding named 'base64'"),
        (b"+ADw-", "utf-7", "same bytes"),
    ],
)
def test_other_errors(data: bytes, encoding: str | None, words: str) -> None:
    assert words in message(data, encoding)


def test_a_wrong_encoding_name_is_wrong_use() -> None:
    with pytest.raises(UsageError):
        decode(b"a", "no-such-encoding")


def test_too_large_a_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 10)
    assert decode(b"0123456789").text == "0123456789"
    assert "11 bytes, a document can have 10" in message(b"0123456789a")
