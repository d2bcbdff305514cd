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

_SEED = 0
# How far a made vector lies from the real one it is made of, and a question from that of a passage.
_DISTURBED, _ASKED = 0.6, 0.4
QUESTIONS, _DEPTH = 100, 10


def scale(real: NDArray[np.float32], sizes: Sequence[int]) -> Part:
    """For each size: a search as the product makes it, beside comparing every vector; recall@10, build, disk."""
    figures: list[Figure] = []
    baselines: dict[str, str] = {}
    for size in sizes:
        label = f"{size:,} vectors"
        figures += _of_size(real, size, label)
        baselines[f"{label}, search"] = f"{label}, every vector compared"
    return Part("Growing", beside(figures, baselines))


def synthetic(real: NDArray[np.float32], count: int, noise: float, seed: int = _SEED) -> NDArray[np.float32]:
    """`count` unit vectors, shape (count, dimension), each one of `real` with noise of this length added."""
    import numpy as np

    random = np.random.default_rng(seed)
    made = real[random.integers(0, len(real), count)]
    made += random.standard_normal(made.shape, dtype=np.float32) * np.float32(noise / np.sqrt(made.shape[1]))
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    return made


def recall(found: Sequence[NDArray[np.int64]], exact: Sequence[NDArray[np.int64]]) -> float:
    """The share of the exact neighbours that were found, on average."""
    shares = [
        len(set(one.tolist()) & set(other.tolist())) / len(other) for one, other in zip(found, exact, strict=True)
    ]
    return sum(shares) / len(shares)


def _of_size(real: NDArray[np.float32], size: int, label: str) -> list[Figure]:
    from index.vectors import Vectors

    vectors = synthetic(real, size, _DISTURBED)
    questions = synthetic(real, QUESTIONS, _ASKED, _SEED + 1)
    start = time.perf_counter()
    store = Vectors.of([""] * size, vectors)
    seconds = time.perf_counter() - start
    found, taken = _searched(store, questions)
    wanted, baseline = _searched(Vectors.exact(vectors), questions)
    with tempfile.TemporaryDirectory() as folder:
        store.save(Path(folder) / "vectors")
        size_on_disk = (Path(folder) / "vectors").stat().st_size
    note = f"{store.kind}; recall@{_DEPTH} {recall(found, wanted):.4f}"
    return [
        figure(f"{label}, search", taken, note=note),
        figure(f"{label}, every vector compared", baseline),
        figure(f"{label}, build", [seconds], "s"),
        figure(f"{label}, on disk", [size_on_disk / 2**20], "MB"),
    ]


def _searched(store: VectorStore, questions: NDArray[np.float32]) -> tuple[list[NDArray[np.int64]], list[float]]:
    """What is near each question, and the milliseconds that finding it took."""
    found, taken = [], []
    for question in questions:
        start = time.perf_counter()
        positions = store.near(question, _DEPTH)
        taken.append(1000 * (time.perf_counter() - start))
        found.append(positions)
    return found, taken
