"""Annotate Arabic text in the terminal.

A document's text never changes; annotations are values beside it; every screen, file and score is computed from
those two, in one direction. Nothing is imported here: each sub-command loads only what it uses.
"""

__version__ = "0.1.0"
