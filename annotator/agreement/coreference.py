"""Agreement on coreference: MUC, B³, CEAFe and their mean, the CoNLL score.

As the reference scorer has them (Pradhan et al. 2014, ACL): MUC counts links (Vilain et al. 1995), B³ mentions (Bagga &
Baldwin 1998), CEAFe clusters, paired off as well as possible (Luo 2005, phi 4). Numerators and denominators are added
over documents. Clusters of one are compared when an annotator made them; MUC does not see them. Where neither side has
anything that a measure counts, it is 1 by convention (the reference scorer prints 0).
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from annotator.agreement.counts import Sums
from annotator.agreement.matching import best_pairs
from annotator.model.annotations import Annotations, Chain, Entity, Event

Clusters = Sequence[Collection[Hashable]]

EMPTY = "neither side has any cluster: 1 by convention"
NO_LINKS = "neither side has a link: MUC is 1 by convention"


@dataclass(frozen=True, slots=True)
class Ratios:
    """Recall and precision as sums: what was found of the left side, of how much; and the same of the right side."""

    found_left: float = 0
    left: float = 0
    found_right: float = 0
    right: float = 0

    def __add__(self, other: Ratios, /) -> Ratios:
        return Ratios(
            self.found_left + other.found_left,
            self.left + other.left,
            self.found_right + other.found_right,
            self.right + other.right,
        )

    @property
    def recall(self) -> float | None:
        """With the left side as the reference; None when it is empty and the right is not."""
        return self.found_left / self.left if self.left else None if self.right else 1.0

    @property
    def precision(self) -> float | None:
        """With the left side as the reference; None when the right is empty and the left is not."""
        return self.found_right / self.right if self.right else None if self.left else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean; 1 when both sides are empty, 0 when only one is."""
        recall, precision = self.recall or 0.0, self.precision or 0.0
        return 2 * recall * precision / (recall + precision) if recall + precision else 0.0

    @property
    def value(self) -> float:
        """F1."""
        return self.f1

    @property
    def why(self) -> str:
        """Whether the value is a convention."""
        return "" if self.left or self.right else EMPTY

    def sums(self) -> Sums:
        """The four sums."""
        return {name: getattr(self, name) for name in ("found_left", "left", "found_right", "right")}

    @classmethod
    def of_sums(cls, sums: Sums) -> Ratios:
        """The ratios again."""
        return cls(*(sums.get(name, 0) for name in ("found_left", "left", "found_right", "right")))


@dataclass(frozen=True, slots=True)
class Coreference:
    """The sums of all three measures; the value is the CoNLL score."""

    muc: Ratios = field(default_factory=Ratios)
    b3: Ratios = field(default_factory=Ratios)
    ceafe: Ratios = field(default_factory=Ratios)

    def __add__(self, other: Coreference, /) -> Coreference:
        return Coreference(self.muc + other.muc, self.b3 + other.b3, self.ceafe + other.ceafe)

    @property
    def value(self) -> float:
        """The mean of the three F1."""
        return (self.muc.f1 + self.b3.f1 + self.ceafe.f1) / 3

    @property
    def why(self) -> str:
        """Whether the value, or MUC's part of it, is a convention."""
        if self.b3.why:
            return EMPTY
        return NO_LINKS if self.muc.why else ""

    def sums(self) -> Sums:
        """The sums of the three."""
        parts = {"muc": self.muc, "b3": self.b3, "ceafe": self.ceafe}
        return {(name, key): number for name, part in parts.items() for key, number in part.sums().items()}

    @classmethod
    def of_sums(cls, sums: Sums) -> Coreference:
        """The three again."""
        parts: dict[str, dict[Hashable, float]] = {"muc": {}, "b3": {}, "ceafe": {}}
        for key, number in sums.items():
            if isinstance(key, tuple):
                parts[key[0]][key[1]] = number
        return cls(*(Ratios.of_sums(parts[name]) for name in ("muc", "b3", "ceafe")))


def coreference(left: Annotations, right: Annotations, *, singletons: bool = False) -> Coreference:
    """The tally of two annotators' chains; mentions are the same when their kind and code points are.

    With SINGLETONS, mentions in no chain are clusters of one; otherwise only what is in a chain is compared.
    """
    return of_clusters(clusters(left, singletons=singletons), clusters(right, singletons=singletons))


def clusters(annotations: Annotations, *, singletons: bool = False) -> list[frozenset[Hashable]]:
    """The chains of ANNOTATIONS as sets of (kind, fragments, number); the number tells stacked mentions apart.

    A mention that is in several chains stays in the first.
    """
    mentions = [item for item in annotations.values() if isinstance(item, Entity | Event)]
    keys: dict[str, Hashable] = {}
    stacked: dict[Hashable, int] = {}
    for item in sorted(mentions, key=lambda item: (item.type, item.id)):
        place = (isinstance(item, Event), item.fragments)
        keys[item.id] = (*place, stacked.get(place, 0))
        stacked[place] = stacked.get(place, 0) + 1
    free = set(keys)
    found: list[frozenset[Hashable]] = []
    for chain in annotations.values():
        members = free.intersection(chain.members) if isinstance(chain, Chain) else set()
        free -= members
        if members:
            found.append(frozenset(keys[member] for member in members))
    if singletons:
        found.extend(frozenset({keys[item.id]}) for item in mentions if item.id in free)
    return found


def of_clusters(left: Clusters, right: Clusters) -> Coreference:
    """The tally of two clusterings; the clusters of one side have no member in common, and none is empty."""
    cluster_left = {member: number for number, cluster in enumerate(left) for member in cluster}
    cluster_right = {member: number for number, cluster in enumerate(right) for member in cluster}
    together: dict[tuple[int, int], int] = {}
    for member, number in cluster_left.items():
        if member in cluster_right:
            pair = number, cluster_right[member]
            together[pair] = together.get(pair, 0) + 1
    return Coreference(_muc(left, right, together), _b3(left, right, together), _ceafe(left, right, together))


_Together = Mapping[tuple[int, int], int]
"""How many members a cluster of the left and one of the right have in common, where they have any."""


def _muc(left: Clusters, right: Clusters, together: _Together) -> Ratios:
    """A cluster of n has n-1 links; those are found that the other side's clusters do not cut: each part keeps n'-1."""
    links = sum(shared - 1 for shared in together.values())
    return Ratios(links, sum(len(cluster) - 1 for cluster in left), links, sum(len(cluster) - 1 for cluster in right))


def _b3(left: Clusters, right: Clusters, together: _Together) -> Ratios:
    """The share of each mention's cluster that the other side has with it too."""
    found_left = sum(shared * shared / len(left[i]) for (i, _), shared in together.items())
    found_right = sum(shared * shared / len(right[j]) for (_, j), shared in together.items())
    return Ratios(found_left, sum(map(len, left)), found_right, sum(map(len, right)))


def _ceafe(left: Clusters, right: Clusters, together: _Together) -> Ratios:
    """The Dice coefficients of the pairs of clusters in the best pairing."""
    worth = {(i, j): 2 * shared / (len(left[i]) + len(right[j])) for (i, j), shared in together.items()}
    pairs = best_pairs(((i, j, weight) for (i, j), weight in worth.items()), most=False)
    found = sum(worth[pair] for pair in pairs)
    return Ratios(found, len(left), found, len(right))
