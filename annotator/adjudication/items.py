"""What can be decided about a document: one item for each thing that people could see differently.

An item is about one *aspect*: a span (entity or trigger: where it lies and of what type it is), an attribute, the
role that a filler plays in an event, what fills a role, the relations between two things, which mentions form chains,
a label of the document. Items refer to each other by key, never by the ids of one person's annotations, so that what
is decided about a span holds wherever the span is used.

An *outcome* is the answer to an item, as plain nested tuples that compare by value. What each person says is an
outcome, what is decided is one, and "nothing here" is one too: the empty tuple (None for an attribute).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple, TypeAlias, cast

from annotator.model.annotations import Attributes, Fragment, Fragments

Aspect = Literal["span", "attribute", "role", "filler", "relation", "chain", "label"]

Kind = Literal[
    "boundary",
    "label",
    "missing",
    "split",
    "attribute",
    "trigger type",
    "role",
    "filler",
    "relation",
    "chain",
    "document label",
]
KINDS: Final[tuple[Kind, ...]] = (
    "boundary",
    "label",
    "missing",
    "split",
    "trigger type",
    "role",
    "filler",
    "attribute",
    "relation",
    "chain",
    "document label",
)
"""How people can differ, in the order of lists and tables."""

Outcome: TypeAlias = "str | bool | int | tuple[Outcome, ...] | None"
"""By aspect:

- span: pieces `(type, ((start, end), ...))`, usually one; none for "nothing here"; where a reviewer edited one of
  several, whole annotations instead: see `Piece`;
- attribute: the value, None where it is not set; for `IDENTIFIERS` the identifiers;
- role: the roles that the filler plays in the event; filler: the items that fill the role;
- relation: `(type, key of the source, key of the target, attributes)` for each relation;
- chain: the items of each chain; label: the values of the document label.
"""

IDENTIFIERS: Final = "#"
"""Stands for an entity's identifiers in a knowledge base where attributes are named; no attribute can be called so."""

NOTHING: Final[Outcome] = ()

_SAID: Final = 2
"""How much of a piece people differ on: its type and its fragments."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to agree on. `opinions` are the outcomes of those who have a say, by name.

    `parent` is the span item of which this is a part (attribute, role, filler), else empty; `about` the other items it
    speaks of; `name` the attribute, role or label where there is one. `start` and `end` are offsets around it.
    """

    key: str
    aspect: Aspect
    opinions: Mapping[str, Outcome]
    start: int
    end: int
    kind: Kind | None
    parent: str = ""
    name: str = ""
    about: tuple[str, ...] = ()
    is_event: bool = False

    @property
    def disputed(self) -> bool:
        """Whether those who have a say differ."""
        return self.kind is not None


@dataclass(frozen=True, slots=True)
class Version:
    """One answer to an item and who gave it: sorted names."""

    outcome: Outcome
    names: tuple[str, ...]


def versions(opinions: Mapping[str, Outcome]) -> tuple[Version, ...]:
    """Equal opinions together, those of most people first; then by what they say, "nothing" last."""
    found: dict[Outcome, list[str]] = {}
    for name, outcome in opinions.items():
        found.setdefault(outcome, []).append(name)
    grouped = [Version(outcome, tuple(sorted(names))) for outcome, names in found.items()]
    return tuple(sorted(grouped, key=lambda v: (-len(v.names), is_nothing(v.outcome), repr(v.outcome))))


def is_nothing(outcome: Outcome) -> bool:
    """Whether an outcome says that there is nothing."""
    return outcome is None or outcome == ()


def unanimous(opinions: Mapping[str, Outcome]) -> bool:
    """Whether all opinions are the same."""
    return len(set(opinions.values())) <= 1


def piece(type_name: str, fragments: Fragments) -> tuple[Outcome, ...]:
    """A piece of a span's outcome, as people differ on it."""
    return type_name, tuple((start, end) for start, end in fragments)


class Piece(NamedTuple):
    """One of the annotations that a span item becomes.

    `name` tells it from the others for good, whatever becomes of them (see `gold_id`). `origin` is its place among the
    pieces of those whose it was; None where nobody had it. The rest is what a reviewer gave it, `arguments` as roles
    and references to items; of pieces that are as somebody made them it is not in the outcome, and empty here.
    """

    type: str
    fragments: Fragments
    name: str
    origin: int | None
    attributes: Attributes = ()
    identifiers: tuple[str, ...] = ()
    arguments: tuple[tuple[str, str], ...] = ()

    @property
    def outcome(self) -> Outcome:
        """The piece as a part of an outcome that is edited by hand."""
        return piece(self.type, self.fragments) + self[_SAID:]


