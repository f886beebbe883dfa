"""What formats exist, what is said about a wrong name, and that looking costs no heavy import."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

from annotator import formats
from annotator.errors import UsageError
from annotator.formats import FORMATS
from annotator.formats.interface import Annotated


@pytest.mark.parametrize("info", FORMATS.values(), ids=list(FORMATS))
def test_every_format_is_what_its_entry_says(info: formats.FormatInfo) -> None:
    module = import_module(info.module)
    assert hasattr(module, "exporter") or not info.writes
    assert hasattr(module, "read") or not info.reads
    assert info.extension.startswith(".")
    assert info.title
    assert info.loses.endswith(".")
    assert info.passes_over.endswith(".") or not info.reads
    assert all(option.default in option.choices and option.meaning for option in info.options)


def test_extensions_are_unique() -> None:
    assert len({info.extension for info in FORMATS.values()}) == len(FORMATS)


def test_every_choice_of_every_option_writes(every_kind: Annotated) -> None:
    for name, info in FORMATS.items():
        for option in info.options:
            for choice in option.choices:
                if choice != "error":
                    written = formats.write(name, every_kind, {option.name: choice})
                    assert written.files, (name, option.name, choice)
                    assert not written.report.imbalances()


def test_a_wrong_name_lists_what_exists() -> None:
    with pytest.raises(UsageError, match=r"no format 'conl'. Did you mean 'conll'\? There are: json, conll"):
        formats.get("conl")


def test_a_wrong_option_or_choice_lists_what_exists(example: Annotated) -> None:
    with pytest.raises(UsageError, match=r"no option 'boundry'. Did you mean 'boundary'"):
        formats.write("conll", example, {"boundry": "split"})
    with pytest.raises(UsageError, match=r"cannot be 'cut'. There are: expand, split, drop, error"):
        formats.write("conll", example, {"boundary": "cut"})
    with pytest.raises(UsageError, match="It has no options"):
        formats.exporter("json", {"boundary": "split"})


def test_defaults_are_settled() -> None:
    assert formats.settle("conll", {"overlap": "longest"}) == {
        "files": "corpus",
        "columns": "entities",
        "boundary": "expand",
        "overlap": "longest",
        "discontinuous": "fragments",
    }


def test_one_way_formats_are_refused_the_other_way(monkeypatch: pytest.MonkeyPatch, example: Annotated) -> None:
    one_way = formats.FormatInfo("old", "Old", ".old", reads=False, writes=False, loses="All.", module="nowhere")
    monkeypatch.setitem(FORMATS, "old", one_way)
    with pytest.raises(UsageError, match=r"can only be read.*Formats that can be written: json, conll"):
        formats.write("old", example)
    with pytest.raises(UsageError, match="can only be written"):
        formats.read("old", b"")


def test_listing_formats_imports_nothing_heavy() -> None:
    code = "import sys, annotator.formats as f; assert f.FORMATS; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    assert not loaded & {"pydantic", "annotator.formats.native", "annotator.formats.conll2003", "annotator.text.tokens"}
