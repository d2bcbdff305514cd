"""Many questions or patients from a file: one answer a line, a bad line stops nothing."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from app.answer import Answer
from app.errors import UsageError, UserError
from app.patient.findings import Conclusion
from app.patient.form import read_patient

# So many lines are begun for each core before their results are taken.
_BEGUN_FOR_EACH = 8
# For fewer lines, processes are not worth their start.
_WORTH_PROCESSES = 32
Turns = list[str]
Ask = Callable[[Turns, Conclusion | None], Answer]
# What a line asks for: the turns (none for a profile alone) and the profile given.
Read = Callable[[dict[str, Any], int], tuple[Turns, Conclusion | None]]
Begin = Callable[[int, bytes], "Future[dict[str, Any]]"]


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
    try:
        with beside.open("w", encoding="utf-8") as stream, _workers(len(lines), ask, read) as begin:
            results = _results(lines, begin, ask, read)
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


@contextmanager
def _workers(lines: int, ask: Ask, read: Read) -> Iterator[Begin]:
    """What begins a line: on another process of this one's memory, or on a thread where that cannot be had."""
    count = os.cpu_count() or 1
    if count > 1 and lines >= _WORTH_PROCESSES and _may_fork():
        with ProcessPoolExecutor(count, get_context("fork"), _inherit, (ask, read)) as processes:
            # Begins them all now, while there is one thread.
            processes.submit(int).result()
            yield lambda number, line: processes.submit(_result_here, number, line)
    else:
        with ThreadPoolExecutor(count) as threads:
            yield lambda number, line: threads.submit(_result, number, line, ask, read)


def _may_fork() -> bool:
    """Whether a copy of this process would work: its threads, those of torch and of a database too, are not copied."""
    return sys.platform == "linux" and threading.active_count() == 1 and "torch" not in sys.modules


_inherited: list[tuple[Ask, Read]] = []


def _inherit(ask: Ask, read: Read) -> None:
    # Whoever stops the program stops the process that waits for this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _inherited.append((ask, read))


def _result_here(number: int, line: bytes) -> dict[str, Any]:
    return _result(number, line, *_inherited[0])


def _results(lines: list[bytes], begin: Begin, ask: Ask, read: Read) -> Iterator[dict[str, Any]]:
    """The results in the order of the lines."""
    done = 0
    try:
        for result in _in_order(lines, begin):
            done += 1
            yield result
    except BrokenProcessPool:
        # A process was killed, by a machine short of memory perhaps: what it leaves is answered by this one.
        for number, line in enumerate(lines[done:], start=done + 1):
            yield _result(number, line, ask, read)


def _in_order(lines: list[bytes], begin: Begin) -> Iterator[dict[str, Any]]:
    """So many are begun at once that no core waits, and no more are held."""
    most = _BEGUN_FOR_EACH * (os.cpu_count() or 1)
    begun: deque[Future[dict[str, Any]]] = deque()
    try:
        for number, line in enumerate(lines, start=1):
            begun.append(begin(number, line))
            if len(begun) > most:
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
