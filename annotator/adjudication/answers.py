"""Answers to many items at once: one person's, and a majority's.

Each function returns decisions by key, for `Adjudication.decide`; none of them decides by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import isinf
from typing import Final

from annotator.adjudication.decisions import OF, Decision
from annotator.adjudication.gold import Adjudication
from annotator.adjudication.items import Kind, Outcome

Decisions = dict[str, Decision]

MERGE: Final = "Merge: "
"""Stands before the rule in the name of a step in which one decided."""


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
        return f"at least {self.least:g}{f'{OF}weights {weights}' if weights else ''}"

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
