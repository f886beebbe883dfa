"""The spans of one kind of one annotator, and how they meet those of another: what several measures ask for.

Most spans of two annotators are equal, and what is equal is a matter of sets; only the *rest* is looked at one by one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from annotator.agreement.counts import Bag, Bags, LabelCounts
from annotator.agreement.matching import most_pairs
from annotator.agreement.once import once
from annotator.agreement.spans import Mention, by_type, partners, touching, unequal_partners
from annotator.model.annotations import Fragments

Whole: TypeAlias = tuple[str, Fragments]
"""A mention without its id: label and code points."""
Met: TypeAlias = tuple[str, str]
"""The labels of two partners; empty for one that has no partner."""


class Spans:
    """MENTIONS of one kind in text order, to be compared with those of several others; each thing is made once."""

    def __init__(self, mentions: Sequence[Mention]) -> None:
        self.mentions = mentions

    @once
    def by_type(self) -> dict[str, list[Mention]]:
        """The mentions of each label."""
        return by_type(self.mentions)

    @once
    def bags(self) -> Bags:
        """The mentions as a bag for each label."""
        return Bags([(mention.type, mention.fragments) for mention in self.mentions])

    @once
    def places(self) -> Bag:
        """Their code points, whatever their labels."""
        return Bag([mention.fragments for mention in self.mentions])

    @once
    def wholes(self) -> dict[Whole, int]:
        """Which mention has a label on some code points: the number of the last."""
        return {(mention.type, mention.fragments): at for at, mention in enumerate(self.mentions)}

    @once
    def different(self) -> frozenset[Whole]:
        """Labels with the code points they are on, each once."""
        return frozenset(self.wholes)

    @once
    def is_distinct(self) -> bool:
        """Whether no label is twice on the same code points."""
        return len(self.wholes) == len(self.mentions)

    @once
    def sizes(self) -> Mapping[str, int]:
        """How many of `different` each label has."""
        return self.bags.sizes if self.is_distinct else Counter(label for label, _ in self.wholes)

    @once
    def tangled(self) -> frozenset[str]:
        """Labels of which two mentions overlap, or may: between the pieces of one is another."""
        found: set[str] = set()
        reach: dict[str, int] = {}
        for mention in self.mentions:
            if mention.fragments:
                if mention.fragments[0][0] < reach.get(mention.type, 0):
                    found.add(mention.type)
                reach[mention.type] = max(reach.get(mention.type, 0), mention.fragments[-1][1])
        return frozenset(found)

    def among(self, some: Iterable[Whole]) -> list[Mention]:
        """Of SOME that are `different` the mentions, in text order; of equal ones the last."""
        return [self.mentions[at] for at in sorted(map(self.wholes.__getitem__, some))]


class Meeting:
    """Spans of one kind of two annotators; LEFT is the reference, where there is one."""

    def __init__(self, left: Spans, right: Spans) -> None:
        self.left = left
        self.right = right

    @once
    def rest(self) -> tuple[list[Mention], list[Mention]]:
        """Mentions of each side that the other has not, in text order; of equal ones one."""
        left, right = self.left, self.right
        return left.among(left.different - right.different), right.among(right.different - left.different)

    @once
    def same(self) -> dict[str, int]:
        """Of each label of the left side, how many code points both sides have it on, each once."""
        found = dict(self.left.sizes)
        for mention in self.rest[0]:
            found[mention.type] -= 1
        return found

    @once
    def touches(self) -> list[tuple[int, int]]:
        """What of the `rest` shares a code point, whatever the labels: the numbers of both."""
        return touching(*self.rest, typed=False) if all(self.rest) else []

    @once
    def exact(self) -> LabelCounts:
        """Mentions with the same code points, for each label that one of the two used."""
        return self.left.bags.common(self.right.bags)

    @once
    def overlaps(self) -> LabelCounts:
        """Mentions that share a code point, for each label that one of the two used: the most pairs possible.

        Where nobody's mentions of a label overlap each other, equal ones have no other partner and are not matched.
        """
        left, right = self.left, self.right
        tangled = left.tangled | right.tangled
        both = dict(self.same)
        ours, theirs = self.rest
        edges: dict[str, list[tuple[int, int]]] = {}
        for i, j in self.touches:
            name = ours[i].type
            if name == theirs[j].type and name not in tangled:
                edges.setdefault(name, []).append((i, j))
        for name, touches in edges.items():
            both[name] += most_pairs(touches)
        for name in tangled:
            mine, yours = left.by_type.get(name, ()), right.by_type.get(name, ())
            both[name] = most_pairs(touching(mine, yours, typed=False))
        return LabelCounts(both, left.bags.sizes, right.bags.sizes)

    @once
    def partners(self) -> Mapping[Met, int]:
        """How often which labels are those of partners (see `annotator.agreement.spans.partners`)."""
        found: dict[Met, int] = {}
        if self.left.is_distinct and self.right.is_distinct:  # equal mentions are partners anyway
            found = {(label, label): count for label, count in self.same.items() if count}
            sides, touches = self.rest, self.touches
        else:
            sides, touches = (list(self.left.mentions), list(self.right.mentions)), None
        left, right = sides
        of_left = partners(left, right) if touches is None else unequal_partners(left, right, touches)
        taken = set(of_left.values())
        cells = [(mention.type, right[of_left[i]].type if i in of_left else "") for i, mention in enumerate(left)]
        cells += [("", mention.type) for j, mention in enumerate(right) if j not in taken]
        for cell in cells:
            found[cell] = found.get(cell, 0) + 1
        return found
