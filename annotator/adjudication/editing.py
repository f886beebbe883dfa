"""A reviewer's own edit of gold, as the decisions that say the same.

Only what an edit changes is decided: who moves a trigger has said nothing about its arguments. Where a span item is one
annotation, its type and ends, each of its attributes and what fills its roles are answers of their own. Where it is
several pieces, they are one answer: the first edit of any of them writes all of them down as they are in gold, and from
then on they stay so (see `Piece`); what refers to one of them and is changed names it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeVar

from annotator.adjudication.comparison import relation_outcome
from annotator.adjudication.decisions import Decision
from annotator.adjudication.gold import Adjudication
from annotator.adjudication.items import (
    IDENTIFIERS,
    NOTHING,
    Outcome,
    Piece,
    attribute_key,
    filler_key,
    gold_id,
    is_nothing,
    is_whole,
    names_in,
    piece,
    piece_name,
    piece_ref,
    pieces_in,
    referred,
    relation_key,
    role_key,
)
from annotator.model.annotations import Annotation, Annotations, Chain, DocumentLabel, Entity, Event, Relation, Spanning
from annotator.model.operations import Edit, apply

_T = TypeVar("_T", Relation, Chain, DocumentLabel)

Answers = dict[str, Outcome]

_LINKS: Final = (Relation, Chain, DocumentLabel)


def from_edit(adjudication: Adjudication, edit: Edit, who: str, at: str) -> dict[str, Decision]:
    """The decisions that make of gold what EDIT, made on `adjudication.gold`, makes of it.

    The reason and the note of a decision that they replace are kept.
    """
    edited = _Edited(adjudication, edit)
    found: dict[str, Decision] = {}
    for key, outcome in edited.answers().items():
        old = adjudication.decisions.get(key)
        why = (old.reason, old.note) if old is not None else ()
        found[key] = Decision(key, outcome, edited.makers(key), who, at, "", *why)
    return found


class _Edited:
    """Gold before and after an edit, and what that says of each item."""

    def __init__(self, adjudication: Adjudication, edit: Edit) -> None:
        self.made = adjudication
        self.before = adjudication.gold
        self.after = apply(self.before, edit)
        steps = {step.id: (self.before.get(step.id), self.after.get(step.id)) for step in edit.replacements}
        self.steps = {id: step for id, step in steps.items() if step[0] != step[1]}
        self.homes: dict[str, str] = {}
        """Of span items that the edit adds annotations to: the keys, by the annotations' ids."""
        self.pieces: dict[str, list[str]] = {}
        """What is left of the span items that the edit touches, by key: ids, the oldest first."""
        for id, step in self.steps.items():
            for annotation in step:
                if isinstance(annotation, Entity | Event):
                    self._touch(id, annotation)

    def _touch(self, id: str, annotation: Spanning) -> None:
        if id not in self.before:
            home = self._home(annotation)
            if home:
                self.homes[id] = home
        key = self.item(id)
        left = self.pieces.setdefault(key, self._left(key))
        if id in self.after and id not in left:
            left.append(id)

    def _left(self, key: str) -> list[str]:
        ids = (gold_id(key, one.name) for one in pieces_in(self.made.decided(key)))
        return [id for id in ids if id in self.after]

    def _home(self, new: Spanning) -> str:
        """The item that somebody split and that NEW, an annotation beside its pieces, is a piece of; mostly none."""
        start, end = new.fragments[0].start, new.fragments[-1].end
        found: list[tuple[int, str]] = []
        for key in self.made.comparison.splits:
            aligned = self.made.comparison.aligned[key]
            if aligned.start <= start and end <= aligned.end and (aligned.kind == "event") is isinstance(new, Event):
                beside = [self.after[id] for id in self.pieces.get(key) or self._left(key)]
                if beside and not any(_overlap(new, one) for one in beside if isinstance(one, Entity | Event)):
                    found.append((aligned.end - aligned.start, key))
        return min(found)[1] if found else ""

    # -- items and references --------------------------------------------------------------------------------------

    def item(self, id: str) -> str:
        """The key of the item that the annotation ID answers."""
        home = self.homes.get(id)
        return home if home is not None else self.made.key_of(self.before.get(id) or self.after[id])

    def is_gone(self, key: str) -> bool:
        """Whether nothing is left of a span item."""
        return not self.pieces[key] if key in self.pieces else is_nothing(self.made.decided(key))

    def in_pieces(self, key: str) -> bool:
        """Whether a span item is several pieces, or what is left of them."""
        outcome = self.made.decided(key)
        if key not in self.pieces:
            return not (is_whole(outcome) or is_nothing(outcome))
        left = self.pieces[key]
        return bool(left) and (left != [gold_id(key)] or not (is_whole(outcome) or is_nothing(outcome)))

    def ref(self, id: str) -> str:
        """The reference to the annotation ID."""
        key = self.item(id)
        return piece_ref(key, piece_name(key, id)) if self.in_pieces(key) else key

    def makers(self, key: str) -> tuple[str, ...]:
        """Those whose pieces an item is made of, for the decision on it."""
        return tuple(self.made.makers(key)) if key in self.pieces and self.in_pieces(key) else ()

    # -- answers ---------------------------------------------------------------------------------------------------

    def answers(self) -> Answers:
        """What the edit says, by item."""
        found: Answers = {}
        for key in self.pieces:
            found |= self._pieces(key) if self.in_pieces(key) else self._whole(key)
        for step in self.steps.values():
            for annotation in step:
                if isinstance(annotation, _LINKS):
                    found |= self._link(annotation)
        return found

    def _link(self, annotation: Annotation) -> Answers:
        match annotation:
            case Relation():
                return self._relations(annotation)
            case Chain():
                key = self.made.key_of(annotation)
                chains = (one for one in self._present(Chain) if self.made.key_of(one) == key)
                return {key: tuple(sorted(tuple(sorted(set(map(self.ref, one.members)))) for one in chains))}
            case DocumentLabel():
                values = (one.value for one in self._present(DocumentLabel) if one.type == annotation.type)
                return {self.made.key_of(annotation): tuple(sorted(values))}
            case _:
                return {}

    def _present(self, kind: type[_T]) -> Iterator[_T]:
        return (one for one in self.after.values() if isinstance(one, kind))

    def _relations(self, relation: Relation) -> Answers:
        ends = [self.item(id) for id in (relation.source, relation.target)]
        if any(map(self.is_gone, ends)):
            return {}  # it went with one of its ends
        key = relation_key(*ends)
        said: list[Outcome] = []
        for other in self._present(Relation):
            if relation_key(self.item(other.source), self.item(other.target)) == key:
                source, target = self.ref(other.source), self.ref(other.target)
                said.append(relation_outcome(self.made.comparison.schema, other, source, target))
        return {key: tuple(sorted(said, key=repr)) if said else NOTHING}

    # -- several pieces --------------------------------------------------------------------------------------------

    def _pieces(self, key: str) -> Answers:
        old = {gold_id(key, one.name): one for one in pieces_in(self.made.decided(key))}
        was = [self._piece(key, id, old, self.before) for id in old if id in self.before]
        now = [self._piece(key, id, old, self.after) for id in self.pieces[key]]
        return {key: tuple(one.outcome for one in now)} if was != now else {}

    def _piece(self, key: str, id: str, old: dict[str, Piece], annotations: Annotations) -> Piece:
        """A piece of the item KEY as it is in ANNOTATIONS: gold before or after. OLD are those that were decided."""
        annotation = annotations[id]
        assert isinstance(annotation, Entity | Event)  # noqa: S101 - only these are pieces
        known = old.get(id)
        identifiers: tuple[str, ...] = ()
        arguments: tuple[tuple[str, str], ...] = ()
        if isinstance(annotation, Entity):
            identifiers = annotation.identifiers
        else:
            held = [(argument.role, self.ref(argument.target)) for argument in annotation.arguments]
            arguments = tuple(sorted({*held, *self._dormant(id, known)}))
        origin = known.origin if known is not None else None
        name = piece_name(key, id)
        return Piece(annotation.type, annotation.fragments, name, origin, annotation.attributes, identifiers, arguments)

    def _dormant(self, id: str, known: Piece | None) -> Iterator[tuple[str, str]]:
        """The arguments of a piece that went with what filled them, and come back with it."""
        event = self.before.get(id)
        if isinstance(event, Event):
            links = ((argument.role, self.ref(argument.target)) for argument in event.arguments)
            yield from (link for link in links if self.is_gone(referred(link[1])[0]))
        if known is not None:
            yield from (link for link in known.arguments if self.is_gone(referred(link[1])[0]))

    # -- one annotation --------------------------------------------------------------------------------------------

    def _whole(self, key: str) -> Answers:
        id = gold_id(key)
        old, new = self.before.get(id), self.after.get(id)
        was = old if isinstance(old, Entity | Event) else None
        if not isinstance(new, Entity | Event):
            return {key: NOTHING}
        found: Answers = {}
        if was is None or (was.type, was.fragments) != (new.type, new.fragments):
            found[key] = (piece(new.type, new.fragments),)
        olds, news = dict(was.attributes) if was is not None else {}, dict(new.attributes)
        for name in sorted({n for n in olds.keys() | news.keys() if olds.get(n) != news.get(n)}):
            found[attribute_key(key, name)] = news.get(name)
        if isinstance(new, Entity):
            if set(new.identifiers) != set(was.identifiers if isinstance(was, Entity) else ()):
                found[attribute_key(key, IDENTIFIERS)] = tuple(sorted(new.identifiers))
        else:
            found |= self._arguments(key, was if isinstance(was, Event) else None, new)
        return found

    def _arguments(self, key: str, old: Event | None, new: Event) -> Answers:
        """What fills the roles of an event: by filler where people gave it different roles, else by role."""
        has = {(argument.role, argument.target) for argument in new.arguments}
        had = {(argument.role, argument.target) for argument in old.arguments} if old is not None else set()
        changed = {(role, id) for role, id in has ^ had if not self.is_gone(self.item(id))}  # the others went with it
        found: Answers = {}
        roles: set[str] = set()
        for item in sorted({self.item(id) for _, id in changed}):
            mine = {role for role, id in has if self.item(id) == item}
            here = {role for role, id in changed if self.item(id) == item}
            if role_key(key, item) not in self.made.comparison.items:
                roles |= here
            elif self.in_pieces(item):  # which of them, only the other kind of answer can say
                found[role_key(key, item)] = NOTHING
                roles |= here | mine
            else:
                found[role_key(key, item)] = tuple(sorted(mine))
                roles |= {role for role in here if item in self._fillers(key, role)}
        by_filler = {item for _, id in has if self._is_by_filler(key, item := self.item(id), found)}
        for role in sorted(roles):
            refs = {self.ref(id) for r, id in has if r == role and self.item(id) not in by_filler}
            found[filler_key(key, role)] = tuple(sorted(refs))
        return found

    def _fillers(self, key: str, role: str) -> set[str]:
        """The items that are said to fill ROLE."""
        return {referred(ref)[0] for ref in names_in(self.made.decided(filler_key(key, role)))}

    def _is_by_filler(self, key: str, item: str, found: Answers) -> bool:
        """Whether the roles of ITEM in the event KEY are an answer of their own."""
        answer = role_key(key, item)
        known = found[answer] if answer in found else self.made.decided(answer)
        return answer in self.made.comparison.items and not is_nothing(known)


def _overlap(one: Spanning, other: Spanning) -> bool:
    return any(a.start < b.end and b.start < a.end for a in one.fragments for b in other.fragments)
