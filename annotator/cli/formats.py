"""`annotator formats`: the exchange formats, their options, and what each cannot hold."""

from __future__ import annotations

import argparse

from annotator.cli.output import Writer


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this command."""
    parser.add_argument("--json", action="store_true", help="report in JSON")


def run(arguments: argparse.Namespace) -> int:
    """List the formats."""
    from annotator.formats import FORMATS

    writer = Writer(rtl=arguments.rtl)
    if arguments.json:
        writer.json(
            [
                {
                    "name": info.name,
                    "title": info.title,
                    "extension": info.extension,
                    "reads": info.reads,
                    "writes": info.writes,
                    "loses": info.loses,
                    "passes_over": info.passes_over,
                    "options": {
                        option.name: {
                            "meaning": option.meaning,
                            "default": option.default,
                            "choices": dict(option.choices),
                        }
                        for option in info.options
                    },
                }
                for info in FORMATS.values()
            ]
        )
        return 0
    for info in FORMATS.values():
        ways = " and ".join(way for way, can in (("import", info.reads), ("export", info.writes)) if can)
        writer.line(f"{info.name}: {info.title} ({info.extension}; {ways})")
        writer.line(f"    Loses: {info.loses}")
        if info.passes_over:
            writer.line(f"    Not kept by an import: {info.passes_over}")
        for option in info.options:
            writer.line(f"    --{option.name}: {option.meaning}")
            for name, meaning in option.choices.items():
                mark = " (default)" if name == option.default else ""
                writer.line(f"        {name}: {meaning}{mark}")
    return 0
