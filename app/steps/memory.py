"""Answers given before (the only cachetools), in memory alone, so many at most, by all that decides an answer."""

from __future__ import annotations

from collections.abc import Callable
from threading import Condition
from typing import Any

from app.answer import Answer


class AnswerMemory:
    """Remembers the `size` answers used last, by `answer_id`; with 0 it remembers none. Safe to share between threads:
    a question that is being answered is waited for, and not answered twice.
    """

    def __init__(self, size: int) -> None:
        self._remembered: Any = None
        if size > 0:
            from cachetools import LRUCache, cached

            cache: LRUCache[str, Answer] = LRUCache(maxsize=size)
            self._remembered = cached(cache, key=lambda name, make: name, condition=Condition(), info=True)(_made)

    def answer(self, name: str, make: Callable[[], Answer]) -> Answer:
        """The answer of this id: the one given before, or `make()`; what that raises is not remembered."""
        return self._remembered(name, make) if self._remembered else make()

    def forget(self) -> None:
        """Forgets all answers."""
        if self._remembered:
            self._remembered.cache_clear()

    @property
    def given_again(self) -> int:
        """How many answers were given from memory."""
        return int(self._remembered.cache_info().hits) if self._remembered else 0


def _made(name: str, make: Callable[[], Answer]) -> Answer:
    return make()
