"""Any sentence-transformers model: found by folder or name, embedding behind its prompts, refused in one sentence."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tiny_models
from test_library import write_corpus
from test_store import FakeEmbedder, rebuild

from app.errors import UserError
from app.settings import Settings
from app.ui.cli import main
from app.wiring import build, load_assistant, reference_model
from index.embedding import SentenceTransformerEmbedder
from index.errors import CorpusError, IndexOutdated, ModelUnusable
from index.manifest import check_current, read_manifest
from index.model_folder import NO_PROMPTS, Prompts
from index.onnx_embedding import OnnxEmbedder
from index.passages import units_of
from index.store import load_index

PROMPTS = {"query": "ask: ", "passage": "read: "}
ASKED = '[[asked]]\nsentence = "1-p1.2"\nquestions = ["Did any dragon sneeze?"]\n'
QUESTION = "Who sneezed?"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with prompts of its own."""
    return tiny_models.embedding_model(tmp_path_factory.mktemp("models") / "prompted", prompts=PROMPTS)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    corpus = write_corpus(tmp_path / "corpus")
    asked = corpus / "dragons" / "asked"
    asked.mkdir()
    (asked / "sneezes.toml").write_text(ASKED, encoding="utf-8")
    return corpus


@pytest.fixture
def own(corpus: Path, folder: Path, tmp_path: Path) -> Settings:
    """Settings with that model; their index is built."""
    settings = Settings(corpus_dir=corpus, index_dir=tmp_path / "index", embedding_model=str(folder), cache_size=0)
    build(settings)
    return settings


def test_passages_and_questions_are_embedded_behind_their_prompts(own: Settings, folder: Path) -> None:
    index = load_index(own.index_dir)
    assert index.manifest.prompts == Prompts("ask: ", "read: ")
    units = list(units_of(index.passages))
    assert {unit.is_question for unit in units} == {True, False}
    texts = [("ask: " if unit.is_question else "read: ") + unit.text for unit in units]
    found = index.vectors.at(np.arange(len(units)))
    assert np.allclose(found, SentenceTransformerEmbedder(str(folder)).encode(texts), atol=1e-6)


def test_the_exported_model_puts_the_recorded_prompt_in_front_of_a_question(own: Settings, folder: Path) -> None:
    searcher = load_assistant(own, say=lambda line: None).searcher
    assert isinstance(searcher.embedder, OnnxEmbedder)
    model = SentenceTransformerEmbedder(str(folder))
    vectors = load_index(own.index_dir).vectors
    stored = vectors.at(np.arange(len(vectors)))
    behind, bare = (float((stored @ model.encode([text])[0]).max()) for text in (f"ask: {QUESTION}", QUESTION))
    assert abs(behind - bare) > 1e-3
    assert max(hit.cosine for hit in searcher.search(QUESTION)) == pytest.approx(behind, abs=1e-5)


