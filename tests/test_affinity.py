"""What is learned from the questions of sentences: two questions on one sentence come nearer than on two."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.affinity import Affinity, learned

_SENTENCES, _QUESTIONS, _DIMENSION = 60, 10, 24


def _questions(seed: int) -> tuple[NDArray[np.float32], list[int]]:
    """Questions that say their sentence in a few directions, and differ most in others that say nothing."""
    random = np.random.default_rng(seed)
    meaning = np.zeros((_SENTENCES, _DIMENSION))
    meaning[:, :8] = random.normal(size=(_SENTENCES, 8))
    wording = np.zeros((_SENTENCES * _QUESTIONS, _DIMENSION))
    wording[:, 8:] = 2 * random.normal(size=(_SENTENCES * _QUESTIONS, _DIMENSION - 8))
    groups = [sentence for sentence in range(_SENTENCES) for _ in range(_QUESTIONS)]
    vectors = meaning[groups] + wording
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), groups


def _found(scores: NDArray[np.float32], groups: list[int], own: int) -> bool:
    scores = scores.copy()
    scores[own] = -2
    return groups[int(scores.argmax())] == groups[own]


def test_questions_find_their_sentence_better_than_by_cosine() -> None:
    vectors, groups = _questions(1)
    held_out = range(0, len(groups), _QUESTIONS)
    taught = [position for position in range(len(groups)) if position not in held_out]
    matrix = learned(vectors[taught], [groups[position] for position in taught])
    assert matrix is not None
    affinity = Affinity.of(matrix, vectors, "")
    by_cosine = [_found(vectors @ vectors[one], groups, one) for one in held_out]
    by_affinity = [
        _found(affinity.of_units(vectors, np.arange(len(vectors)), vectors[one]), groups, one) for one in held_out
    ]
    assert np.mean(by_affinity) > np.mean(by_cosine) + 0.2


def test_affinity_lies_between_minus_one_and_one() -> None:
    vectors, groups = _questions(2)
    matrix = learned(vectors, groups)
    assert matrix is not None
    affinity = Affinity.of(matrix, vectors, "")
    for one in range(0, len(groups), 37):
        scores = affinity.of_units(vectors, np.arange(len(vectors)), vectors[one])
        assert scores.max() == pytest.approx(1.0, abs=1e-4)
        assert int(scores.argmax()) == one
        assert scores.min() >= -1.0001


def test_the_same_questions_teach_the_same() -> None:
    vectors, groups = _questions(3)
    first, second = learned(vectors, groups), learned(vectors, groups)
    assert first is not None and second is not None
    assert first.tobytes() == second.tobytes()


def test_too_few_questions_teach_nothing() -> None:
    vectors, groups = _questions(4)
    assert learned(vectors[:100], groups[:100]) is None
    # As many texts, but each on a sentence of its own.
    assert learned(vectors, list(range(len(vectors)))) is None


def test_saved_and_loaded(tmp_path: Path) -> None:
    vectors, groups = _questions(5)
    matrix = learned(vectors, groups)
    assert matrix is not None
    affinity = Affinity.of(matrix, vectors, "abc")
    affinity.save(tmp_path / "affinity.npz")
    again = Affinity.load(tmp_path / "affinity.npz")
    assert (again.matrix == affinity.matrix).all() and (again.lengths == affinity.lengths).all()
    assert again.learned_from == "abc"
