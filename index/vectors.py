"""FAISS through LlamaIndex: the only file that knows either."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import faiss
    import numpy as np
    from numpy.typing import NDArray

# With one of these set, llama-index-core looks for data files on the network.
for _variable in ("NLTK_DATA", "TIKTOKEN_CACHE_DIR"):
    os.environ.pop(_variable, None)


# Up to so many vectors each is compared with the question; beyond, a graph (HNSW) finds the nearest. Measured with
# `lateline bench`: at 10,000 both take about 0.5 ms, at 100,000 the graph takes 0.4 ms and each by itself 8 ms.
EXACT_UP_TO = 20_000
# Neighbours of a node, and how widely the graph is searched while it is built and when it is asked.
_LINKS, _WIDTH_BUILDING, _WIDTH = 32, 80, 256
_AT_ONCE = 10_000


class Vectors:
    """A `VectorStore` in FAISS, searched by inner product (= cosine): exactly, or by a graph where it is large."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def of(cls, texts: Sequence[str], vectors: NDArray[np.float32], exact_up_to: int = EXACT_UP_TO) -> Vectors:
        """A store of `vectors`, shape (len(texts), dimension): one LlamaIndex node a text; a graph beyond so many."""
        import faiss

        if len(vectors) > exact_up_to:
            graph = faiss.IndexHNSWFlat(vectors.shape[1], _LINKS, faiss.METRIC_INNER_PRODUCT)
            graph.hnsw.efConstruction = _WIDTH_BUILDING
            for start in range(0, len(vectors), _AT_ONCE):
                graph.add(vectors[start : start + _AT_ONCE])
            return cls(graph)
        from llama_index.core.schema import TextNode
        from llama_index.vector_stores.faiss import FaissVectorStore

        store = FaissVectorStore(faiss_index=faiss.IndexFlatIP(vectors.shape[1]))
        nodes = [TextNode(text=text, embedding=vector.tolist()) for text, vector in zip(texts, vectors, strict=True)]
        store.add(nodes)
        return cls(store.client)

    @classmethod
    def exact(cls, vectors: NDArray[np.float32]) -> Vectors:
        """A store that compares every vector, however many; for those who measure what that costs."""
        import faiss

        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        return cls(index)

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

    @property
    def is_exact(self) -> bool:
        """As in `VectorStore`."""
        import faiss

        return not isinstance(self._index, faiss.IndexHNSW)

    @property
    def kind(self) -> str:
        """As in `VectorStore`."""
        return "FAISS, exactly" if self.is_exact else "FAISS, by a graph (HNSW)"

    def near(self, query: NDArray[np.float32], most: int) -> NDArray[np.int64]:
        """As in `VectorStore`."""
        import faiss

        most = min(most, len(self))
        # FAISS's own types leave this class out.
        parameters: Any = faiss
        wide = None if self.is_exact else parameters.SearchParametersHNSW(efSearch=max(_WIDTH, most))
        _, found = self._index.search(query[None, :], most, params=wide)
        positions: NDArray[np.int64] = found[0][found[0] >= 0]
        return positions

    def at(self, positions: NDArray[np.int64]) -> NDArray[np.float32]:
        """As in `VectorStore`."""
        import faiss

        graph: Any = self._index
        held = self._index if self.is_exact else faiss.downcast_index(graph.storage)
        vectors: NDArray[np.float32] = held.reconstruct_batch(positions)
        return vectors
