"""How items and their outcomes are said: labels, words of the text, offsets, and the ranges to show them at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from annotator.adjudication.feedback import label_of
from annotator.adjudication.gold import Adjudication
from annotator.adjudication.items import IDENTIFIERS, Item, Outcome, Piece, is_nothing, names_in, pieces_in
from annotator.adjudication.plain import span_of
from annotator.model.annotations import quoted
from annotator.tui.widgets.pieces import counted, is_rtl

if TYPE_CHECKING:
    from annotator.model.annotations import Fragments
    from annotator.tui.widgets.text_pane_state import Range

_NOTHING = {
    "span": "nothing here",
    "attribute": "not set",
    "role": "no role",
    "filler": "left empty",
    "relation": "no relation",
    "chain": "not the same thing",
    "label": "not given",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A part of an outcome: a label (`type` gives it its colour), where it lies, the words there, and the ranges."""

    label: str
    place: str = ""
    words: str = ""
    type: str = ""
    ranges: tuple[Range, ...] = ()


def told(made: Adjudication, text: str, item: Item, outcome: Outcome, by: str = "") -> Sequence[Told]:
    """What OUTCOME says about ITEM; TEXT is the document's. Where BY said it, in that person's annotations."""
    if is_nothing(outcome):
        return [Told("no identifier" if item.name == IDENTIFIERS else _NOTHING[item.aspect])]
    match item.aspect:
        case "span":
            return [_piece(text, one) for one in sorted(pieces_in(outcome), key=lambda one: one.fragments)]
        case "filler":
            return [_span(text, *span_of(made, key, by)) for key in names_in(outcome)]
        case "role":
            return [Told(", ".join(names_in(outcome)), ranges=_ranges(span_of(made, item.about[0], by)[1]))]
        case "relation":
            return [_relation(made, text, said, by) for said in (outcome if isinstance(outcome, tuple) else ())]
        case "chain":
            return [_chain(made, text, names_in(said), by) for said in (outcome if isinstance(outcome, tuple) else ())]
        case _:
            return [Told(value_words(outcome))]


def value_words(outcome: Outcome) -> str:
    """A value of an attribute or label: yes and no for flags, several with commas."""
    if isinstance(outcome, bool):
        return "yes" if outcome else "no"
    return ", ".join(names_in(outcome)) if isinstance(outcome, tuple) else str(outcome)


def place_of(fragments: Fragments) -> str:
    """Where FRAGMENTS lie: offsets, half open."""
    return " ".join(f"[{start}, {end})" for start, end in fragments)


def _ranges(fragments: Fragments) -> tuple[Range, ...]:
    return tuple((start, end) for start, end in fragments)


def _span(text: str, type_name: str, fragments: Fragments) -> Told:
    return Told(type_name, place_of(fragments), quoted(text, fragments), type_name, _ranges(fragments))


def _piece(text: str, one: Piece) -> Told:
    """A piece, with what a reviewer's edit gave it."""
    given = (name if value is True else str(value) for name, value in one.attributes if value is not False)
    said = _span(text, one.type, one.fragments)
    return replace(said, label=" ".join([one.type, *given]))


def _relation(made: Adjudication, text: str, said: Outcome, by: str) -> Told:
    assert isinstance(said, tuple)  # noqa: S101 - as comparison makes the outcomes of relations
    type_name, source, target = (str(part) for part in said[:3])
    kind = made.comparison.schema.relation.get(type_name)
    ends = [span_of(made, key, by)[1] for key in (source, target)]
    first, second = (quoted(text, fragments) for fragments in ends)
    arrow = "↔" if kind is not None and kind.symmetric else "←" if is_rtl(first) else "→"
    attributes = [f"{name}={value_words(value)}" for name, value in _pairs(said[3])]
    ranges = tuple(sorted({*_ranges(ends[0]), *_ranges(ends[1])}))
    return Told(" ".join([type_name, *attributes]), "", f"{first} {arrow} {second}", "", ranges)


def _pairs(outcome: Outcome) -> list[tuple[str, Outcome]]:
    pairs = outcome if isinstance(outcome, tuple) else ()
    return [(str(pair[0]), pair[1]) for pair in pairs if isinstance(pair, tuple)]


def _chain(made: Adjudication, text: str, keys: Sequence[str], by: str) -> Told:
    places = [span_of(made, key, by)[1] for key in keys]
    words = " = ".join(dict.fromkeys(quoted(text, fragments) for fragments in places))
    ranges = tuple(sorted({found for fragments in places for found in _ranges(fragments)}))
    return Told(f"chain of {len(keys)}", "", words, "", ranges)


def subjects(made: Adjudication, text: str, item: Item) -> list[Told]:
    """What ITEM is about, the whole before the part."""
    if item.aspect == "span":
        return [Told(label_of(made, item), place_of_range(item), text[item.start : item.end], label_of(made, item))]
    if item.aspect == "label":
        return [Told(item.name)]
    found = [_span(text, *span_of(made, item.parent))] if item.parent else []
    if item.aspect in {"role", "relation"}:
        found += [_span(text, *span_of(made, key)) for key in item.about]
    elif item.aspect == "chain":
        words = " · ".join(dict.fromkeys(quoted(text, span_of(made, key)[1]) for key in item.about))
        found.append(Told(counted(len(item.about), "mention"), "", words))
    return found


def place_of_range(item: Item) -> str:
    """Where ITEM lies."""
    return f"[{item.start}, {item.end})"


def part_name(item: Item) -> str:
    """Which attribute, role or label an item is about, empty for others."""
    return "identifiers" if item.name == IDENTIFIERS else item.name


def summary(made: Adjudication, text: str, item: Item) -> Told:
    """ITEM in one row of a list: its label, and the words that tell it from the others."""
    about = subjects(made, text, item)
    if item.aspect == "relation":
        return Told("", "", " · ".join(one.words for one in about))
    name = part_name(item)
    return Told(name or about[0].label, about[-1].place, about[-1].words, "" if name else about[0].type)
