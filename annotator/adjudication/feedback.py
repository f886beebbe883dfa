"""What an annotator learns from gold: where it says something else, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from annotator.adjudication.decisions import Decision
from annotator.adjudication.gold import OPEN, Adjudication
from annotator.adjudication.items import Item, Outcome


@dataclass(frozen=True, slots=True)
class Difference:
    """One item on which gold is not what the person called `name` said.

    `decision` is None where everybody who counts agreed.
    """

    name: str
    item: Item
    mine: Outcome
    gold: Outcome
    decision: Decision | None


def differences(adjudication: Adjudication, name: str) -> list[Difference]:
    """Where gold differs from what NAME said, in text order.

    Parts of what is not in gold at all are left out: the difference is the whole.
    """
    found: list[Difference] = []
    for item in adjudication.comparison.items.values():
        if name not in item.opinions:
            continue
        outcome = adjudication.outcome(item.key)
        mine = item.opinions[name]
        is_part = item.aspect not in {"span", "label"}
        if outcome is OPEN or outcome == mine or (is_part and not adjudication.opinions(item)):
            continue
        found.append(Difference(name, item, mine, outcome, adjudication.decisions.get(item.key)))
    return found


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How often a reason was given for decisions on items of one kind about one label, and the notes that say more."""

    reason: str
    kind: str
    label: str
    count: int
    notes: tuple[str, ...]


def label_of(adjudication: Adjudication, item: Item) -> str:
    """The label an item is about: of its span's outcome, or of what most people say; for others the item's name."""
    whole = item.parent or (item.key if item.aspect == "span" else "")
    if not whole:
        return item.name or item.aspect
    outcome = adjudication.outcome(whole)
    candidates: Iterable[Outcome] = [v.outcome for v in adjudication.versions(adjudication.comparison.items[whole])]
    if outcome is not OPEN and outcome:
        candidates = [outcome]
    for candidate in candidates:
        if isinstance(candidate, tuple) and candidate and isinstance(candidate[0], tuple):
            return str(candidate[0][0])
    return ""


def reasons(adjudications: Iterable[Adjudication]) -> list[ReasonCount]:
    """The reasons given in all of ADJUDICATIONS, most frequent first."""
    found: dict[tuple[str, str, str], tuple[int, list[str]]] = {}
    for adjudication in adjudications:
        for decision in adjudication.decisions.values():
            item = adjudication.comparison.items.get(decision.key)
            if item is None or not (decision.reason or decision.note):
                continue
            key = decision.reason or "other", item.kind or "", label_of(adjudication, item)
            count, notes = found.get(key, (0, []))
            found[key] = count + 1, [*notes, *([decision.note] if decision.note else [])]
    rows = [ReasonCount(*key, count, tuple(notes)) for key, (count, notes) in found.items()]
    return sorted(rows, key=lambda row: (-row.count, row.reason, row.kind, row.label))
