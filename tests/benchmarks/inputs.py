"""What is measured: projects with large documents, and the same text and annotations as files of SLATE."""

from __future__ import annotations

import random
import shutil
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from annotator.model.annotations import Entity, Fragment, Provenance
from annotator.model.documents import Document
from annotator.model.operations import Edit, Replacement
from annotator.store import open_store
from annotator.text.tokens import tokens
from annotator.workflow.ports import LayerEdit, LayerKey, Person
from annotator.workflow.project import Project, init_project

ROOT: Final = Path(__file__).resolve().parents[2]
WHO: Final = "bench"
AT: Final = "2026-01-01T00:00:00.000Z"
DOCUMENT: Final = "bench"
MILLION: Final = 1_000_000
SPANS: Final = 10_000
NESTED: Final = 3_000
DEEPEST: Final = 8
"""As many levels of nesting as the screen has lanes."""
PARAGRAPH: Final = 100_000
MIXED: Final = (
    "قال (المدير): Version 3.1 «beta» صدرت في 12/5/2024 (see https://example.org/a?b=1) ثم أضاف 50% ١٢٣ - "
    "نعم! A \u2067ب [ج] 7\u2069 C, \u202bداخل left ٤٥\u202c وانتهى... "
)
"""One sentence in two directions, with numbers of both kinds, brackets, an isolate and an embedding."""


def article() -> str:
    """The seed article."""
    return next(iter(sorted((ROOT / "seeds").glob("*.txt")))).read_text(encoding="utf-8")


def repeated(text: str, length: int) -> str:
    """TEXT over and over, LENGTH code points in all."""
    return (text * (length // len(text) + 1))[:length]


def million() -> str:
    """The article repeated to a million characters."""
    return repeated(article(), MILLION)


def long_paragraph() -> str:
    """A hundred thousand characters of the article without a line break."""
    return repeated(" ".join(article().split()) + " ", PARAGRAPH)


def random_ranges(text: str, count: int, *, longest: int = 3) -> list[tuple[int, int]]:
    """COUNT different ranges of one to LONGEST tokens of one line each, the same at every call, in text order."""
    choose = random.Random(1)
    words = [word for word in tokens(text) if word[1] - word[0] > 2]
    found: set[tuple[int, int]] = set()
    while len(found) < count:
        first = choose.randrange(len(words) - longest)
        start, end = words[first][0], words[first + choose.randint(1, longest) - 1][1]
        if "\n" not in text[start:end]:
            found.add((start, end))
    return sorted(found)


def nested_ranges(text: str, count: int, nested: int, *, deepest: int = DEEPEST) -> list[tuple[int, int]]:
    """COUNT different ranges, the same at every call, in text order; each of NESTED holds another one of them.

    They grow word by word, to either side within the line, to nests of two to DEEPEST levels.
    """
    choose = random.Random(3)
    words = [word for word in tokens(text) if word[1] - word[0] > 2]
    starts = [start for start, _ in words]
    cores = random_ranges(text, count - nested)
    found = set(cores)
    choose.shuffle(cores)
    for core in cores:
        start, end = core
        first, last = bisect_right(starts, start) - 1, bisect_right(starts, end - 1) - 1
        for _ in range(choose.randrange(1, deepest)):
            if len(found) == count:
                return sorted(found)
            left = first > 0 and (last + 1 == len(words) or choose.random() < 0.5)
            first, last = (first - 1, last) if left else (first, min(last + 1, len(words) - 1))
            start, end = words[first][0], words[last][1]
            if "\n" in text[start:end]:
                break
            found.add((start, end))
    raise ValueError(f"{len(text)} characters have no room for {nested} nested annotations")


@dataclass(frozen=True, slots=True)
class Input:
    """A project of one document, and the same text as a file for SLATE with as many annotations."""

    text: str
    project: Project
    slate_file: Path

    @property
    def database(self) -> Path:
        """The file of the database."""
        return Path(self.project.database)

    @property
    def slate_annotations(self) -> Path:
        """The file that SLATE reads and overwrites."""
        return Path(f"{self.slate_file}.annotations")

    def restore(self) -> None:
        """Put everything back as it was made, whatever programs have done to it since."""
        for written in (self.database, self.slate_annotations):
            for path in written.parent.glob(f"{written.name}*"):
                if path.suffix != _KEPT:
                    path.unlink()
            shutil.copyfile(_kept(written), written)


def make(folder: Path, text: str, spans: int = 0, nested: int = 0) -> Input:
    """A new project in FOLDER whose only document is TEXT, with SPANS entities of the person `WHO`.

    NESTED of them hold another one.
    """
    project = init_project(folder / "project")
    ranges = nested_ranges(text, spans, nested) if nested else random_ranges(text, spans) if spans else []
    store = open_store(Path(project.database), create=True)
    try:
        store.put_person(Person(WHO, "manager"), AT)
        store.add_documents([Document.of(text, id=DOCUMENT, title="bench")], AT)
        if ranges:
            names = [label.name for label in project.schema.entities]
            choose = random.Random(2)
            made = [
                Entity(f"e-{number:012x}", choose.choice(names), (Fragment(*where),), provenance=_BY_IMPORT)
                for number, where in enumerate(ranges)
            ]
            edit = Edit("Import", tuple(Replacement(None, entity) for entity in made))
            store.commit(WHO, AT, [LayerEdit(LayerKey(DOCUMENT, WHO), 0, edit)])
    finally:
        store.close()
    slate_file = folder / "text.txt"
    slate_file.write_text(text, encoding="utf-8")
    result = Input(text, project, slate_file)
    result.slate_annotations.write_text("".join(_slate_lines(text, ranges)), encoding="utf-8")
    for written in (result.database, result.slate_annotations):
        shutil.copyfile(written, _kept(written))
    return result


def _kept(path: Path) -> Path:
    return path.with_name(path.name + _KEPT)


_KEPT: Final = ".kept"
_BY_IMPORT: Final = Provenance("import", WHO, AT)
_SLATE_LABELS: Final = ("label:a", "label:s", "label:d", "label:v")


def _slate_lines(text: str, ranges: Sequence[tuple[int, int]]) -> list[str]:
    """RANGES as SLATE writes them: line and token, or first and last of them; its tokens are parts between blanks."""
    starts: list[int] = []
    places: list[tuple[int, int]] = []
    offset = 0
    for number, line in enumerate(text.split("\n")):
        at = offset
        for token, word in enumerate(line.split()):
            at = text.index(word, at)
            starts.append(at)
            places.append((number, token))
            at += len(word)
        offset += len(line) + 1
    lines = []
    for index, (start, end) in enumerate(ranges):
        first = places[bisect_right(starts, start) - 1]
        last = places[bisect_right(starts, end - 1) - 1]
        where = f"{first}" if first == last else f"({first}, {last})"
        lines.append(f"{where} - {_SLATE_LABELS[index % len(_SLATE_LABELS)]}\n")
    return lines
