"""Which annotations of different people are about the same thing.

People agree on the text, not on ids. What they marked is aligned by content alone: the kind (entity or event), the
type, the fragments, and for events what fills their roles, so that two events on one trigger stay two. The result does
not depend on the order or the names of the people.

One thing holds at most one annotation of each person, with one exception: where one person has a long span and another
several short ones inside it, these are one thing too (a split), and the second person has several *pieces* in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final, NamedTuple, TypeAlias, cast

from annotator.adjudication.items import Outcome, piece
from annotator.model.annotations import Annotations, Entity, Event, Fragments, Spanning

Opinions: TypeAlias = Mapping[str, Annotations]
"""What each person said about one document, by the person's name."""

Filler: TypeAlias = tuple[str, str, Fragments]
"""A role, the type of what fills it, and where that lies."""

LEAST_DICE: Final = 0.5
"""How much two spans of different types must have in common to be two opinions on one thing: at least half."""
_LEAST_INSIDE: Final = 0.5
"""The part of a piece that must lie inside the long span it is a piece of."""


class Content(NamedTuple):
    """What an annotation says, without who says it: equal contents are equal opinions.

    `ordinal` tells apart annotations of one person that are the same in everything else.
    """

    start: int
    end: int
    kind: str
    type: str
    fragments: Fragments
    fillers: tuple[Filler, ...]
    ordinal: int


@dataclass(slots=True)
class _Node:
    content: Content
    holders: dict[str, str] = field(default_factory=dict)  # name -> id of the annotation


@dataclass(slots=True)
class _Cluster:
    nodes: list[_Node]
    pieces: dict[str, list[_Node]]

    @classmethod
    def of(cls, node: _Node) -> _Cluster:
        return cls([node], {name: [node] for name in node.holders})

    def take(self, other: _Cluster) -> None:
        self.nodes += other.nodes
        for name, nodes in other.pieces.items():
            self.pieces.setdefault(name, []).extend(nodes)


@dataclass(frozen=True, slots=True)
class Aligned:
    """One thing in the text that somebody marked. `pieces` are ids of annotations by the person's name, in text order,
    `said` the outcomes that they are.

    `key` names it by its contents: it is the same whoever holds them, and whatever else is in the document.
    """

    key: str
    kind: str
    start: int
    end: int
    pieces: Mapping[str, tuple[str, ...]]
    said: Mapping[str, Outcome]

    def type_by(self, name: str) -> str:
        """The type that the person called NAME gave it; empty where they have none of it, or several pieces."""
        pieces = cast("tuple[tuple[str, Outcome], ...]", self.said.get(name, ()))
        return pieces[0][0] if len(pieces) == 1 else ""


def align(opinions: Opinions) -> list[Aligned]:
    """The things that the OPINIONS are about, in text order."""
    nodes = _nodes(opinions)
    everybody = len(opinions)
    loose = [node for node in nodes if len(node.holders) < everybody]  # the others are complete already
    clusters = {id(node): _Cluster.of(node) for node in loose}
    pairs = list(_overlapping(loose))
    _join(pairs, clusters)
    _join_splits(pairs, clusters)
    distinct = {id(cluster): cluster for cluster in clusters.values()}
    made = [_aligned([node]) for node in nodes if len(node.holders) == everybody]
    made += [_aligned(cluster.nodes) for cluster in distinct.values()]
    return sorted(made, key=lambda it: (it.start, -it.end, it.key))


def content_of(annotation: Spanning, annotations: Annotations) -> Content:
    """What ANNOTATION, one of ANNOTATIONS, says."""
    fragments = annotation.fragments
    start, end = fragments[0][0], fragments[-1][1]
    if isinstance(annotation, Event):
        fillers = tuple(sorted(_fillers(annotation, annotations)))
        return Content(start, end, "event", annotation.type, fragments, fillers, 0)
    return Content(start, end, "entity", annotation.type, fragments, (), 0)


def _fillers(event: Event, annotations: Annotations) -> Iterator[Filler]:
    for argument in event.arguments:
        target = annotations.get(argument.target)
        if isinstance(target, Entity | Event):
            yield argument.role, target.type, target.fragments


def _nodes(opinions: Opinions) -> list[_Node]:
    found: dict[Content, _Node] = {}
    for name, layer in opinions.items():
        same: dict[Content, list[Spanning]] = {}
        spans: list[Spanning] = [*layer.entities, *layer.events]
        for annotation in spans:
            same.setdefault(content_of(annotation, layer), []).append(annotation)
        for content, held in same.items():
            if len(held) > 1:
                held.sort(key=_rest)
            for ordinal, annotation in enumerate(held):
                numbered = content._replace(ordinal=ordinal) if ordinal else content
                node = found.get(numbered)
                if node is None:
                    node = found[numbered] = _Node(numbered)
                node.holders[name] = annotation.id
    return sorted(found.values(), key=lambda node: node.content)


def _rest(annotation: Spanning) -> tuple[str, str, str]:
    identifiers = annotation.identifiers if isinstance(annotation, Entity) else ()
    return repr(annotation.attributes), repr(identifiers), annotation.id


