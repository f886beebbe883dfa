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
        changed = links.replace(before, after)
        if after is not None:
            layer[link.id] = after
        fresh = Links(layer.values())
        assert set(links.ids()) == set(fresh.ids())
        for id in IDS:
            assert sorted(links.of(id), key=repr) == sorted(fresh.of(id), key=repr)
            assert id in changed or list(links.of(id)) == list(known[id])
            chains = [one for one in links.of(id) if isinstance(one, Chain)]
            assert [one.members[links.place(one, id)] for one in chains] == [id] * len(chains)
    assert links.replace(MENTIONS["a"], None) == set()


def test_a_link_that_is_changed_keeps_its_place() -> None:
    made: list[Link] = [Relation("r", "R", "a", "b"), Chain("c", ("a", "b")), Relation("s", "R", "b", "a")]
    links = Links([*MENTIONS.values(), *made])
    links.replace(Relation("r", "R", "a", "b"), Relation("r", "Q", "a", "b"))
    links.replace(Chain("c", ("a", "b")), Chain("c", ("c", "a", "b")))
    assert [link.id for link in links.of("a")] == [link.id for link in links.of("b")] == ["r", "c", "s"]
    assert [link.id for link in links.of("c")] == ["c"]
    links.replace(Chain("c", ("c", "a", "b")), None)
    assert links.of("c") == ()
    assert [link.id for link in links.of("a")] == ["r", "s"]
