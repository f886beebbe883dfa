"""The rules of `annotator.text.tokens` as regular expressions: what a word is made of, and what a token is.

Character classes are given as the inside of brackets. No rule looks past white space.

Only classes are repeated possessively (`*+`), never groups: Python before 3.11.5 gets those wrong. They do not need it
here, as nothing that stands behind one of them can fail.
"""

from __future__ import annotations

import re

__all__ = ["FORMAT", "LINE_BREAKS", "PARAGRAPH_BREAKS", "RIDER", "SPACES", "TOKEN", "WORD"]

SPACES = "\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""What `str.isspace` calls white space, as the inside of a regular expression's character class."""

PARAGRAPH_BREAKS = "\n\r\x1c-\x1e\x85\u2029"
"""Code points of bidi class B, which end a paragraph (UAX #9 P1), as the inside of a character class."""
LINE_BREAKS = f"{PARAGRAPH_BREAKS}\x0b\x0c\u2028"
"""The same with vertical tab, form feed and line separator, which end a sentence but no paragraph."""

# Controls that draw nothing: they ride on the token beside them.
FORMAT = "\xad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
# Marks that ride on whatever stands before them, even on punctuation (Grapheme_Extend of the scripts met here).
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0897-\u089f\u08ca-\u08e1\u08e3-\u08ff\u1ab0-\u1aff"
    "\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\U00010efd-\U00010eff\U0001f3fb-\U0001f3ff"
    "\U000e0020-\U000e007f\U000e0100-\U000e01ef"
)
# Punctuation, symbols, controls and surrogates. What is neither this nor white space is part of a word, so that marks
# and letters of every script, also of Unicode versions to come, stay in their words. The signs that enclose the number
# behind them (U+0600 to U+0605, U+06DD, U+0890, U+0891, U+08E2) count as part of it, and skin tones as marks.
_SYMBOLS = (
    r"\x00-\x08\x0e-\x1b!-/:-@\[-\^`{-\x9f\xa1-\xa9\xab\xac\xae-\xb1\xb4\xb6-\xb8\xbb\xbf\xd7\xf7"
    "\u02c2-\u02c5\u02d2-\u02df\u037e\u0387\u055a-\u055f\u0589\u058a\u058d-\u058f\u05be\u05c0\u05c3\u05c6\u05f3\u05f4"
    "\u0606-\u060f\u061b\u061d-\u061f\u066a-\u066d\u06d4\u06de\u06e9\u06fd\u06fe\u0700-\u070d"
    "\u0964\u0965\u2010-\u2027\u2030-\u203e\u2041-\u2053\u2055-\u205e\u207a-\u207e\u208a-\u208e\u20a0-\u20cf"
    "\u2100-\u2101\u2103-\u2106\u2108\u2109\u2114\u2116-\u2118\u211e-\u2123\u2125\u2127\u2129\u212e\u213a\u213b"
    "\u2140-\u2144\u214a-\u214d\u214f\u2190-\u245f\u249c-\u24e9\u2500-\u2bff\u2e00-\u2e2e\u2e30-\u2e7f\u2ff0-\u2fff"
    "\u3001-\u3004\u3008-\u3020\u3030\u303d-\u303f\u30fb\ud800-\udfff\ufd3e-\ufd4f\ufdcf\ufdfc-\ufdff\ufe10-\ufe19"
    "\ufe30-\ufe32\ufe35-\ufe4c\ufe50-\ufe6f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff3e\uff40\uff5b-\uff65\uffe0-\uffef"
    "\ufff9-\uffff\U0001f000-\U0001f3fa\U0001f400-\U0001faff"
)
_EMOJI = (
    "\xa9\xae\u203c\u2049\u2122\u2139\u2194-\u21aa\u2300-\u23ff\u25aa-\u27bf\u2934\u2935\u2b05-\u2b55\u3030\u303d"
    "\u3297\u3299\U0001f000-\U0001f1e5\U0001f200-\U0001faff"
)

