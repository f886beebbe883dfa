"""Reading CoNLL files of others: schemes, documents, and the dirt that real corpora have."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator import formats
from annotator.errors import FormatError
from annotator.formats.interface import AnnotatedDocument, Imported
from annotator.model.annotations import quoted


def read(content: str, where: str = "corpus/ANERcorp.conll") -> Imported:
    return formats.read("conll", content.encode(), where=where)


def mentions(item: AnnotatedDocument) -> list[tuple[str, str]]:
    (layer,) = item.layers
    return [(entity.type, quoted(item.document.text, entity.fragments)) for entity in layer.annotations.entities]


def test_two_columns() -> None:
    imported = read("وصل O\nسامح B-PERS\nشكري I-PERS\n\nلدمشق B-GPE\n. O\n")
    (item,) = imported.documents
    assert item.document.text == "وصل سامح شكري\nلدمشق ."
    assert item.document.id == "ANERcorp"
    assert item.document.source == "ANERcorp.conll"
    assert mentions(item) == [("PERS", "سامح شكري"), ("GPE", "لدمشق")]
    assert imported.repairs == ()
    assert imported.notes == ("tag scheme IOB2, 2 columns",)
    entity = item.layers[0].annotations.entities[0]
    assert (entity.id, entity.provenance.source) == ("e-000001", "import")


@pytest.mark.parametrize("docstart", ["-DOCSTART- -X- -X- O", "-DOCSTART- -X- O", "-DOCSTART- -X- O O", "-DOCSTART-"])
def test_documents(docstart: str) -> None:
    row = "EU NNP B-NP I-ORG\nrejects VBZ B-VP O\n\n"
    imported = read(f"{docstart}\n\n{row}{docstart}\n\n{row}{row}")
    assert [item.document.id for item in imported.documents] == ["ANERcorp-0001", "ANERcorp-0002"]
    assert imported.documents[1].document.text == "EU rejects\nEU rejects"
    assert mentions(imported.documents[1]) == [("ORG", "EU"), ("ORG", "EU")]
    assert imported.notes == ("tag scheme IOB1, 4 columns", "the columns between the first and the last are not read")
    assert imported.repairs == ()


def test_an_empty_file_and_an_empty_document() -> None:
    assert read("").documents == ()
    assert read("\n \n").documents == ()
    assert [item.document.text for item in read("-DOCSTART- -X- O\n\n").documents] == [""]


def test_tabs_crlf_and_a_byte_order_mark() -> None:
    (item,) = read("\ufeffوصل\tO\r\nسامح\tB-PERS\r\n\r\nأمس\tO\r\n").documents
    assert item.document.text == "وصل سامح\nأمس"
    assert mentions(item) == [("PERS", "سامح")]


def test_a_tab_among_spaces_ends_a_column_as_a_space_does() -> None:
    imported = read("سامح\tNNP B-NP B-PERS\nوصل VBD B-VP O\n")
    assert imported.documents[0].document.text == "سامح وصل"
    assert mentions(imported.documents[0]) == [("PERS", "سامح")]
    assert imported.repairs == ()


def test_between_tabs_a_token_keeps_its_space() -> None:
    (item,) = read("أبو ظبي\tB-GPE\nاليوم\tO\n").documents
    assert mentions(item) == [("GPE", "أبو ظبي")]


@pytest.mark.parametrize(
    ("line", "tokens", "why"),
    [
        (",  O", [","], None),  # two spaces: nothing to mend
        (" O", [], "a tag without a token; left out"),
        (". Oالإصابة O", [".", "الإصابة"], "read as two lines"),
        ("الصالحية ونايفة O", ["الصالحية", "ونايفة"], "read as 2 tokens"),
        ("الأمن\u200f1706 \u200f O", ["الأمن\u200f1706\u200f"], "an invisible character stood apart"),
        ("نعم OO", ["نعم"], "'OO' is read as O"),
        ("نعم IO", ["نعم"], "'IO' is read as O"),
        ("نعم", ["نعم"], "a token without a tag; read as O"),
        ("نعم PERS", ["نعم"], "'PERS' is no tag; read as O"),
        ("# id 7 of 9", [], "read as a comment"),
        ("# O", ["#"], None),
    ],
)
def test_dirt(line: str, tokens: list[str], why: str | None) -> None:
    clean = "وصل O\nسامح B-PERS\nأمس O\n"
    imported = read(clean + line + "\n" + clean)
    (item,) = imported.documents
    assert item.document.text.split(" ") == ["وصل", "سامح", "أمس", *tokens, "وصل", "سامح", "أمس"]
    assert [(repair.line, repair.why) for repair in imported.repairs] == ([] if why is None else [(4, why)])
    assert mentions(item) == [("PERS", "سامح")] * 2


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("مجلس I--ORG", ("ORG", "مجلس")),
        ("مجلس b-ORG", ("ORG", "مجلس")),
        ("مجلس الأمن B-ORG", ("ORG", "مجلس الأمن")),
        ("مجلس B-MISC-2", ("MISC-2", "مجلس")),
    ],
)
def test_mended_mentions(line: str, expected: tuple[str, str]) -> None:
    imported = read(f"وصل O\nسامح B-PERS\n\n{line}\n")
    assert mentions(imported.documents[0])[1] == expected


def test_tags_of_nested_mentions_are_no_words() -> None:
    imported = read("حكومة I-ORG B-ORG\nوصل O\nسامح B-PERS B-GIVEN\nشكري I-PERS\nدمشق B-GPE\n. O\n")
    (item,) = imported.documents
    assert item.document.text == "حكومة وصل سامح شكري دمشق ."
    assert mentions(item) == [("ORG", "حكومة"), ("PERS", "سامح شكري"), ("GPE", "دمشق")]
    why = "2 tags, as of nested mentions; the first is read"
    assert [(repair.line, repair.why) for repair in imported.repairs if "nested" in repair.why] == [(1, why), (3, why)]


def test_a_missing_column_is_told() -> None:
    imported = read("EU NNP B-NP B-ORG\nrejects VBZ B-VP O\nGerman B-MISC\n")
    assert mentions(imported.documents[0]) == [("ORG", "EU"), ("MISC", "German")]
    assert [repair.why for repair in imported.repairs] == ["2 columns, not 4; the first and the last are read"]


def test_slips_of_iob2_are_told() -> None:
    imported = read("سامح B-PERS\nدمشق I-GPE\nأمس O\nاليوم I-DATE\n")
    assert mentions(imported.documents[0]) == [("PERS", "سامح"), ("GPE", "دمشق"), ("DATE", "اليوم")]
    assert [(repair.line, repair.what, repair.why) for repair in imported.repairs] == [
        (2, "GPE دمشق", "it opens with I; read as a mention"),
        (4, "DATE اليوم", "it opens with I; read as a mention"),
    ]


@pytest.mark.parametrize(
    ("data", "what"),
    [
        ("وصل سامح شكري\nإلى دمشق أمس\nوعاد اليوم\n".encode(), "this is no CoNLL file: 3 of 3"),
        ("وصل O\n".encode("cp1256"), "is not UTF-8"),
        (b"a O\nb\0 O\n", "NUL cannot be part"),
        (b"O\nO\n", "this is no CoNLL file"),
    ],
)
def test_what_is_no_conll_is_refused(data: bytes, what: str) -> None:
    with pytest.raises(FormatError, match=what) as caught:
        formats.read("conll", data, where="a.conll")
    assert caught.value.where.startswith("a.conll")


_NOISE = st.text(st.sampled_from(list("وس O-BIPERS\t\n#\u200f\x85\u2028\r")), max_size=80)
_LINES = st.sampled_from(
    ["وصل O", "سامح B-PERS", "شكري I-PERS", "دمشق I-GPE", "\u200f B-GPE", ". O", "", "-DOCSTART- O", "# B-PERS", "أمس"]
)


@given(_NOISE | st.lists(_LINES, max_size=8).map("\n".join), st.binary(max_size=40))
def test_anything_is_read_or_refused(content: str, data: bytes) -> None:
    for file in (content.encode(), data):
        try:
            imported = formats.read("conll", file)
        except FormatError:
            continue
        for item in imported.documents:
            for entity in item.layers[0].annotations.entities:
                assert quoted(item.document.text, entity.fragments).strip()
