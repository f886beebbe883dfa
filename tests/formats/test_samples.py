"""The samples in `exports/` are what the exporters write today, one for every format."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator import formats
from annotator.formats import FORMATS
from annotator.formats.interface import Annotated

EXPORTS = Path(__file__).parent.parent.parent / "exports"
pytestmark = pytest.mark.skipif(not EXPORTS.exists(), reason="a source distribution has no exports folder")


@pytest.mark.parametrize("name", [info.name for info in FORMATS.values() if info.writes])
def test_the_sample_is_what_is_written_today(example: Annotated, name: str) -> None:
    (data,) = formats.write(name, example).files.values()
    assert (EXPORTS / "samples" / f"arrive{FORMATS[name].extension}").read_bytes() == data


def test_the_readme_names_every_format_and_option() -> None:
    readme = (EXPORTS / "README.md").read_text(encoding="utf-8")
    for info in FORMATS.values():
        assert f"`{info.name}`" in readme
        assert f"samples/arrive{info.extension}" in readme
        for option in info.options:
            assert f"`{option.name}`" in readme
            assert all(f"`{choice}`" in readme for choice in option.choices)


def test_there_is_no_sample_without_a_format() -> None:
    assert {path.suffix for path in (EXPORTS / "samples").iterdir()} == {info.extension for info in FORMATS.values()}