class _Pair(NamedTuple):
    """Two contents that overlap, how well they go together (larger is better), and their order by content."""

    level: int
    dice: float
    fillers: float
    one: _Node
    other: _Node

    @property
    def rank(self) -> tuple[float, float, float, Content, Content]:
        return -self.level, -self.dice, -self.fillers, self.one.content, self.other.content


def _overlapping(nodes: Sequence[_Node]) -> Iterator[_Pair]:
    """The pairs of NODES (sorted by content) of one kind that share code points and that no person has both of."""
    active: list[_Node] = []
    for node in nodes:
        content = node.content
        active = [before for before in active if before.content.end > content.start]
        for before in active:
            if before.content.kind == content.kind:
                common = _common(before.content.fragments, content.fragments)
                if common:
                    yield _pair(before, node, common)
        active.append(node)


def _pair(one: _Node, other: _Node, common: int) -> _Pair:
    a, b = one.content, other.content
    dice = 2 * common / (_length(a.fragments) + _length(b.fragments))
    same_type = a.type == b.type
    level = 2 + same_type if a.fragments == b.fragments else int(same_type)
    return _Pair(level, dice, _jaccard(a.fillers, b.fillers), one, other)


def _common(one: Fragments, other: Fragments) -> int:
    """How many code points both cover."""
    if len(one) == 1 and len(other) == 1:
        return max(0, min(one[0].end, other[0].end) - max(one[0].start, other[0].start))
    return sum(max(0, min(a.end, b.end) - max(a.start, b.start)) for a in one for b in other)


def _length(fragments: Fragments) -> int:
    return sum(end - start for start, end in fragments)


def _jaccard(one: Iterable[Filler], other: Iterable[Filler]) -> float:
    a, b = set(one), set(other)
    return len(a & b) / len(a | b) if a or b else 1.0


def _join(pairs: Sequence[_Pair], clusters: dict[int, _Cluster]) -> None:
    """Put the best pairs together first, as long as nobody gets two annotations in one cluster."""
    wanted = [pair for pair in pairs if pair.level or pair.dice >= LEAST_DICE]
    for pair in sorted(wanted, key=lambda pair: pair.rank):
        one, other = clusters[id(pair.one)], clusters[id(pair.other)]
        if one is not other and one.pieces.keys().isdisjoint(other.pieces):
            _merge(one, other, clusters)


def _join_splits(pairs: Sequence[_Pair], clusters: dict[int, _Cluster]) -> None:
    """Take a piece into the cluster of the long span that holds another piece of the same person."""
    wanted = [pair for pair in pairs if pair.level == 1]  # same type, other fragments
    for pair in sorted(wanted, key=lambda pair: pair.rank):
        for long, part in ((pair.one, pair.other), (pair.other, pair.one)):
            one, other = clusters[id(long)], clusters[id(part)]
            if one is not other and _is_split(long, part, one, other):
                _merge(one, other, clusters)


def _is_split(long: _Node, part: _Node, one: _Cluster, other: _Cluster) -> bool:
    fragments = part.content.fragments
    if len(other.nodes) > 1 or _common(long.content.fragments, fragments) < _LEAST_INSIDE * _length(fragments):
        return False
    if any(name in part.holders for name in long.holders) or any(len(one.pieces[name]) > 1 for name in long.holders):
        return False
    beside = [node for name in part.holders for node in one.pieces.get(name, ())]
    return bool(beside) and all(
        node.content.type == part.content.type
        and not _common(node.content.fragments, fragments)
        and _common(node.content.fragments, long.content.fragments)
        and _length(node.content.fragments) < _length(long.content.fragments)
        for node in beside
    )


def _merge(one: _Cluster, other: _Cluster, clusters: dict[int, _Cluster]) -> None:
    one.take(other)
    for node in other.nodes:
        clusters[id(node)] = one


def _aligned(nodes: list[_Node]) -> Aligned:
    if len(nodes) > 1:
        nodes = sorted(nodes, key=lambda node: node.content)
    pieces: dict[str, tuple[str, ...]] = {}
    said: dict[str, Outcome] = {}
    for node in nodes:
        outcome = (piece(node.content.type, node.content.fragments),)
        for name, id in node.holders.items():
            if name in pieces:
                pieces[name] += (id,)
                said[name] = (*cast("tuple[Outcome, ...]", said[name]), *outcome)
            else:
                pieces[name], said[name] = (id,), outcome
    kind = nodes[0].content.kind
    end = max(node.content.end for node in nodes)
    key = digest(kind[:2], (node.content for node in nodes))
    return Aligned(key, kind, nodes[0].content.start, end, pieces, said)


def digest(prefix: str, parts: Iterable[object]) -> str:
    """A short name for PARTS, the same for equal ones."""
    found = blake2b(digest_size=8)
    for part in parts:
        found.update(repr(part).encode("utf-8", "surrogatepass"))
        found.update(b"\0")
    return f"{prefix}-{found.hexdigest()}"
