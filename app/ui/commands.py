"""What the commands of `lateline` do, once their words are parsed; each imports only what it needs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from app.answer import Answer
from app.errors import UsageError
from app.settings import InForce
from app.ui.progress import progress_bar, say

if TYPE_CHECKING:
    from app.patient.findings import Conclusion


def serve(options: argparse.Namespace, settings: InForce) -> int:
    """The chat and the HTTP API, until interrupted."""
    from app.ui.serve import serve as run

    run(settings.settings, options.host, options.port, options.auth_file, options.open)
    return 0


def ask(options: argparse.Namespace, settings: InForce) -> int:
    """One answer, or many from a file. Raises UsageError."""
    if (options.question is None) == (options.batch is None) or (options.out is None) != (options.batch is None):
        raise UsageError("ask takes either a QUESTION, or --batch IN.jsonl together with --out OUT.jsonl.")
    if options.patient is not None and options.batch is not None:
        raise UsageError('ask takes no --patient together with --batch; put "patient" into its lines.')
    from app.wiring import load_assistant

    if options.batch:
        from app.ui.batch import answer_lines, check_files, question_line

        check_files(options.batch, options.out)
        assistant = load_assistant(settings.settings, say, progress_bar())
        return answer_lines(options.batch, options.out, assistant.ask, question_line)
    if not options.question.strip():
        raise UsageError("the question is empty; type one.")
    patient = _profile(options.patient)
    _print(load_assistant(settings.settings, say, progress_bar()).ask([options.question], patient), options.json)
    return 0


def options(options: argparse.Namespace, settings: InForce) -> int:
    """What the rules say of one patient, or of many from a file; loads no model. Raises UsageError."""
    if options.schema:
        return _schema()
    ways = [way for way in ("text", "patient", "batch") if getattr(options, way) is not None]
    if len(ways) != 1 or (options.out is None) != (options.batch is None):
        raise UsageError("options takes one of --text TEXT, --patient FILE, and --batch IN.jsonl with --out OUT.jsonl.")
    from app.wiring import load_adviser

    if options.batch:
        from app.ui.batch import answer_lines, check_files, patient_line

        check_files(options.batch, options.out)
        return answer_lines(options.batch, options.out, load_adviser(settings.settings).options, patient_line)
    if options.text is not None and not options.text.strip():
        raise UsageError("the text is empty; type a patient's history.")
    patient = _profile(options.patient)
    turns = [options.text] if options.text is not None else []
    _print(load_adviser(settings.settings).options(turns, patient), options.json)
    return 0


def index_build(options: argparse.Namespace, settings: InForce) -> int:
    """Builds the index and puts it into place."""
    from app.wiring import build

    changes = {"corpus_dir": options.corpus, "index_dir": options.out}
    chosen = settings.settings.model_copy(update={name: path for name, path in changes.items() if path})
    manifest = build(chosen, progress_bar(), options.ray)
    passages = sum(manifest.passages.values())
    print(f"Built: {passages} passages of {len(manifest.documents)} document(s) in {chosen.index_dir}")
    if chosen.vector_store == "postgres":
        print("Published in the database as the active index.")
    return 0


def index_add(options: argparse.Namespace, settings: InForce) -> int:
    """Adds documents; one that is refused does not stop the others."""
    from app.wiring import add, build

    additions = add(settings.settings, options.paths)
    for addition in additions:
        print(addition.message) if addition.document else say(f"lateline: {addition.message}")
    if any(addition.document for addition in additions):
        build(settings.settings, progress_bar())
    return 0 if all(addition.document for addition in additions) else 1


def index_remove(options: argparse.Namespace, settings: InForce) -> int:
    """Removes documents that were added; a name that is none of them does not stop the others."""
    from app.wiring import build, remove

    removed, unknown = remove(settings.settings, options.names)
    for name in unknown:
        say(f"lateline: {name}: no document of this name was added; `lateline index info` lists them.")
    for name in removed:
        print(f"{name}: removed.")
    if removed:
        build(settings.settings, progress_bar())
    return 1 if unknown else 0


def index_info(options: argparse.Namespace, settings: InForce) -> int:
    """Describes the index in place."""
    from app.wiring import describe
    from index.model_folder import NO_PROMPTS

    manifest, state, store = describe(settings.settings)
    print(f"Index     {state}")
    print(f"Model     {manifest.model}, {manifest.dimension} dimensions, sha256 {manifest.model_fingerprint[:16]}…")
    queries = "ONNX Runtime, exported into the index" if manifest.has_query_model else "the model itself (no export)"
    print(f"Questions embedded by {queries}; searched in {store}")
    if manifest.int8:
        print(f"Precision int8: {manifest.int8}")
    if manifest.prompts != NO_PROMPTS:
        print(f"Prompts   {manifest.prompts}")
    print(f"Corpus    fingerprint {manifest.corpus_fingerprint}")
    print(f"Index id  fingerprint {manifest.fingerprint}")
    kinds = ", ".join(f"{count} {kind}s" for kind, count in manifest.passages.items())
    print(f"Passages  {kinds}; {manifest.vectors} vectors (passages and their sentences)")
    for document in manifest.documents:
        words = "quoted word by word" if document.verbatim else "restated"
        dated = f"{document.title} ({document.date or 'no date'})"
        print(f"Document  {document.id}: {dated}, {document.passages} passages, {words}")
    return 0


def config(options: argparse.Namespace, settings: InForce) -> int:
    """The settings in force, and where each came from."""
    for name, origin in settings.origin.items():
        value = getattr(settings.settings, name)
        shown = ", ".join(value) if isinstance(value, tuple) else "off" if value in (None, "") else value
        if name == "postgres_dsn" and value:
            shown = "set (not shown, for it may hold a password)"
        if name == "llm_api_key" and value:
            shown = "set (not shown)"
        print(f"{name} = {shown}  # {origin}")
    return 0


def feedback_export(options: argparse.Namespace, settings: InForce) -> int:
    """The feedback kept, to a file or to standard output; a line says so where there is none. Raises UserError."""
    path = settings.settings.feedback_path
    if path is None:
        say("There is no feedback: it is off, since no feedback_path is set.")
        return 0
    from app.ui.feedback import FeedbackStore
    from app.ui.feedback_export import exported, write_export

    entries = FeedbackStore(path).entries()
    if not entries:
        say(f"There is no feedback yet in {path}.")
    elif options.out:
        write_export(exported(entries, options.format), options.out, path)
        print(f"Exported: {len(entries)} entries to {options.out}")
    else:
        print(exported(entries, options.format), end="")
    return 0


def _profile(path: Path | None) -> Conclusion | None:
    """The profile in the file. Raises UserError where it cannot be read or has a field that does not exist."""
    if path is None:
        return None
    from app.patient.form import read_patient_file

    return read_patient_file(path)


def _schema() -> int:
    import json

    from app.patient.form import patient_schema

    print(json.dumps(patient_schema(), ensure_ascii=False, indent=2))
    return 0


def _print(answer: Answer, as_json: bool) -> None:
    if as_json:
        print(answer.to_json(indent=2))
        return
    from app.ui.render import as_text
    from app.ui.render_options import options_text

    print(options_text(answer) if answer.about == "patient" and answer.options else as_text(answer))
