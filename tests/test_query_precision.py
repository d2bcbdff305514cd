"""Questions embedded in 8 bits: only where the settings ask for it, with what is lost by it said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tiny_models
from test_library import write_corpus
from test_store import FakeEmbedder, rebuild

from app.settings import InForce, Settings
from app.ui.commands import index_info
from app.wiring import build, load_assistant, reference_model
from index.errors import IndexOutdated, ModelUnusable
from index.manifest import check_current, read_manifest
from index.onnx_embedding import MODEL, MODEL_INT8, QUERY_MODEL, OnnxEmbedder
from index.passages import Unit, units_of
from index.quantised import loss_of
from index.store import load_index

TEXTS = ("Who sneezed?", "Smokeweed was given to 12 dragons.", "x")


@pytest.fixture(scope="module")
def coarse(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings that ask for 8 bits; their index is built, of a model with prompts."""
    home = tmp_path_factory.mktemp("int8")
    model = tiny_models.embedding_model(home / "model", prompts={"query": "ask: "})
    settings = Settings(
        corpus_dir=write_corpus(home / "corpus"),
        index_dir=home / "index",
        embedding_model=str(model),
        query_precision="int8",
        cache_size=0,
    )
    build(settings)
    return settings


def query_model(settings: Settings) -> Path:
    return settings.index_dir / read_manifest(settings.index_dir).folder / QUERY_MODEL


def test_the_model_in_8_bits_stands_beside_the_other_and_embeds_questions(coarse: Settings) -> None:
    folder = query_model(coarse)
    assert (folder / MODEL_INT8).stat().st_size < (folder / MODEL).stat().st_size
    embedder = load_assistant(coarse, say=lambda line: None).searcher.embedder
    exact, in_8_bits = OnnxEmbedder(folder), OnnxEmbedder(folder, is_int8=True)
    for text in TEXTS:
        found = embedder.encode([text])
        assert np.array_equal(found, in_8_bits.encode([text]))
        assert not np.array_equal(found, exact.encode([text]))
        assert (found @ exact.encode([text]).T).item() > 0.9


def test_what_is_lost_is_measured_on_the_corpus_and_told(coarse: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    index = load_index(coarse.index_dir)
    loss = index.manifest.int8
    assert loss is not None
    units = [unit for unit in units_of(index.passages) if not unit.is_question]
    exact, in_8_bits = (OnnxEmbedder(query_model(coarse), is_int8) for is_int8 in (False, True))
    alike = [(exact.encode([f"ask: {unit.text}"]) @ in_8_bits.encode([f"ask: {unit.text}"]).T).item() for unit in units]
    assert (loss.least_cosine, loss.mean_cosine) == pytest.approx((min(alike), np.mean(alike)), abs=1e-4)
    assert 0.9 < loss.least_cosine < loss.mean_cosine < 1
    kinds = [unit.sentence is None for unit in units]
    assert (loss.passages, loss.sentences) == (kinds.count(True), kinds.count(False))
    assert index_info(None, InForce(coarse, {})) == 0  # type: ignore[arg-type]
    assert f"Precision int8: {loss}\n" in capsys.readouterr().out


def test_a_nearest_passage_that_changes_is_counted(coarse: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """In 8 bits the first passage is taken for the third one, and the second one is nearer to the fourth one; to itself
    it is the nearest all the same.
    """
    units = [Unit(number, None, str(number)) for number in range(4)] + [Unit(3, 0, "3"), Unit(3, 1, "0")]
    angles = {"0": 0.0, "1": 0.3, "2": 2.0, "3": 1.5}

    def encode(self: OnnxEmbedder, texts: list[str], prompt: str = "") -> np.ndarray:
        assert prompt == "ask: "
        coarse = {"0": 1.9, "1": 0.85} if self._model.name == MODEL_INT8 else {}
        angle = coarse.get(texts[0], angles[texts[0]])
        return np.array([[np.cos(angle), np.sin(angle)]], dtype=np.float32)

    monkeypatch.setattr(OnnxEmbedder, "encode", encode)
    monkeypatch.setattr(OnnxEmbedder, "dimension", 2)
    matrix = np.array([[np.cos(angles[unit.text]), np.sin(angles[unit.text])] for unit in units], dtype=np.float32)
    loss = loss_of(Path("model"), units, matrix, "ask: ")
    assert (loss.passages, loss.passages_changed, loss.sentences, loss.sentences_changed) == (4, 0.5, 2, 0.5)
    assert loss.least_cosine == pytest.approx(np.cos(1.9), abs=1e-4)


def test_another_precision_is_another_index_with_the_same_vectors(coarse: Settings, tmp_path: Path) -> None:
    before = read_manifest(coarse.index_dir)
    exactly = coarse.model_copy(update={"query_precision": "fp32"})
    with pytest.raises(IndexOutdated, match=r"in another precision \(int8, now fp32\)$"):
        check_current(before, before.corpus_fingerprint, reference_model(exactly))
    embedded, said = list[int](), list[str]()
    load_assistant(exactly, said.append, lambda done, of_all: embedded.append(of_all))
    after = read_manifest(coarse.index_dir)
    assert (embedded, len(said), after.int8) == ([], 1, None)
    assert not (query_model(coarse) / MODEL_INT8).exists()
    assert '"int8"' not in after.model_dump_json()
    build(coarse)
    assert read_manifest(coarse.index_dir) == before


def test_a_model_that_cannot_be_exported_has_no_8_bits(tmp_path: Path) -> None:
    corpus, home = write_corpus(tmp_path / "corpus"), tmp_path / "index"
    manifest = rebuild(corpus, home)
    embedder = FakeEmbedder()
    embedder.query_precision = "int8"
    with pytest.raises(ModelUnusable, match=r"^query_precision: this model cannot be exported.*set it to fp32\.$"):
        rebuild(corpus, home, embedder)
    assert load_index(home).manifest == manifest
