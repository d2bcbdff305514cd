"""Many questions or patients from a file: one answer a line, a bad line stops nothing."""

from __future__ import annotations

import json
import os
import sys
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from app.answer import Answer
from app.errors import UsageError, UserError
from app.patient.findings import Conclusion
from app.patient.form import read_patient

# So many lines are begun for each core before their results are taken.
_BEGUN_FOR_EACH = 8
Turns = list[str]
Ask = Callable[[Turns, Conclusion | None], Answer]
# What a line asks for: the turns (none for a profile alone) and the profile given.
Read = Callable[[dict[str, Any], int], tuple[Turns, Conclusion | None]]


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


def answer_lines(source: Path, target: Path, ask: Ask, read: Read) -> int:
    """Answers every line of `source` into `target`, which appears complete or not at all.

    `read` is `question_line` or `patient_line`. Returns the exit status: 1 where any line failed. A failed line gives
    {"id", "status": "error", "error"}.
    """
    from tqdm import tqdm

    lines = [line for line in source.read_bytes().split(b"\n") if line.strip()]
    failed = 0
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    results = _results(lines, ask, read)
    try:
        with beside.open("w", encoding="utf-8") as stream:
            for result in tqdm(results, total=len(lines), desc="Answering", unit="line", file=sys.stderr):
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


def question_line(facts: dict[str, Any], number: int) -> tuple[Turns, Conclusion | None]:
    """A line of `ask`: {"question"} or {"turns"}, and {"patient"} where one is given. Raises UserError."""
    if ("question" in facts) == ("turns" in facts):
        raise UserError(f'line {number}: give either "question" or "turns".')
    return _turns(facts, "question", number), _patient(facts, number)


def patient_line(facts: dict[str, Any], number: int) -> tuple[Turns, Conclusion | None]:
    """A line of `options`: one of {"patient"}, {"text"} and {"turns"}. Raises UserError."""
    if sum(name in facts for name in ("patient", "text", "turns")) != 1:
        raise UserError(f'line {number}: give one of "patient", "text" and "turns".')
    if "patient" in facts:
        return [], read_patient(facts["patient"], f"line {number}")
    return _turns(facts, "text", number), None


def _results(lines: list[bytes], ask: Ask, read: Read) -> Iterator[dict[str, Any]]:
    """The results in the order of the lines. While one question is embedded, which no lock of Python holds up, another
    is read and composed; so many are begun at once that none waits, and no more are held.
    """
    workers = os.cpu_count() or 1
    with ThreadPoolExecutor(workers) as pool:
        begun: deque[Future[dict[str, Any]]] = deque()
        try:
            for number, line in enumerate(lines, start=1):
                begun.append(pool.submit(_result, number, line, ask, read))
                if len(begun) > _BEGUN_FOR_EACH * workers:
                    yield begun.popleft().result()
            while begun:
                yield begun.popleft().result()
        finally:
            for waiting in begun:
                waiting.cancel()


def _result(number: int, line: bytes, ask: Ask, read: Read) -> dict[str, Any]:
    name: Any = None
    try:
        facts = _facts(line, number)
        name = facts.get("id")
        return {"id": name, **ask(*read(facts, number)).to_dict()}
    except UserError as error:
        return {"id": name, "status": "error", "error": str(error)}
    except Exception as error:  # one question must not cost the others
        return {"id": name, "status": "error", "error": f"unexpected {type(error).__name__}: {error}"}


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
        raise UserError(f'line {number}: must be an object with "id" and what is asked.')
    return facts


def _turns(facts: dict[str, Any], single: str, number: int) -> Turns:
    turns = [facts[single]] if single in facts else facts["turns"]
    if not isinstance(turns, list) or not all(isinstance(turn, str) for turn in turns):
        raise UserError(f'line {number}: "{single}" must be a text and "turns" a list of texts.')
    if not turns:
        raise UserError(f'line {number}: "turns" is empty.')
    return turns


def _patient(facts: dict[str, Any], number: int) -> Conclusion | None:
    given = facts.get("patient")
    return None if given is None else read_patient(given, f"line {number}")
