"""One question's way through the house: the file to read first."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from app.answer import Answer
from app.steps.assemble import Identity, assemble
from app.steps.compose import compose
from app.steps.evidence import EvidenceBase
from app.steps.guard import check_turns
from app.steps.retrieve import Evidence, retrieve
from app.steps.understand import understand
from app.steps.verify import verify
from index.search import Searcher

_T = TypeVar("_T")


class Assistant:
    """Answers from one corpus and index; made by `app.wiring`. Safe to share between threads: it keeps nothing."""

    def __init__(self, base: EvidenceBase, searcher: Searcher, identity: Identity) -> None:
        self.base = base
        self.identity = identity
        self._searcher = searcher

    def ask(self, turns: Sequence[str]) -> Answer:
        """The answer to the last of `turns`, the user's messages in order.

        Raises UserError where there is no question or far too much text.
        """
        said = tuple(turns)
        check_turns(said)
        clock = _Clock()
        question = clock.time("understand", lambda: understand(said, self.base.lexicon))
        evidence = clock.time("retrieve", lambda: retrieve(question, self.base, self._searcher))
        draft = clock.time("compose", lambda: compose(question, evidence, self.base))
        verified = clock.time("verify", lambda: verify(draft, self.base.lexicon))
        return assemble(said, verified, self.base, self.identity, clock.milliseconds())

    def evidence(self, text: str) -> Evidence:
        """What would be found for one question, best first; for those who measure retrieval."""
        return retrieve(understand((text,), self.base.lexicon), self.base, self._searcher)


class _Clock:
    def __init__(self) -> None:
        self._start = time.perf_counter()
        self._steps: dict[str, float] = {}

    def time(self, step: str, work: Callable[[], _T]) -> _T:
        start = time.perf_counter()
        result = work()
        self._steps[step] = time.perf_counter() - start
        return result

    def milliseconds(self) -> dict[str, float]:
        steps = {**self._steps, "total": time.perf_counter() - self._start}
        return {step: round(seconds * 1000, 3) for step, seconds in steps.items()}
