"""`lateline bench`: the words it takes. Loaded at every start of `lateline`, so that it imports next to nothing."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.settings import InForce

    Parsers = argparse._SubParsersAction[argparse.ArgumentParser]


def add_parser(parsers: Parsers) -> None:
    """Adds the command `bench` to those of `lateline`."""
    words = parsers.add_parser("bench", help="measure speed and memory, beside baselines in the same run")
    words.add_argument(
        "--report", type=Path, metavar="DIR", help="write bench.json, bench.md, bench.html, profile.html"
    )
    words.add_argument("--json", action="store_true", help="print JSON")
    size = words.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="fewer questions and runs (about a minute)")
    size.add_argument("--large", action="store_true", help="also a store of a million vectors (about 5 minutes, 5 GB)")
    words.set_defaults(run=run)


def run(options: argparse.Namespace, settings: InForce) -> int:
    """Runs the command. Exit status 0. Raises UsageError and UserError."""
    from eval.bench.run import bench

    return bench(options, settings.settings)
