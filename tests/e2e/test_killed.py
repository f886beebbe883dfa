"""A program killed in mid-work: whatever its status line called saved is in the database."""

from __future__ import annotations

import random
import re
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from annotator.store import open_store

pytestmark = pytest.mark.pty

KILLS = 20
SAVED = re.compile(r"✓ saved · (PERS|ORG)(?:: | instead of PERS: ).*\[(\d+), (\d+)\)")
Shown = dict[tuple[int, int], str]


def work_until_killed(place: Any, name: str) -> Shown:
    """Label word after word, each twice, until the program is killed; what the status line said was saved."""
    dice = random.Random(name)
    shown: Shown = {}
    window = place.start("--as", name)

    def look() -> None:
        found = SAVED.search(window.status)
        if found is None or window.process.poll() is not None:
            return
        where = int(found[2]), int(found[3])
        if shown.get(where) != found[1]:
            shown[where] = found[1]
            window.type(*(["o"] if found[1] == "PERS" else ["left", "p"]))

    window.until("saved")
    window.on_frame = look
    window.type("p")
    window.until(lambda: shown)
    deadline = time.monotonic() + dice.uniform(0, 0.7)
    window.until(lambda: time.monotonic() > deadline)
    window.signal(signal.SIGKILL)
    window.on_frame = lambda: None
    assert window.wait() == 128 + signal.SIGKILL
    return shown


def test_all_that_was_called_saved_is_there(place: Any) -> None:
    """Each run is another person on one database, some at the same time, so that killed writers also meet others."""
    names = [f"person-{number}" for number in range(KILLS)]
    place.register(*names)
    with ThreadPoolExecutor(3) as pool:
        results = dict(zip(names, pool.map(lambda name: work_until_killed(place, name), names), strict=True))
    for name, shown in results.items():
        kept = {(start, end): label for label, start, end in place.spans(name)}
        for where, label in shown.items():
            # What was not shown yet may be saved as well: the label after PERS is ORG.
            assert kept.get(where) in ({label} if label == "ORG" else {"PERS", "ORG"}), (name, where, shown, kept)
        assert shown.keys() <= kept.keys()
    store = open_store(place.project / "corpus.db")
    assert store.problems() == []
    store.close()
