"""A study as HTML and as tables: nothing from elsewhere, nothing that runs, every number there."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.agreement import plots
from annotator.agreement.html import LOWEST, page
from annotator.agreement.study import (
    Cell,
    Confusion,
    Excluded,
    Exclusion,
    LabelCell,
    Number,
    PairCell,
    ReferenceCell,
    Result,
    Settings,
    Study,
)
from annotator.agreement.tables import NUMBERS, as_csv, tables

HOSTILE = "</title><script>alert(1)</script>\u202e\" onload='x' &amp;\x00\x1b[31m\ud800"
BIDI = "أحمد\u202eabc\u2069"


class Reader(HTMLParser):
    """Which elements and attributes a page has; raises where they are not closed as they were opened."""

    EMPTY = frozenset({"meta"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[str] = []
        self.attributes: set[str] = set()
        self.values: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes.update(name for name, _ in attrs)
        self.values += [f"{name}={value}" for name, value in attrs]
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


def number(value: float | None = 0.5, **rest: object) -> Number:
    made = Number(value, low=0.25 if value is not None else None, high=0.75 if value is not None else None, items=8)
    return replace(made, **rest)  # type: ignore[arg-type]  # fields of a number


def made(name: str = "amal", document: str = "d1", label: str = "PERS") -> Study:
    result = Result(
        "span-exact",
        "Mentions, exact F1",
        "entity mentions",
        "All.",
        number(),
        (PairCell(name, "sara", number(why="odd", excluded=(Exclusion(2, "documents", "not worked on by both"),))),),
        number(-0.125),
        (
            LabelCell(label, number(-0.5), (PairCell(name, "sara", number()),)),
            LabelCell("GPE", number(None, why="none")),
        ),
        (Cell(document, number(0.1)), Cell("d2", number(None))),
        (ReferenceCell(name, number(), 0.5, None),),
        (Cell("2026-01-01", number(0.2)), Cell("2026-01-08", number(0.9)), Cell("2026-01-09", number(None))),
    )
    confusions = (
        Confusion("", "", "mentions", (label, ""), ((4, 1), (1, 0))),
        Confusion(name, "sara", "mentions", (label, ""), ((2, 1), (0, 0))),
    )
    excluded = (Excluded(document, name, "not submitted"), Excluded("d3", "", "no layer to compare"))
    return Study(
        name, "2026-01-10T00:00:00Z", Settings(resamples=10), (name, "sara"), "gold", (document, "d2"), (label, "GPE"),
        (result,), confusions, excluded,
    )  # fmt: skip


def test_the_page_needs_nothing_else() -> None:
    html = page(made(), {"PERS": "شخص"})
    reader = read(html)
    assert not {"script", "link", "img", "iframe", "object", "embed", "base", "form", "image", "use"} & set(
        reader.elements
    )
    assert {"svg", "table", "rect", "polyline", "circle", "bdi"} <= set(reader.elements)
    assert not [name for name in reader.attributes if name.startswith("on") or name in {"src", "srcset", "xlink:href"}]
    assert all(value.startswith("href=#") for value in reader.values if value.startswith("href="))
    assert "url(" not in html
    assert "@import" not in html
    assert "://" not in html
    assert "default-src &#x27;none&#x27;" in html


def test_the_page_says_everything() -> None:
    html = page(made(), {"PERS": "شخص"})
    for words in (
        "0.500", "[0.250, 0.750]", "\u22120.125", "PERS شخص", "2 documents: not worked on by both", "not submitted",
        "no layer to compare", "Mentions, exact F1", "entity mentions", "10 resamples", "2026-01-08", "gold",
        "All pairs, each counted both ways", "(nothing)",
    ):  # fmt: skip
        assert words in html, words


@pytest.mark.parametrize("name", [HOSTILE, BIDI, "<b>", "'\"><svg onload=x>", "a" * 300])
def test_names_cannot_change_the_page(name: str) -> None:
    plain = read(page(made()))
    hostile = page(made(name, name, name), {name: name})
    reader = read(hostile)
    assert reader.elements == plain.elements
    assert reader.attributes == plain.attributes
    hostile.encode("utf-8")
    assert "\x00" not in hostile
    assert "\x1b" not in hostile


def test_arabic_names_stand_in_their_own_direction() -> None:
    assert plots.text("أمل") == '<bdi dir="auto">أمل</bdi>'
    assert '<bdi dir="auto">أمل</bdi>' in page(made("أمل"))


@given(st.text(max_size=30))
def test_escaping(value: str) -> None:
    reader = read(f'<p title="{plots.plain(value)}">{plots.text(value)}</p>')
    assert reader.elements == ["p", "bdi"]


@given(st.floats(-1, 1) | st.none())
def test_colours_can_be_read_over(value: float | None) -> None:
    """WCAG 2.1, 1.4.3: a contrast of 4.5 to 1."""
    back, ink = re.findall(r"(?:background|color):([^;]+)", plots.shade(value))

    def light(colour: str) -> float:
        parts = map(int, re.findall(r"\d+", colour)) if "rgb" in colour else [int(x * 2, 16) for x in colour[1:]]
        shares = [part / 255 for part in parts]
        red, green, blue = (share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((light(back), light(ink)))
    assert (high + 0.05) / (low + 0.05) >= 4.5


def test_bars_and_lines_stay_inside() -> None:
    study = made()
    for svg in re.findall(r"<svg.*?</svg>", page(study), re.DOTALL):
        width, height = map(float, re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)[0])
        for name, limit in (("x", width), ("cx", width), ("y", height), ("cy", height)):
            for value in re.findall(rf' {name}="(-?[\d.]+)"', svg):
                assert 0 <= float(value) <= limit
        assert all(float(value) >= 0 for value in re.findall(r'width="(-?[\d.]+)"', svg))


def test_a_study_of_nothing() -> None:
    empty = Study("p", "", Settings(), (), "", (), (), ())
    html = page(empty)
    read(html)
    assert "nobody" in html
    assert [len(rows) for rows in tables(empty).values()] == [1, 1, 1]


def test_only_the_lowest_documents_are_listed() -> None:
    study = made()
    cells = tuple(Cell(f"doc{at:03}", number(at / 100)) for at in range(90, 10, -1))
    html = page(replace(study, results=(replace(study.results[0], documents=cells),)))
    assert "doc011" in html
    assert f"doc{11 + LOWEST:03}" not in html


def records(text: str) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(io.StringIO(text, newline=""))


def test_tables() -> None:
    study = made()
    made_tables = tables(study)
    assert list(made_tables) == ["agreement", "confusion", "excluded"]
    rows = list(records(as_csv(made_tables["agreement"])))
    assert tuple(rows[0]) == NUMBERS
    scopes = [row["scope"] for row in rows]
    labels = ["label", "label-pair", "label"]
    assert scopes == ["mean", "together", "pair", *labels, "reference", *["day"] * 3, *["document"] * 2]
    pair = rows[2]
    assert (pair["left"], pair["right"], pair["value"], pair["low"]) == ("amal", "sara", "0.5", "0.25")
    assert (pair["why"], pair["excluded"]) == ("odd", "2 documents: not worked on by both")
    assert (rows[6]["left"], rows[6]["right"], rows[6]["precision"], rows[6]["recall"]) == ("gold", "amal", "0.5", "")
    assert rows[1]["value"] == "-0.125"
    assert made_tables["confusion"][1:] == [
        ("", "", "PERS", "PERS", "4"),
        ("", "", "PERS", "", "1"),
        ("", "", "", "PERS", "1"),
        ("amal", "sara", "PERS", "PERS", "2"),
        ("amal", "sara", "PERS", "", "1"),
    ]
    assert made_tables["excluded"][1] == ("d1", "amal", "not submitted")


@pytest.mark.parametrize("name", ["=1+1", "+x", "-x", "@x", "\tx"])
def test_a_spreadsheet_runs_no_name(name: str) -> None:
    text = as_csv(tables(made(name))["agreement"])
    assert all(row["left"] != name for row in records(text))
    assert f"'{name}" in text


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), min_size=2, max_size=2)))
def test_csv_comes_back(rows: list[list[str]]) -> None:
    text = as_csv([tuple(row) for row in rows])
    back = list(csv.reader(io.StringIO(text, newline="")))
    assert [[cell.removeprefix("'") for cell in row] for row in back] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]
