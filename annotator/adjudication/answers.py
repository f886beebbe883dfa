"""Answers to many items at once: one person's, a majority's, and what a reviewer's own edit of gold says.

Each function returns decisions by key, for `Adjudication.decide`; none of them decides by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import isinf

from annotator.adjudication.comparison import relation_outcome
from annotator.adjudication.decisions import Decision
from annotator.adjudication.gold import Adjudication
from annotator.adjudication.items import (
    IDENTIFIERS,
    NOTHING,
    Kind,
    Outcome,
    attribute_key,
    filler_key,
    piece,
    pieces_of,
    relation_key,
    role_key,
)
from annotator.errors import OperationError
from annotator.model.annotations import (
    Annotation,
    Annotations,
    Chain,
    DocumentLabel,
    Entity,
    Event,
    Relation,
    Spanning,
)
from annotator.model.operations import Edit, apply

Decisions = dict[str, Decision]


def adopt(adjudication: Adjudication, name: str, who: str, at: str, *, everything: bool = False) -> Decisions:
    """What NAME says on each open item; with EVERYTHING also on those that are decided already."""
    return {
        item.key: Decision(item.key, item.opinions[name], (name,), who, at)
        for item in adjudication.items()
        if name in item.opinions and (everything or item.key not in adjudication.decisions)
    }


# -- by a rule -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rule:
    """Take the answer that people of at least `least` weight together give, where no other has as much.

    `weights` are by name; who has none there weighs 1. Kinds that are not in `kinds` are left to a person.
    """

    least: float
    weights: Mapping[str, float] = field(default_factory=dict)
    kinds: frozenset[Kind] = frozenset()

    @property
    def title(self) -> str:
        """The rule in a few words, for the provenance of what it decides."""
        if isinf(self.least):
            return "only what all agree on"
        weights = " ".join(f"{name}={weight:g}" for name, weight in sorted(self.weights.items()))
        return f"at least {self.least:g}{' of weights ' + weights if weights else ''}"

    def choose(self, opinions: Mapping[str, Outcome]) -> tuple[Outcome, tuple[str, ...]] | None:
        """The answer that the rule takes and who gives it; None where it takes none."""
        weight: Counter[Outcome] = Counter()
        names: dict[Outcome, list[str]] = {}
        for name, outcome in opinions.items():
            weight[outcome] += self.weights.get(name, 1)  # type: ignore[assignment]  # a Counter can count fractions
            names.setdefault(outcome, []).append(name)
        ranked = weight.most_common(2)
        if not ranked or ranked[0][1] < self.least or (len(ranked) > 1 and ranked[1][1] >= ranked[0][1]):
            return None
        return ranked[0][0], tuple(sorted(names[ranked[0][0]]))


def merge(adjudication: Adjudication, rule: Rule, who: str, at: str) -> Decisions:
    """What RULE answers to the open items; existing decisions are kept.

    ADJUDICATION is as before when this returns.
    """
    made = merge_in_place(adjudication, rule, who, at)
    adjudication.decide(dict.fromkeys(made))
    return made


def merge_in_place(adjudication: Adjudication, rule: Rule, who: str, at: str) -> Decisions:
    """As `merge`, but ADJUDICATION has these decisions when this returns.

    Spans come first, as what becomes of them says who has a say in their parts.
    """
    made: Decisions = {}
    for spans_only in (True, False):
        while found := _round(adjudication, rule, who, at, spans_only=spans_only):
            made |= found
            adjudication.decide(found)
    return made


def _round(adjudication: Adjudication, rule: Rule, who: str, at: str, *, spans_only: bool) -> Decisions:
    found: Decisions = {}
    for key in sorted(adjudication.open):
        item = adjudication.comparison.items[key]
        if (spans_only and item.aspect != "span") or item.parent in adjudication.open:
            continue
        if rule.kinds and item.kind not in rule.kinds:
            continue
        chosen = rule.choose(adjudication.opinions(item))
        if chosen is not None:
            found[key] = Decision(key, chosen[0], chosen[1], who, at, rule.title)
    return found


def kinds_of(adjudication: Adjudication, keys: Iterable[str]) -> Counter[Kind]:
    """How many of the items KEYS are of which kind."""
    items = adjudication.comparison.items
    return Counter(kind for key in keys if key in items and (kind := items[key].kind) is not None)


# -- by an edit of gold --------------------------------------------------------------------------------------------


def from_edit(adjudication: Adjudication, edit: Edit, who: str, at: str) -> Decisions:
    """The decisions that make of gold what EDIT, made on `adjudication.gold`, makes of it.

    Only what EDIT changes is decided: who moves a trigger has said nothing about its arguments. OperationError for
    what cannot be said of one of several pieces.
    """
    before = adjudication.gold
    after = apply(before, edit)
    answers: dict[str, Outcome] = {}
    chains: set[str] = set()
    for step in edit.replacements:
        was, now = before.get(step.id), after.get(step.id)
        if was == now:
            continue
        match now if now is not None else was:
            case Entity() | Event() as annotation:
                answers |= _span_answers(adjudication, annotation, was, now, after)
            case Relation() as relation:
                answers |= _relation_answer(adjudication, relation, after)
            case Chain() as chain:
                chains.add(adjudication.key_of(chain))
            case DocumentLabel() as label:
                values = [a.value for a in after.values() if isinstance(a, DocumentLabel) and a.type == label.type]
                answers[adjudication.key_of(label)] = tuple(sorted(values))
            case _:
                continue
    for key in chains:
        kept = (a for a in after.values() if isinstance(a, Chain) and adjudication.key_of(a) == key)
        answers[key] = tuple(sorted(tuple(sorted(_keys(adjudication, chain.members, after))) for chain in kept))
    return {key: Decision(key, outcome, (), who, at) for key, outcome in answers.items()}


def _keys(adjudication: Adjudication, ids: Iterable[str], annotations: Annotations) -> Iterable[str]:
    keys = {id: adjudication.key_of(annotations[id]) for id in ids}
    for id, key in keys.items():
        if len(pieces_of(adjudication.decided(key))) > 1:
            raise _piece_error(id)
    return set(keys.values())


def _span_answers(
    adjudication: Adjudication, annotation: Spanning, was: Annotation | None, now: Annotation | None, after: Annotations
) -> dict[str, Outcome]:
    key = adjudication.key_of(annotation)
    found: dict[str, Outcome] = {}
    old = was if isinstance(was, Entity | Event) else None
    new = now if isinstance(now, Entity | Event) else None
    if old is None or new is None or (old.type, old.fragments) != (new.type, new.fragments):
        pieces = [a for a in _pieces(adjudication, key, annotation.id, after) if a.id != annotation.id] + (
            [new] if new else []
        )
        pieces.sort(key=lambda a: a.fragments)
        found[key] = tuple(piece(a.type, a.fragments) for a in pieces)
    if new is None:
        return found
    if old is not None and len(pieces_of(adjudication.decided(key))) > 1:
        if (old.attributes, _rest(old)) != (new.attributes, _rest(new)):
            raise _piece_error(new.id)
        return found
    olds, news = dict(old.attributes) if old is not None else {}, dict(new.attributes)
    for name in sorted({n for n in olds.keys() | news.keys() if olds.get(n) != news.get(n)}):
        found[attribute_key(key, name)] = news.get(name)
    if isinstance(new, Entity) and set(new.identifiers) != set(old.identifiers if isinstance(old, Entity) else ()):
        found[attribute_key(key, IDENTIFIERS)] = tuple(sorted(new.identifiers))
    if isinstance(new, Event):
        found |= _argument_answers(adjudication, key, old if isinstance(old, Event) else None, new, after)
    return found


def _rest(annotation: Spanning) -> tuple[object, ...]:
    return annotation.arguments if isinstance(annotation, Event) else annotation.identifiers


def _piece_error(id: str) -> OperationError:
    return OperationError(
        "this is one of several pieces that somebody made of one annotation, taken as they made it",
        where=id,
        hint="Delete the piece and label its words anew to change more than its type and its ends",
    )


def _pieces(adjudication: Adjudication, key: str, id: str, annotations: Annotations) -> list[Spanning]:
    """Those of ANNOTATIONS that the span item KEY became, the one called ID being one of them."""
    base = id.partition(".")[0]
    count = len(pieces_of(adjudication.decided(key)))
    ids = [base, *(f"{base}.{number}" for number in range(1, count))]
    return [found for id in ids if isinstance(found := annotations.get(id), Entity | Event)]


def _argument_answers(
    adjudication: Adjudication, key: str, old: Event | None, new: Event, after: Annotations
) -> dict[str, Outcome]:
    had = _links(adjudication, old, adjudication.gold)
    has = _links(adjudication, new, after)
    found: dict[str, Outcome] = {}
    gone = {a.target for a in old.arguments if a.target not in after} if old is not None else set()
    gone_with = {adjudication.key_of(adjudication.gold[id]) for id in gone}
    for role, filler in had ^ has:
        if filler in gone_with:
            continue
        if (role, filler) in has and len(pieces_of(adjudication.decided(filler))) > 1:
            raise _piece_error(new.id)  # it went with what filled it, which is an answer of its own
        if role_key(key, filler) in adjudication.comparison.items:
            found[role_key(key, filler)] = tuple(sorted(r for r, f in has if f == filler))
        else:
            plain = (f for r, f in has if r == role and role_key(key, f) not in adjudication.comparison.items)
            found[filler_key(key, role)] = tuple(sorted(plain))
    return found


def _links(adjudication: Adjudication, event: Event | None, annotations: Annotations) -> set[tuple[str, str]]:
    if event is None:
        return set()
    return {(a.role, adjudication.key_of(annotations[a.target])) for a in event.arguments if a.target in annotations}


def _relation_answer(adjudication: Adjudication, relation: Relation, after: Annotations) -> dict[str, Outcome]:
    known = {**adjudication.gold, **after}
    if relation.source not in after or relation.target not in after:
        return {}  # it went with one of its ends
    ends = [adjudication.key_of(known[id]) for id in (relation.source, relation.target)]
    if any(len(pieces_of(adjudication.decided(end))) > 1 for end in ends):
        raise _piece_error(relation.id)
    key = relation_key(*ends)
    said: list[Outcome] = []
    for other in after.values():
        if isinstance(other, Relation):
            source, target = (adjudication.key_of(after[id]) for id in (other.source, other.target))
            if relation_key(source, target) == key:
                said.append(relation_outcome(adjudication.comparison.schema, other, source, target))
    return {key: tuple(sorted(said, key=repr)) if said else NOTHING}
