"""Kept feedback as JSON Lines or CSV, for those who mend the answers."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from app.errors import UsageError, UserError
from app.ui.feedback import Feedback

Format = Literal["jsonl", "csv"]
FIELDS = ("date", "version", "answer_id", "thumb", "reason", "comment", "question", "answer")
# What a spreadsheet would take for the beginning of a formula, from a comment that anybody may have written.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def exported(entries: Iterable[Feedback], form: Format) -> str:
    """One line an entry with the fields of FIELDS; what is not there is null, or an empty cell.

    CSV has a line of headings, lines that end as RFC 4180 says, and an apostrophe before a cell that a spreadsheet
    would run as a formula; JSON Lines has the words as they are.
    """
    facts = [{name: getattr(entry, name) for name in FIELDS} for entry in entries]
    if form == "jsonl":
        return "".join(json.dumps(fact, ensure_ascii=False) + "\n" for fact in facts)
    stream = io.StringIO()
    writer = csv.DictWriter(stream, FIELDS)
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in fact.items()} for fact in facts)
    return stream.getvalue()


def write_export(text: str, target: Path, source: Path) -> None:
    """Writes `text` to `target`, readable by its owner only, complete or not at all.

    Raises UsageError where `target` is a folder, is in none, or is the feedback at `source` itself; UserError where it
    cannot be written.
    """
    if not target.absolute().parent.is_dir():
        raise UsageError(f"{target}: its folder does not exist; create it or choose another --out.")
    if target.is_dir():
        raise UsageError(f"{target}: this is a folder; --out takes a file.")
    if target.exists() and source.exists() and target.samefile(source):
        raise UsageError(f"{target}: --out would overwrite the feedback itself; choose another file.")
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as stream:
            stream.write(text.encode("utf-8"))
        beside.replace(target)
    except OSError as error:
        raise UserError(f"{target}: the feedback cannot be written: {error.strerror}.") from error
    finally:
        beside.unlink(missing_ok=True)


def _cell(value: str | None) -> str:
    text = value or ""
    return f"'{text}" if text.startswith(_FORMULA) else text
