"""Embedding through Ray Data on this machine with two workers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index import ray_embedding
from index.embedding import SentenceTransformerEmbedder
from index.errors import ModelUnusable
from index.ray_embedding import RayEmbedder

WORKERS = 2
TRIES = 3
NOT_STARTED = "Ray does not start"


def test_without_ray_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ray_embedding, "find_spec", lambda name: None)
    with pytest.raises(ModelUnusable, match=r'pip install "lateline\[ray\]"'):
        RayEmbedder(SentenceTransformerEmbedder(), WORKERS)


def in_a_process(*arguments: str, folder: Path | None = None) -> dict[str, Any]:
    """What the script prints. Where Ray's own processes end without a word each time, the machine does not carry it."""
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parent.parent)}
    for number in range(TRIES):
        place = [str(folder / str(number))] if folder else []
        command = [sys.executable, str(Path(__file__).with_name("ray_building.py")), *arguments, *place]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=240)
        if done.returncode == 0:
            return dict(json.loads(done.stdout.splitlines()[-1]))
        assert "Traceback" not in done.stderr or NOT_STARTED in done.stderr, done.stderr[-2000:]
    pytest.skip(f"Ray does not run on this machine: {TRIES} times it ended without a word")


@pytest.mark.slow
def test_two_workers_build_the_same_index_and_go_on_where_they_were(tmp_path: Path) -> None:
    told = in_a_process("same", folder=tmp_path)
    assert told["kept"] == 4
    assert told["left"] == told["vectors"] - told["kept"]
    assert told["equal"]


@pytest.mark.slow
def test_a_worker_with_other_weights_is_refused() -> None:
    assert "other weights under this name" in in_a_process("other")["refused"]


def test_the_vectors_of_a_worker_are_those_of_the_model() -> None:
    one = SentenceTransformerEmbedder()
    texts = ["Smokeweed makes dragons sleep.", "Firewort was given to sheep."]
    row = ray_embedding._Worker(one.name, one.fingerprint)(
        {"number": 7, "texts": np.array(texts, dtype=object), "prompt": ""}
    )
    assert row["number"] == 7
    assert np.array_equal(np.frombuffer(row["vectors"], np.float32).reshape(2, -1), one.encode(texts))
