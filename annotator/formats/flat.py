"""Spans laid flat on tokens, for formats that give every token one tag.

Such a format cannot hold a span that cuts a token, two spans that share one, or one span in several fragments.
`lay_flat` settles each case by a declared policy and tells the report about every annotation that is not written
exactly as it is. Sentences are found by rules, mentions by people: where they disagree, the sentences are joined.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple, cast

from annotator.errors import FormatError
from annotator.formats.interface import Annotated, Options
from annotator.formats.loss import Effect, LossReport
from annotator.model.annotations import Annotation, Entity, Event, Spanning, in_text_order
from annotator.model.checks import describe
from annotator.text.tokens import sentences, tokens

Boundary = Literal["expand", "split", "drop", "error"]
Overlap = Literal["outermost", "innermost", "longest"]
Discontinuous = Literal["fragments", "drop", "error"]


@dataclass(frozen=True, slots=True)
class Policies:
    """How spans that do not fit are settled; see `annotator.formats.FORMATS` for what each choice means."""

    boundary: Boundary = "expand"
    overlap: Overlap = "outermost"
    discontinuous: Discontinuous = "fragments"

    @classmethod
    def of(cls, options: Options) -> Policies:
        """The policies among settled OPTIONS."""
        return cls(
            cast("Boundary", options["boundary"]),
            cast("Overlap", options["overlap"]),
            cast("Discontinuous", options["discontinuous"]),
        )


class Tagged(NamedTuple):
    """A token: its offsets and its IOB2 tag."""

    start: int
    end: int
    tag: str


class _Piece(NamedTuple):
    """One fragment on its way: the offsets it will be written with, and what it is a fragment of."""

    start: int
    end: int
    spanning: Spanning
    expanded: str = ""


def lay_flat(
    item: Annotated, chosen: type[Entity | Event], policies: Policies, report: LossReport
) -> list[list[Tagged]]:
    """The sentences of ITEM, each a list of tokens tagged with the annotations of the class CHOSEN.

    REPORT counts every annotation of the layer. FormatError where a policy is "error" and its case occurs.
    """
    return _Flattening(item, policies, report).sentences(chosen)


class _Flattening:
    def __init__(self, item: Annotated, policies: Policies, report: LossReport) -> None:
        self.item = item
        self.text = item.document.text
        self.policies = policies
        self.report = report
        self.tokens: Sequence[tuple[int, int]] = tokens(self.text)
        self.starts = [start for start, _ in self.tokens]
        self.failed: dict[str, str] = {}
        """Why the last fragment that is not written is not, by the id of its annotation."""

    def sentences(self, chosen: type[Entity | Event]) -> list[list[Tagged]]:
        spannings: list[Spanning] = []
        for annotation in in_text_order(self.item.annotations.values()):
            self.report.count_read(annotation)
            if isinstance(annotation, chosen):
                spannings.append(annotation)
            else:
                self.add(annotation, "unsupported", f"only {_plural(chosen)} are written")
        aligned = [piece for spanning in spannings for piece in self.aligned(spanning)]
        kept = self.without_overlaps(aligned)
        if self.policies.boundary == "split":
            self.cut_tokens(kept)
        tagged = self.tagged(kept)
        self.tell(spannings, kept)
        self.report.documents += 1
        return self.in_sentences(tagged, kept)

    # -- what is written -----------------------------------------------------------------------------------------

    def aligned(self, spanning: Spanning) -> Iterable[_Piece]:
        """The fragments of SPANNING with the offsets they will have."""
        if len(spanning.fragments) > 1 and self.policies.discontinuous != "fragments":
            if self.policies.discontinuous == "error":
                self.stop(spanning, "it is discontinuous", "discontinuous")
            self.failed[spanning.id] = "it is discontinuous"
            return
        for start, end in spanning.fragments:
            first, last = bisect_right(self.starts, start) - 1, bisect_left(self.starts, end) - 1
            if first < 0 or self.tokens[first][1] <= start:
                first += 1
            if first > last:
                self.failed[spanning.id] = "it covers no token"
                continue
            low, high = self.tokens[first][0], self.tokens[last][1]
            exact = max(start, low), min(end, high)  # white space at the ends is nobody's token
            if exact == (low, high) or self.policies.boundary == "split":
                yield _Piece(*exact, spanning)
                continue
            cut = self.cut(exact, {first, last})
            if self.policies.boundary == "expand":
                yield _Piece(low, high, spanning, f"{cut}; written as [{low}, {high})")
            else:
                if self.policies.boundary == "error":
                    self.stop(spanning, cut, "boundary")
                self.failed[spanning.id] = cut

    def cut(self, exact: tuple[int, int], ends: set[int]) -> str:
        """Which of the tokens numbered ENDS the range EXACT cuts, in words."""
        spans = [self.tokens[number] for number in sorted(ends)]
        words = [self.text[start:end] for start, end in spans if start < exact[0] < end or start < exact[1] < end]
        return f"it cuts the token{'s' if len(words) > 1 else ''} {' and '.join(words)}"

    def without_overlaps(self, pieces: Iterable[_Piece]) -> list[_Piece]:
        """The pieces that the policy keeps, in text order; no two share an offset."""
        kept: list[_Piece] = []
        starts: list[int] = []
        for piece in sorted(pieces, key=self.preference()):
            at = bisect_right(starts, piece.start)
            if at and kept[at - 1].end > piece.start:
                winner = kept[at - 1]
            elif at < len(kept) and kept[at].start < piece.end:
                winner = kept[at]
            else:
                kept.insert(at, piece)
                starts.insert(at, piece.start)
                continue
            if winner.spanning is not piece.spanning:
                self.failed[piece.spanning.id] = _relation(piece, winner)
        return kept

    def preference(self) -> Callable[[_Piece], tuple[int, int, int, str]]:
        """The key that sorts pieces so that the ones to keep come first; of equals, the schema's first type."""
        rank = {label.name: number for number, label in enumerate(self.item.schema.labels())}
        policy = self.policies.overlap

        def key(piece: _Piece) -> tuple[int, int, int, str]:
            length = piece.end - piece.start
            order = rank.get(piece.spanning.type, len(rank))
            if policy == "outermost":
                return piece.start, -length, order, piece.spanning.id
            return (-length if policy == "longest" else length), piece.start, order, piece.spanning.id

        return key

    def cut_tokens(self, kept: list[_Piece]) -> None:
        """Cut the tokens that the boundaries of KEPT fall into."""
        cut: dict[int, set[int]] = {}
        for piece in kept:
            for offset in (piece.start, piece.end):
                token = bisect_right(self.starts, offset) - 1
                if token >= 0 and self.tokens[token][0] < offset < self.tokens[token][1]:
                    cut.setdefault(token, set()).add(offset)
                    start, end = self.tokens[token]
                    words = f"{self.text[start:offset]} + {self.text[offset:end]}"
                    self.add(piece.spanning, "split", f"the token is written as {words}")
        if cut:
            pieces: list[tuple[int, int]] = []
            for number, (start, end) in enumerate(self.tokens):
                edges = [start, *sorted(cut.get(number, ())), end]
                pieces += pairwise(edges)
            self.tokens = pieces
            self.starts = [start for start, _ in pieces]

    def tagged(self, kept: list[_Piece]) -> list[Tagged]:
        """All tokens with their tags."""
        tags = ["O"] * len(self.tokens)
        for piece in kept:
            first, last = bisect_left(self.starts, piece.start), bisect_left(self.starts, piece.end)
            tags[first] = f"B-{piece.spanning.type}"
            tags[first + 1 : last] = [f"I-{piece.spanning.type}"] * (last - first - 1)
        return [Tagged(start, end, tag) for (start, end), tag in zip(self.tokens, tags, strict=True)]

    def in_sentences(self, tagged: list[Tagged], kept: list[_Piece]) -> list[list[Tagged]]:
        """The tokens cut into sentences, none of which ends inside a mention."""
        breaks = [bisect_left(self.starts, start) for start, _ in sentences(self.text)]
        crossed: set[int] = set()
        for piece in kept:
            first, last = bisect_left(self.starts, piece.start), bisect_left(self.starts, piece.end)
            inside = breaks[bisect_right(breaks, first) : bisect_left(breaks, last)]
            if inside:
                crossed.update(inside)
                self.add(piece.spanning, "joined", f"{len(inside) + 1} sentences are written as one")
        edges = [*(at for at in dict.fromkeys([0, *breaks]) if at not in crossed), len(tagged)]
        return [tagged[start:end] for start, end in pairwise(edges) if start < end]

    # -- what the report says ------------------------------------------------------------------------------------

    def tell(self, spannings: list[Spanning], kept: list[_Piece]) -> None:
        """Count every annotation of SPANNINGS as written or lost, and name what changed on the way."""
        written: dict[str, int] = {}
        for piece in kept:
            written[piece.spanning.id] = written.get(piece.spanning.id, 0) + 1
            if piece.expanded:
                self.add(piece.spanning, "expanded", piece.expanded)
        for spanning in spannings:
            mentions = written.get(spanning.id, 0)
            if not mentions:
                self.add(spanning, "dropped", self.failed.get(spanning.id, "it covers no text"))
                continue
            self.report.count_written(spanning, mentions)
            if len(spanning.fragments) > 1:
                why = f"; another is left out: {self.failed[spanning.id]}" if spanning.id in self.failed else ""
                parts = f"{len(spanning.fragments)} fragments are written as {mentions} "
                self.add(spanning, "fragmented", parts + ("mention" if mentions == 1 else "mentions") + why)
            if stripped := _unwritten(spanning):
                self.add(spanning, "stripped", f"without its {stripped}")

    def add(self, annotation: Annotation, effect: Effect, why: str) -> None:
        self.report.add(self.item.document, annotation, effect, why)

    def stop(self, spanning: Spanning, why: str, option: str) -> None:
        raise FormatError(
            f"{describe(self.text, spanning)} ({spanning.id}) cannot be written: {why}",
            where=self.item.document.id,
            hint=f"Change the annotation, or choose another value of the option {option}",
        )


def _relation(loser: _Piece, winner: _Piece) -> str:
    name = f"{winner.spanning.type} {winner.spanning.id}"
    if winner[:2] == loser[:2]:
        return f"it covers the same tokens as {name}"
    if winner.start <= loser.start and loser.end <= winner.end:
        return f"it is nested inside {name}"
    if loser.start <= winner.start and winner.end <= loser.end:
        return f"{name} is nested inside it"
    return f"it crosses {name}"


def _unwritten(spanning: Spanning) -> str:
    """What hangs on SPANNING that one tag cannot say, in words; empty when nothing does."""
    parts = [f"attributes {', '.join(name for name, _ in spanning.attributes)}"] if spanning.attributes else []
    if isinstance(spanning, Entity) and spanning.identifiers:
        parts.append(f"identifiers {', '.join(spanning.identifiers)}")
    if isinstance(spanning, Event) and spanning.arguments:
        parts.append(f"arguments {', '.join(argument.role for argument in spanning.arguments)}")
    return " and ".join(parts)


def _plural(chosen: type[Entity | Event]) -> str:
    return "entities" if chosen is Entity else "event triggers"
