from __future__ import annotations

import itertools
import re

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.terminal import filters
from annotator.terminal.logical import logical
from annotator.terminal.strategies import STRATEGIES
from annotator.terminal.stream import CELLS, columns, compact, has_rtl, strip_marks

BEH, ALEF, MEEM = "\ufe91", "\ufe8e", "\ufee1"  # initial beh, final alef, isolated meem
FATHA, SHADDA = "\u064e", "\u0651"
LAM_ALEF = "\ufefb"
RED = "\x1b[38;2;200;10;30m"
RESET = "\x1b[0m"
ALL = [strategy.output_filter for strategy in STRATEGIES.values() if strategy.output_filter]
CONTROL = re.compile("\x1b\\][^\x07\x1b]*(?:\x07|\x1b\\\\)|\x1b\\[[0-?]*[ -/]*[@-~]")


@pytest.mark.parametrize("output_filter", ALL)
@pytest.mark.parametrize(
    "frame",
    [
        "",
        "plain\x1b[3;4H\x1b[1;31mred\x1b[0m",
        "│ ─ é ü 漢字 🙂\r\n",
        "\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\",
        "\x1b[?2026h",
    ],
)
def test_frames_without_rtl_pass_untouched(output_filter: filters.Filter, frame: str) -> None:
    assert output_filter(frame) == frame


@pytest.mark.parametrize("output_filter", ALL)
def test_control_strings_are_not_touched(output_filter: filters.Filter) -> None:
    title = f"\x1b]2;{BEH}{FATHA}{ALEF}\x07"
    link = f"\x1b]8;;http://x/{BEH}{ALEF}\x1b\\"
    out = output_filter(f"{title}{link}{BEH}{link}")
    assert out.startswith(title + link)
    assert out.endswith(link)


def test_a_cell_is_a_base_with_its_marks() -> None:
    text = f"{BEH}{FATHA}{SHADDA}{LAM_ALEF}{FATHA} a{ALEF}"
    assert CELLS.split(text)[1::2] == [f"{BEH}{FATHA}{SHADDA}", f"{LAM_ALEF}{FATHA}", ALEF]


def test_strip_marks_keeps_bases_and_other_scripts() -> None:
    assert strip_marks(f"{BEH}{FATHA}{SHADDA}{ALEF}e\u0301") == f"{BEH}{ALEF}e\u0301"


def test_lrm_after_each_cell_and_after_its_marks() -> None:
    assert filters.lrm(f"a{RED}{BEH}{FATHA}{ALEF}{RESET} ٣") == f"a{RED}{BEH}{FATHA}\u200e{ALEF}\u200e{RESET} ٣\u200e"


def sized(cell: str, alignment: int) -> str:
    return f"\x1b]66;w=1:v={alignment};{cell}\x07"


def test_kitty_gives_each_cell_an_alignment_by_its_column() -> None:
    frame = f"\x1b[2;1H{ALEF}{BEH}{FATHA}{RED}{MEEM}{RESET} {ALEF}"
    assert filters.kitty(frame) == (
        f"\x1b[2;1H{sized(ALEF, 2)}{sized(BEH + FATHA, 1)}{RED}{sized(MEEM, 2)}{RESET} {sized(ALEF, 2)}"
    )


def test_kitty_wide_characters_take_two_columns() -> None:
    assert filters.kitty(f"漢{ALEF}{BEH}") == f"漢{sized(ALEF, 2)}{sized(BEH, 1)}"


def test_kitty_parts_letters_of_the_other_planes_as_well() -> None:
    adlam = "\U0001e900"
    assert filters.kitty(f" {adlam}{ALEF}") == f" {sized(adlam, 1)}{sized(ALEF, 2)}"


@pytest.mark.parametrize("column", [1, 2])
def test_kitty_leaves_no_letter_in_the_run_of_the_text_beside_it(column: int) -> None:
    """kitty reverses a run of one alignment that holds an Arabic letter: (x) came out as x)( at every second place."""
    drawn = filters.kitty(f"\x1b[1;{column}H({ALEF}) {BEH}:7{MEEM}")
    plain = re.sub("\x1b]66;w=1:v=[12];[^\x07]*\x07", "", drawn)
    assert plain == f"\x1b[1;{column}H() :7"


