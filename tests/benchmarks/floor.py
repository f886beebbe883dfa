"""What a machine alone makes of a key: a program of nothing but a bare loop, one flushed write and one row.

    floor.py MOVE_MS EDIT_MS FILE

A key is answered after MOVE_MS ms of CPU time in a loop; `p` after EDIT_MS and one block of FILE flushed to the disk.
How much later than that the row arrives is the doing of the machine: its scheduler, its disk, whoever shares it.
"""

from __future__ import annotations

import os
import sys
import termios
import time
import tty

_BLOCK, _BLOCKS = 4096, 256


def main(move_ms: float, edit_ms: float, path: str) -> None:
    """Answer keys until Ctrl+Q."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    os.pwrite(file, bytes(_BLOCK * _BLOCKS), 0)
    os.fsync(file)
    before = termios.tcgetattr(0)
    tty.setraw(0)
    try:
        for number in range(1 << 30):
            os.write(1, b"\x1b[?2026h\x1b[1;1H%d\x1b[?2026l" % number)
            key = os.read(0, 64)
            if not key or key == b"\x11":
                return
            until = time.process_time() + (edit_ms if key == b"p" else move_ms) / 1e3
            while time.process_time() < until:
                pass
            if key == b"p":
                os.pwrite(file, os.urandom(_BLOCK), number % _BLOCKS * _BLOCK)
                os.fdatasync(file)
    finally:
        termios.tcsetattr(0, termios.TCSANOW, before)


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]), sys.argv[3])
