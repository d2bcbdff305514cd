"""FAISS through LlamaIndex: the only file that knows either."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import faiss
    import numpy as np
    from numpy.typing import NDArray

# With one of these set, llama-index-core looks for data files on the network.
for _variable in ("NLTK_DATA", "TIKTOKEN_CACHE_DIR"):
    os.environ.pop(_variable, None)


class Vectors:
    """A `VectorStore` searched by inner product (= cosine), exactly."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def of(cls, texts: Sequence[str], vectors: NDArray[np.float32]) -> Vectors:
        """A store with one LlamaIndex node a text; `vectors` has shape (len(texts), dimension)."""
        import faiss
        from llama_index.core.schema import TextNode
        from llama_index.vector_stores.faiss import FaissVectorStore

        store = FaissVectorStore(faiss_index=faiss.IndexFlatIP(vectors.shape[1]))
        nodes = [TextNode(text=text, embedding=vector.tolist()) for text, vector in zip(texts, vectors, strict=True)]
        store.add(nodes)
        return cls(store.client)

    @classmethod
    def load(cls, path: Path) -> Vectors:
        """The vectors saved at `path`; LlamaIndex, which takes a second to load, is not needed to search them."""
        import faiss

        return cls(faiss.read_index(str(path)))

    def save(self, path: Path) -> None:
        import faiss

        faiss.write_index(self._index, str(path))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        return int(self._index.d)

    def near(self, query: NDArray[np.float32], most: int) -> NDArray[np.int64]:
        """As in `VectorStore`."""
        _, found = self._index.search(query[None, :], min(most, len(self)))
        positions: NDArray[np.int64] = found[0][found[0] >= 0]
        return positions

    def at(self, positions: NDArray[np.int64]) -> NDArray[np.float32]:
        """As in `VectorStore`."""
        vectors: NDArray[np.float32] = self._index.reconstruct_batch(positions)
        return vectors
