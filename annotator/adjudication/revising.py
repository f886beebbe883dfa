"""When opinions change after decisions were made: what is new, and which decisions still answer what they answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from annotator.adjudication.alignment import Opinions
from annotator.adjudication.comparison import Comparison
from annotator.adjudication.decisions import Decision
from annotator.adjudication.items import (
    Outcome,
    aspect_of,
    attribute_key,
    filler_key,
    is_by_hand,
    names_in,
    parts_of,
    piece_ref,
    pieces_in,
    referred,
    relation_key,
    role_key,
)
from annotator.model.annotations import Annotations


@dataclass(frozen=True, slots=True)
class LateEdit:
    """What somebody changed after the adjudication took their layer: how many annotations came, went, are different.

    `withdrawn`: their layer was reopened and is not submitted again, so they have no opinion now.
    """

    name: str
    added: int
    removed: int
    changed: int
    withdrawn: bool = False


def late_edits(before: Opinions, after: Opinions) -> list[LateEdit]:
    """Whose opinion is another one AFTER, by name; a person who was not there BEFORE has added everything."""
    found: list[LateEdit] = []
    nothing = Annotations()
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name, nothing), after.get(name, nothing)
        added, removed = len(new.keys() - old.keys()), len(old.keys() - new.keys())
        changed = sum(old[id] != new[id] for id in old.keys() & new.keys())
        if added or removed or changed or (name in before) is not (name in after):
            found.append(LateEdit(name, added, removed, changed, withdrawn=name not in after))
    return found


def carried(before: Comparison, after: Comparison, decisions: Mapping[str, Decision]) -> dict[str, Decision]:
    """Those of DECISIONS, made on BEFORE, that hold for AFTER, under their keys there.

    Span items are followed through the annotations they hold. A decision holds where everybody says what they said;
    one that nobody's opinion was about (a reviewer's own) holds as long as what it is about is there.
    """
    moved = _moved(before, after)
    found: dict[str, Decision] = {}
    for key, decision in decisions.items():
        new_key = _moved_key(key, moved)
        if new_key is None:
            continue
        old, new = before.items.get(key), after.items.get(new_key)
        if old is not None and new is not None:
            said = {name: _moved_outcome(old.aspect, outcome, moved) for name, outcome in old.opinions.items()}
            if said != dict(new.opinions):
                continue
        elif (old is None) is not (new is None):
            continue
        outcome = _moved_outcome(aspect_of(key), decision.outcome, moved)
        found[new_key] = replace(decision, key=new_key, outcome=outcome)
    return found


def _moved(before: Comparison, after: Comparison) -> dict[str, str]:
    """By key of a span item: the key of the item that now holds most of its annotations."""
    held: dict[str, Counter[str]] = {}
    for name, places in before.places.items():
        now = after.places.get(name, {})
        for id, ref in places.items():
            if id in now:
                held.setdefault(ref.item, Counter())[now[id].item] += 1
    return {key: min(counts, key=lambda new: (-counts[new], new)) for key, counts in held.items()}


def _moved_span(key: str, moved: Mapping[str, str]) -> str | None:
    return key if key[2] == "+" else moved.get(key)


def _moved_key(key: str, moved: Mapping[str, str]) -> str | None:
    aspect = aspect_of(key)
    if aspect in {"label", "chain"}:
        return key
    if aspect == "span":
        return _moved_span(key, moved)
    first, second = parts_of(key)
    span = _moved_span(first, moved)
    if span is None:
        return None
    if aspect == "attribute":
        return attribute_key(span, second)
    if aspect == "filler":
        return filler_key(span, second)
    other = _moved_span(second, moved)
    if other is None:
        return None
    return role_key(span, other) if aspect == "role" else relation_key(span, other)


def _moved_outcome(aspect: str, outcome: Outcome, moved: Mapping[str, str]) -> Outcome:
    def there(ref: str) -> str:
        key, name = referred(ref)
        key = _moved_span(key, moved) or key
        return key if name is None else piece_ref(key, name)

    if not isinstance(outcome, tuple):
        return outcome
    if aspect == "span" and is_by_hand(outcome):
        said_of = ((one, tuple((role, there(ref)) for role, ref in one.arguments)) for one in pieces_in(outcome))
        return tuple(one._replace(arguments=arguments).outcome for one, arguments in said_of)
    if aspect == "filler":
        return tuple(sorted(there(key) for key in names_in(outcome)))
    if aspect == "chain":
        return tuple(sorted(tuple(sorted(there(key) for key in names_in(chain))) for chain in outcome))
    if aspect == "relation":
        moved_ends: list[Outcome] = []
        for said in outcome:
            if isinstance(said, tuple):
                type_name, source, target, attributes = said
                moved_ends.append((type_name, there(str(source)), there(str(target)), attributes))
        return tuple(sorted(moved_ends, key=repr))
    return outcome