def pieces_of(outcome: Outcome) -> list[tuple[str, Fragments]]:
    """The pieces of a span's outcome: types and fragments, in text order."""
    return sorted(((piece.type, piece.fragments) for piece in pieces_in(outcome)), key=lambda one: one[1])


def pieces_in(outcome: Outcome) -> list[Piece]:
    """The pieces of a span's outcome, the oldest first."""
    found: list[Piece] = []
    for number, said in enumerate(cast("tuple[tuple[Any, ...], ...]", outcome)):
        fragments = tuple(Fragment(start, end) for start, end in said[1])
        rest = said[2:] or (f".{number}" if number else "", number)
        found.append(Piece(said[0], fragments, *rest))
    return found


def is_by_hand(outcome: Outcome) -> bool:
    """Whether a span's outcome holds whole annotations, as a reviewer's edit made them."""
    return isinstance(outcome, tuple) and any(isinstance(said, tuple) and len(said) > _SAID for said in outcome)


def is_whole(outcome: Outcome) -> bool:
    """Whether a span's outcome is one annotation whose attributes and arguments are items of their own."""
    return isinstance(outcome, tuple) and len(outcome) == 1 and not is_by_hand(outcome)


def names_in(outcome: Outcome) -> tuple[str, ...]:
    """The outcome of a role or filler item, or one chain: roles or keys."""
    return tuple(str(part) for part in outcome) if isinstance(outcome, tuple) else ()


def span_kind(opinions: Iterable[Outcome], *, is_event: bool) -> Kind | None:
    """How OPINIONS on a span differ; None when they do not."""
    different = set(opinions)
    if len(different) <= 1:
        return None
    marked = [pieces_of(outcome) for outcome in different if not is_nothing(outcome)]
    if any(len(pieces) > 1 for pieces in marked):
        return "split"
    if len(marked) == 1:
        return "missing"
    if len({pieces[0][0] for pieces in marked}) > 1:
        return "trigger type" if is_event else "label"
    return "boundary"


# -- keys ----------------------------------------------------------------------------------------------------------
# Keys of parts are made of the keys of what they are parts of, so that they can be read back.


def attribute_key(span: str, name: str) -> str:
    """The key of the attribute NAME of a span item."""
    return f"at:{span}:{name}"


def role_key(event: str, filler: str) -> str:
    """The key of the roles that one item plays in another."""
    return f"ro:{event}:{filler}"


def filler_key(event: str, role: str) -> str:
    """The key of what fills a role of an event item."""
    return f"fi:{event}:{role}"


def relation_key(one: str, other: str) -> str:
    """The key of the relations between two items, in whatever direction."""
    first, second = sorted((one, other))
    return f"re:{first}:{second}"


def label_key(name: str) -> str:
    """The key of a label of the document."""
    return f"la:{name}"


ASPECTS: Final[Mapping[str, Aspect]] = {
    "at": "attribute",
    "ro": "role",
    "fi": "filler",
    "re": "relation",
    "la": "label",
    "ch": "chain",
    "en": "span",
    "ev": "span",
}


def aspect_of(key: str) -> Aspect:
    """The aspect that a key is about. KeyError for what is no key."""
    return ASPECTS[key[:2]]


def parts_of(key: str) -> tuple[str, str]:
    """The two parts of the key of an attribute, role, filler or relation."""
    _, first, second = key.split(":", 2)
    return first, second


# -- pieces --------------------------------------------------------------------------------------------------------
# What refers to a span item refers to all of it; where it has become several annotations, perhaps to one of them.


def gold_id(key: str, name: str = "") -> str:
    """The id in gold of the piece NAME of a span item; a piece that a reviewer added is named by its id."""
    base = key[3:] if key[2] == "+" else key
    return base + name if not name or name[0] == "." else name


def piece_name(key: str, id: str) -> str:
    """The name of the piece of a span item that has the ID in gold."""
    base = gold_id(key)
    return id.removeprefix(base) if id == base or id.startswith(f"{base}.") else id


def piece_ref(key: str, name: str) -> str:
    """A reference to the piece NAME of a span item."""
    return f"{key}/{name}"


def referred(ref: str) -> tuple[str, str | None]:
    """The span item that REF refers to, and the name of the piece; None where it refers to all of it."""
    if ref[2] == "+":  # a reviewer's own, which has no pieces
        return ref, None
    key, slash, name = ref.partition("/")
    return key, name if slash else None
