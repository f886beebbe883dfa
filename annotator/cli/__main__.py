"""`python -m annotator.cli` is the command `annotator`."""

from __future__ import annotations

import sys

from annotator.cli import main

if __name__ == "__main__":
    sys.exit(main())
