"""Embedding through Ray Data on this machine with two workers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from test_library import write_corpus

from index import build, ray_embedding
from index.embedding import Batch, SentenceTransformerEmbedder
from index.errors import ModelUnusable
from index.library import read_library
from index.partial import PartialVectors
from index.ray_embedding import RayEmbedder

WORKERS = 2


def test_without_ray_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ray_embedding, "find_spec", lambda name: None)
    with pytest.raises(ModelUnusable, match=r'pip install "lateline\[ray\]"'):
        RayEmbedder(SentenceTransformerEmbedder(), WORKERS)


@pytest.mark.slow
def test_two_workers_build_the_same_index_and_go_on_where_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "_KEPT_EVERY", 4)
    library = read_library(write_corpus(tmp_path / "corpus"), tmp_path / "none")
    one = SentenceTransformerEmbedder()
    monkeypatch.setattr(SentenceTransformerEmbedder, "export", _no_export)
    several = RayEmbedder(one, WORKERS)
    home, seen = tmp_path / "several" / "index", []

    def breaks_off(done: int, all_of_them: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build.build_index(library, several, "model", home, breaks_off)
    kept = len(PartialVectors(home, one.dimension).known())
    assert kept == 4
    here = build.build_index(library, one, "model", tmp_path / "one" / "index")
    there = build.build_index(library, several, "model", home, lambda done, every: seen.append((done, every)))
    assert seen[-1] == (here.vectors - kept, here.vectors - kept)
    assert there == here


@pytest.mark.slow
def test_a_worker_with_other_weights_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    one = SentenceTransformerEmbedder()
    several = RayEmbedder(one, 1)
    monkeypatch.setattr(SentenceTransformerEmbedder, "fingerprint", "other")
    with pytest.raises(ModelUnusable, match="other weights under this name"):
        list(several.stream([Batch(["one text"])]))


def _no_export(self: SentenceTransformerEmbedder, folder: Path) -> None:
    raise ModelUnusable("not exported here, for it takes time")


def test_the_vectors_of_a_worker_are_those_of_the_model() -> None:
    one = SentenceTransformerEmbedder()
    texts = ["Smokeweed makes dragons sleep.", "Firewort was given to sheep."]
    row = ray_embedding._Worker(one.name, one.fingerprint)(
        {"number": 7, "texts": np.array(texts, dtype=object), "prompt": ""}
    )
    assert row["number"] == 7
    assert np.array_equal(np.frombuffer(row["vectors"], np.float32).reshape(2, -1), one.encode(texts))
