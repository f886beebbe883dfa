"""The Unicode Bidirectional Algorithm, UAX #9 in full: levels for a paragraph, order for a line.

Modules follow the sections of the standard: `paragraph` (P2-P3 and the entry points), `explicit` (X1-X10), `weak`
(W1-W7), `neutral` (N0-N2, I1-I2), `reorder` (L1, L2, L4). They work on strings of one byte per code point, the codes
of `annotator.text.ucd.bidi_codes`: a rule is then a search or a substitution in C instead of a loop. What a code
stands for is repeated here for the eye: `L R E N M B S W O` are L, R, EN, AN, NSM, B, S, WS, ON; `A` is AL, `Z` BN;
`+ , $` are ES, CS, ET; `( [ * < )` are LRE, RLE, LRO, RLO, PDF; `1 2 3 4` are LRI, RLI, FSI, PDI; bytes from 0x60 on
are brackets of class ON.
"""

from __future__ import annotations

from annotator.text.bidi.paragraph import Base, BidiParagraph, Direction, direction, resolve, resolve_codes
from annotator.text.bidi.reorder import mirrored

__all__ = ["Base", "BidiParagraph", "Direction", "direction", "mirrored", "resolve", "resolve_codes"]
