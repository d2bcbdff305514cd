"""What a search asks of the place where the vectors are kept, whichever it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class VectorStore(Protocol):
    """Unit vectors in a fixed order, found by nearness. What is near is found here, how near is worked out by
    `cosines`: so that every store gives the same answers.
    """

    def __len__(self) -> int: ...

    @property
    def dimension(self) -> int: ...

    @property
    def is_exact(self) -> bool:
        """Whether `near` misses none."""

    @property
    def kind(self) -> str:
        """How it is searched, in words for a reader: "FAISS, exactly"."""

    def near(self, query: NDArray[np.float32], most: int) -> NDArray[np.int64]:
        """Positions of the `most` nearest vectors, in any order; `query` has shape (dimension,)."""

    def at(self, positions: NDArray[np.int64]) -> NDArray[np.float32]:
        """The vectors at these positions, shape (len(positions), dimension)."""


def cosines(vectors: NDArray[np.float32], query: NDArray[np.float32]) -> NDArray[np.float32]:
    """The product of `query`, shape (dimension,), with each of the vectors, shape (vectors,).

    Each is summed by itself and in the same order, so that it does not depend on which others stand beside it, as it
    would in a matrix product.
    """
    import numpy as np

    products: NDArray[np.float32] = np.einsum("ij,j->i", vectors, query)
    return products
