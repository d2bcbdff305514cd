"""A loaded assistant: an answer beside what it is made of and what others take, question by question."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from app.settings import Settings
from eval.bench.figures import Figure, Part, beside, figure, in_turn

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.assistant import Assistant
    from index.embedding import Embedder

TITLE = "One question, loaded"
ANSWER, EMBEDDING, REST = "verified answer", "embedding alone (as questions are embedded)", "answer without embedding"
NAIVE, REFERENCE = "LlamaIndex's default retriever alone", "sentence-transformers, one text"
RETRIEVAL, FLAT, WORDS, AGAIN = "retrieval", "FAISS alone", "BM25 alone", "answer given again from memory"


class TimedEmbedder:
    """An embedder that adds up how long it was at work, in milliseconds."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.taken = 0.0

    @property
    def fingerprint(self) -> str:
        return self._embedder.fingerprint

    @property
    def dimension(self) -> int:
        return self._embedder.dimension

    @property
    def limit(self) -> int:
        return self._embedder.limit

    def count(self, text: str) -> int:
        """As the embedder counts."""
        return self._embedder.count(text)

    def encode(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None, prompt: str = ""
    ) -> NDArray[np.float32]:
        """As the embedder encodes."""
        start = time.perf_counter()
        vectors = self._embedder.encode(texts, progress, prompt)
        self.taken += 1000 * (time.perf_counter() - start)
        return vectors


def warm(assistant: Assistant, settings: Settings, questions: Sequence[str]) -> tuple[Part, Part]:
    """The contenders, and the share of each step. The assistant must remember no answers."""
    contenders = _contenders(assistant, settings)
    steps: dict[str, list[float]] = {}
    rest: list[float] = []

    def answer(question: str) -> None:
        for step, taken in assistant.ask([question]).timings_ms.items():
            steps.setdefault(step, []).append(taken)

    contenders[ANSWER] = _counting(answer, assistant, rest)
    for question in questions[:5]:  # the first ones pay for what is loaded late
        for contender in contenders.values():
            contender(question)
    steps.clear()
    rest.clear()
    taken = in_turn(contenders, questions)
    figures = [figure(name, values) for name, values in taken.items()] + [figure(REST, rest)]
    baselines = {ANSWER: EMBEDDING, NAIVE: ANSWER, REFERENCE: EMBEDDING, RETRIEVAL: NAIVE, REST: EMBEDDING}
    ordered = sorted(beside(figures, baselines), key=lambda one: one.p50)
    return Part(TITLE, tuple(ordered)), Part("Steps of an answer", _shares(steps))


def given_again(assistant: Assistant, questions: Sequence[str]) -> Figure:
    """An answer that the assistant remembers, for as long as this is measured."""
    from app.steps.memory import AnswerMemory

    forgetful, assistant.memory = assistant.memory, AnswerMemory(len(questions))
    for question in questions:
        assistant.ask([question])
    taken = in_turn({AGAIN: lambda question: assistant.ask([question])}, questions)[AGAIN]
    assistant.memory = forgetful
    return figure(AGAIN, taken)


def _contenders(assistant: Assistant, settings: Settings) -> dict[str, Callable[[str], object]]:
    from app.wiring import reference_model
    from eval.baselines import default_retriever

    embedder, searcher = assistant.searcher.embedder, assistant.searcher
    reference = reference_model(settings)
    naive = default_retriever(settings)
    vector = embedder.encode(["overall survival"])[0]
    return {
        EMBEDDING: lambda question: embedder.encode([question]),
        REFERENCE: lambda question: reference.encode([question]),
        NAIVE: naive,
        RETRIEVAL: lambda question: searcher.search(question, 40),
        FLAT: lambda question: searcher.nearest_alone(vector),
        WORDS: searcher.words_alone,
    }


def _counting(answer: Callable[[str], None], assistant: Assistant, rest: list[float]) -> Callable[[str], None]:
    """The same, noting in `rest` what of its time was not spent on embedding."""

    def counted(question: str) -> None:
        real = assistant.searcher.embedder
        timed = assistant.searcher.embedder = TimedEmbedder(real)
        start = time.perf_counter()
        try:
            answer(question)
        finally:
            assistant.searcher.embedder = real
        rest.append(1000 * (time.perf_counter() - start) - timed.taken)

    return counted


def _shares(steps: dict[str, list[float]]) -> tuple[Figure, ...]:
    figures = [figure(step, values) for step, values in steps.items()]
    return beside(figures, {one.name: "total" for one in figures if one.name != "total"})