WORD = f"[^{SPACES}{_SYMBOLS}]"
"""A regular expression for one code point of a word: letters, marks, digits, tatweel, joiners and direction marks."""

BASE = f"[^{SPACES}{_SYMBOLS}{FORMAT}]"
RIDER = f"[{_MARKS}{FORMAT}]"
_DIGIT = r"\d"
_ARABIC = "[\u0620-\u063f\u0641-\u064a\u066e-\u06d3\u06fa-\u06fc]"
_LATIN = "[A-Za-z\xc0-\u024f]"
_URL_STOP = f'{SPACES}<>"\xab\xbb“”،؛؟'
_ENGLISH_TITLES = "Dr|Mr|Mrs|Ms|Prof|St|Jr|Sr|vs|etc|Inc|Ltd|Gen|Col|Lt|Sgt|Capt|Gov|Sen|Rep|Mt|Vol|Fig"

TOKEN = re.compile(
    rf"""
    # A plain word: by far the commonest, so it comes first; what follows it cannot be a joint of the rules below.
    {BASE}{WORD}*+ (?![.,:/٫٬'’&\-+\#@%٪\u20e3])
  | [{FORMAT}]*+ (?=[^{SPACES}])
    (?:
      # Addresses. The last code point is never a mark that closes the sentence around them.
      (?i:https?|ftps?|file)://
      (?: \([^()\ud800-\udfff{_URL_STOP}]{{0,64}}\) | [^()\ud800-\udfff{_URL_STOP}] )*
      (?<![.,:;!?'’\]}}*_~/]) /?
    | (?i:www)\.{BASE}[^()\ud800-\udfff{_URL_STOP}]* (?<![.,:;!?'’\]}}*_~])
    | [\w.+\-]{{1,64}}+@[\w\-]{{1,63}}+(?:\.[\w\-]{{1,63}}+)+
    | [0-9\#*]\ufe0f?\u20e3
      # Dates with hyphens, percentages and signed numbers. The other joints between digits belong to words.
    | {_DIGIT}{{4}}-{_DIGIT}{{1,2}}-{_DIGIT}{{1,2}} (?!{WORD})
    | (?<!{WORD}) [+\-\u2212]{_DIGIT}{WORD}*+ (?: [.,:/٫٬]{_DIGIT}{WORD}*+ )* [%٪]?
      # Abbreviations: single letters with full stops, and titles.
    | (?: {_ARABIC}{RIDER}*+\. )+ (?: {_ARABIC}{RIDER}*+ (?!{WORD}) )?
    | (?: {_LATIN}\. ){{2,}} (?: {_LATIN} (?!{WORD}) )?
    | (?: {_ENGLISH_TITLES} )\.
    | [A-Za-z](?: \+\++ | \#(?!{WORD}) )
      # A word with joints: between digits, or between Latin letters (don't, AT&T, Al-Qaeda, file.txt, read/write).
    | {BASE}{WORD}*+
      (?: (?<={_DIGIT})[.,:/٫٬](?={_DIGIT}) {WORD}++
        | (?<=[A-Za-z\xc0-\u024f0-9])['’.&\-](?={_LATIN}) {WORD}++
        | (?<={_LATIN})-(?={_DIGIT}) {WORD}++
      )*
      (?: (?<={_DIGIT})[%٪] )?
    | [@\#\uff03]{WORD}++
      # Emoji: flags, then pictures joined by ZWJ with their skin tones, variation selectors and tags.
    | [\U0001f1e6-\U0001f1ff]{{1,2}}+
    | [{_EMOJI}]{RIDER}*+ (?: (?<=\u200d)[{_EMOJI}]{RIDER}*+ )*
      # Quotation marks and brackets one by one; other signs in runs of the same.
    | ["“”„‟'‘’‚‛«»‹›()\[\]{{}}﴾﴿]
    | ([^{SPACES}{FORMAT}]) \1*
    )
    {RIDER}*+
  | [{FORMAT}]++ {RIDER}*+  # nothing but controls between two spaces
    """,
    re.VERBOSE,
)
