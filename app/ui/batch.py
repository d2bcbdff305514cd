"""Many questions from a file: one answer a line, a bad line stops nothing."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from app.answer import Answer
from app.errors import UsageError, UserError

Ask = Callable[[Sequence[str]], Answer]


def check_files(source: Path, target: Path) -> None:
    """Raises UsageError where the batch cannot be read or its answers could not be written."""
    if not source.is_file():
        raise UsageError(f"{source}: no such file; --batch takes a JSON Lines file.")
    if not target.absolute().parent.is_dir():
        raise UsageError(f"{target}: its folder does not exist; create it or choose another --out.")
    if target.is_dir():
        raise UsageError(f"{target}: this is a folder; --out takes a file.")
    if target.exists() and target.samefile(source):
        raise UsageError(f"{target}: --out would overwrite the questions; choose another file.")


def answer_lines(source: Path, target: Path, ask: Ask) -> int:
    """Answers every line of `source` into `target`, which appears complete or not at all.

    Returns the exit status: 1 where any line failed. A failed line gives {"id", "status": "error", "error"}.
    """
    from tqdm import tqdm

    lines = [line for line in source.read_bytes().split(b"\n") if line.strip()]
    failed = 0
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with beside.open("w", encoding="utf-8") as stream:
            for result in tqdm(_results(lines, ask), total=len(lines), desc="Answering", unit="line", file=sys.stderr):
                failed += result["status"] == "error"
                stream.write(_line(result))
        beside.replace(target)
    except OSError as error:
        raise UserError(f"{target}: the answers cannot be written: {error.strerror}.") from error
    finally:
        beside.unlink(missing_ok=True)
    if failed:
        print(
            f"lateline: {failed} of {len(lines)} lines failed; see the lines with status error in {target}.",
            file=sys.stderr,
        )
    return 1 if failed else 0


def _results(lines: list[bytes], ask: Ask) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, start=1):
        name: Any = None
        try:
            facts = _facts(line, number)
            name = facts.get("id")
            yield {"id": name, **ask(_turns(facts, number)).to_dict()}
        except UserError as error:
            yield {"id": name, "status": "error", "error": str(error)}
        except Exception as error:  # one question must not cost the others
            yield {"id": name, "status": "error", "error": f"unexpected {type(error).__name__}: {error}"}


def _line(result: dict[str, Any]) -> str:
    """The result as a line of UTF-8 JSON; an id that holds half a character is written in escapes."""
    text = json.dumps(result, ensure_ascii=False)
    return (text if _is_utf8(text) else json.dumps(result)) + "\n"


def _is_utf8(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _facts(line: bytes, number: int) -> dict[str, Any]:
    try:
        facts = json.loads(line.decode("utf-8-sig"))
    except ValueError as error:
        raise UserError(f"line {number}: not valid JSON ({error}).") from error
    if not isinstance(facts, dict):
        raise UserError(f'line {number}: must be an object with "id" and "question" or "turns".')
    return facts


def _turns(facts: dict[str, Any], number: int) -> list[str]:
    if ("question" in facts) == ("turns" in facts):
        raise UserError(f'line {number}: give either "question" or "turns".')
    if facts.get("patient") is not None:
        raise UserError(f"line {number}: patient profiles are not supported by this version; leave patient out.")
    turns = [facts["question"]] if "question" in facts else facts["turns"]
    if not isinstance(turns, list) or not all(isinstance(turn, str) for turn in turns):
        raise UserError(f'line {number}: "question" must be a text and "turns" a list of texts.')
    return turns
