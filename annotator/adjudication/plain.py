"""Items and outcomes for those who do not know the engine's keys: labels and offsets, ready for JSON or one line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from annotator.adjudication.gold import OPEN, Adjudication
from annotator.adjudication.items import (
    IDENTIFIERS,
    Outcome,
    aspect_of,
    is_nothing,
    names_in,
    pieces_in,
    pieces_of,
    referred,
    versions,
)
from annotator.model.annotations import Fragments, quoted

Json = dict[str, Any]


def plain(adjudication: Adjudication, key: str, outcome: Outcome, by: str = "") -> Any:
    """OUTCOME, an answer to the item KEY, as JSON values; what it speaks of as type and ranges of offsets.

    Where it is what BY said, it speaks of that person's annotations.
    """
    parts = outcome if isinstance(outcome, tuple) else ()
    match aspect_of(key):
        case "span":
            return [_span(type_name, fragments) for type_name, fragments in pieces_of(outcome)]
        case "filler":
            return [_span(*span_of(adjudication, other, by)) for other in names_in(outcome)]
        case "relation":
            return [_relation(adjudication, said, by) for said in parts if isinstance(said, tuple)]
        case "chain":
            return [[_span(*span_of(adjudication, other, by)) for other in names_in(chain)] for chain in parts]
        case _:
            return list(names_in(outcome)) if isinstance(outcome, tuple) else outcome


def span_of(adjudication: Adjudication, ref: str, by: str = "") -> tuple[str, Fragments]:
    """Type and fragments of a span item, or of the one of its pieces that REF refers to: as BY has it who has it, else
    as decided, else as most people have it; empty where nobody has it.
    """
    key, name = referred(ref)
    item = adjudication.comparison.items.get(key)
    theirs = item.opinions.get(by) if item is not None else None
    outcome = adjudication.outcome(key) if is_nothing(theirs) else theirs
    if outcome is OPEN or is_nothing(outcome):
        said = (version.outcome for version in versions(item.opinions)) if item is not None else iter(())
        outcome = next((one for one in said if not is_nothing(one)), ())
    pieces = pieces_in(outcome)
    pieces = [piece for piece in pieces if piece.name == name] or pieces
    fragments = sorted(fragment for piece in pieces for fragment in piece.fragments)
    return (pieces[0].type, tuple(fragments)) if pieces else ("", ())


def place_of(adjudication: Adjudication, key: str) -> tuple[int, int] | None:
    """Offsets around what the item KEY is about; None for one of the whole document."""
    item = adjudication.comparison.items.get(key)
    if item is not None:
        return None if item.aspect == "label" else (item.start, item.end)
    _, fragments = span_of(adjudication, key) if aspect_of(key) == "span" else ("", ())
    return (fragments[0].start, fragments[-1].end) if fragments else None


def sentence(adjudication: Adjudication, text: str, key: str, outcome: Outcome, by: str = "") -> str:
    """OUTCOME in one line, as in `plain`; TEXT is the document's."""
    if is_nothing(outcome):
        return "nothing"
    return "; ".join(_words(text, plain(adjudication, key, outcome, by)))


def _words(text: str, value: Any) -> Iterator[str]:
    for part in value if isinstance(value, list) else [value]:
        if isinstance(part, bool):
            yield "yes" if part else "no"
        elif isinstance(part, list):
            yield " = ".join(_mention(text, one) for one in part)
        elif not isinstance(part, dict):
            yield str(part)
        elif "source" in part:
            attributes = "".join(f" {name}={one}" for name, one in part["attributes"].items())
            yield f"{part['type']}{attributes}: {_mention(text, part['source'])} - {_mention(text, part['target'])}"
        else:
            yield _mention(text, part)


def _mention(text: str, span: Json) -> str:
    fragments = tuple(span["fragments"])
    places = " ".join(f"[{start}, {end})" for start, end in fragments)
    return f"{span['type']} {places} {quoted(text, fragments)}"


def _span(type_name: str, fragments: Fragments) -> Json:
    return {"type": type_name, "fragments": [list(fragment) for fragment in fragments]}


def _relation(adjudication: Adjudication, said: tuple[Outcome, ...], by: str) -> Json:
    type_name, source, target, attributes = said
    pairs = attributes if isinstance(attributes, tuple) else ()
    return {
        "type": type_name,
        "source": _span(*span_of(adjudication, str(source), by)),
        "target": _span(*span_of(adjudication, str(target), by)),
        "attributes": {str(pair[0]): pair[1] for pair in pairs if isinstance(pair, tuple)},
    }


def part_name(name: str) -> str:
    """The name of an attribute, role or label as people read it."""
    return "identifiers" if name == IDENTIFIERS else name