def test_index_info_tells_the_prompts(own: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "own.toml"
    lines = [
        f"{name} = {json.dumps(str(getattr(own, name)))}" for name in ("corpus_dir", "index_dir", "embedding_model")
    ]
    file.write_text("\n".join(lines), encoding="utf-8")
    assert main(["--config", str(file), "index", "info"]) == 0
    assert "Prompts   'ask: ' for questions and 'read: ' for passages\n" in capsys.readouterr().out
    file.write_text("\n".join([*lines, 'embedding_query_prompt = "find: "']), encoding="utf-8")
    assert main(["--config", str(file), "index", "info"]) == 0
    said = capsys.readouterr().out
    assert "outdated: the index was built with other prompts ('ask: ' for questions and 'read: ' for passages; " in said
    assert "now 'find: ' for questions and 'read: ' for passages); the next question builds it anew" in said


def test_another_prompt_is_another_index_and_only_what_it_stands_before_is_embedded_again(own: Settings) -> None:
    before = read_manifest(own.index_dir)
    changed = own.model_copy(update={"embedding_query_prompt": "find: "})
    with pytest.raises(IndexOutdated, match=r"^the index was built with other prompts \([^\n]+\)$"):
        check_current(before, before.corpus_fingerprint, reference_model(changed))
    said, embedded = list[str](), list[int]()
    load_assistant(changed, said.append, lambda done, of_all: embedded.append(of_all))
    assert embedded == [1]
    assert said[0].startswith("Building the index anew: the index was built with other prompts")
    assert read_manifest(own.index_dir).fingerprint != before.fingerprint
    build(own)
    assert read_manifest(own.index_dir) == before


def test_the_packaged_model_has_no_prompts_and_its_manifest_says_nothing_of_them(settings: Settings) -> None:
    manifest = read_manifest(settings.index_dir)
    assert manifest.prompts == SentenceTransformerEmbedder().prompts == NO_PROMPTS
    assert "prompt" not in manifest.model_dump_json()


@pytest.mark.parametrize(
    ("saved", "prompts"),
    [
        ({"prompts": {"query": "q ", "document": "d ", "passage": "p "}}, Prompts("q ", "d ")),
        ({"prompts": {"query": "q "}}, Prompts("q ", "")),
        ({"prompts": {"sts": "s ", "query": "q "}, "default_prompt_name": "sts"}, Prompts("q ", "s ")),
        ({"prompts": {"sts": "s "}, "default_prompt_name": "sts"}, Prompts("s ", "s ")),
        ({"prompts": None}, NO_PROMPTS),
    ],
)
def test_prompts_are_found_as_sentence_transformers_finds_them(
    tmp_path: Path, saved: dict[str, object], prompts: Prompts
) -> None:
    (tmp_path / "modules.json").write_text("[]", encoding="utf-8")
    (tmp_path / "config_sentence_transformers.json").write_text(json.dumps(saved), encoding="utf-8")
    assert SentenceTransformerEmbedder(str(tmp_path)).prompts == prompts
    own = SentenceTransformerEmbedder(str(tmp_path), Prompts(query="mine "))
    assert own.prompts == Prompts("mine ", prompts.passage)


@pytest.mark.parametrize("prompts", [Prompts(passage="a " * 250), Prompts(query="a " * 252)], ids=["passage", "query"])
def test_what_the_model_reads_counts_the_prompt_too(corpus: Path, tmp_path: Path, prompts: Prompts) -> None:
    rebuild(corpus, tmp_path / "index", FakeEmbedder())
    with pytest.raises(CorpusError, match="the embedding model"):
        rebuild(corpus, tmp_path / "index", FakeEmbedder(prompts=prompts))


def test_a_model_that_leaves_its_prompt_out_of_the_mean_is_not_exported(corpus: Path, tmp_path: Path) -> None:
    model = tiny_models.embedding_model(tmp_path / "model", prompts={"query": "ask: "})
    pooling, before = model / "1_Pooling" / "config.json", SentenceTransformerEmbedder(str(model)).fingerprint
    facts = json.loads(pooling.read_text(encoding="utf-8"))
    pooling.write_text(json.dumps(facts | {"include_prompt": False}), encoding="utf-8")
    one = SentenceTransformerEmbedder(str(model))
    assert one.fingerprint != before
    settings = Settings(corpus_dir=corpus, index_dir=tmp_path / "index", embedding_model=str(model))
    assert not build(settings).has_query_model
    assert not np.allclose(one.encode([QUESTION], prompt="ask: "), one.encode([f"ask: {QUESTION}"]), atol=1e-3)
    assert load_assistant(settings, say=lambda line: None).searcher.search(QUESTION)


def test_a_model_that_takes_the_first_piece_is_exported(tmp_path: Path) -> None:
    model = SentenceTransformerEmbedder(str(tiny_models.embedding_model(tmp_path / "model", pooling="cls")))
    model.export(tmp_path / "exported")
    texts = [QUESTION, "x", "None of them sneezed, and nobody knows why."]
    assert np.allclose(OnnxEmbedder(tmp_path / "exported").encode(texts), model.encode(texts), atol=1e-5)


def test_a_model_of_the_local_cache_is_found_by_its_name(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    kept = tmp_path / "models--valley--tiny"
    shutil.copytree(folder, kept / "snapshots" / "abc")
    (kept / "refs").mkdir()
    (kept / "refs" / "main").write_text("abc", encoding="ascii")
    by_name, by_folder = SentenceTransformerEmbedder("valley/tiny"), SentenceTransformerEmbedder(str(folder))
    assert (by_name.fingerprint, by_name.prompts) == (by_folder.fingerprint, by_folder.prompts)
    with pytest.raises(ModelUnusable, match=r"^valley/huge: neither a folder nor in the cache of models"):
        assert SentenceTransformerEmbedder("valley/huge").folder


def _without_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def _with_half_its_weights(folder: Path) -> None:
    os.truncate(folder / "model.safetensors", 1000)


def _of_no_known_kind(folder: Path) -> None:
    (folder / "modules.json").write_text(
        '[{"idx": 0, "name": "0", "path": "", "type": "nowhere.Model"}]', encoding="utf-8"
    )


def _with_broken_prompts(folder: Path) -> None:
    (folder / "config_sentence_transformers.json").write_text("{", encoding="utf-8")


def _with_nothing(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


@pytest.mark.parametrize(
    "broken",
    [_without_weights, _with_half_its_weights, _of_no_known_kind, _with_broken_prompts, _with_nothing],
    ids=lambda one: one.__name__.strip("_"),
)
def test_a_model_that_cannot_be_used_is_said_in_one_sentence(
    corpus: Path, folder: Path, tmp_path: Path, broken: Callable[[Path], None]
) -> None:
    model = Path(shutil.copytree(folder, tmp_path / "model"))
    broken(model)
    settings = Settings(corpus_dir=corpus, index_dir=tmp_path / "index", embedding_model=str(model))
    with pytest.raises(UserError) as caught:
        build(settings)
    message = str(caught.value)
    assert str(model) in message and message.endswith(".") and "\n" not in message
    assert not settings.index_dir.exists()