@given(st.lists(st.sampled_from([ALEF, BEH + FATHA, LAM_ALEF, " ", "(", "7"]), min_size=1, max_size=12))
def test_kitty_draws_a_cell_the_same_alone_and_in_its_row(row: list[str]) -> None:
    """A cell painted again alone must still differ from neighbours painted long ago."""
    alone = [filters.kitty(f"\x1b[1;{number}H{cell}").removeprefix(f"\x1b[1;{number}H")
             for number, cell in enumerate(row, 1)]  # fmt: skip
    assert filters.kitty("\x1b[1;1H" + "".join(row)) == "\x1b[1;1H" + "".join(alone)
    for left, right in itertools.pairwise(re.findall("v=[12]" if has_rtl(cell) else "^", text)[0]
                                          for cell, text in zip(row, alone, strict=True)):  # fmt: skip
        assert left != right or not left


def test_kitty_old_reverses_runs_and_leaves_colours_in_place() -> None:
    frame = f"\x1b[1;1H{ALEF}{RED}{BEH}{FATHA}{RESET}{MEEM} {MEEM}{ALEF}"
    assert filters.kitty_old(frame) == f"\x1b[1;1H{MEEM}{RED}{BEH}{RESET}{ALEF} {ALEF}{MEEM}"


def test_kitty_old_sets_what_touches_a_run_in_the_other_weight() -> None:
    assert filters.kitty_old(f"({ALEF}{BEH})") == f"\x1b[1m(\x1b[22m{BEH}{ALEF}\x1b[1m)\x1b[22m"
    assert filters.kitty_old(f"{ALEF}{BEH}: x{MEEM}") == (f"{BEH}{ALEF}\x1b[1m:\x1b[22m \x1b[1mx\x1b[22m{MEEM}")
    bold = "\x1b[1;38;2;1;2;3m"
    assert filters.kitty_old(f"{bold}({ALEF}") == f"{bold}\x1b[22m(\x1b[1m{ALEF}"


def test_kitty_old_runs_end_at_cursor_moves_and_weight() -> None:
    assert filters.kitty_old(f"{ALEF}{BEH}\x1b[2;1H{MEEM}{ALEF}") == f"{BEH}{ALEF}\x1b[2;1H{ALEF}{MEEM}"
    assert filters.kitty_old(f"{ALEF}{BEH}\x1b[1m{MEEM}{ALEF}") == f"{BEH}{ALEF}\x1b[1m{ALEF}{MEEM}"


def test_kitty_old_parts_an_alef_from_its_lam() -> None:
    lam, final_alef, waw = "\ufedf", "\ufe84", "\ufeed"
    assert filters.kitty_old(f"{waw}{final_alef}{RESET}{lam}{BEH}") == (
        f"{waw}\x1b[1m{final_alef}\x1b[22m{RESET}{BEH}{lam}"
    )
    assert filters.kitty_old(f"\x1b[1m{BEH}{waw}{final_alef}{lam}") == (
        f"\x1b[1m{waw}{BEH}\x1b[22m{final_alef}\x1b[1m{lam}"
    )
    assert filters.kitty_old(f"{final_alef} {lam}{final_alef}") == f"{final_alef} {final_alef}{lam}"


def test_jitter_alternates_the_last_bit_and_parts_the_text_between() -> None:
    out = filters.jitter(f"\x1b[1;1H{RED}{ALEF}{BEH} {MEEM}{RESET}")
    assert out == (
        f"\x1b[1;1H{RED}\x1b[38;2;200;10;30m{ALEF}\x1b[38;2;200;10;31m{BEH}\x1b[38;2;201;10;30m "
        f"\x1b[38;2;200;10;31m{MEEM}{RESET}"
    )


def test_jitter_puts_the_terminals_own_colour_back() -> None:
    assert filters.jitter(f"{ALEF} x") == f"\x1b[38;2;128;128;128m{ALEF}\x1b[39m x"


