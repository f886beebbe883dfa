"""Why gold is as it is: for each of its annotations, who decided it, when, by what, and whose opinion it takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from annotator.adjudication.decisions import Decision
from annotator.adjudication.gold import OPEN, UNANIMOUS, Adjudication
from annotator.adjudication.items import Aspect, Outcome, aspect_of, is_by_hand, is_nothing, is_whole
from annotator.model.annotations import Annotation, in_text_order

How = Literal["unanimous", "rule", "decided", "open"]


@dataclass(frozen=True, slots=True)
class Answer:
    """How an item got its outcome. `rule` names the rule where the program decided by one, for `who` started it.

    `names` are those whose opinion the outcome is; `open` items have no outcome yet.
    """

    key: str
    aspect: Aspect
    name: str
    how: How
    outcome: Outcome
    names: tuple[str, ...]
    who: str = ""
    at: str = ""
    rule: str = ""
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """One annotation of gold: the answer it is, and those on its attributes and arguments.

    `annotation` is None for an answer that there is nothing, although somebody had marked something.
    """

    annotation: Annotation | None
    answer: Answer
    parts: tuple[Answer, ...] = ()


def origins(adjudication: Adjudication) -> list[Origin]:
    """Where each annotation of gold comes from, in text order; then what was decided not to be in it."""
    found = list(_of_gold(adjudication))
    known = {origin.answer.key for origin in found}
    for key, decision in adjudication.decisions.items():
        if key not in known and aspect_of(key) not in {"attribute", "role", "filler"} and is_nothing(decision.outcome):
            found.append(Origin(None, answer_on(adjudication, key)))
    return found


def _of_gold(adjudication: Adjudication) -> Iterator[Origin]:
    for annotation in in_text_order(adjudication.gold.values()):
        key = adjudication.key_of(annotation)
        has_parts = aspect_of(key) == "span" and is_whole(adjudication.decided(key))
        parts = sorted(adjudication.all_parts(key)) if has_parts else []
        answers = tuple(answer_on(adjudication, part) for part in parts if _counts(adjudication, part))
        yield Origin(annotation, answer_on(adjudication, key), answers)


def _counts(adjudication: Adjudication, key: str) -> bool:
    """Whether an item still says something: somebody's opinion counts on it, or a decision."""
    item = adjudication.comparison.items.get(key)
    return key in adjudication.decisions or (item is not None and bool(adjudication.opinions(item)))


def answer_on(adjudication: Adjudication, key: str) -> Answer:
    """How the item KEY got its outcome."""
    item = adjudication.comparison.items.get(key)
    name = item.name if item is not None else ""
    outcome = adjudication.outcome(key)
    if outcome is OPEN:
        return Answer(key, aspect_of(key), name, "open", None, ())
    decision = adjudication.decisions.get(key)
    opinions = adjudication.opinions(item) if item is not None else {}
    names = tuple(sorted(name for name, said in opinions.items() if said == outcome))
    if decision is None:
        return Answer(key, aspect_of(key), name, UNANIMOUS, outcome, names, at=adjudication.at)
    is_new = aspect_of(key) == "span" and is_by_hand(decision.outcome)  # its names are those whose pieces it changes
    return _decided(decision, aspect_of(key), name, () if is_new else decision.names or names)


def _decided(decision: Decision, aspect: Aspect, name: str, names: tuple[str, ...]) -> Answer:
    how: How = "rule" if decision.rule else "decided"
    about = decision.who, decision.at, decision.rule, decision.reason, decision.note
    return Answer(decision.key, aspect, name, how, decision.outcome, names, *about)
