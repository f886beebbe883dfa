"""Two people label the article by keyboard; a window is closed under one of them; both layers are exported and read."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import conllu
import pytest
from seqeval.metrics.sequence_labeling import get_entities

pytestmark = pytest.mark.pty

TEXT = (Path(__file__).parents[2] / "seeds" / "000_e0d21f5c204a8027.txt").read_text(encoding="utf-8")


def found(words: str, start: int = 0) -> tuple[int, int]:
    at = TEXT.index(words, start)
    return at, at + len(words)


def shown(span: tuple[int, int]) -> str:
    return f"[{span[0]}, {span[1]})"


def work(window: Any) -> list[tuple[str, int, int]]:
    """Label by every way there is; the spans that are then there."""
    window.press("left", "[6, 11)")
    window.press("p", "PERS: ")  # one word, one key
    window.press("left", "[12, 21)")
    window.press("shift+left", "selected [12, 25)")
    window.press("left", "  26 · ")  # without Shift the selection is dropped
    assert "selected" not in window.status
    window.press("right", "[22, 25)")
    window.press("shift+right", "selected [12, 25)")
    window.press("a", "ARMED: ")
    window.press("left", "[22, 25)")
    window.press("left", "[26, 33)")
    window.press("v", "mark [26, 33)")
    window.press("left", "mark [26, 41)")
    window.press("g", "GPE: ")
    window.press("ctrl+home", "[0, 5)")
    window.press("L", "Loss: ")  # a trigger
    window.press("tab", "selected [6, 11)")  # on from what was just labelled
    window.press("o", "ORG instead of PERS")
    window.press("]", "saved · ORG: ")
    window.press("tab", "selected [12, 25)")
    window.press("x", "deleted ARMED")
    window.press("u", "undone: deleting")
    window.press("/", "type; Enter keeps")
    window.type("داعش")
    window.until("hit 1 of 6")
    window.press("enter", f"selected {shown(found('داعش'))}")
    window.press("a", "ARMED: ")
    return [
        ("Loss", 0, 5),
        ("ORG", 6, 21),
        ("ARMED", 12, 25),
        ("GPE", 26, 41),
        ("ARMED", *found("داعش")),
    ]


def test_a_closed_window_loses_nothing_and_a_second_person_has_a_layer_of_their_own(place: Any) -> None:
    sara = place.open("--as", "sara")
    mine = work(sara)
    sara.close()
    assert sara.wait() == 128 + signal.SIGHUP
    assert place.spans("sara") == mine

    sara = place.open("--as", "sara")
    assert "ARMED" in "".join(sara.rows)
    sara.press("ctrl+home", "[0, 5)")
    for _, start, end in mine:
        sara.press("tab", f"selected [{start}, {end})")
    sara.press("u", "undone: adding")  # from before the window was closed
    sara.press("U", "done again: adding")

    omar = place.open("--as", "omar")
    omar.press("u", "nothing to undo")
    omar.press("left", "[6, 11)")
    omar.press("shift+left", "selected [6, 21)")
    omar.press("m", "MEDIA: ")
    omar.press("ctrl+q", lambda: omar.process.poll() is not None or not omar.modes.get(1049))
    assert omar.wait() == 0
    assert place.spans("omar") == [("MEDIA", 6, 21)]
    assert place.spans("sara") == mine
    sara.type("ctrl+q")
    assert sara.wait() == 0

    read_back(place, "sara", mine)
    read_back(place, "omar", [("MEDIA", 6, 21)])


def read_back(place: Any, who: str, spans: list[tuple[str, int, int]]) -> None:
    """Export WHO's layer, and read it as a training program would."""
    for kind in ("json", "conll"):
        result = place.tell("export", "--format", kind, "--layer", who, "--output", str(place.folder / kind))
        assert (result.returncode, result.stderr) == (0, "")
    content = json.loads((place.folder / "json" / "article.json").read_text(encoding="utf-8"))
    assert content["text"] == TEXT
    (layer,) = content["layers"]
    assert layer["name"] == who
    marked = []
    for item in layer["annotations"]:
        for piece in (item.get("trigger") or item)["fragments"]:
            assert piece["text"] == TEXT[piece["start"] : piece["end"]]
            marked.append((item["type"], piece["start"], piece["end"]))
    assert sorted(marked, key=lambda span: span[1]) == spans

    columns = (place.folder / "conll" / f"{who}.conll").read_text(encoding="utf-8").replace(" ", "\t")
    sentences = conllu.parse(columns, fields=["form", "pos", "chunk", "tag"])  # which wants tabs
    words = [(token["form"], token["tag"]) for sentence in sentences[1:] for token in sentence]
    entities = [
        (label, " ".join(word for word, _ in words[first : last + 1]))
        for label, first, last in get_entities([tag for _, tag in words])
    ]
    outermost = [span for span in spans if span[0] != "Loss" and span[1] != 12]  # an event, and one that overlaps
    assert entities == [(label, TEXT[start:end]) for label, start, end in outermost]
