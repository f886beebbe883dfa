"""What becomes of each item: the opinions that count on it as things stand, and its outcome by them or by decision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Final, TypeAlias

from annotator.adjudication.comparison import Comparison, closure
from annotator.adjudication.decisions import Decision
from annotator.adjudication.items import (
    IDENTIFIERS,
    NOTHING,
    Item,
    Outcome,
    Version,
    aspect_of,
    is_by_hand,
    is_nothing,
    is_whole,
    names_in,
    parts_of,
    pieces_in,
    pieces_of,
    referred,
    unanimous,
    versions,
)
from annotator.model.annotations import Fragments


class _Open(Enum):
    OPEN = "open"


OPEN: Final = _Open.OPEN
"""The outcome of an item that nobody has decided and on which people differ."""

Found: TypeAlias = "Outcome | _Open"


class Outcomes:
    """The items of one document with the decisions on them. `open` always follows from these two."""

    def __init__(self, comparison: Comparison, decisions: Mapping[str, Decision]) -> None:
        self.comparison = comparison
        self.decisions: dict[str, Decision] = {}
        self.open: set[str] = set()
        self._decided_parts: dict[str, set[str]] = {}
        self._decided_users: dict[str, set[str]] = {}
        for decision in decisions.values():
            self._remember(decision)
        for key in comparison.items:
            self._count(key)

    # -- what is asked of it ---------------------------------------------------------------------------------------

    def items(self) -> list[Item]:
        """What people differ on, in text order, parts behind what they are parts of."""
        return list(self.comparison.disputed())

    def opinions(self, item: Item) -> dict[str, Outcome]:
        """What those say who have a say in ITEM as things stand.

        Once a span is decided, those count for its parts who gave it the same type; what is gone is left out.
        """
        if item.aspect in {"span", "label"}:
            return dict(item.opinions)
        if item.parent:
            return self._opinions_on_part(item)
        gone = {key for key in item.about if self._is_gone(key)}
        if item.aspect == "relation":
            return {} if gone else dict(item.opinions)
        whole = {key for key in item.about if len(self.pieces(key)) < 2 and self.outcome(key) is not OPEN}
        opinions = {name: _chains_without(outcome, gone, whole) for name, outcome in item.opinions.items()}
        return opinions if len(item.about) - len(gone) > 1 or any(opinions.values()) else {}

    def versions(self, item: Item) -> tuple[Version, ...]:
        """The opinions that count on ITEM, equal ones together, those of most people first."""
        return versions(self.opinions(item))

    def outcome(self, key: str) -> Found:
        """What is decided or agreed on an item, or `OPEN`."""
        decision = self.decisions.get(key)
        if decision is not None:
            return decision.outcome
        item = self.comparison.items.get(key)
        if item is None:
            return NOTHING
        if item.aspect in {"span", "label"}:
            return OPEN if item.disputed else next(iter(item.opinions.values()))
        opinions = self.opinions(item)
        if not opinions:
            return None if item.aspect == "attribute" and item.name != IDENTIFIERS else NOTHING
        if item.aspect == "chain":
            together = closure(self.comparison, opinions)
            return OPEN if together is None else together
        return next(iter(opinions.values())) if unanimous(opinions) else OPEN

    def decided(self, key: str) -> Outcome:
        """The outcome of an item that is not an attribute; nothing while it is open."""
        outcome = self.outcome(key)
        return NOTHING if outcome is OPEN else outcome

    def pieces(self, key: str) -> list[tuple[str, Fragments]]:
        """The types and fragments that a span item has become; none while it is open."""
        return pieces_of(self.decided(key))

    def agreement(self, item: Item) -> float:
        """The part of those who have a say that the most frequent answer to ITEM has; 1 where nobody has."""
        grouped = self.versions(item)
        return len(grouped[0].names) / sum(len(version.names) for version in grouped) if grouped else 1.0

    def all_parts(self, key: str) -> set[str]:
        """The keys of the attributes, roles and fillers of a span item, also those that only a decision has."""
        return {*self.comparison.parts.get(key, ()), *self._decided_parts.get(key, ())}

    def supporters(self, key: str, outcome: Outcome) -> list[str]:
        """Those whose opinion the outcome of an item is; of a decision, those it names first."""
        item = self.comparison.items.get(key)
        if item is None:
            return []
        same = sorted(name for name, said in self.opinions(item).items() if said == outcome)
        decision = self.decisions.get(key)
        named = [name for name in same if decision is not None and name in decision.names]
        return named or same

    def makers(self, key: str) -> list[str]:
        """Those whose pieces a span item is made of, whatever a reviewer made of them since."""
        outcome = self.decided(key)
        if not is_by_hand(outcome):
            return self.supporters(key, outcome)
        aligned = self.comparison.aligned.get(key)
        return [name for name in self.decisions[key].names if aligned is not None and name in aligned.pieces]

    # -- deciding --------------------------------------------------------------------------------------------------

    def _change(self, changes: Mapping[str, Decision | None]) -> set[str]:
        """Take CHANGES over, by key; None takes a decision back. The keys of all items that hang on them."""
        touched: set[str] = set()
        for key, decision in changes.items():
            touched |= self._affected(key)
            self._forget(key)
            if decision is not None:
                self._remember(decision)
            touched |= self._affected(key)
        for key in touched:
            self._count(key)
        return touched

    def _remember(self, decision: Decision) -> None:
        self.decisions[decision.key] = decision
        if aspect_of(decision.key) in {"attribute", "role", "filler"}:
            self._decided_parts.setdefault(parts_of(decision.key)[0], set()).add(decision.key)
        for key in _spoken_of(decision):
            self._decided_users.setdefault(key, set()).add(decision.key)

    def _forget(self, key: str) -> None:
        decision = self.decisions.pop(key, None)
        if decision is None:
            return
        if aspect_of(key) in {"attribute", "role", "filler"}:
            self._decided_parts[parts_of(key)[0]].discard(key)
        for other in _spoken_of(decision):
            self._decided_users[other].discard(key)

    def _affected(self, key: str) -> set[str]:
        """The items whose openness or annotations hang on the item KEY."""
        found = {key}
        if aspect_of(key) == "span":
            users = {*self.comparison.users.get(key, ()), *self._decided_users.get(key, ())}
            found |= users | self.all_parts(key)
            found |= {parts_of(user)[0] for user in users if aspect_of(user) in {"role", "filler"}}
        elif aspect_of(key) in {"attribute", "role", "filler"}:
            found.add(parts_of(key)[0])
        return found

    def _count(self, key: str) -> None:
        item = self.comparison.items.get(key)
        is_open = item is not None and item.disputed and self.outcome(key) is OPEN
        (self.open.add if is_open else self.open.discard)(key)

    # -- who has a say ---------------------------------------------------------------------------------------------

    def _is_gone(self, key: str) -> bool:
        outcome = self.outcome(key)
        return outcome is not OPEN and is_nothing(outcome)

    def _opinions_on_part(self, item: Item) -> dict[str, Outcome]:
        whole = self.outcome(item.parent)
        opinions = dict(item.opinions)
        if whole is not OPEN:
            if not is_whole(whole):
                return {}  # nothing is left of it, or its pieces are as somebody made them
            type_name, _ = pieces_of(whole)[0]
            aligned = self.comparison.aligned[item.parent]
            alike = {name: said for name, said in opinions.items() if aligned.type_by(name) == type_name}
            opinions = alike or opinions
        if item.aspect == "attribute":
            return opinions
        gone = {key for key in item.about if self._is_gone(key)}
        if not gone:
            return opinions
        if item.aspect == "role":
            return {}
        return {name: tuple(key for key in names_in(said) if key not in gone) for name, said in opinions.items()}


def _chains_without(outcome: Outcome, gone: set[str], whole: set[str]) -> Outcome:
    """The chains of an outcome without what is GONE; what is WHOLE counts once, whatever pieces of it somebody had."""
    chains: list[tuple[str, ...]] = []
    for chain in outcome if isinstance(outcome, tuple) else ():
        keys = [key for key in names_in(chain) if key not in gone]
        kept = [key for number, key in enumerate(keys) if key not in whole or key not in keys[:number]]
        if len(kept) > 1:
            chains.append(tuple(kept))
    return tuple(sorted(chains))


def _spoken_of(decision: Decision) -> set[str]:
    """The span items that a decision speaks of, beside the one it is a part of."""
    refs: Iterable[str] = ()
    match aspect_of(decision.key):
        case "span":
            refs = (ref for piece in pieces_in(decision.outcome) for _, ref in piece.arguments)
        case "filler":
            refs = names_in(decision.outcome)
        case "role":
            return {parts_of(decision.key)[1]}
        case "relation":
            return set(parts_of(decision.key))
        case "chain":
            chains = decision.outcome if isinstance(decision.outcome, tuple) else ()
            refs = (ref for chain in chains for ref in names_in(chain))
    return {referred(ref)[0] for ref in refs}
