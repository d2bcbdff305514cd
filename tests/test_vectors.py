"""The store of vectors, small and large; and what a killed build leaves to go on from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.partial import PartialVectors
from index.vectors import Vectors

DIMENSION = 16


def unit_vectors(count: int) -> NDArray[np.float32]:
    drawn = np.random.default_rng(1).standard_normal((count, DIMENSION)).astype(np.float32)
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), dtype=np.float32)


@pytest.mark.parametrize(("exact_up_to", "kind"), [(1000, "exactly"), (100, "graph")])
def test_the_nearest_are_found_and_given_back_as_they_are(exact_up_to: int, kind: str, tmp_path: Path) -> None:
    vectors = unit_vectors(500)
    store = Vectors.of([str(number) for number in range(500)], vectors, exact_up_to)
    store.save(tmp_path / "vectors")
    loaded = Vectors.load(tmp_path / "vectors")
    assert kind in loaded.kind
    assert loaded.is_exact == (kind == "exactly")
    assert (len(loaded), loaded.dimension) == (500, DIMENSION)
    assert np.allclose(loaded.at(np.arange(500)), vectors)
    for query in vectors[:50]:
        nearest = set(np.argsort(-(vectors @ query))[:10].tolist())
        assert len(nearest & set(loaded.near(query, 10).tolist())) >= 9
    assert len(loaded.near(vectors[0], 9999)) == 500


def key(number: int) -> str:
    return f"{number:064d}"


def test_what_was_embedded_is_known_to_the_next_build(tmp_path: Path) -> None:
    vectors = unit_vectors(5)
    first = PartialVectors(tmp_path / "index", DIMENSION)
    assert first.known() == {}
    first.add([key(0), key(1)], vectors[:2])
    first.add([key(2)], vectors[2:3])
    known = PartialVectors(tmp_path / "index", DIMENSION).known()
    assert list(known) == [key(0), key(1), key(2)]
    assert np.array_equal(np.stack(list(known.values())), vectors[:3])
    first.drop()
    assert first.known() == {}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("name", "cut"), [("keys.txt", 10), ("vectors.f32", 3), ("vectors.f32", 70)])
def test_a_half_written_batch_is_cut_off(name: str, cut: int, tmp_path: Path) -> None:
    vectors = unit_vectors(4)
    partial = PartialVectors(tmp_path / "index", DIMENSION)
    partial.add([key(0), key(1), key(2)], vectors[:3])
    path = tmp_path / ".index.partial" / name
    path.write_bytes(path.read_bytes()[:-cut])
    left = len(partial.known())
    assert left in (1, 2)
    partial.add([key(3)], vectors[3:])
    known = partial.known()
    assert list(known) == [*map(key, range(left)), key(3)]
    assert np.array_equal(known[key(3)], vectors[3])


def test_what_a_model_of_another_dimension_left_is_dropped(tmp_path: Path) -> None:
    vectors = unit_vectors(4)
    PartialVectors(tmp_path / "index", DIMENSION).add([key(0), key(1)], vectors[:2])
    other = PartialVectors(tmp_path / "index", DIMENSION // 2)
    assert other.known() == {}
    other.add([key(2)], vectors[:1, : DIMENSION // 2])
    assert list(other.known()) == [key(2)]
    assert PartialVectors(tmp_path / "index", DIMENSION).known() == {}
