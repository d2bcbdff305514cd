"""A report's files: written beside and put into place, so that a reader never sees half of one; and read again."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from app.errors import UsageError, UserError
from eval.report import FORMAT, Report
from eval.report_html import page
from eval.report_markdown import full_markdown


def check_folder(folder: Path) -> None:
    """Raises UsageError where the report could not be written; called before anything is answered."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: this is a file; --report takes a folder.")
    if not folder.absolute().parent.is_dir():
        raise UsageError(f"{folder}: the folder above it does not exist; create it or choose another --report.")


def write_report(report: Report, folder: Path) -> None:
    """Writes eval.json, eval.md and eval.html. Raises UserError where the folder cannot be written."""
    texts = {
        "eval.json": json.dumps(report, ensure_ascii=False, indent=1) + "\n",
        "eval.md": full_markdown(report),
        "eval.html": page(report),
    }
    write_texts(texts, folder)


def write_texts(texts: Mapping[str, str], folder: Path) -> None:
    """Writes each text under its name into the folder. Raises UserError where that cannot be written."""
    try:
        folder.mkdir(exist_ok=True)
        for name, text in texts.items():
            _put(folder / name, text)
    except OSError as error:
        raise UserError(f"{folder}: the report cannot be written: {error.strerror}.") from error


def _put(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(text.encode("utf-8", "backslashreplace"))
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def read_report(path: Path) -> Report:
    """An earlier eval.json. Raises UsageError where there is none, UserError where it is something else."""
    if not path.is_file():
        raise UsageError(f"{path}: no such file; --compare takes the eval.json of an earlier --report.")
    try:
        report = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise UserError(f"{path}: is no report: {error}.") from error
    if not isinstance(report, dict) or report.get("format") != FORMAT or not _has_items(report):
        raise UserError(f"{path}: is no report that this version wrote; make one with --report.")
    return report


def _has_items(report: Report) -> bool:
    items = report.get("items")
    return isinstance(items, list) and all(
        isinstance(item, dict) and {"id", "set", "kind", "right", "scores"} <= set(item) for item in items
    )
