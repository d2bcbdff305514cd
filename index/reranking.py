"""A cross-encoder that reads question and passage together, and puts what was found in its order. Off by default."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from index.model_folder import checksum, folder_of


class Reranker(Protocol):
    """What tells how well passages answer a question."""

    @property
    def fingerprint(self) -> str:
        """What tells this reranker's scores from another's."""

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        """A number for each passage, higher for a better one."""


class CrossEncoderReranker:
    """A sentence-transformers CrossEncoder on the CPU: a folder, or a model in the local cache; nothing is fetched.

    Raises ModelUnusable when it is not there or cannot be loaded, which is tried at once: not in the middle of a
    question.
    """

    def __init__(self, name: str) -> None:
        from index.sentence_models import cross_encoder

        self._folder: Path = folder_of(name, "config.json", "cross-encoder", "reranker")
        self._model: Any = cross_encoder(self._folder)
        # A fast tokenizer refuses a second thread while it pads for the first.
        self._turn = threading.Lock()

    @cached_property
    def fingerprint(self) -> str:
        """sha256 over the files of the model."""
        return checksum(self._folder)

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        """As in `Reranker`; rounded, so that the same pairs are in the same order on every machine."""
        from index.sentence_models import use_threads

        with self._turn:
            # One, as for one text: somebody waits for it, perhaps beside others.
            use_threads(1)
            given = self._model.predict([(question, passage) for passage in passages], show_progress_bar=False)
        return [round(float(score), 5) for score in given]


def reranker_of(name: str) -> Reranker | None:
    """The reranker of this name or folder; None where the name is empty. Raises ModelUnusable."""
    return CrossEncoderReranker(name) if name else None
