"""The same items answered several times, each time in a process of its own: are the bytes the same?"""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

from app.errors import UserError
from eval.asking import ask_all
from eval.replies import Failure, Reply
from eval.sets import Item
from eval.systems import System

Make = Callable[[], System]


@dataclass(frozen=True, slots=True)
class Repetition:
    """`runs` is how often each item was answered; `differing` are the keys of the items whose bytes differ."""

    runs: int
    items: int
    differing: tuple[str, ...]

    def __str__(self) -> str:
        if not self.differing:
            return f"Identical: {self.items} answers, the same bytes in {self.runs} processes (timings_ms aside)."
        return f"Not identical in {self.runs} processes: {', '.join(self.differing)}"


def repeat(make: Make, items: Sequence[Item], times: int, first: Sequence[Reply | Failure]) -> Repetition:
    """Answers the items `times` - 1 further times, in fresh processes, and compares with the `first` replies.

    `make` builds the system there and must be picklable. Raises UserError where a process breaks.
    """
    runs = [[answer_bytes(reply) for reply in first]]
    # Fresh interpreters ("spawn") have their own order of sets and of dictionaries of strings.
    context = multiprocessing.get_context("spawn")
    for number in range(2, times + 1):
        try:
            with ProcessPoolExecutor(1, mp_context=context) as pool:
                runs.append(pool.submit(_answered, make, tuple(items), f"Run {number}").result())
        except BrokenProcessPool as error:
            raise UserError(
                f"run {number} of --repeat ended before it was done; there may be too little memory."
            ) from error
    differing = [item.key for number, item in enumerate(items) if len({run[number] for run in runs}) > 1]
    return Repetition(times, len(items), tuple(differing))


def answer_bytes(reply: Reply | Failure) -> bytes:
    """The answer as JSON, timings left out."""
    facts = {name: value for name, value in reply.plain.items() if name != "timings_ms"}
    return json.dumps(facts, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _answered(make: Make, items: tuple[Item, ...], what: str) -> list[bytes]:
    return [answer_bytes(reply) for reply in ask_all(make(), items, what)]
