"""How long each step of one answer takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")


class Clock:
    """Runs steps and keeps their times; a step of `steps` that is not needed for an answer takes no time."""

    def __init__(self, *steps: str) -> None:
        self._start = time.perf_counter()
        self._steps = dict.fromkeys(steps, 0.0)

    def time(self, step: str, work: Callable[[], _T]) -> _T:
        """What `work` gives; its duration is added to `step`."""
        start = time.perf_counter()
        result = work()
        self._steps[step] = self._steps.get(step, 0.0) + time.perf_counter() - start
        return result

    def milliseconds(self) -> dict[str, float]:
        """Milliseconds by step, and in total since the clock was made."""
        steps = {**self._steps, "total": time.perf_counter() - self._start}
        return {step: round(seconds * 1000, 3) for step, seconds in steps.items()}