@pytest.mark.parametrize(
    ("sgr", "colour"),
    [
        ("31", (205, 0, 0)), ("91", (255, 0, 0)), ("38;5;196", (255, 0, 0)), ("38;5;255", (238, 238, 238)),
        ("38;5;9", (255, 0, 0)), ("1;38;2;9;8;7;48;2;1;2;3", (9, 8, 7)), ("48;2;38;2;5", (128, 128, 128)),
        ("31;39", (128, 128, 128)), ("38", (128, 128, 128)), ("38:2:9:8:7", (9, 8, 7)),
    ],
)  # fmt: skip
def test_jitter_knows_the_foreground(sgr: str, colour: tuple[int, int, int]) -> None:
    red, green, blue = colour
    assert f"\x1b[38;2;{red};{green};{blue & ~1}m{ALEF}" in filters.jitter(f"\x1b[{sgr}m{ALEF}")


def test_logical_puts_a_stretch_back_and_unshapes_it() -> None:
    visual = f"│ \ufee1\ufe8e\ufedf\ufeb3 ({ALEF}{BEH}) 12 {ALEF}{BEH} x"
    assert logical(visual) == "│ با 12 (با) سلام x"


def test_logical_keeps_numbers_in_order() -> None:
    assert logical(f"{ALEF}{BEH} ١٢٣ {ALEF}{BEH}") == "با ١٢٣ با"
    assert logical(f"{ALEF}{BEH} 24/11 {ALEF}{BEH}") == "با 24/11 با"


def test_logical_moves_styles_with_their_characters() -> None:
    assert logical(f"{RED}{ALEF}{RESET}{BEH}.") == f"ب{RED}ا{RESET}."


def test_logical_expands_the_ligature_and_keeps_marks() -> None:
    assert logical(f"{LAM_ALEF}{FATHA}") == f"لا{FATHA}"


def test_compact_drops_repeated_styles_only() -> None:
    cell = f"{RED}x{RESET}"
    assert compact(cell * 3 + "\x1b[1mx\x1b[0m" + cell) == f"{RED}xxx{RESET}\x1b[1mx\x1b[0m{cell}"
    assert compact("\x1b[1;1H" + cell) == "\x1b[1;1H" + cell


_STYLES = st.sampled_from(["1", "31", "38;2;1;2;3", "1;38;2;1;2;3;48;2;4;5;6", "7"])
_PIECES = st.one_of(
    st.tuples(_STYLES, st.text(alphabet=f"ab {ALEF}{BEH}(│", min_size=1, max_size=3)).map(
        lambda pair: f"\x1b[{pair[0]}m{pair[1]}\x1b[0m"
    ),
    st.text(alphabet=f"xy {MEEM}", max_size=2),
    st.tuples(st.integers(1, 5), st.integers(1, 40)).map(lambda at: f"\x1b[{at[0]};{at[1]}H"),
    st.just("\r\n"),
)
_FRAMES = st.lists(_PIECES, max_size=25).map("".join)


def _screen(frame: str) -> object:
    screen = pyte.Screen(60, 6)
    pyte.Stream(screen).feed(frame)
    return [[screen.buffer[y][x] for x in range(60)] for y in range(6)]


@given(_FRAMES)
def test_compact_shows_the_same_screen(frame: str) -> None:
    assert _screen(compact(frame)) == _screen(frame)


@given(_FRAMES, st.sampled_from(ALL))
def test_filters_keep_cursor_moves_and_columns(frame: str, output_filter: filters.Filter) -> None:
    """What is drawn may differ; where the rest is drawn may not."""

    def places(text: str) -> list[tuple[str, int]]:
        text = re.sub("\x1b]66;w=1:v=[12];([^\x07]*)\x07", r"\1", text).replace(filters.LRM, "")
        out, column = [], 0
        for piece in re.split("(\x1b\\[[0-9;]*H|\r\n)", re.sub("\x1b\\[[\\d;]*m", "", text)):
            if piece.startswith(("\x1b", "\r")):
                out.append((piece, column))
                column = 0
            else:
                column += sum(columns(c) if not has_rtl(c) else 1 for c in piece)
        return out

    assert places(output_filter(frame)) == places(frame)


@given(
    st.text(
        alphabet=st.one_of(st.characters(), st.sampled_from(f"\x1b[]8;mH0{ALEF}{BEH}{FATHA}\ud800\x07")), max_size=60
    )
)
def test_filters_take_anything(frame: str) -> None:
    for output_filter in ALL:
        assert isinstance(output_filter(compact(frame)), str)
