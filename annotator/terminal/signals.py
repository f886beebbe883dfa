"""The signals after which the terminal has to be given back."""

from __future__ import annotations

import signal
from typing import Final

ENDING: Final = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)
"""The signals that end the program in order; without a handler each kills it, and the terminal stays as it is.

SIGABRT is not among them: it comes from C, which does not return to Python.
"""
