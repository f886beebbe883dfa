"""The pinned examples: twelve tokens (S, offsets are token numbers) and seventy characters (C), by three annotators."""

from __future__ import annotations

import pytest

from annotator.agreement.spans import Mention
from annotator.model.annotations import Fragment


def made(*spans: tuple[str, int, int]) -> list[Mention]:
    return [Mention("entity", name, (Fragment(start, end),), f"e{at}") for at, (name, start, end) in enumerate(spans)]


@pytest.fixture(scope="session")
def s_a() -> list[Mention]:
    return made(("PERS", 0, 2), ("ORG", 3, 6), ("GPE", 7, 8), ("DATE", 9, 11))


@pytest.fixture(scope="session")
def s_b() -> list[Mention]:
    return made(("PERS", 0, 2), ("ORG", 4, 6), ("LOC", 7, 8), ("GPE", 11, 12))


@pytest.fixture(scope="session")
def s_z() -> list[Mention]:
    return made(("PERS", 0, 2), ("ORG", 3, 6), ("LOC", 7, 8), ("GPE", 11, 12))


@pytest.fixture(scope="session")
def c_a() -> list[Mention]:
    return made(("PERS", 0, 10), ("ORG", 15, 30), ("GPE", 40, 45), ("DATE", 50, 58))


@pytest.fixture(scope="session")
def c_b() -> list[Mention]:
    return made(("PERS", 0, 10), ("ORG", 19, 30), ("LOC", 40, 45), ("GPE", 62, 66))
