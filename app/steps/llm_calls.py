"""What a call of a language model is, for those who make it and those who bound it. Knows no client."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal, Protocol

Role = Literal["system", "user", "assistant"]


class ModelFault(Exception):
    """The model gave nothing usable; the message says why in a few words, behind "the language model …".

    `is_the_servers`: the server failed, so that asking again at once is of no use; `wait_s` is how long it asks to be
    left alone.
    """

    def __init__(self, why: str, is_the_servers: bool = True, wait_s: float = 0.0) -> None:
        super().__init__(why)
        self.is_the_servers = is_the_servers
        self.wait_s = wait_s


class Cancelled(ModelFault):
    """Whoever asked wants no answer any more."""

    def __init__(self) -> None:
        super().__init__("was stopped", is_the_servers=False)


@dataclass(frozen=True, slots=True)
class Message:
    """One message to the model."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Watch:
    """Who looks on while an answer is written: is told each sentence that was verified, and may cancel."""

    tell: Callable[[str], None] = lambda text: None
    cancelled: threading.Event = field(default_factory=threading.Event)


class LanguageModel(Protocol):
    """A model that writes text."""

    @property
    def name(self) -> str:
        """The model's name, as its server knows it."""

    def write(self, messages: tuple[Message, ...], until: float, cancelled: threading.Event) -> Iterator[str]:
        """The reply piece by piece, at most until the moment `until` of `time.monotonic`. Raises ModelFault, also for a
        reply that is not whole; closing the iterator ends the request.
        """
