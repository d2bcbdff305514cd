"""Questions to vectors without torch (the only onnxruntime): the model as the build exported it, with its tokenizer."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.embedding import Embedder
from index.errors import IndexDamaged, ModelUnusable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.manifest import Manifest

# The folder in an index, and what stands in it; the model in 8 bits only where the settings ask for it.
QUERY_MODEL = "query-model"
MODEL, MODEL_INT8, TOKENIZER, FACTS = "model.onnx", "model.int8.onnx", "tokenizer.json", "model.json"
_BATCH = 32


class OnnxEmbedder:
    """An `Embedder` over the folder that `SentenceTransformerEmbedder.export` wrote; in 8 bits where `quantise` did.

    Raises ModelUnusable where a file of it is missing or cannot be read.
    """

    def __init__(self, folder: Path, is_int8: bool = False) -> None:
        self._folder = folder
        self._model = folder / (MODEL_INT8 if is_int8 else MODEL)
        # The tokenizer's padding is one setting for all threads.
        self._turn = threading.Lock()

    @property
    def fingerprint(self) -> str:
        return str(self._facts["fingerprint"])

    @property
    def dimension(self) -> int:
        return int(self._facts["dimension"])

    @property
    def limit(self) -> int:
        return int(self._facts["limit"])

    def count(self, text: str) -> int:
        with self._turn:
            self._tokenizer.no_truncation()
            pieces = len(self._tokenizer.encode(text).ids)
            self._tokenizer.enable_truncation(self.limit)
        return pieces

    def encode(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None, prompt: str = ""
    ) -> NDArray[np.float32]:
        import numpy as np

        found = np.zeros((len(texts), self.dimension), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda position: len(texts[position]))
        for start in range(0, len(texts), _BATCH):
            places = order[start : start + _BATCH]
            with self._turn:
                read = self._tokenizer.encode_batch([prompt + texts[place] for place in places])
            ids = np.array([one.ids for one in read], dtype=np.int64)
            mask = np.array([one.attention_mask for one in read], dtype=np.int64)
            found[places] = self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
            if progress:
                progress(len(places))
        return found

    @cached_property
    def _facts(self) -> dict[str, Any]:
        try:
            facts: dict[str, Any] = json.loads((self._folder / FACTS).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ModelUnusable(
                f"{self._folder / FACTS}: cannot be read ({error}); run: lateline index build."
            ) from error
        return facts

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self._folder / TOKENIZER))
        tokenizer.enable_truncation(self.limit)
        tokenizer.enable_padding()
        return tokenizer

    @cached_property
    def _session(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        # Threads that wait for one another make a short text slower when another process is busy.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            return onnxruntime.InferenceSession(str(self._model), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime has a class of its own for each fault
            raise ModelUnusable(
                f"{self._model}: the exported model cannot be read; run: lateline index build."
            ) from error


def query_embedder(folder: Path, manifest: Manifest, reference: Embedder) -> Embedder:
    """What embeds questions: the model exported into the index's `folder`, or the reference where it could not be.

    Raises IndexDamaged where its vectors are not as long as those of the index.
    """
    is_int8 = manifest.query_precision == "int8"
    embedder = OnnxEmbedder(folder / QUERY_MODEL, is_int8) if manifest.has_query_model else reference
    if embedder.dimension != manifest.dimension:
        raise IndexDamaged(
            f"{folder}: vectors of {manifest.dimension} dimensions, but the model gives {embedder.dimension}; "
            "run: lateline index build."
        )
    return embedder
