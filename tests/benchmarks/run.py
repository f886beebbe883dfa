#!/usr/bin/env python3
"""Measure everything and print one table: what, measured, target, SLATE, verdict, and the noise of the machine.

    run.py [--quick] [--json] [engine] [screens] [search] [adjudication] [agreement]

A number never fails the run; the exit status is 1 only when something could not be measured at all. Everything is made
in a temporary folder ($TMPDIR decides on which disk) and removed.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import adjudication
import agreement
import engine
import screens
import search
from report import Row, machine, noise, noise_line, table

PARTS: Final = ("engine", "screens", "search", "adjudication", "agreement")


def measure(part: str, folder: Path, *, quick: bool) -> Iterator[Row]:
    """The numbers of one of `PARTS`."""
    if part == "engine":
        return engine.measure(folder, engine.QUICK if quick else engine.Effort())
    if part == "adjudication":
        return adjudication.measure(folder, adjudication.QUICK if quick else adjudication.Effort())
    if part == "agreement":
        return agreement.measure(folder, agreement.QUICK if quick else agreement.Effort())
    if part == "search":
        return search.measure(folder, search.QUICK if quick else search.Effort())
    return screens.measure(folder, screens.QUICK if quick else screens.Effort())


def main() -> int:
    """Run the parts asked for, or all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer repetitions: two minutes instead of five")
    parser.add_argument("--json", action="store_true", help="print one JSON object at the end instead of a table")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{' or '.join(PARTS)} (default: all)")
    arguments = parser.parse_args()
    for unknown in set(arguments.parts).difference(PARTS):
        parser.error(f"there is no part {unknown!r}; choose {' or '.join(PARTS)}")

    began, before = time.monotonic(), noise()
    found: list[Row] = []
    failures: list[str] = []

    def rows() -> Iterator[Row]:
        for part in arguments.parts or PARTS:
            with TemporaryDirectory(prefix="annotator-bench-", ignore_cleanup_errors=True) as folder:
                try:
                    for row in measure(part, Path(folder), quick=arguments.quick):
                        found.append(row)
                        yield row
                except Exception as error:  # noqa: BLE001 - what breaks in one part must not hide the other
                    traceback.print_exc()
                    failures.append(f"{part}: {type(error).__name__}: {error}")

    for line in table(rows()):
        if not arguments.json:
            print(line, flush=True)
    after = noise()
    over = sum(row.verdict == "over" for row in found)
    if arguments.json:
        result = {
            "machine": machine(),
            "noise": {"before": before, "after": after},
            "rows": [row.to_json() for row in found],
            "failures": failures,
        }
        print(json.dumps(result, ensure_ascii=False, indent=1))
    else:
        print(f"\n{len(found)} numbers, {over} over their target; {time.monotonic() - began:.0f} s")
        print(f"{machine()['system']}, Python {machine()['python']}")
        print(noise_line("before", before))
        print(noise_line("after", after))
        for failure in failures:
            print(f"could not be measured: {failure}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
