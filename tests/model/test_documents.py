"""Documents: identity of texts, titles, and ids that may name files."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from annotator.errors import TextError
from annotator.model.documents import Document, check_id, digest, first_line, id_from_name


def test_a_document_has_its_first_line_as_title_and_its_digest() -> None:
    document = Document.of("\n  خسائر جديدة \nوقالت", id="d1")
    assert document.title == "خسائر جديدة"
    assert document.sha256 == hashlib.sha256("\n  خسائر جديدة \nوقالت".encode()).hexdigest()
    assert Document.of(" \n", id="d1").title == "d1"
    assert Document.of("نص", id="d1", title="عنوان").title == "عنوان"


def test_lone_surrogates_have_a_digest() -> None:
    assert digest("a\ud800b") != digest("ab")


@given(st.text())
def test_the_first_line_is_one_short_line(text: str) -> None:
    line = first_line(text, 10)
    assert len(line) <= 10
    assert len(line.splitlines()) <= 1 or not set(line) & set("\r\n\u2028\u2029\x85\x0b\x0c")
    assert line == line.strip()
    assert bool(line) == bool(text.strip())


@given(st.text(max_size=200))
@example("..")
@example("../../etc/passwd")
@example("سامح شكري")
@example("-" * 200)
@example("." * 79 + "a" * 10)
def test_any_name_gives_a_usable_id(name: str) -> None:
    made = id_from_name(name)
    check_id(made)
    assert "/" not in made
    assert len(made) <= 80


def test_composed_and_decomposed_names_give_the_same_id() -> None:
    assert id_from_name("آ") == id_from_name("آ")


@pytest.mark.parametrize("value", ["", ".", "..", ".hidden", "a/b", "a\\b", "a b", "a\n", "a\0", "x" * 121, "a:b"])
def test_unusable_ids_are_refused(value: str) -> None:
    with pytest.raises(TextError, match="cannot be a document's id"):
        check_id(value)
    with pytest.raises(TextError):
        Document.of("نص", id=value)
