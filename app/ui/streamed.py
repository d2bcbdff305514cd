"""An answer while it is written: its verified sentences one by one, and the end of the request where nobody waits."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.steps.llm_calls import Watch

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Done(Generic[_T]):
    """The whole answer."""

    result: _T


def streamed(ask: Callable[[Watch], _T]) -> Iterator[str | Done[_T]]:
    """The sentences that `ask` tells its watch, then what it gives; raises what it raises.

    Closing the iterator, as the page does when a reader stops, cancels the watch.
    """
    said: queue.SimpleQueue[str | Done[_T] | BaseException] = queue.SimpleQueue()
    watch = Watch(said.put)

    def run() -> None:
        try:
            said.put(Done(ask(watch)))
        except BaseException as error:  # handed on to whoever waits
            said.put(error)

    threading.Thread(target=run, name="answer", daemon=True).start()
    try:
        while True:
            step = said.get()
            if isinstance(step, BaseException):
                raise step
            yield step
            if isinstance(step, Done):
                return
    finally:
        watch.cancelled.set()
