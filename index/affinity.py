"""Which units answer the same question: a linear map of the vectors, learned from the questions of the corpus.

Two questions that one sentence answers often share few words, so that their vectors lie apart; two questions on
neighbouring sentences share many. The map draws the former together and pushes the latter apart. It starts from the
whitening of what differs within a sentence's questions and is led by each question towards its own sentence.
Retrieval orders by it; how near a question is in absolute terms stays the cosine of the model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index.nearest import cosines

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Set on the tuned half of eval/questions: more steps know the corpus's own questions by heart.
_STEPS = 40
_BATCH = 256
_RATE = 1e-3
_TEMPERATURE = 0.03
_SHRINKAGE = 0.3
# With fewer questions there is nothing to learn from.
_FEWEST = 500
_SEED = 0
_FIRST_MOMENT, _SECOND_MOMENT, _TINY = 0.9, 0.999, 1e-8


@dataclass(frozen=True)
class Affinity:
    """The learned form: `matrix` has shape (dimension, dimension), `lengths` the units' lengths under it, (units,).

    `learned_from` is a checksum of the texts and sentences that the matrix was learned from.
    """

    matrix: NDArray[np.float32]
    lengths: NDArray[np.float32]
    learned_from: str

    @classmethod
    def of(cls, matrix: NDArray[np.float32], vectors: NDArray[np.float32], learned_from: str) -> Affinity:
        """The affinity of this matrix for the units with these vectors, shape (units, dimension)."""
        import numpy as np

        squares = np.einsum("ij,ij->i", vectors @ matrix, vectors)
        return cls(matrix, np.sqrt(np.maximum(squares, _TINY)).astype(np.float32), learned_from)

    @classmethod
    def load(cls, path: Path) -> Affinity:
        import numpy as np

        with np.load(path, allow_pickle=False) as parts:
            return cls(parts["matrix"], parts["lengths"], str(parts["learned_from"]))

    def save(self, path: Path) -> None:
        import numpy as np

        np.savez(path, matrix=self.matrix, lengths=self.lengths, learned_from=np.array(self.learned_from))

    def of_units(
        self, vectors: NDArray[np.float32], positions: NDArray[np.int64], query: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """The affinity of the query with the units at these positions, which have these vectors: shape (positions,)."""
        found: NDArray[np.float32] = cosines(vectors, self._direction(query)) / self.lengths[positions]
        return found

    def _direction(self, query: NDArray[np.float32]) -> NDArray[np.float32]:
        """What gives, multiplied with a unit's vector and parted by its length, its affinity: shape (dimension,)."""
        import numpy as np

        turned = self.matrix @ query
        own = float(np.sqrt(max(float(query @ turned), _TINY)))
        direction: NDArray[np.float32] = (turned / np.float32(own)).astype(np.float32)
        return direction


def learned(own: NDArray[np.float32], groups: Sequence[int]) -> NDArray[np.float32] | None:
    """The matrix learned from these unit vectors, shape (units, dimension); `groups` says whose sentence each is of.

    None where too few sentences have questions to learn from. By one thread, for several sum in another order, and what
    is learned step by step then differs from one machine to the next.
    """
    import numpy as np
    from threadpoolctl import threadpool_limits

    if len(own) < _FEWEST:
        return None
    names, labels = np.unique(groups, return_inverse=True)
    several = np.flatnonzero(np.bincount(labels)[labels] > 1)
    if len(several) < _FEWEST:
        return None
    with threadpool_limits(limits=1, user_api="blas"):
        return _learned(own, labels, len(names), several)


def _learned(
    own: NDArray[np.float32], labels: NDArray[np.int64], count: int, several: NDArray[np.int64]
) -> NDArray[np.float32]:
    import numpy as np

    turn = _whitening(own, labels, count)
    random = np.random.default_rng(_SEED)
    mean, square = np.zeros_like(turn), np.zeros_like(turn)
    for step in range(1, _STEPS + 1):
        batch = random.permutation(several)[:_BATCH]
        gradient = _gradient(own, labels, count, turn, batch)
        mean = _FIRST_MOMENT * mean + (1 - _FIRST_MOMENT) * gradient
        square = _SECOND_MOMENT * square + (1 - _SECOND_MOMENT) * gradient**2
        forward = mean / (1 - _FIRST_MOMENT**step)
        width = np.sqrt(square / (1 - _SECOND_MOMENT**step)) + _TINY
        turn = (turn - _RATE * forward / width).astype(np.float32)
    matrix: NDArray[np.float32] = (turn @ turn.T).astype(np.float32)
    return matrix


def _whitening(vectors: NDArray[np.float32], labels: NDArray[np.int64], count: int) -> NDArray[np.float32]:
    """The symmetric map under which the questions of one sentence differ alike in all directions."""
    import numpy as np

    order = np.argsort(labels, kind="stable")
    starts = np.searchsorted(labels[order], np.arange(count))
    sums = np.add.reduceat(vectors[order].astype(np.float64), starts, axis=0)
    apart = vectors - (sums / np.bincount(labels)[:, None])[labels]
    within = apart.T @ apart / len(vectors)
    within += _SHRINKAGE * np.trace(within) / len(within) * np.eye(len(within))
    values, directions = np.linalg.eigh(within)
    turn = directions / np.sqrt(values) @ directions.T
    scaled: NDArray[np.float32] = (turn / np.linalg.norm(turn) * np.sqrt(len(turn))).astype(np.float32)
    return scaled


def _gradient(
    vectors: NDArray[np.float32],
    labels: NDArray[np.int64],
    count: int,
    turn: NDArray[np.float32],
    batch: NDArray[np.int64],
) -> NDArray[np.float32]:
    """The gradient of the cross-entropy of finding each question's own sentence by its other questions."""
    import numpy as np

    turned = vectors @ turn
    lengths = np.linalg.norm(turned, axis=1, keepdims=True)
    unit = turned / lengths
    scores = unit[batch] @ unit.T
    scores[np.arange(len(batch)), batch] = -np.inf
    best = _best_of_group(scores, labels, count)
    rows = np.arange(len(batch))[:, None]
    logits = scores[rows, best] / _TEMPERATURE
    logits -= logits.max(axis=1, keepdims=True)
    shares = np.exp(logits)
    shares /= shares.sum(axis=1, keepdims=True)
    shares[np.arange(len(batch)), labels[batch]] -= 1.0
    shares /= _TEMPERATURE * len(batch)
    # What each question pulls at, and what pulls at each unit; then through the scaling to length 1.
    spread = np.zeros_like(scores)
    spread[rows, best] = shares
    pull = spread.T @ unit[batch]
    pull[batch] += spread @ unit
    pull = (pull - unit * np.einsum("ij,ij->i", pull, unit)[:, None]) / lengths
    gradient: NDArray[np.float32] = vectors.T @ pull
    return gradient


def _best_of_group(scores: NDArray[np.float32], labels: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """For every row, the position of the best unit of each group, shape (rows, count)."""
    import numpy as np

    order = np.argsort(labels, kind="stable")
    starts = np.searchsorted(labels[order], np.arange(count))
    ends = np.append(starts[1:], len(order))
    ranked = scores[:, order]
    best = np.empty((len(scores), count), dtype=np.int64)
    for group, (start, end) in enumerate(zip(starts, ends, strict=True)):
        best[:, group] = order[start + ranked[:, start:end].argmax(axis=1)]
    return best
