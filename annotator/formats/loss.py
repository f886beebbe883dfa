"""What an export could not hold, annotation by annotation.

An annotation that was read is either written or lost, and never both; `LossReport.imbalances` proves it. One that was
written may have been changed on the way. Both are named, with the reason, so that nobody finds out later.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

from annotator.model.annotations import Annotation, Fragments, fragments_of, kind_of, quoted
from annotator.model.documents import Document

Effect = Literal["unsupported", "dropped", "fragmented", "expanded", "stripped", "damaged", "split", "joined"]


class EffectInfo(NamedTuple):
    """What an effect does to an annotation, and how a report says so."""

    severity: Literal["lost", "changed", "kept"]
    title: str


EFFECTS: Final[dict[Effect, EffectInfo]] = {
    "unsupported": EffectInfo("lost", "lost: the format has no place for this kind"),
    "dropped": EffectInfo("lost", "lost: left out by the chosen policy"),
    "fragmented": EffectInfo("changed", "changed: a discontinuous span became separate mentions"),
    "expanded": EffectInfo("changed", "changed: the span grew to whole tokens"),
    "stripped": EffectInfo("changed", "changed: written without what hangs on it"),
    "damaged": EffectInfo("changed", "changed: characters the format cannot hold were replaced"),
    "split": EffectInfo("kept", "kept: a token was cut at the span's boundary"),
    "joined": EffectInfo("kept", "kept: sentences were joined where the span crosses their boundary"),
}
QUOTED: Final = 80
"""How many code points of an annotation's text a report keeps."""

_BLANK = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")


class Loss(NamedTuple):
    """What became of one annotation. `kind` is "text", and `id` and `type` empty, when it befell a piece of text."""

    document: str
    id: str
    kind: str
    type: str
    fragments: Fragments
    text: str
    effect: Effect
    why: str

    def __str__(self) -> str:
        """One line, without control characters whatever the document holds."""
        place = ", ".join(f"[{start}, {end})" for start, end in self.fragments)
        parts = (self.document, self.id, self.type or self.kind, place, _BLANK.sub(" ", self.text).strip())
        return f"{' '.join(part for part in parts if part)}: {_BLANK.sub(' ', self.why)}"

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return self._asdict() | {"fragments": [list(fragment) for fragment in self.fragments]}


@dataclass(slots=True)
class Tally:
    """Annotations of one kind and type. `mentions` counts what stands in the output: more than `written` where
    discontinuous spans were written as several."""

    read: int = 0
    written: int = 0
    lost: int = 0
    mentions: int = 0


class LossReport:
    """Counts of everything, and the losses themselves: the first `limit` here, every single one to `sink`."""

    def __init__(self, limit: int | None = None, sink: Callable[[Loss], None] | None = None) -> None:
        self.limit = limit
        self.sink = sink
        self.documents = 0
        self.tallies: dict[tuple[str, str], Tally] = {}
        self.effects: Counter[Effect] = Counter()
        self.losses: list[Loss] = []

    @property
    def read(self) -> int:
        """How many annotations the exported layers hold."""
        return sum(tally.read for tally in self.tallies.values())

    @property
    def written(self) -> int:
        """How many of them the output holds, whole or changed."""
        return sum(tally.written for tally in self.tallies.values())

    @property
    def lost(self) -> int:
        """How many of them the output does not hold."""
        return sum(tally.lost for tally in self.tallies.values())

    @property
    def lossless(self) -> bool:
        """Whether every annotation is in the output, unchanged."""
        return not any(EFFECTS[effect].severity != "kept" for effect in self.effects)

    def count_read(self, annotation: Annotation) -> None:
        """ANNOTATION is in the exported layer."""
        self._tally(annotation).read += 1

    def count_written(self, annotation: Annotation, mentions: int = 1) -> None:
        """ANNOTATION is in the output, as so many mentions."""
        tally = self._tally(annotation)
        tally.written += 1
        tally.mentions += mentions

    def add(self, document: Document, annotation: Annotation, effect: Effect, why: str) -> None:
        """EFFECT befell ANNOTATION; WHY is a sentence without a final full stop."""
        if EFFECTS[effect].severity == "lost":
            self._tally(annotation).lost += 1
        fragments = fragments_of(annotation)
        type_name = getattr(annotation, "type", "")
        words = _clip(quoted(document.text, fragments))
        self._append(Loss(document.id, annotation.id, kind_of(annotation), type_name, fragments, words, effect, why))

    def add_text(self, document: Document, fragments: Fragments, effect: Effect, why: str) -> None:
        """EFFECT befell a piece of the document's text."""
        words = _clip(quoted(document.text, fragments))
        self._append(Loss(document.id, "", "text", "", fragments, words, effect, why))

    def imbalances(self) -> list[str]:
        """Where read is not written plus lost: empty unless a format has a bug."""
        return [
            f"{kind} {name}: {tally.read} read, {tally.written} written, {tally.lost} lost"
            for (kind, name), tally in self.tallies.items()
            if tally.read != tally.written + tally.lost
        ]

    def lines(self, limit: int | None = None) -> Iterator[str]:
        """The report as lines of plain text: totals, counts, then every loss kept (at most LIMIT of each effect)."""
        counted = "1 document" if self.documents == 1 else f"{self.documents} documents"
        yield f"{counted}: {self.read} annotations read, {self.written} written, {self.lost} lost"
        for (kind, name), tally in sorted(self.tallies.items()):
            label = f"{kind} {name}".strip()
            more = f" as {tally.mentions} mentions" if tally.mentions != tally.written else ""
            lost = f", {tally.lost} lost" if tally.lost else ""
            yield f"{label}: {tally.read} read, {tally.written} written{more}{lost}"
        for effect, info in EFFECTS.items():
            if not (count := self.effects[effect]):
                continue
            yield f"{info.title}: {count}"
            shown = [loss for loss in self.losses if loss.effect == effect][:limit]
            yield from (f"  {loss}" for loss in shown)
            if len(shown) < count:
                yield f"  and {count - len(shown)} more"

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def to_json(self) -> dict[str, Any]:
        """The whole report as a JSON object."""
        return {
            "documents": self.documents,
            "read": self.read,
            "written": self.written,
            "lost": self.lost,
            "lossless": self.lossless,
            "counts": [
                {
                    "kind": kind,
                    "type": name,
                    "read": tally.read,
                    "written": tally.written,
                    "lost": tally.lost,
                    "mentions": tally.mentions,
                }
                for (kind, name), tally in sorted(self.tallies.items())
            ],
            "effects": {effect: self.effects[effect] for effect in EFFECTS if self.effects[effect]},
            "losses": [loss.to_json() for loss in self.losses],
        }

    def _tally(self, annotation: Annotation) -> Tally:
        key = (kind_of(annotation), getattr(annotation, "type", ""))
        return self.tallies.setdefault(key, Tally())

    def _append(self, loss: Loss) -> None:
        self.effects[loss.effect] += 1
        if self.limit is None or len(self.losses) < self.limit:
            self.losses.append(loss)
        if self.sink is not None:
            self.sink(loss)


def _clip(text: str) -> str:
    return text if len(text) <= QUOTED else text[:QUOTED] + "…"
