"""Decisions as values, and as the records in which they are stored beside the gold layer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from annotator.adjudication.items import Outcome
from annotator.errors import StoreError
from annotator.model.annotations import Annotation, Provenance, Record

REASONS: Final[Mapping[str, str]] = {
    "slip": "an annotator's slip",
    "ambiguous": "the text is ambiguous",
    "gap": "the guidelines do not say",
    "unclear": "the guidelines are unclear",
    "edge": "a rare case",
    "taste": "a matter of judgement",
    "other": "another reason",
}
"""Why opinions differed, for the table that whoever writes the guidelines reads."""

DECISION: Final = "decision"
BASIS: Final = "basis"
BASIS_ID: Final = "basis"

OF: Final = " of "
"""Stands before the names of people in what a rule, or a step, is called."""
_NAMING: Final = ("Take all", "Merge: ", "at least ")
"""How those begin that name people: see `answers.Rule.title` and the steps of `workflow.adjudication`."""


def nameless(title: str) -> str:
    """What a rule, or a step, is called, without the people whom it names; any other title as it is."""
    return title.partition(OF)[0] if title.startswith(_NAMING) else title


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to one item. `names` are those whose opinion it takes; none of them where it is a new one, except
    where a reviewer edited one of several pieces: then they are those whose pieces these were.

    `who` and `at` (RFC 3339) say who decided when; `rule` names the rule where the program did it by one.
    """

    key: str
    outcome: Outcome
    names: tuple[str, ...] = ()
    who: str = ""
    at: str = ""
    rule: str = ""
    reason: str = ""
    note: str = ""

    def record(self) -> Record:
        """The decision as it is stored."""
        value: dict[str, Any] = {"outcome": self.outcome, "names": list(self.names)}
        value |= {key: text for key in ("reason", "note") if (text := getattr(self, key))}
        return Record(self.key, DECISION, _dump(value), Provenance("adjudication", self.who, self.at, tool=self.rule))


@dataclass(frozen=True, slots=True)
class Basis:
    """What an adjudication rests on: the revision of each person's layer when it was begun or last brought up to date.

    `items` and `opened` count what people differed on, and what of it is still open.
    """

    layers: Mapping[str, int] = field(default_factory=dict)
    who: str = ""
    at: str = ""
    items: int = 0
    opened: int = 0

    def record(self) -> Record:
        """The basis as it is stored."""
        value = {"layers": dict(self.layers), "items": self.items, "open": self.opened}
        return Record(BASIS_ID, BASIS, _dump(value), Provenance("adjudication", self.who, self.at))


def _dump(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read_records(records: Iterable[Annotation]) -> tuple[Basis | None, dict[str, Decision]]:
    """The basis and the decisions that RECORDS hold, decisions by key. StoreError for one that cannot be read."""
    basis: Basis | None = None
    decisions: dict[str, Decision] = {}
    for record in records:
        if not isinstance(record, Record):
            continue
        made = record.provenance
        try:
            value = json.loads(record.data)
            if record.type == BASIS:
                layers = {str(name): int(revision) for name, revision in value["layers"].items()}
                basis = Basis(layers, made.agent, made.at, int(value["items"]), int(value["open"]))
            elif record.type == DECISION:
                names = tuple(map(str, value["names"]))
                texts = str(value.get("reason", "")), str(value.get("note", ""))
                outcome = frozen(value["outcome"])
                decisions[record.id] = Decision(record.id, outcome, names, made.agent, made.at, made.tool, *texts)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StoreError(f"a stored decision cannot be read ({error!r})", where=record.id) from None
    return basis, decisions


def frozen(value: Any) -> Outcome:
    """A value of JSON with tuples instead of lists. TypeError for an object or a fraction."""
    if isinstance(value, list):
        return tuple(frozen(part) for part in value)
    if value is None or isinstance(value, str | bool | int):
        return value
    raise TypeError(f"{value!r} is no outcome")
