"""The console script `lateline`. Imports what a command needs only when that command runs."""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from app.errors import UsageError, UserError
from app.settings import InForce, load_settings
from app.ui.progress import progress_bar, say


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command. Exit status: 0 done, 1 the work failed, 2 wrong usage."""
    parser = _parser()
    words = list(sys.argv[1:] if arguments is None else arguments)
    # "run again with --debug" must work wherever it is put.
    debug = "--debug" in words
    options = parser.parse_args([word for word in words if word != "--debug"])
    if options.version:
        from app.wiring import program_version

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
    commands = parser.add_subparsers(title="commands", metavar="")

    serve = commands.add_parser("serve", help="the chat and the HTTP API")
    serve.add_argument("--host", default="127.0.0.1", help="address to serve on (default: %(default)s)")
    serve.add_argument("--port", type=_port, default=7860, help="port to serve on (default: %(default)s)")
    serve.add_argument(
        "--auth-file", type=Path, metavar="F", help="require one of the accounts in F (lines name:password)"
    )
    serve.add_argument("--open", action="store_true", help="open the chat in a browser")
    serve.set_defaults(run=_serve)

    ask = commands.add_parser("ask", help="answer one question, or many from a file")
    ask.add_argument("question", nargs="?", help="the question")
    ask.add_argument("--json", action="store_true", help="print the whole answer as JSON")
    ask.add_argument("--patient", type=Path, metavar="FILE", help="a patient's profile (not in this version)")
    ask.add_argument("--batch", type=Path, metavar="IN.jsonl", help='lines {"id", "question"} or {"id", "turns"}')
    ask.add_argument("--out", type=Path, metavar="OUT.jsonl", help="where the answers of --batch go")
    ask.set_defaults(run=_ask)

    index = commands.add_parser("index", help="build, extend and describe the index")
    steps = index.add_subparsers(title="commands", metavar="", required=True)
    build = steps.add_parser("build", help="build the index and put it into place")
    build.add_argument("--corpus", type=Path, metavar="DIR", help="corpus folder (default: corpus_dir)")
    build.add_argument("--out", type=Path, metavar="DIR", help="index folder (default: index_dir)")
    build.set_defaults(run=_index_build)
    add = steps.add_parser("add", help="add documents: PDF, DOCX, Markdown, HTML, plain text")
    add.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    add.set_defaults(run=_index_add)
    info = steps.add_parser("info", help="documents, passages, fingerprints, size")
    info.set_defaults(run=_index_info)

    config = commands.add_parser("config", help="the settings in force and where each came from")
    config.set_defaults(run=_config)
    return parser


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is no port (1 to 65535)")
    return int(text)


def _serve(options: argparse.Namespace, settings: InForce) -> int:
    from app.ui.serve import serve

    serve(settings.settings, options.host, options.port, options.auth_file, options.open)
    return 0


def _ask(options: argparse.Namespace, settings: InForce) -> int:
    if (options.question is None) == (options.batch is None) or (options.out is None) != (options.batch is None):
        raise UsageError("ask takes either a QUESTION, or --batch IN.jsonl together with --out OUT.jsonl.")
    if options.patient is not None:
        raise UsageError("--patient: patient profiles are not supported by this version; ask without it.")
    from app.ui.batch import answer_lines, check_files
    from app.wiring import load_assistant

    if options.batch:
        check_files(options.batch, options.out)
    elif not options.question.strip():
        raise UsageError("the question is empty; type one.")
    assistant = load_assistant(settings.settings, say, progress_bar())
    if options.batch:
        return answer_lines(options.batch, options.out, assistant.ask)
    answer = assistant.ask([options.question])
    if options.json:
        print(answer.to_json(indent=2))
    else:
        from app.ui.render import as_text

        print(as_text(answer))
    return 0


def _index_build(options: argparse.Namespace, settings: InForce) -> int:
    from app.wiring import build

    changes = {"corpus_dir": options.corpus, "index_dir": options.out}
    chosen = settings.settings.model_copy(update={name: path for name, path in changes.items() if path})
    manifest = build(chosen, progress_bar())
    passages = sum(manifest.passages.values())
    print(f"Built: {passages} passages of {len(manifest.documents)} document(s) in {chosen.index_dir}")
    return 0


def _index_add(options: argparse.Namespace, settings: InForce) -> int:
    from app.wiring import add, build

    additions = add(settings.settings, options.paths)
    for addition in additions:
        print(addition.message) if addition.document else say(f"lateline: {addition.message}")
    if any(addition.document for addition in additions):
        build(settings.settings, progress_bar())
    return 0 if all(addition.document for addition in additions) else 1


def _index_info(options: argparse.Namespace, settings: InForce) -> int:
    from app.wiring import describe

    manifest, state = describe(settings.settings)
    print(f"Index     {settings.settings.index_dir} ({manifest.size / 1024:.0f} KiB), {state}")
    print(f"Model     {manifest.model}, {manifest.dimension} dimensions, sha256 {manifest.model_fingerprint[:16]}…")
    print(f"Corpus    fingerprint {manifest.corpus_fingerprint}")
    print(f"Index id  fingerprint {manifest.fingerprint}")
    kinds = ", ".join(f"{count} {kind}s" for kind, count in manifest.passages.items())
    print(f"Passages  {kinds}; {manifest.vectors} vectors (passages and their sentences)")
    for document in manifest.documents:
        words = "quoted word by word" if document.verbatim else "restated"
        dated = f"{document.title} ({document.date or 'no date'})"
        print(f"Document  {document.id}: {dated}, {document.passages} passages, {words}")
    return 0


def _config(options: argparse.Namespace, settings: InForce) -> int:
    for name, origin in settings.origin.items():
        print(f"{name} = {getattr(settings.settings, name)}  # {origin}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
