"""One assistant for a whole server: loaded in the background, asked from many threads, bounded in its load."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from app.answer import Answer
from app.assistant import Assistant
from app.errors import NotReady, UserError
from app.patient.findings import Conclusion
from app.steps.adviser import Adviser
from app.steps.assemble import EXTRACTIVE
from app.steps.llm_calls import Watch

MOST_AT_ONCE = 32


class TooBusy(UserError):
    """More questions at once than the server takes."""


class Service:
    """Hands questions to the assistant once it is there. `load` is called on a thread of its own, once.

    `load_adviser` is called before it, where it is given: patients are weighed while the index is still being built.
    """

    def __init__(self, load: Callable[[], Assistant], load_adviser: Callable[[], Adviser] | None = None) -> None:
        self._load = load
        self._load_adviser = load_adviser
        self._adviser: Adviser | None = None
        self._assistant: Assistant | None = None
        self._problem: str | None = None
        self._done = threading.Event()
        self._places = threading.BoundedSemaphore(MOST_AT_ONCE)

    def start(self) -> None:
        """Begins loading; returns at once."""
        threading.Thread(target=self._run, name="load-assistant", daemon=True).start()

    def wait(self, seconds: float | None = None) -> None:
        """Waits until loading is over, or so many seconds."""
        self._done.wait(seconds)

    @property
    def problem(self) -> str | None:
        """Why no question can be answered now; None when the assistant is ready."""
        if self._problem:
            return self._problem
        return None if self._assistant else "The index is being prepared; try again in some seconds."

    @property
    def assistant(self) -> Assistant:
        """The assistant. Raises NotReady with the reason where it is not there."""
        if self._assistant is None:
            raise NotReady(self.problem or "")
        return self._assistant

    @property
    def streams(self) -> bool:
        """Whether answers come sentence by sentence, because a language model may write them."""
        return self._assistant is not None and self._assistant.generator != EXTRACTIVE

    def ask(
        self,
        turns: Sequence[str],
        patient: Conclusion | None = None,
        settled: int = 0,
        watch: Watch | None = None,
    ) -> Answer:
        """The answer to the last turn (`Assistant.ask`). Raises NotReady, TooBusy, or UserError for an unusable one."""
        assistant = self.assistant
        with self._place():
            return assistant.ask(turns, patient, settled, watch) if watch else assistant.ask(turns, patient, settled)

    def options(self, turns: Sequence[str], patient: Conclusion | None = None) -> Answer:
        """The options of a patient, as text or as a profile. Raises NotReady, TooBusy, or UserError."""
        adviser = self._adviser or self.assistant.adviser
        with self._place():
            return adviser.options(turns, patient)

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise TooBusy(f"{MOST_AT_ONCE} questions are being answered at this moment; try again shortly.")
        try:
            yield
        finally:
            self._places.release()

    def renew_when(self, is_replaced: Callable[[Assistant], bool], every: float) -> None:
        """Calls `renew` every so many seconds, on a thread of its own."""

        def look() -> None:
            while True:
                time.sleep(every)
                self.renew(is_replaced)

        threading.Thread(target=look, name="renew-assistant", daemon=True).start()

    def renew(self, is_replaced: Callable[[Assistant], bool]) -> None:
        """Loads again where loading failed, and loads the index that replaced the one in use. Until then the old one
        answers, and it goes on where the new one cannot be loaded; `problem` says where that cannot even be looked up.
        """
        if not self._done.is_set():
            return
        replaced = False
        try:
            replaced = self._assistant is not None and is_replaced(self._assistant)
            if replaced or self._assistant is None:
                self._assistant = self._load()
            self._problem = None
        except Exception as error:  # the thread's only door
            self._problem = None if replaced else _told(error)

    def _run(self) -> None:
        try:
            if self._load_adviser:
                self._adviser = self._load_adviser()
            self._assistant = self._load()
        except Exception as error:  # the thread's only door: health must be able to say what happened
            self._problem = _told(error)
        finally:
            self._done.set()


def _told(error: Exception) -> str:
    return str(error) if isinstance(error, UserError) else f"Loading failed: {type(error).__name__}: {error}"
