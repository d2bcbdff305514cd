"""Questions without torch: the exported model gives the model's own vectors, and its lack is no fault."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from app.settings import Settings
from index.embedding import SentenceTransformerEmbedder
from index.errors import ModelUnusable
from index.manifest import read_manifest
from index.onnx_embedding import QUERY_MODEL, OnnxEmbedder

TEXTS = ["mOS SUNLIGHT?", "", "Wie lange? ≥3 µg – naïve", "regorafenib " * 400, "x"]


@pytest.fixture(scope="module")
def exported(settings: Settings) -> OnnxEmbedder:
    manifest = read_manifest(settings.index_dir)
    assert manifest.has_query_model
    return OnnxEmbedder(settings.index_dir / manifest.folder / QUERY_MODEL)


def test_the_vectors_are_those_of_the_model(exported: OnnxEmbedder) -> None:
    reference = SentenceTransformerEmbedder()
    assert (exported.fingerprint, exported.dimension, exported.limit) == (
        reference.fingerprint, reference.dimension, reference.limit,
    )  # fmt: skip
    found, wanted = exported.encode(TEXTS), reference.encode(TEXTS)
    assert np.einsum("ij,ij->i", found, wanted).min() > 0.9999
    assert [exported.count(text) for text in TEXTS] == [reference.count(text) for text in TEXTS]


def test_a_text_gets_the_same_vector_in_whatever_company(exported: OnnxEmbedder) -> None:
    alone = exported.encode([TEXTS[0]])[0]
    among = exported.encode(TEXTS)[0]
    assert float(alone @ among) > 0.99999
    assert exported.encode([TEXTS[0]])[0].tobytes() == alone.tobytes()


@pytest.mark.parametrize("damage", ["model.json", "model.onnx"])
def test_a_damaged_export_is_said_in_one_sentence(tmp_path: Path, exported: OnnxEmbedder, damage: str) -> None:
    for name in ("model.json", "tokenizer.json", "model.onnx"):
        (tmp_path / name).write_bytes((exported._folder / name).read_bytes() if name != damage else b"{")
    with pytest.raises(ModelUnusable, match="run: lateline index build"):
        OnnxEmbedder(tmp_path).encode(["x"])


@pytest.mark.parametrize(
    ("words", "unloaded"),
    [
        (
            ["ask", "mOS SUNLIGHT?"],
            {"torch", "transformers", "sentence_transformers", "gradio", "llama_index", "fastapi"},
        ),
        (
            ["options", "--text", "mCRC, RAS mutant, FOLFOX, FOLFIRI"],
            {"numpy", "faiss", "torch", "onnxruntime", "gradio"},
        ),
    ],
    ids=["ask", "options"],
)
def test_a_command_loads_what_it_needs(settings: Settings, words: Sequence[str], unloaded: set[str]) -> None:
    code = (
        "import sys; from app.ui.cli import main; status = main(sys.argv[1:]);"
        "print(' '.join(sorted({name.partition('.')[0] for name in sys.modules})), file=sys.stderr); sys.exit(status)"
    )
    environment = {**os.environ, "LATELINE_INDEX_DIR": str(settings.index_dir)}
    done = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, env=environment, check=True
    )
    loaded = set(done.stderr.split("\n")[-2].split())
    assert unloaded & loaded == set()
