"""The console script `lateline`. Imports what a command needs only when that command runs."""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import UsageError, UserError
from app.settings import load_settings
from app.ui import commands
from app.ui.progress import say

if TYPE_CHECKING:
    _Parsers = argparse._SubParsersAction[argparse.ArgumentParser]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command. Exit status: 0 done, 1 the work failed, 2 wrong usage."""
    parser = _parser()
    words = list(sys.argv[1:] if arguments is None else arguments)
    # "run again with --debug" must work wherever it is put.
    debug = "--debug" in words
    options = parser.parse_args([word for word in words if word != "--debug"])
    if options.version:
        from app.program import program_version

        print(f"lateline {program_version()}")
        return 0
    if not hasattr(options, "run"):
        parser.print_help()
        return 2
    try:
        return int(options.run(options, load_settings(options.config)))
    except UsageError as error:
        say(f"lateline: {error}")
        return 2
    except UserError as error:
        say(f"lateline: {error}")
        return 1
    except KeyboardInterrupt:
        say("lateline: interrupted.")
        return 1
    except BrokenPipeError:
        # The reader of a pipe (head, less) has gone; that is no failure of ours.
        sys.stdout = None
        return 0
    except Exception as error:
        if debug:
            traceback.print_exc()
        say(f"lateline: unexpected {type(error).__name__}: {error}; run again with --debug for details.")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lateline", description="Cited answers on late-line metastatic colorectal cancer."
    )
    parser.add_argument(
        "--config", type=Path, metavar="FILE", help="settings file (default: ./lateline.toml if there is one)"
    )
    parser.add_argument("--debug", action="store_true", help="show the traceback of an unexpected error")
    parser.add_argument("--version", action="store_true", help="print the version")
    parsers = parser.add_subparsers(title="commands", metavar="")
    _add_serve(parsers)
    _add_asking(parsers)
    _add_index(parsers)
    config = parsers.add_parser("config", help="the settings in force and where each came from")
    config.set_defaults(run=commands.config)
    _add_feedback(parsers)
    _add_announced(parsers)
    return parser


def _add_announced(parsers: _Parsers) -> None:
    """Commands that stand above this package and announce themselves as entry points of the program: `lateline eval`.

    Each entry point is a function that takes the parsers and adds its own; only those of this distribution are read.
    """
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        announced = distribution("lateline").entry_points.select(group="lateline.commands")
    except PackageNotFoundError:  # a checkout that was never installed
        return
    for entry in announced:
        entry.load()(parsers)


def _add_serve(parsers: _Parsers) -> None:
    serve = parsers.add_parser("serve", help="the chat and the HTTP API")
    serve.add_argument("--host", default="127.0.0.1", help="address to serve on (default: %(default)s)")
    serve.add_argument("--port", type=_port, default=7860, help="port to serve on (default: %(default)s)")
    serve.add_argument(
        "--auth-file", type=Path, metavar="F", help="require one of the accounts in F (lines name:password)"
    )
    serve.add_argument("--open", action="store_true", help="open the chat in a browser")
    serve.set_defaults(run=commands.serve)


def _add_asking(parsers: _Parsers) -> None:
    ask = parsers.add_parser("ask", help="answer one question, or many from a file")
    ask.add_argument("question", nargs="?", help="the question")
    ask.add_argument("--json", action="store_true", help="print the whole answer as JSON")
    ask.add_argument("--patient", type=Path, metavar="FILE", help="a patient's profile (JSON) to begin with")
    ask.add_argument(
        "--batch", type=Path, metavar="IN.jsonl", help='lines {"id", "question"} or {"id", "turns"}, and "patient"'
    )
    ask.add_argument("--out", type=Path, metavar="OUT.jsonl", help="where the answers of --batch go")
    ask.set_defaults(run=commands.ask)

    options = parsers.add_parser("options", help="weigh one patient, or many from a file; no model is loaded")
    options.add_argument("--text", help="the patient in words")
    options.add_argument("--patient", type=Path, metavar="FILE", help="the patient's profile (JSON)")
    options.add_argument("--json", action="store_true", help="print the whole answer as JSON")
    options.add_argument(
        "--batch", type=Path, metavar="IN.jsonl", help='lines {"id", "patient"}, {"id", "text"} or {"id", "turns"}'
    )
    options.add_argument("--out", type=Path, metavar="OUT.jsonl", help="where the answers of --batch go")
    options.add_argument("--schema", action="store_true", help="print the JSON Schema of a profile")
    options.set_defaults(run=commands.options)


def _add_index(parsers: _Parsers) -> None:
    index = parsers.add_parser("index", help="build, extend, shorten and describe the index")
    steps = index.add_subparsers(title="commands", metavar="", required=True)
    build = steps.add_parser("build", help="build the index and put it into place")
    build.add_argument("--corpus", type=Path, metavar="DIR", help="corpus folder (default: corpus_dir)")
    build.add_argument("--out", type=Path, metavar="DIR", help="index folder (default: index_dir)")
    build.add_argument("--ray", type=_workers, default=0, metavar="N", help="embed by N processes, through Ray")
    build.set_defaults(run=commands.index_build)
    add = steps.add_parser("add", help="add documents: PDF, DOCX, Markdown, HTML, plain text")
    add.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    add.set_defaults(run=commands.index_add)
    remove = steps.add_parser("remove", help="take out documents that were added")
    remove.add_argument("names", nargs="+", metavar="DOCUMENT", help="its id, as `index info` shows it")
    remove.set_defaults(run=commands.index_remove)
    info = steps.add_parser("info", help="documents, passages, fingerprints, size")
    info.set_defaults(run=commands.index_info)


def _add_feedback(parsers: _Parsers) -> None:
    feedback = parsers.add_parser("feedback", help="what users thought of answers, where feedback_path is set")
    steps = feedback.add_subparsers(title="commands", metavar="", required=True)
    export = steps.add_parser("export", help="the feedback kept, as JSON Lines or CSV")
    export.add_argument("--out", type=Path, metavar="FILE", help="where it goes (default: standard output)")
    export.add_argument("--format", choices=("jsonl", "csv"), default="jsonl", help="default: %(default)s")
    export.set_defaults(run=commands.feedback_export)


def _workers(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) <= 1024:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of processes (1 to 1024)")
    return int(text)


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is no port (1 to 65535)")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
