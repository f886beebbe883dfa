"""Which links an annotation is in, edit by edit, against looking through the whole layer."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from annotator.model.annotations import Annotation, Chain, Entity, Fragment, Relation
from annotator.tui.links import Link, Links

IDS = ("a", "b", "c")
MENTIONS = {id: Entity(id, "PERS", (Fragment(at, at + 1),)) for at, id in enumerate(IDS)}
LINKS = st.one_of(
    st.builds(
        lambda number, ends: Relation(f"l{number}", "R", *ends),
        st.integers(0, 4),
        st.permutations(IDS).map(lambda p: p[:2]),
    ),
    st.builds(lambda number, ids: Chain(f"l{number}", tuple(ids)), st.integers(0, 4), st.permutations(IDS)),
)


@given(st.lists(st.tuples(LINKS, st.booleans()), max_size=20))
def test_kept_up_is_looked_for(steps: list[tuple[Link, bool]]) -> None:
    layer: dict[str, Annotation] = dict(MENTIONS)
    links = Links(layer.values())
    for link, stays in steps:
        before, after = layer.pop(link.id, None), link if stays else None
        known = {id: links.of(id) for id in IDS}
        assert links.replace(before, after) is (before is not None or stays)
        if after is not None:
            layer[link.id] = after
        fresh = Links(layer.values())
        assert set(links.ids()) == set(fresh.ids())
        for id in IDS:
            assert sorted(links.of(id), key=repr) == sorted(fresh.of(id), key=repr)
            assert list(links.of(id)) == list(known[id]) or links.of(id) is not known[id]
    assert links.replace(MENTIONS["a"], None) is False
