"""How the store of vectors behaves when it grows: synthetic vectors, made by disturbing those of real passages."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from eval.bench.figures import Figure, Part, beside, figure

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.nearest import VectorStore

TITLE = "Growing"
_SEED = 0
# How far a made vector lies from the real one it is made of, and a question from that of a passage.
DISTURBED, _ASKED = 0.6, 0.4
_QUESTIONS, _DEPTH = 100, 10


def scale(real: NDArray[np.float32], sizes: Sequence[int]) -> Part:
    """For each size: a search as the product makes it, beside comparing every vector; recall@10, build, disk."""
    figures: list[Figure] = []
    baselines: dict[str, str] = {}
    for size in sizes:
        figures += _of_size(real, size)
        baselines[search_of(size)] = _compared_of(size)
    return Part(TITLE, beside(figures, baselines))


def search_of(size: int) -> str:
    """The name of the figure of a search among so many vectors."""
    return f"{size:,} vectors, search"


def build_of(size: int) -> str:
    """The name of the figure of building a store of so many vectors."""
    return f"{size:,} vectors, build"


def _compared_of(size: int) -> str:
    return f"{size:,} vectors, every vector compared"


def synthetic(real: NDArray[np.float32], count: int, noise: float, seed: int = _SEED) -> NDArray[np.float32]:
    """`count` unit vectors, shape (count, dimension), each one of `real` with noise of this length added."""
    import numpy as np

    random = np.random.default_rng(seed)
    made = real[random.integers(0, len(real), count)]
    made += random.standard_normal(made.shape, dtype=np.float32) * np.float32(noise / np.sqrt(made.shape[1]))
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    return made


def questions_of(real: NDArray[np.float32]) -> NDArray[np.float32]:
    """What is searched for among synthetic vectors, shape (questions, dimension)."""
    return synthetic(real, _QUESTIONS, _ASKED, _SEED + 1)


def recall(found: Sequence[NDArray[np.int64]], exact: Sequence[NDArray[np.int64]]) -> float:
    """The share of the exact neighbours that were found, on average."""
    shares = [
        len(set(one.tolist()) & set(other.tolist())) / len(other) for one, other in zip(found, exact, strict=True)
    ]
    return sum(shares) / len(shares)


def _of_size(real: NDArray[np.float32], size: int) -> list[Figure]:
    from index.vectors import Vectors

    vectors = synthetic(real, size, DISTURBED)
    questions = questions_of(real)
    start = time.perf_counter()
    store = Vectors.of([""] * size, vectors)
    seconds = time.perf_counter() - start
    found, taken = searched(store, questions)
    wanted, baseline = searched(Vectors.exact(vectors), questions)
    with tempfile.TemporaryDirectory() as folder:
        store.save(Path(folder) / "vectors")
        size_on_disk = (Path(folder) / "vectors").stat().st_size
    note = f"{store.kind}; recall@{_DEPTH} {recall(found, wanted):.4f}"
    return [
        figure(search_of(size), taken, note=note),
        figure(_compared_of(size), baseline),
        figure(build_of(size), [seconds], "s"),
        figure(f"{size:,} vectors, on disk", [size_on_disk / 2**20], "MB"),
    ]


def searched(store: VectorStore, questions: NDArray[np.float32]) -> tuple[list[NDArray[np.int64]], list[float]]:
    """What is near each question, and the milliseconds that finding it took."""
    found, taken = [], []
    for question in questions:
        start = time.perf_counter()
        positions = store.near(question, _DEPTH)
        taken.append(1000 * (time.perf_counter() - start))
        found.append(positions)
    return found, taken
