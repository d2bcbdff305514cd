"""A circuit breaker: a server that failed several times in a row is left alone for a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from app.steps.llm_calls import ModelFault

_FAILURES = 3
_REST_S = 30.0


class Breaker:
    """Counts failures in a row. Safe to share between threads.

    After `failures` of them no call is let through for `rest_s` seconds (or as long as the server asked), then one;
    the first that succeeds closes the circuit again.
    """

    def __init__(
        self, failures: int = _FAILURES, rest_s: float = _REST_S, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._failures = failures
        self._rest_s = rest_s
        self._now = now
        self._lock = threading.Lock()
        self._in_a_row = 0
        self._closed_until = 0.0

    def check(self) -> None:
        """Raises ModelFault where the server is left alone now; otherwise the caller is to say how it went."""
        with self._lock:
            if self._now() < self._closed_until:
                raise ModelFault("failed several times and is left alone for a while", is_the_servers=False)
            if self._in_a_row >= self._failures:  # one may try; the others wait for how it fares
                self._closed_until = self._now() + self._rest_s

    def succeeded(self) -> None:
        """The server answered."""
        with self._lock:
            self._in_a_row, self._closed_until = 0, 0.0

    def failed(self, wait_s: float = 0.0) -> None:
        """The server failed, and asks to be left alone for `wait_s` seconds."""
        with self._lock:
            self._in_a_row += 1
            rest = self._rest_s if self._in_a_row >= self._failures else 0.0
            self._closed_until = self._now() + max(rest, wait_s)
