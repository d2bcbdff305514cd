"""`lateline eval`: the words it takes. Loaded at every start of `lateline`, so that it imports next to nothing."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.settings import InForce

    Parsers = argparse._SubParsersAction[argparse.ArgumentParser]


def add_parser(parsers: Parsers) -> None:
    """Adds the command `eval` to those of `lateline`."""
    words = parsers.add_parser("eval", help="score the answers on question sets")
    words.add_argument(
        "--set", action="append", metavar="NAME", help="a set (default: tuned and frozen); may be given again"
    )
    words.add_argument(
        "--questions",
        action="append",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="sets from elsewhere, in the same format",
    )
    words.add_argument(
        "--system", choices=("lateline", "naive", "bm25"), default="lateline", help="who answers (default: %(default)s)"
    )
    words.add_argument(
        "--generator", choices=("extractive", "llm"), help="who writes Lateline's answers (default: as in the settings)"
    )
    words.add_argument("--answers", type=Path, metavar="FILE", help="score what ask --batch wrote, instead of asking")
    words.add_argument("--url", metavar="http://…", help="ask a server, instead of this process")
    words.add_argument(
        "--article", type=Path, metavar="FILE", help="the article's text, for --system naive (default: the corpus)"
    )
    words.add_argument("--report", type=Path, metavar="DIR", help="write eval.json, eval.md and eval.html")
    words.add_argument("--compare", type=Path, metavar="OLD.json", help="what got better and worse since that report")
    words.add_argument(
        "--repeat", type=_times, metavar="N", help="answer N times in separate processes, compare the bytes"
    )
    words.add_argument(
        "--show-frozen", action="store_true", help="show the texts of frozen items too; they are for reporting only"
    )
    words.add_argument("--json", action="store_true", help="print the whole report as JSON")
    words.set_defaults(run=run)


def run(options: argparse.Namespace, settings: InForce) -> int:
    """Runs the command. Exit status 0, or 1 where repeated runs differ. Raises UsageError and UserError."""
    from eval.run import evaluate

    return evaluate(options, settings.settings)


def _times(text: str) -> int:
    if not text.isdigit() or not 2 <= int(text) <= 100:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of runs from 2 to 100")
    return int(text)
